package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.ownership.Catalog;
import dev.tenantsafety.ownership.Catalog.Column;
import dev.tenantsafety.ownership.Catalog.Generation;
import dev.tenantsafety.ownership.Catalog.Trigger;
import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What has to hold before a row is looked at. */
final class Preflight {

    private static final String REFUSED = "The restore is refused";

    /** By which a trigger's function lets restored rows be. */
    private static final String ASKS =
            "if current_setting('" + RestoreWrite.SETTING + "', true) = 'on' then return new; end if;";

    private final RestoreTask task;
    private final RestoreRules rules;
    private final List<String> reasons = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<Catalog.Table> referring = new ArrayList<>();

    Preflight(RestoreTask task) {
        this.task = task;
        this.rules = task.rules();
    }

    /** What does not stand in the way, and is worth knowing. */
    List<String> notes() {
        return notes;
    }

    void check(RowSource source, Connection live) throws SQLException {
        boolean isPostgreSql = Dialect.of(live) == Dialect.POSTGRESQL;
        reasons.addAll(PostgreSql.changed(live, task.model()));
        List<String> problems = source.problems(task.units());
        reasons.addAll(problems);
        for (OwnedTable table : task.tables()) {
            Optional<List<RowSource.Column>> found = source.columns(table.name());
            if (found.isPresent()) {
                columns(table, found.get());
            } else if (problems.isEmpty()) { // of an archive that is missing, no table is
                reasons.add(
                        "The source has no table " + table.name()
                                + ". Was the backup made before it was there? Restore an older schema, or leave the table out.");
            }
        }
        policy(source);
        int batches = source.batches(task.units(), rules.batchUnits()).size();
        if (rules.nullsMissing() && batches > 1) {
            reasons.add(
                    "nullingMissingReferences() needs all owners in one batch, and these are in " + batches
                            + ", of which later ones may have the missing rows. Restore fewer at a time, or more together with inChunksOf(…).");
        }
        List<Catalog.Table> written =
                task.tables().stream().map(OwnedTable::table).toList();
        if (rules.othersChecked() > 0 && task.model().root(task.units().kind()).isEmpty()) {
            reasons.add("Nobody knows who else there is: no table is the root of each "
                    + task.units().kind().prefix() + ". Name one with root(…), or leave out comparingOthers(…).");
        }
        if (isPostgreSql) {
            partitionTriggers(live, written);
            rules(live, written);
            deferrableKeys(live, written);
        } else {
            unsupported(live);
        }
        triggers(live, written, trigger -> trigger.onInsert() || (rules.replaces() && trigger.onUpdate()));
        for (TableName table : source.referencesIn(task.units()).stream()
                .map(reference -> reference.way().table())
                .distinct()
                .toList()) {
            task.model().find(table).ifPresent(found -> referring.add(found.table()));
        }
        if (isPostgreSql) {
            rules(live, referring);
            reasons.addAll(Rights.missing(task, referring, live));
        }
        triggers(live, referring, Trigger::onUpdate);
        Set<TableName> touched = new LinkedHashSet<>();
        Stream.concat(written.stream(), referring.stream()).forEach(table -> touched.add(table.name()));
        if (isPostgreSql) {
            reasons.addAll(PostgreSql.rowSecurity(live, "live database", touched));
        }
        if (reasons.isEmpty() && task.copy() != null) {
            clone(task.copy(), source, live);
        }
        if (!reasons.isEmpty()) {
            throw new TransferRefusedException(REFUSED, reasons);
        }
    }

    /** A copy becomes nobody's who is there already. */
    private void clone(CloneMap map, RowSource source, Connection live) throws SQLException {
        reasons.addAll(map.problems());
        if (CloneKeys.isBegun(task, map, live)) {
            return;
        }
        for (OwnedTable table : task.tables()) {
            if (PostgreSql.isTrue(live, task.staged(table, task.units(), source).anyRow())) {
                reasons.add(task.units().ids().get(0) + " has rows in " + table.name()
                        + " already, which are no copy. Copy to an owner who has none.");
            }
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
            found.filter(other -> !other.leftOut() && !ColumnTypes.fit(other.type(), live.type()))
                    .ifPresent(other -> reasons.add(table.name() + "." + live.name() + " is " + other.type()
                            + " in the source and " + live.type() + " in the live database."));
            found.filter(other -> !other.leftOut() && isComputed)
                    .ifPresent(other -> reasons.add(table.name() + "." + live.name()
                            + " is computed in the live database, and what the source holds would be lost."));
        }
        for (RowSource.Column column : source) {
            if (table.table().find(column.name()).isEmpty() && !column.leftOut()) {
                reasons.add(
                        table.name() + "." + column.name()
                                + " is only in the source, and what it holds would be lost. Migrate the source to the live schema first.");
            }
        }
    }

    /** Rows of tables without any of the columns that say which of two rows is newer stay as they are. */
    private void policy(RowSource source) throws SQLException {
        if (rules.policy() != ConflictPolicy.REPLACE_OLDER) {
            return;
        }
        List<String> without = new ArrayList<>();
        boolean isKnown = false;
        for (OwnedTable table : task.tables()) {
            if (source.columns(table.name()).isPresent()) { // a table that is missing there was named
                StagedTable staged = task.staged(table, task.units(), source);
                isKnown |= staged.newerByOrNull() != null;
                if (staged.newerByOrNull() == null && staged.hasKey()) {
                    without.add(table.name().toString());
                }
            }
        }
        if (!isKnown && !without.isEmpty()) {
            reasons.add(
                    "No table has one of the columns " + rules.newerBy()
                            + " of newerBy(…), in the source and in the live database. Name the column that tells the newer of two rows.");
        } else if (!without.isEmpty()) {
            notes.add("Tables without any of the columns " + rules.newerBy() + " keep their existing rows as they are: "
                    + String.join(", ", without) + ".");
        }
    }

