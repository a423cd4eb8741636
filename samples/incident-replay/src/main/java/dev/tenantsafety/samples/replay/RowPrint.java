package dev.tenantsafety.samples.replay;

import dev.tenantsafety.samples.helpdesk.Helpdesk.Table;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;

/** What a row holds, all columns of it, as a number that is another when the row is (MD5 of its text). */
final class RowPrint {

    private static final int FETCH = 10_000;

    private RowPrint() {}

    /** Of all rows of a table, by key. */
    static Map<String, UUID> all(DataSource database, Table table) throws SQLException {
        Map<String, UUID> prints = new HashMap<>();
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false); // else the driver reads the whole result into memory
            try (PreparedStatement select = connection.prepareStatement("select * from " + table.name())) {
                select.setFetchSize(FETCH);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        prints.put(key(rows, table), print(rows));
                    }
                }
            }
            connection.rollback();
        }
        return prints;
    }

    /** Of one row, which is there. */
    static UUID one(Connection connection, Table table, List<?> key) throws SQLException {
        List<String> columns =
                table.key().stream().map(column -> column + " = ?").toList();
        try (PreparedStatement select = connection.prepareStatement(
                "select * from " + table.name() + " where " + String.join(" and ", columns))) {
            for (int i = 0; i < key.size(); i++) {
                select.setObject(i + 1, key.get(i));
            }
            try (ResultSet rows = select.executeQuery()) {
                rows.next();
                return print(rows);
            }
        }
    }

    private static String key(ResultSet row, Table table) throws SQLException {
        StringBuilder key = new StringBuilder(table.name());
        for (String column : table.key()) {
            key.append(' ').append(row.getString(column));
        }
        return key.toString();
    }

    /** The name of a row, as {@link #all} gives it. */
    static String name(Table table, List<?> key) {
        return table.name() + " "
                + String.join(" ", key.stream().map(String::valueOf).toList());
    }

    private static UUID print(ResultSet row) throws SQLException {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
            Object value = row.getObject(i);
            text.append(value instanceof byte[] bytes ? Base64.getEncoder().encodeToString(bytes) : value)
                    .append('\u001f');
        }
        return UUID.nameUUIDFromBytes(text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
