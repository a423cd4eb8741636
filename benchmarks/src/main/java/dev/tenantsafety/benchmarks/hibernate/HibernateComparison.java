package dev.tenantsafety.benchmarks.hibernate;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.persistence.EntityManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Consumer;
import javax.sql.ConnectionPoolDataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.jdbcx.JdbcDataSource;
import org.postgresql.ds.PGConnectionPoolDataSource;

/**
 * Runs the same work with us and with Hibernate's own {@code @TenantId} and {@code @SoftDelete}, turn by turn, and prints the
 * median of the ratios. Turns, and not one after the other, because a virtual machine is not as fast at one minute as at the next.
 */
public final class HibernateComparison {

    private static final double LIMIT = 1.10;
    private static final int ITEMS = 100;
    private static final int MANY = 1000;
    private static final int TENANTS = 10;

    private final JdbcConnectionPool source;
    private final List<Side> sides;
    private final List<UUID> tenants = new ArrayList<>();
    private final List<List<Object>> keys = new ArrayList<>();
    private final UUID big = UUID.randomUUID();
    private final UUID scratch = UUID.randomUUID();
    private final String database;
    private final int turns;

    private HibernateComparison(String database, ConnectionPoolDataSource pooled, boolean isQuick) {
        this.database = database;
        this.turns = isQuick ? 30 : 150;
        source = JdbcConnectionPool.create(pooled);
        sides = Side.both(source);
        for (int i = 0; i < TENANTS; i++) {
            tenants.add(UUID.randomUUID());
        }
        for (Side side : sides) {
            tenants.forEach(tenant -> fill(side, tenant, ITEMS));
            fill(side, big, MANY);
            keys.add(keysOf(side));
        }
    }

    /** A part of the work that is timed, with what comes before and after it untimed, in one session. */
    private record Work(String name, int times, Consumer<Turn> prepare, Consumer<Turn> timed, boolean commits) {}

    /** One side's turn. */
    private record Turn(Side side, EntityManager session, List<Object> keys, int number) {

        List<? extends Item> all() {
            return session.createQuery("from " + side.entity.getSimpleName(), side.entity)
                    .getResultList();
        }
    }

    /**
     * Compares on both databases.
     *
     * @param isQuick for a first look
     * @throws IOException if PostgreSQL does not start
     */
    public static void compare(boolean isQuick) throws IOException {
        System.setProperty("org.jboss.logging.provider", "slf4j"); // where nothing is written
        System.out.println();
        System.out.println("| Hibernate | Database | Ours | @TenantId + @SoftDelete | Ratio | quartiles | Limit | |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        JdbcDataSource memory = new JdbcDataSource();
        memory.setURL("jdbc:h2:mem:comparison;DB_CLOSE_DELAY=-1");
        new HibernateComparison("H2", memory, isQuick).run();
        try (EmbeddedPostgres server = EmbeddedPostgres.builder().start()) {
            PGConnectionPoolDataSource postgresql = new PGConnectionPoolDataSource();
            postgresql.setURL(server.getJdbcUrl("postgres", "postgres"));
            new HibernateComparison("PostgreSQL", postgresql, isQuick).run();
        }
    }

    private void run() {
        Consumer<Turn> nothing = turn -> {};
        Consumer<Turn> addOne = turn -> add(turn, 1);
        Consumer<Turn> addHundred = turn -> add(turn, ITEMS);
        List.of(
                        new Work(
                                "find",
                                200,
                                nothing,
                                turn -> turn.session()
                                        .find(turn.side().entity, turn.keys().get(turn.number() % ITEMS)),
                                false),
                        new Work("list of 100", 20, nothing, Turn::all, false),
                        new Work("persist 100 + flush", 5, nothing, addHundred, false),
                        new Work("remove 1 + flush", 20, addOne, HibernateComparison::removeAll, true),
                        new Work("remove 100 + flush", 3, addHundred, HibernateComparison::removeAll, true),
                        new Work("dirty flush of 1000", 3, turn -> turn.all().forEach(Item::change), nothing, false))
                .forEach(this::measure);
        sides.forEach(Side::close);
        source.dispose();
    }

    private static void add(Turn turn, int items) {
        for (int i = 0; i < items; i++) {
            turn.session().persist(turn.side().make());
        }
        turn.session().flush();
    }

    private static void removeAll(Turn turn) {
        turn.all().forEach(turn.session()::remove);
        turn.session().flush();
    }

    private void measure(Work work) {
        double[] ratios = new double[turns];
        double[][] times = new double[2][turns];
        for (int turn = -turns / 3; turn < turns; turn++) {
            // who is first changes from turn to turn
            int first = Math.floorMod(turn, 2);
            double[] time = new double[2];
            time[first] = time(work, first);
            time[1 - first] = time(work, 1 - first);
            if (turn >= 0) {
                ratios[turn] = time[0] / time[1];
                times[0][turn] = time[0];
                times[1][turn] = time[1];
            }
        }
        Arrays.sort(ratios);
        double ratio = ratios[turns / 2];
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s | %s | **%.2f** | %.2f to %.2f | %.2f | %s |%n",
                work.name(),
                database,
                microseconds(times[0]),
                microseconds(times[1]),
                ratio,
                ratios[turns / 4],
                ratios[turns * 3 / 4],
                LIMIT,
                ratio <= LIMIT ? "kept" : "missed");
    }

