package dev.tenantsafety.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.ownership.TableName;
import dev.tenantsafety.testing.Database;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;
import org.postgresql.core.BaseConnection;
import org.postgresql.ds.PGSimpleDataSource;

/** What a restore looks at beside what one first thinks of: each guard here could be taken out without another test noticing. */
class TransferGuardTest extends TwoTenants {

    private List<String> conflicts(TenantId... tenants) throws SQLException {
        return restore(tenants).from(backup).plan().conflicts();
    }

    private RestoreReport run() throws SQLException {
        return restore(A).from(backup).plan().execute();
    }

    /** A run that ends after the first chunk of which this is true. */
    private static void stop(RestorePlan plan, Predicate<TransferProgress.Event> at) {
        assertThatThrownBy(() -> plan.execute(event -> {
                    if (at.test(event)) {
                        throw new IllegalStateException("stopped");
                    }
                }))
                .hasMessage("stopped");
    }

    private static boolean isLast(TransferProgress.Event event) {
        return event.rowsDone() == event.rows();
    }

    private static TableCount count(RestoreReport report, String table) {
        return report.tables().stream()
                .filter(count -> count.table().equals(new TableName("public", table)))
                .findFirst()
                .orElseThrow();
    }

    private List<String> refusals(Restore restore) {
        List<String> reasons = new ArrayList<>();
        assertThatThrownBy(() -> restore.from(backup).plan())
                .isInstanceOfSatisfying(TransferRefusedException.class, thrown -> reasons.addAll(thrown.reasons()));
        return reasons;
    }

    // ---- what stands in the way

    @Test
    void aRowThatIsNobodysIsNotTheOwners() throws SQLException {
        both(
                "create table label (id int primary key, customer_id uuid)",
                "insert into label values (1, " + OF_A + "), (2, " + OF_B + ")");
        sql(live, "update label set customer_id = null where id = 1");
        OwnershipModel model =
                OwnershipModel.read(live, rules -> TwoTenants.rules(rules).sharedWhereNull("customer_id"));
        assertThat(Transfer.between(live, model)
                        .restore(A)
                        .onConflict(ConflictPolicy.REPLACE_ALL)
                        .from(backup)
                        .plan()
                        .conflicts())
                .containsExactly(
                        "In label there are rows of somebody else, or of nobody, with the keys [1]. They are not touched, and rows with the "
                                + "same keys cannot come back: give others other keys, and delete what is nobody's.");
    }

    @Test
    void nullsAreTakenWhereTheyAreEqual() throws SQLException {
        assumeThat(Integer.parseInt(rows(live, "show server_version_num").get(0)))
                .as("nulls not distinct came with PostgreSQL 15")
                .isGreaterThanOrEqualTo(150_000);
        both(
                "create table slot (id int primary key, customer_id uuid not null, code text, unique nulls not distinct (code))");
        sql(backup, "insert into slot values (1, " + OF_A + ", null)");
        sql(live, "insert into slot values (2, " + OF_B + ", null)");
        assertThat(conflicts(A))
                .containsExactly(
                        "In slot, values of [code] were taken meanwhile: [1 by 2]. Change or mark those rows, or the value.");
    }

