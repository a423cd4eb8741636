package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.hibernate.Hibernate;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What native SQL may not load leaves nothing behind in a session, also where the program catches the refusal and goes on. */
@ParameterizedClass
@EnumSource(Database.class)
class RefusedLoadTest extends WorldTest {

    @Entity(name = "Album")
    static class Album {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ElementCollection
        Set<String> tags = new HashSet<>();

        @ElementCollection(fetch = FetchType.EAGER)
        Set<String> notes = new HashSet<>();

        @OneToMany(mappedBy = "album")
        List<Song> songs = new ArrayList<>();

        @ManyToMany
        Set<Song> played = new HashSet<>();
    }

    @Entity(name = "Song")
    @OwnedThrough("album")
    static class Song {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        Album album;

        @ElementCollection
        Set<String> singers = new HashSet<>();
    }

    @Entity(name = "Poster")
    static class Poster implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Album album;

        @ElementCollection
        Set<String> tags = new HashSet<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    private static final List<String> TABLES = List.of(
            "album",
            "album_tags",
            "album_notes",
            "album_song",
            "song",
            "song_singers",
            "poster",
            "poster_tags",
            "tenant_safety_deletion");

    RefusedLoadTest(Database database) {
        super(new World(database, List.of(Album.class, Song.class, Poster.class), Map.of()));
    }

    /** Those of A have the key 1, those of B the key 2; the poster 3 of A is marked. */
    @BeforeEach
    void rows() {
        inA(em -> {
            persist(em, 1);
            em.persist(poster(3));
        });
        inA(em -> em.remove(em.find(Poster.class, 3L)));
        world.in(b, em -> persist(em, 2));
    }

    private static void persist(EntityManager em, long id) {
        Album album = new Album();
        album.id = id;
        album.tags.add("t");
        album.notes.add("n");
        em.persist(album);
        Song song = new Song();
        song.id = id;
        song.album = album;
        song.singers.add("s");
        em.persist(song);
        album.played.add(song);
        em.persist(poster(id));
    }

    private static Poster poster(long id) {
        Poster poster = new Poster();
        poster.id = id;
        poster.tags.add("p");
        return poster;
    }

    private List<String> all() {
        return TABLES.stream()
                .flatMap(table -> world.rows("select * from " + table).stream().map(row -> table + ": " + row))
                .toList();
    }

    private String lie(TenantId of, String column) {
        return "cast('" + of.uuid() + "' as uuid) as " + column;
    }

    /** Ways to load what is not A's, or is marked. */
    private Map<String, Consumer<EntityManager>> loads() {
        Map<String, Consumer<EntityManager>> loads = new LinkedHashMap<>();
        loads.put("owned", em -> em.createNativeQuery("select * from album where id = 2", Album.class)
                .getResultList());
        loads.put("among own", em -> em.createNativeQuery("select * from album order by id", Album.class)
                .getResultList());
        loads.put("streamed", em -> {
            try (Stream<?> rows = em.createNativeQuery("select * from song order by id", Song.class)
                    .getResultStream()) {
                rows.forEach(row -> {});
            }
        });
        loads.put("owned through", em -> em.createNativeQuery("select * from song where id = 2", Song.class)
                .getResultList());
        loads.put("joined", em -> em.unwrap(Session.class)
                .createNativeQuery(
                        "select {a.*}, {s.*} from album a join song s on s.id = 2 where a.id = 1", Object.class)
                .addEntity("a", Album.class)
                .addJoin("s", "a.songs")
                .getResultList());
        loads.put("marked", em -> em.createNativeQuery("select * from poster where id = 3", Poster.class)
                .getResultList());
        loads.put("lying", em -> em.createNativeQuery(
                        "select id, " + lie(a, "tenant") + " from album where id = 2", Album.class)
                .getResultList());
        loads.put("lying, streamed", em -> {
            try (Stream<?> rows = em.createNativeQuery(
                            "select id, " + lie(a, "tenant") + " from album where id = 2", Album.class)
                    .getResultStream()) {
                rows.forEach(row -> {});
            }
        });
        loads.put("lying about the mark", em -> em.createNativeQuery(
                        "select id, tenant, album_id, cast(null as timestamp with time zone) as deleted_at, deleted_by, deletion_id "
                                + "from poster where id = 3",
                        Poster.class)
                .getResultList());
        loads.put("two columns of one name", em -> em.createNativeQuery(
                        "select b.id, x.tenant from album x join album b on b.id = x.id + 1", Album.class)
                .getResultList());
        return loads;
    }