    /** That rows are not as the source has them, for triggers that were named harmless are not. */
    static Conflict changedByTriggers(List<String> rows, OwnedTable table, RestoreRules rules) {
        List<String> own = table.table().triggers().stream()
                .map(Trigger::name)
                .filter(rules.harmless()::contains)
                .toList();
        return new Conflict(
                "Triggers changed rows of " + table.name().table() + ", ",
                rows,
                ", while they were written, so that they differ from the source. Triggers declared harmless: "
                        + (own.isEmpty() ? rules.harmless().stream().sorted().toList() : own)
                        + ". Disable them during the restore, or begin their functions with:  " + ASKS);
    }

    private void triggers(Connection live, List<Catalog.Table> tables, Predicate<Trigger> concerns)
            throws SQLException {
        Set<PostgreSql.OfTable> careful = careful(live, tables);
        for (Catalog.Table table : tables) {
            for (Trigger trigger : table.triggers()) {
                boolean fires = trigger.enabled() && concerns.test(trigger);
                boolean asks = careful.contains(new PostgreSql.OfTable(table.name(), trigger.name()));
                if (fires && !asks && rules.harmless().contains(trigger.name())) {
                    notes.add("The trigger " + trigger.name() + " of " + table.name()
                            + " fires for each row that is written, and was said to be harmless.");
                }
                if (fires && !asks && !rules.harmless().contains(trigger.name())) {
                    reasons.add("The trigger " + trigger.name() + " of " + table.name()
                            + " would fire for each row that is restored. If it may, say harmlessTriggers(\""
                            + trigger.name()
                            + "\"); if not, let its function begin with:  " + ASKS);
                }
            }
        }
    }

    /** Triggers whose function asks for our setting, which only PostgreSQL has. */
    private static Set<PostgreSql.OfTable> careful(Connection live, List<Catalog.Table> tables) throws SQLException {
        return Dialect.of(live) == Dialect.POSTGRESQL
                ? Set.copyOf(PostgreSql.ask(
                        live,
                        names(tables),
                        "select place, t.tgname from named join pg_trigger t on t.tgrelid = relation join pg_proc p on p.oid = t.tgfoid "
                                + "where strpos(p.prosrc, ?) > 0",
                        RestoreWrite.SETTING))
                : Set.of();
    }

    /** What is only done in PostgreSQL. */
    private void unsupported(Connection live) throws SQLException {
        if (task.copy() != null) {
            reasons.add("Copies with new keys are made in " + Dialect.POSTGRESQL + " only, and this is "
                    + Dialect.of(live) + ".");
        }
        if (rules.nullsMissing()) {
            reasons.add("Missing references are set to null in " + Dialect.POSTGRESQL
                    + " only. Leave out nullingMissingReferences().");
        }
        if (rules.othersChecked() > 0) {
            reasons.add(
                    "Rows of others are compared in " + Dialect.POSTGRESQL + " only. Leave out comparingOthers(…).");
        }
        reasons.addAll(ColumnTypes.unreadable(
                PostgreSql.catalog(live, task.model()), "live database", task.model(), task.units()));
    }

    /** Triggers that stand on a partition alone; the others are those of the table. */
    private void partitionTriggers(Connection live, List<Catalog.Table> tables) throws SQLException {
        List<TableName> partitions =
                tables.stream().flatMap(table -> table.partitions().stream()).toList();
        PostgreSql.ask(
                        live,
                        partitions,
                        "select place, t.tgname from named join pg_trigger t on t.tgrelid = relation join pg_proc p on p.oid = t.tgfoid "
                                + "where not t.tgisinternal and t.tgparentid = 0 and t.tgenabled in ('O', 'A') and strpos(p.prosrc, ?) = 0",
                        RestoreWrite.SETTING)
                .stream()
                .filter(trigger -> !rules.harmless().contains(trigger.name()))
                .forEach(trigger -> reasons.add("The trigger " + trigger.name() + " of the partition " + trigger.table()
                        + " may fire for rows that are restored. If it may, say harmlessTriggers(\""
                        + trigger.name() + "\")."));
    }

    /**
     * Rules that rewrite what is written (PostgreSQL documentation, "The Rule System"). One for UPDATE forbids what the restore sends even
     * where it is disabled.
     */
    private void rules(Connection live, List<Catalog.Table> tables) throws SQLException {
        PostgreSql.ask(
                        live,
                        names(tables),
                        "select place, rulename from named join pg_rewrite on ev_class = relation "
                                + "where ev_type = '2' or (ev_type = '3' and ev_enabled in ('O', 'A'))")
                .forEach(
                        rule -> reasons.add(
                                "Rule " + rule.name() + " of " + rule.table()
                                        + " rewrites the statements of a restore. Drop it during the restore, or replace it by a trigger."));
    }

    /** PostgreSQL documentation, "INSERT": such keys cannot arbitrate conflicts. */
    private void deferrableKeys(Connection live, List<Catalog.Table> tables) throws SQLException {
        PostgreSql.ask(
                        live,
                        names(tables),
                        "select place, conname from named join pg_constraint on conrelid = relation where contype = 'p' and condeferrable")
                .forEach(
                        key -> reasons.add(
                                "The primary key " + key.name() + " of " + key.table()
                                        + " is deferrable, by which rows that are there cannot be told from missing ones. Make it not deferrable."));
    }

    private static List<TableName> names(List<Catalog.Table> tables) {
        return tables.stream().map(Catalog.Table::name).toList();
    }
}
