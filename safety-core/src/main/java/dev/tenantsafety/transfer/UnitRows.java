package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.OwnershipModel;
import java.util.List;

/** How owners' rows of a table are read from PostgreSQL. */
final class UnitRows {

    private static final Dialect POSTGRESQL = Dialect.POSTGRESQL;

    private UnitRows() {}

    static String owned(OwnershipModel model, OwnedTable table, Units units, String alias) {
        return model.select(table.name(), units.kind()).where(alias, units.equalsAny());
    }

    /** As COPY text, in the order of the key; without a key, by the whole row. */
    static String copyOut(OwnershipModel model, OwnedTable table, List<String> columns, Units units) {
        return "copy (select " + list(columns) + from(model, table, units) + " order by " + order(table)
                + ") to stdout";
    }

    /** The same, with the owner before each row, and the rows of an owner together. */
    static String copyOutByOwner(OwnershipModel model, OwnedTable table, List<String> columns, Units units) {
        String owner = model.select(table.name(), units.kind()).owner("t");
        return "copy (select " + owner + " as tenant_safety_owner, " + list(columns) + from(model, table, units)
                + " order by tenant_safety_owner, " + order(table) + ") to stdout";
    }

    private static String from(OwnershipModel model, OwnedTable table, Units units) {
        return " from " + table.name().sql(POSTGRESQL) + " t where " + owned(model, table, units, "t");
    }

    private static String order(OwnedTable table) {
        List<String> key = table.table().primaryKey();
        return key.isEmpty() ? "(t.*)::text collate \"C\"" : list(key);
    }

    private static String list(List<String> columns) {
        return String.join(
                ", ",
                columns.stream().map(column -> "t." + POSTGRESQL.quote(column)).toList());
    }
}
