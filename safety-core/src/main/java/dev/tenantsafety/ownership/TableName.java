package dev.tenantsafety.ownership;

import dev.tenantsafety.jdbc.Dialect;
import java.util.Comparator;

/**
 * A table's name, as the catalog has it.
 *
 * @param schema the schema, not empty
 * @param table the table in it, not empty
 */
public record TableName(String schema, String table) implements Comparable<TableName> {

    private static final Comparator<TableName> ORDER =
            Comparator.comparing(TableName::schema).thenComparing(TableName::table);

    /**
     * The name as it is written in SQL.
     *
     * @param dialect the database's
     * @return schema and table, quoted
     */
    public String sql(Dialect dialect) {
        return dialect.quote(schema) + '.' + dialect.quote(table);
    }

    /** By schema, then by table. */
    @Override
    public int compareTo(TableName other) {
        return ORDER.compare(this, other);
    }

    /** Schema, a dot, and the table. */
    @Override
    public String toString() {
        return schema + '.' + table;
    }
}
