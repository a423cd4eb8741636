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
        List<String> equal = new ArrayList<>();
        List<String> differing = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        PostgreSql.settle(target);
        for (OwnedTable table : task.tables()) {
            if (counts.containsKey(table.name()) && !write.isTouched(table.name())) {
                equal.add(table.name().toString()); // so it was found
                continue;
            }
            StagedTable all = task.staged(table, task.units(), source);
            Fingerprint is = Fingerprint.of(target, all.fingerprint());
            Fingerprint was = write.staged(table.name());
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
        return new Verification(equal, differing);
    }
}
