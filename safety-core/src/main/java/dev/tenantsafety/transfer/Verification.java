package dev.tenantsafety.transfer;

import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether what is there now is what the source has.
 *
 * @param equal tables where it is
 * @param differing tables where it is not, and need not be by the policy
 */
record Verification(List<String> equal, List<String> differing) {

    /** The live rows of all owners against those that were staged. */
    static Verification of(RestoreTask task, RowSource source, RestoreWrite write, Connection target)
            throws SQLException {
        Map<TableName, TableCount> counts = new HashMap<>();
        write.counts().forEach(count -> counts.put(count.table(), count));
        Map<TableName, Fingerprint> live = new HashMap<>();
        Map<TableName, Fingerprint> staged = new HashMap<>();
        PostgreSql.settle(target);
        for (OwnedTable table : task.tables()) {
            TableName name = table.name();
            boolean isFound = counts.containsKey(name) && !write.isTouched(name); // to be as it is to be
            StagedTable all = task.staged(table, task.units(), source);
            staged.put(name, write.staged(name));
            live.put(name, isFound ? write.staged(name) : Fingerprint.of(target, all.fingerprint()));
        }
        target.commit();
        return of(task.tables(), counts, live, staged);
    }

    /** What is there against what the source has, by table. */
    static Verification of(
            List<OwnedTable> tables,
            Map<TableName, TableCount> counts,
            Map<TableName, Fingerprint> live,
            Map<TableName, Fingerprint> source) {
        List<String> equal = new ArrayList<>();
        List<String> differing = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        for (OwnedTable table : tables) {
            Fingerprint is = live.getOrDefault(table.name(), Fingerprint.NONE);
            Fingerprint was = source.getOrDefault(table.name(), Fingerprint.NONE);
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
        if (!wrong.isEmpty()) {
            throw new TransferRefusedException("What was restored is not what the source has", wrong);
        }
        return new Verification(equal, differing);
    }
}
