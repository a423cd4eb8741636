package dev.tenantsafety.benchmarks;

import dev.tenantsafety.benchmarks.hibernate.HibernateComparison;
import dev.tenantsafety.benchmarks.rules.RulesComparison;
import dev.tenantsafety.benchmarks.transfer.TransferComparison;
import dev.tenantsafety.benchmarks.transfer.TransferInSmallHeap;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the benchmarks and prints what they come to as ratios: the table of docs/benchmarks.md. */
public final class Benchmarks {

    private static final int BYTES_PER_LINE = 32; // site_, 26 characters and the line feed
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private final Map<String, RunResult> results = new HashMap<>();

    private Benchmarks(Collection<RunResult> runs) {
        for (RunResult run : runs) {
            String name = run.getParams().getBenchmark();
            results.put(name.substring(name.lastIndexOf('.') + 1), run);
        }
    }

    /**
     * Runs the benchmarks.
     *
     * @param arguments "full", or "quick" for a first look; then "ids", "hibernate", "transfer", "rules" or "all" of
     *     these; or "heap", which is not among them, for it times nothing
     * @throws RunnerException if one of them fails
     * @throws IOException if PostgreSQL does not start, or a file cannot be written
     */
    public static void main(String[] arguments) throws RunnerException, IOException {
        boolean isQuick = arguments.length > 0 && arguments[0].equals("quick");
        String part = arguments.length > 1 ? arguments[1] : "all";
        if (isAsked(part, "ids")) {
            measureIds(isQuick);
        }
        if (isAsked(part, "hibernate")) {
            HibernateComparison.compare(isQuick);
        }
        if (isAsked(part, "transfer")) {
            TransferComparison.compare(isQuick);
        }
        if (part.equals("heap")) {
            TransferInSmallHeap.run(isQuick);
        }
        if (isAsked(part, "rules")) {
            RulesComparison.compare(isQuick);
        }
    }

    private static boolean isAsked(String part, String one) {
        return part.equals(one) || part.equals("all");
    }

    private static void measureIds(boolean isQuick) throws RunnerException {
        Options options = new OptionsBuilder()
                .include(Benchmarks.class.getPackageName() + ".*")
                .addProfiler(GCProfiler.class)
                .forks(isQuick ? 2 : 5)
                .warmupIterations(isQuick ? 3 : 5)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(isQuick ? 4 : 8)
                .measurementTime(TimeValue.seconds(1))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
        System.out.println("Measuring, which takes " + (isQuick ? "3" : "10") + " minutes …");
        new Benchmarks(new Runner(options).run()).print();
    }

    private void print() {
        System.out.printf(
                Locale.ROOT,
                "%nJava %s, %s, %d processors%n%n",
                System.getProperty("java.version"),
                System.getProperty("java.vm.name"),
                Runtime.getRuntime().availableProcessors());
        System.out.println("| What | Ours | Opponent | Its time | Ratio | Limit | | Allocated |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        row("parse", "parseOfUuid", "UUID.fromString", 1.0);
        row("format", "formatOfUuid", "UUID.toString", 1.5);
        row("create", "createOfUuid", "UUID.randomUUID", 1.0);
        row("readList", "readListOfUuids", "readLine and UUID.fromString into a set", Double.NaN);
        System.out.printf(
                Locale.ROOT,
                "%nA list of a million IDs is read at %.0f MB/s; one without any ID of the right kind is refused at %.0f"
                        + " MB/s. Limit: 50 MB/s.%n",
                megabytesPerSecond("readList"),
                megabytesPerSecond("refuseList"));
    }

    private void row(String ours, String opponents, String opponent, double limit) {
        double ratio = time(ours) / time(opponents);
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s | %s | **%.2f** | %s | %s | %s |%n",
                ours,
                withError(ours),
                opponent,
                withError(opponents),
                ratio,
                Double.isNaN(limit) ? "" : String.format(Locale.ROOT, "%.1f", limit),
                Double.isNaN(limit) ? "" : ratio <= limit ? "kept" : "missed",
                allocated(ours));
    }

    private double time(String benchmark) {
        return result(benchmark).getPrimaryResult().getScore();
    }

    private RunResult result(String benchmark) {
        RunResult result = results.get(benchmark);
        if (result == null) {
            throw new IllegalStateException("There is no benchmark " + benchmark + ".");
        }
        return result;
    }

    private String withError(String benchmark) {
        var primary = result(benchmark).getPrimaryResult();
        String unit = primary.getScoreUnit().replace("/op", "");
        return String.format(Locale.ROOT, "%.1f ± %.1f %s", primary.getScore(), primary.getScoreError(), unit);
    }

    private String allocated(String benchmark) {
        Result<?> allocated = result(benchmark).getSecondaryResults().get(ALLOCATED);
        if (allocated == null) {
            throw new IllegalStateException("The profiler did not say what " + benchmark + " allocates.");
        }
        double bytes = allocated.getScore();
        return bytes < 1000
                ? String.format(Locale.ROOT, "%.0f B", bytes)
                : String.format(Locale.ROOT, "%.0f B a line", bytes / IdListBenchmark.LINES);
    }

    private double megabytesPerSecond(String benchmark) {
        double milliseconds = time(benchmark);
        return IdListBenchmark.LINES * (double) BYTES_PER_LINE / 1e6 / (milliseconds / 1e3);
    }
}
