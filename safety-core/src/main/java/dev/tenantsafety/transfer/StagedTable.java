package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.ownership.Catalog.Column;
import dev.tenantsafety.ownership.Catalog.Generation;
import dev.tenantsafety.ownership.Catalog.UniqueKey;
import dev.tenantsafety.ownership.Claim;
import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.ownership.Reference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The statements for one table, on PostgreSQL. Rows that are to be written stand in a temporary table of the connection, the stage,
 * {@code s}; the rows of the table itself are {@code l}, the live ones.
 */
final class StagedTable {

    private static final Dialect POSTGRESQL = Dialect.POSTGRESQL;

    private final OwnershipModel model;
    private final OwnedTable table;
    private final Units units;
    private final RestoreRules rules;
    private final String stage;
    private final List<String> columns;
    private final List<String> key;

    /** Of some columns, in this order; others take their defaults. */
    StagedTable(OwnershipModel model, OwnedTable table, Units units, RestoreRules rules, List<String> columns) {
        this.model = model;
        this.table = table;
        this.units = units;
        this.rules = rules;
        this.stage = POSTGRESQL.quote("tenant_safety_stage_" + model.tables().indexOf(table));
        this.columns = columns;
        this.key = columns.containsAll(table.table().key()) ? table.table().key() : List.of();
    }

    Units units() {
        return units;
    }

    OwnedTable table() {
        return table;
    }

    boolean hasKey() {
        return !key.isEmpty();
    }

    private String name() {
        return table.name().sql(POSTGRESQL);
    }

    private Columns columns(String alias) {
        return new Columns(alias, columns);
    }

    private Columns key(String alias) {
        return new Columns(alias, key);
    }

    List<String> columns() {
        return columns;
    }

    List<String> key() {
        return key;
    }

    String owned(String alias) {
        return UnitRows.owned(model, table, units, alias);
    }

    /** Count and a sum of hashes that does not depend on the order, of the owners' rows in the database that is asked. */
    String fingerprint() {
        return "select count(*), coalesce(sum(" + columns("t").hash() + "), 0) from " + name() + " t where "
                + owned("t");
    }

    /** Whether the owners have one, in the database that is asked. */
    String anyRow() {
        return "select exists (select 1 from " + name() + " t where " + owned("t") + ")";
    }

    String createStage() {
        return "create temporary table " + stage + " as select " + columns("").list() + " from " + name()
                + " with no data";
    }

    String emptyStage() {
        return "truncate " + stage;
    }

    /** The same rows of the source. */
    String select(Dialect dialect) {
        return UnitRows.select(dialect, model, table, columns, units);
    }

    String copyIn() {
        return "copy " + stage + " (" + columns("").list() + ") from stdin";
    }

    /** How many rows there are, and of the key, by which they are joined; all columns would take as long as some of the joins. */
    String analyzeStage() {
        return "analyze " + stage + (hasKey() ? " (" + key("").list() + ")" : "");
    }

    /** Keys of staged rows that say themselves, or by what they point at, that they are somebody else's. */
    String elsewhere() {
        return "select " + key("s").words() + " from " + stage + " s where "
                + model.select(table.name(), units.kind()).elsewhere("s", units.equalsAny(POSTGRESQL)) + " limit 5";
    }

    /** Keys that more than one staged row has. */
    String twice() {
        return "select " + key("s").words() + " from " + stage + " s group by " + key("s").list()
                + " having count(*) > 1 limit 5";
    }

    /**
     * Keys of staged rows that are there and belong to somebody else, or to nobody. One that is nobody's and as in the source is the owners': what it
     * points at was lost without it, and comes back.
     */
    Optional<String> foreignKeys() {
        return hasKey()
                ? Optional.of("select " + key("s").words() + " from " + stage + " s join " + name() + " l on "
                        + key("l").equal(key("s")) + " where " + others() + " and ("
                        + model.select(table.name(), units.kind()).hasOwner("l") + " or "
                        + columns("l").row() + " is distinct from "
                        + columns("s").row() + ") limit 5")
                : Optional.empty();
    }

    /**
     * After the rows were written: staged rows that are not there as rows of the units. Joined by the key alone: by statistics from before
     * the restore the owners have hardly a row, and PostgreSQL would look through all of them for each staged one.
     */
    Optional<String> strangers() {
        return hasKey()
                ? Optional.of("select " + key("s").words() + " from " + stage + " s left join " + name() + " l on "
                        + key("l").equal(key("s")) + " where " + key("l").at(0) + " is null or ("
                        + others() + ") limit 5")
                : Optional.empty();
    }

