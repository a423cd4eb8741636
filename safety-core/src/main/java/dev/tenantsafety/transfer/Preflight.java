package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.jdbc.Query;
import dev.tenantsafety.ownership.Catalog;
import dev.tenantsafety.ownership.Catalog.Column;
import dev.tenantsafety.ownership.Catalog.Generation;
import dev.tenantsafety.ownership.Catalog.Trigger;
import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.ownership.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What has to hold before a row is looked at. */
final class Preflight {

    private final OwnershipModel model;
    private final Units units;
    private final RestoreRules rules;
    private final List<String> reasons = new ArrayList<>();

    Preflight(OwnershipModel model, Units units, RestoreRules rules) {
        this.model = model;
        this.units = units;
        this.rules = rules;
    }

    /** The source's tables. */
    Catalog check(Connection source, Connection live) throws SQLException {
        for (Connection connection : List.of(source, live)) {
            Dialect dialect = Dialect.of(connection);
            if (dialect != Dialect.POSTGRESQL) {
                throw new TransferRefusedException(
                        "The restore is refused",
                        List.of(dialect + " is not supported yet; both databases have to be " + Dialect.POSTGRESQL
                                + "."));
            }
        }
        List<OwnedTable> tables = model.tables(units.kind());
        String[] schemas =
                tables.stream().map(table -> table.name().schema()).distinct().toArray(String[]::new);
        Catalog there = Catalog.read(source, schemas);
        for (OwnedTable table : tables) {
            there.find(table.name())
                    .ifPresentOrElse(
                            found -> columns(table, found),
                            () -> reasons.add(
                                    "The source has no table " + table.name()
                                            + ". Was the backup made before it was there? Restore an older schema, or leave the table out."));
            policy(table);
            rowSecurity(source, "source", table.name());
            rowSecurity(live, "live database", table.name());
            triggers(live, table.table());
        }
        if (reasons.isEmpty()) {
            owners(source);
        }
        if (!reasons.isEmpty()) {
            throw new TransferRefusedException("The restore is refused", reasons);
        }
        return there;
    }

    private void columns(OwnedTable table, Catalog.Table source) {
        for (Column live : table.table().columns()) {
            Optional<Column> found = source.find(live.name());
            boolean hasValue = live.nullable() || live.defaultValue() != null || live.generation() != Generation.NONE;
            if (found.isEmpty() && !hasValue) {
                reasons.add(table.name() + "." + live.name()
                        + " is not in the source, cannot be null and has no default. Give it one while you restore.");
            }
            found.filter(other -> !other.type().equals(live.type()))
                    .ifPresent(other -> reasons.add(table.name() + "." + live.name() + " is " + other.type()
                            + " in the source and " + live.type() + " in the live database."));
        }
        for (Column column : source.columns()) {
            if (table.table().find(column.name()).isEmpty() && column.generation() != Generation.COMPUTED) {
                reasons.add(
                        table.name() + "." + column.name()
                                + " is only in the source, and what it holds would be lost. Migrate the source to the live schema first.");
            }
        }
    }

    private void policy(OwnedTable table) {
        boolean isKnown = table.table().columns().stream()
                .anyMatch(column -> rules.newerBy().stream().anyMatch(column.name()::equalsIgnoreCase));
        boolean hasKey = !table.table().primaryKey().isEmpty();
        if (rules.policy() == ConflictPolicy.REPLACE_OLDER && hasKey && !isKnown) {
            reasons.add(table.name() + " has none of the columns that say which row is newer, " + rules.newerBy()
                    + ". Name one with newerBy(…).");
        }
    }

    /** Rows that a policy hides would silently be missing. */
    private void rowSecurity(Connection connection, String where, TableName table) throws SQLException {
        boolean isActive = Query.of(
                        "select coalesce(row_security_active(to_regclass(?)), false)", table.sql(Dialect.POSTGRESQL))
                .list(connection, row -> row.getBoolean(1))
                .get(0);
        if (isActive) {
            reasons.add("Row-level security of " + table + " is active for this user in the " + where
                    + ", and would hide rows. Use a role with BYPASSRLS, or the table's owner.");
        }
    }

    private void triggers(Connection live, Catalog.Table table) throws SQLException {
        boolean replaces =
                rules.policy() == ConflictPolicy.REPLACE_OLDER || rules.policy() == ConflictPolicy.REPLACE_ALL;
        Set<String> careful = Set.copyOf(Query.of(
                        "select t.tgname from pg_trigger t join pg_proc p on p.oid = t.tgfoid "
                                + "where t.tgrelid = to_regclass(?) and strpos(p.prosrc, ?) > 0",
                        table.name().sql(Dialect.POSTGRESQL),
                        RestoreRun.SETTING)
                .list(live, row -> row.getString(1)));
        for (Trigger trigger : table.triggers()) {
            boolean fires = trigger.enabled() && (trigger.onInsert() || (replaces && trigger.onUpdate()));
            if (fires && !careful.contains(trigger.name()) && !rules.harmless().contains(trigger.name())) {
                reasons.add("The trigger " + trigger.name() + " of " + table.name()
                        + " would fire for each row that is restored. If it may, say harmlessTriggers(\""
                        + trigger.name()
                        + "\"); if not, let its function begin with:  if current_setting('" + RestoreRun.SETTING
                        + "', true) = 'on' then return new; end if;");
            }
        }
    }

    private void owners(Connection source) throws SQLException {
        OwnedTable root = model.root(units.kind()).orElse(null);
        if (root == null) {
            return;
        }
        for (dev.tenantsafety.id.TypedId<?> id : units.ids()) {
            Units one = new Units(units.kind(), List.of(id));
            boolean isThere = Query.of(
                            "select exists (select 1 from " + root.name().sql(Dialect.POSTGRESQL) + " t where "
                                    + model.select(root.name(), units.kind()).where("t", one.equalsAny()) + ")")
                    .list(source, row -> row.getBoolean(1))
                    .get(0);
            if (!isThere) {
                reasons.add(id + " is not in " + root.name() + " of the source.");
            }
        }
    }
}
