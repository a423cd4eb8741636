package dev.tenantsafety.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.testing.Database;
import dev.tenantsafety.testing.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;

/** Restores of the same owner do not write its rows twice, where no key of the database would refuse that; those of others go on. */
class TwoRestoresAtOnceTest extends TwoTenants {

    private void removeA(JdbcConnectionPool database) throws SQLException {
        sql(
                database,
                "delete from log where customer_id = " + OF_A,
                "delete from odd where customer_id = " + OF_A,
                "delete from event where customer_id = " + OF_A);
    }

    private static long logs(JdbcConnectionPool database) throws SQLException {
        return Long.parseLong(Sql.rows(database, "select count(*) from log where customer_id = " + OF_A)
                .get(0));
    }

    private static long inserted(Restore.Ready restore) throws SQLException {
        return restore.plan().execute().tables().stream()
                .mapToLong(TableCount::inserted)
                .sum();
    }

    /** Executes both, the second once the first has written something and waits for it. */
    private static void isRefusedMeanwhile(RestorePlan first, RestorePlan second, String holder) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch refused = new CountDownLatch(1);
        ExecutorService beside = Executors.newSingleThreadExecutor();
        try {
            Future<RestoreReport> running = beside.submit(() -> first.execute(chunk -> {
                begun.countDown();
                try {
                    refused.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }));
            begun.await();
            try {
                assertThatThrownBy(second::execute)
                        .isInstanceOf(TransferRefusedException.class)
                        .hasMessageContaining("Another restore of " + A + " is under way" + holder);
            } finally {
                refused.countDown();
            }
            running.get();
        } finally {
            beside.shutdownNow();
        }
    }

    @Test
    void theSameOwnerIsRefusedAndTheHolderNamed() throws Exception {
        removeA(live);
        isRefusedMeanwhile(
                restore(A).from(backup).plan(), restore(A).from(backup).plan(), " (process ");
        assertThat(all(live)).isEqualTo(all(backup));
    }

    @Test
    void oneOwnerAmongOthersIsRefused() throws Exception {
        removeA(live);
        isRefusedMeanwhile(
                restore(A).from(backup).plan(), restore(B, A).from(backup).plan(), " (process ");
        assertThat(all(live)).isEqualTo(all(backup));
        assertThat(inserted(restore(B, A).from(backup))).isZero(); // nothing is held any more
    }

    /** The tables of the ledger are made by whoever comes first. */
    @Test
    void othersGoOn() throws Exception {
        for (int i = 0; i < 5; i++) {
            sql(
                    live,
                    "drop table if exists tenant_safety_transfer_chunk",
                    "drop table if exists tenant_safety_transfer");
            removeA(live);
            sql(live, "delete from log where customer_id = " + OF_B);
            RestorePlan first = restore(A).from(backup).plan();
            RestorePlan second = restore(B).from(backup).plan();
            ExecutorService both = Executors.newFixedThreadPool(2);
            try {
                List<Future<RestoreReport>> running = new ArrayList<>();
                for (RestorePlan plan : List.of(first, second)) {
                    running.add(both.submit(() -> plan.execute()));
                }
                for (Future<RestoreReport> each : running) {
                    each.get();
                }
            } finally {
                both.shutdownNow();
            }
            assertThat(all(live)).isEqualTo(all(backup));
        }
    }

    @Test
    void inH2Too() throws Exception {
        JdbcConnectionPool into = Database.H2.connections();
        JdbcConnectionPool from = Database.H2.connections();
        try {
            for (JdbcConnectionPool database : List.of(into, from)) {
                Sql.sql(
                        database,
                        "create table customer (id uuid primary key)",
                        "create table log (customer_id uuid not null references customer, text varchar(20))",
                        "insert into customer values (" + OF_A + ")");
            }
            Sql.sql(
                    from,
                    "insert into log values (" + OF_A + ", 'same'), (" + OF_A + ", 'same'), (" + OF_A + ", null)");
            OwnershipModel model = OwnershipModel.read(
                    into, rules -> rules.root("customer", TenantId.KIND).ownedByColumn("customer_id", TenantId.KIND));
            Restore.Ready restore = Transfer.between(into, model).restore(A).from(from);
            isRefusedMeanwhile(restore.plan(), restore.plan(), ". Nothing was written; ");
            assertThat(logs(into)).isEqualTo(3);
            assertThat(inserted(restore)).isZero();
        } finally {
            into.dispose();
            from.dispose();
        }
    }
}
