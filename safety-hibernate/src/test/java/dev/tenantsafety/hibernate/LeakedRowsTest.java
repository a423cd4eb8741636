package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.hibernate.orm.TakenOut;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.LockModeType;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.SecondaryTable;
import jakarta.persistence.Version;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.hibernate.Hibernate;
import org.hibernate.ScrollableResults;
import org.hibernate.Session;
import org.hibernate.StatelessSession;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A row of others is not written, whichever way it came into a session: each way is opened here, by taking out what looks at reads, and
 * each kind of write is tried on what comes in by it. All is done in the scope of a site of tenant A. Of each entity the row 1 is of that
 * site, and the row 2 is not in the scope: it is B's, or A's without the site where the entity has both.
 */
@ParameterizedClass
@EnumSource(Database.class)
public class LeakedRowsTest extends WorldTest {

    @MappedSuperclass
    abstract static class Row {
        @Id
        long id;

        String name = "";

        @ElementCollection
        Set<String> tags = new HashSet<>();

        // By methods: an enhanced instance hears of what is written from outside of it only through them.
        void rename(String now) {
            name = now;
        }

        void retag() {
            tags = new HashSet<>();
        }

        /** Makes another row refer to this one. */
        void referredToBy(Pin pin) {}

        /** Says in memory that it is the scope's, as the row 1 is. */
        void takeOver(EntityManager em) {}

        /** Makes a new row that this one owns, or that refers to it. */
        Row below() {
            Pin pin = made(new Pin(), 9);
            referredToBy(pin);
            return pin;
        }
    }

    @Entity(name = "Sort")
    @Shared("a catalog")
    static class Sort {
        @Id
        long id;