    /** In a session that holds rows of A, and was refused others, and goes on. */
    private void afterRefusal(String name, Consumer<EntityManager> load, Consumer<EntityManager> next) {
        List<String> before = all();
        TenantScope.of(a).run(() -> {
            try (EntityManager em = world.safe.createEntityManager()) {
                em.getTransaction().begin();
                assertThat(em.find(Album.class, 1L).tags).hasSize(1);
                assertThatThrownBy(() -> load.accept(em))
                        .as(name)
                        .isInstanceOfAny(ForeignRowException.class, MarkedException.class);
                assertThatThrownBy(() -> next.accept(em))
                        .as(name)
                        .hasMessageContaining("neither reads nor writes any more");
                if (em.getTransaction().isActive()) {
                    em.getTransaction().rollback();
                }
            }
        });
        assertThat(all()).as(name).isEqualTo(before);
    }

    @Test
    @Shows("native query that loads entities, also with `addJoin` and `addFetch`, in a `StatelessSession` too")
    @Shows(
            value = "native query that loads entities, also with `addJoin` and `addFetch`, in a `StatelessSession` too",
            in = Shows.PROTECTED)
    void nothingIsCommittedAfterARefusedLoad() {
        loads().forEach((name, load) ->
                afterRefusal(name, load, em -> em.getTransaction().commit()));
    }

    @Test
    @Shows("a session after such a refusal, caught or not")
    void nothingIsReadOrWrittenAfterARefusedLoad() {
        Map<String, Consumer<EntityManager>> uses = Map.of(
                "find", em -> em.find(Song.class, 2L),
                "find of own", em -> em.find(Poster.class, 1L),
                "reference", em -> Hibernate.initialize(em.getReference(Album.class, 2L)),
                "flush", EntityManager::flush,
                "query", em -> em.createQuery("from Poster").getResultList(),
                "collection", em -> Hibernate.size(em.find(Album.class, 1L).songs));
        loads().forEach((name, load) -> uses.forEach((what, use) -> afterRefusal(name + ", " + what, load, use)));
    }

    @Test
    void aClearedSessionGoesOn() {
        TenantScope.of(a).run(() -> {
            try (EntityManager em = world.safe.createEntityManager()) {
                em.getTransaction().begin();
                assertThatThrownBy(() -> em.createNativeQuery("select * from album", Album.class)
                                .getResultList())
                        .isInstanceOf(ForeignRowException.class);
                em.getTransaction().rollback();
                em.clear();
                em.getTransaction().begin();
                em.find(Album.class, 1L).tags.add("more");
                em.getTransaction().commit();
            }
        });
        assertThat(world.count("album_tags")).isEqualTo(3);
        assertThat(world.count("album_notes")).isEqualTo(2);
    }

    @Test
    void ownRowsAreLoadedByAnySql() {
        inA(em -> {
            assertThat((List<?>) em.createNativeQuery("select * from song where id = 1", Song.class)
                            .getResultList())
                    .hasSize(1);
            Poster poster = em.find(Poster.class, 1L);
            em.remove(poster);
            // which it marked itself, and nobody else sees yet
            assertThat((List<?>) em.createNativeQuery("select * from poster where id = 1", Poster.class)
                            .getResultList())
                    .hasSize(1);
        });
    }
}
