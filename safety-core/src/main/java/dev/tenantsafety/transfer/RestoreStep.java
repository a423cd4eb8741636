package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Query;
import dev.tenantsafety.ownership.OwnedTable;
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
import java.util.stream.Collectors;

/** What a plan and its execution do alike: stage rows and look at them. */
abstract class RestoreStep {

    private static final int ANALYZE_FROM = 1000;

    final RestoreTask task;
    final RowSource source;
    final Connection target;
    final Map<TableName, TableCount> tables = new LinkedHashMap<>();
    private final Set<TableName> full = new HashSet<>();
    private final Set<TableName> analyzed = new HashSet<>();
    private long bytes;

    RestoreStep(RestoreTask task, RowSource source, Connection target) {
        this.task = task;
        this.source = source;
        this.target = target;
    }

    abstract void chunk(String id, StagedTable table, Copy.Chunk chunk) throws SQLException;

    /** The rows of tables that are written together stand in their stages. */
    abstract void group(int batch, List<StagedTable> group, Map<StagedTable, String> hashes) throws SQLException;

    void batchDone(int owners) {}

    /** Rows that are not there yet when others point at them. */
    ComingKeys coming() {
        return ComingKeys.none();
    }

    /**
     * Tables that are written together, and a batch of owners.
     *
     * @param batch its number
     * @param tables more than one only if they point at each other
     * @param isWhole whether all rows are staged before one is written
     */
    private record Part(int batch, List<StagedTable> tables, boolean isWhole) {}

    /** Batch by batch of owners, and in each group by group of tables: so the first owners are there first. */
    final void run() throws SQLException {
        createStages();
        List<Units> batches = source.batches(task.units(), task.rules().batchUnits());
        List<TableGroups.Group> groups =
                TableGroups.of(task.model(), task.units().kind());
        List<List<Part>> byBatch = new ArrayList<>();
        List<ReadAhead.Reading> readings = new ArrayList<>();
        for (int i = 0; i < batches.size(); i++) {
            List<Part> parts = new ArrayList<>();
            for (TableGroups.Group group : groups) {
                Part part = part(i, batches.get(i), group);
                if (!areSame(i, part.tables())) {
                    parts.add(part);
                    part.tables()
                            .forEach(table -> readings.add(
                                    sink -> source.read(table, task.rules().chunkRows(), sink)));
                }
            }
            byBatch.add(parts);
        }
        try (ReadAhead ahead = ReadAhead.of(readings)) {
            for (int i = 0; i < batches.size(); i++) {
                for (Part part : byBatch.get(i)) {
                    run(part, ahead);
                }
                batchDone(batches.get(i).ids().size());
            }
        }
        dropStages();
        target.commit();
    }

    private Part part(int batch, Units owners, TableGroups.Group group) {
        List<StagedTable> tables = group.tables().stream()
                .map(table -> task.staged(table, owners, source))
                .toList();
        return new Part(batch, tables, group.circular() || tables.stream().anyMatch(table -> !table.hasKey()));
    }

    private void run(Part part, ReadAhead ahead) throws SQLException {
        if (part.isWhole()) {
            whole(part.batch(), part.tables(), ahead);
            return;
        }
        StagedTable table = part.tables().get(0);
        ahead.next(chunk -> chunk(batchAndTable(part.batch(), table) + chunk.number(), table, chunk));
    }

    private void createStages() throws SQLException {
        dropStages();
        for (OwnedTable table : task.tables()) {
            execute(task.staged(table, task.units(), source).createStage());
        }
        target.commit();
    }

    /** A connection of a pool may have some from before, of tables that looked different then. */
    private void dropStages() throws SQLException {
        execute(task.tables().stream()
                .map(table ->
                        "pg_temp." + task.staged(table, task.units(), source).stage())
                .collect(Collectors.joining(", ", "drop table if exists ", "")));
    }

    /** Whether one looks first if all rows are there as they are to be. Then none of them is staged. */
    abstract boolean maybeSame(String batchAndTable);

    /** All rows of the source are there, and no others. */
    abstract void same(String batchAndTable, StagedTable table, Fingerprint rows);

    /** They were looked at, and are not. */
    abstract void different(List<StagedTable> group);

    private boolean areSame(int batch, List<StagedTable> group) throws SQLException {
        if (!group.stream().allMatch(table -> maybeSame(batchAndTable(batch, table)))) {
            return false;
        }
        Map<StagedTable, Fingerprint> live = new LinkedHashMap<>();
        PostgreSql.settle(target);
        for (StagedTable table : group) {
            live.put(table, Fingerprint.of(target, table.fingerprint()));
        }
        target.rollback();
        boolean areSame = live.values().stream().anyMatch(rows -> rows.rows() > 0); // or there is nothing to save
        for (Map.Entry<StagedTable, Fingerprint> entry : live.entrySet()) {
            areSame = areSame && source.fingerprint(entry.getKey()).equals(Optional.of(entry.getValue()));
        }
        if (areSame) {
            live.forEach((table, rows) -> same(batchAndTable(batch, table), table, rows));
        } else {
            different(group);
        }
        return areSame;
    }

