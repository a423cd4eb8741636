package dev.tenantsafety.samples.replay;

import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.samples.helpdesk.CommentId;
import dev.tenantsafety.samples.helpdesk.Helpdesk;
import dev.tenantsafety.samples.helpdesk.Helpdesk.Table;
import dev.tenantsafety.samples.helpdesk.TicketId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Users of other sites, who go on working: they write tickets, comments and audit entries, and remember what they wrote. */
final class Writers {

    private static final int THREADS = 2;
    private static final int SITES = 200;
    private static final int TICKETS_OF_A_WRITER = 1_000;

    /** As people who think before they write, and not as a test of load. */
    private static final Duration PAUSE = Duration.ofMillis(3);

    private final World world;
    private final Map<String, UUID> written = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong longest = new AtomicLong();
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();

    /** A ticket of somebody else, and what a new one beside it needs. */
    private record Place(UUID ticket, UUID project, UUID step, UUID user, UUID site) {}

    Writers(World world) {
        this.world = world;
    }

    /** Begins to write. */
    void start() throws SQLException {
        List<Place> places = places();
        isOver.set(false);
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            // each has tickets of its own, so that what it last wrote there is what is there
            List<Place> own = new ArrayList<>();
            for (int p = number; p < places.size() && own.size() < TICKETS_OF_A_WRITER; p += THREADS) {
                own.add(places.get(p));
            }
            Thread thread = new Thread(() -> write(number, own), "writer " + number);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
    }

    private List<Place> places() throws SQLException {
        List<UUID> others =
                world.others().stream().limit(SITES).map(SiteId::uuid).toList();
        String query = "select t.id, t.project_id, t.step_id, t.reporter_id, p.site_id from ticket t"
                + " join project p on p.id = t.project_id where p.site_id = any(?) order by t.id";
        List<Place> places = new ArrayList<>();
        try (Connection connection = world.live().getConnection();
                PreparedStatement select = connection.prepareStatement(query)) {
            select.setArray(1, Sites.array(connection, others));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    places.add(new Place(
                            rows.getObject(1, UUID.class),
                            rows.getObject(2, UUID.class),
                            rows.getObject(3, UUID.class),
                            rows.getObject(4, UUID.class),
                            rows.getObject(5, UUID.class)));
                }
            }
        }
        return places;
    }

    private void write(int number, List<Place> places) {
        SplittableRandom random = new SplittableRandom(number);
        try (Connection connection = world.live().getConnection()) {
            connection.setAutoCommit(false);
            while (!isOver.get()) {
                Place place = places.get(random.nextInt(places.size()));
                long begin = System.nanoTime();
                try {
                    Map<String, UUID> rows = write(connection, place, random.nextInt(4));
                    connection.commit();
                    written.putAll(rows);
                    writes.incrementAndGet();
                } catch (SQLException e) {
                    failures.add(String.valueOf(e.getMessage()));
                    connection.rollback();
                }
                longest.accumulateAndGet(System.nanoTime() - begin, Math::max);
                Thread.sleep(PAUSE.toMillis());
            }
        } catch (SQLException e) {
            failures.add(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One transaction. Returns what the rows hold that it wrote. */
    private static Map<String, UUID> write(Connection connection, Place place, int what) throws SQLException {
        OffsetDateTime now = OffsetDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
        Map<String, UUID> rows = new HashMap<>();
        switch (what) {
            case 0 -> {
                update(
                        connection,
                        "update ticket set title = ?, version = version + 1 where id = ?",
                        "since " + now,
                        place.ticket());
                remember(connection, "ticket", List.of(place.ticket()), rows);
            }
            case 1 -> {
                UUID ticket = TicketId.KIND.create().uuid();
                int number = 1_000_000 + Math.floorMod(ticket.getLeastSignificantBits(), 1_000_000_000);
                insert(
                        connection,
                        "ticket",
                        ticket,
                        place.project(),
                        place.step(),
                        place.user(),
                        null,
                        number,
                        "new",
                        "while others come back",
                        now,
                        0);
                remember(connection, "ticket", List.of(ticket), rows);
            }
            case 2 -> {
                UUID comment = CommentId.KIND.create().uuid();
                insert(connection, "comment", comment, place.ticket(), place.user(), "still here", now);
                remember(connection, "comment", List.of(comment), rows);
            }
            default -> {
                String insert =
                        "insert into audit_entry (site_id, actor, audit_action, happened_at) values (?, 'writer', 'wrote', ?)";
                long id = insertedId(connection, insert, place.site(), now);
                remember(connection, "audit_entry", List.of(id), rows);
            }
        }
        return rows;
    }

    private static void insert(Connection connection, String name, @Nullable Object... values) throws SQLException {
        update(connection, Helpdesk.table(name).insert(), values);
    }

    private static void update(Connection connection, String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            set(statement, values);
            statement.executeUpdate();
        }
    }

    private static long insertedId(Connection connection, String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql, new String[] {"id"})) {
            set(statement, values);
            statement.executeUpdate();
            try (ResultSet keys = statement.getGeneratedKeys()) {
                keys.next();
                return keys.getLong(1);
            }
        }
    }

    private static void set(PreparedStatement statement, @Nullable Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
    }

    private static void remember(Connection connection, String name, List<?> key, Map<String, UUID> rows)
            throws SQLException {
        Table table = Helpdesk.table(name);
        rows.put(RowPrint.name(table, key), RowPrint.one(connection, table, key));
    }

    /** What the rows hold that were written, from all times that it was started. */
    Map<String, UUID> written() {
        return written;
    }

    long writes() {
        return writes.get();
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    /** The slowest transaction. */
    Duration longest() {
        return Duration.ofNanos(longest.get());
    }

    /** Stops writing; it can be started again. */
    void stop() {
        isOver.set(true);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        threads.clear();
    }
}
