package dev.tenantsafety.ownership;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.ownership.Claim.ByColumn;
import dev.tenantsafety.ownership.Claim.ByKey;
import dev.tenantsafety.ownership.Claim.ByReference;
import dev.tenantsafety.ownership.Claim.ByReferrers;
import dev.tenantsafety.ownership.OwnedTable.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes a model of a catalog and rules, or a list of all that is wrong with them. */
final class ModelReading {

    private final Catalog catalog;
    private final OwnershipRules rules;
    private final Names names;
    private final List<String> problems = new ArrayList<>();
    private final Map<TableName, List<Reference>> references = new TreeMap<>();
    private final Map<TableName, List<ByReference>> decided = new TreeMap<>();
    private final Map<TableName, List<ByReference>> fallbacks = new TreeMap<>();
    private final Set<TableName> referred = new HashSet<>();
    private final Map<IdKind<?>, RootKey> roots = new LinkedHashMap<>();
    private final Map<TableName, Status> notOwned = new TreeMap<>();
    private final Map<TableName, String> reasons = new TreeMap<>();

    /** The table that has a row for each owner, and the column that others know them by. */
    record RootKey(Catalog.Table table, String column) {}

    ModelReading(Catalog catalog, OwnershipRules rules) {
        this.catalog = catalog;
        this.rules = rules;
        this.names = new Names(catalog, problems);
    }

    OwnershipModel read() {
        readReferences();
        readRoots();
        readExceptions();
        readPaths();
        Map<IdKind<?>, Map<TableName, List<Claim>>> claims = new LinkedHashMap<>();
        kinds().forEach(kind -> claims.put(kind, claimsOf(kind)));
        claims.values().forEach(this::checkNoCircle);
        List<OwnedTable> tables = new ArrayList<>();
        for (Catalog.Table table : catalog.tables()) {
            tables.add(classify(table, claims));
        }
        if (problems.isEmpty()) {
            new UselessLines(rules, names, tables).find().forEach(problems::add);
        }
        if (!problems.isEmpty()) {
            throw new UnclearOwnershipException(problems.stream().distinct().toList());
        }
        return new OwnershipModel(catalog, kinds(), roots, tables, references, ownerColumns());
    }

    /** Those that say whose a row is in each table that has them and no way of its own. */
    private Map<IdKind<?>, List<String>> ownerColumns() {
        Map<IdKind<?>, List<String>> columns = new HashMap<>();
        rules.columns.stream().filter(column -> column.table() == null).forEach(column -> columns.computeIfAbsent(
                        column.kind(), kind -> new ArrayList<>())
                .add(column.column()));
        return columns;
    }

    private List<IdKind<?>> kinds() {
        Set<IdKind<?>> kinds = new LinkedHashSet<>(roots.keySet());
        rules.columns.forEach(column -> kinds.add(column.kind()));
        return List.copyOf(kinds);
    }

    private void readReferences() {
        for (Catalog.Table table : catalog.tables()) {
            List<Reference> all = references.computeIfAbsent(table.name(), name -> new ArrayList<>());
            table.foreignKeys().stream() // not by their names, which databases make up
                    .map(key -> Reference.of(table.name(), key))
                    .sorted(Comparator.comparingInt((Reference reference) -> position(table, reference))
                            .thenComparing(Reference::toString))
                    .forEach(all::add);
        }
        rules.declared.forEach(this::declare);
    }

    private void declare(OwnershipRules.Declared declared) {
        Catalog.Table target = names.table(declared.target(), "foreignKey").orElse(null);
        if (target == null) {
            return;
        }
        if (declared.table() == null) {
            String column = declared.columns().get(0);
            List<Catalog.Table> having = catalog.tables().stream()
                    .filter(table ->
                            !table.equals(target) && Names.column(table, column).isPresent())
                    .toList();
            if (having.isEmpty()) {
                problems.add("foreignKey(\"" + column + "\", \"" + declared.target()
                        + "\"): no other table has the column " + column + ".");
            }
            having.forEach(table -> reference(table, List.of(column), target, null, "foreignKey"));
            return;
        }
        Catalog.Table table = names.table(declared.table(), "foreignKey").orElse(null);
        if (table == null) {
            return;
        }
        if (declared.targetColumns() == null) {
            reference(table, declared.columns(), target, null, "foreignKey");
            return;
        }
        List<String> key = names.columns(target, declared.targetColumns(), "foreignKey");
        if (key.size() == declared.targetColumns().size()) {
            if (isUnique(target, key)) {
                reference(table, declared.columns(), target, key, null, "foreignKey");
            } else {
                problems.add("foreignKey(\"" + names.of(table) + "\", …): no unique key of " + names.of(target)
                        + " has the columns " + key
                        + ", so that a row could reference several. Name the columns of a unique key.");
            }
        }
    }