    static String batchAndTable(int batch, StagedTable table) {
        return batch + "/" + table.table().name() + "/";
    }

    private void whole(int batch, List<StagedTable> group, ReadAhead ahead) throws SQLException {
        Map<StagedTable, String> hashes = new LinkedHashMap<>();
        for (StagedTable table : group) {
            emptyStage(table);
            StringBuilder parts = new StringBuilder();
            ahead.next(chunk -> {
                stage(table, chunk);
                parts.append(chunk.sha256());
            });
            hashes.put(table, Copy.sha256(parts.toString().getBytes(StandardCharsets.UTF_8)));
        }
        group(batch, group, hashes);
    }

    /** Bytes that were staged since this was asked last. */
    final long moreBytes() {
        long more = bytes;
        bytes = 0;
        return more;
    }

    static String id(int batch, StagedTable table) {
        return batchAndTable(batch, table) + "all";
    }

    /** Of rows that were committed with a chunk; those that were rolled back are gone. */
    private void emptyStage(StagedTable table) throws SQLException {
        if (full.contains(table.table().name())) {
            execute(table.emptyStage());
        }
    }

    final void stageAlone(StagedTable table, Copy.Chunk chunk) throws SQLException {
        emptyStage(table);
        stage(table, chunk);
    }

    final void committed(Collection<StagedTable> committed) {
        committed.forEach(table -> full.add(table.table().name()));
    }

    private void stage(StagedTable table, Copy.Chunk chunk) throws SQLException {
        PostgreSql.settle(target);
        Copy.in(target, table.copyIn(), chunk);
        bytes += chunk.text().length;
        if (chunk.rows() >= ANALYZE_FROM && analyzed.add(table.table().name())) {
            execute(table.analyzeStage());
        }
    }

    final void execute(String sql) throws SQLException {
        try (Statement statement = target.createStatement()) {
            statement.execute(sql);
        }
    }

    final void add(TableCount count) {
        tables.merge(count.table(), count, TableCount::plus);
    }

    /**
     * What would become of staged rows.
     *
     * @param count by what would be done with them
     * @param staged the rows
     */
    record Compared(TableCount count, Fingerprint staged) {}

    final Compared compare(StagedTable table, boolean hashing) throws SQLException {
        TableName name = table.table().name();
        return Query.of(table.compare(hashing))
                .list(target, row -> {
                    TableCount count =
                            new TableCount(name, row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
                    return new Compared(count, new Fingerprint(count.rows(), row.getBigDecimal(5)));
                })
                .get(0);
    }

    /** Rows that are there and are somebody else's, which the database would not notice; and those that the policy refuses. */
    final List<Conflict> collisions(StagedTable table, TableCount count) throws SQLException {
        List<Conflict> found = new ArrayList<>();
        String name = table.table().name().table();
        long there = count.rows() - count.inserted();
        if (table.foreignKeys().isPresent() && there > 0) {
            conflict(
                    found,
                    "In " + name + " there are rows of somebody else with the keys ",
                    keys(table.foreignKeys().get()),
                    ". They are not touched, and rows with the same keys cannot come back.");
        }
        found.addAll(there(count));
        return found;
    }

    /** Rows that the policy would not have there. */
    final List<Conflict> there(TableCount count) {
        long there = count.kept() + count.same();
        return task.rules().policy() == ConflictPolicy.FAIL && there > 0
                ? List.of(new Conflict(
                        "In " + count.table().table() + ", " + there + " rows are there already.", List.of(), ""))
                : List.of();
    }

    /** Rows of somebody else in the source. */
    final List<Conflict> elsewhere(StagedTable table) throws SQLException {
        List<Conflict> found = new ArrayList<>();
        conflict(
                found,
                "Rows of " + table.table().name().table() + ", ",
                keys(table.elsewhere()),
                ", belong to somebody who was not named, or point at rows that now do.");
        return found;
    }

    /** What the database itself, or the look at written rows, would refuse; found before, and said in words. */
    final List<Conflict> obstacles(StagedTable table) throws SQLException {
        List<Conflict> found = new ArrayList<>();
        String name = table.table().name().table();
        found.addAll(elsewhere(table));
        for (StagedTable.UniqueCheck check : table.uniqueChecks()) {
            conflict(
                    found,
                    "In " + name + ", values of " + check.key().columns() + " were taken meanwhile: ",
                    Query.of(check.sql()).list(target, row -> row.getString(1) + " by " + row.getString(2)),
                    ". Change or mark those rows, or the value.");
        }
        for (StagedTable.ReferenceCheck check : table.referenceChecks(coming())) {
            conflict(
                    found,
                    "Rows of " + name + ", ",
                    keys(check.sql()),
                    ", point through " + check.reference() + " at rows of "
                            + check.reference().target().table() + " that are not there.");
        }
        return found;
    }

    private static void conflict(List<Conflict> found, String before, List<String> keys, String after) {
        if (!keys.isEmpty()) {
            found.add(new Conflict(before, keys, after));
        }
    }

    final List<String> keys(String sql) throws SQLException {
        return Query.of(sql).list(target, row -> row.getString(1));
    }
}
