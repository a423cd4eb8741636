package dev.tenantsafety.samples.replay;

import dev.tenantsafety.transfer.TransferProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How many sites are back, over time; a bar shows it on a terminal. */
final class Curve implements TransferProgress {

    /** At a moment since the disaster was seen. */
    record Point(Duration at, int sites) {}

    private final long begin;
    private final TransferProgress shown;
    private final List<Point> points = new ArrayList<>();

    /**
     * Begins.
     *
     * @param begin the moment to count from, of {@link System#nanoTime()}
     */
    Curve(long begin) {
        this.begin = begin;
        shown = Terminal.isTerminal() ? TransferProgress.console() : TransferProgress.none();
        points.add(new Point(Duration.ZERO, 0));
    }

    @Override
    public synchronized void at(Event event) {
        shown.at(event);
        if (event.unitsDone() > points.get(points.size() - 1).sites()) {
            points.add(new Point(Numbers.since(begin), event.unitsDone()));
        }
    }

    /** All are back, and looked at. */
    synchronized void end(int sites) {
        points.add(new Point(Numbers.since(begin), sites));
    }

    synchronized List<Point> points() {
        return List.copyOf(points);
    }
}
