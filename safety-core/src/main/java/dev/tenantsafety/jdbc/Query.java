package dev.tenantsafety.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A query with its parameters, to be read whole: for answers that are small. */
public final class Query {

    private final String sql;
    private final List<@Nullable Object> parameters;

    private Query(String sql, List<@Nullable Object> parameters) {
        this.sql = sql;
        this.parameters = parameters;
    }

    /**
     * A query.
     *
     * @param sql with a question mark for each parameter; never made of what a stranger wrote
     * @param parameters as {@link PreparedStatement#setObject(int, Object)} takes them; null for SQL's null
     * @return the query, not yet sent
     */
    public static Query of(String sql, @Nullable Object... parameters) {
        List<@Nullable Object> all = new ArrayList<>();
        for (Object parameter : parameters) {
            all.add(parameter);
        }
        return new Query(sql, all);
    }

    /**
     * Sends it and reads all rows.
     *
     * @param <R> what a row becomes
     * @param connection where to
     * @param reader reads the current row
     * @return what it made of each row, in order
     * @throws SQLException as the database says
     */
    public <R> List<R> list(Connection connection, RowReader<R> reader) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.size(); i++) {
                statement.setObject(i + 1, parameters.get(i));
            }
            try (ResultSet rows = statement.executeQuery()) {
                List<R> all = new ArrayList<>();
                while (rows.next()) {
                    all.add(reader.read(rows));
                }
                return all;
            }
        }
    }

    /**
     * Reads a row.
     *
     * @param <R> what it becomes
     */
    @FunctionalInterface
    public interface RowReader<R> {

        /**
         * Reads the current row.
         *
         * @param row positioned on it; not to be moved
         * @return what it is
         * @throws SQLException as the driver says
         */
        R read(ResultSet row) throws SQLException;
    }

    /**
     * Reads an array of text.
     *
     * @param row the row
     * @param column its column, counted from 1
     * @return the texts; empty if the column is null
     * @throws SQLException as the driver says
     */
    public static List<String> texts(ResultSet row, int column) throws SQLException {
        java.sql.Array array = row.getArray(column);
        if (array == null) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        for (Object element : (Object[]) array.getArray()) {
            texts.add(String.valueOf(element));
        }
        return List.copyOf(texts);
    }
}
