package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Dialect;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Columns as they stand in statements for PostgreSQL.
 *
 * @param alias of their rows; empty for none
 * @param names as the catalog has them
 */
record Columns(String alias, List<String> names) {

    private static final Dialect POSTGRESQL = Dialect.POSTGRESQL;

    /** One after the other. */
    String list() {
        return each(", ", column -> column);
    }

    String areSet() {
        return each(" and ", column -> column + " is not null");
    }

    /** Each equal to that of the others in the same place. */
    String equal(Columns others) {
        return IntStream.range(0, names.size())
                .mapToObj(i -> at(i) + " = " + others.at(i))
                .collect(Collectors.joining(" and "));
    }

    /** The values for people to read; where there are none, that it is a row. H2 knows of no CONCAT_WS of one. */
    String words() {
        String values = each(", ", column -> "cast(" + column + " as varchar)");
        return switch (names.size()) {
            case 0 -> "'a row'";
            case 1 -> values;
            default -> "concat_ws('/', " + values + ")";
        };
    }

    /** The values as the text of an array, from which each can be had again. */
    String array() {
        return "array[" + each(", ", column -> column + "::text") + "]::text";
    }

    /** The values as one text, which is the same only if they are. */
    String row() {
        return "row(" + list() + ")::text";
    }

    /** A number of 64 bits for {@link #row()}, which can be summed up. */
    String hash() {
        return "hashtextextended(" + row() + ", 0)::numeric";
    }

    String at(int index) {
        return (alias.isEmpty() ? "" : alias + ".") + POSTGRESQL.quote(names.get(index));
    }

    private String each(String between, Function<String, String> sql) {
        return IntStream.range(0, names.size()).mapToObj(i -> sql.apply(at(i))).collect(Collectors.joining(between));
    }
}
