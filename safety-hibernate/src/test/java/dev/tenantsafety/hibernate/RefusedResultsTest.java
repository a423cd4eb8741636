package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapKeyJoinColumn;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.SessionFactory;
import org.hibernate.jpa.HibernateHints;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What links in the database lead to rows of others for gives none of their columns, and no part of a result. */
@ParameterizedClass
@EnumSource(Database.class)
class RefusedResultsTest extends WorldTest {

    @Entity(name = "Breed")
    @Shared("one catalog")
    static class Breed {
        @Id
        long id;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Horse best;
    }

    @Entity(name = "Horse")
    static class Horse {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";
    }

    @Entity(name = "Barn")
    static class Barn {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToMany(cascade = CascadeType.PERSIST)
        @MapKeyJoinColumn(name = "rider")
        Map<Horse, Horse> pairs = new HashMap<>();
    }

    RefusedResultsTest(Database database) {
        super(new World(database, List.of(Breed.class, Horse.class, Barn.class), CacheTest.CACHES));
    }

    private static Horse horse(EntityManager em, long id, String name) {
        Horse horse = new Horse();
        horse.id = id;
        horse.name = name;
        em.persist(horse);
        return horse;
    }

    @BeforeEach
    void rows() {
        world.in(b, em -> horse(em, 2, "of b"));
        inA(em -> {
            Barn barn = new Barn();
            barn.id = 1;
            Horse own = horse(em, 1, "of a");
            barn.pairs.put(own, own);
            em.persist(barn);
        });
        world.sql("insert into breed (id, best_id) values (1, 1), (2, null), (3, 2)");
        String columns = world.rows("select * from barn_horse").isEmpty() ? "" : "barn_id, rider, pairs_id";
        world.sql("insert into barn_horse (" + columns + ") values (1, 2, 1)");
        world.safe.unwrap(SessionFactory.class).getCache().evictAllRegions();
    }

    private static List<Breed> breeds(EntityManager em) {
        return em.createQuery("from Breed b left join fetch b.best order by b.id", Breed.class)
                .setHint(HibernateHints.HINT_CACHEABLE, true)
                .getResultList();
    }

    @Test
    void aResultThatWasRefusedIsNotCached() {
        for (int turn = 0; turn < 2; turn++) {
            assertThatThrownBy(() -> inA(RefusedResultsTest::breeds)).isInstanceOf(RuntimeException.class);
        }
        world.sql("update breed set best_id = null where id = 3");
        world.safe.unwrap(SessionFactory.class).getStatistics().setStatisticsEnabled(true);
        inA(em -> assertThat(breeds(em)).hasSize(3));
        inA(em -> assertThat(breeds(em)).hasSize(3));
        assertThat(world.safe.unwrap(SessionFactory.class).getStatistics().getQueryCacheHitCount())
                .isEqualTo(1);
        world.safe.unwrap(SessionFactory.class).getStatistics().setStatisticsEnabled(false);
    }

    @Test
    void aSharedRowIsNotUpsertedWithAReferenceToARowOfOthers() {
        TenantScope.of(a)
                .run(() -> World.stateless(world.safe, session -> {
                    Breed breed = new Breed();
                    breed.id = 2;
                    breed.best = new Horse();
                    breed.best.id = 1;
                    session.upsert(breed);
                    breed.best.id = 2;
                    assertThatThrownBy(() -> session.upsert(breed)).isInstanceOf(ForeignRowException.class);
                }));
    }

    @Test
    void aKeyOfOthersTellsNothing() {
        inA(em -> {
            for (String hql : List.of(
                    "select key(p).name from Barn b join b.pairs p",
                    "select max(key(p).name) from Barn b join b.pairs p",
                    "select k.name from Barn b join b.pairs p join key(p) k",
                    "select p.name from Barn b join b.pairs p order by key(p).name")) {
                assertThat(em.createQuery(hql, String.class).getResultList())
                        .as(hql)
                        .containsExactly("of a");
            }
            assertThat(em.createQuery("select count(p) from Barn b join b.pairs p", Long.class)
                            .getSingleResult())
                    .isEqualTo(1);
            assertThat(em.find(Barn.class, 1L).pairs).hasSize(1);
        });
        CrossTenant.read("test")
                .run(() -> world.without(
                        em -> assertThat(em.createQuery("select key(p).name from Barn b join b.pairs p", String.class)
                                        .getResultList())
                                .containsExactlyInAnyOrder("of a", "of b")));
    }
}
