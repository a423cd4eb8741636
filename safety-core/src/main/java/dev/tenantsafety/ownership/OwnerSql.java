package dev.tenantsafety.ownership;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.ownership.Claim.ByColumn;
import dev.tenantsafety.ownership.Claim.ByKey;
import dev.tenantsafety.ownership.Claim.ByReference;
import dev.tenantsafety.ownership.Claim.ByReferrers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes the claims of a kind of owner as SQL. Names come from the catalog and are quoted; values are literals of the rules. A condition may be
 * unknown, where a column is null: so one that must not hold is asked with {@code is not true}, and never negated.
 */
final class OwnerSql {

    private static final String ALWAYS = "1 = 1";
    private static final String NEVER = "1 = 0";

    private final OwnershipModel model;
    private final IdKind<?> kind;
    private final Dialect dialect;
    private int aliases;

    OwnerSql(OwnershipModel model, IdKind<?> kind) {
        this.model = model;
        this.kind = kind;
        this.dialect = model.catalog().dialect();
    }

    private OwnedTable table(TableName name) {
        return model.find(name).orElseThrow();
    }

    private String column(String alias, String column) {
        return alias + '.' + dialect.quote(column);
    }

    private String alias() {
        return "o" + aliases++;
    }

    private String literal(String text) {
        return dialect.literal(text);
    }

    /** True for rows of one of the owners. A claim counts where none before it applies. */
    String belongsTo(OwnedTable table, String alias, String owners) {
        if (table.isShared()) {
            return NEVER;
        }
        List<String> alternatives = new ArrayList<>();
        StringBuilder none = new StringBuilder();
        List<Claim> claims = table.claims(kind);
        for (int i = 0; i < claims.size(); i++) {
            Claim claim = claims.get(i);
            alternatives.add(none + belongsTo(claim, alias, owners));
            if (i < claims.size() - 1) {
                none.append(doesNotApply(claim, alias));
            }
        }
        return alternatives.size() == 1 ? alternatives.get(0) : "(" + String.join(" or ", alternatives) + ")";
    }

    private String belongsTo(Claim claim, String alias, String owners) {
        if (claim instanceof ByKey key) {
            return column(alias, key.column()) + ' ' + owners;
        }
        if (claim instanceof ByColumn column) {
            String own = column(alias, column.column());
            return column.shared().isEmpty()
                    ? own + ' ' + owners
                    : "(" + own + ' ' + owners + " and not " + isShared(column, alias) + ")";
        }
        if (claim instanceof ByReference way) {
            return typed(way.reference(), alias) + leadsTo(way.reference(), alias, owners);
        }
        List<String> ways = new ArrayList<>();
        for (Reference reference : ((ByReferrers) claim).references()) {
            String from = alias();
            ways.add(columns(alias, reference.targetColumns()) + " in (select " + list(from, reference.columns())
                    + " from " + reference.table().sql(dialect) + ' ' + from + " where " + typed(reference, from)
                    + belongsTo(table(reference.table()), from, owners) + ")");
        }
        return ways.size() == 1 ? ways.get(0) : "(" + String.join(" or ", ways) + ")";
    }

    /** True for rows that, by the claim that decides, belong to others. */
    String elsewhere(OwnedTable table, String alias, String owners) {
        if (table.isShared()) {
            return ALWAYS;
        }
        List<String> alternatives = new ArrayList<>();
        StringBuilder none = new StringBuilder();
        for (Claim claim : table.claims(kind)) {
            alternatives.add("(" + none + elsewhere(claim, alias, owners) + ")");
            none.append(doesNotApply(claim, alias));
        }
        if (isSharedWithoutOwner(table)) {
            alternatives.add("(" + none + ALWAYS + ")");
        }
        return "(" + String.join(" or ", alternatives) + ")";
    }

    private String elsewhere(Claim claim, String alias, String owners) {
        if (claim instanceof ByReference way) {
            Reference reference = way.reference();
            String above = alias();
            return typed(reference, alias) + "exists (select 1 from "
                    + reference.target().sql(dialect) + ' ' + above + " where " + matches(reference, alias, above)
                    + " and " + elsewhere(table(reference.target()), above, owners) + ")";
        }
        return applies(claim, alias) + " and (" + belongsTo(claim, alias, owners) + ") is not true";
    }

    private String leadsTo(Reference reference, String alias, String owners) {
        String above = alias();
        return columns(alias, reference.columns()) + " in (select " + list(above, reference.targetColumns()) + " from "
                + reference.target().sql(dialect) + ' ' + above + " where "
                + belongsTo(table(reference.target()), above, owners) + ")";
    }

    private String typed(Reference reference, String alias) {
        return reference.type() == null
                ? ""
                : column(alias, reference.type().column()) + " = "
                        + literal(reference.type().value()) + " and ";
    }

    private String list(String alias, List<String> columns) {
        return String.join(
                ", ", columns.stream().map(name -> column(alias, name)).toList());
    }

    private String columns(String alias, List<String> columns) {
        return columns.size() == 1 ? column(alias, columns.get(0)) : "(" + list(alias, columns) + ")";
    }

