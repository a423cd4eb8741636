package dev.tenantsafety.ownership;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * That rows of one table point at rows of another: a foreign key of the database, or one that was declared because the database has
 * none.
 *
 * @param table whose rows point
 * @param columns with what
 * @param target at which table's rows
 * @param targetColumns and which of its columns, in the same order
 * @param type only where a column of the row says so; null for all rows
 * @param foreignKey the foreign key of the database, null if the reference was declared
 */
public record Reference(
        TableName table,
        List<String> columns,
        TableName target,
        List<String> targetColumns,
        @Nullable TypeValue type,
        Catalog.@Nullable ForeignKey foreignKey) {

    /**
     * What a column has to hold for the reference to lead to its target.
     *
     * @param column the column that says at what the row points
     * @param value its value for this target
     */
    public record TypeValue(String column, String value) {}

    static Reference of(TableName table, Catalog.ForeignKey key) {
        return new Reference(table, key.columns(), key.target(), key.targetColumns(), null, key);
    }

    /**
     * Whether a row may point nowhere: one of the columns may be null, or says that the row points elsewhere.
     *
     * @param table the table, as the catalog has it
     * @return whether it may
     */
    boolean isOptional(Catalog.Table table) {
        return type != null
                || columns.stream()
                        .anyMatch(column -> table.find(column).orElseThrow().nullable());
    }

    boolean isToItself() {
        return table.equals(target);
    }

    /** The columns, and where the type says so. */
    @Override
    public String toString() {
        String text = String.join(", ", columns);
        return type == null ? text : text + " where " + type.column() + " = '" + type.value() + "'";
    }
}
