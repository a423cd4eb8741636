package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.jdbc.Query;
import dev.tenantsafety.ownership.Catalog.Column;
import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.OwnershipModel;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Values that are only the number of a large object, whose bytes stand elsewhere and would stay there. */
final class LargeObjects {

    private static final Set<String> TYPES = Set.of("oid", "lo");

    private LargeObjects() {}

    /** Columns of the owners' rows with numbers of large objects that are there (PostgreSQL documentation, "Large Objects"). */
    static List<String> find(Connection connection, OwnershipModel model, Units units) throws SQLException {
        List<String> found = new ArrayList<>();
        for (OwnedTable table : model.tables(units.kind())) {
            for (Column column : table.table().columns()) {
                if (TYPES.contains(column.type()) && !table.excludedColumns().containsKey(column.name())) {
                    Query.of("select count(*) from " + table.name().sql(Dialect.POSTGRESQL) + " t where t."
                                    + Dialect.POSTGRESQL.quote(column.name())
                                    + "::oid in (select oid from pg_largeobject_metadata) and "
                                    + UnitRows.owned(model, table, units, "t"))
                            .list(connection, row -> row.getLong(1))
                            .stream()
                            .filter(rows -> rows > 0)
                            .forEach(rows -> found.add(rows + " rows of " + table.name() + " hold a large object in "
                                    + column.name()
                                    + ". Large objects are not transferred: keep the bytes in a column of type bytea, or leave the column out:  "
                                    + ".excludedColumn(\"" + table.name().table() + "\", \"" + column.name()
                                    + "\", \"…\")"));
                }
            }
        }
        return found;
    }
}
