package dev.tenantsafety.archive;

import java.util.List;
import java.util.Objects;

/**
 * A table whose rows stand in an archive.
 *
 * @param number the number of the table within its archive, from 1 to 9999
 * @param schema the schema, unquoted; empty where the database has none
 * @param name the name, unquoted, never empty
 * @param columns the columns in the order in which their values stand in each row; at least one
 * @param key the names of the key columns, in order; empty if the table has no key
 * @param foreignKeys the foreign keys as texts that only the caller understands; may be empty
 */
public record ArchiveTable(
        int number,
        String schema,
        String name,
        List<ArchiveColumn> columns,
        List<String> key,
        List<String> foreignKeys) {

    /** The highest number that a table can have. */
    static final int HIGHEST_NUMBER = 9999;

    /**
     * Copies the lists.
     *
     * @param number the number
     * @param schema the schema
     * @param name the name
     * @param columns the columns in the order in which their values stand in each row
     * @param key the names
     * @param foreignKeys the foreign keys as texts that only the caller understands
     * @throws IllegalArgumentException if the number is out of range, the name empty, a column twice or none there, or a
     *     key column not among the columns
     */
    public ArchiveTable {
        Objects.requireNonNull(schema, "schema");
        columns = List.copyOf(columns);
        key = List.copyOf(key);
        foreignKeys = List.copyOf(foreignKeys);
        if (number < 1 || number > HIGHEST_NUMBER) {
            throw new IllegalArgumentException("Tables are numbered from 1 to " + HIGHEST_NUMBER
                    + "; there is no table " + number + ". Number them in the order in which they are written.");
        }
        if (name.isEmpty() || columns.isEmpty()) {
            throw new IllegalArgumentException(
                    "Table " + number + " has no name or no columns. Take them from the catalog" + " of the database.");
        }
        List<String> names =
                columns.stream().map(ArchiveColumn::name).distinct().toList();
        if (names.size() < columns.size() || !names.containsAll(key)) {
            throw new IllegalArgumentException(
                    "Table " + number + " (" + Shown.of(name) + ") names a column twice, or a key"
                            + " column that is not among its columns. Take them from the catalog of the database.");
        }
    }

    /** How many values a row of the archive has: those that are computed from others are not in it. */
    int fields() {
        return (int)
                columns.stream().filter(column -> column.generated().isEmpty()).count();
    }

    /** For messages: number and name. */
    String label() {
        return "table " + number + " (" + Shown.of(schema) + "." + Shown.of(name) + ")";
    }
}