    /** Whether rows of which no claim says whose they are are for all. */
    private boolean isSharedWithoutOwner(OwnedTable table) {
        return table.claims(kind).stream()
                .anyMatch(claim -> claim instanceof ByColumn column && column.sharedWhereNull());
    }

    /** What is put before the conditions of the claims that come after this one. */
    private String doesNotApply(Claim claim, String alias) {
        return "(" + applies(claim, alias) + ") is not true and ";
    }

    /** True where the claim says whose the row is, or that it is for all. */
    String applies(Claim claim, String alias) {
        if (claim instanceof ByKey) {
            return ALWAYS;
        }
        if (claim instanceof ByColumn column) {
            return column(alias, column.column()) + " is not null";
        }
        if (claim instanceof ByReference way) {
            return way.mayLeadElsewhere() ? isThere(way.reference(), alias) : isSet(way.reference(), alias);
        }
        return "("
                + String.join(
                        " or ",
                        ((ByReferrers) claim)
                                .references().stream()
                                        .map(reference -> isReferred(reference, alias))
                                        .toList())
                + ")";
    }

    private String isSet(Reference reference, String alias) {
        return typed(reference, alias)
                + String.join(
                        " and ",
                        reference.columns().stream()
                                .map(name -> column(alias, name) + " is not null")
                                .toList());
    }

    private String isThere(Reference reference, String alias) {
        String there = alias();
        return "exists (select 1 from " + reference.target().sql(dialect) + ' ' + there + " where "
                + matches(reference, alias, there) + ")";
    }

    private String isReferred(Reference reference, String alias) {
        String from = alias();
        return "exists (select 1 from " + reference.table().sql(dialect) + ' ' + from + " where "
                + typed(reference, from) + matches(reference, from, alias) + ")";
    }

    /** The join of a row with what it points at. */
    String matches(Reference reference, String alias, String target) {
        List<String> equal = new ArrayList<>();
        for (int i = 0; i < reference.columns().size(); i++) {
            equal.add(column(target, reference.targetColumns().get(i)) + " = "
                    + column(alias, reference.columns().get(i)));
        }
        return String.join(" and ", equal);
    }

    /** Whether the reference counts for the row. */
    String counts(Reference reference, String alias) {
        return isSet(reference, alias);
    }

    /** The owner of the row; null where it is for all or nobody's. Of several referrers, any that has one. */
    String owner(OwnedTable table, String alias) {
        List<Claim> claims = table.claims(kind);
        if (claims.size() == 1) {
            return owner(claims.get(0), alias);
        }
        StringBuilder sql = new StringBuilder("case");
        for (Claim claim : claims) {
            sql.append(" when ").append(applies(claim, alias)).append(" then ").append(owner(claim, alias));
        }
        return sql.append(" end").toString();
    }

    /** The owner that one claim says. */
    String owner(Claim claim, String alias) {
        if (claim instanceof ByKey key) {
            return column(alias, key.column());
        }
        if (claim instanceof ByColumn column) {
            return owner(column, alias);
        }
        if (claim instanceof ByReference way) {
            Reference reference = way.reference();
            if (table(reference.target()).isShared()) {
                return "null"; // a subquery would be a text to PostgreSQL
            }
            String above = alias();
            return "(select " + owner(table(reference.target()), above) + " from "
                    + reference.target().sql(dialect) + ' ' + above + " where " + typed(reference, alias)
                    + matches(reference, alias, above) + ")";
        }
        List<String> owners = new ArrayList<>();
        for (Reference reference : ((ByReferrers) claim).references()) {
            String from = alias();
            owners.add("(select " + owner(table(reference.table()), from) + " from "
                    + reference.table().sql(dialect) + ' ' + from + " where " + typed(reference, from)
                    + matches(reference, from, alias) + " order by 1 nulls last fetch first 1 row only)");
        }
        return owners.size() == 1 ? owners.get(0) : "coalesce(" + String.join(", ", owners) + ")";
    }

    /**
     * True for rows that have an owner. The same as whether {@link #owner} is one, but databases answer it for all rows at once, also where
     * rows that point at these are found by no index.
     */
    String hasOwner(OwnedTable table, String alias) {
        if (table.isShared()) {
            return NEVER;
        }
        List<String> ways = new ArrayList<>();
        StringBuilder none = new StringBuilder();
        for (Claim claim : table.claims(kind)) {
            ways.add("(" + none + hasOwner(claim, alias) + ")");
            none.append(doesNotApply(claim, alias));
        }
        return "(" + String.join(" or ", ways) + ")";
    }

