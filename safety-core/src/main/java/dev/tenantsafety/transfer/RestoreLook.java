package dev.tenantsafety.transfer;

import dev.tenantsafety.ownership.OwnedTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Looks, and takes everything back. */
final class RestoreLook extends RestoreStep {

    private final Map<String, TableCount> chunks = new LinkedHashMap<>();
    private final List<Conflict> conflicts = new ArrayList<>();

    private final ComingKeys coming;

    RestoreLook(RestoreTask task, RowSource source, Connection target) throws SQLException {
        super(task, source, target);
        this.coming = ComingKeys.of(task);
        for (String statement : coming.create()) {
            execute(statement);
        }
        target.commit();
    }

    @Override
    ComingKeys coming() {
        return coming;
    }

    @Override
    void chunk(String id, StagedTable table, Copy.Chunk chunk) throws SQLException {
        stageAlone(table, chunk);
        keep(List.of(table));
        look(id, table);
        target.rollback();
    }

    @Override
    void group(int batch, List<StagedTable> group, Map<StagedTable, String> hashes) throws SQLException {
        keep(group);
        for (StagedTable table : group) {
            look(id(batch, table), table);
        }
        target.rollback();
    }

    @Override
    boolean maybeSame(String batchAndTable) {
        return true;
    }

    @Override
    void same(String batchAndTable, StagedTable table, Fingerprint rows) {
        TableCount count = TableCount.same(table.table().name(), rows.rows());
        chunks.put(batchAndTable, count);
        add(count);
        conflicts.addAll(there(count));
    }

    @Override
    void different(List<StagedTable> group) {
        // then each is staged and looked at
    }

    /** Keys outlive the chunk, which is why what is temporary is committed. */
    private void keep(List<StagedTable> staged) throws SQLException {
        boolean isAny = false;
        for (StagedTable table : staged) {
            for (String statement : coming.add(table)) {
                execute(statement);
                isAny = true;
            }
        }
        if (isAny) {
            target.commit();
            committed(staged);
        }
    }

    private void look(String id, StagedTable table) throws SQLException {
        TableCount count = compare(table, false).count();
        chunks.put(id, count);
        add(count);
        conflicts.addAll(collisions(table, count));
        conflicts.addAll(obstacles(table));
    }

    Map<String, TableCount> chunks() {
        return chunks;
    }

    List<String> conflicts() {
        return Conflict.merged(conflicts).stream().map(Conflict::toString).toList();
    }

    List<String> notes() {
        List<String> notes = new ArrayList<>();
        for (OwnedTable table : task.tables()) {
            if (table.table().primaryKey().isEmpty()) {
                notes.add(table.name()
                        + " has no primary key: rows of which there are as many as there were are taken for the same, "
                        + "and none is replaced.");
            }
            List<String> there = source.columns(table.name()).orElseThrow().stream()
                    .map(RowSource.Column::name)
                    .toList();
            table.table().columns().stream()
                    .filter(column -> !there.contains(column.name()))
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
        notes.addAll(Indexes.missing(task.model(), task.units().kind()));
        return notes;
    }
}