    private static String microseconds(double[] nanoseconds) {
        Arrays.sort(nanoseconds);
        return String.format(Locale.ROOT, "%.0f µs", nanoseconds[nanoseconds.length / 2] / 1000);
    }

    /** The mean time of one, in nanoseconds. */
    private double time(Work work, int of) {
        Side side = sides.get(of);
        UUID tenant = work.commits() ? scratch : work.name().startsWith("dirty") ? big : tenants.get(0);
        long[] total = new long[1];
        for (int i = 0; i < work.times(); i++) {
            int number = i;
            side.in(tenant, () -> total[0] += once(work, side, keys.get(of), number));
        }
        if (work.commits()) {
            empty();
        }
        return (double) total[0] / work.times();
    }

    private static long once(Work work, Side side, List<Object> keys, int number) {
        if (work.commits()) {
            inTransaction(side, session -> work.prepare().accept(new Turn(side, session, keys, number)));
        }
        long begun = System.nanoTime();
        EntityManager session = side.factory.createEntityManager();
        session.getTransaction().begin();
        Turn turn = new Turn(side, session, keys, number);
        if (!work.commits()) {
            work.prepare().accept(turn);
        }
        if (work.name().startsWith("dirty")) {
            begun = System.nanoTime();
            session.flush();
        }
        work.timed().accept(turn);
        if (work.commits()) {
            session.getTransaction().commit();
            session.close();
            return System.nanoTime() - begun;
        }
        long taken = System.nanoTime() - begun;
        session.getTransaction().rollback();
        session.close();
        return taken;
    }

    private static void inTransaction(Side side, Consumer<EntityManager> work) {
        try (EntityManager session = side.factory.createEntityManager()) {
            session.getTransaction().begin();
            work.accept(session);
            session.getTransaction().commit();
        }
    }

    private void empty() {
        try (var connection = source.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("delete from safe_item where tenant = '" + scratch + "'");
            statement.execute("delete from plain_item where tenant = '" + scratch + "'");
            statement.execute("delete from tenant_safety_deletion");
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void fill(Side side, UUID tenant, int items) {
        side.in(
                tenant,
                () -> inTransaction(side, session -> {
                    for (int i = 0; i < items; i++) {
                        session.persist(side.make());
                    }
                }));
    }

    private List<Object> keysOf(Side side) {
        List<Object> found = new ArrayList<>();
        side.in(
                tenants.get(0),
                () -> inTransaction(
                        side, session -> session.createQuery("from " + side.entity.getSimpleName(), side.entity)
                                .getResultList()
                                .forEach(item -> found.add(item.key()))));
        return found;
    }
}
