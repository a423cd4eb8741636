package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.ownership.Catalog.Column;
import dev.tenantsafety.ownership.Catalog.Generation;
import dev.tenantsafety.ownership.Catalog.UniqueKey;
import dev.tenantsafety.ownership.Claim;
import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.ownership.Reference;
import dev.tenantsafety.ownership.TableName;
import dev.tenantsafety.transfer.CloneRules.At;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which columns hold something else in a copy. A table's key is new if one of its columns is: the owner, a reference to a row that is
 * copied too, or, if there is neither, a column that gets new values of its own. The same holds for each other unique key, but for
 * that somebody has to say what its values are to be.
 */
final class CloneMap {

    /** UUIDs of version 8 keep the bits in which typed IDs have their kind; those and version 7 begin with the time (RFC 9562). */
    private static final String NEW_UUID = """
            case substr(%1$s::text, 15, 1) when '8' then (%2$s || substr(%1$s::text, 15, 4) || %3$s)::uuid
            when '7' then (%2$s || '7' || substr(gen_random_uuid()::text, 16, 3) || %3$s)::uuid
            else gen_random_uuid() end""";

    private static final String TIME = "lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')";
    private static final String RANDOM = "replace(substr(gen_random_uuid()::text, 20), '-', '')";

    /** What becomes of a column. */
    sealed interface Change {
        String column();
    }

    /** It names the owner, if it does not name somebody else. */
    record Owner(String column) implements Change {}

    /**
     * It gets values that nobody has.
     *
     * @param key under which they are known
     * @param sql of one, for a plan and for its execution
     */
    record New(String column, At key, String planned, String sql) implements Change {}

    /** It points at rows that are copied too, by a column that has new values. */
    record Follows(String column, At key, Reference reference) implements Change {}

    /** It holds what somebody said. */
    record Rewritten(String column, String sql) implements Change {}

    private final OwnershipModel model;
    private final Units units;
    private final CloneRules rules;
    private final List<OwnedTable> tables = new ArrayList<>();
    private final Map<At, String> created = new LinkedHashMap<>();
    private final Set<At> owners = new HashSet<>();
    private final Map<TableName, List<Change>> changes = new HashMap<>();
    private final List<String> problems = new ArrayList<>();

    private CloneMap(OwnershipModel model, Units units, CloneRules rules) {
        this.model = model;
        this.units = units;
        this.rules = rules;
        TableGroups.of(model, units.kind()).forEach(group -> tables.addAll(group.tables()));
    }

    /** Of the rows of one owner, as those of another. */
    static CloneMap of(OwnershipModel model, Units units, CloneRules rules) {
        CloneMap map = new CloneMap(model, units, rules);
        map.unknown();
        map.tables.forEach(map::owner);
        map.created();
        map.tables.forEach(table -> map.changes.put(table.name(), map.changesOf(table)));
        map.tables.forEach(map::uniqueKeys);
        return map;
    }

    CloneRules rules() {
        return rules;
    }

    Units of() {
        return Units.of(List.of(rules.of()));
    }

    /** What has to be said before the rows can be copied, a sentence each. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    List<Change> changes(TableName table) {
        return changes.getOrDefault(table, List.of());
    }

    private void unknown() {
        Stream.concat(rules.keys().keySet().stream(), rules.rewrites().keySet().stream())
                .filter(at -> tables.stream()
                        .filter(table -> table.name().equals(at.table()))
                        .allMatch(table -> table.table().find(at.column()).isEmpty()))
                .forEach(at -> problems.add("There is no column " + at + " of which a "
                        + units.kind().prefix() + " owns rows."));
    }

    private void owner(OwnedTable table) {
        for (Claim claim : table.claims(units.kind())) {
            if (claim instanceof Claim.ByKey byKey) {
                owners.add(new At(table.name(), byKey.column()));
            } else if (claim instanceof Claim.ByColumn byColumn) {
                owners.add(new At(table.name(), byColumn.column()));
            }
        }
        // a column of owners is one too where another way decides: whoever reads by it alone would find the copy's rows
        // with the original's
        model.ownerColumns(table.name(), units.kind()).stream()
                .map(column -> new At(table.name(), column))
                .filter(at -> !rules.rewrites().containsKey(at))
                .forEach(owners::add);
    }

    /** In the order in which tables are written, so that it is known of what a table points at; those in a circle as they come. */
    private void created() {
        rules.keys().forEach(created::put);
        for (Reference reference : references().toList()) {
            for (String column : reference.targetColumns()) {
                At target = new At(reference.target(), column);
                String rewritten = rules.rewrites().get(target);
                if (rewritten != null) {
                    created.put(target, rewritten); // so that those who point at it find it
                }
            }
        }
        for (OwnedTable table : tables) {
            List<String> key = table.table().key();
            if (!key.isEmpty() && key.stream().noneMatch(column -> isNew(table, column))) {
                key.stream()
                        .map(column -> table.table().find(column).orElseThrow())
                        .filter(column -> made(column) != null && !points(table, column.name()))
                        .findFirst()
                        .ifPresentOrElse(
                                column -> created.put(
                                        new At(table.name(), column.name()),
                                        Optional.ofNullable(made(column)).orElseThrow()),
                                () -> problems.add(
                                        "The copy of a row of " + table.name() + " would have its key, " + key
                                                + ". Say how new ones are made: .newKeys(\""
                                                + table.name().table() + "\", \""
                                                + key.get(0) + "\", \"…\")"));
            }
        }
    }

