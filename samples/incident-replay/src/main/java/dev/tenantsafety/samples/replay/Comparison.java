package dev.tenantsafety.samples.replay;

import dev.tenantsafety.samples.helpdesk.Helpdesk;
import dev.tenantsafety.samples.helpdesk.Helpdesk.Table;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * All rows of all tables of the live database beside those of the backup.
 *
 * @param equal rows that are the same in both
 * @param asWritten rows that are others or new, and hold what a writer last wrote there
 * @param wrong a few of those that are neither, by name; empty if all is as it should be
 */
record Comparison(long equal, long asWritten, List<String> wrong) {

    private static final int SHOWN = 5;

    /**
     * Compares.
     *
     * @param writes what was written since the backup, by row: what it holds now
     */
    static Comparison of(DataSource backup, DataSource live, Map<String, UUID> writes) throws SQLException {
        long equal = 0;
        long asWritten = 0;
        List<String> wrong = new ArrayList<>();
        for (Table table : Helpdesk.tables()) {
            Map<String, UUID> before = RowPrint.all(backup, table);
            for (Map.Entry<String, UUID> row : RowPrint.all(live, table).entrySet()) {
                UUID was = before.remove(row.getKey());
                UUID written = writes.get(row.getKey());
                if (row.getValue().equals(written)) {
                    asWritten++;
                } else if (written == null && row.getValue().equals(was)) {
                    equal++;
                } else {
                    wrong.add(row.getKey() + (was == null ? " is new" : " is another"));
                }
            }
            before.keySet().forEach(row -> wrong.add(row + " is gone"));
        }
        return new Comparison(
                equal, asWritten, wrong.stream().sorted().limit(SHOWN).toList());
    }

    /** Whether each row is what it was, or what a writer wrote; and no write is lost. */
    boolean holds(Map<String, UUID> writes) {
        return wrong.isEmpty() && asWritten == writes.size();
    }
}
