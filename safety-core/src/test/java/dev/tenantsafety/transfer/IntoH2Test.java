package dev.tenantsafety.transfer;

import static dev.tenantsafety.testing.Sql.rows;
import static dev.tenantsafety.testing.Sql.sql;
import static dev.tenantsafety.transfer.H2Test.A;
import static dev.tenantsafety.transfer.H2Test.B;
import static dev.tenantsafety.transfer.H2Test.OF_A;
import static dev.tenantsafety.transfer.H2Test.OF_B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.archive.ArchiveTrust;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.testing.JavaProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.h2.api.Trigger;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows come back into an H2 database, row by row. */
class IntoH2Test {

    /** More than there are, by far, if it goes on where it was killed. */
    private static final int ATTEMPTS = 50;

    private final JdbcConnectionPool live = H2Test.inMemory();
    private final JdbcConnectionPool backup = H2Test.inMemory();

    @TempDir
    private Path directory;

    @BeforeEach
    void fill() throws SQLException {
        for (JdbcConnectionPool database : List.of(live, backup)) {
            H2Test.create(database, true);
            H2Test.fill(database);
        }
    }

    @AfterEach
    void close() {
        live.dispose();
        backup.dispose();
    }

    private void destroy() throws SQLException {
        sql(
                live,
                "delete from part where customer_id = " + OF_A + " and id <> parent",
                "delete from part where customer_id = " + OF_A,
                "delete from word where customer_id = " + OF_A,
                "delete from \"value\" where customer_id = " + OF_A,
                "delete from customer where id = " + OF_A);
    }

    private static List<String> all(JdbcConnectionPool database) throws SQLException {
        List<String> all = new ArrayList<>();
        try (Connection connection = database.getConnection()) {
            for (String table : List.of("customer", "part", "word", "\"value\"", "plan")) {
                TextRows.read(
                        connection,
                        "select * from " + table,
                        row -> all.add(table + " " + new String(row, StandardCharsets.UTF_8)));
            }
        }
        all.sort(null);
        return all;
    }

    private Restore restore() throws SQLException {
        return Transfer.between(live, OwnershipModel.read(live, H2Test::rules))
                .restore(A)
                .inChunksOf(2, 1);
    }

