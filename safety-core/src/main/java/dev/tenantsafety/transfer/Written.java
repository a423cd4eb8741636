package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Query;
import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.OwnershipModel;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What a transaction has written so far, by table. */
record Written(Map<String, Long> inserted, Map<String, Long> updated, Map<String, Long> deleted) {

    /** The counters of this session's table statistics, but for the keys of copies, which are ours; they may hold what earlier transactions left, so they are compared. */
    static Written of(Connection connection) throws SQLException {
        Written written = new Written(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        Query.of("select schemaname || '.' || relname, n_tup_ins, n_tup_upd, n_tup_del from pg_stat_xact_user_tables "
                        + "where schemaname !~ '^pg_temp' and relname <> '" + CloneKeys.TABLE
                        + "' and n_tup_ins + n_tup_upd + n_tup_del > 0")
                .list(connection, row -> {
                    written.inserted.put(row.getString(1), row.getLong(2));
                    written.updated.put(row.getString(1), row.getLong(3));
                    written.deleted.put(row.getString(1), row.getLong(4));
                    return true;
                });
        return written;
    }

    private static long since(Map<String, Long> now, Map<String, Long> before, String table) {
        return now.getOrDefault(table, 0L) - before.getOrDefault(table, 0L);
    }

    /**
     * What was written beyond what was meant.
     *
     * @param reasons why it may not stay, a sentence each
     * @param added rows that triggers added and that may stay, by table
     */
    record Beyond(List<String> reasons, Map<String, Long> added) {}

    /**
     * What was written beyond what was meant. Triggers that were named as harmless may add rows anywhere, and change rows that are
     * nobody's; rows of owners change by the restore alone.
     */
    Beyond beyond(Written before, List<TableCount> counts, List<OwnedTable> tables, RestoreTask task) {
        boolean triggersMay = !task.rules().harmless().isEmpty();
        List<String> reasons = new ArrayList<>();
        Map<String, Long> allowed = new TreeMap<>();
        Set<String> meant = new HashSet<>();
        for (int i = 0; i < tables.size(); i++) {
            List<String> parts = parts(tables.get(i));
            meant.addAll(parts);
            TableCount count = counts.get(i);
            long added = sum(parts, inserted, before.inserted);
            long changed = sum(parts, updated, before.updated);
            if (added != count.inserted() || changed != count.updated()) {
                reasons.add("The database counts " + added + " rows inserted into and " + changed + " updated in "
                        + count.table()
                        + ", where " + count.inserted() + " and " + count.updated()
                        + " were meant. (It has to count: track_counts.)");
            }
        }
        for (String table : inserted.keySet()) {
            boolean isMeant = meant.contains(table);
            long added = since(inserted, before.inserted, table);
            long changed = since(updated, before.updated, table);
            long gone = since(deleted, before.deleted, table);
            boolean isAllowed = triggersMay
                    && (changed + gone == 0
                            || tableOf(table, task.model())
                                    .filter(OwnedTable::isOwned)
                                    .isEmpty());
            if ((!isMeant && added + changed + gone > 0 && !isAllowed) || (isMeant && gone > 0)) {
                reasons.add("A trigger wrote to " + table + " (" + (added + changed) + " rows, " + gone
                        + " deleted), which was not meant. Let it ask for " + RestoreWrite.SETTING
                        + ", or name it in harmlessTriggers(…).");
            } else if (!isMeant && added > 0) {
                String name = tableOf(table, task.model())
                        .map(of -> of.name().toString())
                        .orElse(table);
                allowed.merge(name, added, Long::sum);
            }
        }
        return new Beyond(reasons, allowed);
    }

    /** A partition is one of the table that it is of. */
    private static Optional<OwnedTable> tableOf(String part, OwnershipModel model) {
        return model.tables().stream()
                .filter(table -> parts(table).contains(part))
                .findFirst();
    }

    /** Rows of a partitioned table are counted where they are. */
    private static List<String> parts(OwnedTable table) {
        List<String> parts = new ArrayList<>();
        parts.add(table.name().toString());
        table.table().partitions().forEach(part -> parts.add(part.toString()));
        return parts;
    }

    private static long sum(List<String> parts, Map<String, Long> now, Map<String, Long> before) {
        return parts.stream().mapToLong(part -> since(now, before, part)).sum();
    }
}
