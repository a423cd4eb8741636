package dev.tenantsafety.ownership;

import dev.tenantsafety.ownership.Claim.ByColumn;
import dev.tenantsafety.ownership.Claim.ByReference;
import dev.tenantsafety.ownership.Claim.ByReferrers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds rules without effect: their author assumes something that is not the case. */
final class UselessLines {

    private final OwnershipRules rules;
    private final Names names;
    private final List<OwnedTable> tables;
    private final List<String> found = new ArrayList<>();

    UselessLines(OwnershipRules rules, Names names, List<OwnedTable> tables) {
        this.rules = rules;
        this.names = names;
        this.tables = tables;
    }

    List<String> find() {
        rules.ways.forEach(this::way);
        rules.fallbacks.forEach(path -> path(path, "orElseThrough"));
        rules.referred.forEach(name -> {
            OwnedTable table = table(name);
            if (claims(table).noneMatch(ByReferrers.class::isInstance)) {
                add("ownedByReferrers(\"" + name + "\")", table);
            }
        });
        rules.excludedColumns.forEach(column -> {
            OwnedTable table = table(column.table());
            if (!table.isOwned()) {
                add("excludedColumn(\"" + column.table() + "\", \"" + column.column() + "\", …)", table);
            }
        });
        rules.columns.forEach(this::column);
        rules.sharedRows.forEach(this::shared);
        return found;
    }

    private void way(OwnershipRules.Way way) {
        if (way instanceof OwnershipRules.Path path) {
            path(path, "ownedThrough");
        } else if (way instanceof OwnershipRules.Typed typed) {
            leadsSomewhere(
                    typed.table(), List.of(typed.idColumn()), typed.targets().values(), "ownedThroughType");
        } else if (way instanceof OwnershipRules.Untyped untyped) {
            leadsSomewhere(untyped.table(), List.of(untyped.idColumn()), untyped.targets(), "ownedThroughAny");
        }
    }

    private void path(OwnershipRules.Path path, String line) {
        OwnedTable table = table(path.table());
        if (claims(table)
                .noneMatch(claim -> claim instanceof ByReference way
                        && way.reference().type() == null
                        && isSame(way.reference().columns(), path.columns()))) {
            add(line + "(\"" + path.table() + "\", " + quoted(path.columns()) + ")", table);
        }
    }

    private void leadsSomewhere(String name, List<String> columns, Collection<String> targets, String line) {
        OwnedTable table = table(name);
        List<TableName> leading =
                targets.stream().map(target -> table(target).name()).toList();
        if (claims(table)
                .noneMatch(claim -> claim instanceof ByReference way
                        && leading.contains(way.reference().target())
                        && isSame(way.reference().columns(), columns))) {
            add(line + "(\"" + name + "\", … " + quoted(columns) + " …)", table);
        }
    }

    private void column(OwnershipRules.OwnerColumn column) {
        if (column.table() != null) {
            OwnedTable table = table(column.table());
            if (!isUsed(column, Stream.of(table))) {
                add("ownedByColumn(\"" + column.table() + "\", \"" + column.column() + "\", …)", table);
            }
        } else if (!isUsed(column, tables.stream())) {
            found.add("ownedByColumn(\"" + column.column()
                    + "\", …) has no effect: in no table does this column declare the owning "
                    + column.kind().prefix() + ". Remove the line, or name a column that does.");
        }
    }

    private static boolean isUsed(OwnershipRules.OwnerColumn column, Stream<OwnedTable> tables) {
        return tables.flatMap(table -> table.claims(column.kind()).stream())
                .anyMatch(claim -> claim instanceof ByColumn by && by.column().equalsIgnoreCase(column.column()));
    }

    private void shared(OwnershipRules.SharedRows rows) {
        boolean isUsed = tables.stream().anyMatch(table -> claims(table)
                .anyMatch(claim -> claim instanceof ByColumn by
                        && by.column().equalsIgnoreCase(rows.column())
                        && (rows.value() != null
                                || table.table().find(by.column()).orElseThrow().nullable())));
        if (!isUsed) {
            found.add((rows.value() == null
                            ? "sharedWhereNull(\"" + rows.column() + "\")"
                            : "sharedWhere(\"" + rows.column() + "\", \"" + rows.value() + "\")")
                    + " has no effect: in no table does "
                    + (rows.value() == null ? "this column, nullable," : "this column")
                    + " declare the owner. Remove the line, or name a column that does.");
        }
    }

    private void add(String line, OwnedTable table) {
        String name = names.of(table.name());
        String why =
                switch (table.status()) {
                    case SHARED -> "table " + name + " is shared";
                    case EXCLUDED -> "table " + name + " is excluded";
                    case ROOT, OWNED ->
                        "another line declares the owner of " + name + ", or this line leads to rows without an owner";
                };
        found.add(line + " has no effect: " + why + ". Remove this line or the other one.");
    }

    private OwnedTable table(String name) {
        TableName found = names.table(name, "").orElseThrow().name(); // it was found before
        return tables.stream()
                .filter(table -> table.name().equals(found))
                .findFirst()
                .orElseThrow();
    }

    private static Stream<Claim> claims(OwnedTable table) {
        return table.claims().values().stream().flatMap(List::stream);
    }

    /** As people write them, in any case and order. */
    private static boolean isSame(List<String> columns, List<String> others) {
        return inAnyCase(columns).equals(inAnyCase(others));
    }

    private static Set<String> inAnyCase(List<String> columns) {
        return columns.stream().map(column -> column.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    }

    private static String quoted(List<String> columns) {
        return String.join(
                ", ", columns.stream().map(column -> '"' + column + '"').toList());
    }
}
