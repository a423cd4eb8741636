package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hibernate.Hibernate;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.CacheLayout;
import org.hibernate.annotations.QueryCacheLayout;
import org.hibernate.query.SelectionQuery;
import org.hibernate.stat.Statistics;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A cached query that fetches to-one attributes finds in the cache what it found in the database, also where they are null. */
class CachedFetchTest extends WorldTest {

    @Embeddable
    static class Place {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Crate inside;
    }

    @Entity(name = "Crate")
    static class Crate implements SoftDeletable {
        @Id
        String name = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Crate parent;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Cover cover;

        @OneToOne(mappedBy = "crate", fetch = FetchType.LAZY)
        @Nullable
        Seal seal;

        @Embedded
        @Nullable
        Place place;

        @OneToMany(mappedBy = "parent")
        Set<Crate> parts = new LinkedHashSet<>();

        @Embedded
        @Nullable
        Tombstone tombstone;

        protected Crate() {}

        Crate(String name) {
            this.name = name;
        }
    }

    /** Of which a cached query keeps the key alone. */
    @Entity(name = "Cover")
    @QueryCacheLayout(layout = CacheLayout.SHALLOW)
    static class Cover {
        @Id
        String name = "";

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "Seal")
    @OwnedThrough("crate")
    static class Seal {
        @Id
        String name = "";

        @OneToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Crate crate;
    }

    private final Statistics statistics;

    CachedFetchTest() {
        super(new World(Database.H2, List.of(Crate.class, Cover.class, Seal.class), caches()));
        statistics = world.safe.unwrap(SessionFactory.class).getStatistics();
        inA(em -> {
            Cover cover = new Cover();
            cover.name = "cover";
            em.persist(cover);
            Crate whole = new Crate("whole");
            whole.cover = cover;
            em.persist(whole);
            Crate part = new Crate("part");
            part.parent = whole;
            part.place = new Place();
            part.place.inside = whole;
            em.persist(part);
            Seal seal = new Seal();
            seal.name = "seal";
            seal.crate = part;
            em.persist(seal);
        });
    }

    private static Map<String, Object> caches() {
        Map<String, Object> caches = new HashMap<>(CacheTest.CACHES);
        caches.put("jakarta.persistence.sharedCache.mode", "ALL");
        return caches;
    }

    private void assertCached(String hql) {
        List<String> first = run(a, hql);
        long hits = statistics.getQueryCacheHitCount();
        assertThat(run(a, hql)).isEqualTo(first).isNotEmpty();
        assertThat(statistics.getQueryCacheHitCount()).as(hql).isEqualTo(hits + 1);
    }

    private List<String> run(TenantId tenant, String hql) {
        return world.get(tenant, em -> found(query(em, hql)));
    }

    private static SelectionQuery<Crate> query(EntityManager em, String hql) {
        return em.unwrap(Session.class).createSelectionQuery(hql, Crate.class);
    }

    private static List<String> found(SelectionQuery<Crate> query) {
        List<String> found = new ArrayList<>();
        for (Crate crate : query.setCacheable(true).getResultList()) {
            found.add(
                    crate.name + " " + name(crate.parent) + " " + name(crate.place == null ? null : crate.place.inside)
                            + " " + (crate.cover == null ? null : ((Cover) Hibernate.unproxy(crate.cover)).name) + " "
                            + (crate.parent == null || !Hibernate.isInitialized(crate.parent)
                                    ? null
                                    : name(crate.parent.parent)));
        }
        return found;
    }

    private static @Nullable String name(@Nullable Crate crate) {
        return crate == null ? null : Hibernate.isInitialized(crate) ? crate.name : "not loaded";
    }

    @Test
    void aNull() {
        assertCached("from Crate c left join fetch c.parent order by c.name");
    }

    @Test
    void ofWhichTheKeyAloneIsCached() {
        assertCached("from Crate c left join fetch c.cover order by c.name");
    }

    @Test
    void severalLevels() {
        assertCached(
                "from Crate c left join fetch c.parent p left join fetch p.parent left join fetch p.cover order by c.name");
    }

    @Test
    void inAnEmbeddable() {
        assertCached("from Crate c left join fetch c.place.inside order by c.name");
    }

    @Test
    void inElementsOfACollection() {
        assertCached(
                "from Crate c left join fetch c.parts p left join fetch p.cover left join fetch p.parent order by c.name");
    }

    @Test
    void anInverseOneToOne() {
        assertCached("from Crate c left join fetch c.seal s left join fetch s.crate order by c.name");
    }

    @Test
    void allAtOnceAndInner() {
        assertCached(
                "from Crate c left join fetch c.parent left join fetch c.cover left join fetch c.seal order by c.name");
        assertCached("from Crate c join fetch c.parent order by c.name");
    }

    @Test
    void byAnEntityGraph() {
        for (int run = 0; run < 2; run++) {
            List<String> found = world.get(a, em -> {
                SelectionQuery<Crate> query = query(em, "from Crate c order by c.name");
                var graph = em.unwrap(Session.class).createEntityGraph(Crate.class);
                graph.addAttributeNodes("parent", "cover");
                return found(query.setEntityGraph(graph, org.hibernate.graph.GraphSemantic.FETCH));
            });
            assertThat(found).containsExactly("part whole whole null null", "whole null null cover null");
        }
        assertThat(statistics.getQueryCacheHitCount()).isEqualTo(1);
    }

    @Test
    void aTargetThatIsMarkedMeanwhileIsReadAnew() {
        String hql = "from Crate c left join fetch c.cover left join fetch c.parent order by c.name";
        assertCached(hql);
        inA(em -> em.remove(em.find(Seal.class, "seal")));
        DeletionId deletion =
                world.get(a, em -> Deletions.of(em).because("test", () -> em.remove(em.find(Crate.class, "part"))));
        assertThat(run(a, hql)).containsExactly("whole null null cover null");
        assertCached(hql);
        inA(em -> Deletions.of(em).undo(deletion));
        assertCached(hql);
        assertThat(run(b, hql)).isEmpty();
    }
}
