package dev.tenantsafety.transfer;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.jdbc.Query;
import dev.tenantsafety.ownership.Claim;
import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.ownership.Reference;
import dev.tenantsafety.ownership.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** How owners' rows of a table are read from PostgreSQL. */
final class UnitRows {

    private static final Dialect POSTGRESQL = Dialect.POSTGRESQL;

    private UnitRows() {}

    static String owned(OwnershipModel model, OwnedTable table, Units units, String alias) {
        return model.select(table.name(), units.kind())
                .where(alias, units.equalsAny(model.catalog().dialect()));
    }

    /** Those of the owners that are in their root table, as the database writes them. */
    static List<String> owners(Connection connection, OwnershipModel model, OwnedTable root, Units units)
            throws SQLException {
        return Query.of("select " + model.select(root.name(), units.kind()).owner("t") + "::text"
                        + from(model, root, units))
                .list(connection, row -> row.getString(1));
    }

    /** Whether an owner has rows, for models without a table of the owners themselves. */
    static boolean areAny(Connection connection, OwnershipModel model, Units one) throws SQLException {
        for (OwnedTable table : model.tables(one.kind())) {
            if (!Query.of("select 1" + from(model, table, one) + " limit 1")
                    .list(connection, row -> row.getInt(1))
                    .isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** How many rows of the owners a table has. */
    static long count(Connection connection, OwnershipModel model, OwnedTable table, Units units) throws SQLException {
        return Query.of("select count(*)" + from(model, table, units))
                .list(connection, row -> row.getLong(1))
                .get(0);
    }

    /** Whether a row of the table cannot be somebody else's too, as one can that is owned by whoever points at it. */
    static boolean hasOneOwner(OwnershipModel model, OwnedTable table, IdKind<?> kind) {
        return hasOneOwner(model, table, kind, new HashSet<>());
    }

    /** Whether how one knows a row's owner is what this reference points at; then both have the same one. */
    static boolean decides(OwnedTable table, Reference reference, IdKind<?> kind) {
        List<Claim> claims = table.claims(kind);
        return claims.size() == 1
                && claims.get(0) instanceof Claim.ByReference way
                && way.reference().equals(reference);
    }

    private static boolean hasOneOwner(OwnershipModel model, OwnedTable table, IdKind<?> kind, Set<TableName> visited) {
        for (Claim claim : table.claims(kind)) {
            if (claim instanceof Claim.ByReferrers) {
                return false;
            }
            if (claim instanceof Claim.ByReference way
                    && visited.add(way.reference().target())) {
                OwnedTable target = model.find(way.reference().target()).orElseThrow();
                if (!hasOneOwner(model, target, kind, visited)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** In the order of the key; without a key, by the whole row. */
    static String select(Dialect dialect, OwnershipModel model, OwnedTable table, List<String> columns, Units units) {
        return "select " + list(columns) + from(model, table, units) + " order by " + order(dialect, table, columns);
    }

    /** The same, with the owner before each row, and the rows of an owner together. */
    static String selectByOwner(
            Dialect dialect, OwnershipModel model, OwnedTable table, List<String> columns, Units units) {
        String owner = model.select(table.name(), units.kind()).owner("t");
        if (units.kind().backing() == IdKind.Backing.TEXT) {
            owner = "rtrim(cast(" + owner + " as varchar))"; // without the blanks of char(n)
        }
        return "select " + owner + " as tenant_safety_owner, " + list(columns) + from(model, table, units)
                + " order by tenant_safety_owner, " + order(dialect, table, columns);
    }

    private static String from(OwnershipModel model, OwnedTable table, Units units) {
        return " from " + table.name().sql(POSTGRESQL) + " t where " + owned(model, table, units, "t");
    }

    private static String order(Dialect dialect, OwnedTable table, List<String> columns) {
        List<String> key = table.table().key();
        if (!key.isEmpty() && columns.containsAll(key)) { // one that is newer than the source is not there
            return list(key);
        }
        return dialect == POSTGRESQL ? "(t.*)::text collate \"C\"" : list(columns);
    }

    private static String list(List<String> columns) {
        return new Columns("t", columns).list();
    }
}
