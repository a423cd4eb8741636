package dev.tenantsafety.ownership;

import dev.tenantsafety.id.IdKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a schema that the database does not say: few lines for most.
 *
 * <pre>{@code
 * OwnershipModel.read(dataSource, rules -> rules
 *         .root("customer", TenantId.KIND)
 *         .root("site", SiteId.KIND)
 *         .ownedByColumn("customer_id", TenantId.KIND)
 *         .ownedThroughForeignKeys()
 *         .shared("country", "plan")
 *         .excluded("flyway_schema_history", "schema versions belong to nobody"));
 * }</pre>
 *
 * <p>Tables are named as {@code table} or {@code schema.table}, in any case where only one fits; columns likewise. A line that names
 * a table or column that is not there is an error when the model is read.
 *
 * <p>Where several lines could say whose a row is, for a kind of owner: first what was said of this table, then a column, then
 * foreign keys, of these the way with the fewest steps, and of several such the one whose columns come first in the table. A
 * foreign key whose columns may be null is never taken unless a line says so. Of several lines on one table the first that applies to a row
 * decides; apart from that, their order does not matter. A line without effect is an error.
 *
 * <p>Not safe for use by several threads; it is only there while a model is read.
 */
public final class OwnershipRules {

    record Root(String table, @Nullable String column, IdKind<?> kind) {}

    record OwnerColumn(@Nullable String table, String column, IdKind<?> kind) {}

    /** What decides of a table; of several such lines, the first that applies to a row. */
    sealed interface Way {
        String table();
    }

    record Path(String table, List<String> columns) implements Way {}

    record Typed(String table, String typeColumn, String idColumn, SortedMap<String, String> targets) implements Way {}

    record Untyped(String table, String idColumn, List<String> targets) implements Way {}

    /**
     * A key that the database does not know.
     *
     * @param table null for every table that has the column
     * @param targetColumns null for the primary key
     */
    record Declared(
            @Nullable String table,
            List<String> columns,
            String target,
            @Nullable List<String> targetColumns) {}

    record ExcludedColumn(String table, String column, String reason) {}

    record SharedRows(String column, @Nullable String value) {}

    final List<Root> roots = new ArrayList<>();
    final List<OwnerColumn> columns = new ArrayList<>();
    final List<Way> ways = new ArrayList<>();
    final List<Path> fallbacks = new ArrayList<>();
    final List<Declared> declared = new ArrayList<>();
    final List<SharedRows> sharedRows = new ArrayList<>();
    final Set<String> referred = new LinkedHashSet<>();
    final Set<String> shared = new LinkedHashSet<>();
    final Map<String, String> excluded = new LinkedHashMap<>();
    final List<ExcludedColumn> excludedColumns = new ArrayList<>();
    final List<String> schemas = new ArrayList<>();
    boolean throughForeignKeys;

    OwnershipRules() {}

    /**
     * The schemas whose tables there are to know. Without this line, the connection's current one.
     *
     * @param names as the database has them
     * @return this
     */
    public OwnershipRules schemas(String... names) {
        schemas.addAll(List.of(names));
        return this;
    }

    /**
     * The table that has one row for each owner of a kind, by its primary key.
     *
     * @param table the table; its primary key has one column
     * @param kind of the owner
     * @return this
     */
    public OwnershipRules root(String table, IdKind<?> kind) {
        roots.add(new Root(table, null, kind));
        return this;
    }

    /**
     * The same, where another column than the primary key's is what others know the owner by.
     *
     * @param table the table
     * @param column a column with a unique key
     * @param kind of the owner
     * @return this
     */
    public OwnershipRules root(String table, String column, IdKind<?> kind) {
        roots.add(new Root(table, column, kind));
        return this;
    }

    /**
     * Wherever there is this column, it says whose the row is. The owners need no table of their own.
     *
     * @param column its name
     * @param kind of the owner
     * @return this
     */
    public OwnershipRules ownedByColumn(String column, IdKind<?> kind) {
        columns.add(new OwnerColumn(null, column, kind));
        return this;
    }

    /**
     * In this table, this column says whose the row is, and no other does: for tables that name two.
     *
     * @param table the table
     * @param column its column
     * @param kind of the owner
     * @return this
     */
    public OwnershipRules ownedByColumn(String table, String column, IdKind<?> kind) {
        columns.add(new OwnerColumn(table, column, kind));
        return this;
    }

    /**
     * A row without a column of its own belongs to whom the row that its foreign key leads to belongs, where the key cannot be null.
     *
     * @return this
     */
    public OwnershipRules ownedThroughForeignKeys() {
        throughForeignKeys = true;
        return this;
    }

    /**
     * A row of this table belongs to whom the row that these columns lead to belongs.
     *
     * @param table the table
     * @param columns of one foreign key of the database, or one that {@link #foreignKey} declares; they may be null, and a row
     *     where they are then belongs to nobody, which {@link OwnershipModel#check} finds
     * @return this
     */
    public OwnershipRules ownedThrough(String table, String... columns) {
        ways.add(new Path(table, List.of(columns)));
        return this;
    }

    /**
     * A row of this table has one of several parents, and belongs to whom the one that is not null belongs; of several, the first.
     *
     * @param table the table
     * @param columns foreign keys of one column each
     * @return this
     */
    public OwnershipRules ownedThroughEither(String table, String... columns) {
        for (String column : columns) {
            ways.add(new Path(table, List.of(column)));
        }
        return this;
    }

