package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Query;
import dev.tenantsafety.ownership.Catalog;
import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.ownership.TableName;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/** One restore from a database into the live one: looked at for a plan, and carried out. */
final class RestoreRun {

    /** What a trigger's function can ask for, to let restored rows be. */
    static final String SETTING = "tenant_safety.restoring";

    private static final String LOCK_TIMEOUT = "5s";
    private static final int ANALYZE_FROM = 1000;

    private final DataSource live;
    private final DataSource backup;
    private final OwnershipModel model;
    private final Units units;
    private final RestoreRules rules;

    RestoreRun(DataSource live, DataSource backup, OwnershipModel model, Units units, RestoreRules rules) {
        this.live = live;
        this.backup = backup;
        this.model = model;
        this.units = units;
        this.rules = rules;
    }

    private String owners() {
        return units.ids().size() + " " + units.kind().prefix() + (units.ids().size() == 1 ? "" : "s");
    }

    RestorePlan plan() throws SQLException {
        try (Borrowed reading = Borrowed.toRead(backup);
                Borrowed writing = Borrowed.toWrite(live)) {
            Connection source = reading.connection();
            Connection target = writing.connection();
            Catalog there = new Preflight(model, units, rules).check(source, target);
            target.commit();
            Look look = new Look(source, target, there);
            work(look, there);
            List<String> notes = look.notes();
            return new RestorePlan(
                    this, owners(), List.copyOf(look.tables.values()), look.chunks, look.conflicts, notes);
        }
    }

    RestoreReport execute(RestorePlan plan, TransferProgress progress) throws SQLException {
        try (Borrowed reading = Borrowed.toRead(backup);
                Borrowed writing = Borrowed.toWrite(live)) {
            Connection source = reading.connection();
            Connection target = writing.connection();
            Catalog there = new Preflight(model, units, rules).check(source, target);
            target.commit();
            Ledger ledger = Ledger.open(target, request());
            boolean resumes = ledger.resumes();
            Write write = new Write(source, target, plan, ledger, progress);
            work(write, there);
            Verification verification = new Verification(source, target, there, write.tables);
            try {
                verification.check();
            } catch (TransferRefusedException e) {
                ledger.finish(); // what it holds is not what is there: the next run begins anew
                throw e;
            }
            new Sequences(target).advance(model.tables(units.kind()));
            ledger.finish();
            return new RestoreReport(
                    ledger.run(),
                    units.ids().size(),
                    List.copyOf(write.tables.values()),
                    verification.equal,
                    verification.differing,
                    resumes);
        }
    }

    /** What makes two runs the same: then one goes on where the other was. */
    private String request() {
        String text = units.ids() + " " + rules.policy() + " " + rules.newerBy() + " " + rules.chunkRows() + " "
                + rules.batchUnits();
        return new Copy.Chunk(0, 0, text.getBytes(StandardCharsets.UTF_8)).sha256();
    }

    /** Batch by batch of owners, and in each group by group of tables: so the first owners are there first. */
    private void work(Step step, Catalog there) throws SQLException {
        List<TableGroups.Group> groups = TableGroups.of(model, units.kind());
        List<StagedTable> stages = new ArrayList<>();
        for (OwnedTable table : model.tables(units.kind())) {
            stages.add(staged(table, units, there));
        }
        step.createStages(stages);
        List<Units> batches = units.batches(rules.batchUnits());
        for (int i = 0; i < batches.size(); i++) {
            for (TableGroups.Group group : groups) {
                List<StagedTable> tables = new ArrayList<>();
                for (OwnedTable table : group.tables()) {
                    tables.add(staged(table, batches.get(i), there));
                }
                boolean isWhole = group.circular() || tables.stream().anyMatch(table -> !table.hasKey());
                if (isWhole) {
                    step.whole(i, tables);
                } else {
                    step.chunks(i, tables.get(0));
                }
            }
            step.batchDone(batches.get(i).ids().size());
        }
    }

    private StagedTable staged(OwnedTable table, Units owners, Catalog there) {
        return new StagedTable(
                model, table, owners, rules, there.find(table.name()).orElseThrow());
    }

    /** What a plan and its execution do alike: stage rows and look at them. */
    private abstract class Step {
        final Connection source;
        final Connection target;
        final Map<TableName, TableCount> tables = new LinkedHashMap<>();
        private final Set<TableName> full = new HashSet<>();

        Step(Connection source, Connection target) {
            this.source = source;
            this.target = target;
        }

        void chunks(int batch, StagedTable table) throws SQLException {
            Copy.out(
                    source,
                    table.copyOut(),
                    rules.chunkRows(),
                    chunk -> chunk(batch + "/" + table.table().name() + "/" + chunk.number(), table, chunk));
        }

