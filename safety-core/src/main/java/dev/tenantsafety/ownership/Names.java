package dev.tenantsafety.ownership;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds tables and columns by what people write, and writes them as people do. */
final class Names {

    private final Catalog catalog;
    private final List<String> problems;
    private final boolean isOneSchema;

    Names(Catalog catalog, List<String> problems) {
        this.catalog = catalog;
        this.problems = problems;
        this.isOneSchema = catalog.tables().stream()
                        .map(table -> table.name().schema())
                        .distinct()
                        .count()
                <= 1;
    }

    /** The table of this name, or nothing and a problem. */
    Optional<Catalog.Table> table(String written, String line) {
        List<Catalog.Table> found = fitting(written, false);
        if (found.isEmpty()) {
            found = fitting(written, true);
        }
        if (found.size() == 1) {
            return Optional.of(found.get(0));
        }
        problems.add(line + "(\"" + written + "\", …): "
                + (found.isEmpty()
                        ? "there is no such table."
                        : "there are several such tables: "
                                + String.join(
                                        ", ",
                                        found.stream()
                                                .map(table -> table.name().toString())
                                                .toList())
                                + ". Write the schema before it."));
        return Optional.empty();
    }

    private List<Catalog.Table> fitting(String written, boolean inAnyCase) {
        return catalog.tables().stream()
                .filter(table -> fits(table.name().table(), written, inAnyCase)
                        || fits(table.name().toString(), written, inAnyCase))
                .toList();
    }

    private static boolean fits(String name, String written, boolean inAnyCase) {
        return inAnyCase ? name.equalsIgnoreCase(written) : name.equals(written);
    }

    /** The columns of these names; those that are not there are left out, and are problems. */
    List<String> columns(Catalog.Table table, List<String> written, String line) {
        List<String> found = new ArrayList<>();
        for (String one : written) {
            Optional<String> column = column(table, one);
            column.ifPresent(found::add);
            if (column.isEmpty()) {
                problems.add(line + ": " + of(table) + " has no column " + one + ".");
            }
        }
        return found;
    }

    static Optional<String> column(Catalog.Table table, String written) {
        Optional<String> exact = table.find(written).map(Catalog.Column::name);
        if (exact.isPresent()) {
            return exact;
        }
        List<String> anyCase = table.columns().stream()
                .map(Catalog.Column::name)
                .filter(written::equalsIgnoreCase)
                .toList();
        return anyCase.size() == 1 ? Optional.of(anyCase.get(0)) : Optional.empty();
    }

    String of(Catalog.Table table) {
        return of(table.name());
    }

    /** As one would write it: without the schema where there is but one, in small letters where all are big. */
    String of(TableName name) {
        return plain(isOneSchema ? name.table() : name.toString());
    }

    /** In small letters where all are big, as databases keep what nobody quoted. */
    static String plain(String name) {
        return name.equals(name.toUpperCase(Locale.ROOT)) ? name.toLowerCase(Locale.ROOT) : name;
    }
}
