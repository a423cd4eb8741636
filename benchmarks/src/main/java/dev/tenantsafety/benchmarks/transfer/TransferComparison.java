package dev.tenantsafety.benchmarks.transfer;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;

/** Compares export and restore with COPY and with Hibernate, and prints the table of docs/benchmarks.md. */
public final class TransferComparison {

    private static final Step[] WITH_PLAN = {Step.PLAN, Step.EXECUTE};
    private static final Step[] ARCHIVE_WITH_PLAN = {Step.PLAN_OF_ARCHIVE, Step.EXECUTE_OF_ARCHIVE};
    private static final Step[] AGAIN = {Step.PLAN_AGAIN, Step.EXECUTE_AGAIN};
    private static final String BARE_IN = "copyIn into the same tables";
    private static final String THROUGH = "COPY out \\| COPY in";

    private final EmbeddedPostgres server;
    private final boolean isQuick;
    private final int turns;

    private TransferComparison(EmbeddedPostgres server, boolean isQuick) {
        this.server = server;
        this.isQuick = isQuick;
        this.turns = isQuick ? 3 : 5;
    }

    /**
     * Compares.
     *
     * @param isQuick for a first look
     * @throws IOException if PostgreSQL does not start, or a file cannot be written
     */
    public static void compare(boolean isQuick) throws IOException {
        System.setProperty("org.jboss.logging.provider", "slf4j"); // where nothing is written
        System.out.println("Measuring transfer, which takes " + (isQuick ? "five" : "sixty") + " minutes …");
        try (EmbeddedPostgres server = Arena.server()) {
            new TransferComparison(server, isQuick).run();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void run() throws Exception {
        measure(new Sizes(2, 1, 20_000, 20), 1); // so that the code is compiled
        measure(new Sizes(20, 10, 220, 20), 1);
        measure(new Sizes(Tables.WIDE, 2, 1, 0, 256), 5);
        header();
        smallInWide();
        manyUnits();
        among();
        oneUnit();
    }

    private Times measure(Sizes sizes, int howOften) throws Exception {
        try (Arena arena = new Arena(server, sizes)) {
            return new Turns(arena).run(howOften);
        }
    }

    private void header() throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection()) {
            System.out.printf(
                    Locale.ROOT,
                    "%nJava %s, PostgreSQL %s, %d processors, %s sizes, %d turns%n%n",
                    System.getProperty("java.version"),
                    connection.getMetaData().getDatabaseProductVersion(),
                    Runtime.getRuntime().availableProcessors(),
                    isQuick ? "quick" : "full",
                    turns);
        }
        System.out.println("| Case | Rows | Ours | Opponent | Its time | Ratio | least to most | Goal | |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
    }

    private void oneUnit() throws Exception {
        Sizes sizes = new Sizes(2, 1, isQuick ? 100_000 : 1_000_000, 20);
        Times times = measure(sizes, turns);
        printExport(sizes, times, "export of one tenant", 0.8);
        printRestore(sizes, times, "restore from a backup", 0.8, Step.EXECUTE);
        printRestore(sizes, times, "… with its plan", Double.NaN, WITH_PLAN);
        printRestore(sizes, times, "restore from an archive", 0.8, Step.EXECUTE_OF_ARCHIVE);
        printRestore(sizes, times, "… with its plan", Double.NaN, ARCHIVE_WITH_PLAN);
        double[] again = times.ratios(AGAIN, WITH_PLAN);
        print(
                "plan and restore repeated",
                sizes,
                times.median(AGAIN),
                "both the first time; ratio of times",
                times.median(WITH_PLAN),
                again,
                0.35,
                middle(again) <= 0.35);
    }

    /** Of which most tables hold nothing of the owner: the opponent is told which. */
    private void smallInWide() throws Exception {
        Sizes sizes = new Sizes(Tables.WIDE, 20, 1, 0, 256);
        Times times = measure(sizes, 4 * turns);
        printExport(sizes, times, "export of a small tenant, 40 of 121 tables", 1.0 / 3);
        printRestore(sizes, times, "restore of it from a backup, with its plan", 1.0 / 5, WITH_PLAN);
        printRestore(sizes, times, "restore of it from an archive, with its plan", 1.0 / 5, ARCHIVE_WITH_PLAN);
    }

    private void manyUnits() throws Exception {
        int units = isQuick ? 100 : 883;
        Sizes sizes = new Sizes(2 * units, units, 220, 20);
        Times times = measure(sizes, turns);
        printThrough(sizes, times, "restore of " + units + " tenants", 0.5, Step.EXECUTE);
        printThrough(sizes, times, "… with its plan", Double.NaN, WITH_PLAN);
        printExport(sizes, times, "export of " + units + " tenants to a directory", Double.NaN);
    }

    /** The same work again, where others have ten times as much. */
    private void among() throws Exception {
        Sizes one = new Sizes(2, 1, isQuick ? 40_000 : 100_000, 20);
        Times few;
        try (Arena arena = new Arena(server, one)) {
            Turns measured = new Turns(arena);
            few = measured.run(turns);
            measured.insertRowByRow(turns);
        }
        printRows(one, few, "Hibernate, row by row", 10, Step.STATELESS_INSERT);
        printRows(one, few, "Hibernate, JDBC batches of 50", Double.NaN, Step.PERSIST);
        Times many = measure(one.amongTenTimesAsMany(), turns);
        printWorse(
                one,
                "export of one tenant",
                few.ratios(Step.BARE_OUT, Step.EXPORT),
                many.ratios(Step.BARE_OUT, Step.EXPORT));
        printWorse(
                one,
                "restore from a backup",
                few.ratios(Step.BARE_IN, WITH_PLAN),
                many.ratios(Step.BARE_IN, WITH_PLAN));
        printWorse(
                one,
                "restore from an archive",
                few.ratios(Step.BARE_IN, ARCHIVE_WITH_PLAN),
                many.ratios(Step.BARE_IN, ARCHIVE_WITH_PLAN));
        int units = isQuick ? 50 : 200;
        Sizes several = new Sizes(2 * units, units, 220, 20);
        double[] before = measure(several, turns).ratios(Step.BARE_THROUGH, WITH_PLAN);
        double[] after = measure(several.amongTenTimesAsMany(), turns).ratios(Step.BARE_THROUGH, WITH_PLAN);
        printWorse(several, "restore of " + units + " tenants", before, after);
    }

    private static void printExport(Sizes sizes, Times times, String name, double goal) {
        printFaster(sizes, times, name, "copyOut of the same rows to files", goal, Step.BARE_OUT, Step.EXPORT);
    }

    private static void printRestore(Sizes sizes, Times times, String name, double goal, Step... ours) {
        printFaster(sizes, times, name, BARE_IN, goal, Step.BARE_IN, ours);
    }

    private static void printThrough(Sizes sizes, Times times, String name, double goal, Step... ours) {
        printFaster(sizes, times, name, THROUGH, goal, Step.BARE_THROUGH, ours);
    }

    private static void printRows(Sizes sizes, Times times, String opponent, double goal, Step theirs) {
        printFaster(sizes, times, "restore from a backup", opponent, goal, theirs, Step.EXECUTE);
    }

    private static void printFaster(
            Sizes sizes, Times times, String name, String opponent, double goal, Step theirs, Step... ours) {
        double[] ratios = times.ratios(theirs, ours);
        print(name, sizes, times.median(ours), opponent, times.median(theirs), ratios, goal, middle(ratios) >= goal);
    }

    private static void print(
            String name,
            Sizes sizes,
            double ours,
            String opponent,
            double theirs,
            double[] ratios,
            double goal,
            boolean isMet) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %,d | %.2f s | %s | %.2f s | **%.2f** | %.2f to %.2f | %s | %s |%n",
                name,
                sizes.rows(),
                ours,
                opponent,
                theirs,
                middle(ratios),
                ratios[0],
                ratios[ratios.length - 1],
                Double.isNaN(goal) ? "" : String.format(Locale.ROOT, "%.2f", goal),
                Double.isNaN(goal) ? "" : isMet ? "met" : "missed");
    }

    /** By which factor the ratio is less where others have ten times as many rows. */
    private static void printWorse(Sizes sizes, String name, double[] few, double[] many) {
        double factor = middle(few) / middle(many);
        System.out.printf(
                Locale.ROOT,
                "| %s, others have ten times as much | %,d | %.2f | its ratio where they have not | %.2f | **%.2f** | | 1.2 | %s |%n",
                name,
                sizes.rows(),
                middle(many),
                middle(few),
                factor,
                factor <= 1.2 ? "met" : "missed");
    }

    private static double middle(double[] sorted) {
        return sorted[sorted.length / 2];
    }
}
