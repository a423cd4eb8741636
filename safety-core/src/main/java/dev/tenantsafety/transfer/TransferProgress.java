package dev.tenantsafety.transfer;

import dev.tenantsafety.ownership.TableName;

/** Is told how far a run is. Called by the thread that runs it; what it throws ends the run in a state from which it goes on. */
@FunctionalInterface
public interface TransferProgress {

    /**
     * A chunk was done.
     *
     * @param event how far the run is
     */
    void at(Event event);

    /**
     * Nobody is told.
     *
     * @return progress that is thrown away
     */
    static TransferProgress none() {
        return event -> {};
    }

    /**
     * How far a run is.
     *
     * @param table whose rows were in the chunk
     * @param unitsDone units whose rows are all there
     * @param units units in all
     * @param rowsDone rows that were looked at in this run
     * @param rows rows in all, as the plan counted them
     * @param nanoseconds since the run began
     */
    record Event(TableName table, int unitsDone, int units, long rowsDone, long rows, long nanoseconds) {

        /**
         * How fast it goes.
         *
         * @return rows in a second, since it began
         */
        public double rowsPerSecond() {
            return nanoseconds == 0 ? 0 : rowsDone * 1e9 / nanoseconds;
        }
    }
}
