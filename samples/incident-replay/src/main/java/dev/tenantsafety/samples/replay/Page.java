package dev.tenantsafety.samples.replay;

import dev.tenantsafety.samples.replay.TheScript.Row;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** The report: one page that needs no network, light or dark as the reader has it. */
record Page(Options options, List<Act> acts, List<Row> defences, List<Curve.Point> curve, Duration took) {

    /** Returns where it is. */
    Path write() throws IOException {
        String page = template()
                .replace("{{sum}}", sum())
                .replace("{{chart}}", new Chart(sites(), curve).svg())
                .replace("{{defences}}", defences.stream().map(this::row).collect(Collectors.joining("\n")))
                .replace("{{missing}}", escaped(String.join("; ", Defences.NOT_BUILT_YET)))
                .replace("{{acts}}", acts.stream().map(Page::section).collect(Collectors.joining("\n")))
                .replace("{{machine}}", escaped(machine()));
        Files.createDirectories(options.directory());
        return Files.writeString(options.directory().resolve("index.html"), page);
    }

    private static String template() throws IOException {
        try (InputStream file = Page.class.getResourceAsStream("/report.html")) {
            if (file == null) {
                throw new IllegalStateException("report.html is not on the class path.");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private int sites() {
        return options.size().legacySites();
    }

    private String sum() {
        long good = acts.stream().filter(Act::isGood).count();
        return good + " of " + acts.size() + " acts hold, in " + Numbers.of(took) + ".";
    }

    private String row(Row row) {
        return "<tr class=\"" + (row.holds(sites()) ? "good" : "bad") + "\"><td>"
                + escaped(row.defence().title()) + "</td><td class=\"n\">" + row.lost() + "</td><td class=\"n\">"
                + row.lostWithout() + "</td><td>" + escaped(row.said()) + "</td></tr>";
    }

    private static String section(Act act) {
        return "<section><h2>" + escaped(act.title()) + "</h2><dl>"
                + act.facts().stream()
                        .map(fact -> "<dt>" + escaped(fact.label()) + "</dt><dd>" + escaped(fact.value()) + "</dd>")
                        .collect(Collectors.joining())
                + "</dl><p class=\"" + (act.isGood() ? "good" : "bad") + "\">" + escaped(act.result())
                + "</p></section>";
    }

    private static String machine() {
        return "Java " + Runtime.version().feature() + ", "
                + Runtime.getRuntime().availableProcessors() + " processors, " + System.getProperty("os.name");
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