    private static boolean isUnique(Catalog.Table table, List<String> columns) {
        Set<String> all = new HashSet<>(columns);
        return new HashSet<>(table.primaryKey()).equals(all)
                || table.uniqueKeys().stream()
                        .anyMatch(key -> key.condition() == null && new HashSet<>(key.columns()).equals(all));
    }

    private Optional<Reference> reference(
            Catalog.Table table,
            List<String> columns,
            Catalog.Table target,
            Reference.@Nullable TypeValue type,
            String line) {
        return reference(table, columns, target, target.primaryKey(), type, line);
    }

    private Optional<Reference> reference(
            Catalog.Table table,
            List<String> columns,
            Catalog.Table target,
            List<String> targetColumns,
            Reference.@Nullable TypeValue type,
            String line) {
        List<String> found = names.columns(table, columns, line);
        if (found.size() != columns.size()) {
            return Optional.empty();
        }
        if (targetColumns.size() != columns.size()) {
            problems.add(line + "(\"" + table.name().table() + "\", …): " + columns + " cannot lead to "
                    + names.of(target) + ", whose "
                    + (targetColumns.equals(target.primaryKey()) ? "primary " : "") + "key is " + targetColumns + ".");
            return Optional.empty();
        }
        Optional<Reference> known = referencesOf(table).stream()
                .filter(reference -> type == null
                        && reference.type() == null
                        && reference.target().equals(target.name())
                        && reference.columns().equals(found)
                        && reference.targetColumns().equals(targetColumns))
                .findFirst();
        if (known.isPresent()) {
            return known; // the database knows it too
        }
        Reference made = new Reference(table.name(), found, target.name(), targetColumns, type, null);
        references.computeIfAbsent(table.name(), name -> new ArrayList<>()).add(made);
        return Optional.of(made);
    }

    private List<Reference> referencesOf(Catalog.Table table) {
        return references.getOrDefault(table.name(), List.of());
    }

    private void readRoots() {
        for (OwnershipRules.Root root : rules.roots) {
            Catalog.Table table = names.table(root.table(), "root").orElse(null);
            if (table == null) {
                continue;
            }
            String column = root.column() == null
                    ? table.primaryKey().size() == 1 ? table.primaryKey().get(0) : null
                    : names.columns(table, List.of(root.column()), "root").stream()
                            .findFirst()
                            .orElse(null);
            if (column == null) {
                problems.add("root(\"" + root.table() + "\", …): the primary key of " + names.of(table) + " is "
                        + table.primaryKey() + ". Name the one column that others know the owner by: root(\""
                        + root.table() + "\", \"…\", …).");
            } else if (roots.putIfAbsent(root.kind(), new RootKey(table, column)) != null) {
                problems.add("root(\"" + root.table() + "\", …) is the second root of kind "
                        + root.kind().prefix() + "; a kind has one.");
            }
        }
    }

    private void readExceptions() {
        rules.shared.forEach(
                name -> names.table(name, "shared").ifPresent(table -> notOwned.put(table.name(), Status.SHARED)));
        rules.excluded.forEach((name, reason) -> names.table(name, "excluded").ifPresent(table -> {
            if (notOwned.put(table.name(), Status.EXCLUDED) != null) {
                problems.add(names.of(table) + " is both shared and excluded. Say one.");
            }
            reasons.put(table.name(), reason);
        }));
    }

    private void readPaths() {
        for (OwnershipRules.Way way : rules.ways) {
            if (way instanceof OwnershipRules.Path path) {
                path(path, "ownedThrough", decided);
            } else if (way instanceof OwnershipRules.Typed typed) {
                names.table(typed.table(), "ownedThroughType").ifPresent(table -> typed.targets()
                        .forEach((value, name) -> names.table(name, "ownedThroughType")
                                .ifPresent(target -> typed(table, typed, value, target))));
            } else if (way instanceof OwnershipRules.Untyped untyped) {
                names.table(untyped.table(), "ownedThroughAny")
                        .ifPresent(table -> untyped.targets().forEach(name -> names.table(name, "ownedThroughAny")
                                .flatMap(target ->
                                        reference(table, List.of(untyped.idColumn()), target, null, "ownedThroughAny"))
                                .ifPresent(reference -> decide(decided, new ByReference(reference, true)))));
            }
        }
        rules.fallbacks.forEach(path -> path(path, "orElseThrough", fallbacks));
        rules.referred.forEach(
                name -> names.table(name, "ownedByReferrers").ifPresent(table -> referred.add(table.name())));
    }

