package dev.tenantsafety.transfer;

import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.jdbc.Query;
import dev.tenantsafety.ownership.Catalog;
import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.ownership.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a connection has to be for rows to be taken from it or written to it. */
final class PostgreSql {

    private PostgreSql() {}

    /**
     * For the rest of the transaction, values are written and read as text in one way, whatever the role or the server likes
     * (PostgreSQL documentation, "Client Connection Defaults").
     */
    static void settle(Connection connection) throws SQLException {
        Query.of("select set_config('DateStyle', 'ISO, YMD', true), set_config('IntervalStyle', 'postgres', true), "
                        + "set_config('TimeZone', 'UTC', true), set_config('extra_float_digits', '1', true), "
                        + "set_config('bytea_output', 'hex', true), set_config('lc_monetary', 'C', true), "
                        + "set_config('xmloption', 'content', true), "
                        // one reader may wait for others with its transaction open, whose snapshot they share
                        + "set_config('idle_in_transaction_session_timeout', '0', true), "
                        + "set_config('array_nulls', 'on', true)")
                .list(connection, row -> true);
    }

    /**
     * What a system catalog says of some tables; those that are not there are passed over.
     *
     * @param sql gives the place of the table and a text, and may join {@code named(place, relation)}
     * @param more its parameters
     */
    static List<OfTable> ask(Connection connection, Collection<TableName> tables, String sql, @Nullable Object... more)
            throws SQLException {
        List<TableName> all = List.copyOf(tables);
        List<@Nullable Object> parameters = new ArrayList<>();
        parameters.add(all.stream().map(table -> table.sql(Dialect.POSTGRESQL)).toArray(String[]::new));
        parameters.addAll(Arrays.asList(more));
        return Query.of(
                        "with named as (select place, to_regclass(name) as relation from unnest(?::text[]) with ordinality n(name, place)) "
                                + sql + " order by place",
                        parameters.toArray())
                .list(connection, row -> new OfTable(all.get(row.getInt(1) - 1), row.getString(2)));
    }

    /** Whether there is a table of ours, which needs no quoting. */
    static boolean hasTable(Connection connection, String name) throws SQLException {
        return isTrue(connection, "select to_regclass('" + name + "') is not null");
    }

    /** Sends a query that says yes or no. */
    static boolean isTrue(Connection connection, String sql) throws SQLException {
        return Query.of(sql).list(connection, row -> row.getBoolean(1)).get(0);
    }

    /** Something that has a name, of a table. */
    record OfTable(TableName table, String name) {}

    /** Rows that a policy hides would silently be missing. */
    static List<String> rowSecurity(Connection connection, String where, Collection<TableName> tables)
            throws SQLException {
        return ask(connection, tables, "select place, '' from named where row_security_active(relation)").stream()
                .map(found -> "Row-level security of " + found.table() + " is active for this user in the " + where
                        + ", and would hide rows. Use a role with BYPASSRLS, or the table's owner.")
                .toList();
    }

    /** What keeps rows of owners from being read whole, in a database that is read. */
    static List<String> unreadable(
            Connection connection, String where, Catalog catalog, OwnershipModel model, Units units)
            throws SQLException {
        List<String> problems = new ArrayList<>();
        if (!model.tables(units.kind()).stream()
                .allMatch(table -> catalog.find(table.name()).isPresent())) {
            return problems; // which ones are missing is said elsewhere
        }
        if (Dialect.of(connection) == Dialect.POSTGRESQL) {
            problems.addAll(rowSecurity(
                    connection,
                    where,
                    model.tables(units.kind()).stream().map(OwnedTable::name).toList()));
            if (problems.isEmpty()) {
                problems.addAll(LargeObjects.find(connection, model, units));
            }
        } else {
            problems.addAll(ColumnTypes.unreadable(catalog, where, model, units));
        }
        if (!problems.isEmpty()) {
            return problems;
        }
        OwnedTable root = model.root(units.kind()).orElse(null);
        if (root != null) {
            Set<String> there = new HashSet<>(UnitRows.owners(connection, model, root, units));
            units.ids().stream()
                    .filter(id -> !there.contains(Units.raw(id)))
                    .forEach(id -> problems.add(id + " is not in " + root.name() + " of the " + where + "."));
            return problems;
        }
        for (TypedId<?> id : units.ids()) {
            if (!UnitRows.areAny(connection, model, new Units(units.kind(), List.of(id)))) {
                problems.add(id + " has no row in the " + where + ": in none of its "
                        + model.tables(units.kind()).size() + " tables. Look at the ID, or leave it out.");
            }
        }
        return problems;
    }

    /** Of all schemas that the model has tables of. */
    static Catalog catalog(Connection connection, OwnershipModel model) throws SQLException {
        return Catalog.read(
                connection,
                model.tables().stream()
                        .map(table -> table.name().schema())
                        .distinct()
                        .toArray(String[]::new));
    }

    /** A model may be older than a migration. */
    static List<String> changed(Connection live, OwnershipModel model) throws SQLException {
        Catalog now = catalog(live, model);
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
