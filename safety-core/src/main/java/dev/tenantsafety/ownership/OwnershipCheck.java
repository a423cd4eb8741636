package dev.tenantsafety.ownership;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.jdbc.Query;
import dev.tenantsafety.ownership.Claim.ByReference;
import dev.tenantsafety.ownership.Claim.ByReferrers;
import dev.tenantsafety.ownership.OwnershipFinding.Reason;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Asks a database for rows whose owner is not clear. */
final class OwnershipCheck {

    private static final int EXAMPLES = 5;
    private static final String TWO_OWNERS = " belong to two owners";
    private static final String OWNED_AND_FOR_ALL = " belong to an owner by one way and are shared by another";

    private final OwnershipModel model;
    private final Connection connection;
    private final Dialect dialect;
    private final List<OwnershipFinding> findings = new ArrayList<>();

    OwnershipCheck(OwnershipModel model, Connection connection) {
        this.model = model;
        this.connection = connection;
        this.dialect = model.catalog().dialect();
    }

    List<OwnershipFinding> findings() throws SQLException {
        for (OwnedTable table : model.tables()) {
            if (table.isOwned()) {
                nobodys(table);
                for (IdKind<?> kind : table.claims().keySet()) {
                    twoOwners(table, kind);
                    pointsAtAnothers(table, kind);
                }
            } else if (table.isShared()) {
                for (IdKind<?> kind : model.kinds()) {
                    pointsAtOwned(table, kind, "1 = 1");
                }
            }
        }
        return List.copyOf(findings);
    }

    /** A row may lack an owner on one level if it has one on another. */
    private void nobodys(OwnedTable table) throws SQLException {
        List<String> conditions = new ArrayList<>();
        for (IdKind<?> kind : table.claims().keySet()) {
            OwnerSql sql = new OwnerSql(model, kind);
            conditions.add("(" + sql.hasOwner(table, "t") + ") is not true");
            String forAll = sql.forAll(table, "t");
            if (forAll != null) {
                conditions.add("(" + forAll + ") is not true");
            }
        }
        IdKind<?> kind = table.claims().keySet().iterator().next();
        find(
                Reason.NOBODYS,
                table,
                kind,
                "t",
                String.join(" and ", conditions),
                " belong to nobody: " + model.path(table.name(), kind) + " leads to no owner");
    }

    private void twoOwners(OwnedTable table, IdKind<?> kind) throws SQLException {
        List<Claim> claims = table.claims(kind);
        for (int i = 0; i < claims.size(); i++) {
            for (int j = i + 1; j < claims.size(); j++) {
                OwnerSql sql = new OwnerSql(model, kind);
                twoOwners(table, kind, differ(sql, claims.get(i), claims.get(j)), TWO_OWNERS);
                String forAll = sql.forAll(claims.get(i), "t");
                if (forAll != null) {
                    twoOwners(
                            table, kind, "(" + forAll + ") and " + sql.hasOwner(claims.get(j), "t"), OWNED_AND_FOR_ALL);
                }
            }
        }
        for (Claim claim : claims) {
            if (claim instanceof ByReferrers referrers) {
                twoReferrers(table, kind, referrers);
            }
        }
    }

    private void twoReferrers(OwnedTable table, IdKind<?> kind, ByReferrers referrers) throws SQLException {
        OwnerSql sql = new OwnerSql(model, kind);
        String owners = sql.ownersOfReferrers(referrers);
        twoOwners(
                table,
                kind,
                owners == null
                        ? differingFromReferrers(sql, referrers, sql.owner(table, "t"))
                        : sql.hasTwoReferrers(referrers, owners, "t"),
                TWO_OWNERS);
        String forAll = sql.isReferredForAll(referrers, "t");
        if (forAll != null) {
            twoOwners(table, kind, forAll + " and " + sql.hasOwner(referrers, "t"), OWNED_AND_FOR_ALL);
        }
    }

    /** That two claims name different owners of a row; of rows that point at it, some. */
    private String differ(OwnerSql sql, Claim first, Claim second) {
        if (second instanceof ByReferrers referrers) {
            return differingFromReferrers(sql, referrers, sql.owner(first, "t"));
        }
        if (first instanceof ByReferrers referrers) {
            return differingFromReferrers(sql, referrers, sql.owner(second, "t"));
        }
        return sql.owner(first, "t") + " <> " + sql.owner(second, "t");
    }

    private String differingFromReferrers(OwnerSql sql, ByReferrers referrers, String owner) {
        String owners = sql.ownersOfReferrers(referrers);
        if (owners != null) {
            return "exists (select 1 from " + owners + " r where " + sql.pointsAt(referrers, "r", "t")
                    + " and r.owner <> " + owner + ")";
        }
        List<String> differing = new ArrayList<>();
        for (Reference reference : referrers.references()) {
            differing.add("exists (select 1 from " + reference.table().sql(dialect) + " r where "
                    + sql.counts(reference, "r") + " and " + sql.matches(reference, "r", "t") + " and "
                    + sql.owner(model.find(reference.table()).orElseThrow(), "r") + " <> " + owner + ")");
        }
        return "(" + String.join(" or ", differing) + ")";
    }

