package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.IncludeDeleted;
import dev.tenantsafety.scope.NoTenantScopeException;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.hibernate.Hibernate;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.stat.Statistics;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What of the second-level cache each kind of read by key gives to a scope, and to none. */
@ParameterizedClass
@EnumSource(Database.class)
class CachedRowsTest extends WorldTest {

    /** Of a tenant or of one of its sites. */
    @Entity(name = "Desk")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Desk implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Item")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Item implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Part")
    @OwnedThrough("item")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Part implements SoftDeletable {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Item item;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    private static final List<Class<? extends SoftDeletable>> TYPES = List.of(Desk.class, Item.class, Part.class);

    /** Of the site, and of B; of A and its site, and marked; of a desk: of A without a site. */
    private static final long OWN = 1;

    private static final long FOREIGN = 2;
    private static final long MARKED = 3;
    private static final long WITHOUT_SITE = 4;

    private final SiteId site = SiteId.create();

    CachedRowsTest(Database database) {
        super(new World(database, List.of(Desk.class, Item.class, Part.class), CacheTest.CACHES));
    }

    @BeforeEach
    void rows() {
        inSite(em -> {
            persist(em, OWN);
            persist(em, MARKED);
        });
        world.in(b, em -> persist(em, FOREIGN));
        inA(em -> em.persist(desk(WITHOUT_SITE)));
        inSite(em -> {
            em.remove(em.find(Part.class, MARKED));
            em.remove(em.find(Desk.class, MARKED));
        });
        inA(em -> em.remove(em.find(Item.class, MARKED)));
        world.safe.getCache().evictAll();
        Statistics statistics = world.safe.unwrap(SessionFactory.class).getStatistics();
        statistics.clear();
        IncludeDeleted.because("fills the cache").run(() -> {
            inA(em -> List.of(OWN, MARKED).forEach(id -> TYPES.forEach(type -> em.find(type, id))));
            inA(em -> em.find(Desk.class, WITHOUT_SITE));
        });
        world.in(b, em -> TYPES.forEach(type -> em.find(type, FOREIGN)));
        // of each type those of the site, the marked ones and those of B, and the desk without a site
        assertThat(statistics.getSecondLevelCachePutCount()).isEqualTo(10);
    }

    private static Desk desk(long id) {
        Desk desk = new Desk();
        desk.id = id;
        return desk;
    }

    private static void persist(EntityManager em, long id) {
        em.persist(desk(id));
        Item item = new Item();
        item.id = id;
        em.persist(item);
        Part part = new Part();
        part.id = id;
        part.item = item;
        em.persist(part);
    }

    private void inSite(java.util.function.Consumer<EntityManager> work) {
        TenantScope.of(a).narrow(site).run(() -> world.without(work));
    }

    private List<String> everything() {
        return Stream.of("Desk", "Item", "Part", "tenant_safety_deletion")
                .flatMap(table -> world.rows("select * from " + table).stream().map(row -> table + ": " + row))
                .toList();
    }

    private static final Map<String, BiFunction<Session, Read, @Nullable Object>> READS = new LinkedHashMap<>();
    private static final Map<String, BiFunction<StatelessSession, Read, @Nullable Object>> STATELESS =
            new LinkedHashMap<>();

    record Read(Class<?> type, long id) {}

    static {
        READS.put("find", (session, read) -> session.find(read.type(), read.id()));
        READS.put("findMultiple", (session, read) -> session.findMultiple(read.type(), List.of(read.id()))
                .get(0));
        READS.put("reference", (session, read) -> {
            try {
                Object reference = session.getReference(read.type(), read.id());
                Hibernate.initialize(reference);
                return reference;
            } catch (jakarta.persistence.EntityNotFoundException | ForeignRowException | MarkedException e) {
                return null;
            }
        });
        STATELESS.put("get", (session, read) -> session.get(read.type(), read.id()));
        STATELESS.put("getMultiple", (session, read) -> session.getMultiple(read.type(), List.of(read.id()))
                .get(0));
    }

    /** What each way of reading finds, by its name. */
    private Map<String, Boolean> found(Read read) {
        Map<String, Boolean> found = new LinkedHashMap<>();
        READS.forEach((name, way) -> inSite(em -> {
            found.put(name, way.apply(em.unwrap(Session.class), read) != null);
            em.clear();
        }));
        STATELESS.forEach((name, way) -> TenantScope.of(a)
                .narrow(site)
                .run(() -> World.stateless(
                        world.safe, session -> found.put("stateless " + name, way.apply(session, read) != null))));
        return found;
    }

    @Test
    void aScopeFindsWhatIsItsOwnAndAlive() {
        for (Class<?> type : TYPES) {
            assertThat(found(new Read(type, OWN))).as(type.getSimpleName()).doesNotContainValue(false);
            assertThat(found(new Read(type, FOREIGN))).as(type.getSimpleName()).doesNotContainValue(true);
            assertThat(found(new Read(type, MARKED))).as(type.getSimpleName()).doesNotContainValue(true);
        }
        assertThat(found(new Read(Desk.class, WITHOUT_SITE))).doesNotContainValue(true);
    }

    @Test
    void nobodyFindsAnything() {
        for (Class<?> type : TYPES) {
            Read read = new Read(type, OWN);
            READS.forEach((name, way) -> assertThat(catchThrowable(
                            () -> world.without(em -> assertThat(way.apply(em.unwrap(Session.class), read))
                                    .isNull())))
                    .as(name + " of " + type.getSimpleName())
                    .isInstanceOf(NoTenantScopeException.class));
            STATELESS.forEach((name, way) -> assertThat(catchThrowable(
                            () -> World.stateless(world.safe, session -> assertThat(way.apply(session, read))
                                    .isNull())))
                    .as("stateless " + name + " of " + type.getSimpleName())
                    .isInstanceOf(NoTenantScopeException.class));
        }
    }

    @Test
    void markingByKeyReachesWhatIsInScopeAndAlive() {
        for (boolean isCached : List.of(true, false)) {
            if (!isCached) {
                world.safe.getCache().evictAll();
            }
            List<String> before = everything();
            for (Class<? extends SoftDeletable> type : TYPES) {
                for (long id : List.of(FOREIGN, MARKED, WITHOUT_SITE)) {
                    for (List<Long> ids : List.of(List.of(id), List.of(OWN, id))) {
                        assertThatThrownBy(() -> inSite(em -> Deletions.of(em).mark(type, ids, "test")))
                                .as(type.getSimpleName() + ids)
                                .isInstanceOf(ForeignRowException.class)
                                .hasMessageStartingWith(type.getSimpleName() + " " + id + " was to be marked");
                        assertThat(everything()).isEqualTo(before);
                    }
                }
            }
        }
        inSite(em -> Objects.requireNonNull(Deletions.of(em).mark(Part.class, List.of(OWN), "test")));
        assertThat(world.count("Part where deleted_at is not null")).isEqualTo(2);
    }
}
