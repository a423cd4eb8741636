package dev.tenantsafety.transfer;

import static dev.tenantsafety.testing.Sql.sql;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.testing.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** While the rows of one tenant come back, others write to the same tables at full speed, and neither fail nor wait for it. */
class BesideOthersTest {

    /** For a single statement; several times what was measured, see docs/restore.md. */
    private static final Duration BOUND = Duration.ofSeconds(1);

    private static final TenantId GONE = TenantId.create();
    private static final List<TenantId> OTHERS =
            Stream.generate(TenantId::create).limit(4).toList();

    /** The name of its connection. */
    private static final String RESTORE = "restore";

    private static final int PEOPLE = 5_000;
    private static final int SITES = 500;
    private static final int TICKETS = 20_000;

    private final JdbcConnectionPool live = Database.POSTGRESQL.connections();
    private final JdbcConnectionPool backup = Database.POSTGRESQL.connections();

    @BeforeEach
    void fill() throws SQLException {
        for (JdbcConnectionPool database : List.of(live, backup)) {
            sql(
                    database,
                    "create table plan (code text primary key, used int not null default 0)",
                    "insert into plan values ('free'), ('paid')",
                    "create table customer (id uuid primary key, name text unique, plan text references plan)",
                    "create table person (id bigint generated always as identity primary key, customer_id uuid not null references customer,"
                            + " email text not null, version int not null default 0, unique (customer_id, email))",
                    "create unique index person_live on person (lower(email)) where version >= 0",
                    "create table site (id serial primary key, customer_id uuid not null references customer)",
                    "create index site_customer on site (customer_id)",
                    "create table ticket (id serial primary key, site_id int not null references site, author bigint references person,"
                            + " plan text references plan, title text, size int generated always as (length(title)) stored)",
                    "create index ticket_site on ticket (site_id)",
                    "create index ticket_author on ticket (author)");
            tenant(database);
            for (TenantId other : OTHERS) {
                sql(
                        database,
                        "insert into customer values ('" + other.uuid() + "', '" + other + "', 'free')",
                        "insert into site (customer_id) values ('" + other.uuid() + "')");
            }
        }
        sql(
                live,
                "delete from ticket",
                "delete from person",
                "delete from site where customer_id = '" + GONE.uuid() + "'",
                "delete from customer where id = '" + GONE.uuid() + "'");
    }

    private static void tenant(JdbcConnectionPool database) throws SQLException {
        String id = "'" + GONE.uuid() + "'";
        sql(
                database,
                "insert into customer values (" + id + ", 'gone', 'free')",
                "insert into person (customer_id, email) select " + id + ", 'P' || n from generate_series(1, " + PEOPLE
                        + ") n",
                "insert into site (customer_id) select " + id + " from generate_series(1, " + SITES + ") n",
                "insert into ticket (site_id, author, plan, title) select 1 + n % " + SITES + ", 1 + n % " + PEOPLE
                        + ", 'free', 'a title of some length, ' || n from generate_series(1, " + TICKETS + ") n");
    }

