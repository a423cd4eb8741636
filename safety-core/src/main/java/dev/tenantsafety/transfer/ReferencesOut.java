package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.jdbc.Query;
import dev.tenantsafety.ownership.Claim;
import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.ownership.Reference;
import dev.tenantsafety.ownership.Selection;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** References of owners' rows to rows of somebody else, or to rows that are not there. */
final class ReferencesOut {

    private static final Dialect POSTGRESQL = Dialect.POSTGRESQL;

    private final OwnershipModel model;
    private final Units units;
    private final Connection connection;
    private final boolean eachAlone;

    /** If each owner stands alone, the others that are named are somebody else too. */
    ReferencesOut(OwnershipModel model, Units units, Connection connection, boolean eachAlone) {
        this.model = model;
        this.units = units;
        this.connection = connection;
        this.eachAlone = eachAlone && units.ids().size() > 1;
    }

    /**
     * Looks for them.
     *
     * @param advice what is to be done about one
     */
    List<String> find(String advice) throws SQLException {
        List<String> found = new ArrayList<>();
        for (OwnedTable table : model.tables(units.kind())) {
            for (Reference reference : model.references(table.name())) {
                // in a schema that is not read, it is for all as far as anybody said
                OwnedTable target = model.find(reference.target()).orElse(null);
                if (target != null
                        && !target.claims(units.kind()).isEmpty()
                        && !UnitRows.decides(table, reference, units.kind())) {
                    add(found, table, reference, joined(table, reference, target), "rows of somebody else", advice);
                }
                if (reference.foreignKey() == null && !mayLeadElsewhere(table, reference)) {
                    add(found, table, reference, dangling(table, reference), "rows that are not there", advice);
                }
            }
        }
        return found;
    }

    /** What may point at several tables, as nothing says at which, points at one of them, or the row would be nobody's. */
    private boolean mayLeadElsewhere(OwnedTable table, Reference reference) {
        return table.claims().values().stream()
                .flatMap(List::stream)
                .anyMatch(claim -> claim instanceof Claim.ByReference way
                        && way.mayLeadElsewhere()
                        && reference.type() == null
                        && way.reference().columns().equals(reference.columns()));
    }

    private void add(List<String> found, OwnedTable table, Reference reference, String from, String what, String advice)
            throws SQLException {
        long rows = Query.of("select count(*) from " + from)
                .list(connection, row -> row.getLong(1))
                .get(0);
        if (rows > 0) {
            String keyText = new Columns("t", table.table().key()).words();
            found.add(rows + " rows of " + table.name() + ", such as "
                    + Query.of("select " + keyText + " from " + from + " fetch first 5 rows only")
                            .list(connection, row -> row.getString(1))
                    + ", point through " + reference + " at " + what + " of " + reference.target()
                    + ". " + advice);
        }
    }

    private String joined(OwnedTable table, Reference reference, OwnedTable target) {
        Selection there = model.select(target.name(), units.kind());
        String others = eachAlone
                ? there.owner("p") + " is distinct from "
                        + model.select(table.name(), units.kind()).owner("t")
                : "(" + there.where("p", units.equalsAny(model.catalog().dialect())) + ") is not true";
        return table.name().sql(POSTGRESQL) + " t join " + target.name().sql(POSTGRESQL) + " p on "
                + matches(reference) + " where " + typed(reference) + UnitRows.owned(model, table, units, "t") + " and "
                + others + " and " + there.owner("p") + " is not null";
    }

    private String dangling(OwnedTable table, Reference reference) {
        String set = new Columns("t", reference.columns()).areSet();
        return table.name().sql(POSTGRESQL) + " t where " + typed(reference)
                + UnitRows.owned(model, table, units, "t") + " and " + set + " and not exists (select 1 from "
                + reference.target().sql(POSTGRESQL) + " p where " + matches(reference) + ")";
    }

    private static String matches(Reference reference) {
        return new Columns("p", reference.targetColumns()).equal(new Columns("t", reference.columns()));
    }

    private static String typed(Reference reference) {
        Reference.TypeValue type = reference.type();
        return type == null
                ? ""
                : "t." + POSTGRESQL.quote(type.column()) + " = " + POSTGRESQL.literal(type.value()) + " and ";
    }
}