    /**
     * A row that has no owner in its column belongs to whom the row that these columns lead to belongs.
     *
     * @param table the table, which has a column that says whose a row is
     * @param columns of a foreign key
     * @return this
     */
    public OwnershipRules orElseThrough(String table, String... columns) {
        fallbacks.add(new Path(table, List.of(columns)));
        return this;
    }

    /**
     * A column says at what kind of thing another one points, and the row belongs to whom that belongs.
     *
     * @param table the table
     * @param typeColumn holds the kind of thing
     * @param idColumn holds its key
     * @param targets the table for each value of the type column
     * @return this
     */
    public OwnershipRules ownedThroughType(
            String table, String typeColumn, String idColumn, Map<String, String> targets) {
        ways.add(new Typed(table, typeColumn, idColumn, new TreeMap<>(targets)));
        return this;
    }

    /**
     * A column holds the key of a row in one of several tables, and nothing says which: the row belongs to whom the one that is
     * there belongs; of several, the first.
     *
     * @param table the table
     * @param idColumn holds the key
     * @param targets the tables in which it may be
     * @return this
     */
    public OwnershipRules ownedThroughAny(String table, String idColumn, String... targets) {
        ways.add(new Untyped(table, idColumn, List.of(targets)));
        return this;
    }

    /**
     * A row of this table belongs to whom the rows that point at it belong: contents, blobs, addresses.
     *
     * @param table the table
     * @return this
     */
    public OwnershipRules ownedByReferrers(String table) {
        referred.add(table);
        return this;
    }

    /**
     * Columns lead to another table's primary key, though the database has no foreign key for it; where it has one, nothing changes.
     *
     * @param table the table
     * @param column its column
     * @param target where it leads
     * @return this
     */
    public OwnershipRules foreignKey(String table, String column, String target) {
        return foreignKey(table, List.of(column), target);
    }

    /**
     * The same, for keys of several columns.
     *
     * @param table the table
     * @param columns its columns, in the order of the key's
     * @param target where they lead
     * @return this
     */
    public OwnershipRules foreignKey(String table, List<String> columns, String target) {
        declared.add(new Declared(table, List.copyOf(columns), target, null));
        return this;
    }

    /**
     * The same, for keys that do not lead to the primary key.
     *
     * @param table the table
     * @param columns its columns
     * @param target where they lead
     * @param targetColumns the columns there, in the same order; they have a unique key
     * @return this
     */
    public OwnershipRules foreignKey(String table, List<String> columns, String target, List<String> targetColumns) {
        declared.add(new Declared(table, List.copyOf(columns), target, List.copyOf(targetColumns)));
        return this;
    }

    /**
     * Wherever there is this column, it leads to the primary key of that table. In the table itself it does not.
     *
     * @param column its name
     * @param target where it leads
     * @return this
     */
    public OwnershipRules foreignKey(String column, String target) {
        declared.add(new Declared(null, List.of(column), target, null));
        return this;
    }

    /**
     * Rows that have no owner in this column are for all.
     *
     * @param column the column, in whatever table
     * @return this
     */
    public OwnershipRules sharedWhereNull(String column) {
        sharedRows.add(new SharedRows(column, null));
        return this;
    }

    /**
     * Rows that have one of these in place of an owner are for all.
     *
     * @param column the column, in whatever table
     * @param values as text: the empty text, the ID of a system tenant
     * @return this
     */
    public OwnershipRules sharedWhere(String column, String... values) {
        for (String value : values) {
            sharedRows.add(new SharedRows(column, value));
        }
        return this;
    }

    /**
     * Rows of these tables are for all: they are there when somebody's rows are restored, and are never written.
     *
     * @param tables the tables
     * @return this
     */
    public OwnershipRules shared(String... tables) {
        shared.addAll(List.of(tables));
        return this;
    }

    /**
     * Rows of this table are nobody's, and nothing is done with them.
     *
     * @param table the table
     * @param reason why, for who reads the lock file
     * @return this
     * @throws IllegalArgumentException if the reason is blank
     */
    public OwnershipRules excluded(String table, String reason) {
        if (reason.isBlank()) {
            throw new IllegalArgumentException("Say why the rows of " + table + " are nobody's.");
        }
        excluded.put(table, reason);
        return this;
    }

    /**
     * The same of several tables, for one reason.
     *
     * @param tables the tables
     * @param reason why
     * @return this
     * @throws IllegalArgumentException if the reason is blank
     */
    public OwnershipRules excluded(List<String> tables, String reason) {
        tables.forEach(table -> excluded(table, reason));
        return this;
    }

    /**
     * The values of a column do not go along with the rows of a table: large objects, caches, what another system keeps. A row that comes back
     * has the column's default there, or null; one that is there keeps its value.
     *
     * @param table the table, whose rows are owned
     * @param column a column that may be null or has a default, and that neither tells rows apart nor says whose they are
     * @param reason why, for who reads the lock file
     * @return this
     * @throws IllegalArgumentException if the reason is blank
     */
    public OwnershipRules excludedColumn(String table, String column, String reason) {
        if (reason.isBlank()) {
            throw new IllegalArgumentException("Say why the values of " + table + "." + column + " do not go along.");
        }
        excludedColumns.add(new ExcludedColumn(table, column, reason));
        return this;
    }
}
