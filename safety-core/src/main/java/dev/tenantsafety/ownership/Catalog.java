package dev.tenantsafety.ownership;

import dev.tenantsafety.jdbc.Dialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a database says of its tables. Views and temporary tables hold no rows of their own and are left out; partitions are named
 * by the table that they are of. Tables of ours, whose names begin with {@code tenant_safety_}, are nobody's business.
 */
public final class Catalog {

    /** What our own tables begin with. */
    private static final String OURS = "tenant_safety_";

    private final Dialect dialect;
    private final String version;
    private final Map<TableName, Table> tables;

    Catalog(Dialect dialect, String version, Collection<Table> tables) {
        this.dialect = dialect;
        this.version = version;
        Map<TableName, Table> sorted = new TreeMap<>();
        tables.forEach(table -> sorted.put(table.name(), table));
        this.tables = Collections.unmodifiableMap(sorted);
    }

    /**
     * Reads it.
     *
     * @param connection to the database; used for queries only
     * @param schemas whose tables are read; none for the connection's current schema
     * @return what is there now
     * @throws dev.tenantsafety.jdbc.UnsupportedDatabaseException if we do not know the database
     * @throws IllegalArgumentException if a schema is not there
     * @throws SQLException as the database says
     */
    public static Catalog read(Connection connection, String... schemas) throws SQLException {
        Dialect dialect = Dialect.of(connection);
        List<String> read = schemas.length > 0 ? List.of(schemas) : List.of(connection.getSchema());
        CatalogReader reader =
                switch (dialect) {
                    case POSTGRESQL -> new PostgreSqlCatalog(connection);
                    case H2 -> new H2Catalog(connection);
                };
        List<String> there = reader.schemas();
        List<Table> tables = new ArrayList<>();
        for (String schema : read) {
            if (!there.contains(schema)) {
                throw new IllegalArgumentException(
                        "There is no schema " + schema + " in this database, or it is not to be seen. " + "There are: "
                                + String.join(", ", there) + ".");
            }
            reader.tables(schema).stream()
                    .filter(table ->
                            !table.name().table().toLowerCase(Locale.ROOT).startsWith(OURS))
                    .forEach(tables::add);
        }
        return new Catalog(dialect, connection.getMetaData().getDatabaseProductVersion(), tables);
    }

    /**
     * Which database it is.
     *
     * @return its dialect
     */
    public Dialect dialect() {
        return dialect;
    }

    /**
     * The product's version.
     *
     * @return as its driver says it
     */
    public String version() {
        return version;
    }

    /**
     * All tables.
     *
     * @return sorted by name
     */
    public List<Table> tables() {
        return List.copyOf(tables.values());
    }

    /**
     * One table.
     *
     * @param name its name
     * @return the table, or nothing if there is none of this name
     */
    public Optional<Table> find(TableName name) {
        return Optional.ofNullable(tables.get(name));
    }

    /**
     * A table.
     *
     * @param name its name
     * @param columns in their order
     * @param primaryKey the columns of its primary key, in the key's order; empty if it has none
     * @param uniqueKeys its other unique keys, partial ones too, sorted by name
     * @param foreignKeys what it points at, sorted by name
     * @param indexes all indexes, those of keys too, sorted by name
     * @param triggers the triggers that users made, sorted by name
     * @param partitions the tables that hold its rows, if it is partitioned
     * @param heirs the tables that inherit from it and are no partitions; their rows are seen in it too
     */
    public record Table(
            TableName name,
            List<Column> columns,
            List<String> primaryKey,
            List<UniqueKey> uniqueKeys,
            List<ForeignKey> foreignKeys,
            List<Index> indexes,
            List<Trigger> triggers,
            List<TableName> partitions,
            List<TableName> heirs) {

        /**
         * One column.
         *
         * @param column its name
         * @return the column, or nothing if there is none of this name
         */
        public Optional<Column> find(String column) {
            return columns.stream().filter(one -> one.name().equals(column)).findFirst();
        }

        /**
         * The columns by which a row is told from all others: the primary key, or else a unique key over all rows whose columns cannot be
         * null; of several, the one with the fewest columns, and of these the first by name.
         *
         * @return in the key's order; empty if only all its values tell a row
         */
        public List<String> key() {
            return primaryKey.isEmpty()
                    ? uniqueKeys.stream()
                            .filter(this::tellsRowsApart)
                            .min(Comparator.comparingInt(
                                            (UniqueKey key) -> key.columns().size())
                                    .thenComparing(UniqueKey::name))
                            .map(UniqueKey::columns)
                            .orElse(List.of())
                    : primaryKey;
        }

        private boolean tellsRowsApart(UniqueKey key) {
            return key.condition() == null
                    && !key.deferrable()
                    && key.columns().stream().allMatch(name -> find(name)
                            .filter(column -> !column.nullable() && column.generation() != Generation.COMPUTED)
                            .isPresent());
        }
    }

    /**
     * A column.
     *
     * @param name its name
     * @param type its type as the database writes it, with length and the like: {@code character varying(20)}
     * @param nullable whether it may be null
     * @param defaultValue the expression of its default, or of what it is computed from; null if there is none
     * @param generation who makes its values
     * @param sequence the sequence that belongs to it, as it is written in SQL; null if there is none
     */
    public record Column(
            String name,
            String type,
            boolean nullable,
            @Nullable String defaultValue,
            Generation generation,
            @Nullable String sequence) {}

    /** Who makes the values of a column. */
    public enum Generation {
        /** Whoever writes the row. */
        NONE,
        /** The database, unless the row brings its own. */
        IDENTITY_BY_DEFAULT,
        /** The database, unless one says otherwise ({@code overriding system value}). */
        IDENTITY_ALWAYS,
        /** The database, from other columns, always. */
        COMPUTED
    }

    /**
     * A unique key that is not the primary one.
     *
     * @param name its name
     * @param columns its columns in order; an expression in place of a name where it is one of an expression
     * @param condition which rows it is over; null for all
     * @param deferrable whether it may be checked at the end of the transaction
     * @param nullsEqual whether two nulls are the same to it
     */
    public record UniqueKey(
            String name, List<String> columns, @Nullable String condition, boolean deferrable, boolean nullsEqual) {}

    /**
     * A foreign key.
     *
     * @param name its name
     * @param columns its columns
     * @param target the table that it points at
     * @param targetColumns the columns there, in the same order
     * @param onDelete what happens to the row when what it points at is deleted
     * @param deferrable whether it may be checked at the end of the transaction
     */
    public record ForeignKey(
            String name,
            List<String> columns,
            TableName target,
            List<String> targetColumns,
            OnDelete onDelete,
            boolean deferrable) {}

    /** What a foreign key does when what it points at is deleted. */
    public enum OnDelete {
        /** Refuse. */
        REFUSE,
        /** Delete the row too. */
        CASCADE,
        /** Set its columns to null. */
        SET_NULL,
        /** Set its columns to their defaults. */
        SET_DEFAULT
    }

    /**
     * An index.
     *
     * @param name its name
     * @param columns its columns in order, or expressions
     * @param unique whether it holds each value once
     * @param condition which rows it is over; null for all
     */
    public record Index(
            String name,
            List<String> columns,
            boolean unique,
            @Nullable String condition) {}

    /**
     * A trigger.
     *
     * @param name its name
     * @param definition how the database writes it
     * @param onInsert whether it fires when a row is inserted
     * @param onUpdate whether it fires when a row is updated
     * @param enabled whether it fires at all
     */
    public record Trigger(String name, String definition, boolean onInsert, boolean onUpdate, boolean enabled) {}
}
