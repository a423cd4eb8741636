package dev.tenantsafety.samples.replay;

import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.transfer.RestorePlan;
import dev.tenantsafety.transfer.RestoreReport;
import dev.tenantsafety.transfer.TableCount;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Act 3: nothing at all stops it, the rows are gone; they come back from the backup database while all others go on working. */
final class AsItWas {

    private final World world;
    private final Writers writers;

    AsItWas(World world, Writers writers) {
        this.world = world;
        this.writers = writers;
    }

    /** Returns how the sites came back, over time. */
    List<Curve.Point> play(Act act) throws SQLException {
        Curve curve;
        Duration took;
        long rows;
        writers.start();
        try {
            rows = destroy(world);
            act.fact(
                    "rows removed for good",
                    Numbers.of(rows) + " of " + Numbers.of(world.legacy().size()) + " sites");
            Duration bare = world.databases().isPostgreSql() ? new BareCopy(world).time() : Duration.ZERO;
            long begin = System.nanoTime();
            curve = new Curve(begin);
            List<SiteId> sites = world.legacyByPriority();
            RestorePlan plan = world.transfer()
                    .restore(sites)
                    .inParallel(world.connections())
                    .from(world.backup())
                    .plan();
            act.fact("planned in", Numbers.of(Numbers.since(begin)));
            act.fact("plan", plan.toString());
            RestoreReport report = plan.execute(curve);
            curve.end(sites.size());
            took = Numbers.since(begin);
            act.fact("restored", report.toString());
            act.fact(
                    "in, with its plan",
                    Numbers.of(took) + ", " + Numbers.of(Math.round(rows / seconds(took))) + " rows/s");
            Curve.Point first = curve.points().get(1);
            act.fact("the first " + first.sites() + ", the largest", Numbers.of(first.at()));
            if (!bare.isZero()) {
                act.fact(
                        "bare COPY of the same rows",
                        Numbers.of(bare) + ", so " + Numbers.ratio(seconds(bare) / seconds(took)) + " of its speed");
            }
            act.check(inserted(report) == rows, "as many rows came back as were removed");
        } finally {
            writers.stop();
        }
        compare(world, writers, act);
        act.end(Numbers.of(world.legacy().size()) + " sites are back as they were, " + Numbers.of(took)
                + " after the disaster was seen. Nobody else was stopped or touched.");
        return curve.points();
    }

    private static double seconds(Duration time) {
        return Math.max(1, time.toMillis()) / 1000.0;
    }

    /** As a superuser who passes everything. */
    static long destroy(World world) throws SQLException {
        try (Connection connection = world.live().getConnection()) {
            connection.setAutoCommit(false);
            long rows = Incident.deleteForGood(connection, world.bare());
            connection.commit();
            return rows;
        }
    }

    /** The sites are equal to before, and all others hold what they themselves wrote. */
    static void compare(World world, Writers writers, Act act) throws SQLException {
        Comparison all = Comparison.of(world.backup(), world.live(), writers.written());
        act.fact("rows equal to before", Numbers.of(all.equal()));
        act.fact(
                "written by others meanwhile",
                Numbers.of(writers.writes()) + " transactions, "
                        + writers.failures().size() + " failed, the slowest took " + Numbers.of(writers.longest()));
        act.check(all.holds(writers.written()), "each row is as before, or as its writer wrote it: " + all.wrong());
        act.check(
                writers.failures().isEmpty(),
                "no write of others failed: "
                        + writers.failures().stream().limit(3).toList());
        act.check(writers.writes() > 0, "others wrote meanwhile");
    }

    static long inserted(RestoreReport report) {
        return report.tables().stream().mapToLong(TableCount::inserted).sum();
    }
}
