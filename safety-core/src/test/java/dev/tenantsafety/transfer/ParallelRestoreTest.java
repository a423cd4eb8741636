package dev.tenantsafety.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.ownership.OwnershipModel;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ParallelRestoreTest extends TwoTenants {

    private final CountDownLatch started = new CountDownLatch(1);
    private final ExecutorService beside = Executors.newSingleThreadExecutor();

    @AfterEach
    void end() {
        beside.shutdownNow();
    }

    /** While nobody can write to a table. */
    private void locked(String table, Callable<Void> work) throws Exception {
        try (Connection connection = live.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table " + table + " in share mode");
            work.call();
            connection.commit();
        }
    }

    private long waiting() throws SQLException {
        return Long.parseLong(rows(
                        live,
                        "select count(*) from pg_locks l join pg_database d on d.oid = l.database "
                                + "where d.datname = current_database() and not granted")
                .get(0));
    }

    private Future<RestoreReport> onceStarted(RestorePlan plan) {
        return beside.submit(() -> {
            started.await();
            return plan.execute();
        });
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            Thread.sleep(5);
        }
    }

    private long count(String table) throws SQLException {
        return rows(live, "select 1 from " + table).size();
    }

    @Test
    void othersAreWrittenWhileOneWaits() throws Exception {
        List<String> before = all(live);
        destroy(A);
        RestorePlan plan = restore(A).inParallel(2).from(backup).plan();
        Future<RestoreReport> report = onceStarted(plan);
        long logs = count("log");
        locked("event", () -> {
            started.countDown();
            await(() -> waiting() == 1);
            await(() -> count("log") > logs);
            assertThat(count("event")).isEqualTo(2);
            return null;
        });
        assertThat(report.get().differing()).isEmpty();
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void whatPointsAtRowsWaitsUntilTheyAreThere() throws Exception {
        List<String> before = all(live);
        destroy(A);
        RestorePlan plan =
                restore(A).inChunksOf(60, 1).inParallel(4).from(backup).plan();
        Future<RestoreReport> report = onceStarted(plan);
        long tickets = count("ticket");
        locked("person", () -> {
            started.countDown();
            await(() -> waiting() == 1); // with all persons, and the others have nothing else to do
            Thread.sleep(300); // those who do not wait are through with whatever they may write
            assertThat(count("ticket")).isEqualTo(tickets);
            return null;
        });
        assertThat(report.get().differing()).isEmpty();
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void oneWritesWhereTriggersMightWaitForEachOther() throws SQLException {
        sql(
                live,
                "create table tally (n int)",
                "insert into tally values (0)",
                "create function count_one() returns trigger language plpgsql as "
                        + "'begin update tally set n = n + 1; return null; end'",
                "create trigger count_one after insert on log for each row execute function count_one()");
        destroy(A);
        Restore restore = Transfer.between(live, OwnershipModel.read(live, rules -> TwoTenants.rules(rules)
                        .shared("tally")))
                .restore(A)
                .inChunksOf(7, 1)
                .inParallel(3);
        assertThat(connections(restore.harmlessTriggers("count_one"))).isOne();
        sql(live, "drop trigger count_one on log", "drop table tally");
        destroy(A);
        assertThat(connections(restore(A).inChunksOf(7, 1).inParallel(3))).isEqualTo(3);
    }

    @Test
    void aSmallRestoreTakesOneConnection() throws SQLException {
        destroy(A);
        assertThat(connections(Transfer.between(live, OwnershipModel.read(live, TwoTenants::rules))
                        .restore(A)
                        .inParallel(3)))
                .isOne();
    }

    /** How many it took of the live database. */
    private int connections(Restore restore) throws SQLException {
        int[] most = new int[1];
        restore.from(backup).plan().execute(event -> most[0] = Math.max(most[0], live.getActiveConnections()));
        return most[0];
    }

    @Test
    void theFirstFailureEndsAllAndLeavesNothingOpen() throws SQLException {
        List<String> before = all(live);
        destroy(A);
        RestorePlan plan =
                restore(A).inChunksOf(3, 1).inParallel(4).from(backup).plan();
        assertThatThrownBy(() -> plan.execute(event -> {
                    if (event.rowsDone() > 100) {
                        throw new IllegalStateException("enough");
                    }
                }))
                .hasMessage("enough");
        assertThat(live.getActiveConnections()).isZero();
        assertThat(backup.getActiveConnections()).isZero();
        assertThat(plan.execute().resumed()).isTrue();
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void whoIsInterruptedWaitsForWhatWasBegunAndNoMore() throws Exception {
        destroy(A);
        RestorePlan plan =
                restore(A).inChunksOf(3, 1).inParallel(2).from(backup).plan();
        AtomicBoolean isInterrupted = new AtomicBoolean();
        CountDownLatch ended = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            try {
                plan.execute();
            } catch (IllegalStateException e) {
                isInterrupted.set(
                        Thread.currentThread().isInterrupted() && e.getMessage().startsWith("Interrupted"));
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            } finally {
                ended.countDown();
            }
        });
        locked("person", () -> {
            thread.start();
            await(() -> waiting() > 0);
            thread.interrupt();
            return null;
        });
        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(isInterrupted).isTrue();
        assertThat(live.getActiveConnections()).isZero();
        assertThat(count("ticket")).isEqualTo(200);
        plan.execute();
        assertThat(count("ticket")).isEqualTo(400);
    }
}