        @OneToMany(mappedBy = "sort")
        Set<Part> parts = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "sort_crate")
        Set<Crate> crates = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "sort_scrap")
        Set<Scrap> scraps = new HashSet<>();

        @OneToMany
        @JoinColumn(name = "kept_by")
        Set<Desk> desks = new HashSet<>();
    }

    @Entity(name = "Crate")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Crate extends Row implements SoftDeletable {
        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;

        @Override
        void referredToBy(Pin pin) {
            pin.refersTo(this);
        }

        @Override
        void takeOver(EntityManager em) {
            tenant = em.find(Crate.class, 1L).tenant;
        }

        @Override
        Row below() {
            Part part = made(new Part(), 9);
            part.crate = this;
            return part;
        }
    }

    @Entity(name = "Part")
    @OwnedThrough("crate")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Part extends Row implements SoftDeletable {
        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Crate crate;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Sort sort;

        @Embedded
        @Nullable
        Tombstone tombstone;

        @Override
        void referredToBy(Pin pin) {
            pin.refersTo(this);
        }

        @Override
        void takeOver(EntityManager em) {
            crate = em.find(Crate.class, 1L);
        }
    }

    /** With a version, and not protected. */
    @Entity(name = "Scrap")
    @OwnedThrough("crate")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Scrap extends Row {
        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Crate crate;

        @Version
        int version;

        @Override
        void referredToBy(Pin pin) {
            pin.refersTo(this);
        }

        @Override
        void takeOver(EntityManager em) {
            crate = em.find(Crate.class, 1L);
        }
    }

    @Entity(name = "Desk")
    @SecondaryTable(name = "desk_more")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Desk extends Row {
        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        @Column(table = "desk_more")
        @Nullable
        String more = "";

        void tell(String now) {
            more = now;
        }

        @Override
        void referredToBy(Pin pin) {
            pin.refersTo(this);
        }

        @Override
        void takeOver(EntityManager em) {
            site = em.find(Desk.class, 1L).site;
        }

        @Override
        Row below() {
            Drawer drawer = made(new Drawer(), 9);
            drawer.desk = this;
            return drawer;
        }
    }

    @Entity(name = "Chair")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Chair extends Row implements SoftDeletable {
        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        @Version
        int version;

        @Embedded
        @Nullable
        Tombstone tombstone;

        @Override
        void referredToBy(Pin pin) {
            pin.refersTo(this);
        }

        @Override
        void takeOver(EntityManager em) {
            site = em.find(Chair.class, 1L).site;
        }
    }

    @Entity(name = "Drawer")
    @OwnedThrough("desk")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Drawer extends Row {
        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Desk desk;

        @Override
        void referredToBy(Pin pin) {
            pin.refersTo(this);
        }

        @Override
        void takeOver(EntityManager em) {
            desk = em.find(Desk.class, 1L);
        }
    }

    /** What of the scope may refer to others. */
    @Entity(name = "Pin")
    static class Pin extends Row {
        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Crate crate;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Part part;

        @OneToOne(fetch = FetchType.LAZY)
        @Nullable
        Scrap scrap;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Desk desk;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Chair chair;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Drawer drawer;

        @ManyToMany
        @JoinTable(name = "pin_crate")
        Set<Crate> crates = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "pin_desk")
        Set<Desk> desks = new HashSet<>();

        void refersTo(Row row) {
            if (row instanceof Crate it) {
                crate = it;
            } else if (row instanceof Part it) {
                part = it;
            } else if (row instanceof Scrap it) {
                scrap = it;
            } else if (row instanceof Desk it) {
                desk = it;
            } else if (row instanceof Chair it) {
                chair = it;
            } else {
                drawer = (Drawer) row;
            }
        }
    }

    private static final List<Class<? extends Row>> TYPES =
            List.of(Crate.class, Part.class, Scrap.class, Desk.class, Chair.class, Drawer.class);

    private static final List<String> TABLES = List.of(
            "Sort",
            "sort_crate",
            "sort_scrap",
            "Crate",
            "Crate_tags",
            "Part",
            "Part_tags",
            "Scrap",
            "Scrap_tags",
            "Desk",
            "desk_more",
            "Desk_tags",
            "Chair",
            "Chair_tags",
            "Drawer",
            "Drawer_tags",
            "Pin",
            "pin_crate",
            "pin_desk",
            "tenant_safety_deletion");

    private static final Map<String, Object> CACHE = Map.of(
            "hibernate.cache.use_second_level_cache", "true",
            "hibernate.cache.region.factory_class", "jcache",
            "hibernate.javax.cache.provider", "com.github.benmanes.caffeine.jcache.spi.CaffeineCachingProvider",
            "hibernate.javax.cache.missing_cache_strategy", "create");

    private final Database database;
    private final SiteId site = SiteId.create();

    LeakedRowsTest(Database database) {
        super(new World(
                database,
                List.of(
                        Sort.class,
                        Crate.class,
                        Part.class,
                        Scrap.class,
                        Desk.class,
                        Chair.class,
                        Drawer.class,
                        Pin.class),
                CACHE));
        this.database = database;
    }

    @BeforeEach
    void rows() {
        world.without(em -> {
            Sort sort = new Sort();
            sort.id = 1;
            em.persist(sort);
        });
        inSite(em -> persist(em, 1));
        world.in(b, em -> {
            Sort sort = em.find(Sort.class, 1L);
            Crate crate = made(new Crate(), 2);
            em.persist(crate);
            persistInCrate(em, crate, sort, 2);
            sort.crates.add(crate);
        });
        inA(em -> {
            Desk desk = made(new Desk(), 2);
            em.persist(desk);
            persistAtDesk(em, desk, 2);
            em.find(Sort.class, 1L).desks.add(desk);
        });
        TakenOut.reads(factory());
    }

    private void persist(EntityManager em, long id) {
        Sort sort = em.find(Sort.class, 1L);
        Crate crate = made(new Crate(), id);
        em.persist(crate);
        persistInCrate(em, crate, sort, id);
        sort.crates.add(crate);
        Desk desk = made(new Desk(), id);
        em.persist(desk);
        sort.desks.add(desk);
        persistAtDesk(em, desk, id);
        em.persist(made(new Pin(), id));
    }

    private static void persistInCrate(EntityManager em, Crate crate, Sort sort, long id) {
        Part part = made(new Part(), id);
        part.crate = crate;
        part.sort = sort;
        em.persist(part);
        Scrap scrap = made(new Scrap(), id);
        scrap.crate = crate;
        em.persist(scrap);
        sort.scraps.add(scrap);
    }

    private static void persistAtDesk(EntityManager em, Desk desk, long id) {
        em.persist(made(new Chair(), id));
        Drawer drawer = made(new Drawer(), id);
        drawer.desk = desk;
        em.persist(drawer);
    }

    private static <R extends Row> R made(R row, long id) {
        row.id = id;
        row.name = "row " + id;
        row.tags.add("red");
        return row;
    }

    private SessionFactoryImplementor factory() {
        return world.safe.unwrap(SessionFactoryImplementor.class);
    }

    private void inSite(Consumer<EntityManager> work) {
        TenantScope.of(a).narrow(site).run(() -> world.without(work));
    }

    private List<String> everything() {
        return TABLES.stream()
                .flatMap(table -> world.rows("select * from " + table).stream().map(row -> table + ": " + row))
                .toList();
    }

    /** A way by which the row 2 of an entity comes into a session, with what stands before it. */
    interface Leak {
        Row load(EntityManager em, Class<? extends Row> type);
    }

    private static Row second(Collection<?> rows) {
        return (Row) rows.stream()
                .map(Hibernate::unproxy)
                .filter(row -> row instanceof Row one && one.id == 2)
                .findAny()
                .orElseThrow();
    }

    private static String sql(Class<?> type) {
        return type == Desk.class
                ? "select d.*, m.more from Desk d left join desk_more m on m.id = d.id"
                : "select * from " + type.getSimpleName();
    }

    private Map<String, Leak> pastFilters() {
        Map<String, Leak> leaks = new LinkedHashMap<>();
        leaks.put(
                "native",
                (em, type) -> second(em.createNativeQuery(sql(type), type).getResultList()));
        leaks.put("streamed", (em, type) -> {
            try (Stream<?> rows = em.createNativeQuery(sql(type), type).getResultStream()) {
                return second(rows.toList());
            }
        });
        leaks.put("scrolled", (em, type) -> {
            List<Object> all = new ArrayList<>();
            try (ScrollableResults<?> rows =
                    em.unwrap(Session.class).createNativeQuery(sql(type), type).scroll()) {
                while (rows.next()) {
                    all.add(rows.get());
                }
            }
            return second(all);
        });
        leaks.put("procedure", (em, type) -> second(call(em, "all_" + type.getSimpleName(), type)));
        leaks.put("native, with what it is owned through", (em, type) -> {
            for (Class<?> above : List.of(Crate.class, Desk.class)) {
                em.createNativeQuery(sql(above), above).getResultList();
            }
            return second(em.createNativeQuery(sql(type), type).getResultList());
        });
        return leaks;
    }

    private List<?> call(EntityManager em, String name, Class<?> type) {
        return database == Database.H2
                ? em.createStoredProcedureQuery(name, type).getResultList()
                : em.unwrap(Session.class)
                        .createStoredProcedureCall(name, type)
                        .markAsFunctionCall(Types.REF_CURSOR)
                        .getResultList();
    }

    private void createProcedures() {
        for (Class<?> type : TYPES) {
            String name = type.getSimpleName();
            world.sql(
                    database == Database.H2
                            ? "create alias all_" + name + " for '" + LeakedRowsTest.class.getName() + ".all" + name
                                    + "'"
                            : type == Desk.class
                                    ? "create view desk_all as " + sql(type)
                                    : "create function all_" + name + "() returns setof " + name
                                            + " language sql as 'select * from " + name + "'");
        }
        if (database == Database.POSTGRESQL) {
            world.sql("create function all_Desk() returns setof desk_all language sql as 'select * from desk_all'");
        }
    }

    /** How H2 runs Java as a function. */
    public static ResultSet allCrate(Connection connection) throws SQLException {
        return connection.createStatement().executeQuery(sql(Crate.class));
    }

    /** The same. */
    public static ResultSet allPart(Connection connection) throws SQLException {
        return connection.createStatement().executeQuery(sql(Part.class));
    }

    /** The same. */
    public static ResultSet allScrap(Connection connection) throws SQLException {
        return connection.createStatement().executeQuery(sql(Scrap.class));
    }

    /** The same. */
    public static ResultSet allDesk(Connection connection) throws SQLException {
        return connection.createStatement().executeQuery(sql(Desk.class));
    }

    /** The same. */
    public static ResultSet allChair(Connection connection) throws SQLException {
        return connection.createStatement().executeQuery(sql(Chair.class));
    }

    /** The same. */
    public static ResultSet allDrawer(Connection connection) throws SQLException {
        return connection.createStatement().executeQuery(sql(Drawer.class));
    }

    private static Map<String, Leak> fromCaches() {
        Map<String, Leak> leaks = new LinkedHashMap<>();
        leaks.put("find", (em, type) -> em.find(type, 2L));
        leaks.put("findMultiple", (em, type) -> second(em.unwrap(Session.class).findMultiple(type, List.of(1L, 2L))));
        leaks.put("reference", (em, type) -> {
            Row reference = em.getReference(type, 2L);
            Hibernate.initialize(reference);
            return (Row) Hibernate.unproxy(reference);
        });
        leaks.put("find, with what it is owned through", (em, type) -> {
            em.find(Crate.class, 2L);
            em.find(Desk.class, 2L);
            return em.find(type, 2L);
        });
        return leaks;
    }

    private static Collection<?> elements(Sort sort, Class<?> type) {
        return type == Part.class
                ? sort.parts
                : type == Crate.class ? sort.crates : type == Scrap.class ? sort.scraps : sort.desks;
    }

    private static String path(Class<?> type) {
        return type.getSimpleName().toLowerCase(Locale.ROOT) + "s";
    }

    /** Lets go of the collection, so that what comes of it is written for itself alone. */
    private static Row from(EntityManager em, Sort sort, Class<?> type) {
        Row row = second(elements(sort, type));
        em.detach(sort);
        return row;
    }

    private static Map<String, Leak> fromCollections() {
        Map<String, Leak> leaks = new LinkedHashMap<>();
        leaks.put("collection", (em, type) -> from(em, em.find(Sort.class, 1L), type));
        leaks.put(
                "fetched collection",
                (em, type) -> from(
                        em,
                        em.createQuery("from Sort s left join fetch s." + path(type), Sort.class)
                                .getSingleResult(),
                        type));
        return leaks;
    }

    private static Map<String, BiConsumer<EntityManager, Row>> writes() {
        Map<String, BiConsumer<EntityManager, Row>> writes = new LinkedHashMap<>();
        writes.put("change", (em, row) -> row.rename("mine"));
        writes.put("remove", EntityManager::remove);
        writes.put("add to a collection", (em, row) -> row.tags.add("mine"));
        writes.put("clear a collection", (em, row) -> row.tags.clear());
        writes.put("replace a collection", (em, row) -> row.retag());
        writes.put("change its secondary table", (em, row) -> {
            if (row instanceof Desk desk) {
                desk.tell("mine");
            } else {
                row.rename("mine");
            }
        });
        writes.put("take it over", (em, row) -> {
            row.rename("mine");
            row.takeOver(em);
        });
        writes.put("a copy of it", (em, row) -> {
            em.detach(row);
            row.rename("mine");
            em.merge(row);
        });
        writes.put("increment its version", (em, row) -> {
            if (row instanceof Scrap || row instanceof Chair) {
                em.lock(row, LockModeType.OPTIMISTIC_FORCE_INCREMENT);
            } else {
                row.rename("mine");
            }
        });
        writes.put("a reference to it", (em, row) -> row.referredToBy(em.find(Pin.class, 1L)));
        writes.put("a new row that refers to it", (em, row) -> {
            Pin pin = made(new Pin(), 9);
            row.referredToBy(pin);
            em.persist(pin);
        });
        writes.put("a link to it", (em, row) -> {
            Pin pin = em.find(Pin.class, 1L);
            if (row instanceof Crate crate) {
                pin.crates.add(crate);
            } else if (row instanceof Desk desk) {
                pin.desks.add(desk);
            } else {
                row.referredToBy(pin);
            }
        });
        writes.put("a new row that it owns", (em, row) -> em.persist(row.below()));
        writes.put("a new row that it owns, after it was taken over", (em, row) -> {
            row.takeOver(em);
            em.persist(row.below());
        });
        return writes;
    }

    /** With the row 2 of an entity, and what it is owned through. */
    private void fillCaches(Class<?> type) {
        world.safe.getCache().evictAll();
        boolean isOfB = List.of(Crate.class, Part.class, Scrap.class).contains(type);
        Class<?> above = isOfB ? Crate.class : Desk.class;
        world.in(isOfB ? b : a, em -> {
            em.find(type, 2L);
            em.find(above, 2L);
        });
    }

    /** By a check, or because the statement itself, which carries the owner, found no row. */
    private static boolean isRefusal(@Nullable Throwable thrown) {
        return thrown != null
                && causes(thrown).stream()
                        .anyMatch(cause ->
                                cause instanceof TenantSafetyException || cause instanceof OptimisticLockException);
    }

    /** Tries each write on what comes in by each leak. */
    private void assertNothingIsWritten(
            Map<String, Leak> leaks, List<Class<? extends Row>> types, Consumer<Class<?>> before) {
        List<String> rows = everything();
        List<String> written = new ArrayList<>();
        for (Class<? extends Row> type : types) {
            leaks.forEach((how, leak) -> writes().forEach((what, write) -> {
                before.accept(type);
                String name = how + ": " + what + " of " + type.getSimpleName();
                boolean[] hasLeaked = {false};
                Throwable refusal = null;
                try {
                    inSite(em -> {
                        Row row = leak.load(em, type);
                        assertThat(row.name).isEqualTo("row 2");
                        hasLeaked[0] = true;
                        write.accept(em, row);
                        em.flush();
                    });
                } catch (RuntimeException e) {
                    refusal = e;
                }
                assertThat(hasLeaked[0]).as("%s leaked, %s", name, refusal).isTrue();
                if (!isRefusal(refusal)) {
                    written.add(name + ": " + refusal);
                }
            }));
        }
        assertThat(everything()).as("%s", written).isEqualTo(rows);
        assertThat(written).isEmpty();
    }

    @Test
    void whatComesInPastFilters() {
        createProcedures();
        assertNothingIsWritten(pastFilters(), TYPES, type -> {});
    }

    @Test
    void whatComesInFromACache() {
        TakenOut.caches(factory());
        assertNothingIsWritten(fromCaches(), TYPES, this::fillCaches);
    }

    @Test
    void whatComesInThroughACollection() {
        TakenOut.collectionFilters(factory());
        assertNothingIsWritten(
                fromCollections(), List.of(Crate.class, Part.class, Scrap.class, Desk.class), type -> {});
    }

    @Test
    void linksThatCameInThroughACollectionAreNotCut() {
        TakenOut.collectionFilters(factory());
        List<String> rows = everything();
        List<String> written = new ArrayList<>();
        for (Class<?> type : List.of(Crate.class, Scrap.class, Desk.class)) {
            Map<String, BiConsumer<Sort, Collection<?>>> cuts = Map.of(
                    "clear", (sort, elements) -> elements.clear(),
                    "remove", (sort, elements) -> elements.remove(second(elements)),
                    "replace",
                            (sort, elements) -> {
                                sort.crates = new HashSet<>();
                                sort.scraps = new HashSet<>();
                                sort.desks = new HashSet<>();
                            });
            cuts.forEach((what, cut) -> {
                Throwable refusal = null;
                try {
                    inSite(em -> {
                        Sort sort = em.find(Sort.class, 1L);
                        assertThat(elements(sort, type)).hasSize(2);
                        cut.accept(sort, elements(sort, type));
                    });
                } catch (RuntimeException e) {
                    refusal = e;
                }
                if (refusal == null || causes(refusal).stream().noneMatch(ForeignRowException.class::isInstance)) {
                    written.add(what + " of " + path(type) + ": " + refusal);
                }
            });
        }
        assertThat(everything()).as("%s", written).isEqualTo(rows);
        assertThat(written).isEmpty();
    }

    @Test
    void whatAStatelessSessionTakesFromACache() {
        TakenOut.caches(factory());
        List<String> rows = everything();
        Map<String, BiConsumer<StatelessSession, Row>> writes = new LinkedHashMap<>();
        writes.put("update", StatelessSession::update);
        writes.put("upsert", StatelessSession::upsert);
        writes.put("delete", StatelessSession::delete);
        writes.put("updateMultiple", (session, row) -> session.updateMultiple(List.of(row)));
        writes.put("a new row that refers to it", (session, row) -> {
            Pin pin = made(new Pin(), 9);
            row.referredToBy(pin);
            session.insert(pin);
        });
        writes.put("a new row that it owns", (session, row) -> session.insert(row.below()));
        List<String> written = new ArrayList<>();
        for (Class<? extends Row> type : TYPES) {
            writes.forEach((what, write) -> {
                fillCaches(type);
                boolean[] hasLeaked = {false};
                Throwable refusal = null;
                try {
                    TenantScope.of(a)
                            .narrow(site)
                            .run(() -> World.stateless(world.safe, session -> {
                                Row row = session.get(type, 2L);
                                hasLeaked[0] = row != null;
                                row.rename("mine");
                                row.retag();
                                write.accept(session, row);
                            }));
                } catch (RuntimeException e) {
                    refusal = e;
                }
                String name = what + " of " + type.getSimpleName();
                assertThat(hasLeaked[0]).as("%s leaked, %s", name, refusal).isTrue();
                if (!isRefusal(refusal)) {
                    written.add(name + ": " + refusal);
                }
            });
        }
        assertThat(everything()).as("%s", written).isEqualTo(rows);
        assertThat(written).isEmpty();
    }

    @Test
    void whatIsMarkedByItsKey() {
        TakenOut.caches(factory());
        List<String> rows = everything();
        for (Class<? extends SoftDeletable> type : List.of(Crate.class, Part.class, Chair.class)) {
            fillCaches(type);
            assertThatThrownBy(() -> inSite(em -> Deletions.of(em).mark(type, List.of(1L, 2L), "test")))
                    .as(type.getSimpleName())
                    .isInstanceOf(ForeignRowException.class);
            assertThat(everything()).isEqualTo(rows);
        }
    }
}
