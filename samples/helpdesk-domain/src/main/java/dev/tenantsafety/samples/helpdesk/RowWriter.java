package dev.tenantsafety.samples.helpdesk;

import dev.tenantsafety.samples.helpdesk.Helpdesk.Table;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Collects rows of all tables and writes them in the order of foreign keys. */
final class RowWriter implements AutoCloseable {

    private final Connection connection;
    private final Map<String, Pending> tables = new LinkedHashMap<>();
    private long written;
    private long lastNumber;

    /** Rows of a table that are not written yet. */
    private record Pending(PreparedStatement insert, List<@Nullable Object[]> rows) {

        int write() throws SQLException {
            for (@Nullable Object[] row : rows) {
                for (int i = 0; i < row.length; i++) {
                    insert.setObject(i + 1, row[i] instanceof Instant time ? time.atOffset(ZoneOffset.UTC) : row[i]);
                }
                insert.addBatch();
            }
            insert.executeBatch();
            int written = rows.size();
            rows.clear();
            return written;
        }
    }

    RowWriter(DataSource database) throws SQLException {
        connection = database.getConnection();
        connection.setAutoCommit(false);
        for (Table table : Helpdesk.tables()) {
            tables.put(table.name(), new Pending(connection.prepareStatement(table.insert()), new ArrayList<>()));
        }
    }

    void add(String table, @Nullable Object... values) {
        Objects.requireNonNull(tables.get(table), table).rows().add(values);
    }

    /** Writes and commits what was added. */
    void flush() throws SQLException {
        for (Pending table : tables.values()) {
            written += table.write();
        }
        connection.commit();
    }

    /** For a row whose key the database would count. */
    long nextNumber() {
        return ++lastNumber;
    }

    /** The database counts the keys of this table, from those that were handed out. */
    void numberFromHereOn(String table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("alter table " + table + " alter column id restart with " + (lastNumber + 1));
        }
        connection.commit();
    }

    long written() {
        return written;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
