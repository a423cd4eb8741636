package dev.tenantsafety.ownership;

import dev.tenantsafety.id.AccountId;
import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.RealmId;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.Claim.ByColumn;
import dev.tenantsafety.ownership.Claim.ByKey;
import dev.tenantsafety.ownership.Claim.ByReference;
import dev.tenantsafety.ownership.Claim.ByReferrers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A few tables, rows with NULL wherever there may be one, and lines that say whose they are, in all forms of docs/ownership.md; and what
 * these lines mean, told row by row without a database.
 */
final class RandomOwnership {

    /**
     * Customers by one of the kinds of keys.
     *
     * @param kind of their IDs
     * @param type of their keys' columns
     * @param one has rows
     * @param other has rows, too
     * @param system whose rows are for all
     */
    private record Customers(IdKind<?> kind, String type, Object one, Object other, Object system) {

        private static final List<Customers> ALL = List.of(
                new Customers(TenantId.KIND, "uuid", new UUID(0, 0xa), new UUID(0, 0xb), new UUID(0, 0xf)),
                new Customers(RealmId.KIND, "varchar(40)", "acme", "Acme", "*"),
                new Customers(AccountId.KIND, "bigint", 1L, 2L, 3L));
    }

    private static final int ROWS = 5;

    /** A line of the rules, and how it is written. */
    private record Line(String text, UnaryOperator<OwnershipRules> rule) {}

    /** Whose a row is on one level: nobody's where it is neither owned nor for all. Unclear where several are said. */
    record Whose(@Nullable Object owner, boolean forAll, boolean isUnclear) {

        private static final Whose NOBODYS = new Whose(null, false, false);

        boolean isNobodys() {
            return owner == null && !forAll;
        }
    }

    private final Random random;
    private final Customers customers;
    private final List<String> ddl = new ArrayList<>();
    private final List<Line> lines = new ArrayList<>();
    private final Map<String, List<Map<String, Object>>> rows = new LinkedHashMap<>();
    private final boolean hasSites;
    private final boolean hasSystem;

    RandomOwnership(long seed) {
        random = new Random(seed);
        customers = any(Customers.ALL);
        hasSites = random.nextBoolean();
        hasSystem = random.nextInt(3) == 0;
        ddl.add("create table customer (id " + customers.type() + " primary key)");
        rows.put("customer", List.of(row("id", customers.one()), row("id", customers.other())));
        line(".root(customer)", rules -> rules.root("customer", customers.kind()));
        if (hasSites) {
            ddl.add("create table site (id uuid primary key, customer_id " + customers.type()
                    + " not null references customer)");
            List<Map<String, Object>> sites = new ArrayList<>();
            for (int i = 1; i <= 3; i++) {
                Map<String, Object> site = row("id", new UUID(1, i));
                site.put("customer_id", i == 2 ? customers.other() : customers.one());
                sites.add(site);
            }
            rows.put("site", sites);
            line(".root(site)", rules -> rules.root("site", SiteId.KIND));
            line(".ownedByColumn(site_id)", rules -> rules.ownedByColumn("site_id", SiteId.KIND));
        }
        line(".ownedByColumn(customer_id)", rules -> rules.ownedByColumn("customer_id", customers.kind()));
        line(".ownedThroughForeignKeys()", OwnershipRules::ownedThroughForeignKeys);
        if (random.nextBoolean()) {
            line(".sharedWhereNull(customer_id)", rules -> rules.sharedWhereNull("customer_id"));
        }
        if (hasSystem) {
            line(
                    ".sharedWhere(customer_id)",
                    rules -> rules.sharedWhere("customer_id", customers.system().toString()));
        }
        for (int i = 0; i < 3 + random.nextInt(4); i++) {
            table("t" + i);
        }
        Collections.shuffle(lines, random);
    }

    private void line(String text, UnaryOperator<OwnershipRules> rule) {
        lines.add(new Line(text, rule));
    }

