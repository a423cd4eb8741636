package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.jdbc.Query;
import dev.tenantsafety.ownership.Catalog;
import dev.tenantsafety.ownership.Catalog.Column;
import dev.tenantsafety.ownership.Catalog.Generation;
import dev.tenantsafety.ownership.Catalog.Trigger;
import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What has to hold before a row is looked at. */
final class Preflight {

    private static final String REFUSED = "The restore is refused";

    private final RestoreTask task;
    private final RestoreRules rules;
    private final List<String> reasons = new ArrayList<>();
    private final List<Catalog.Table> referring = new ArrayList<>();

    Preflight(RestoreTask task) {
        this.task = task;
        this.rules = task.rules();
    }

    void check(RowSource source, Connection live) throws SQLException {
        PostgreSql.require(live, REFUSED);
        reasons.addAll(PostgreSql.changed(live, task.model()));
        for (OwnedTable table : task.tables()) {
            source.columns(table.name())
                    .ifPresentOrElse(
                            found -> columns(table, found),
                            () -> reasons.add(
                                    "The source has no table " + table.name()
                                            + ". Was the backup made before it was there? Restore an older schema, or leave the table out."));
            policy(table);
            PostgreSql.rowSecurity(live, "live database", table.name()).ifPresent(reasons::add);
            partitionTriggers(live, table.table());
            deferrableKey(live, table.name());
            triggers(live, table.table(), trigger -> trigger.onInsert() || (rules.replaces() && trigger.onUpdate()));
        }
        for (TableName table : source.referencesIn(task.units()).stream()
                .map(reference -> reference.way().table())
                .distinct()
                .toList()) {
            task.model().find(table).ifPresent(found -> referring.add(found.table()));
        }
        reasons.addAll(Rights.missing(task, referring, live));
        for (Catalog.Table table : referring) {
            PostgreSql.rowSecurity(live, "live database", table.name()).ifPresent(reasons::add);
            triggers(live, table, Trigger::onUpdate);
        }
        reasons.addAll(source.problems(task.units()));
        if (!reasons.isEmpty()) {
            throw new TransferRefusedException(REFUSED, reasons);
        }
    }

    private void columns(OwnedTable table, List<RowSource.Column> source) {
        for (Column live : table.table().columns()) {
            Optional<RowSource.Column> found = source.stream()
                    .filter(column -> column.name().equals(live.name()))
                    .findFirst();
            boolean isComputed = live.generation() == Generation.COMPUTED;
            boolean hasValue = live.nullable() || live.defaultValue() != null || live.generation() != Generation.NONE;
            if (found.isEmpty() && !hasValue) {
                reasons.add(table.name() + "." + live.name()
                        + " is not in the source, cannot be null and has no default. Give it one while you restore.");
            }
            found.filter(other -> !other.computed() && !other.type().equals(live.type()))
                    .ifPresent(other -> reasons.add(table.name() + "." + live.name() + " is " + other.type()
                            + " in the source and " + live.type() + " in the live database."));
            found.filter(other -> !other.computed() && isComputed)
                    .ifPresent(other -> reasons.add(table.name() + "." + live.name()
                            + " is computed in the live database, and what the source holds would be lost."));
        }
        for (RowSource.Column column : source) {
            if (table.table().find(column.name()).isEmpty() && !column.computed()) {
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

    private void triggers(Connection live, Catalog.Table table, Predicate<Trigger> concerns) throws SQLException {
        Set<String> careful = Set.copyOf(Query.of(
                        "select t.tgname from pg_trigger t join pg_proc p on p.oid = t.tgfoid "
                                + "where t.tgrelid = to_regclass(?) and strpos(p.prosrc, ?) > 0",
                        table.name().sql(Dialect.POSTGRESQL),
                        RestoreWrite.SETTING)
                .list(live, row -> row.getString(1)));
        for (Trigger trigger : table.triggers()) {
            boolean fires = trigger.enabled() && concerns.test(trigger);
            if (fires && !careful.contains(trigger.name()) && !rules.harmless().contains(trigger.name())) {
                reasons.add("The trigger " + trigger.name() + " of " + table.name()
                        + " would fire for each row that is restored. If it may, say harmlessTriggers(\""
                        + trigger.name()
                        + "\"); if not, let its function begin with:  if current_setting('" + RestoreWrite.SETTING
                        + "', true) = 'on' then return new; end if;");
            }
        }
    }

    /** Triggers that stand on a partition alone; the others are those of the table. */
    private void partitionTriggers(Connection live, Catalog.Table table) throws SQLException {
        for (TableName partition : table.partitions()) {
            Query.of(
                            "select t.tgname from pg_trigger t join pg_proc p on p.oid = t.tgfoid where t.tgrelid = to_regclass(?) "
                                    + "and not t.tgisinternal and t.tgparentid = 0 and t.tgenabled in ('O', 'A') and strpos(p.prosrc, ?) = 0",
                            partition.sql(Dialect.POSTGRESQL),
                            RestoreWrite.SETTING)
                    .list(live, row -> row.getString(1))
                    .stream()
                    .filter(trigger -> !rules.harmless().contains(trigger))
                    .forEach(trigger -> reasons.add("The trigger " + trigger + " of the partition " + partition
                            + " may fire for rows that are restored. If it may, say harmlessTriggers(\"" + trigger
                            + "\")."));
        }
    }

    /** PostgreSQL documentation, "INSERT": such keys cannot arbitrate conflicts. */
    private void deferrableKey(Connection live, TableName table) throws SQLException {
        Query.of(
                        "select conname from pg_constraint where conrelid = to_regclass(?) and contype = 'p' and condeferrable",
                        table.sql(Dialect.POSTGRESQL))
                .list(live, row -> row.getString(1))
                .forEach(
                        key -> reasons.add(
                                "The primary key " + key + " of " + table
                                        + " is deferrable, by which rows that are there cannot be told from missing ones. Make it not deferrable."));
    }
}