    private void typed(Catalog.Table table, OwnershipRules.Typed typed, String value, Catalog.Table target) {
        names.columns(table, List.of(typed.typeColumn()), "ownedThroughType").stream()
                .findFirst()
                .flatMap(column -> reference(
                        table,
                        List.of(typed.idColumn()),
                        target,
                        new Reference.TypeValue(column, value),
                        "ownedThroughType"))
                .ifPresent(reference -> decide(decided, new ByReference(reference, false)));
    }

    private void path(OwnershipRules.Path path, String line, Map<TableName, List<ByReference>> into) {
        Catalog.Table table = names.table(path.table(), line).orElse(null);
        if (table == null) {
            return;
        }
        List<String> columns = names.columns(table, path.columns(), line);
        if (columns.size() != path.columns().size()) {
            return;
        }
        List<Reference> fitting = referencesOf(table).stream()
                .filter(reference ->
                        reference.type() == null && new HashSet<>(reference.columns()).equals(new HashSet<>(columns)))
                .toList();
        if (fitting.isEmpty()) {
            problems.add(
                    line + "(\"" + path.table() + "\", " + quoted(path.columns()) + "): there is no foreign key of "
                            + columns + " in " + names.of(table)
                            + ". If they lead somewhere all the same, say where: .foreignKey(\""
                            + path.table() + "\", " + quoted(path.columns()) + ", \"…\").");
        } else {
            decide(into, new ByReference(fitting.get(0), false));
        }
    }

    private static void decide(Map<TableName, List<ByReference>> into, ByReference claim) {
        into.computeIfAbsent(claim.reference().table(), name -> new ArrayList<>())
                .add(claim);
    }

    private static String quoted(List<String> columns) {
        return columns.stream().map(column -> '"' + Names.plain(column) + '"').collect(Collectors.joining(", "));
    }

    /** Whose the rows are, for one kind of owner, table by table from the owners outwards. */
    private Map<TableName, List<Claim>> claimsOf(IdKind<?> kind) {
        Map<TableName, List<Claim>> claims = new TreeMap<>();
        RootKey root = roots.get(kind);
        if (root != null) {
            claims.put(root.table().name(), List.of(new ByKey(root.column())));
        }
        for (Catalog.Table table : catalog.tables()) {
            boolean isOpen = !claims.containsKey(table.name()) && !decided.containsKey(table.name());
            if (isOpen && !notOwned.containsKey(table.name())) {
                byColumn(table, kind).ifPresent(claim -> claims.put(table.name(), List.of(claim)));
            }
        }
        boolean isMore = true;
        while (isMore) {
            Map<TableName, List<Claim>> found = new TreeMap<>();
            List<Catalog.Table> open = catalog.tables().stream()
                    .filter(table -> !claims.containsKey(table.name()) && !notOwned.containsKey(table.name()))
                    .toList();
            open.stream().filter(table -> !referred.contains(table.name())).forEach(table -> next(table, claims)
                    .ifPresent(claim -> found.put(table.name(), claim)));
            if (found.isEmpty()) { // only now is it known of all that can point at them whose they are
                open.stream().filter(table -> referred.contains(table.name())).forEach(table -> next(table, claims)
                        .ifPresent(claim -> found.put(table.name(), claim)));
            }
            claims.putAll(found);
            isMore = !found.isEmpty();
        }
        decidedOtherwise(kind, claims);
        fallbacks.forEach((table, ways) -> {
            List<Claim> first = claims.get(table);
            List<ByReference> leading = leading(ways, claims);
            if (first != null && !leading.isEmpty()) {
                claims.put(
                        table, Stream.concat(first.stream(), leading.stream()).toList());
            }
        });
        return claims;
    }

    /** Whoever is asked whose a row is must not be asked again on the way: by a way to the own table, or by what points back. */
    private void checkNoCircle(Map<TableName, List<Claim>> claims) {
        Set<TableName> done = new HashSet<>();
        claims.keySet().forEach(table -> checkNoCircle(table, claims, new ArrayList<>(), done));
    }

