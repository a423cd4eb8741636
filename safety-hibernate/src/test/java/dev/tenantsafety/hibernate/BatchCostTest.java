package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.RollbackException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.hibernate.SessionFactory;
import org.hibernate.StaleStateException;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows that are written in batches cost no statement each: what is asked of others is asked once. Counts what is executed. */
@ParameterizedClass
@EnumSource(Database.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BatchCostTest {

    /** Statements that may come on top of Hibernate's own, for any number of rows. */
    private static final int SOME = 3;

    private static final int ROWS = 200;

    @Entity(name = "Tenant")
    static class Tenant implements SoftDeletable {
        @Id
        TenantId id = TenantId.create();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Place")
    static class Place implements SoftDeletable {
        @Id
        SiteId id = SiteId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @MappedSuperclass
    abstract static class Row {
        @Id
        long id;

        String name = "";
    }

    @MappedSuperclass
    abstract static class Owned extends Row {
        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "Crate")
    static class Crate extends Owned implements SoftDeletable {
        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Tag")
    static class Tag extends Owned {}

    /** Has a reference. */
    @Entity(name = "Thing")
    static class Thing extends Owned implements SoftDeletable {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Crate crate;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Part")
    @OwnedThrough("crate")
    static class Part extends Row implements SoftDeletable {
        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        Crate crate;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Listed")
    static class Listed extends Owned {
        @ElementCollection
        Set<String> words = new HashSet<>();

        @ManyToMany
        Set<Tag> tags = new HashSet<>();
    }

    /** Has a collection and nothing else that is ever updated. */
    @Entity(name = "Bare")
    static class Bare {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ElementCollection
        Set<String> words = new HashSet<>();
    }

    @Entity(name = "Spot")
    static class Spot extends Owned implements SoftDeletable {
        @OwnedBy
        @Nullable
        SiteId site;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Parameter
    Database database;

    private @Nullable World world;
    private final TenantId a = TenantId.create();
    private final TenantId b = TenantId.create();
    private final Place open = new Place();
    private final Place closed = new Place();
    private EntityManagerFactory safe;
    private EntityManagerFactory plain;
    private int executed;

    /** Counts what is executed, and not what is prepared or put in a batch. */
    private <T> T counting(Class<T> type, Object target) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    if (method.getName().startsWith("execute")) {
                        executed++;
                    }
                    try {
                        Object result = method.invoke(target, arguments);
                        for (Class<?> part : List.of(PreparedStatement.class, Statement.class, Connection.class)) {
                            if (method.getReturnType() == part) {
                                return counting(part, result);
                            }
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    /** Once for all tests, which roll back what they do: three session factories take longer than they. */
    @BeforeEach
    void rows() {
        if (world != null) {
            return;
        }
        world = new World(
                database,
                List.of(
                        Tenant.class,
                        Place.class,
                        Crate.class,
                        Tag.class,
                        Thing.class,
                        Part.class,
                        Listed.class,
                        Bare.class,
                        Spot.class),
                Map.of("hibernate.jdbc.batch_size", "50"));
        DataSource counting = counting(DataSource.class, world.source());
        safe = world.jpa(Map.of("hibernate.connection.datasource", counting));
        plain = world.jpa(Map.of("hibernate.connection.datasource", counting, "tenant-safety.enabled", "false"));
        world.in(a, em -> {
            Tenant tenant = new Tenant();
            tenant.id = a;
            em.persist(tenant);
            em.persist(open);
            em.persist(closed);
            em.persist(crate(1));
            Tag tag = new Tag();
            tag.id = 1;
            em.persist(tag);
            for (long i = 1; i <= ROWS; i++) {
                em.persist(thing(em.getReference(Crate.class, 1L), i));
                em.persist(part(em.getReference(Crate.class, 1L), i));
                em.persist(listed(i, tag));
                em.persist(bare(i));
                em.persist(spot(i, open));
            }
            em.persist(spot(9_000, closed));
        });
        world.in(b, em -> {
            em.persist(crate(2));
            em.persist(listed(9_000, null));
            em.persist(bare(9_000));
        });
        world.in(a, em -> em.remove(em.find(Place.class, closed.id)));
    }

    @AfterAll
    void close() {
        world.close();
    }

    private Crate crate(long id) {
        Crate crate = new Crate();
        crate.id = id;
        return crate;
    }

    private Thing thing(Crate crate, long id) {
        Thing thing = new Thing();
        thing.id = id;
        thing.tenant = a;
        thing.crate = crate;
        return thing;
    }

    private static Part part(Crate crate, long id) {
        Part part = new Part();
        part.id = id;
        part.crate = crate;
        return part;
    }

    private static Listed listed(long id, @Nullable Tag tag) {
        Listed listed = new Listed();
        listed.id = id;
        listed.words.add("w");
        if (tag != null) {
            listed.tags.add(tag);
        }
        return listed;
    }

    private static Bare bare(long id) {
        Bare bare = new Bare();
        bare.id = id;
        bare.words.add("w");
        return bare;
    }

    private Spot spot(long id, Place place) {
        Spot spot = new Spot();
        spot.id = id;
        spot.tenant = a;
        spot.site = place.id;
        return spot;
    }

    private int executed(EntityManagerFactory factory, Consumer<EntityManager> work) {
        return TenantScope.of(a).call(() -> {
            try (EntityManager em = factory.createEntityManager()) {
                em.getTransaction().begin();
                executed = 0;
                work.accept(em);
                int count = executed;
                em.getTransaction().rollback();
                return count;
            }
        });
    }

    private int executedStateless(EntityManagerFactory factory, Consumer<StatelessSession> work) {
        return TenantScope.of(a).call(() -> {
            try (StatelessSession session = factory.unwrap(SessionFactory.class).openStatelessSession()) {
                session.beginTransaction();
                executed = 0;
                work.accept(session);
                int count = executed;
                session.getTransaction().rollback();
                return count;
            }
        });
    }

    private void costs(int more, Consumer<EntityManager> work) {
        executed(safe, work); // the first use of a scope asks whether the unit is open
        assertThat(executed(safe, work)).isBetween(1, executed(plain, work) + more);
    }

    private void costsStateless(int more, Consumer<StatelessSession> work) {
        executedStateless(safe, work);
        assertThat(executedStateless(safe, work)).isBetween(1, executedStateless(plain, work) + more);
    }

    private static <E> List<E> made(long from, long count, LongFunction<E> make) {
        return LongStream.range(from, from + count).mapToObj(make).toList();
    }

    private <E extends Row> List<E> changed(StatelessSession session, Class<E> entity) {
        List<E> rows = session.createSelectionQuery("from " + entity.getSimpleName() + " where id <= :last", entity)
                .setParameter("last", ROWS)
                .list();
        assertThat(rows).hasSize(ROWS);
        rows.forEach(row -> row.name += "!");
        return rows;
    }

    @Test
    void insertsWithOneReference() {
        costs(SOME, em -> {
            Crate crate = em.getReference(Crate.class, 1L);
            for (int flush = 0; flush < 2; flush++) {
                made(1_000 + 500 * flush, 500, id -> thing(crate, id)).forEach(em::persist);
                em.flush();
            }
        });
        costs(SOME, em -> {
            Crate crate = em.getReference(Crate.class, 1L);
            for (int flush = 0; flush < 2; flush++) {
                made(1_000 + 500 * flush, 500, id -> part(crate, id)).forEach(em::persist);
                em.flush();
            }
        });
        costsStateless(SOME, session -> session.insertMultiple(made(1_000, 1_000, id -> thing(crate(1), id))));
        costsStateless(SOME, session -> session.insertMultiple(made(1_000, 1_000, id -> part(crate(1), id))));
    }

    @Test
    void insertsIntoASite() {
        costs(SOME, em -> made(1_000, 1_000, id -> spot(id, open)).forEach(row -> {
            em.persist(row);
            if (row.id == 1_500) {
                em.flush();
            }
        }));
        costsStateless(SOME, session -> session.insertMultiple(made(1_000, 1_000, id -> spot(id, open))));
    }

    @Test
    void updatesWithOneReference() {
        costsStateless(SOME, session -> session.updateMultiple(changed(session, Thing.class)));
        costsStateless(SOME, session -> session.updateMultiple(changed(session, Part.class)));
    }

    @Test
    void updatesOfRowsWithACollection() {
        costsStateless(SOME, session -> session.updateMultiple(changed(session, Listed.class)));
        costs(SOME, em -> em.createQuery("from Listed where id <= 200", Listed.class)
                .getResultList()
                .forEach(row -> row.words.add("more")));
    }

    @Test
    void updatesOfRowsOfASite() {
        costsStateless(SOME, session -> session.updateMultiple(changed(session, Spot.class)));
    }

    /** Hibernate shows one row after the other, and the statement asks for no owner: one look a row, which sends what is in the batch. */
    @Test
    void upserts() {
        costsStateless(2 * ROWS + SOME, session -> session.upsertMultiple(changed(session, Thing.class)));
        costsStateless(2 * ROWS + SOME, session -> session.upsertMultiple(changed(session, Part.class)));
        costsStateless(2 * ROWS + SOME, session -> session.upsertMultiple(changed(session, Spot.class)));
        costsStateless(
                2 * ROWS + SOME, session -> session.upsertMultiple(made(1_000, ROWS, id -> thing(crate(1), id))));
        costsStateless(2 * ROWS + SOME, session -> session.upsertMultiple(made(1_000, ROWS, id -> part(crate(1), id))));
    }

    // ---- what is not asked any more is refused as before

    /** The program goes on after the refusal, and commits; in a batch Hibernate says that the row is stale. */
    private void refused(String rows, Consumer<StatelessSession> work) {
        List<String> before = world.rows(rows);
        assertThat(before).isNotEmpty();
        TenantScope.of(a).run(() -> {
            try (StatelessSession session = safe.unwrap(SessionFactory.class).openStatelessSession()) {
                session.beginTransaction();
                assertThatThrownBy(() -> {
                            work.accept(session);
                            session.getTransaction().commit();
                        })
                        .isInstanceOfAny(
                                TenantSafetyException.class,
                                StaleStateException.class,
                                OptimisticLockException.class,
                                RollbackException.class);
                if (session.getTransaction().isActive()
                        && !session.getTransaction().getRollbackOnly()) {
                    session.getTransaction().commit();
                }
            }
        });
        assertThat(world.rows(rows)).isEqualTo(before);
    }

    @Test
    void aCollectionOfOthersIsNotWritten() {
        for (String rows : List.of(
                "select id, name, tenant from Listed where id = 9000",
                "select * from Listed_words where Listed_id = 9000")) {
            refused(rows, session -> {
                Listed lie = listed(9_000, null);
                lie.tenant = a;
                lie.words = new HashSet<>(Set.of("mine"));
                session.update(lie);
            });
        }
        refused("select * from Bare_words where Bare_id = 9000", session -> {
            Bare lie = bare(9_000);
            lie.tenant = a;
            lie.words = new HashSet<>(Set.of("mine"));
            session.update(lie);
        });
    }

    @Test
    void aRowOfAClosedSiteIsNotWritten() {
        String rows = "select id, name, site from Spot where id = 9000";
        for (Place said : List.of(closed, open)) {
            refused(rows, session -> session.update(spot(9_000, said)));
            refused(rows, session -> session.upsert(spot(9_000, said)));
        }
        refused("select id, name, site from Spot where id = 1", session -> {
            Place other = new Place();
            session.insert(other);
            session.update(spot(1, other));
        });
        refused(rows, session -> {
            Spot lie = spot(9_000, open);
            lie.site = null;
            session.update(lie);
        });
    }
}