        void whole(int batch, List<StagedTable> group) throws SQLException {
            Map<StagedTable, String> hashes = new LinkedHashMap<>();
            for (StagedTable table : group) {
                emptyStage(table);
                StringBuilder parts = new StringBuilder();
                Copy.out(source, table.copyOut(), rules.chunkRows(), chunk -> {
                    stage(table, chunk);
                    parts.append(chunk.sha256());
                });
                hashes.put(table, new Copy.Chunk(0, 0, parts.toString().getBytes(StandardCharsets.UTF_8)).sha256());
            }
            group(batch, group, hashes);
        }

        void createStages(List<StagedTable> all) throws SQLException {
            for (StagedTable table : all) {
                execute(table.dropStage());
                execute(table.createStage());
            }
            target.commit();
        }

        /** Of rows that were committed with a chunk; those that were rolled back are gone. */
        private void emptyStage(StagedTable table) throws SQLException {
            if (full.contains(table.table().name())) {
                execute(table.emptyStage());
            }
        }

        void stageAlone(StagedTable table, Copy.Chunk chunk) throws SQLException {
            emptyStage(table);
            stage(table, chunk);
        }

        void committed(Collection<StagedTable> tables) {
            tables.forEach(table -> full.add(table.table().name()));
        }

        void stage(StagedTable table, Copy.Chunk chunk) throws SQLException {
            Copy.in(target, table.copyIn(), chunk);
            if (chunk.rows() >= ANALYZE_FROM) {
                execute(table.analyzeStage());
            }
        }

        void execute(String sql) throws SQLException {
            try (Statement statement = target.createStatement()) {
                statement.execute(sql);
            }
        }

        void add(TableCount count) {
            tables.merge(count.table(), count, TableCount::plus);
        }

        TableCount compare(StagedTable table) throws SQLException {
            TableName name = table.table().name();
            return Query.of(table.compare())
                    .list(
                            target,
                            row -> new TableCount(name, row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)))
                    .get(0);
        }

        /** All that stands in the way of the staged rows. */
        List<String> conflicts(StagedTable table, TableCount count) throws SQLException {
            List<String> found = new ArrayList<>();
            String name = table.table().name().table();
            if (table.foreignKeys().isPresent()) {
                List<String> keys = keys(table.foreignKeys().get());
                if (!keys.isEmpty()) {
                    found.add("In " + name + " there are rows of somebody else with the keys " + keys
                            + ". They are not touched, and rows with the same keys cannot come back.");
                }
            }
            for (StagedTable.UniqueCheck check : table.uniqueChecks()) {
                List<String> taken =
                        Query.of(check.sql()).list(target, row -> row.getString(1) + " by " + row.getString(2));
                if (!taken.isEmpty()) {
                    found.add("In " + name + ", values of " + check.key().columns() + " were taken meanwhile: " + taken
                            + ". Change or mark those rows, or the value.");
                }
            }
            for (StagedTable.ReferenceCheck check : table.referenceChecks()) {
                List<String> keys = keys(check.sql());
                if (!keys.isEmpty()) {
                    found.add("Rows of " + name + ", " + keys + ", point through " + check.reference() + " at rows of "
                            + check.reference().target().table() + " that are not there.");
                }
            }
            if (rules.policy() == ConflictPolicy.FAIL && count.kept() + count.same() > 0) {
                found.add("In " + name + ", " + (count.kept() + count.same()) + " rows are there already.");
            }
            return found;
        }

        List<String> keys(String sql) throws SQLException {
            return Query.of(sql).list(target, row -> row.getString(1));
        }

        abstract void chunk(String id, StagedTable table, Copy.Chunk chunk) throws SQLException;

        abstract void group(int batch, List<StagedTable> group, Map<StagedTable, String> hashes) throws SQLException;

