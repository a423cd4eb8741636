package dev.tenantsafety.transfer;

import dev.tenantsafety.ownership.TableName;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Counts what is done, and how fast the last chunks went. */
final class Pace {

    private static final int REMEMBERED = 40;
    private static final int ENOUGH = 4;

    private final TransferProgress progress;
    private final int units;
    private final long rows;
    private final long begun = System.nanoTime();
    private final Deque<Double> nanosecondsPerRow = new ArrayDeque<>();
    private long last = begun;
    private long rowsDone;
    private long bytesDone;
    private int unitsDone;

    /** Of so many rows, or 0 if nobody knows. */
    Pace(TransferProgress progress, int units, long rows) {
        this.progress = progress;
        this.units = units;
        this.rows = rows;
    }

    synchronized void unitsDone(int more) {
        unitsDone += more;
    }

    synchronized void done(TableName table, long moreRows, long moreBytes) {
        long now = System.nanoTime();
        if (moreRows > 0) {
            nanosecondsPerRow.add((now - last) / (double) moreRows);
        }
        if (nanosecondsPerRow.size() > REMEMBERED) {
            nanosecondsPerRow.remove();
        }
        last = now;
        rowsDone += moreRows;
        bytesDone += moreBytes;
        progress.at(new TransferProgress.Event(
                table, unitsDone, units, rowsDone, rows, bytesDone, now - begun, remaining()));
    }

    private Optional<TransferProgress.Remaining> remaining() {
        if (rows == 0 || nanosecondsPerRow.size() < ENOUGH) {
            return Optional.empty();
        }
        double[] sorted = nanosecondsPerRow.stream()
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        int quarter = sorted.length / 4;
        long left = Math.max(0, rows - rowsDone);
        return Optional.of(new TransferProgress.Remaining(
                Duration.ofNanos((long) (left * sorted[quarter])),
                Duration.ofNanos((long) (left * sorted[sorted.length - 1 - quarter]))));
    }
}