    private void twoOwners(OwnedTable table, IdKind<?> kind, String condition, String text) throws SQLException {
        find(Reason.TWO_OWNERS, table, kind, "t", condition, text + ": " + model.path(table.name(), kind));
    }

    private void pointsAtAnothers(OwnedTable table, IdKind<?> kind) throws SQLException {
        String forAll = new OwnerSql(model, kind).forAll(table, "t");
        if (forAll != null) {
            pointsAtOwned(table, kind, forAll);
        }
        for (Reference reference : model.references(table.name())) {
            OwnedTable target = model.find(reference.target()).orElse(null);
            if (target == null
                    || target.claims(kind).isEmpty()
                    || decides(table, kind, reference)
                    || isDecidedBy(target, kind, reference)) {
                continue;
            }
            OwnerSql sql = new OwnerSql(model, kind);
            String pointed = "exists (select 1 from " + target.name().sql(dialect) + " p where "
                    + sql.counts(reference, "t") + " and " + sql.matches(reference, "t", "p") + " and "
                    + sql.owner(target, "p") + " <> " + sql.owner(table, "t") + ")";
            find(
                    Reason.POINTS_AT_ANOTHERS,
                    table,
                    kind,
                    "t",
                    pointed,
                    " point at rows of another " + kind.prefix() + ": through "
                            + Names.plain(reference.toString()) + " → "
                            + model.names().of(target.name()) + "." + model.path(target.name(), kind)
                            + ", though they belong to whom "
                            + model.path(table.name(), kind) + " says");
        }
    }

    /** A row that is for all is there before an owner's rows come back, and when they are gone. */
    private void pointsAtOwned(OwnedTable table, IdKind<?> kind, String forAll) throws SQLException {
        for (Reference reference : model.references(table.name())) {
            OwnedTable target = model.find(reference.target()).orElse(null);
            if (target == null || target.claims(kind).isEmpty() || decides(table, kind, reference)) {
                continue;
            }
            OwnerSql sql = new OwnerSql(model, kind);
            find(
                    Reason.FOR_ALL_POINTS_AT_OWNED,
                    table,
                    kind,
                    "t",
                    "(" + forAll + ") and exists (select 1 from "
                            + target.name().sql(dialect) + " p where "
                            + sql.counts(reference, "t") + " and " + sql.matches(reference, "t", "p") + " and "
                            + sql.owner(target, "p") + " is not null)",
                    " are for all, and point at rows of a " + kind.prefix() + ": through "
                            + Names.plain(reference.toString()) + " → "
                            + model.names().of(target.name()) + "." + model.path(target.name(), kind));
        }
    }

    /** What a claim follows cannot disagree with it. */
    private static boolean decides(OwnedTable table, IdKind<?> kind, Reference reference) {
        return table.claims(kind).stream()
                .anyMatch(claim ->
                        claim instanceof ByReference way && way.reference().equals(reference));
    }

    /** Whether it is one by which the target is owned: then rows of two owners that point at one were looked for there. */
    private static boolean isDecidedBy(OwnedTable target, IdKind<?> kind, Reference reference) {
        return target.claims(kind).stream()
                .anyMatch(claim -> claim instanceof ByReferrers referrers
                        && referrers.references().contains(reference));
    }

    private void find(Reason reason, OwnedTable table, IdKind<?> kind, String alias, String condition, String text)
            throws SQLException {
        String from = " from " + table.name().sql(dialect) + ' ' + alias + " where " + condition;
        long rows = Query.of("select count(*)" + from)
                .list(connection, row -> row.getLong(1))
                .get(0);
        if (rows == 0) {
            return;
        }
        List<String> examples = examples(table, alias, from);
        findings.add(new OwnershipFinding(
                reason,
                table.name(),
                kind,
                rows,
                examples,
                rows + (rows == 1 ? " row of " : " rows of ")
                        + model.names().of(table.name()) + text + "."
                        + (examples.isEmpty() ? "" : " Such as: " + String.join(", ", examples) + ".")));
    }

    private List<String> examples(OwnedTable table, String alias, String from) throws SQLException {
        List<String> key = table.table().key();
        if (key.isEmpty()) {
            return List.of();
        }
        List<String> columns =
                key.stream().map(column -> alias + '.' + dialect.quote(column)).toList();
        String sql = "select " + String.join(", ", columns) + from + " order by " + String.join(", ", columns)
                + " fetch first " + EXAMPLES + " rows only";
        return Query.of(sql).list(connection, row -> {
            List<String> values = new ArrayList<>();
            for (int i = 1; i <= key.size(); i++) {
                values.add(row.getString(i));
            }
            return String.join("/", values);
        });
    }
}
