package dev.tenantsafety.transfer;

import java.util.List;
import java.util.UUID;

/**
 * What a restore did.
 *
 * @param run the run, by which its chunks are known in {@code tenant_safety_transfer_chunk}
 * @param owners how many
 * @param tables what became of the rows, by table, in the order in which they were written
 * @param equal tables whose rows of the owners are now equal to the source's, by count and hash
 * @param differing tables where they are not, because the policy let rows stay
 * @param referencesIn what became of references of others' rows, a sentence for each foreign key, as it was found before
 * @param resumed whether it went on with a run that had not been finished
 */
public record RestoreReport(
        UUID run,
        int owners,
        List<TableCount> tables,
        List<String> equal,
        List<String> differing,
        List<String> referencesIn,
        boolean resumed) {

    /** What was done, in a line. */
    @Override
    public String toString() {
        long inserted = tables.stream().mapToLong(TableCount::inserted).sum();
        long updated = tables.stream().mapToLong(TableCount::updated).sum();
        return owners + (owners == 1 ? " owner" : " owners") + " restored and verified: " + inserted
                + " rows inserted, " + updated
                + " updated; " + equal.size() + " tables equal to the source"
                + (differing.isEmpty() ? "" : ", where rows stayed: " + String.join(", ", differing)) + ".";
    }
}
