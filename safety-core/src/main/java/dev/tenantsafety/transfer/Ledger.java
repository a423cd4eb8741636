package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Query;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What runs have written, in two tables of the live database. A chunk is recorded in the transaction that writes it, so a run that was
 * killed knows what is there.
 */
final class Ledger {

    /** Also in docs/restore.md, for those whose roles may not create tables. */
    private static final List<String> TABLES = List.of("""
            create table if not exists tenant_safety_transfer (
                run uuid primary key, request text not null, began timestamptz not null default now(), finished timestamptz)
            """, """
            create table if not exists tenant_safety_transfer_chunk (
                run uuid not null references tenant_safety_transfer, chunk text not null, sha256 text not null,
                inserted bigint not null, updated bigint not null, kept bigint not null, same bigint not null,
                at timestamptz not null default now(), primary key (run, chunk))
            """);

    private final Connection connection;
    private final UUID run;
    private final Map<String, Done> done;

    /** A chunk that was written: the hash of its text, and what became of its rows. */
    record Done(String sha256, long inserted, long updated, long kept, long same) {}

    private Ledger(Connection connection, UUID run, Map<String, Done> done) {
        this.connection = connection;
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
                        "select chunk, sha256, inserted, updated, kept, same from tenant_safety_transfer_chunk where run = ?",
                        run)
                .list(
                        connection,
                        row -> done.put(
                                row.getString(1),
                                new Done(
                                        row.getString(2),
                                        row.getLong(3),
                                        row.getLong(4),
                                        row.getLong(5),
                                        row.getLong(6))));
        connection.commit();
        return new Ledger(connection, run, done);
    }

    private static void create(Connection connection) throws SQLException {
        boolean isThere = Query.of("select to_regclass('tenant_safety_transfer_chunk') is not null")
                .list(connection, row -> row.getBoolean(1))
                .get(0);
        if (!isThere) {
            try (Statement statement = connection.createStatement()) {
                for (String table : TABLES) {
                    statement.execute(table);
                }
            }
            connection.commit();
        }
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

    TableCount count(String chunk, TableCount none) {
        Done before = done.get(chunk);
        return before == null
                ? none
                : none.plus(new TableCount(
                        none.table(), before.inserted(), before.updated(), before.kept(), before.same()));
    }

    /** Within the transaction that writes the chunk. */
    void record(String chunk, String sha256, TableCount count) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into tenant_safety_transfer_chunk (run, chunk, sha256, inserted, updated, kept, same) "
                        + "values (?, ?, ?, ?, ?, ?, ?)")) {
            insert.setObject(1, run);
            insert.setString(2, chunk);
            insert.setString(3, sha256);
            insert.setLong(4, count.inserted());
            insert.setLong(5, count.updated());
            insert.setLong(6, count.kept());
            insert.setLong(7, count.same());
            insert.executeUpdate();
        }
    }

    void finish() throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update tenant_safety_transfer set finished = now() where run = ?")) {
            update.setObject(1, run);
            update.executeUpdate();
        }
        connection.commit();
    }
}
