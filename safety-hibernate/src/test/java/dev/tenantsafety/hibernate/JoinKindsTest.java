package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hibernate.Session;
import org.hibernate.query.common.JoinType;
import org.hibernate.query.criteria.HibernateCriteriaBuilder;
import org.hibernate.query.criteria.JpaCriteriaQuery;
import org.hibernate.query.criteria.JpaRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CROSS, RIGHT and FULL joins: what they preserve, or multiply, is in the scope and alive. */
@ParameterizedClass
@EnumSource(Database.class)
class JoinKindsTest extends WorldTest {

    @Entity(name = "Genre")
    @Shared("a catalog")
    static class Genre {
        @Id
        long id;

        String name = "genre";

        @OneToMany(mappedBy = "genre")
        Set<Song> songs = new HashSet<>();
    }

    @Entity(name = "Song")
    static class Song implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Genre genre;

        @ElementCollection
        Set<String> tags = new HashSet<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Verse")
    @OwnedThrough("song")
    static class Verse {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        Song song;

        String name = "";
    }

    JoinKindsTest(Database database) {
        super(new World(database, List.of(Genre.class, Song.class, Verse.class), Map.of()));
    }

    @BeforeEach
    void songs() {
        world.without(em -> {
            Genre genre = new Genre();
            genre.id = 1;
            em.persist(genre);
        });
        inA(em -> {
            persist(em, 1, "mine");
            persist(em, 2, "marked");
        });
        world.in(b, em -> persist(em, 3, "foreign"));
        inA(em -> {
            em.createQuery("delete from Verse where id = 2").executeUpdate();
            em.remove(em.find(Song.class, 2L));
        });
    }

    private static void persist(EntityManager em, long id, String name) {
        Song song = new Song();
        song.id = id;
        song.name = name;
        song.genre = em.find(Genre.class, 1L);
        song.tags.add(name);
        em.persist(song);
        Verse verse = new Verse();
        verse.id = id;
        verse.song = song;
        verse.name = name;
        em.persist(verse);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select o.name from Song s cross join Song o",
                "select o.name from Genre g cross join Song o",
                "select o.name from Genre g cross join Verse o",
                "select o.name from Genre g right join Song o on o.genre = g",
                "select o.name from Genre g right join Song o on 1 = 0",
                "select o.name from Genre g right join g.songs o",
                "select o.name from Genre g right join Verse o on o.id > 0",
                "select o.name from (select g.id as id from Genre g) g right join Song o on o.genre.id = g.id",
                "with x as (select g.id as id from Genre g) select o.name from x g right join Song o on o.genre.id = g.id",
                "select o.name from Verse v right join v.song o",
                "select max(o.name) from Genre g right join Song o on true",
                "select (select max(o.name) from Genre g2 cross join Song o) from Genre g",
                "select o.name from Genre g left join Song l on l.genre = g right join Song o on o.id = l.id",
            })
    @Shows("CROSS, RIGHT and FULL joins")
    void readOnlyWhatIsInTheScope(String query) {
        inA(em ->
                assertThat(em.createQuery(query, String.class).getResultList()).containsOnly("mine"));
        if (!query.contains("Verse v") && !query.contains("Song s")) {
            assertThatThrownBy(() -> world.without(
                            em -> em.createQuery(query, String.class).getResultList()))
                    .as("without a scope")
                    .isInstanceOf(TenantSafetyException.class);
        }
    }

    @Test
    void aRightJoinKeepsWhatHasNoPartner() {
        inA(em -> assertThat(em.createQuery(
                                "select s.name from Song s right join Genre g on s.genre = g and s.id = -1",
                                String.class)
                        .getResultList())
                .hasSizeLessThanOrEqualTo(1)
                .doesNotContain("foreign", "marked"));
    }

    @Test
    @Shows(value = "CROSS, RIGHT and FULL joins", in = Shows.PROTECTED)
    void collectionsBehindThem() {
        inA(em -> {
            assertThat(em.createQuery("select t from Genre g cross join Song o join o.tags t", String.class)
                            .getResultList())
                    .containsOnly("mine");
            assertThat(em.createQuery("select t from Song o right join o.tags t", String.class)
                            .getResultList())
                    .containsOnly("mine");
            assertThatThrownBy(() -> em.createQuery(
                                    "select t from Genre g left join g.songs s right join s.tags t", String.class)
                            .getResultList())
                    .isInstanceOf(ForeignRowException.class)
                    .hasMessage(
                            "A right outer join of Song.tags would read the elements of all rows. Use an inner or a left join.");
        });
    }

    @Test
    void criteria() {
        for (JoinType type : List.of(JoinType.RIGHT, JoinType.CROSS)) {
            inA(em -> {
                HibernateCriteriaBuilder builder = em.unwrap(Session.class).getCriteriaBuilder();
                JpaCriteriaQuery<Object> query = builder.createQuery();
                JpaRoot<Genre> genre = query.from(Genre.class);
                if (type == JoinType.CROSS) {
                    query.select(genre.crossJoin(Song.class).get("name"));
                } else {
                    query.select(genre.join(Song.class, type)
                            .on(builder.isNotNull(genre.get("id")))
                            .get("name"));
                }
                assertThat(em.createQuery(query).getResultList()).containsOnly("mine");
            });
        }
    }

    @Test
    void bulkStatements() {
        inA(em -> em.createQuery("update Genre g set name = (select max(o.name) from Genre x cross join Song o)")
                .executeUpdate());
        assertThat(world.rows("select name from Genre")).containsExactly("mine | ");
        inA(em -> em.createQuery(
                        "insert into Genre (id, name) select max(o.id) + 10, max(o.name) from Genre x right join Song o on true")
                .executeUpdate());
        assertThat(world.rows("select id, name from Genre where id > 1")).containsExactly("11 | mine | ");
    }

    @Test
    @Shows(value = "CROSS, RIGHT and FULL joins", in = Shows.PROTECTED)
    void fullJoins() {
        assumeFalse(world.isUpperCase(), "H2 has none");
        inA(em -> assertThat(em.createQuery("select o.name from Genre g full join Song o on o.genre = g", String.class)
                        .getResultList())
                .containsOnly("mine"));
    }
}
