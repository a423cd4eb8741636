package dev.tenantsafety.transfer;

import dev.tenantsafety.ownership.TableName;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Is told how far a run is. Called by one thread at a time; what it throws ends the run in a state from which it goes on. */
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
     * A bar on the console. Needs {@code me.tongfei:progressbar}.
     *
     * @return progress for one run
     * @throws NoClassDefFoundError if the library is missing
     */
    static TransferProgress console() {
        return new ConsoleProgress(System.err);
    }

    /**
     * The same, and the run is stopped at the next chunk once this says so. What was written stays, and executing again goes on from
     * there.
     *
     * @param stop whether to stop, asked after each chunk
     * @return progress that stops
     */
    default TransferProgress until(BooleanSupplier stop) {
        return event -> {
            at(event);
            if (stop.getAsBoolean()) {
                throw new TransferStoppedException(event);
            }
        };
    }

    /**
     * How far a run is.
     *
     * @param table whose rows were in the chunk
     * @param unitsDone units whose rows are all there
     * @param units units in all
     * @param rowsDone rows that were looked at in this run
     * @param rows rows in all, as the plan counted them; 0 where nobody counted, as in an export
     * @param bytesDone bytes of COPY text that were looked at in this run; not those of chunks that an earlier one had written
     * @param nanoseconds since the run began
     * @param remaining how long it will take from here; nothing while that cannot be said
     */
    record Event(
            TableName table,
            int unitsDone,
            int units,
            long rowsDone,
            long rows,
            long bytesDone,
            long nanoseconds,
            Optional<Remaining> remaining) {

        /**
         * How fast it goes.
         *
         * @return rows in a second, since it began
         */
        public double rowsPerSecond() {
            return nanoseconds == 0 ? 0 : rowsDone * 1e9 / nanoseconds;
        }
    }

    /**
     * How long a run will take, if the rest goes as the last chunks went.
     *
     * @param least if it all goes as fast as the faster quarter of them
     * @param most if it all goes as slowly as the slower quarter of them
     */
    record Remaining(Duration least, Duration most) {

        /** In seconds, which is as exactly as one can know it. */
        @Override
        public String toString() {
            long from = least.toSeconds();
            long to = most.plusMillis(999).toSeconds();
            return from >= to ? "about " + to + " s" : "about " + from + " to " + to + " s";
        }
    }
}