    @AfterEach
    void close() {
        live.dispose();
        backup.dispose();
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = live.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            assertThat(result.next()).isTrue();
            return result.getLong(1);
        }
    }

    private RestoreReport restore() throws SQLException {
        OwnershipModel model = OwnershipModel.read(live, rules -> rules.root("customer", TenantId.KIND)
                .ownedByColumn("customer_id", TenantId.KIND)
                .ownedThroughForeignKeys()
                .shared("plan"));
        PGSimpleDataSource named = new PGSimpleDataSource();
        try (Connection connection = live.getConnection()) {
            named.setUrl(connection.getMetaData().getURL());
            named.setUser(connection.getMetaData().getUserName());
        }
        named.setApplicationName(RESTORE);
        return Transfer.between(named, model).restore(GONE).from(backup).plan().execute();
    }

    /** One of the others at work, who keeps an account of what is theirs. */
    private static final class Writer implements Callable<Void> {

        private static final int FEW = 200;

        private final TenantId tenant;
        private final JdbcConnectionPool live;
        private final CountDownLatch ready = new CountDownLatch(1);
        private final AtomicInteger statements = new AtomicInteger();
        private final Map<Long, String> people = new TreeMap<>();
        private final Map<Long, String> tickets = new TreeMap<>();
        private volatile boolean stopped;
        private long longest;
        private int drawn;

        Writer(TenantId tenant, JdbcConnectionPool live) {
            this.tenant = tenant;
            this.live = live;
        }

        @Override
        public Void call() throws SQLException {
            try (Connection connection = live.getConnection()) {
                long site = ask(
                        connection,
                        "select id from site where customer_id = ?::uuid",
                        tenant.uuid().toString());
                for (int i = 0; !stopped; i++) {
                    round(connection, site, i);
                    if (i == FEW) {
                        ready.countDown();
                    }
                }
            } finally {
                ready.countDown();
            }
            return null;
        }

        private void round(Connection connection, long site, int i) throws SQLException {
            String email = tenant + " " + i;
            long person = ask(
                    connection,
                    "insert into person (customer_id, email) values (?::uuid, ?) returning id",
                    tenant.uuid().toString(),
                    email);
            people.put(person, email + " 0");
            drawn++;
            String title = "written " + i;
            long ticket = ask(
                    connection,
                    "insert into ticket (site_id, author, plan, title) values (?, ?, 'free', ?) returning id",
                    site,
                    person,
                    title);
            tickets.put(ticket, title);
            change(connection, tickets.keySet().iterator().next(), person, email);
            if (i % 10 == 0) {
                assertThat(ask(connection, "select count(*) from ticket where site_id = ?", site))
                        .isEqualTo(tickets.size());
            }
            if (i % 100 == 0) { // shared, and all rows that come back point at it
                ask(connection, "update plan set used = used + 1 where code = 'free' returning 1");
            }
            if (tickets.size() > FEW) {
                forget(connection);
            }
        }

        private void change(Connection connection, long ticket, long person, String email) throws SQLException {
            ask(connection, "update ticket set title = title || '!', plan = 'paid' where id = ? returning 1", ticket);
            tickets.merge(ticket, "!", String::concat);
            ask(connection, "update person set version = 1 where id = ? returning 1", person);
            people.put(person, email + " 1");
        }

        private void forget(Connection connection) throws SQLException {
            long ticket = tickets.keySet().iterator().next();
            ask(connection, "delete from ticket where id = ? returning 1", ticket);
            tickets.remove(ticket);
        }

        /** The first number of the answer, which has to have one. */
        private long ask(Connection connection, String sql, Object... values) throws SQLException {
            long begun = System.nanoTime();
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (int i = 0; i < values.length; i++) {
                    statement.setObject(i + 1, values[i]);
                }
                try (ResultSet result = statement.executeQuery()) {
                    assertThat(result.next()).as(sql).isTrue();
                    return result.getLong(1);
                }
            } finally {
                longest = Math.max(longest, System.nanoTime() - begun);
                statements.incrementAndGet();
            }
        }
    }

    /** Looks all the time whether somebody waits for a lock that the restore holds. */
    private static final class Watch implements Callable<Void> {

        /**
         * From one look at the locks, so that a wait and its reason belong together. The lock under which a file grows by some pages
         * is left out: whoever adds rows has it for that moment, and two who do may meet.
         */
        private static final String WAITING = """
                select w.locktype || ' lock: ' || waits.query
                from pg_locks w
                join pg_locks h on h.granted
                    and (h.locktype, h.database, h.relation, h.page, h.tuple, h.virtualxid, h.transactionid, h.classid, h.objid, h.objsubid)
                    is not distinct from
                    (w.locktype, w.database, w.relation, w.page, w.tuple, w.virtualxid, w.transactionid, w.classid, w.objid, w.objsubid)
                join pg_stat_activity holds on holds.pid = h.pid and holds.application_name = ?
                join pg_stat_activity waits on waits.pid = w.pid
                where not w.granted and w.locktype <> 'extend'
                """;

        private final JdbcConnectionPool live;
        private final Set<String> waiting = new TreeSet<>();
        private volatile boolean stopped;
        private int looks;

        Watch(JdbcConnectionPool live) {
            this.live = live;
        }

        @Override
        public Void call() throws SQLException, InterruptedException {
            try (Connection connection = live.getConnection();
                    PreparedStatement look = connection.prepareStatement(WAITING)) {
                look.setString(1, RESTORE);
                for (; !stopped; looks++) {
                    try (ResultSet found = look.executeQuery()) {
                        while (found.next()) {
                            waiting.add(found.getString(1));
                        }
                    }
                    Thread.sleep(10);
                }
            }
            return null;
        }
    }

    /** What the others did while the restore ran. */
    private record Beside(List<Writer> writers, Watch watch, int fewestStatements, Duration restore) {

        Duration longest() {
            return Duration.ofNanos(
                    writers.stream().mapToLong(writer -> writer.longest).max().orElseThrow());
        }

        long drawn() {
            return writers.stream().mapToLong(writer -> writer.drawn).sum();
        }
    }

    /** Runs the work while the others write; a statement of theirs that fails, fails here. */
    private Beside beside(Callable<?> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(OTHERS.size() + 1);
        try {
            List<Writer> writers = new ArrayList<>();
            List<Future<Void>> futures = new ArrayList<>();
            for (TenantId other : OTHERS) {
                Writer writer = new Writer(other, live);
                writers.add(writer);
                futures.add(threads.submit(writer));
            }
            List<Integer> before = new ArrayList<>();
            for (Writer writer : writers) {
                assertThat(writer.ready.await(20, TimeUnit.SECONDS)).isTrue();
            }
            writers.forEach(writer -> before.add(writer.statements.get()));
            Watch watch = new Watch(live);
            Future<Void> watching = threads.submit(watch);
            long begun = System.nanoTime();
            try {
                work.call();
            } finally {
                watch.stopped = true;
                writers.forEach(writer -> writer.stopped = true);
            }
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            int fewest = Integer.MAX_VALUE;
            for (int i = 0; i < writers.size(); i++) {
                futures.get(i).get(20, TimeUnit.SECONDS);
                fewest = Math.min(fewest, writers.get(i).statements.get() - before.get(i));
            }
            watching.get(20, TimeUnit.SECONDS);
            return new Beside(writers, watch, fewest, took);
        } finally {
            threads.shutdownNow();
        }
    }

    private Map<Long, String> keyed(String sql) throws SQLException {
        Map<Long, String> rows = new TreeMap<>();
        try (Connection connection = live.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                rows.put(result.getLong(1), result.getString(2));
            }
        }
        return rows;
    }

    @Test
    void othersWriteAsIfNothingHappened() throws Exception {
        List<RestoreReport> reports = new ArrayList<>();
        Beside beside = beside(() -> reports.add(restore()));
        assertThat(reports).singleElement().satisfies(report -> {
            assertThat(report.differing()).isEmpty();
            assertThat(report.equal()).hasSize(4);
        });
        assertThat(beside.fewestStatements()).as("statements while it ran").isGreaterThan(100);
        assertThat(beside.longest()).as("the longest statement").isLessThan(BOUND);
        assertThat(beside.watch().looks).isGreaterThan(20);
        assertThat(beside.watch().waiting).as("waited for the restore").isEmpty();
        for (Writer writer : beside.writers()) {
            String id = "'" + writer.tenant.uuid() + "'";
            assertThat(keyed("select id, email || ' ' || version from person where customer_id = " + id))
                    .isEqualTo(writer.people);
            assertThat(keyed("select t.id, t.title from ticket t join site s on s.id = t.site_id where s.customer_id = "
                            + id))
                    .isEqualTo(writer.tickets);
        }
        // the restore drew none, and nobody got a number twice
        assertThat(number("select last_value from person_id_seq")).isEqualTo(PEOPLE + beside.drawn());
        assertThat(number("select last_value from ticket_id_seq")).isEqualTo(TICKETS + beside.drawn());
    }

    /** Here the restore locks a table, by a trigger that knows of it. */
    @Test
    void aLockWouldBeSeen() throws Exception {
        sql(
                live,
                "create function lock_person() returns trigger language plpgsql as 'begin "
                        + "if current_setting(''tenant_safety.restoring'', true) = ''on'' then "
                        + "lock table person in exclusive mode; perform pg_sleep(1.5); end if; return null; end'",
                "create trigger lock_person after insert on site for each statement execute function lock_person()");
        Beside beside = beside(this::restore);
        assertThat(beside.longest()).isGreaterThan(BOUND);
        assertThat(beside.watch().waiting).isNotEmpty();
    }
}
