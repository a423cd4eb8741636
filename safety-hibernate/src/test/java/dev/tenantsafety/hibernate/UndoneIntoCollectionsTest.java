package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapKeyColumn;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hibernate.Hibernate;
import org.hibernate.annotations.OptimisticLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** An undo increases the version of a row into whose collections it brings elements back, as Hibernate does when they change. */
@ParameterizedClass
@EnumSource(Database.class)
class UndoneIntoCollectionsTest extends WorldTest {

    @Entity(name = "Song")
    static class Song implements SoftDeletable {
        @Id
        String name = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Mix of;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Embeddable
    static class Inner {
        @OneToMany
        @JoinColumn(name = "boxed_in")
        @OrderColumn(name = "boxed_place")
        List<Song> boxed = new ArrayList<>();
    }

    @Entity(name = "Mix")
    static class Mix implements SoftDeletable {
        @Id
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Version
        int version;

        String title = "";

        @OneToMany
        @JoinColumn(name = "listed_in")
        @OrderColumn(name = "place")
        List<Song> listed = new ArrayList<>();

        @OneToMany
        @JoinColumn(name = "kept_in")
        Set<Song> kept = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "mix_best")
        @OrderColumn(name = "place")
        List<Song> best = new ArrayList<>();

        @ManyToMany
        @JoinTable(name = "mix_liked")
        Set<Song> liked = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "mix_keyed")
        @MapKeyColumn(name = "k")
        Map<String, Song> keyed = new HashMap<>();

        @Embedded
        Inner inner = new Inner();

        @ManyToMany
        @JoinTable(name = "mix_excluded")
        @OptimisticLock(excluded = true)
        Set<Song> excluded = new HashSet<>();

        @OneToMany(mappedBy = "of")
        Set<Song> inverse = new HashSet<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Embeddable
    record Key(String one, int two) {}

    @Entity(name = "Timed")
    static class Timed {
        @EmbeddedId
        Key id = new Key("", 0);

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Version
        @Nullable
        Instant version;

        @ManyToMany
        @JoinTable(name = "timed_songs")
        Set<Song> songs = new HashSet<>();
    }

    @Entity(name = "Joined")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Joined {
        @Id
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Version
        long version;
    }

    @Entity(name = "Leaf")
    static class Leaf extends Joined {
        @OneToMany
        @JoinColumn(name = "leaf_id")
        Set<Song> songs = new HashSet<>();
    }

    @Entity(name = "Union")
    @Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
    abstract static class Union {
        @Id
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Version
        @Nullable
        Integer version;

        @ManyToMany
        @JoinTable(name = "union_songs")
        Set<Song> songs = new HashSet<>();
    }

    @Entity(name = "OfOne")
    static class OfOne extends Union {}

    @Entity(name = "OfTwo")
    static class OfTwo extends Union {}

    @Entity(name = "Part")
    @OwnedThrough("mix")
    static class Part {
        @Id
        String id = "";

        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        Mix mix = new Mix();

        @Version
        short version;

        @ManyToMany
        @JoinTable(name = "part_songs")
        Set<Song> songs = new HashSet<>();
    }

    UndoneIntoCollectionsTest(Database database) {
        super(new World(
                database,
                List.of(
                        Song.class,
                        Mix.class,
                        Timed.class,
                        Joined.class,
                        Leaf.class,
                        Union.class,
                        OfOne.class,
                        OfTwo.class,
                        Part.class),
                Map.of()));
        inA(em -> Stream.of("song", "other").forEach(name -> em.persist(song(name))));
        inA(em -> em.persist(mix("bystander", mix -> mix.listed.add(em.find(Song.class, "other")))));
    }

    private static Song song(String name) {
        Song song = new Song();
        song.name = name;
        return song;
    }

    private static Mix mix(String id, Consumer<Mix> work) {
        Mix mix = new Mix();
        mix.id = id;
        work.accept(mix);
        return mix;
    }

