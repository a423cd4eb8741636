package dev.tenantsafety.transfer;

import dev.tenantsafety.ownership.OwnedTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Looks, and takes everything back. */
final class RestoreLook extends RestoreStep {

    private final Map<String, SeenChunk> chunks = new LinkedHashMap<>();
    private final List<Conflict> conflicts = new ArrayList<>();
    private final List<Conflict> nulled = new ArrayList<>();

    private final ComingKeys coming;

    RestoreLook(RestoreTask task, RowSource source) {
        super(task, source);
        this.coming = ComingKeys.of(task, source);
    }

    /** By one connection: what comes is known to it alone. */
    void run(Connection target) throws SQLException {
        try (Statement statement = target.createStatement()) {
            for (String sql : coming.create()) {
                statement.execute(sql);
            }
        }
        target.commit();
        run(List.of(target), task.copy() == null ? null : CloneKeys.planned(task, task.copy(), target));
    }

    @Override
    void chunk(Stages stages, String id, StagedTable table, Copy.Chunk chunk) throws SQLException {
        stages.alone(table, chunk);
        keep(stages, Set.of(table));
        look(stages, id, chunk.sha256(), table);
        nulled.addAll(stages.nulled());
        stages.target().rollback();
    }

    @Override
    void group(Stages stages, int batch, Map<StagedTable, String> hashes) throws SQLException {
        keep(stages, hashes.keySet());
        for (Map.Entry<StagedTable, String> entry : hashes.entrySet()) {
            look(stages, id(batch, entry.getKey()), entry.getValue(), entry.getKey());
        }
        nulled.addAll(stages.nulled());
        stages.target().rollback();
    }

    @Override
    ComingKeys coming() {
        return coming;
    }

    @Override
    boolean maybeSame(String batchAndTable) {
        return true;
    }

    @Override
    void same(String batchAndTable, StagedTable table, Fingerprint rows) {
        TableCount count = TableCount.same(table.table().name(), rows.rows());
        chunks.put(batchAndTable, SeenChunk.same(count));
        add(count);
        conflicts.addAll(task.there(count));
    }

    @Override
    void different(List<StagedTable> group) {
        // then each is staged and looked at
    }

    /** Keys outlive the chunk, which is why what is temporary is committed. */
    private void keep(Stages stages, Set<StagedTable> staged) throws SQLException {
        boolean isAny = task.copy() != null;
        for (StagedTable table : staged) {
            for (String statement : coming.add(table)) {
                stages.execute(statement);
                isAny = true;
            }
        }
        if (isAny) {
            stages.target().commit();
            stages.committed(staged);
        }
    }

    private void look(Stages stages, String id, String sha256, StagedTable table) throws SQLException {
        SeenChunk seen = stages.compare(table, false).seen(sha256);
        TableCount count = seen.count();
        chunks.put(id, seen);
        add(count);
        conflicts.addAll(stages.collisions(table, count));
        conflicts.addAll(stages.obstacles(table, coming));
        conflicts.addAll(stages.unmapped());
    }

    Map<String, SeenChunk> chunks() {
        return chunks;
    }

    List<String> conflicts() {
        return Conflict.merged(conflicts).stream().map(Conflict::toString).toList();
    }

    List<String> notes() {
        List<String> notes = new ArrayList<>();
        for (OwnedTable table : task.tables()) {
            if (!task.staged(table, task.units(), source).hasKey()) {
                notes.add(table.name()
                        + " has no primary key: rows of which there are as many as there were are taken for the same, "
                        + "and none is replaced.");
            }
            table.excludedColumns()
                    .forEach((column, reason) -> notes.add(table.name() + "." + column
                            + " is excluded by a rule and is not restored: " + reason + "."));
            List<String> there = source.columns(table.name()).orElseThrow().stream()
                    .map(RowSource.Column::name)
                    .toList();
            table.table().columns().stream()
                    .filter(column -> !there.contains(column.name())
                            && !table.excludedColumns().containsKey(column.name()))
                    .forEach(column -> notes.add(
                            table.name() + "." + column.name() + " is not in the source, and takes its default."));
        }
        for (OwnedTable table : task.tables()) {
            task.staged(table, task.units(), source)
                    .unseenKeys()
                    .forEach(key -> notes.add("The unique key " + key + " of " + table.name()
                            + " is of columns that are computed or not in the source: whether its values were taken is seen when rows are "
                            + "written."));
        }
        Conflict.merged(nulled).forEach(rows -> notes.add(rows.toString()));
        notes.addAll(Indexes.missing(task.model(), task.units().kind()));
        return notes;
    }
}
