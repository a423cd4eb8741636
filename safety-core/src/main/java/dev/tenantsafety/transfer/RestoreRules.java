package dev.tenantsafety.transfer;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How rows are restored.
 *
 * @param policy what becomes of rows that are there
 * @param newerBy columns that say which of two rows is newer, the first that a table has
 * @param harmless triggers that may fire
 * @param chunkRows rows in a chunk
 * @param batchUnits units that are read together
 * @param writers how many chunks are written at a time
 * @param othersChecked of how many others rows are compared before and after
 * @param nullsMissing whether nullable references to rows that do not exist are restored as null
 */
record RestoreRules(
        ConflictPolicy policy,
        List<String> newerBy,
        Set<String> harmless,
        int chunkRows,
        int batchUnits,
        int writers,
        int othersChecked,
        boolean nullsMissing) {

    static final RestoreRules STANDARD =
            new RestoreRules(ConflictPolicy.INSERT_MISSING, List.of(), Set.of(), 20_000, 100, 2, 0, false);

    /** Whether rows that are there may be written over. */
    boolean replaces() {
        return policy == ConflictPolicy.REPLACE_OLDER || policy == ConflictPolicy.REPLACE_ALL;
    }

    RestoreRules onConflict(ConflictPolicy newPolicy) {
        return new RestoreRules(
                newPolicy, newerBy, harmless, chunkRows, batchUnits, writers, othersChecked, nullsMissing);
    }

    RestoreRules newerBy(List<String> columns) {
        return new RestoreRules(policy, columns, harmless, chunkRows, batchUnits, writers, othersChecked, nullsMissing);
    }

    /** These triggers too. */
    RestoreRules harmless(String... triggers) {
        Set<String> all = new LinkedHashSet<>(harmless);
        all.addAll(List.of(triggers));
        return new RestoreRules(
                policy, newerBy, Set.copyOf(all), chunkRows, batchUnits, writers, othersChecked, nullsMissing);
    }

    RestoreRules inChunksOf(int rows, int owners) {
        return new RestoreRules(policy, newerBy, harmless, rows, owners, writers, othersChecked, nullsMissing);
    }

    RestoreRules inParallel(int newWriters) {
        return new RestoreRules(
                policy, newerBy, harmless, chunkRows, batchUnits, newWriters, othersChecked, nullsMissing);
    }

    RestoreRules comparingOthers(int owners) {
        return new RestoreRules(policy, newerBy, harmless, chunkRows, batchUnits, writers, owners, nullsMissing);
    }

    RestoreRules nullingMissingReferences() {
        return new RestoreRules(policy, newerBy, harmless, chunkRows, batchUnits, writers, othersChecked, true);
    }
}