    private DeletionId because(Consumer<EntityManager> work) {
        return world.get(a, em -> Deletions.of(em).because("test", () -> work.accept(em)));
    }

    private DeletionId removed() {
        return because(em -> em.remove(em.find(Song.class, "song")));
    }

    private List<String> versions(String table) {
        return world.rows("select version from " + table + " order by 1");
    }

    /** A session that reads an owner, and writes it after the undo. */
    private void isStale(Function<EntityManager, Object> read, Consumer<Object> write, DeletionId deletion) {
        TenantScope.of(a).run(() -> {
            try (EntityManager stale = world.safe.createEntityManager()) {
                stale.getTransaction().begin();
                Object owner = read.apply(stale);
                inA(em -> Deletions.of(em).undo(deletion));
                write.accept(owner);
                assertThatThrownBy(stale::flush).isInstanceOf(OptimisticLockException.class);
                stale.getTransaction().rollback();
            }
        });
    }

    private void isIncreased(Consumer<Mix> change, Function<Mix, Object> collection) {
        inA(em -> em.persist(mix("mix", mix -> {})));
        inA(em -> change.accept(em.find(Mix.class, "mix")));
        DeletionId deletion = removed();
        int before = version("mix");
        isStale(
                em -> {
                    Mix mix = em.find(Mix.class, "mix");
                    Hibernate.initialize(collection.apply(mix));
                    return mix;
                },
                mix -> ((Mix) mix).title = "changed",
                deletion);
        assertThat(version("mix")).isEqualTo(before + 1);
        assertThat(version("bystander")).isZero();
    }

    private int version(String mix) {
        return world.get(a, em -> Objects.requireNonNull(em.find(Mix.class, mix)).version);
    }

    private Song reference() {
        return world.get(a, em -> em.find(Song.class, "song"));
    }

    @Test
    void ofEachKindOfCollection() {
        Map<Consumer<Mix>, Function<Mix, Object>> kinds = Map.of(
                mix -> mix.listed.add(reference()), mix -> mix.listed,
                mix -> mix.kept.add(reference()), mix -> mix.kept,
                mix -> mix.best.add(reference()), mix -> mix.best,
                mix -> mix.liked.add(reference()), mix -> mix.liked,
                mix -> mix.keyed.put("k", reference()), mix -> mix.keyed,
                mix -> mix.inner.boxed.add(reference()), mix -> mix.inner.boxed);
        kinds.forEach((change, collection) -> {
            isIncreased(change, collection);
            world.sql("delete from mix_best", "delete from mix_liked", "delete from mix_keyed");
            world.sql(
                    "update song set listed_in = null, kept_in = null, boxed_in = null where name = 'song'",
                    "delete from mix where id = 'mix'");
        });
    }

    @Test
    void notOfCollectionsThatDoNotCount() {
        inA(em -> em.persist(mix("mix", mix -> {
            mix.excluded.add(em.find(Song.class, "song"));
            em.find(Song.class, "song").of = mix;
        })));
        DeletionId deletion = removed();
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(version("mix")).isZero();
    }

    @Test
    void onceHoweverManyCollectionsAndElements() {
        inA(em -> em.persist(mix("mix", mix -> {
            for (String name : List.of("song", "other")) {
                Song song = em.find(Song.class, name);
                mix.best.add(song);
                mix.liked.add(song);
            }
        })));
        DeletionId deletion = because(em -> {
            em.remove(em.find(Song.class, "song"));
            em.remove(em.find(Song.class, "other"));
        });
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(version("mix")).isEqualTo(1);
        assertThat(version("bystander")).isEqualTo(1);
    }

    @Test
    void onceWhereTheOwnerComesBackItself() {
        inA(em -> em.persist(mix("mix", mix -> mix.best.add(em.find(Song.class, "song")))));
        DeletionId deletion = because(em -> {
            em.remove(em.find(Mix.class, "mix"));
            em.remove(em.find(Song.class, "song"));
        });
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(version("mix")).isEqualTo(2); // the mark, and the undo
    }

