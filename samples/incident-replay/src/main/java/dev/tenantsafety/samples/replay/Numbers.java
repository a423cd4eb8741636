package dev.tenantsafety.samples.replay;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
final class Numbers {

    private Numbers() {}

    /** {@code 1 234 567}. */
    static String of(long number) {
        return String.format(Locale.ROOT, "%,d", number).replace(',', ' ');
    }

    /** {@code 1.2 s}, below a tenth of a second {@code 34 ms}. */
    static String of(Duration time) {
        return time.toMillis() < 100
                ? time.toMillis() + " ms"
                : String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }

    /** The time from a moment of {@link System#nanoTime()} until now. */
    static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }

    static String ratio(double ratio) {
        return String.format(Locale.ROOT, "%.2f", ratio);
    }
}