    private void checkNoCircle(
            TableName table, Map<TableName, List<Claim>> claims, List<TableName> above, Set<TableName> done) {
        if (above.contains(table)) {
            List<TableName> circle = new ArrayList<>(above.subList(above.indexOf(table), above.size()));
            circle.add(table);
            problems.add("Ownership of " + names.of(table) + " is circular: "
                    + circle.stream().map(names::of).collect(Collectors.joining(" → "))
                    + ". Remove one of the lines that name these tables, or name another way in it.");
        } else if (done.add(table)) {
            above.add(table);
            for (Claim claim : claims.getOrDefault(table, List.of())) {
                asked(claim).forEach(next -> checkNoCircle(next, claims, above, done));
            }
            above.remove(above.size() - 1);
        }
    }

    /** Of whose rows a claim asks. */
    private static List<TableName> asked(Claim claim) {
        if (claim instanceof ByReference way) {
            return List.of(way.reference().target());
        }
        return claim instanceof Claim.ByReferrers referrers
                ? referrers.references().stream().map(Reference::table).toList()
                : List.of();
    }

    /** A table whose path leads to no owner of this kind may still have a column for it. */
    private void decidedOtherwise(IdKind<?> kind, Map<TableName, List<Claim>> claims) {
        for (TableName name : decided.keySet()) {
            if (!claims.containsKey(name) && !notOwned.containsKey(name)) {
                byColumn(catalog.find(name).orElseThrow(), kind).ifPresent(claim -> claims.put(name, List.of(claim)));
            }
        }
    }

    private Optional<Claim> byColumn(Catalog.Table table, IdKind<?> kind) {
        List<OwnershipRules.OwnerColumn> ofTable = rules.columns.stream()
                .filter(column -> column.kind().equals(kind)
                        && column.table() != null
                        && names.table(column.table(), "ownedByColumn")
                                .filter(named -> named.name().equals(table.name()))
                                .isPresent())
                .toList();
        if (!ofTable.isEmpty()) {
            return names.columns(table, List.of(ofTable.get(0).column()), "ownedByColumn").stream()
                    .findFirst()
                    .map(this::claim);
        }
        List<String> found = rules.columns.stream()
                .filter(column -> column.kind().equals(kind) && column.table() == null)
                .flatMap(column -> Names.column(table, column.column()).stream())
                .toList();
        if (found.size() > 1) {
            problems.add(names.of(table) + " has several columns that could say which " + kind.prefix()
                    + " a row belongs to: "
                    + String.join(", ", found) + ". Say which owns: .ownedByColumn(\"" + names.of(table) + "\", \""
                    + found.get(0) + "\", …).");
        }
        return found.stream().findFirst().map(this::claim);
    }

    private Claim claim(String column) {
        Set<String> values = new LinkedHashSet<>();
        boolean isNull = false;
        for (OwnershipRules.SharedRows rows : rules.sharedRows) {
            if (rows.column().equalsIgnoreCase(column)) {
                if (rows.value() == null) {
                    isNull = true;
                } else {
                    values.add(rows.value());
                }
            }
        }
        return new ByColumn(column, Collections.unmodifiableSet(values), isNull);
    }

    /** The claim of a table that is one step further out than those that have one. */
    private Optional<List<Claim>> next(Catalog.Table table, Map<TableName, List<Claim>> claims) {
        List<ByReference> ways = decided.get(table.name());
        if (ways != null) {
            boolean isSettled = ways.stream().allMatch(way -> isSettled(way, claims));
            List<ByReference> leading = leading(ways, claims);
            return leading.isEmpty() || !isSettled ? Optional.empty() : Optional.of(List.copyOf(leading));
        }
        if (referred.contains(table.name())) {
            List<Reference> from = references.values().stream()
                    .flatMap(List::stream)
                    .filter(reference -> reference.target().equals(table.name())
                            && !reference.isToItself()
                            && claims.containsKey(reference.table()))
                    .toList();
            return from.isEmpty() ? Optional.empty() : Optional.of(List.of(new ByReferrers(from)));
        }
        if (!rules.throughForeignKeys) {
            return Optional.empty();
        }
        return referencesOf(table).stream()
                .filter(reference -> claims.containsKey(reference.target()) && !reference.isOptional(table))
                .findFirst() // they are in the order of their columns
                .map(reference -> List.of(new ByReference(reference, false)));
    }

