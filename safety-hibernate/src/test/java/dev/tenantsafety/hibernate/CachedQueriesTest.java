package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThatList;

import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import java.util.List;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.jpa.HibernateHints;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A cached result is out of date as well when a unit was closed, and none of its rows has changed. */
@ParameterizedClass
@EnumSource(Database.class)
class CachedQueriesTest extends WorldTest {

    @Entity(name = "Shop")
    static class Shop implements SoftDeletable {
        @Id
        SiteId id = SiteId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Part")
    static class Part {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;
    }

    @Entity(name = "Mid")
    @OwnedThrough("part")
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Mid {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Part part;
    }

    @Entity(name = "Leaf")
    @OwnedThrough("mid")
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Leaf {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Mid mid;
    }

    private final SiteId first = SiteId.create();
    private final SiteId second = SiteId.create();

    CachedQueriesTest(Database database) {
        super(new World(database, List.of(Shop.class, Part.class, Mid.class, Leaf.class), CacheTest.CACHES));
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            for (SiteId site : List.of(first, second)) {
                Shop shop = new Shop();
                shop.id = site;
                em.persist(shop);
                Part part = new Part();
                part.id = site.equals(first) ? 1 : 2;
                part.site = site;
                em.persist(part);
                Mid mid = new Mid();
                mid.id = part.id;
                mid.part = part;
                em.persist(mid);
                Leaf leaf = new Leaf();
                leaf.id = part.id;
                leaf.mid = mid;
                em.persist(leaf);
            }
        });
    }

    private static List<Long> cached(EntityManager em, String hql) {
        return em.createQuery(hql, Long.class)
                .setHint(HibernateHints.HINT_CACHEABLE, true)
                .getResultList();
    }

    private static List<Long> leaves(EntityManager em) {
        return em.createQuery("from Leaf order by id", Leaf.class)
                .setHint(HibernateHints.HINT_CACHEABLE, true)
                .getResultStream()
                .map(leaf -> leaf.id)
                .toList();
    }

    @Test
    @Shows("a cached query, after the unit of its rows was closed")
    void rowsOfAClosedSite() {
        String hql = "select p.id from Part p order by p.id";
        assertThatList(world.get(a, em -> cached(em, hql))).containsExactly(1L, 2L);
        assertThatList(world.get(a, CachedQueriesTest::leaves)).containsExactly(1L, 2L);
        assertThatList(across(hql)).containsExactly(1L, 2L);
        inA(em -> em.remove(em.find(Shop.class, second)));
        assertThatList(world.get(a, em -> cached(em, hql))).containsExactly(1L);
        assertThatList(world.get(a, CachedQueriesTest::leaves)).containsExactly(1L);
        assertThatList(across(hql)).containsExactly(1L);
    }

    private List<Long> across(String hql) {
        return CrossTenant.read("a test").call(() -> World.transaction(world.safe, em -> cached(em, hql)));
    }
}