    /** The same by one claim. */
    String hasOwner(Claim claim, String alias) {
        if (claim instanceof ByReference way) {
            Reference reference = way.reference();
            String above = alias();
            return typed(reference, alias) + "exists (select 1 from "
                    + reference.target().sql(dialect) + ' ' + above + " where " + matches(reference, alias, above)
                    + " and " + hasOwner(table(reference.target()), above) + ")";
        }
        if (claim instanceof ByReferrers referrers) {
            List<String> ways = new ArrayList<>();
            for (Reference reference : referrers.references()) {
                String from = alias();
                ways.add("exists (select 1 from " + reference.table().sql(dialect) + ' ' + from + " where "
                        + typed(reference, from) + matches(reference, from, alias) + " and "
                        + hasOwner(table(reference.table()), from) + ")");
            }
            return "(" + String.join(" or ", ways) + ")";
        }
        return owner(claim, alias) + " is not null";
    }

    /**
     * What rows that point at those of a table say of their owner, as a table {@code (k0, …, owner)} with the columns that are pointed at;
     * null if not all point at the same.
     */
    @Nullable
    String ownersOfReferrers(ByReferrers claim) {
        List<String> targets = claim.references().get(0).targetColumns();
        List<String> all = new ArrayList<>();
        for (Reference reference : claim.references()) {
            if (!reference.targetColumns().equals(targets)) {
                return null;
            }
            String from = alias();
            List<String> columns = new ArrayList<>();
            for (int i = 0; i < targets.size(); i++) {
                columns.add(column(from, reference.columns().get(i)) + " as k" + i);
            }
            all.add("select " + String.join(", ", columns) + ", " + owner(table(reference.table()), from)
                    + " as owner from " + reference.table().sql(dialect) + ' ' + from + " where "
                    + isSet(reference, from));
        }
        return "(" + String.join(" union all ", all) + ")";
    }

    /** The condition that a row of {@link #ownersOfReferrers} points at one of the table. */
    String pointsAt(ByReferrers claim, String referrer, String alias) {
        List<String> targets = claim.references().get(0).targetColumns();
        List<String> equal = new ArrayList<>();
        for (int i = 0; i < targets.size(); i++) {
            equal.add(referrer + ".k" + i + " = " + column(alias, targets.get(i)));
        }
        return String.join(" and ", equal);
    }

    /** True for rows at which rows of several owners point. */
    String hasTwoReferrers(ByReferrers claim, String referrers, String alias) {
        List<String> targets = claim.references().get(0).targetColumns();
        String keys = IntStream.range(0, targets.size()).mapToObj(i -> "k" + i).collect(Collectors.joining(", "));
        return columns(alias, targets) + " in (select " + keys + " from " + referrers + " r group by " + keys
                + " having count(distinct owner) > 1)";
    }

    private String owner(ByColumn column, String alias) {
        String own = column(alias, column.column());
        return column.shared().isEmpty()
                ? own
                : "case when " + isShared(column, alias) + " then null else " + own + " end";
    }

    /** True for rows that have, in place of an owner, what says that they are for all. */
    private String isShared(ByColumn column, String alias) {
        return "cast(" + column(alias, column.column()) + " as varchar) in ("
                + column.shared().stream().sorted().map(this::literal).collect(Collectors.joining(", ")) + ")";
    }

    /** True for rows that are for all, by the claim that decides; null if none can be. */
    @Nullable
    String forAll(OwnedTable table, String alias) {
        if (table.isShared()) {
            return ALWAYS;
        }
        List<String> ways = new ArrayList<>();
        StringBuilder none = new StringBuilder();
        for (Claim claim : table.claims(kind)) {
            String way = forAll(claim, alias);
            if (way != null) {
                ways.add("(" + none + way + ")");
            }
            none.append(doesNotApply(claim, alias));
        }
        if (isSharedWithoutOwner(table)) {
            ways.add("(" + none + ALWAYS + ")");
        }
        return ways.isEmpty() ? null : String.join(" or ", ways);
    }

    /** What one claim says of it. */
    @Nullable
    String forAll(Claim claim, String alias) {
        if (claim instanceof ByColumn column) {
            return column.shared().isEmpty() ? null : isShared(column, alias);
        }
        if (claim instanceof ByReference way) {
            Reference reference = way.reference();
            String above = alias();
            String there = forAll(table(reference.target()), above);
            return there == null
                    ? null
                    : typed(reference, alias) + "exists (select 1 from "
                            + reference.target().sql(dialect) + ' ' + above + " where "
                            + matches(reference, alias, above) + " and (" + there + "))";
        }
        if (claim instanceof ByReferrers referrers) {
            String way = isReferredForAll(referrers, alias);
            return way == null ? null : way + " and (" + hasOwner(claim, alias) + ") is not true";
        }
        return null;
    }

    /** True where a row that is for all points at this one; null if none can be. */
    @Nullable
    String isReferredForAll(ByReferrers claim, String alias) {
        List<String> ways = new ArrayList<>();
        for (Reference reference : claim.references()) {
            String from = alias();
            String there = forAll(table(reference.table()), from);
            if (there != null) {
                ways.add("exists (select 1 from " + reference.table().sql(dialect) + ' ' + from + " where "
                        + typed(reference, from) + matches(reference, from, alias) + " and (" + there + "))");
            }
        }
        return ways.isEmpty() ? null : "(" + String.join(" or ", ways) + ")";
    }
}