    /** A way that leads to a table which will never have a claim on this level need not be waited for. */
    private boolean isSettled(ByReference way, Map<TableName, List<Claim>> claims) {
        TableName target = way.reference().target();
        return claims.containsKey(target)
                || notOwned.containsKey(target)
                || !canBeClaimed(target, claims, new HashSet<>());
    }

    private boolean canBeClaimed(TableName table, Map<TableName, List<Claim>> claims, Set<TableName> seen) {
        if (claims.containsKey(table)) {
            return true;
        }
        return seen.add(table)
                && references.getOrDefault(table, List.of()).stream()
                        .anyMatch(reference -> canBeClaimed(reference.target(), claims, seen));
    }

    /** Those that lead to rows of owners; and of one column that leads to several tables, those that lead to rows for all. */
    private List<ByReference> leading(List<ByReference> ways, Map<TableName, List<Claim>> claims) {
        return ways.stream()
                .filter(way -> claims.containsKey(way.reference().target())
                        || (notOwned.get(way.reference().target()) == Status.SHARED
                                && ways.stream()
                                        .anyMatch(other -> isOneOfSeveral(way, other)
                                                && claims.containsKey(
                                                        other.reference().target()))))
                .toList();
    }

    /** Whether the same columns lead to either table: a type says to which, or nothing does. */
    private static boolean isOneOfSeveral(ByReference way, ByReference other) {
        return way.reference().columns().equals(other.reference().columns())
                && (way.reference().type() == null
                        ? way.mayLeadElsewhere() && other.mayLeadElsewhere()
                        : other.reference().type() != null);
    }

    private static int position(Catalog.Table table, Reference reference) {
        List<String> columns =
                table.columns().stream().map(Catalog.Column::name).toList();
        return reference.columns().stream().mapToInt(columns::indexOf).min().orElseThrow();
    }

    private OwnedTable classify(Catalog.Table table, Map<IdKind<?>, Map<TableName, List<Claim>>> claims) {
        Map<IdKind<?>, List<Claim>> own = new LinkedHashMap<>();
        claims.forEach((kind, all) -> {
            List<Claim> found = all.get(table.name());
            if (found != null) {
                own.put(kind, found);
            }
        });
        Status exception = notOwned.get(table.name());
        if (exception != null) {
            checkNoRoot(table);
            if (exception == Status.SHARED) {
                checkShared(table);
                checkNoHeirs(table);
            }
            return new OwnedTable(table, exception, reasons.get(table.name()), Map.of(), Map.of());
        }
        if (own.isEmpty()) {
            problems.add(nobodySaid(table, claims));
        }
        checkNoHeirs(table);
        return new OwnedTable(
                table,
                isRoot(table) ? Status.ROOT : Status.OWNED,
                null,
                Collections.unmodifiableMap(own),
                excludedColumns(table, own, claims));
    }

    private Map<String, String> excludedColumns(
            Catalog.Table table, Map<IdKind<?>, List<Claim>> own, Map<IdKind<?>, Map<TableName, List<Claim>>> claims) {
        Map<String, String> excluded = new TreeMap<>();
        for (OwnershipRules.ExcludedColumn rule : rules.excludedColumns) {
            boolean isOfTable = names.table(rule.table(), "excludedColumn")
                    .filter(table::equals)
                    .isPresent();
            for (String column :
                    isOfTable ? names.columns(table, List.of(rule.column()), "excludedColumn") : List.<String>of()) {
                Catalog.Column found = table.find(column).orElseThrow();
                String line = "excludedColumn(\"" + names.of(table) + "\", \"" + Names.plain(column) + "\", …): ";
                if (!found.nullable()
                        && found.defaultValue() == null
                        && found.generation() == Catalog.Generation.NONE) {
                    problems.add(
                            line
                                    + "the column is not nullable and has no default, so that no row could be restored. Remove the line, or give it a default.");
                } else if (table.key().contains(column)
                        || saysWhose(own, column)
                        || saysWhoseOthersAre(table, claims, column)) {
                    problems.add(line + "the column is part of the key, or declares an owner. Remove the line.");
                }
                excluded.put(column, rule.reason());
            }
        }
        return Collections.unmodifiableMap(excluded);
    }

    private static boolean saysWhose(Map<IdKind<?>, List<Claim>> claims, String column) {
        return claims.values().stream().flatMap(List::stream).anyMatch(claim -> claim.columns()
                .contains(column));
    }

