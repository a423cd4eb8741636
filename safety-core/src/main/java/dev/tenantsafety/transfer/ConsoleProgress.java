package dev.tenantsafety.transfer;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** A bar that shows rows, owners, pace, and how long it will take. */
final class ConsoleProgress implements TransferProgress {

    private final PrintStream out;
    private @Nullable ProgressBar bar;

    ConsoleProgress(PrintStream out) {
        this.out = out;
    }

    @Override
    public void at(Event event) {
        ProgressBar shown = bar;
        if (shown == null) {
            shown = new ProgressBarBuilder()
                    .setTaskName("rows")
                    .setInitialMax(event.rows() == 0 ? -1 : event.rows())
                    .setConsumer(new ConsoleProgressBarConsumer(out))
                    .hideEta()
                    .setUpdateIntervalMillis(200)
                    .build();
            bar = shown;
        }
        shown.stepTo(event.rowsDone());
        shown.setExtraMessage(" " + event.unitsDone() + "/" + event.units() + "  " + Math.round(event.rowsPerSecond())
                + " rows/s" + event.remaining().map(left -> "  " + left).orElse(""));
        if (event.rows() > 0 && event.rowsDone() >= event.rows()) {
            shown.close();
            bar = null;
        }
    }
}