    private Stream<Reference> references() {
        return tables.stream().flatMap(table -> model.references(table.name()).stream());
    }

    private boolean points(OwnedTable table, String column) {
        return model.references(table.name()).stream()
                .anyMatch(reference -> reference.columns().contains(column));
    }

    /** How a new value is made, if one knows it from the column. */
    private static @Nullable String made(Column column) {
        if (column.sequence() != null) {
            return "nextval(" + Dialect.POSTGRESQL.literal(column.sequence()) + ")";
        }
        String quoted = "s." + new Columns("", List.of(column.name())).at(0);
        return column.type().equals("uuid") ? NEW_UUID.formatted(quoted, TIME, RANDOM) : null;
    }

    private boolean isNew(OwnedTable table, String column) {
        At at = new At(table.name(), column);
        return owners.contains(at) || key(at, new HashSet<>()) != null;
    }

    /** Under which key new values of a column are known: its own, or that of what it points at; null if it keeps its values. */
    private @Nullable At key(At at, Set<At> visited) {
        if (created.containsKey(at)) {
            return at;
        }
        if (!visited.add(at)) {
            return null;
        }
        for (Reference reference : model.references(at.table())) {
            At target = target(reference, at.column());
            At found = target == null || reference.type() != null ? null : key(target, visited);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** What a column of a reference points at; null if it is none of it, or what it points at is not copied. */
    private @Nullable At target(Reference reference, String column) {
        int index = reference.columns().indexOf(column);
        boolean isCopied = tables.stream().anyMatch(table -> table.name().equals(reference.target()));
        return index < 0 || !isCopied
                ? null
                : new At(reference.target(), reference.targetColumns().get(index));
    }

    private boolean isOwner(At at, Set<At> visited) {
        return owners.contains(at)
                || (visited.add(at)
                        && model.references(at.table()).stream().anyMatch(reference -> {
                            At target = target(reference, at.column());
                            return target != null && reference.type() == null && isOwner(target, visited);
                        }));
    }

    private List<Change> changesOf(OwnedTable table) {
        List<Change> all = new ArrayList<>();
        for (Column column : table.table().columns()) {
            if (column.generation() != Generation.COMPUTED) {
                all.addAll(changesOf(table.name(), column));
            }
        }
        return List.copyOf(all);
    }

    private List<Change> changesOf(TableName table, Column column) {
        At at = new At(table, column.name());
        if (isOwner(at, new HashSet<>())) {
            return List.of(new Owner(column.name()));
        }
        String made = created.get(at);
        if (made != null) {
            return List.of(new New(column.name(), at, planned(at, column, made), made));
        }
        List<Change> follows = new ArrayList<>();
        Set<At> keys = new HashSet<>();
        for (Reference reference : model.references(table)) {
            At target = target(reference, column.name());
            At key = target == null ? null : key(target, new HashSet<>());
            if (key != null) {
                follows.add(new Follows(column.name(), key, reference));
                if (reference.foreignKey() != null) {
                    keys.add(key);
                }
            }
        }
        if (keys.size() > 1) {
            problems.add(at + " points at rows that get new keys apart from each other: "
                    + keys.stream().map(At::toString).sorted().collect(Collectors.joining(", "))
                    + ". Nothing can be both.");
        }
        String rewritten = rules.rewrites().get(at);
        if (rewritten == null) {
            return follows;
        }
        return List.of(new Rewritten(column.name(), rewritten));
    }

    /** A plan draws no numbers: it counts down from where nobody is. */
    private static String planned(At at, Column column, String made) {
        return made.equals(made(column)) && column.sequence() != null
                ? "(select least(min(" + new Columns("", List.of(at.column())).at(0) + "), 0) from "
                        + at.table().sql(Dialect.POSTGRESQL) + ") - row_number() over ()"
                : made;
    }

    private void uniqueKeys(OwnedTable table) {
        for (UniqueKey unique : table.table().uniqueKeys()) {
            boolean isKey = unique.columns().equals(table.table().key()); // of which was asked already
            if (!isKey && unique.columns().stream().noneMatch(column -> isOther(table, column))) {
                problems.add("The copy of a row of " + table.name() + " would have its " + unique.columns()
                        + ", which is unique. Say what it has: .rewriting(\""
                        + table.name().table() + "\", \""
                        + unique.columns().get(0) + "\", \"…\")");
            }
        }
    }

    /** Whether a column, or an expression over columns, holds something else in the copy. */
    private boolean isOther(OwnedTable table, String expression) {
        Set<String> changed = changes(table.name()).stream().map(Change::column).collect(Collectors.toSet());
        Optional<Column> column = table.table().find(expression);
        if (column.isEmpty()) {
            return changed.stream().anyMatch(expression::contains);
        }
        String computed =
                column.get().generation() == Generation.COMPUTED ? column.get().defaultValue() : null;
        return computed == null
                ? changed.contains(expression)
                : changed.stream().anyMatch(computed::contains);
    }
}
