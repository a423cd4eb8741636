package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.jdbc.Query;
import dev.tenantsafety.ownership.Catalog;
import dev.tenantsafety.ownership.Catalog.Column;
import dev.tenantsafety.ownership.OwnedTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Rights that the user of the live database would otherwise miss late, when other rows are written already. */
final class Rights {

    private final Connection live;
    private final List<String> missing = new ArrayList<>();

    private Rights(Connection live) {
        this.live = live;
    }

    /** Of the tables that are restored, and of those whose rows point at them. */
    static List<String> missing(RestoreTask task, List<Catalog.Table> referring, Connection live) throws SQLException {
        boolean replaces = task.rules().replaces();
        Rights rights = new Rights(live);
        for (OwnedTable table : task.tables()) {
            String name = table.name().sql(Dialect.POSTGRESQL);
            rights.need("has_any_column_privilege", "select", name);
            rights.need("has_any_column_privilege", "insert", name);
            if (replaces) {
                rights.need("has_any_column_privilege", "update", name);
            }
            for (Column column : table.table().columns()) {
                if (column.sequence() != null) {
                    rights.need("has_sequence_privilege", "usage", column.sequence());
                    rights.need("has_sequence_privilege", "select", column.sequence());
                }
            }
        }
        for (Catalog.Table table : referring) {
            String name = table.name().sql(Dialect.POSTGRESQL);
            rights.need("has_any_column_privilege", "select", name);
            rights.need("has_any_column_privilege", "update", name);
        }
        for (String ours : Ledger.NAMES) {
            for (String right : List.of("select", "insert", "update")) {
                rights.need("has_table_privilege", right, ours);
            }
        }
        return rights.missing;
    }

    /** Of what is not there, the right is not missed. */
    private void need(String function, String right, String object) throws SQLException {
        Query.of(
                        "select current_user where not coalesce(" + function + "(to_regclass(?)::oid, ?), true)",
                        object,
                        right)
                .list(live, row -> row.getString(1))
                .forEach(user -> missing.add("The user " + user + " of the live database lacks a right: grant " + right
                        + " on " + (function.contains("sequence") ? "sequence " : "") + object + " to " + user + "."));
    }
}