    /**
     * Whether a live row is not the units'. Rows that belong to whoever points at them are nobody's until those come; whether they came
     * is seen at the end, when the units' rows are counted.
     */
    private String others() {
        String isOthers = "(" + owned("l") + ") is not true";
        return UnitRows.hasOneOwner(model, table, units.kind())
                ? isOthers
                : isOthers + " and " + model.select(table.name(), units.kind()).hasOwner("l");
    }

    /** For each unique key: staged rows whose value another row has taken. */
    List<UniqueCheck> uniqueChecks() {
        List<UniqueCheck> checks = new ArrayList<>();
        String isItself = hasKey()
                ? key("l").equal(key("s"))
                : columns("l").row() + " = " + columns("s").row();
        for (UniqueKey unique : table.table().uniqueKeys()) {
            if (!isStaged(unique)) {
                continue;
            }
            String expressions = expressions(unique);
            String where = unique.condition() == null ? "" : " where " + unique.condition();
            String equal = equal(unique);
            checks.add(new UniqueCheck(
                    unique,
                    "select " + key("s").words() + ", " + key("l").words() + " from (select *, " + expressions
                            + " from "
                            + stage
                            + where + ") s join (select *, " + expressions + " from " + name() + where + ") l on "
                            + equal
                            + " where not (" + isItself + ") limit 5"));
        }
        return checks;
    }

    /** Staged rows without a value that the live table asks for, and of which columns. Those of the source may be older than that. */
    Optional<String> nulls() {
        List<String> needed = table.table().columns().stream()
                .filter(column -> !column.nullable())
                .map(Column::name)
                .filter(columns::contains)
                .toList();
        if (needed.isEmpty()) {
            return Optional.empty();
        }
        Columns staged = new Columns("s", needed);
        String names = IntStream.range(0, needed.size())
                .mapToObj(i ->
                        "case when " + staged.at(i) + " is null then " + POSTGRESQL.literal(needed.get(i)) + " end")
                .collect(Collectors.joining(", "));
        return Optional.of("select " + key("s").words() + " || ' (' || concat_ws(', ', " + names + ") || ')' from "
                + stage + " s where not (" + staged.areSet() + ") limit 5");
    }

    /** Unique keys of columns that are not in the stage: they are computed, or the source does not have them. */
    List<String> unseenKeys() {
        return table.table().uniqueKeys().stream()
                .filter(unique -> !isStaged(unique))
                .map(UniqueKey::name)
                .toList();
    }

    private boolean isStaged(UniqueKey unique) {
        String text = String.join(" ", unique.columns()) + " " + unique.condition();
        return table.table().columns().stream()
                .map(Column::name)
                .filter(column -> !columns.contains(column))
                .noneMatch(text::contains);
    }