    private static boolean saysWhoseOthersAre(
            Catalog.Table table, Map<IdKind<?>, Map<TableName, List<Claim>>> claims, String column) {
        return claims.values().stream()
                .flatMap(all -> all.values().stream())
                .flatMap(List::stream)
                .anyMatch(claim -> claim instanceof ByReferrers referrers
                        && referrers.references().stream()
                                .anyMatch(reference -> reference.table().equals(table.name())
                                        && reference.columns().contains(column)));
    }

    private void checkNoRoot(Catalog.Table table) {
        roots.forEach((kind, root) -> {
            if (root.table().equals(table)) {
                problems.add(names.of(table) + " is the root of kind " + kind.prefix()
                        + ", and cannot be shared or excluded.");
            }
        });
    }

    /** A query of such a table gives the rows of others too, by which they would be read, and come back, twice. */
    private void checkNoHeirs(Catalog.Table table) {
        if (!table.heirs().isEmpty()) {
            String name = names.of(table);
            problems.add("Table " + name + " has child tables (INHERITS): "
                    + table.heirs().stream().map(names::of).collect(Collectors.joining(", "))
                    + ". Their rows are visible in " + name + " too, and would be restored twice. If " + name
                    + " has no rows of its own, add .excluded(\"" + name
                    + "\", \"its rows are those of its child tables\"); otherwise move its own rows to another table.");
        }
    }

    private boolean isRoot(Catalog.Table table) {
        return roots.values().stream().anyMatch(root -> root.table().equals(table));
    }

    /** A table for all that names owners would show rows of some to others. */
    private void checkShared(Catalog.Table table) {
        rules.columns.stream()
                .filter(column -> column.table() == null)
                .flatMap(column -> Names.column(table, column.column()).stream())
                .forEach(column -> problems.add(names.of(table) + " is shared, but has the column " + column
                        + ", which says whose a row is. If only some of its rows are for all, take it out of shared(…) and say "
                        + ".sharedWhereNull(\"" + column + "\") or .sharedWhere(\"" + column
                        + "\", …); if they are nobody's, .excluded(\"" + names.of(table) + "\", \"…\")."));
    }

    private String nobodySaid(Catalog.Table table, Map<IdKind<?>, Map<TableName, List<Claim>>> claims) {
        String name = names.of(table);
        Set<TableName> owned =
                claims.values().stream().flatMap(all -> all.keySet().stream()).collect(Collectors.toSet());
        List<Reference> out = referencesOf(table).stream()
                .filter(reference -> owned.contains(reference.target()) && !reference.isToItself())
                .toList();
        if (!out.isEmpty()) {
            boolean isOptional = out.stream().allMatch(reference -> reference.isOptional(table));
            String ways = out.stream()
                    .map(reference -> Names.plain(reference.toString()) + " → " + names.of(reference.target()))
                    .collect(Collectors.joining(", "));
            String lines = out.stream()
                    .map(reference -> ".ownedThrough(\"" + name + "\", " + quoted(reference.columns()) + ")")
                    .collect(Collectors.joining("  or  "));
            return "Nobody said whose the rows of " + name + " are. They could be owned through " + ways
                    + (isOptional ? ", which may be null" : "") + ". Add to the rules:  " + lines
                    + (out.size() > 1 && isOptional
                            ? "  or  .ownedThroughEither(\"" + name + "\", "
                                    + quoted(out.stream()
                                            .map(reference ->
                                                    reference.columns().get(0))
                                            .toList())
                                    + ")"
                            : "");
        }
        List<String> referrers = references.values().stream()
                .flatMap(List::stream)
                .filter(reference -> reference.target().equals(table.name()) && owned.contains(reference.table()))
                .map(reference -> names.of(reference.table()))
                .distinct()
                .toList();
        if (!referrers.isEmpty()) {
            return "Nobody said whose the rows of " + name + " are. " + String.join(", ", referrers)
                    + " point at them. Add to the rules:  .ownedByReferrers(\"" + name + "\")  or  .shared(\"" + name
                    + "\")";
        }
        return "Nobody said whose the rows of " + name
                + " are, and nothing leads from them to an owner. Add to the rules one of:  "
                + ".shared(\"" + name + "\")  .excluded(\"" + name + "\", \"why\")  .foreignKey(\"" + name
                + "\", \"column\", \"table\") with .ownedThrough(\"" + name + "\", \"column\")";
    }
}