    @Test
    void whatWasDestroyedIsAsItWas() throws SQLException {
        for (JdbcConnectionPool database : List.of(live, backup)) { // of which the first points at the second
            sql(
                    database,
                    "insert into part values (4, " + OF_A + ", 4)",
                    "insert into part values (3, " + OF_A + ", 4)");
        }
        List<String> before = all(live);
        destroy();
        List<String> destroyed = all(live);
        RestorePlan plan = restore().from(backup).plan();
        assertThat(plan)
                .hasToString(
                        "1 tenant: 11 rows to insert, 0 to update, 0 differing rows stay, 0 are as they were, 0 conflicts");
        assertThat(all(live)).isEqualTo(destroyed);
        assertThat(plan.notes()).hasSize(1);
        RestoreReport report = plan.execute();
        assertThat(report)
                .hasToString(
                        "1 owner restored and verified: 11 rows inserted, 0 updated; 4 tables equal to the source.");
        assertThat(all(live)).isEqualTo(before);
        RestorePlan again = restore().from(backup).plan();
        assertThat(again.toString()).contains("0 rows to insert", "11 are as they were");
        again.execute();
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void referencesOfOthersThatAreNotSetBackAreSaid() throws SQLException {
        for (JdbcConnectionPool database : List.of(live, backup)) {
            sql(
                    database,
                    "create table pin (id int primary key, part int references part on delete set null)",
                    "insert into pin select 1, min(id) from part where customer_id = " + OF_A);
        }
        destroy();
        RestorePlan plan = Transfer.between(live, OwnershipModel.read(live, rules -> H2Test.rules(rules)
                        .shared("pin")))
                .restore(A)
                .from(backup)
                .plan();
        String sentence =
                "1 rows of others, of PUBLIC.pin, point through part at rows of the owners. They are not recorded, and "
                        + "will not be set back.";
        assertThat(plan.referencesIn()).hasSize(1).first().asString().isEqualToIgnoringCase(sentence);
        assertThat(plan.execute().referencesIn()).isEqualTo(plan.referencesIn());
    }

    @Test
    void fromArchives() throws SQLException, IOException {
        List<String> before = all(live);
        Transfer.between(backup, OwnershipModel.read(backup, H2Test::rules))
                .export(List.of(A, B))
                .toDirectory(directory)
                .run();
        destroy();
        restore()
                .from(Archives.in(directory, ArchiveTrust.nobody().unsignedToo()))
                .plan()
                .execute();
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void rowsWithAnIdentityBesideTheirKeyAreReplaced() throws SQLException {
        for (JdbcConnectionPool database : List.of(live, backup)) {
            sql(
                    database,
                    "create table line (code varchar(9) primary key, customer_id uuid not null,"
                            + " number bigint generated always as identity, text varchar(9))",
                    "insert into line (code, customer_id, text) values ('a', " + OF_A + ", 'old'), ('b', " + OF_A
                            + ", 'old')");
        }
        List<String> before = all(live);
        sql(live, "update line set text = 'new' where code = 'a'");
        Restore restore = restore().onConflict(ConflictPolicy.REPLACE_ALL);
        restore.from(backup).plan().execute();
        assertThat(all(live)).isEqualTo(before);
        assertThat(rows(live, "select text from line")).containsExactly("old", "old");
        sql(
                live,
                "delete from line where code = 'b'",
                "insert into line (code, customer_id, text) values ('b', " + OF_A + ", 'new')");
        assertThat(restore.from(backup).plan().conflicts())
                .singleElement()
                .asString()
                .startsWith(
                        "Rows of line, [b], cannot be replaced: the source has other values in [number], which no UPDATE");
    }

    @Test
    void identitiesAreMovedPastTheOwnersKeysInReach() throws SQLException {
        for (JdbcConnectionPool database : List.of(live, backup)) {
            sql(
                    database,
                    "create table line (id int generated by default as identity primary key, customer_id uuid not null)",
                    "insert into line values (7, " + OF_A + "), (2147483647, " + OF_A + "), (5000, " + OF_B + ")");
        }
        sql(live, "delete from line where customer_id = " + OF_A);
        assertThat(restore().from(backup).plan().execute().notes())
                .singleElement()
                .asString()
                .startsWithIgnoringCase(
                        "The identity of PUBLIC.line.id was not moved past the restored value 2147483647,")
                .endsWith("restart with 2147483647");
        sql(live, "insert into line (customer_id) values (" + OF_B + ")");
        assertThat(rows(live, "select max(id) from line where id < 10000")).containsExactly("5001");
    }

    @Test
    void rowsThatAreThereGoByThePolicy() throws SQLException {
        List<String> before = all(live);
        sql(
                live,
                "update \"value\" set t = 'other', s = -6 where id = 1",
                "update \"value\" set s = 5 where id = 2",
                "delete from \"value\" where id = 0");
        sql(backup, "update \"value\" set s = 3 where id = 2");
        List<String> changed = all(live);
        RestorePlan missing = restore().from(backup).plan();
        assertThat(missing.toString())
                .contains("1 rows to insert, 0 to update, 2 differing rows stay, 6 are as they were");
        assertThatThrownBy(() -> restore()
                        .onConflict(ConflictPolicy.FAIL)
                        .from(backup)
                        .plan()
                        .execute())
                .hasMessageContaining("In customer, [" + A.uuid() + "] are there already.");
        sql(live, "update customer set name = 'newer' where id = " + OF_A);
        RestorePlan older = restore()
                .onConflict(ConflictPolicy.REPLACE_OLDER)
                .newerBy("s")
                .from(backup)
                .plan();
        assertThat(older.notes())
                .contains(
                        "Tables without any of the columns [s] keep their existing rows as they are: public.customer, public.part.");
        older.execute();
        assertThat(rows(live, "select name from customer where id = " + OF_A)).containsExactly("newer");
        assertThat(rows(live, "select s from \"value\" where customer_id = " + OF_A + " order by id"))
                .containsExactly(null, "-5", "5");
        restore().onConflict(ConflictPolicy.REPLACE_ALL).from(backup).plan().execute();
        assertThat(rows(live, "select s from \"value\" where customer_id = " + OF_A + " order by id"))
                .containsExactly(null, "-5", "3");
        assertThat(changed).hasSize(before.size() - 1);
    }

    @Test
    void whatIsNobodysAndAsInTheSourceIsTheOwners() throws SQLException {
        for (JdbcConnectionPool database : List.of(live, backup)) {
            sql(
                    database,
                    "create table piece (id int primary key, part int not null references part)",
                    "insert into piece select id, id from part");
        }
        List<String> before = all(live);
        List<String> pieces = rows(live, "select id from piece order by id");
        sql(live, "set referential_integrity false");
        destroy();
        sql(live, "set referential_integrity true");
        RestorePlan plan = restore().from(backup).plan();
        assertThat(plan.conflicts()).isEmpty();
        plan.execute();
        assertThat(all(live)).isEqualTo(before);
        assertThat(rows(live, "select id from piece order by id")).isEqualTo(pieces);
    }

    @Test
    void allThatStandsInTheWayIsSaidAndNothingIsWritten() throws SQLException {
        destroy();
        sql(
                live,
                "insert into part values (2, " + OF_B + ", null)",
                "update customer set name = 'name 0' where id = " + OF_B);
        sql(backup, "alter table part add code varchar(10) references plan", "insert into plan values ('gone')");
        sql(backup, "update part set code = 'gone' where id = 1");
        sql(live, "alter table part add code varchar(10) references plan");
        List<String> before = all(live);
        RestorePlan plan = restore().from(backup).plan();
        assertThat(plan.conflicts())
                .anySatisfy(conflict -> assertThat(conflict)
                        .startsWith(
                                "In part, [2] are keys of rows of somebody else, or of nobody. They are not touched"))
                .anySatisfy(conflict -> assertThat(conflict)
                        .startsWith("The database refuses rows of customer, [" + A.uuid()
                                + "]: Unique index or primary key violation"))
                .anySatisfy(conflict ->
                        assertThat(conflict).startsWith("Rows of part, [1], point at rows that are not there"));
        assertThatThrownBy(plan::execute).isInstanceOf(TransferRefusedException.class);
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void rowsOfOthersAreNotTaken() throws SQLException {
        sql(
                backup,
                "create table link (id int primary key, part_id int not null references part)",
                "insert into link values (1, 1), (2, 101)");
        sql(live, "create table link (id int primary key, part_id int not null references part)");
        Restore restore = restore();
        restore.from(backup).plan().execute();
        assertThat(rows(live, "select id from link")).containsExactly("1");
        // a row that comes and would be somebody else's here
        sql(
                live,
                "delete from link",
                "delete from part where id = 2",
                "update part set customer_id = " + OF_B + " where id = 1");
        RestorePlan plan = restore().from(backup).plan();
        assertThat(plan.conflicts()).anySatisfy(conflict -> assertThat(conflict)
                .contains("Rows of link, [1], belong to somebody who was not named"));
    }

    @Test
    void itGoesOnWhereItWasStopped() throws SQLException {
        List<String> before = all(live);
        destroy();
        RestorePlan plan = restore().from(backup).plan();
        for (int stopAt = 1; stopAt < 4; stopAt++) {
            int[] events = {stopAt};
            assertThatThrownBy(() -> plan.execute(event -> {
                        if (--events[0] == 0) {
                            throw new IllegalStateException("stopped");
                        }
                    }))
                    .hasMessage("stopped");
        }
        RestoreReport report = plan.execute();
        assertThat(report.resumed()).isTrue();
        assertThat(all(live)).isEqualTo(before);
        assertThat(rows(live, "select count(*) from tenant_safety_transfer where finished is null"))
                .containsExactly("0");
        assertThat(live.getActiveConnections()).isZero();
    }

    @Test
    void theWorldMayNotMoveBetweenPlanAndExecution() throws SQLException {
        destroy();
        RestorePlan plan = restore().from(backup).plan();
        sql(live, "insert into customer values (" + OF_A + ", 'other', null)");
        List<String> before = all(live);
        assertThatThrownBy(plan::execute).hasMessageContaining("Rows of customer are no longer as the plan saw them.");
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void identitiesGoForwardOnly() throws SQLException {
        destroy();
        restore().from(backup).plan().execute();
        sql(live, "insert into \"value\" (customer_id) values (" + OF_B + ")");
        assertThat(rows(live, "select max(id) from \"value\"")).containsExactly("103");
        sql(live, "alter table \"value\" alter column id restart with 500");
        restore().from(backup).plan().execute();
        sql(live, "insert into \"value\" (customer_id) values (" + OF_B + ")");
        assertThat(rows(live, "select max(id) from \"value\"")).containsExactly("500");
    }

    @Test
    void aTriggerThatIsNotNamedIsRefused() throws SQLException {
        sql(live, "create trigger watch after insert on word for each row call '" + Watch.class.getName() + "'");
        assertThatThrownBy(() -> restore().from(backup).plan())
                .hasMessageContaining("The trigger watch of public.word would fire");
        destroy();
        assertThat(restore()
                        .harmlessTriggers("watch")
                        .from(backup)
                        .plan()
                        .execute()
                        .addedByTriggers())
                .hasSize(1)
                .containsValue(3L);
        assertThat(rows(live, "select count(*) from word where customer_id = " + OF_A))
                .containsExactly("6");
        assertThatThrownBy(() -> restore().from(backup).plan()).isInstanceOf(TransferRefusedException.class);
    }

    /** Adds what nobody asked for. */
    public static final class Watch implements Trigger {

        @Override
        public void fire(Connection connection, Object[] old, Object[] now) throws SQLException {
            if (!"added".equals(now[1])) {
                sql(connection, "insert into word values ('" + now[0] + "', 'added')");
            }
        }

        private static void sql(Connection connection, String sql) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void whatATriggerMakesOfARowIsSeen() throws SQLException {
        sql(live, "create trigger shout before insert on word for each row call '" + Shout.class.getName() + "'");
        destroy();
        RestorePlan plan = restore().harmlessTriggers("shout").from(backup).plan();
        assertThat(plan.conflicts())
                .anyMatch(conflict -> conflict.startsWith("Triggers changed rows of word, [")
                        && conflict.contains("Triggers declared harmless: [shout]"));
        assertThatThrownBy(plan::execute).isInstanceOf(TransferRefusedException.class);
    }

    /** Changes what is written. */
    public static final class Shout implements Trigger {

        @Override
        public void fire(Connection connection, Object[] old, Object[] now) {
            now[1] = "SAME";
        }
    }

    @Test
    void whoKillsItMakesItGoOn() throws Exception {
        Random random = new Random();
        // Without it H2 may keep a row of a killed transaction, and then no later one with its number can write it:
        // docs/restore.md.
        String liveUrl = "jdbc:h2:file:" + directory.resolve("live") + ";DATABASE_TO_LOWER=TRUE;WRITE_DELAY=0";
        String backupUrl = "jdbc:h2:file:" + directory.resolve("backup") + ";DATABASE_TO_LOWER=TRUE";
        String rows = "select id from part order by id";
        for (String url : List.of(liveUrl, backupUrl)) {
            withDatabase(url, database -> {
                H2Test.create(database, true);
                if (url.equals(backupUrl)) {
                    H2Test.fill(database);
                    sql(
                            database,
                            "insert into part select \"X\" + 1000, " + OF_A
                                    + ", \"X\" + 1000 from system_range(1, 700)");
                }
                return List.of();
            });
        }
        List<String> wanted = withDatabase(
                backupUrl,
                database -> rows(database, "select id from part where customer_id = " + OF_A + " order by id"));
        int kills = 0;
        boolean isDone = false;
        for (int attempt = 0; !isDone; attempt++) {
            assertThat(attempt).isLessThan(ATTEMPTS);
            JavaProcess process = JavaProcess.start(
                    List.of("-XX:TieredStopAtLevel=1"), Killed.class, List.of(liveUrl, backupUrl, A.toString()));
            isDone = process.endsWithin(random.nextInt(300 + 200 * attempt));
            kills += isDone ? 0 : 1;
            assertThat(wanted).containsAll(withDatabase(liveUrl, database -> rows(database, rows)));
        }
        assertThat(withDatabase(liveUrl, database -> rows(database, rows))).isEqualTo(wanted);
        assertThat(kills).isPositive();
    }

    /** Work with a database. */
    @FunctionalInterface
    private interface With {
        List<String> with(JdbcConnectionPool database) throws SQLException;
    }

    private static List<String> withDatabase(String url, With work) throws SQLException {
        JdbcConnectionPool database = JdbcConnectionPool.create(url, "sa", "");
        try {
            return work.with(database);
        } finally {
            database.dispose();
        }
    }

    /** Is killed while it restores. */
    static final class Killed {

        private Killed() {}

        public static void main(String[] urls) throws SQLException {
            JdbcConnectionPool live = JdbcConnectionPool.create(urls[0], "sa", "");
            JdbcConnectionPool backup = JdbcConnectionPool.create(urls[1], "sa", "");
            OwnershipModel model = OwnershipModel.read(live, H2Test::rules);
            System.out.println(JavaProcess.BEGINS);
            Transfer.between(live, model)
                    .restore(TenantId.parse(urls[2]))
                    .inChunksOf(5, 1)
                    .from(backup)
                    .plan()
                    .execute();
        }
    }

    @Test
    void whatIsOnlyForPostgresqlIsRefused() throws SQLException {
        assertThatThrownBy(() -> restore().comparingOthers(3).from(backup).plan())
                .hasMessageContaining("Rows of others are compared in PostgreSQL only.");
        assertThatThrownBy(() -> Transfer.between(live, OwnershipModel.read(live, H2Test::rules))
                        .clone(A, TenantId.create())
                        .newKeys("part", "id", "id + 50")
                        .from(backup)
                        .plan())
                .hasMessageContaining("Copies with new keys are made in PostgreSQL only, and this is H2.");
    }
}
