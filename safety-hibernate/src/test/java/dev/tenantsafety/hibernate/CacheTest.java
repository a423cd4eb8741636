package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.CommentId;
import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.hibernate.world.TicketId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.IncludeDeleted;
import dev.tenantsafety.scope.NoTenantScopeException;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Cacheable;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityNotFoundException;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hibernate.Hibernate;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.jpa.HibernateHints;
import org.hibernate.stat.Statistics;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the second-level cache and the query cache give away: nothing. */
class CacheTest extends WorldTest {

    static final Map<String, Object> CACHES = Map.of(
            "hibernate.cache.use_second_level_cache", "true",
            "hibernate.cache.use_query_cache", "true",
            "hibernate.cache.region.factory_class", "jcache",
            "hibernate.javax.cache.provider", "com.github.benmanes.caffeine.jcache.spi.CaffeineCachingProvider",
            "hibernate.javax.cache.missing_cache_strategy", "create",
            "hibernate.generate_statistics", "true");

    private final Statistics statistics;
    private ProjectId folder = ProjectId.create();
    private TicketId first = TicketId.create();

    CacheTest() {
        super(new World(Database.H2, List.of(Folder.class, Sheet.class, Line.class), CACHES));
        statistics = world.safe.unwrap(SessionFactory.class).getStatistics();
    }

    @Entity(name = "Folder")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Folder implements SoftDeletable {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToMany(mappedBy = "folder", cascade = CascadeType.ALL)
        @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
        List<Sheet> sheets = new ArrayList<>();

        @Embedded
        @Nullable
        Tombstone tombstone;

        Sheet sheet(String name) {
            Sheet sheet = new Sheet();
            sheet.folder = this;
            sheet.name = name;
            sheets.add(sheet);
            return sheet;
        }
    }