        void batchDone(int owners) throws SQLException {}
    }

    private static String id(int batch, StagedTable table) {
        return batch + "/" + table.table().name() + "/all";
    }

    /** Looks, and takes everything back. */
    private final class Look extends Step {
        private final Map<String, TableCount> chunks = new LinkedHashMap<>();
        private final List<String> conflicts = new ArrayList<>();
        private final Catalog there;

        Look(Connection source, Connection target, Catalog there) {
            super(source, target);
            this.there = there;
        }

        @Override
        void chunk(String id, StagedTable table, Copy.Chunk chunk) throws SQLException {
            stageAlone(table, chunk);
            look(id, table);
            target.rollback();
        }

        @Override
        void group(int batch, List<StagedTable> group, Map<StagedTable, String> hashes) throws SQLException {
            for (StagedTable table : group) {
                look(id(batch, table), table);
            }
            target.rollback();
        }

        private void look(String id, StagedTable table) throws SQLException {
            TableCount count = compare(table);
            chunks.put(id, count);
            add(count);
            conflicts.addAll(conflicts(table, count));
        }

        List<String> notes() {
            List<String> notes = new ArrayList<>();
            for (OwnedTable table : model.tables(units.kind())) {
                if (table.table().primaryKey().isEmpty()) {
                    notes.add(table.name()
                            + " has no primary key: rows of which there are as many as there were are taken for the same, "
                            + "and none is replaced.");
                }
                Catalog.Table found = there.find(table.name()).orElseThrow();
                table.table().columns().stream()
                        .filter(column -> found.find(column.name()).isEmpty())
                        .forEach(column -> notes.add(
                                table.name() + "." + column.name() + " is not in the source, and takes its default."));
            }
            return notes;
        }
    }

    /** Writes: each chunk in a transaction of its own, or not at all. */
    private final class Write extends Step {
        private final RestorePlan plan;
        private final Ledger ledger;
        private final TransferProgress progress;
        private final long begun = System.nanoTime();
        private long rowsDone;
        private int ownersDone;

        Write(Connection source, Connection target, RestorePlan plan, Ledger ledger, TransferProgress progress) {
            super(source, target);
            this.plan = plan;
            this.ledger = ledger;
            this.progress = progress;
        }

        @Override
        void chunk(String id, StagedTable table, Copy.Chunk chunk) throws SQLException {
            String sha256 = chunk.sha256();
            if (ledger.has(id, sha256)) {
                done(ledger.count(id, TableCount.none(table.table().name())));
                return;
            }
            List<TableCount> counts = new ArrayList<>();
            guarded(Map.of(table, id), () -> {
                settings();
                Written before = Written.of(target);
                stageAlone(table, chunk);
                TableCount count = check(id, table);
                try (Statement statement = target.createStatement()) {
                    wrote(table, count, statement.executeLargeUpdate(table.insert()));
                }
                settle(List.of(count), List.of(table), before);
                ledger.record(id, sha256, count);
                counts.add(count);
            });
            done(counts.get(0));
        }

        @Override
        void group(int batch, List<StagedTable> group, Map<StagedTable, String> hashes) throws SQLException {
            boolean isDone = group.stream().allMatch(table -> ledger.has(id(batch, table), hash(hashes, table)));
            if (isDone) {
                target.rollback();
                for (StagedTable table : group) {
                    done(ledger.count(
                            id(batch, table), TableCount.none(table.table().name())));
                }
                return;
            }
            Map<StagedTable, String> ids = new LinkedHashMap<>();
            group.forEach(table -> ids.put(table, id(batch, table)));
            List<TableCount> counts = new ArrayList<>();
            guarded(ids, () -> {
                settings();
                Written before = Written.of(target);
                for (StagedTable table : group) {
                    counts.add(check(id(batch, table), table));
                }
                insert(group, counts);
                settle(counts, group, before);
                for (int i = 0; i < group.size(); i++) {
                    ledger.record(id(batch, group.get(i)), hash(hashes, group.get(i)), counts.get(i));
                }
            });
            for (TableCount count : counts) {
                done(count);
            }
        }

        private static String hash(Map<StagedTable, String> hashes, StagedTable table) {
            return Optional.ofNullable(hashes.get(table)).orElseThrow();
        }

        /** Commits, or leaves the database as it was before the chunk. */
        private void guarded(Map<StagedTable, String> ids, SqlWork work) throws SQLException {
            try {
                work.run();
                target.commit();
                committed(ids.keySet());
            } catch (SQLException e) {
                target.rollback();
                throw new SQLException(
                        "The restore stopped at " + ids.values() + ", of which nothing was written: " + e.getMessage()
                                + "  What was written before stays; executing the plan again goes on from there.",
                        e.getSQLState(),
                        e);
            } catch (RuntimeException e) {
                target.rollback();
                throw e;
            }
        }

        private void settings() throws SQLException {
            execute("select set_config('" + SETTING + "', 'on', true), set_config('lock_timeout', '" + LOCK_TIMEOUT
                    + "', true)");
        }

        private TableCount check(String id, StagedTable table) throws SQLException {
            TableCount count = compare(table);
            List<String> found = conflicts(table, count);
            TableCount planned = plan.chunks().get(id);
            if (planned != null && !planned.equals(count) && !ledger.resumes()) {
                found.add("Rows of " + table.table().name().table()
                        + " are no longer as the plan saw them. Make the plan anew.");
            }
            if (!found.isEmpty()) {
                throw new TransferRefusedException(
                        "The restore stops at " + id + ", of which nothing was written", found);
            }
            return count;
        }

        private void insert(List<StagedTable> group, List<TableCount> counts) throws SQLException {
            List<String> parts = new ArrayList<>();
            List<String> sums = new ArrayList<>();
            for (int i = 0; i < group.size(); i++) {
                parts.add("w" + i + " as (" + group.get(i).insert() + " returning 1)");
                sums.add("(select count(*) from w" + i + ")");
            }
            List<Long> written = Query.of("with " + String.join(", ", parts) + " select unnest(array["
                            + String.join(", ", sums) + "])")
                    .list(target, row -> row.getLong(1));
            for (int i = 0; i < group.size(); i++) {
                wrote(group.get(i), counts.get(i), written.get(i));
            }
        }

        private void wrote(StagedTable table, TableCount count, long written) {
            if (written != count.inserted() + count.updated()) {
                throw new TransferRefusedException(
                        "The restore stops at " + table.table().name(),
                        List.of(written + " rows were written where " + count.inserted() + " were to be inserted and "
                                + count.updated()
                                + " updated: somebody else writes the same rows. Nothing of the chunk was "
                                + "kept; execute again."));
            }
        }

        /** The proof that nobody else was touched: whose the rows are, and what this transaction wrote in all. */
        private void settle(List<TableCount> counts, List<StagedTable> tables, Written before) throws SQLException {
            List<String> reasons = new ArrayList<>();
            for (StagedTable table : tables) {
                if (table.strangers().isPresent()) {
                    List<String> keys = keys(table.strangers().get());
                    if (!keys.isEmpty()) {
                        reasons.add("Rows of " + table.table().name().table() + ", " + keys
                                + ", would not belong to those who were named. The source is not what it should be.");
                    }
                }
            }
            reasons.addAll(Written.of(target)
                    .beyond(before, counts, tables, !rules.harmless().isEmpty()));
            if (!reasons.isEmpty()) {
                throw new TransferRefusedException("The restore stops, and the chunk was not kept", reasons);
            }
        }

        private void done(TableCount count) {
            add(count);
            rowsDone += count.rows();
            progress.at(new TransferProgress.Event(
                    count.table(), ownersDone, units.ids().size(), rowsDone, plan.rows(), System.nanoTime() - begun));
        }

        @Override
        void batchDone(int owners) {
            ownersDone += owners;
        }
    }

    /** Work that talks to the database. */
    @FunctionalInterface
    private interface SqlWork {
        void run() throws SQLException;
    }

    /** Whether what is there now is what the source has. */
    private final class Verification {
        private final Connection source;
        private final Connection target;
        private final Catalog there;
        private final Map<TableName, TableCount> counts;
        private final List<String> equal = new ArrayList<>();
        private final List<String> differing = new ArrayList<>();

        Verification(Connection source, Connection target, Catalog there, Map<TableName, TableCount> counts) {
            this.source = source;
            this.target = target;
            this.there = there;
            this.counts = counts;
        }

        void check() throws SQLException {
            List<String> wrong = new ArrayList<>();
            for (OwnedTable table : model.tables(units.kind())) {
                String sql = new StagedTable(
                                model,
                                table,
                                units,
                                rules,
                                there.find(table.name()).orElseThrow())
                        .fingerprint();
                Fingerprint is = fingerprint(target, sql);
                Fingerprint was = fingerprint(source, sql);
                TableCount count = counts.getOrDefault(table.name(), TableCount.none(table.name()));
                if (is.equals(was)) {
                    equal.add(table.name().toString());
                } else if (count.kept() > 0 || is.rows() > was.rows()) {
                    differing.add(table.name().toString());
                } else {
                    wrong.add(table.name() + " has " + is.rows() + " rows of those owners where the source has "
                            + was.rows()
                            + ", or others than it. Somebody changed them while they were being restored, or a trigger did; "
                            + "make the plan anew and execute it.");
                }
            }
            target.commit();
            if (!wrong.isEmpty()) {
                throw new TransferRefusedException("What was restored is not what the source has", wrong);
            }
        }

        private Fingerprint fingerprint(Connection connection, String sql) throws SQLException {
            return Query.of(sql)
                    .list(connection, row -> new Fingerprint(row.getLong(1), row.getString(2)))
                    .get(0);
        }
    }

    /** Rows of the owners in a table: how many, and the sum of their hashes. */
    private record Fingerprint(long rows, String hash) {}
}