    private static Map<String, Object> row(String column, Object value) {
        Map<String, Object> row = new HashMap<>();
        row.put(column, value);
        return row;
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    /** One that points only at those before it. */
    private void table(String name) {
        List<String> before =
                rows.keySet().stream().filter(table -> table.startsWith("t")).toList();
        List<String> columns = new ArrayList<>(List.of("id int primary key"));
        List<Map<String, Object>> made = new ArrayList<>();
        for (int i = 1; i <= ROWS; i++) {
            made.add(row("id", i));
        }
        boolean hasCustomer = before.isEmpty() || random.nextBoolean();
        if (hasCustomer) {
            List<Object> owners = hasSystem
                    ? List.of(customers.one(), customers.other(), customers.system())
                    : List.of(customers.one(), customers.other());
            column("customer_id", customers.type(), owners, random.nextBoolean(), columns, made);
        }
        if (hasSites && random.nextInt(3) == 0) {
            List<Object> sites = List.of(new UUID(1, 1), new UUID(1, 2), new UUID(1, 3));
            column("site_id", "uuid", sites, random.nextBoolean(), columns, made);
        }
        List<Line> ways = new ArrayList<>();
        List<String> references = new ArrayList<>();
        List<Object> keys = List.of(1, 2, 3, 4, 5);
        for (int i = before.isEmpty() ? 0 : random.nextInt(4); i > 0; i--) {
            String column = "r" + i;
            String target = any(before);
            boolean isDeclared = random.nextInt(3) == 0;
            List<Object> values = isDeclared ? List.of(1, 2, 3, 4, 5, 99) : keys;
            column(
                    column,
                    isDeclared ? "int" : "int references " + target,
                    values,
                    random.nextInt(3) > 0,
                    columns,
                    made);
            if (isDeclared) {
                line(
                        ".foreignKey(" + name + ", " + column + ", " + target + ")",
                        rules -> rules.foreignKey(name, column, target));
            }
            references.add(column);
            ways.add(
                    new Line(".ownedThrough(" + name + ", " + column + ")", rules -> rules.ownedThrough(name, column)));
        }
        if (before.size() > 1 && random.nextInt(3) == 0) {
            Map<String, String> targets = new LinkedHashMap<>();
            targets.put("one", before.get(0));
            targets.put("two", any(before.subList(1, before.size())));
            column("kind", "varchar(10)", List.of("one", "two", "none"), true, columns, made);
            column("target", "int", List.of(1, 2, 3, 4, 5, 99), true, columns, made);
            ways.add(new Line(
                    ".ownedThroughType(" + name + ", " + targets + ")",
                    rules -> rules.ownedThroughType(name, "kind", "target", targets)));
        }
        if (before.size() > 1 && random.nextInt(4) == 0) {
            String[] targets = {before.get(0), any(before.subList(1, before.size()))};
            column("any_id", "int", List.of(1, 2, 3, 4, 5, 99), true, columns, made);
            ways.add(new Line(
                    ".ownedThroughAny(" + name + ", " + List.of(targets) + ")",
                    rules -> rules.ownedThroughAny(name, "any_id", targets)));
        }
        whose(name, hasCustomer, references, ways);
        ddl.add("create table " + name + " (" + String.join(", ", columns) + ")");
        rows.put(name, made);
    }

    private void whose(String name, boolean hasCustomer, List<String> references, List<Line> ways) {
        int form = random.nextInt(10);
        Collections.shuffle(ways, random);
        if (form == 0 && !hasCustomer) {
            line(".shared(" + name + ")", rules -> rules.shared(name));
        } else if (form == 1) {
            line(".excluded(" + name + ")", rules -> rules.excluded(name, "a test"));
        } else if (form < 4) {
            line(".ownedByReferrers(" + name + ")", rules -> rules.ownedByReferrers(name));
        } else if (form < 8) {
            lines.addAll(ways.subList(0, Math.min(ways.size(), 1 + random.nextInt(3))));
        }
        if (!references.isEmpty() && random.nextInt(3) > 0) {
            String column = any(references);
            line(".orElseThrough(" + name + ", " + column + ")", rules -> rules.orElseThrough(name, column));
        }
    }

    private void column(
            String name,
            String type,
            List<Object> values,
            boolean isNullable,
            List<String> columns,
            List<Map<String, Object>> made) {
        columns.add(name + " " + type + (isNullable ? "" : " not null"));
        made.forEach(row -> row.put(name, isNullable && random.nextInt(3) == 0 ? null : any(values)));
    }

    /** Some of the owners on a level. */
    List<Object> owners(IdKind<?> kind) {
        return kind.equals(SiteId.KIND)
                ? List.of(new UUID(1, 1), new UUID(1, 2))
                : List.of(customers.one(), customers.other(), customers.system());
    }

    /** The type of their keys. */
    String type(IdKind<?> kind) {
        return kind.equals(SiteId.KIND) ? "uuid" : customers.type();
    }

    OwnershipRules addTo(OwnershipRules rules) {
        OwnershipRules added = rules;
        for (Line line : lines) {
            added = line.rule().apply(added);
        }
        return added;
    }

    /** Makes the tables, with their rows. */
    List<String> statements() {
        List<String> all = new ArrayList<>(ddl);
        rows.forEach((table, some) -> {
            List<String> names = List.copyOf(some.get(0).keySet());
            all.add("insert into " + table + " (" + String.join(", ", names) + ") values "
                    + some.stream()
                            .map(row -> names.stream()
                                    .map(column -> row.get(column) == null ? "null" : "'" + row.get(column) + "'")
                                    .collect(Collectors.joining(", ", "(", ")")))
                            .collect(Collectors.joining(", ")));
        });
        return all;
    }

    List<Map<String, Object>> rows(String table) {
        return Objects.requireNonNull(rows.get(table));
    }

    /** What the claims of a table mean for one of its rows. */
    Whose whose(OwnershipModel model, IdKind<?> kind, String table, Map<String, Object> row) {
        if (model.table(table).status() == OwnedTable.Status.SHARED) {
            return new Whose(null, true, false);
        }
        List<Claim> claims = model.table(table).claims(kind);
        for (Claim claim : claims) {
            Whose said = said(model, kind, claim, row);
            if (said != null) {
                return said;
            }
        }
        boolean isShared =
                claims.stream().anyMatch(claim -> claim instanceof ByColumn column && column.sharedWhereNull());
        return isShared ? new Whose(null, true, false) : Whose.NOBODYS;
    }

    /** What one claim says of a row; null where it does not apply. */
    @Nullable
    Whose said(OwnershipModel model, IdKind<?> kind, Claim claim, Map<String, Object> row) {
        if (claim instanceof ByKey key) {
            return new Whose(value(row, key.column()), false, false);
        }
        if (claim instanceof ByColumn column) {
            Object value = value(row, column.column());
            boolean isShared = value != null && column.shared().contains(value.toString());
            return value == null ? null : new Whose(isShared ? null : value, isShared, false);
        }
        if (claim instanceof ByReference way) {
            Reference reference = way.reference();
            if (reference.columns().stream().anyMatch(column -> value(row, column) == null)
                    || !isOfType(reference, row)) {
                return null;
            }
            Map<String, Object> there = rows(plain(reference.target().table())).stream()
                    .filter(target -> matches(reference, row, target))
                    .findFirst()
                    .orElse(null);
            if (there == null) {
                return way.mayLeadElsewhere() ? null : Whose.NOBODYS;
            }
            return whose(model, kind, plain(reference.target().table()), there);
        }
        return saidByReferrers(model, kind, (ByReferrers) claim, row);
    }

    private @Nullable Whose saidByReferrers(
            OwnershipModel model, IdKind<?> kind, ByReferrers claim, Map<String, Object> row) {
        Set<Whose> all = new LinkedHashSet<>();
        for (Reference reference : claim.references()) {
            String from = plain(reference.table().table());
            rows(from).stream()
                    .filter(referrer -> isOfType(reference, referrer) && matches(reference, referrer, row))
                    .forEach(referrer -> all.add(whose(model, kind, from, referrer)));
        }
        if (all.isEmpty()) {
            return null;
        }
        Set<Object> owners =
                all.stream().map(Whose::owner).filter(Objects::nonNull).collect(Collectors.toCollection(HashSet::new));
        boolean isForAll = all.stream().anyMatch(Whose::forAll);
        boolean isUnclear = owners.size() > 1
                || (isForAll && !owners.isEmpty())
                || all.stream().anyMatch(Whose::isUnclear);
        return new Whose(owners.stream().findFirst().orElse(null), owners.isEmpty() && isForAll, isUnclear);
    }

    private static boolean isOfType(Reference reference, Map<String, Object> row) {
        return reference.type() == null
                || reference.type().value().equals(value(row, reference.type().column()));
    }

    private static boolean matches(Reference reference, Map<String, Object> row, Map<String, Object> target) {
        for (int i = 0; i < reference.columns().size(); i++) {
            Object value = value(row, reference.columns().get(i));
            if (value == null
                    || !value.equals(value(target, reference.targetColumns().get(i)))) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable Object value(Map<String, Object> row, String column) {
        return row.get(plain(column));
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** The tables, and the lines in their order. */
    @Override
    public String toString() {
        return String.join("; ", ddl) + "\n" + lines.stream().map(Line::text).collect(Collectors.joining("\n"));
    }
}