    @Entity(name = "Sheet")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Sheet implements SoftDeletable {
        @Id
        TicketId id = TicketId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Folder folder;

        String name = "";

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    /** Whose it is, is known of its sheet alone, of which a cache holds the key. */
    @Entity(name = "Line")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    @OwnedThrough("sheet")
    static class Line {
        @Id
        CommentId id = CommentId.create();

        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        @Nullable
        Sheet sheet;
    }

    @Test
    @Shows(value = "second-level cache", in = Shows.NOT_PROTECTED)
    void whatIsOwnedThroughOthersIsNotTakenFromTheCache() {
        Line line = new Line();
        inA(em -> {
            line.sheet = em.find(Sheet.class, first);
            em.persist(line);
        });
        for (int i = 0; i < 2; i++) {
            inA(em -> assertThat(em.find(Line.class, line.id)).isNotNull());
        }
        assertThat(statistics
                        .getDomainDataRegionStatistics(Line.class.getName())
                        .getPutCount())
                .isPositive();
        world.in(b, em -> {
            assertThat(em.find(Line.class, line.id)).isNull();
            assertThatThrownBy(() -> Hibernate.initialize(em.getReference(Line.class, line.id)))
                    .isInstanceOf(EntityNotFoundException.class);
        });
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            Folder made = new Folder();
            first = made.sheet("first").id;
            made.sheet("second");
            em.persist(made);
            folder = made.id;
        });
        world.in(b, em -> {
            Folder made = new Folder();
            made.sheet("of b");
            em.persist(made);
        });
        fillCaches();
        statistics.clear();
    }

    private void fillCaches() {
        inA(em -> {
            assertThat(em.find(Sheet.class, first)).isNotNull();
            assertThat(sheets(em)).isNotEmpty();
            assertThat(cachedQuery(em)).isNotEmpty();
        });
    }

    /** Past the proxy, which has fields of its own. */
    private List<Sheet> sheets(EntityManager em) {
        return ((Folder) Hibernate.unproxy(em.find(Folder.class, folder))).sheets;
    }

    private static List<String> cachedQuery(EntityManager em) {
        return em
                .createQuery("from Sheet order by name", Sheet.class)
                .setHint(HibernateHints.HINT_CACHEABLE, true)
                .getResultList()
                .stream()
                .map(sheet -> sheet.name)
                .toList();
    }

    private DeletionId removeFirst() {
        return world.get(a, em -> Deletions.of(em).because("test", () -> em.remove(em.find(Sheet.class, first))));
    }

    private void assertFirstIsGone() {
        inA(em -> assertThat(em.find(Sheet.class, first)).isNull());
        inA(em -> assertThat(sheets(em)).extracting(sheet -> sheet.name).containsExactly("second"));
        inA(em -> assertThat(cachedQuery(em)).containsExactly("second"));
    }

    private void assertFirstIsThere() {
        inA(em -> assertThat(em.find(Sheet.class, first)).isNotNull());
        inA(em -> assertThat(sheets(em)).hasSize(2));
        inA(em -> assertThat(cachedQuery(em)).containsExactly("first", "second"));
    }

    @Test
    void theOwnerFindsInTheCache() {
        inA(em -> assertThat(em.find(Sheet.class, first)).isNotNull());
        assertThat(statistics.getSecondLevelCacheHitCount()).isPositive();
        assertThat(statistics.getPrepareStatementCount()).isZero();
    }

    @Test
    void othersDoNotAndSpoilNothing() {
        world.in(b, em -> assertThat(em.find(Sheet.class, first)).isNull());
        world.in(b, em -> assertThat(em.find(Folder.class, folder)).isNull());
        assertThat(statistics.getPrepareStatementCount())
                .isEqualTo(2); // the cache misses, and the filters find nothing
        assertFirstIsThere();
    }

    @Test
    void nobodyFindsInTheCacheWithoutAScope() {
        assertThatThrownBy(() -> world.without(em -> em.find(Sheet.class, first)))
                .isInstanceOf(NoTenantScopeException.class);
        assertThatThrownBy(() -> world.without(em -> em.getReference(Sheet.class, first)))
                .isInstanceOf(NoTenantScopeException.class);
        assertThat(statistics.getPrepareStatementCount()).isZero();
    }

    @Test
    void aReferenceToARowOfOthersLeadsNowhere() {
        // The latter of an enhanced instance, which asks no listener before it reads from the cache.
        assertThatThrownBy(() -> world.in(b, em -> Hibernate.initialize(em.getReference(Sheet.class, first))))
                .isInstanceOfAny(EntityNotFoundException.class, ForeignRowException.class);
        assertFirstIsThere();
    }

    @Test
    void whatIsMarkedIsGoneFromAllCaches() {
        removeFirst();
        assertFirstIsGone();
        assertFirstIsGone();
    }

    @Test
    void whatComesBackIsInAllCaches() {
        DeletionId deletion = removeFirst();
        assertFirstIsGone();
        inA(em -> Deletions.of(em).undo(deletion));
        assertFirstIsThere();
        assertFirstIsThere();
    }

    @Test
    void aRollbackOfAMarkLeavesTheCacheAsItWas() {
        assertThatThrownBy(() -> inA(em -> {
                    em.remove(em.find(Sheet.class, first));
                    em.flush();
                    throw new IllegalArgumentException("no");
                }))
                .isInstanceOf(IllegalArgumentException.class);
        assertFirstIsThere();
    }

    @Test
    void queryResultsAreKeptApartByScope() {
        inA(em -> assertThat(cachedQuery(em)).containsExactly("first", "second"));
        assertThat(statistics.getQueryCacheHitCount()).isEqualTo(1);
        world.in(b, em -> assertThat(cachedQuery(em)).containsExactly("of b"));
        assertThat(statistics.getQueryCacheHitCount()).isEqualTo(1);
        world.in(b, em -> assertThat(cachedQuery(em)).containsExactly("of b"));
        inA(em -> assertThat(cachedQuery(em)).containsExactly("first", "second"));
        assertThat(statistics.getQueryCacheHitCount()).isEqualTo(3);
    }

    @Test
    void theBinSpoilsNothing() {
        removeFirst();
        for (int i = 0; i < 2; i++) {
            inA(em -> IncludeDeleted.because("bin").run(() -> {
                assertThat(em.find(Sheet.class, first)).isNotNull();
                assertThat(sheets(em)).hasSize(2);
                assertThat(cachedQuery(em)).containsExactly("first", "second");
            }));
            assertFirstIsGone();
        }
    }

    @Test
    void aBinOpenedInsideASessionSpoilsNothing() {
        removeFirst();
        inA(em -> {
            assertThat(cachedQuery(em)).containsExactly("second");
            IncludeDeleted.because("bin").run(() -> assertThat(cachedQuery(em)).containsExactly("first", "second"));
            assertThat(cachedQuery(em)).containsExactly("second");
        });
        assertFirstIsGone();
    }
}
