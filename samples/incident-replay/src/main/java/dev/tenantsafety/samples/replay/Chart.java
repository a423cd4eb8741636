package dev.tenantsafety.samples.replay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Sites restored over time, ours beside that of 2022, on a logarithmic axis of time. */
final class Chart {

    private static final int WIDTH = 860;
    private static final int HEIGHT = 340;
    private static final int LEFT = 56;
    private static final int RIGHT = 20;
    private static final int TOP = 20;
    private static final int BOTTOM = 44;

    private static final double FIRST = 0.1;
    private static final double LAST = Duration.ofDays(20).toSeconds();

    /** A share of those who were hit, so many days after it happened. */
    private record Published(double days, double share) {}

    /** What was published, of customers on the first two days that are known and of users from then on; the sources stand in the report. */
    private static final List<Published> OF_2022 = List.of(
            new Published(0.01, 0),
            new Published(3, 0.01),
            new Published(8, 0.45),
            new Published(9, 0.55),
            new Published(10, 0.78),
            new Published(11, 0.99),
            new Published(13, 1));

    private record Tick(String label, double seconds) {}

    private static final List<Tick> TICKS = List.of(
            new Tick("1 s", 1),
            new Tick("10 s", 10),
            new Tick("1 min", 60),
            new Tick("10 min", 600),
            new Tick("1 h", 3_600),
            new Tick("6 h", 21_600),
            new Tick("1 day", 86_400),
            new Tick("3 days", 259_200),
            new Tick("13 days", 1_123_200));

    private final int sites;
    private final List<Curve.Point> curve;

    Chart(int sites, List<Curve.Point> curve) {
        this.sites = sites;
        this.curve = curve;
    }

    String svg() {
        String ours = String.join(" ", steps());
        String theirs = OF_2022.stream()
                .map(point -> at(point.days() * Duration.ofDays(1).toSeconds(), point.share()))
                .collect(Collectors.joining(" "));
        return "<svg viewBox=\"0 0 " + WIDTH + " " + HEIGHT + "\" role=\"img\" aria-label=\"Sites restored over time\">"
                + grid()
                + "<polyline class=\"theirs\" points=\"" + theirs + "\"/><polyline class=\"ours\" points=\"" + ours
                + "\"/>"
                + text(x(Math.max(1, last())) + 8, y(0.55), "ours", "this replay")
                + text(x(250_000) - 96, y(0.55), "theirs", "April 2022")
                + "</svg>";
    }

    /** A site is back when its last row is, and not a part of it before. */
    private List<String> steps() {
        List<String> steps = new ArrayList<>();
        int before = 0;
        for (Curve.Point point : curve) {
            double seconds = point.at().toMillis() / 1000.0;
            steps.add(at(seconds, (double) before / sites));
            steps.add(at(seconds, (double) point.sites() / sites));
            before = point.sites();
        }
        return steps;
    }

    private double last() {
        return curve.isEmpty() ? 0 : curve.get(curve.size() - 1).at().toMillis() / 1000.0;
    }

    private String grid() {
        StringBuilder grid = new StringBuilder();
        for (Tick tick : TICKS) {
            double x = x(tick.seconds());
            grid.append(line(x, TOP, x, HEIGHT - BOTTOM)).append(text(x, HEIGHT - BOTTOM + 18, "middle", tick.label()));
        }
        for (int percent = 0; percent <= 100; percent += 25) {
            double y = y(percent / 100.0);
            grid.append(line(LEFT, y, WIDTH - RIGHT, y)).append(text(LEFT - 8, y + 4, "end", percent + " %"));
        }
        return grid.append(text(
                        (LEFT + WIDTH - RIGHT) / 2.0,
                        HEIGHT - 6,
                        "middle",
                        "time since the sites were gone, logarithmic"))
                .toString();
    }

    private static String at(double seconds, double share) {
        return number(x(seconds)) + "," + number(y(share));
    }

    private static double x(double seconds) {
        double share = Math.log(Math.max(FIRST, seconds) / FIRST) / Math.log(LAST / FIRST);
        return LEFT + share * (WIDTH - LEFT - RIGHT);
    }

    private static double y(double share) {
        return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM);
    }

    private static String line(double x1, double y1, double x2, double y2) {
        return "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) + "\" y2=\"" + number(y2)
                + "\"/>";
    }

    private static String text(double x, double y, String style, String text) {
        return "<text class=\"" + style + "\" x=\"" + number(x) + "\" y=\"" + number(y) + "\">" + text + "</text>";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