    @Test
    void nullsAreNotTakenWhereTheyAreNotEqual() throws SQLException {
        both("update customer set name = null");
        List<String> before = all(live);
        destroy(A);
        assertThat(conflicts(A)).isEmpty();
        run();
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void valuesAreNotTakenOutsideAnIndex() throws SQLException {
        sql(backup, "update person set version = -1 where id = 8");
        destroy(A);
        sql(
                live,
                "insert into person (id, customer_id, email, version) overriding system value values (907, " + OF_B
                        + ", 'P7', -1), (908, " + OF_B + ", 'P8', 0)");
        assertThat(conflicts(A)).isEmpty();
        run();
    }

    @Test
    void aReferenceThatNoForeignKeyEnforcesMayLeadNowhere() throws SQLException {
        both(
                "create table note (id int primary key, customer_id uuid not null, plan text)",
                "insert into note values (1, " + OF_A + ", 'gone')");
        sql(live, "delete from note");
        OwnershipModel model =
                OwnershipModel.read(live, rules -> TwoTenants.rules(rules).foreignKey("note", "plan", "plan"));
        Transfer.between(live, model).restore(A).from(backup).plan().execute();
        assertThat(rows(live, "select plan from note")).containsExactly("gone");
    }

    @Test
    void rowsThatDifferFailToo() throws SQLException {
        destroy(A);
        sql(live, "insert into customer values (" + OF_A + ", 'other', null)");
        assertThat(restore(A)
                        .onConflict(ConflictPolicy.FAIL)
                        .from(backup)
                        .plan()
                        .conflicts())
                .containsExactly("In customer, 1 rows are there already.");
    }

    @Test
    void rowsOfWhichAllIsKeyAreReplacedByNothing() throws SQLException {
        both(
                "create table member (customer_id uuid, number int, primary key (customer_id, number))",
                "insert into member values (" + OF_A + ", 1), (" + OF_A + ", 2)");
        sql(live, "delete from member where number = 2");
        RestoreReport report = restore(A)
                .onConflict(ConflictPolicy.REPLACE_ALL)
                .from(backup)
                .plan()
                .execute();
        assertThat(count(report, "member")).isEqualTo(new TableCount(new TableName("public", "member"), 1, 0, 0, 1));
    }

    @Test
    void theColumnThatSaysWhichIsNewerIsFoundInAnyCase() throws SQLException {
        both("alter table person rename version to \"Version\"");
        sql(live, "update person set email = 'old', \"Version\" = -1 where id = 2");
        RestoreReport report = restore(A)
                .onConflict(ConflictPolicy.REPLACE_OLDER)
                .newerBy("version", "id", "\"select\"", "select", "name")
                .from(backup)
                .plan()
                .execute();
        assertThat(count(report, "person").updated()).isEqualTo(1);
    }

    @Test
    void rowsWithoutAKeyComeBackInOnePieceHoweverMany() throws SQLException {
        both("insert into log select " + OF_A + ", 'same' from generate_series(1, 30)");
        List<String> before = all(live);
        sql(live, "delete from log where " + owned(A));
        run();
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void aUniqueValueInATableWithoutAKeyIsTheDatabasesToCheck() throws SQLException {
        both(
                "create table tag (customer_id uuid not null, code text unique)",
                "insert into tag values (" + OF_A + ", 'one')");
        sql(live, "delete from tag");
        run();
        assertThat(rows(live, "select code from tag")).containsExactly("one");
    }

    // ---- while it is written

    @Test
    void whatIsRefusedBeforeThePlanIsRefusedAfterItToo() throws SQLException {
        destroy(A);
        RestorePlan plan = restore(A).from(backup).plan();
        sql(backup, "alter table log add column more text");
        assertThatThrownBy(plan::execute)
                .isInstanceOf(TransferRefusedException.class)
                .hasMessageContaining("public.log.more is only in the source");
        assertThat(rows(live, "select id from customer where id = " + OF_A)).isEmpty();
    }

    @Test
    void whoIsNamedTwiceComesBackOnce() throws SQLException {
        destroy(A);
        RestorePlan plan = restore(A, A).from(backup).plan();
        assertThat(plan).asString().startsWith("1 tenant: 290 rows to insert, ");
        plan.execute();
    }

    @Test
    void whatIsTakenAfterThePlanIsNamedToo() throws SQLException {
        destroy(A);
        RestorePlan plan = restore(A).from(backup).plan();
        sql(
                live,
                "insert into person (id, customer_id, email) overriding system value values (907, " + OF_B + ", 'P7')");
        assertThatThrownBy(plan::execute)
                .isInstanceOf(TransferRefusedException.class)
                .hasMessageContaining("In person, values of [lower(email)] were taken meanwhile: [7 by 907].");
    }

    /** A trigger that may fire, for what else one cannot do at that moment. */
    private RestorePlan withTrigger(String when, String table, String body) throws SQLException {
        sql(
                live,
                "create function fire() returns trigger language plpgsql as $$begin if pg_trigger_depth() > 1 then return new; "
                        + "end if; " + body + " end$$",
                "create trigger fire " + when + " insert on " + table + " for each row execute function fire()");
        return restore(A).harmlessTriggers("fire").from(backup).plan();
    }

    @Test
    void aRowThatWasNotWrittenIsMissedAtOnce() throws SQLException {
        destroy(A);
        RestorePlan plan = withTrigger("before", "site", "if new.id = 3 then return null; end if; return new;");
        assertThatThrownBy(plan::execute)
                .isInstanceOf(TransferRefusedException.class)
                .hasMessageContaining(
                        "The restore stops at public.site: 4 rows were written where 5 were to be inserted and 0 "
                                + "updated");
        assertThat(rows(live, "select id from site where " + owned(A))).isEmpty();
    }

    @Test
    void aRowThatWentToSomebodyElseIsSeen() throws SQLException {
        destroy(A);
        List<String> others = rows(live, "select id from site");
        RestorePlan plan = withTrigger(
                "before", "site", "if new.id = 3 then new.customer_id := " + OF_B + "; end if; return new;");
        assertThatThrownBy(plan::execute)
                .isInstanceOf(TransferRefusedException.class)
                .hasMessageContaining("Rows of site, [3], would not belong to those who were named.");
        assertThat(rows(live, "select id from site")).isEqualTo(others);
    }

    @Test
    void moreRowsThanWereMeantAreSeen() throws SQLException {
        destroy(A);
        RestorePlan plan =
                withTrigger("after", "site", "insert into site values (new.id + 500, new.customer_id); return new;");
        assertThatThrownBy(plan::execute)
                .isInstanceOf(TransferRefusedException.class)
                .hasMessageContaining(
                        "The database counts 10 rows inserted into and 0 updated in public.site, where 5 and 0 were meant.");
        assertThat(rows(live, "select id from site where " + owned(A))).isEmpty();
    }

    @Test
    void rowsOfOthersThatWereChangedInTheSameTableAreSeen() throws SQLException {
        destroy(A);
        RestorePlan plan =
                withTrigger("after", "site", "update site set customer_id = customer_id where id = 1001; return new;");
        assertThatThrownBy(plan::execute)
                .isInstanceOf(TransferRefusedException.class)
                .hasMessageContaining(
                        "The database counts 5 rows inserted into and 5 updated in public.site, where 5 and 0 were meant.");
    }

    @Test
    void rowsOfOthersThatWereDeletedAreSeen() throws SQLException {
        destroy(A);
        RestorePlan plan = withTrigger("after", "person", "delete from person where id = 1050; return new;");
        sql(live, "delete from ticket where author = 1050");
        assertThatThrownBy(plan::execute)
                .isInstanceOf(TransferRefusedException.class)
                .hasMessageContaining("A trigger wrote to public.person (40 rows, 1 deleted), which was not meant.");
        assertThat(rows(live, "select id from person where id = 1050")).hasSize(1);
    }

    @Test
    void rowsThatWereDeletedElsewhereAreSeen() throws SQLException {
        destroy(A);
        sql(
                live,
                "create function fire() returns trigger language plpgsql as $$begin if current_setting("
                        + "'tenant_safety.restoring', true) is not null then delete from log; end if; return new; end$$",
                "create trigger fire after insert on site for each row execute function fire()");
        List<String> log = rows(live, "select log::text from log");
        assertThatThrownBy(this::run)
                .isInstanceOf(TransferRefusedException.class)
                .hasMessageContaining("A trigger wrote to public.log (0 rows, 8 deleted), which was not meant.");
        assertThat(rows(live, "select log::text from log")).containsAll(log).hasSize(8);
    }

    @Test
    void aHarmlessTriggerMayWriteElsewhere() throws SQLException {
        List<String> before = all(live);
        destroy(A);
        sql(live, "create table audit (id int)");
        OwnershipModel model =
                OwnershipModel.read(live, rules -> TwoTenants.rules(rules).excluded("audit", "ours"));
        sql(
                live,
                "create function fire() returns trigger language plpgsql as 'begin insert into audit values (new.id); return new; end'",
                "create trigger fire after insert on site for each row execute function fire()");
        OwnershipModel withTrigger =
                OwnershipModel.read(live, rules -> TwoTenants.rules(rules).excluded("audit", "ours"));
        assertThat(model.tables(TenantId.KIND)).hasSameSizeAs(withTrigger.tables(TenantId.KIND));
        Transfer.between(live, withTrigger)
                .restore(A)
                .harmlessTriggers("fire")
                .from(backup)
                .plan()
                .execute();
        assertThat(all(live)).isEqualTo(before);
        assertThat(rows(live, "select id from audit")).hasSize(5);
    }

    @Test
    void whoeverHoldsALockIsNotWaitedForLong() throws SQLException {
        destroy(A);
        RestorePlan plan = restore(A).from(backup).plan();
        try (Connection other = live.getConnection()) {
            other.setAutoCommit(false);
            try (var statement = other.createStatement()) {
                statement.execute("lock table site in share mode");
            }
            assertThatThrownBy(plan::execute)
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("lock timeout")
                    .hasMessageContaining("of which nothing was written");
            other.rollback();
        }
        plan.execute();
    }

    // ---- going on

    @Test
    void whatChangedInTheSourceIsWrittenAgain() throws SQLException {
        destroy(A);
        Restore restore = restore(A).inChunksOf(7, 1).onConflict(ConflictPolicy.REPLACE_ALL);
        stop(restore.from(backup).plan(), TransferGuardTest::isLast);
        sql(backup, "update person set email = 'later' where id = 1", "update loop_a set b = 2 where id = 1");
        stop(restore.from(backup).plan(), TransferGuardTest::isLast);
        assertThat(rows(live, "select email from person where id = 1")).containsExactly("later");
        assertThat(rows(live, "select b from loop_a where id = 1")).containsExactly("2");
        // and that is what is known of those chunks from now on
        RestoreReport report = restore.from(backup).plan().execute();
        assertThat(report.resumed()).isTrue();
        assertThat(count(report, "person")).isEqualTo(new TableCount(new TableName("public", "person"), 43, 1, 0, 6));
        assertThat(report.equal()).hasSize(10);
    }

    @Test
    void manyGoOnToo() throws SQLException {
        List<String> before = all(live);
        destroy(A);
        destroy(B);
        RestorePlan plan = restore(A, B).from(backup).plan();
        stop(plan, event -> event.unitsDone() == 1);
        assertThat(plan.execute().tables()).isEqualTo(plan.tables());
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void onlyTheSameRunGoesOn() throws SQLException {
        destroy(A);
        Restore restore =
                restore(A).onConflict(ConflictPolicy.REPLACE_OLDER).newerBy("version", "id", "select", "name");
        stop(restore.from(backup).plan(), event -> true);
        List<Restore> others = List.of(
                restore(A),
                restore(A).onConflict(ConflictPolicy.REPLACE_ALL).newerBy("version", "id", "select", "name"),
                restore(A).onConflict(ConflictPolicy.REPLACE_OLDER).newerBy("id", "version", "select", "name"),
                restore.inChunksOf(8, 1),
                restore.inChunksOf(7, 2),
                restore(B).onConflict(ConflictPolicy.REPLACE_OLDER).newerBy("version", "id", "select", "name"));
        for (Restore other : others) {
            assertThat(other.from(backup).plan().execute().resumed()).isFalse();
        }
        assertThat(restore.from(backup).plan().execute().resumed()).isTrue();
    }

    // ---- sequences

    @Test
    void aKeyThatIsVeryFarAheadOfItsSequenceIsNamed() throws SQLException {
        both("update ticket set id = 20000000 where id = 200");
        destroy(A);
        sql(live, "select setval('ticket_id_seq', 1, false)");
        RestoreReport report = run();
        assertThat(report.notes())
                .containsExactly(
                        "Sequence public.ticket_id_seq was not moved past the restored value 20000000, which is more than 10000000"
                                + " numbers ahead. If it can get there, move it while nobody writes: select"
                                + " setval('public.ticket_id_seq', 20000000)");
        assertThat(report.text()).contains(report.notes().get(0));
        assertThat(rows(live, "select nextval('ticket_id_seq')"))
                .as("it is past the keys before that")
                .containsExactly("1201");
        assertThat(run().notes()).as("each time").hasSize(1);
        sql(live, "select setval('public.ticket_id_seq', 20000000)");
        assertThat(run().notes()).isEmpty();
    }

    @Test
    void aKeyOfOthersThatIsVeryFarAheadEndsNoRestore() throws SQLException {
        both("update ticket set id = 20000000 where id = 1150");
        destroy(A);
        sql(live, "select setval('ticket_id_seq', 1, false)");
        assertThat(run().notes()).isEmpty();
        assertThat(rows(live, "select nextval('ticket_id_seq')")).containsExactly("1201");
    }

    @Test
    void aSequenceOfWhichNobodyDrewIsMovedToo() throws SQLException {
        both(
                "create table draw (id int generated by default as identity primary key, customer_id uuid not null)",
                "insert into draw values (1, " + OF_A + ")");
        sql(live, "delete from draw");
        run();
        assertThat(rows(live, "insert into draw (customer_id) values (" + OF_B + ") returning id"))
                .containsExactly("2");
    }

    // ---- before a row is looked at

    @Test
    void tablesThatTheSourceDoesNotHaveAreNamed() throws SQLException {
        JdbcConnectionPool h2 = Database.H2.connections();
        try {
            sql(h2, "create table customer (id uuid primary key)");
            sql(backup, "create schema \"PUBLIC\""); // or it would be refused because this is not there
            OwnershipModel ofH2 = OwnershipModel.read(h2, rules -> rules.root("customer", TenantId.KIND));
            assertThatThrownBy(() ->
                            Transfer.between(h2, ofH2).restore(A).from(backup).plan())
                    .isInstanceOf(TransferRefusedException.class)
                    .hasMessage(
                            "The restore is refused: The source has no table PUBLIC.CUSTOMER. Was the backup made before it was "
                                    + "there? Restore an older schema, or leave the table out.");
            assertThatThrownBy(() -> restore(A).from(h2).plan())
                    .hasMessageStartingWith("There is no schema public in this database");
            assertThat(h2.getActiveConnections()).isZero();
        } finally {
            h2.dispose();
        }
    }

    @Test
    void aTableThatTheSourceHasNotIsNamed() throws SQLException {
        sql(backup, "drop table log");
        assertThat(refusals(restore(A)))
                .containsExactly(
                        "The source has no table public.log. Was the backup made before it was there? Restore an older schema, or leave "
                                + "the table out.");
    }

    @Test
    void aTableWithoutAKeyNeedsNoColumnThatSaysWhichIsNewer() throws SQLException {
        assertThat(restore(A)
                        .onConflict(ConflictPolicy.REPLACE_OLDER)
                        .newerBy("version")
                        .from(backup)
                        .plan()
                        .notes())
                .anyMatch(note -> note.startsWith("Tables without any of the columns [version]")
                        && note.contains("public.customer")
                        && !note.contains("public.log"));
    }

    @Test
    void columnsThatCanDoWithoutAValueMayBeNew() throws SQLException {
        sql(
                live,
                "alter table site add column may text",
                "alter table site add column number int generated always as identity",
                "alter table site add column twice int generated always as (id * 2) stored");
        destroy(A);
        run();
        assertThat(rows(live, "select twice from site where id = 3")).containsExactly("6");
        sql(
                live,
                "alter table site add column must text",
                "update site set must = ''",
                "alter table site alter must set not null");
        assertThat(refusals(restore(A)))
                .containsExactly(
                        "public.site.must is not in the source, cannot be null and has no default. Give it one while you restore.");
    }

    @Test
    void whatIsComputedOnOneSideOnlyIsRefusedWhereValuesWouldBeLost() throws SQLException {
        sql(
                backup,
                "alter table site add column twice int",
                "alter table person add column gone int generated always as (1) stored");
        sql(live, "alter table site add column twice int generated always as (id * 2) stored");
        assertThat(refusals(restore(A)))
                .containsExactly(
                        "public.site.twice is computed in the live database, and what the source holds would be lost.");
        // the type of what is computed in the source does not matter, its values are not taken
        sql(
                backup,
                "alter table site drop column twice",
                "alter table site add column twice text generated always as ('x') stored");
        destroy(A);
        run();
    }

    @Test
    void onlyTriggersThatFireAreNamed() throws SQLException {
        sql(live, "create function fire() returns trigger language plpgsql as 'begin return new; end'");
        sql(live, "create trigger off before insert on site for each row execute function fire()");
        sql(live, "alter table site disable trigger off");
        sql(live, "create trigger changes before update on site for each row execute function fire()");
        destroy(A);
        run();
        assertThat(refusals(restore(A).onConflict(ConflictPolicy.REPLACE_ALL)))
                .singleElement()
                .asString()
                .startsWith("The trigger changes of public.site would fire for each row that is restored.");
    }

    @Test
    void rowLevelSecurityOfTheLiveDatabaseIsNoticed() throws SQLException {
        String role = "writer_" + B.uuid().toString().replace("-", "");
        sql(
                live,
                "create role " + role + " login",
                "grant all on schema public to public",
                "grant all on all tables in schema public to public",
                "grant all on all sequences in schema public to public",
                "alter table site enable row level security");
        PGSimpleDataSource asWriter = anew(live);
        asWriter.setUser(role);
        OwnershipModel model = OwnershipModel.read(live, TwoTenants::rules);
        String active = "Row-level security of public.site is active for this user in the ";
        assertThatThrownBy(() -> Transfer.between(asWriter, model)
                        .restore(A)
                        .from(backup)
                        .plan())
                .isInstanceOf(TransferRefusedException.class)
                .hasMessageContaining(active + "live database");
    }

    // ---- settings

    private static final List<String> SETTINGS = List.of(
            "datestyle = 'SQL, DMY'",
            "intervalstyle = 'sql_standard'",
            "timezone = 'Asia/Kathmandu'",
            "extra_float_digits = 0",
            "bytea_output = 'escape'",
            "xmloption = 'document'");

    private void liking(JdbcConnectionPool database) throws SQLException {
        String name = rows(database, "select current_database()").get(0);
        for (String setting : SETTINGS) {
            sql(database, "alter database " + name + " set " + setting);
        }
    }

    /** Connections that are opened from now on. */
    private static PGSimpleDataSource anew(JdbcConnectionPool database) throws SQLException {
        PGSimpleDataSource anew = new PGSimpleDataSource();
        try (Connection connection = database.getConnection()) {
            anew.setURL(connection.getMetaData().getURL());
        }
        anew.setUser("postgres");
        return anew;
    }

    /** Values whose text depends on settings. Both databases have them, written alike. */
    private void values() throws SQLException {
        both(
                "create table value (id int primary key, customer_id uuid not null, i interval, f float8, b bytea, x xml, t timestamptz,"
                        + " d date)",
                "insert into value values (1, " + OF_A
                        + ", '-1 day -2 hours', 0.1::float8 + 0.2::float8, '\\x00ff41', 'no <a/> root',"
                        + " '2020-02-03 04:05:06+00', '2020-02-03')");
    }

    private static List<String> plain(JdbcConnectionPool database) throws SQLException {
        return rows(
                database,
                "select concat_ws(' ', id, extract(epoch from i), f = 0.1::float8 + 0.2::float8, encode(b, 'hex'), x::text,"
                        + " extract(epoch from t), extract(doy from d)) from value");
    }

    @Test
    void valuesComeFromADatabaseThatWritesThemAnotherWay() throws SQLException {
        values();
        List<String> before = all(live);
        List<String> plain = plain(live);
        destroy(A);
        sql(live, "delete from value");
        liking(backup);
        restore(A).from(anew(backup)).plan().execute();
        assertThat(plain(live)).isEqualTo(plain);
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void valuesComeIntoADatabaseThatWritesThemAnotherWay() throws SQLException {
        values();
        List<String> plain = plain(live);
        destroy(A);
        sql(live, "delete from value");
        liking(live);
        RestoreReport report = Transfer.between(anew(live), OwnershipModel.read(live, TwoTenants::rules))
                .restore(A)
                .inChunksOf(7, 1)
                .from(backup)
                .plan()
                .execute();
        assertThat(report.equal()).hasSize(11);
        assertThat(plain(live)).isEqualTo(plain);
    }

    // ---- connections

    @Test
    void connectionsAreGivenBackAsTheyCame() throws SQLException {
        destroy(A);
        try (Connection ofLive = live.getConnection();
                Connection ofBackup = backup.getConnection()) {
            List<Connection> both = List.of(ofLive, ofBackup);
            for (Connection connection : both) {
                connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            }
            List<String> during = new ArrayList<>();
            Transfer.between(only(ofLive), OwnershipModel.read(live, TwoTenants::rules))
                    .restore(A)
                    .from(only(ofBackup))
                    .plan()
                    .execute(event -> {
                        try {
                            during.add(ofLive.getTransactionIsolation() + " " + ofBackup.getTransactionIsolation() + " "
                                    + ofBackup.isReadOnly());
                        } catch (SQLException e) {
                            throw new IllegalStateException(e);
                        }
                    });
            assertThat(during)
                    .isNotEmpty()
                    .containsOnly(Connection.TRANSACTION_READ_COMMITTED + " " + Connection.TRANSACTION_REPEATABLE_READ
                            + " true");
            for (Connection connection : both) {
                assertThat(connection.getAutoCommit()).isTrue();
                assertThat(connection.isReadOnly()).isFalse();
                assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
            }
        }
    }

    @Test
    void connectionsCanBeUsedAfterARunThatWasStopped() throws SQLException {
        destroy(A);
        try (Connection ofLive = live.getConnection();
                Connection ofBackup = backup.getConnection()) {
            RestorePlan plan = Transfer.between(only(ofLive), OwnershipModel.read(live, TwoTenants::rules))
                    .restore(A)
                    .inChunksOf(7, 1)
                    .inParallel(1)
                    .from(only(ofBackup))
                    .plan();
            // in the middle of what the source sends
            stop(plan, event -> event.table().table().equals("person"));
            for (Connection connection : List.of(ofLive, ofBackup)) {
                assertThat(connection.getAutoCommit()).isTrue();
                assertThat(connection.isReadOnly()).isFalse();
                assertThat(connection.isValid(5)).isTrue();
            }
            plan.execute();
        }
    }

    @Test
    void rowsThatGotLostOnTheWayAreMissed() throws SQLException {
        try (Connection connection = live.getConnection()) {
            CopyManager losing = new CopyManager(connection.unwrap(BaseConnection.class)) {
                @Override
                public CopyOut copyOut(String sql) throws SQLException {
                    CopyOut copy = super.copyOut(sql);
                    return with(CopyOut.class, copy, "getHandledRowCount", () -> copy.getHandledRowCount() + 1);
                }
            };
            PGConnection driver =
                    with(PGConnection.class, connection.unwrap(PGConnection.class), "getCopyAPI", () -> losing);
            Connection seen = with(Connection.class, connection, "unwrap", () -> driver);
            assertThatThrownBy(() -> Copy.out(seen, "select * from plan", 10, chunk -> {}))
                    .isInstanceOf(SQLException.class)
                    .hasMessage("The database sent 2 rows, and 1 arrived. Try again.");
        }
    }

    /** The same, but for one method. */
    private static <T> T with(Class<T> type, T of, String name, Supplier<?> instead) {
        return type.cast(Proxy.newProxyInstance(
                TransferGuardTest.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
                    if (method.getName().equals(name)) {
                        return instead.get();
                    }
                    try {
                        return method.invoke(of, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    /** Gives one connection, each time; a pool that is as small as can be. */
    private static DataSource only(Connection connection) {
        Connection kept = with(Connection.class, connection, "close", () -> null);
        return (DataSource) Proxy.newProxyInstance(
                TransferGuardTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, args) -> kept);
    }
}
