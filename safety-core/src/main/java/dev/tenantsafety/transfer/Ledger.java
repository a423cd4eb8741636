package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.jdbc.Query;
import dev.tenantsafety.ownership.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What runs have written, in two tables of the live database. A chunk is recorded in the transaction that writes it, so a run that was
 * killed knows what is there.
 */
final class Ledger {

    static final List<String> NAMES = List.of("tenant_safety_transfer", "tenant_safety_transfer_chunk");

    /** Also in docs/restore.md, for those whose roles may not create tables. */
    private static final List<String> TABLES = List.of("""
            create table if not exists tenant_safety_transfer (
                run uuid primary key, request text not null, began timestamptz not null default now(), finished timestamptz)
            """, """
            create table if not exists tenant_safety_transfer_chunk (
                run uuid not null references tenant_safety_transfer, chunk text not null, sha256 text not null,
                table_schema text not null, table_name text not null,
                inserted bigint not null, updated bigint not null, kept bigint not null, same bigint not null, hash numeric not null,
                at timestamptz not null default now(), primary key (run, chunk))
            """);

    private final UUID run;
    private final Map<String, Done> done;

    /**
     * A chunk that was written.
     *
     * @param chunk which
     * @param sha256 the hash of its text
     * @param count what became of its rows
     * @param rows the rows, as they stood in the stage
     */
    record Done(String chunk, String sha256, TableCount count, Fingerprint rows) {}

    private Ledger(UUID run, Map<String, Done> done) {
        this.run = run;
        this.done = done;
    }

    /** Goes on with the run of this request that was not finished, or begins one. */
    static Ledger open(Connection connection, String request) throws SQLException {
        create(connection);
        List<UUID> unfinished = Query.of(
                        "select run from tenant_safety_transfer where request = ? and finished is null order by began desc",
                        request)
                .list(connection, row -> row.getObject(1, UUID.class));
        UUID run = unfinished.isEmpty() ? UUID.randomUUID() : unfinished.get(0);
        if (unfinished.isEmpty()) {
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into tenant_safety_transfer (run, request) values (?, ?)")) {
                insert.setObject(1, run);
                insert.setString(2, request);
                insert.executeUpdate();
            }
        }
        Map<String, Done> done = new HashMap<>();
        Query.of(
                        "select chunk, sha256, table_schema, table_name, inserted, updated, kept, same, hash "
                                + "from tenant_safety_transfer_chunk where run = ?",
                        run)
                .list(connection, Ledger::read)
                .forEach(one -> done.put(one.chunk(), one));
        connection.commit();
        return new Ledger(run, done);
    }

    private static Done read(ResultSet row) throws SQLException {
        TableName table = new TableName(row.getString(3), row.getString(4));
        TableCount count = new TableCount(table, row.getLong(5), row.getLong(6), row.getLong(7), row.getLong(8));
        return new Done(row.getString(1), row.getString(2), count, new Fingerprint(count.rows(), row.getBigDecimal(9)));
    }

    private static void create(Connection connection) throws SQLException {
        boolean isPostgreSql = Dialect.of(connection) == Dialect.POSTGRESQL;
        boolean isThere = isPostgreSql && PostgreSql.hasTable(connection, NAMES.get(1));
        if (!isThere) {
            if (isPostgreSql) {
                OwnerLocks.keepLedger(connection);
            }
            try (Statement statement = connection.createStatement()) {
                for (String table : TABLES) {
                    statement.execute(isPostgreSql ? table : ofH2(table));
                }
            }
            connection.commit();
        }
    }

    /** Where text cannot be a key, and there is no short name of the time. */
    private static String ofH2(String table) {
        return table.replace(" text", " varchar").replace("timestamptz", "timestamp with time zone");
    }

    UUID run() {
        return run;
    }

    boolean resumes() {
        return !done.isEmpty();
    }

    /** Whether the chunk was written by this run, of the same rows. */
    boolean has(String chunk, String sha256) {
        Done before = done.get(chunk);
        return before != null && before.sha256().equals(sha256);
    }

    /** What is known of a chunk, if it was written. */
    Optional<Done> find(String chunk) {
        return Optional.ofNullable(done.get(chunk));
    }

    /**
     * Whether this run has written the chunk before, of these rows, and they are still there: so it is not as the plan saw it, if that is from
     * before. That it was written is not enough, for rows that came back may have gone again.
     */
    boolean isStillThere(String chunk, Fingerprint rows, SeenChunk now) {
        return find(chunk)
                .filter(before -> before.rows().equals(rows)
                        && now.writesNothing()
                        && before.count().kept() == now.count().kept())
                .isPresent();
    }

    /** A chunk that was written. */
    Done get(String chunk) {
        return find(chunk).orElseThrow();
    }

    /** What this run did with a table's rows of a batch, if its chunks hold these very rows. */
    Optional<TableCount> get(String batchAndTable, TableName table, Fingerprint rows) {
        List<Done> chunks = done.values().stream()
                .filter(chunk -> chunk.chunk().startsWith(batchAndTable))
                .toList();
        Fingerprint all = chunks.stream().map(Done::rows).reduce(Fingerprint.NONE, Fingerprint::plus);
        return all.equals(rows)
                ? Optional.of(chunks.stream().map(Done::count).reduce(TableCount.none(table), TableCount::plus))
                : Optional.empty();
    }

    /** Within the transaction that writes the chunk. */
    void record(Connection connection, Done chunk) throws SQLException {
        String sql = done.containsKey(chunk.chunk())
                ? "update tenant_safety_transfer_chunk set sha256 = ?, table_schema = ?, table_name = ?, inserted = ?, updated = ?, "
                        + "kept = ?, same = ?, hash = ?, at = now() where run = ? and chunk = ?"
                : "insert into tenant_safety_transfer_chunk (sha256, table_schema, table_name, inserted, updated, kept, same, hash, "
                        + "run, chunk) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        try (PreparedStatement write = connection.prepareStatement(sql)) {
            write.setString(1, chunk.sha256());
            write.setString(2, chunk.count().table().schema());
            write.setString(3, chunk.count().table().table());
            write.setLong(4, chunk.count().inserted());
            write.setLong(5, chunk.count().updated());
            write.setLong(6, chunk.count().kept());
            write.setLong(7, chunk.count().same());
            write.setBigDecimal(8, chunk.rows().hash());
            write.setObject(9, run);
            write.setString(10, chunk.chunk());
            write.executeUpdate();
        }
    }

    void finish(Connection connection) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update tenant_safety_transfer set finished = now() where run = ?")) {
            update.setObject(1, run);
            update.executeUpdate();
        }
        connection.commit();
    }
}
