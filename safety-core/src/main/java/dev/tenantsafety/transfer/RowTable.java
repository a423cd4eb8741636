package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.ownership.Catalog.Column;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rows of a table, each by statements of its own, by plain JDBC. Not for several threads. */
final class RowTable implements AutoCloseable {

    private static final Dialect H2 = Dialect.H2;

    private final StagedTable table;
    private final Connection connection;
    private final List<String> columns;
    private final List<String> key;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    RowTable(StagedTable table, Connection connection) {
        this.table = table;
        this.connection = connection;
        this.columns = table.columns();
        this.key = table.key();
    }

    /**
     * A row that is there.
     *
     * @param text its values, as the source has them
     * @param isOwned whether it belongs to those who are restored
     */
    record Live(String text, boolean isOwned) {}

    /** The row with the same key. */
    Optional<Live> find(TextFields.Row row) throws SQLException {
        Columns live = new Columns("l", columns);
        PreparedStatement find = statement("select " + live.list() + ", case when " + table.owned("l")
                + " then true else false end from " + name() + " l where " + equal("l", key));
        bind(find, 1, row, key);
        try (ResultSet result = find.executeQuery()) {
            return result.next()
                    ? Optional.of(
                            new Live(TextRows.text(result, columns.size()), result.getBoolean(columns.size() + 1)))
                    : Optional.empty();
        }
    }

    /** Whether it has the same values in the columns that an UPDATE must not set. */
    boolean isReplaceable(Live live, TextFields.Row row) {
        List<@Nullable String> there = TextFields.row(live.text()).fields();
        return table.unsettable().stream()
                .map(columns::indexOf)
                .allMatch(i -> Objects.equals(there.get(i), row.fields().get(i)));
    }

    /** How many rows have these very values, by which they are the same owner's. */
    long count(TextFields.Row row) throws SQLException {
        String same = columns.stream()
                .map(column -> "l." + H2.quote(column) + " is not distinct from " + parameter(column))
                .collect(Collectors.joining(" and "));
        PreparedStatement count = statement("select count(*) from " + name() + " l where " + same);
        bind(count, 1, row, columns);
        try (ResultSet result = count.executeQuery()) {
            result.next();
            return result.getLong(1);
        }
    }

    void insert(TextFields.Row row) throws SQLException {
        PreparedStatement insert = statement("insert into " + name() + " (" + new Columns("", columns).list()
                + ") overriding system value values ("
                + columns.stream().map(this::parameter).collect(Collectors.joining(", ")) + ")");
        bind(insert, 1, row, columns);
        insert.executeUpdate();
    }

    /** Whether it was replaced: by the policy it may be that it stays. */
    boolean update(TextFields.Row row, @Nullable String newerBy) throws SQLException {
        List<String> others = table.settable();
        if (others.isEmpty()) {
            return false;
        }
        String set = others.stream()
                .map(column -> H2.quote(column) + " = " + parameter(column))
                .collect(Collectors.joining(", "));
        String older = newerBy == null ? "" : " and " + H2.quote(newerBy) + " < " + parameter(newerBy);
        PreparedStatement update =
                statement("update " + name() + " l set " + set + " where " + equal("l", key) + older);
        int next = bind(update, 1, row, others);
        next = bind(update, next, row, key);
        if (newerBy != null) {
            bind(update, next, row, List.of(newerBy));
        }
        return update.executeUpdate() == 1;
    }

    /** What names a row. */
    String words(TextFields.Row row) {
        List<String> named = new ArrayList<>();
        for (String column : key.isEmpty() ? columns : key) {
            named.add(String.valueOf(row.fields().get(columns.indexOf(column))));
        }
        return String.join("/", named);
    }

    private String name() {
        return table.table().name().sql(H2);
    }

    private String equal(String alias, List<String> some) {
        return some.stream()
                .map(column -> alias + "." + H2.quote(column) + " = " + parameter(column))
                .collect(Collectors.joining(" and "));
    }

    private String type(String column) {
        return table.table().table().find(column).map(Column::type).orElseThrow();
    }

    private String parameter(String column) {
        return type(column).equals("JSON") ? "? format json" : "?";
    }

    private PreparedStatement statement(String sql) throws SQLException {
        PreparedStatement known = statements.get(sql);
        if (known == null) {
            known = connection.prepareStatement(sql);
            statements.put(sql, known);
        }
        return known;
    }

    private int bind(PreparedStatement statement, int first, TextFields.Row row, List<String> some)
            throws SQLException {
        int next = first;
        for (String column : some) {
            statement.setObject(next++, value(row, column));
        }
        return next;
    }

    private @Nullable Object value(TextFields.Row row, String column) {
        String field = row.fields().get(columns.indexOf(column));
        try {
            return TextFields.value(field, type(column));
        } catch (RuntimeException e) { // of each parser its own
            throw TextFields.unreadable(
                    "Row " + words(row) + " of " + table.table().name() + ": the text \"" + field + "\" of column "
                            + column + " is no " + type(column),
                    e);
        }
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : statements.values()) {
            statement.close();
        }
    }
}
