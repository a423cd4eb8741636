package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.jdbc.Query;
import dev.tenantsafety.ownership.Catalog;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.ownership.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a connection has to be for rows to be taken from it or written to it. */
final class PostgreSql {

    private PostgreSql() {}

    static void require(Connection connection, String refused) throws SQLException {
        Dialect dialect = Dialect.of(connection);
        if (dialect != Dialect.POSTGRESQL) {
            throw new TransferRefusedException(
                    refused,
                    List.of(dialect + " is not supported yet; both databases have to be " + Dialect.POSTGRESQL + "."));
        }
    }

    /**
     * For the rest of the transaction, values are written and read as text in one way, whatever the role or the server likes
     * (PostgreSQL documentation, "Client Connection Defaults").
     */
    static void settle(Connection connection) throws SQLException {
        Query.of("select set_config('DateStyle', 'ISO, YMD', true), set_config('IntervalStyle', 'postgres', true), "
                        + "set_config('TimeZone', 'UTC', true), set_config('extra_float_digits', '1', true), "
                        + "set_config('bytea_output', 'hex', true), set_config('lc_monetary', 'C', true), "
                        + "set_config('xmloption', 'content', true), "
                        + "set_config('array_nulls', 'on', true)")
                .list(connection, row -> true);
    }

    /** Rows that a policy hides would silently be missing. */
    static Optional<String> rowSecurity(Connection connection, String where, TableName table) throws SQLException {
        boolean isActive = Query.of(
                        "select coalesce(row_security_active(to_regclass(?)), false)", table.sql(Dialect.POSTGRESQL))
                .list(connection, row -> row.getBoolean(1))
                .get(0);
        return isActive
                ? Optional.of("Row-level security of " + table + " is active for this user in the " + where
                        + ", and would hide rows. Use a role with BYPASSRLS, or the table's owner.")
                : Optional.empty();
    }

    /** A model may be older than a migration. */
    static List<String> changed(Connection live, OwnershipModel model) throws SQLException {
        String[] schemas = model.tables().stream()
                .map(table -> table.name().schema())
                .distinct()
                .toArray(String[]::new);
        Catalog now = Catalog.read(live, schemas);
        List<String> changed = new ArrayList<>();
        Set<TableName> names = new TreeSet<>();
        model.tables().forEach(table -> names.add(table.name()));
        now.tables().forEach(table -> names.add(table.name()));
        for (TableName name : names) {
            Optional<Catalog.Table> before = model.catalog().find(name);
            if (!before.equals(now.find(name))) {
                changed.add(name
                        + " of the live database has changed since the ownership model was read. Read the model anew.");
            }
        }
        return changed;
    }
}
