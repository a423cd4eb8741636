package dev.tenantsafety.transfer;

import dev.tenantsafety.ownership.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** What a plan and its execution do alike: stage rows and look at them. */
abstract class RestoreStep {

    final RestoreTask task;
    final RowSource source;
    private final List<TableGroups.Group> groups;
    private final Map<TableName, TableCount> counts = new LinkedHashMap<>();

    RestoreStep(RestoreTask task, RowSource source) {
        this.task = task;
        this.source = source;
        this.groups = TableGroups.of(task.model(), task.units().kind());
    }

    /** Some rows of a table whose rows need not stand together. */
    abstract void chunk(Stages stages, String id, StagedTable table, Copy.Chunk chunk) throws SQLException;

    /** The rows of tables that are written together stand in their stages; the hashes are of their text. */
    abstract void group(Stages stages, int batch, Map<StagedTable, String> hashes) throws SQLException;

    /** What is known to come, besides what is there. */
    ComingKeys coming() {
        return ComingKeys.none();
    }

    /** All rows of some owners are there. */
    void unitsDone(int owners) {}

    /** What became of rows, or would, in the order in which tables are written. */
    final synchronized List<TableCount> counts() {
        return groups.stream()
                .flatMap(group -> group.tables().stream())
                .flatMap(table -> Optional.ofNullable(counts.get(table.name())).stream())
                .toList();
    }

    final synchronized void add(TableCount count) {
        counts.merge(count.table(), count, TableCount::plus);
    }

    /**
     * Batch by batch of owners, and in each group by group of tables: so the first owners are there first.
     *
     * @param targets connections to the live database, each of which a thread writes with
     * @param keys of a copy; null for rows that come back
     */
    final void run(List<Connection> targets, @Nullable CloneKeys keys) throws SQLException {
        List<Stages> all = new ArrayList<>();
        for (Connection target : targets) {
            all.add(Stages.create(task, source, target, keys, coming()));
        }
        List<Units> batches = source.batches(task.units(), task.rules().batchUnits());
        List<Part> parts = new ArrayList<>();
        for (int batch = 0; batch < batches.size(); batch++) {
            int before = parts.size();
            for (TableGroups.Group group : groups) {
                Part part = Part.of(task, source, batch, batches.get(batch), group);
                if (!areSame(targets.get(0), part)) {
                    parts.add(part);
                }
            }
            if (parts.size() == before) {
                unitsDone(batches.get(batch).ids().size());
            }
        }
        List<ReadAhead.Reading> readings = new ArrayList<>();
        parts.forEach(part -> part.tables()
                .forEach(table ->
                        readings.add(sink -> source.read(table, task.rules().chunkRows(), sink))));
        try (ReadAhead ahead = ReadAhead.of(readings)) {
            Parts work = new Parts(
                    parts, task.model(), ahead, owners -> unitsDone(owners.ids().size()));
            List<Callable<Void>> writers = new ArrayList<>();
            all.forEach(stages -> writers.add(() -> run(work, stages)));
            Threads.run("tenant-safety-writer", writers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (Stages stages : all) {
            stages.drop();
        }
    }

    @SuppressWarnings("NullAway") // a Callable of nothing
    private Void run(Parts work, Stages stages) throws SQLException {
        try {
            for (Parts.Piece piece = work.next(stages); piece != null; piece = work.next(stages)) {
                run(piece, stages);
                work.done(piece);
            }
            return null;
        } finally {
            work.stop(); // after a failure, the others end with what they have begun
        }
    }

    private void run(Parts.Piece piece, Stages stages) throws SQLException {
        Part part = piece.part();
        if (part.isWhole()) {
            group(stages, part.batch(), piece.hashes());
            return;
        }
        StagedTable table = part.tables().get(0);
        Copy.Chunk chunk = piece.chunk().orElseThrow();
        chunk(stages, batchAndTable(part.batch(), table) + chunk.number(), table, chunk);
    }

    /** Whether one looks first if all rows are there as they are to be. Then none of them is staged. */
    abstract boolean maybeSame(String batchAndTable);

    /** All rows of the source are there, and no others. */
    abstract void same(String batchAndTable, StagedTable table, Fingerprint rows);

    /** They were looked at, and are not. */
    abstract void different(List<StagedTable> group);

    private boolean areSame(Connection target, Part part) throws SQLException {
        List<StagedTable> group = part.tables();
        if (!source.hashes() || !group.stream().allMatch(table -> maybeSame(batchAndTable(part.batch(), table)))) {
            return false;
        }
        Map<StagedTable, Fingerprint> live = new LinkedHashMap<>();
        PostgreSql.settle(target);
        boolean isAny = false; // or nothing is saved by it
        for (StagedTable table : group) {
            isAny |= PostgreSql.isTrue(target, table.anyRow());
        }
        boolean areSame = isAny && areSame(target, group, live);
        target.rollback();
        if (areSame) {
            live.forEach((table, rows) -> same(batchAndTable(part.batch(), table), table, rows));
        } else {
            different(group);
        }
        return areSame;
    }

    /** Both sides hash at the same time. */
    private boolean areSame(Connection target, List<StagedTable> group, Map<StagedTable, Fingerprint> live)
            throws SQLException {
        Map<StagedTable, Fingerprint> there = new LinkedHashMap<>();
        Callable<Void> hashLive = () -> {
            for (StagedTable table : group) {
                live.put(table, Fingerprint.of(target, table.fingerprint()));
            }
            return null;
        };
        Callable<Void> hashSource = () -> {
            for (StagedTable table : group) {
                there.put(table, source.fingerprint(table));
            }
            return null;
        };
        try {
            Threads.run("tenant-safety-hash", List.of(hashLive, hashSource));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return there.equals(live);
    }

    static String batchAndTable(int batch, StagedTable table) {
        return batch + "/" + table.table().name() + "/";
    }

    static String id(int batch, StagedTable table) {
        return batchAndTable(batch, table) + "all";
    }
}