    @Test
    void notOfAnOwnerThatStaysMarked() {
        inA(em -> em.persist(mix("mix", mix -> mix.liked.add(em.find(Song.class, "song")))));
        DeletionId deletion = removed();
        DeletionId ofMix = because(em -> em.remove(em.find(Mix.class, "mix")));
        List<String> before = versions("mix");
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(versions("mix")).isEqualTo(before);
        inA(em -> Deletions.of(em).undo(ofMix));
    }

    @Test
    void notWhereTheElementIsSkipped() {
        inA(em -> em.persist(mix("mix", mix -> mix.liked.add(em.find(Song.class, "song")))));
        inA(em -> em.persist(mix("made", mix -> em.find(Song.class, "song").of = mix)));
        DeletionId deletion = removed();
        because(em -> em.remove(em.find(Mix.class, "made")));
        inA(em -> Deletions.of(em).planUndo(deletion).execute(UndoPolicy.SKIP));
        assertThat(version("mix")).isZero();
    }

    @Test
    void ofATime() {
        inA(em -> {
            Timed timed = new Timed();
            timed.id = new Key("t", 1);
            em.persist(timed);
            timed.songs.add(em.find(Song.class, "song"));
            Timed other = new Timed();
            other.id = new Key("t", 2);
            em.persist(other);
        });
        DeletionId deletion = removed();
        List<String> other = world.rows("select version from timed where two = 2");
        isStale(em -> em.find(Timed.class, new Key("t", 1)), timed -> ((Timed) timed).songs.clear(), deletion);
        assertThat(world.rows("select version from timed where two = 2")).isEqualTo(other);
    }

    @Test
    void ofHierarchies() {
        inA(em -> {
            Leaf leaf = new Leaf();
            leaf.id = "leaf";
            leaf.songs.add(em.find(Song.class, "song"));
            em.persist(leaf);
            OfOne first = new OfOne();
            first.id = "first";
            first.songs.add(em.find(Song.class, "song"));
            em.persist(first);
            OfTwo second = new OfTwo();
            second.id = "second";
            second.songs.add(em.find(Song.class, "other"));
            em.persist(second);
        });
        DeletionId deletion = removed();
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(versions("Joined")).containsExactly("1 | ");
        assertThat(versions("OfOne")).containsExactly("1 | ");
        assertThat(versions("OfTwo")).containsExactly("0 | ");
    }

    @Test
    void ofWhatIsOwnedThroughAnother() {
        inA(em -> {
            Part part = new Part();
            part.id = "part";
            part.mix = em.find(Mix.class, "bystander");
            part.songs.add(em.find(Song.class, "song"));
            em.persist(part);
        });
        DeletionId deletion = removed();
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(versions("Part")).containsExactly("1 | ");
    }

    @Test
    void theSessionOfTheUndoGoesOn() {
        inA(em -> em.persist(mix("mix", mix -> mix.listed.add(em.find(Song.class, "song")))));
        DeletionId deletion = removed();
        inA(em -> {
            Mix mix = em.find(Mix.class, "mix");
            Hibernate.initialize(mix.listed);
            Deletions.of(em).undo(deletion);
            assertThat(mix.listed).extracting(song -> song.name).containsExactly("song");
            mix.title = "changed";
            em.flush();
            assertThat(mix.version).isEqualTo(2);
        });
    }

    @Test
    void ofManyOwners() {
        inA(em -> {
            for (int i = 0; i < 20; i++) {
                em.persist(mix("mix" + i, mix -> mix.liked.add(em.find(Song.class, "song"))));
            }
        });
        DeletionId deletion = removed();
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(versions("mix where id <> 'bystander'")).hasSize(20).containsOnly("1 | ");
    }
}