    /** The values of the key, under names of ours; an expression stands there as the catalog has it. */
    private String expressions(UniqueKey unique) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < unique.columns().size(); i++) {
            String column = unique.columns().get(i);
            boolean isColumn = table.table().find(column).isPresent();
            all.add((isColumn ? POSTGRESQL.quote(column) : "(" + column + ")") + " as tenant_safety_" + i);
        }
        return String.join(", ", all);
    }

    private static String equal(UniqueKey unique) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < unique.columns().size(); i++) {
            all.add("s.tenant_safety_" + i + (unique.nullsEqual() ? " is not distinct from " : " = ")
                    + "l.tenant_safety_" + i);
        }
        return String.join(" and ", all);
    }

    /**
     * A unique key and the question whether staged rows meet others' values.
     *
     * @param key the key
     * @param sql gives the staged row's key and the other's
     */
    record UniqueCheck(UniqueKey key, String sql) {}

    /**
     * For each foreign key: staged rows that would point nowhere.
     *
     * @param coming by what names rows are known that are not there yet, but come; empty if those that come are there
     */
    List<ReferenceCheck> referenceChecks(ComingKeys coming) {
        List<ReferenceCheck> checks = new ArrayList<>();
        for (Reference reference : model.references(table.name())) {
            boolean isWritten = model.find(reference.target())
                    .filter(target -> !target.claims(units.kind()).isEmpty())
                    .isPresent();
            Optional<String> come = coming.of(reference);
            boolean isStaged = columns.containsAll(reference.columns());
            if (reference.foreignKey() != null && isStaged && (!isWritten || come.isPresent())) {
                String none = nowhere(reference.target().sql(POSTGRESQL), reference.targetColumns(), reference)
                        + come.map(keys -> nowhere(keys, ComingKeys.names(reference), reference))
                                .orElse("");
                checks.add(new ReferenceCheck(
                        reference,
                        "select " + key("s").words() + " from " + stage + " s where "
                                + new Columns("s", reference.columns()).areSet() + none + " limit 5"));
            }
        }
        return checks;
    }

    /**
     * For each foreign key that may be null and declares no owner: sets it to null in staged rows that would point nowhere, and gives the keys
     * of some of them.
     *
     * @param coming by what names rows are known that are not there yet, but come
     * @param group tables whose rows stand in their stages, and come with these
     */
    List<ReferenceCheck> nullings(ComingKeys coming, List<StagedTable> group) {
        List<ReferenceCheck> nullings = new ArrayList<>();
        for (Reference reference : model.references(table.name())) {
            List<String> nulled = nullable(reference);
            if (nulled.isEmpty()) {
                continue;
            }
            StringBuilder none = new StringBuilder(
                    nowhere(reference.target().sql(POSTGRESQL), reference.targetColumns(), reference));
            coming.of(reference).ifPresent(keys -> none.append(nowhere(keys, ComingKeys.names(reference), reference)));
            group.stream()
                    .filter(other -> other.table.name().equals(reference.target()))
                    .forEach(other -> none.append(nowhere(other.stage, reference.targetColumns(), reference)));
            nullings.add(new ReferenceCheck(
                    reference,
                    "with n as (update " + stage + " s set "
                            + nulled.stream()
                                    .map(column -> POSTGRESQL.quote(column) + " = null")
                                    .collect(Collectors.joining(", "))
                            + " where " + new Columns("s", reference.columns()).areSet() + none + " returning "
                            + key("s").words() + " as words) select words from n order by 1 limit 6"));
        }
        return nullings;
    }

    /** The columns of a foreign key that can be null in its place; none if it has to stay as it is. */
    List<String> nullable(Reference reference) {
        Set<String> fixed = new HashSet<>(key);
        table.claims().values().stream().flatMap(List::stream).forEach(claim -> fixed.addAll(claim.columns()));
        return reference.foreignKey() == null || !columns.containsAll(reference.columns())
                ? List.of()
                : reference.columns().stream()
                        .filter(column -> !fixed.contains(column)
                                && table.table()
                                        .find(column)
                                        .filter(Column::nullable)
                                        .isPresent())
                        .toList();
    }

    private static String nowhere(String rows, List<String> columns, Reference reference) {
        return " and not exists (select 1 from " + rows + " p where "
                + new Columns("p", columns).equal(new Columns("s", reference.columns())) + ")";
    }

    String stage() {
        return stage;
    }

    /** What names a staged row. */
    String words() {
        return key("s").words();
    }

    /** The same columns of others' rows. */
    StagedTable of(Units others) {
        return new StagedTable(model, table, others, rules, columns);
    }

    /**
     * A reference and the question whether it leads somewhere.
     *
     * @param reference the reference
     * @param sql gives keys of staged rows for which it does not
     */
    record ReferenceCheck(Reference reference, String sql) {}

    /**
     * Missing, replaced, kept and same rows, as they would be after the insert; the sum of the hashes of those staged, and that of live
     * rows that would be replaced.
     *
     * @param hashing whether to hash them, which a plan need not; the sum is 0 otherwise
     */
    String compare(boolean hashing) {
        String hash = hashing ? columns("s").hash() : "0::numeric";
        if (!hasKey()) {
            return "select m.n, 0, 0, s.n - m.n, s.hash, 0::numeric from (select count(*) as n from (" + missing()
                    + ") r) m, (select count(*) as n, coalesce(sum(" + hash + "), 0) as hash from " + stage + " s) s";
        }
        String isThere = key("l").at(0) + " is not null";
        String differs =
                columns("l").row() + " is distinct from " + columns("s").row();
        String gives = "coalesce(" + replaces("l", "s") + ", false)";
        // "offset 0" keeps the expressions from being computed once for each count
        return "select count(*) filter (where not there), count(*) filter (where there and differs and gives), "
                + "count(*) filter (where there and differs and not gives), count(*) filter (where there and not differs), "
                + "coalesce(sum(hash), 0), coalesce(sum(live), 0) from (select " + isThere + " as there, " + isThere
                + " and " + differs + " as differs, " + gives + " as gives, " + hash
                + " as hash, case when " + isThere + " and " + gives + " and " + differs + " then "
                + columns("l").hash() + " end as live from "
                + stage + " s left join " + name() + " l on " + key("l").equal(key("s")) + " offset 0) r";
    }

    /** Without a key, a row is its values; of equal ones there are as many as there were. Those that are nobody's count, as with a key. */
    private String missing() {
        String mine = "select " + columns("l").list() + " from " + name() + " l where " + owned("l");
        String lost = table.claims(units.kind()).stream()
                .filter(Claim.ByReference.class::isInstance)
                .map(claim -> "(" + new Columns("l", claim.columns()).list() + ") in (select "
                        + new Columns("s", claim.columns()).list() + " from " + stage + " s)")
                .collect(Collectors.joining(" or "));
        return "select " + columns("").list() + " from " + stage + " except all (" + mine
                + (lost.isEmpty()
                        ? ""
                        : " union all select " + columns("l").list() + " from " + name() + " l where (" + lost
                                + ") and ("
                                + model.select(table.name(), units.kind()).hasOwner("l") + ") is not true")
                + ")";
    }

    /** Whether the live row gives way, by the policy. */
    private String replaces(String live, String staged) {
        return switch (rules.policy()) {
            case INSERT_MISSING, FAIL -> "false";
            case REPLACE_ALL -> "true";
            case REPLACE_OLDER -> {
                String column = newerByOrNull();
                yield column == null
                        ? "false"
                        : live + "." + POSTGRESQL.quote(column) + " < " + staged + "." + POSTGRESQL.quote(column);
            }
        };
    }

    /** Whether rows that are there may be written over. */
    boolean replaces() {
        return rules.replaces() && (rules.policy() != ConflictPolicy.REPLACE_OLDER || newerByOrNull() != null);
    }

    @Nullable
    String newerByOrNull() {
        return rules.newerBy().stream()
                .flatMap(name -> columns.stream().filter(name::equalsIgnoreCase))
                .findFirst()
                .orElse(null);
    }

    /** Writes what is missing, and replaces what the policy says. */
    String insert() {
        return hasKey() ? insert(onConflict()) : into() + missing();
    }

    private String into() {
        return "insert into " + name() + " as l (" + columns("").list() + ") overriding system value ";
    }

    private String insert(String onConflict) {
        return into() + "select " + columns("s").list() + " from " + stage + " s order by " + key("s").list()
                + " on conflict (" + key("").list() + ") do " + onConflict;
    }

    /**
     * Writes what is missing, and gives how many rows that were, and how many of them as written are not the units'.
     *
     * <p>Needs a key.
     */
    String insertMissing() {
        return "with w as (" + insert("nothing") + " returning " + others()
                + " as strange) select count(*), count(*) filter (where strange) from w";
    }

    /** The staged rows. */
    String stagedFingerprint() {
        return "select count(*), coalesce(sum(" + columns("s").hash() + "), 0) from " + stage + " s";
    }

    /** The columns that an UPDATE may set. */
    List<String> settable() {
        return columns.stream()
                .filter(column -> !key.contains(column) && !isAlwaysGenerated(column))
                .toList();
    }

    /** The columns beside the key that the database has made, and that an UPDATE must not set. */
    List<String> unsettable() {
        return columns.stream()
                .filter(column -> !key.contains(column) && isAlwaysGenerated(column))
                .toList();
    }

    private boolean isAlwaysGenerated(String column) {
        return table.table()
                .find(column)
                .filter(one -> one.generation() == Generation.IDENTITY_ALWAYS)
                .isPresent();
    }

    /** Keys of staged rows that would replace a live one, and have another value in a column that an UPDATE must not set. */
    Optional<String> notReplaceable() {
        if (!hasKey() || !replaces() || unsettable().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of("select " + key("s").words() + " from " + stage + " s join " + name() + " l on "
                + key("l").equal(key("s")) + " where " + new Columns("l", unsettable()).row() + " is distinct from "
                + new Columns("s", unsettable()).row() + " and " + replaces("l", "s") + " limit 5");
    }

    private String onConflict() {
        List<String> settable = settable();
        if (!replaces() || settable.isEmpty()) {
            return "nothing";
        }
        String set = settable.stream()
                .map(column -> POSTGRESQL.quote(column) + " = excluded." + POSTGRESQL.quote(column))
                .collect(Collectors.joining(", "));
        return "update set " + set + " where " + columns("l").row() + " is distinct from "
                + columns("excluded").row() + " and " + replaces("l", "excluded");
    }
}
