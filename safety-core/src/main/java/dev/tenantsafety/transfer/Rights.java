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

    private static final String TABLE = "table";
    private static final String COLUMN = "column";
    private static final String SEQUENCE = "sequence";

    private final Connection live;
    private final List<Right> needed = new ArrayList<>();

    /** On a table, a sequence, or on any column of a table. */
    private record Right(String kind, String right, String object) {}

    private Rights(Connection live) {
        this.live = live;
    }

    /** Of the tables that are restored, and of those whose rows point at them. */
    static List<String> missing(RestoreTask task, List<Catalog.Table> referring, Connection live) throws SQLException {
        boolean replaces = task.rules().replaces();
        Rights rights = new Rights(live);
        for (OwnedTable table : task.tables()) {
            String name = table.name().sql(Dialect.POSTGRESQL);
            rights.need(COLUMN, "select", name);
            rights.need(COLUMN, "insert", name);
            if (replaces) {
                rights.need(COLUMN, "update", name);
            }
            for (Column column : table.table().columns()) {
                if (column.sequence() != null) {
                    rights.need(SEQUENCE, "usage", column.sequence());
                    rights.need(SEQUENCE, "select", column.sequence());
                }
            }
        }
        for (Catalog.Table table : referring) {
            String name = table.name().sql(Dialect.POSTGRESQL);
            rights.need(COLUMN, "select", name);
            rights.need(COLUMN, "update", name);
        }
        rights.needAll(List.of("select", "insert", "update"), Ledger.NAMES);
        if (task.copy() != null) {
            rights.needAll(List.of("select", "insert"), CloneKeys.NAMES);
        }
        return rights.missing();
    }

    private void needAll(List<String> all, List<String> tables) {
        tables.forEach(ours -> all.forEach(right -> need(TABLE, right, ours)));
    }

    private void need(String kind, String right, String object) {
        needed.add(new Right(kind, right, object));
    }

    /** Of what is not there, the right is not missed. */
    private List<String> missing() throws SQLException {
        return Query.of(
                        "select current_user, place from unnest(?::text[], ?::text[], ?::text[]) with ordinality n(kind, privilege, object, place) "
                                + "where not coalesce(case kind "
                                + "when '" + COLUMN
                                + "' then has_any_column_privilege(to_regclass(object)::oid, privilege) "
                                + "when '" + SEQUENCE
                                + "' then has_sequence_privilege(to_regclass(object)::oid, privilege) "
                                + "else has_table_privilege(to_regclass(object)::oid, privilege) end, true) order by place",
                        needed.stream().map(Right::kind).toArray(String[]::new),
                        needed.stream().map(Right::right).toArray(String[]::new),
                        needed.stream().map(Right::object).toArray(String[]::new))
                .list(live, row -> sentence(row.getString(1), needed.get(row.getInt(2) - 1)));
    }

    private static String sentence(String user, Right missing) {
        return "The user " + user + " of the live database lacks a right: grant " + missing.right() + " on "
                + (missing.kind().equals(SEQUENCE) ? "sequence " : "") + missing.object() + " to " + user + ".";
    }
}
