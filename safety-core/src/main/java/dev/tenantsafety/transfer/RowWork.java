package dev.tenantsafety.transfer;

import dev.tenantsafety.ownership.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Writes rows one by one into a database that has no COPY and looks at foreign keys with each row. Rows that point at others wait until
 * those are there.
 */
final class RowWork {

    /** Of H2: the row that it points at is not there. */
    private static final String NO_PARENT = "23506";

    private final RestoreTask task;
    private final Connection target;
    private final List<Conflict> conflicts = new ArrayList<>();

    RowWork(RestoreTask task, Connection target) {
        this.task = task;
        this.target = target;
    }

    /** What stood in the way. */
    List<Conflict> conflicts() {
        return conflicts;
    }

    private enum Outcome {
        INSERTED,
        UPDATED,
        KEPT,
        SAME,
        REFUSED,
        WAITS
    }

    /**
     * A row that is to be written.
     *
     * @param alike how many rows of the source have these very values, in a table without a key; 1 in others
     */
    private record Pending(StagedTable table, RowTable rows, TextFields.Row row, long alike) {}

    /** Writes rows of tables that point at each other, or of one; in the transaction that is open. */
    Map<StagedTable, TableCount> write(Map<StagedTable, List<TextFields.Row>> group) throws SQLException {
        Map<StagedTable, RowTable> tables = new LinkedHashMap<>();
        try {
            List<Pending> pending = new ArrayList<>();
            for (Map.Entry<StagedTable, List<TextFields.Row>> entry : group.entrySet()) {
                RowTable rows = new RowTable(entry.getKey(), target);
                tables.put(entry.getKey(), rows);
                Map<String, Long> alike = entry.getKey().hasKey()
                        ? Map.of()
                        : entry.getValue().stream()
                                .collect(Collectors.groupingBy(TextFields.Row::text, Collectors.counting()));
                entry.getValue()
                        .forEach(row -> pending.add(
                                new Pending(entry.getKey(), rows, row, alike.getOrDefault(row.text(), 1L))));
            }
            return write(group, pending);
        } finally {
            for (RowTable table : tables.values()) {
                table.close();
            }
        }
    }

    private Map<StagedTable, TableCount> write(Map<StagedTable, List<TextFields.Row>> group, List<Pending> pending)
            throws SQLException {
        Map<StagedTable, Map<Outcome, Long>> outcomes = new HashMap<>();
        List<Pending> inserted = new ArrayList<>();
        int before;
        do {
            before = pending.size();
            for (Iterator<Pending> rows = pending.iterator(); rows.hasNext(); ) {
                Pending row = rows.next();
                Outcome outcome = row.table().hasKey() ? write(row) : add(row);
                if (outcome != Outcome.WAITS) {
                    rows.remove();
                    outcomes.computeIfAbsent(row.table(), any -> new HashMap<>())
                            .merge(outcome, 1L, Long::sum);
                }
                if (outcome == Outcome.INSERTED || outcome == Outcome.UPDATED) {
                    inserted.add(row);
                }
            }
        } while (pending.size() < before);
        for (Pending row : pending) {
            conflict(row, "Rows of ", ", point at rows that are not there, or in a circle at each other.");
        }
        for (Pending row : inserted) {
            Optional<RowTable.Live> written = row.table().hasKey() ? row.rows().find(row.row()) : Optional.empty();
            boolean isOwned = !row.table().hasKey()
                    || written.filter(RowTable.Live::isOwned).isPresent();
            if (!isOwned
                    && UnitRows.hasOneOwner(
                            task.model(), row.table().table(), task.units().kind())) {
                conflict(row, "Rows of ", ", belong to somebody who was not named, or point at rows that now do.");
            } else if (!task.rules().harmless().isEmpty() && !isAsInTheSource(row, written)) {
                conflicts.add(Preflight.changedByTriggers(
                        List.of(row.rows().words(row.row())), row.table().table(), task.rules()));
            }
        }
        Map<StagedTable, TableCount> counts = new LinkedHashMap<>();
        group.keySet().forEach(table -> counts.put(table, count(table, outcomes.getOrDefault(table, Map.of()))));
        return counts;
    }

    private static boolean isAsInTheSource(Pending row, Optional<RowTable.Live> written) throws SQLException {
        return row.table().hasKey()
                ? written.filter(live -> live.text().equals(row.row().text())).isPresent()
                : row.rows().count(row.row()) >= row.alike();
    }

    private static TableCount count(StagedTable table, Map<Outcome, Long> outcomes) {
        return new TableCount(
                table.table().name(),
                outcomes.getOrDefault(Outcome.INSERTED, 0L),
                outcomes.getOrDefault(Outcome.UPDATED, 0L),
                outcomes.getOrDefault(Outcome.KEPT, 0L),
                outcomes.getOrDefault(Outcome.SAME, 0L));
    }

    private Outcome write(Pending row) throws SQLException {
        Optional<RowTable.Live> there = row.rows().find(row.row());
        if (there.isEmpty()) {
            return insert(row);
        }
        if (!there.get().isOwned()) {
            conflict(
                    row,
                    "In ",
                    " are keys of rows of somebody else, or of nobody. They are not touched, and rows with the same keys cannot come back: give"
                            + " others other keys, and delete what is nobody's.");
            return Outcome.REFUSED;
        }
        boolean isSame = there.get().text().equals(row.row().text());
        if (task.rules().policy() == ConflictPolicy.FAIL) {
            conflict(row, "In ", " are there already.");
            return Outcome.REFUSED;
        }
        if (isSame || !row.table().replaces()) {
            return isSame ? Outcome.SAME : Outcome.KEPT;
        }
        if (!row.rows().isReplaceable(there.get(), row.row())) {
            conflicts.add(Stages.notReplaceable(row.table(), List.of(row.rows().words(row.row()))));
            return Outcome.REFUSED;
        }
        try {
            boolean isOlder = task.rules().policy() == ConflictPolicy.REPLACE_OLDER;
            return row.rows().update(row.row(), isOlder ? row.table().newerByOrNull() : null)
                    ? Outcome.UPDATED
                    : Outcome.KEPT;
        } catch (SQLException e) {
            return refused(row, e);
        }
    }

    /** Without a key a row is its values; of equal ones there are as many as there were. */
    private Outcome add(Pending row) throws SQLException {
        return row.rows().count(row.row()) < row.alike() ? insert(row) : Outcome.SAME;
    }

    private Outcome insert(Pending row) throws SQLException {
        try {
            row.rows().insert(row.row());
            return Outcome.INSERTED;
        } catch (SQLException e) {
            return refused(row, e);
        }
    }

    private Outcome refused(Pending row, SQLException refusal) throws SQLException {
        String state = refusal.getSQLState();
        if (state == null || !state.startsWith("23")) {
            throw refusal;
        }
        if (state.equals(NO_PARENT)) {
            return Outcome.WAITS;
        }
        conflict(row, "The database refuses rows of ", ": " + firstLine(String.valueOf(refusal.getMessage())));
        return Outcome.REFUSED;
    }

    private static String firstLine(String message) {
        int end = message.indexOf("; SQL statement");
        return end < 0 ? message : message.substring(0, end);
    }

    private void conflict(Pending row, String before, String after) {
        TableName name = row.table().table().name();
        conflicts.add(
                new Conflict(before + name.table() + ", ", List.of(row.rows().words(row.row())), after));
    }
}
