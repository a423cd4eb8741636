package dev.tenantsafety.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.archive.ArchiveTrust;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.ownership.TableName;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** Rows come back from a backup into the live database, and nobody else is touched. */
class RestoreTest extends TwoTenants {

    private static final String NULLING = "Restore those first, or call nullingMissingReferences().";

    @TempDir
    private Path directory;

    private static long inserted(List<TableCount> tables) {
        return tables.stream().mapToLong(TableCount::inserted).sum();
    }

    @Test
    void aTenantComesBackAsItWas() throws SQLException {
        List<String> before = all(live);
        destroy(A);
        assertThat(all(live)).hasSizeLessThan(before.size());
        RestorePlan plan = restore(A).from(backup).plan();
        assertThat(plan.conflicts()).isEmpty();
        assertThat(inserted(plan.tables())).isEqualTo(before.size() / 2);
        List<TransferProgress.Event> events = new ArrayList<>();
        RestoreReport report = plan.execute(events::add);
        assertThat(all(live)).isEqualTo(before);
        assertThat(report.equal()).hasSize(10);
        assertThat(report.differing()).isEmpty();
        assertThat(report.tables()).isEqualTo(plan.tables());
        assertThat(report)
                .hasToString(
                        "1 owner restored and verified: 290 rows inserted, 0 updated; 10 tables equal to the source.");
        assertThat(events).last().satisfies(event -> assertThat(event.rowsDone())
                .isEqualTo(event.rows()));
    }

    @Test
    void aSecondRunWritesNothing() throws SQLException {
        destroy(A);
        restore(A).from(backup).plan().execute();
        RestorePlan again = restore(A).from(backup).plan();
        assertThat(inserted(again.tables())).isZero();
        List<TransferProgress.Event> events = new ArrayList<>();
        RestoreReport report = again.execute(events::add);
        assertThat(report.tables()).isEqualTo(again.tables());
        assertThat(report.equal()).hasSize(10);
        // nor does it read one
        assertThat(events).hasSize(10).allSatisfy(event -> assertThat(event.bytesDone())
                .isZero());
        // a second disaster is not taken for the first
        destroy(A);
        RestoreReport second = restore(A).from(backup).plan().execute();
        assertThat(inserted(second.tables())).isEqualTo(290);
        assertThat(second.resumed()).isFalse();
    }

    @Test
    void manyComeBackInOneRun() throws SQLException {
        List<String> before = all(live);
        destroy(A);
        destroy(B);
        assertThat(restore(B, A).from(backup).plan().execute().owners()).containsExactly(B, A);
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void aRunThatWasStoppedGoesOnWhereItWas() throws SQLException {
        List<String> before = all(live);
        destroy(A);
        RestorePlan plan = restore(A).inChunksOf(7, 1).from(backup).plan();
        int[] chunks = new int[1];
        for (int stopAt : List.of(1, 5, 20, 30)) {
            chunks[0] = 0;
            assertThatThrownBy(() -> plan.execute(event -> {
                        if (++chunks[0] == stopAt) {
                            throw new IllegalStateException("stopped");
                        }
                    }))
                    .hasMessage("stopped");
        }
        RestoreReport report = plan.execute();
        assertThat(report.resumed()).isTrue();
        assertThat(report.tables()).isEqualTo(plan.tables());
        assertThat(all(live)).isEqualTo(before);
        assertThat(rows(live, "select count(*) from tenant_safety_transfer")).containsExactly("1");
    }

    @Test
    void rowsThatAreThereStayOrAreReplacedByThePolicy() throws SQLException {
        sql(
                live,
                "update person set email = 'new', version = 7 where id = 1",
                "update person set email = 'old', version = -1 where id = 2",
                "delete from ticket where id = 3",
                "insert into ticket (id, site_id, title) values (501, 1, 'made after the backup')");
        RestorePlan missing = restore(A).from(backup).plan();
        assertThat(missing.tables()).contains(new TableCount(new TableName("public", "person"), 0, 0, 2, 48));
        RestoreReport report = missing.execute();
        assertThat(report.differing()).containsExactlyInAnyOrder("public.person", "public.ticket");
        assertThat(rows(live, "select email from person where id <= 2 order by id"))
                .containsExactly("new", "old");
        assertThat(rows(live, "select title from ticket where id = 501")).hasSize(1);

        // B has no column that says which row is newer, but nobody asks for B
        RestoreReport replaced = restore(A)
                .onConflict(ConflictPolicy.REPLACE_ALL)
                .from(backup)
                .plan()
                .execute();
        assertThat(replaced.tables().stream().mapToLong(TableCount::updated).sum())
                .isEqualTo(2);
        assertThat(rows(live, "select email from person where id <= 2 order by id"))
                .containsExactly("p1", "p2");
        assertThat(rows(live, "select title from ticket where id = 501")).hasSize(1);

        assertThat(restore(A)
                        .onConflict(ConflictPolicy.FAIL)
                        .from(backup)
                        .plan()
                        .conflicts())
                .contains("In customer, 1 rows are there already.");
    }

    @Test
    void theNewerRowStays() throws SQLException {
        OwnershipModel model = OwnershipModel.read(live, rules -> rules.root("customer", TenantId.KIND)
                .ownedByColumn("person", "customer_id", TenantId.KIND)
                .shared("plan")
                .excluded("site", "x")
                .excluded("ticket", "x")
                .excluded("step", "x")
                .excluded("loop_a", "x")
                .excluded("loop_b", "x")
                .excluded("log", "x")
                .excluded("odd", "x")
                .excluded("event", "x"));
        sql(live, "update person set email = 'new', version = 7 where id = 1");
        sql(live, "update person set email = 'older', version = -1 where id = 2");
        Restore restore = Transfer.between(live, model).restore(A).onConflict(ConflictPolicy.REPLACE_OLDER);
        assertThatThrownBy(() -> restore.newerBy("versoin").from(backup).plan())
                .isInstanceOf(TransferRefusedException.class)
                .hasMessage(
                        "The restore is refused: No table has one of the columns [versoin] of newerBy(…), in the source and in the "
                                + "live database. Name the column that tells the newer of two rows.");
        sql(live, "update customer set name = 'newer' where id = " + OF_A);
        RestorePlan plan = restore.newerBy("version").from(backup).plan();
        assertThat(plan.notes())
                .contains(
                        "Tables without any of the columns [version] keep their existing rows as they are: public.customer.");
        RestoreReport report = plan.execute();
        assertThat(rows(live, "select name from customer where id = " + OF_A)).containsExactly("newer");
        assertThat(report.tables()).contains(new TableCount(new TableName("public", "person"), 0, 1, 1, 48));
        assertThat(rows(live, "select email from person where id <= 2 order by id"))
                .containsExactly("new", "p2");
    }

    @Test
    void aKeyThatSomebodyElseHasNowIsAConflict() throws SQLException {
        destroy(A);
        sql(live, "insert into site values (3, '" + B.uuid() + "')");
        List<String> before = all(live);
        RestorePlan plan = restore(A).from(backup).plan();
        assertThat(plan.conflicts())
                .containsExactly(
                        "In site there are rows of somebody else, or of nobody, with the keys [3]. They are not touched, and rows with the "
                                + "same keys cannot come back: give others other keys, and delete what is nobody's.",
                        "Rows of ticket, [2, 7, 12, 17, 22] and more, belong to somebody who was not named, or point at rows that "
                                + "now do.");
        assertThatThrownBy(plan::execute)
                .isInstanceOf(TransferRefusedException.class)
                .hasMessageStartingWith(
                        "The restore of 1 tenant is refused, for 2 reasons:\n  In site there are rows of somebody else, or of nobody");
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void aValueThatWasTakenIsAConflict() throws SQLException {
        destroy(A);
        sql(
                live,
                "insert into person (id, customer_id, email) overriding system value values (900, '" + B.uuid()
                        + "', 'P7')",
                "update customer set name = 'name 0'");
        assertThat(restore(A).from(backup).plan().conflicts())
                .containsExactlyInAnyOrder(
                        "In customer, values of [name] were taken meanwhile: [" + A.uuid() + " by " + B.uuid()
                                + "]. Change or mark those rows, or the value.",
                        "In person, values of [lower(email)] were taken meanwhile: [7 by 900]. Change or mark those rows, or the value.");
    }

    @Test
    void whatIsPointedAtMustBeThere() throws SQLException {
        destroy(A);
        destroy(B);
        sql(live, "delete from plan");
        assertThat(restore(A).from(backup).plan().conflicts())
                .containsExactly("Rows of customer, [" + A.uuid()
                        + "], point through plan at rows of plan that are not there. " + NULLING);
    }

    @Test
    void whatOthersPointAtComesOrIsMissed() throws SQLException {
        // a ticket of A has an author of B, and a label that is for all
        for (JdbcConnectionPool database : List.of(live, backup)) {
            sql(
                    database,
                    "create table label (id int primary key, customer_id uuid)",
                    "alter table ticket add column label int references label",
                    "insert into label values (1, null)",
                    "update ticket set label = 1, author = 1001 where id = 7");
        }
        Restore restore = Transfer.between(live, OwnershipModel.read(live, rules -> TwoTenants.rules(rules)
                        .sharedWhereNull("customer_id")))
                .restore(A)
                .inChunksOf(7, 1);
        List<String> before = all(live);
        destroy(A);
        restore.from(backup).plan().execute();
        assertThat(all(live)).isEqualTo(before);
        destroy(A);
        destroy(B);
        sql(live, "delete from label");
        List<String> without = all(live);
        RestorePlan plan = restore.from(backup).plan();
        assertThat(plan.conflicts())
                .containsExactlyInAnyOrder(
                        "Rows of ticket, [7], point through author at rows of person that are not there. " + NULLING,
                        "Rows of ticket, [7], point through label at rows of label that are not there. " + NULLING);
        assertThatThrownBy(plan::execute).isInstanceOf(TransferRefusedException.class);
        assertThat(all(live)).isEqualTo(without);
    }

    @Test
    void whatBelongsToThoseWhoPointAtItComesBeforeThem() throws SQLException {
        for (JdbcConnectionPool database : List.of(live, backup)) {
            sql(
                    database,
                    "create table content (id int primary key, text text)",
                    "create table part (id int primary key, content int not null references content)",
                    "create table avatar (customer_id uuid primary key, content int references content)",
                    "insert into content values (1, 'of A'), (2, 'of B'), (3, 'of nobody')",
                    "insert into part values (1, 1), (2, 2)",
                    "insert into avatar values ('" + A.uuid() + "', 1), ('" + B.uuid() + "', 2)");
        }
        OwnershipModel model = OwnershipModel.read(
                live,
                rules -> TwoTenants.rules(rules).ownedByReferrers("content").ownedThrough("part", "content"));
        List<String> contents = rows(live, "select content::text from content order by id");
        Restore restore = Transfer.between(live, model).restore(A).inChunksOf(7, 1);

        sql(
                live,
                "delete from avatar where " + owned(A),
                "delete from part where id = 1",
                "delete from content where id = 1");
        restore.from(backup).plan().execute();
        assertThat(rows(live, "select content::text from content order by id")).isEqualTo(contents);
        assertThat(rows(live, "select id from part")).containsExactlyInAnyOrder("1", "2");

        // who pointed at it is gone, and it is there
        sql(live, "delete from avatar where " + owned(A));
        restore.from(backup).plan().execute();
        assertThat(rows(live, "select content from avatar order by content")).containsExactly("1", "2");

        // it is somebody else's now
        sql(live, "delete from avatar where " + owned(A), "update avatar set content = 1");
        assertThat(restore.from(backup).plan().conflicts())
                .contains(
                        "In content there are rows of somebody else, or of nobody, with the keys [1]. They are not touched, and rows with the "
                                + "same keys cannot come back: give others other keys, and delete what is nobody's.");

        // nobody's it would stay: who points at it did not come
        sql(live, "update avatar set content = 2", "delete from part where id = 1", "delete from content where id = 1");
        sql(
                live,
                "create function lose() returns trigger language plpgsql as 'begin return null; end'",
                "create trigger lose before insert on avatar for each row execute function lose()");
        assertThatThrownBy(() ->
                        restore.harmlessTriggers("lose").from(backup).plan().execute())
                .isInstanceOf(TransferRefusedException.class);
    }

    /** A shared row and rows of B point at rows of A. */
    private OwnershipModel withReferencesIn() throws SQLException {
        for (JdbcConnectionPool database : List.of(live, backup)) {
            sql(
                    database,
                    "create table pin (id int primary key, label text, site int references site on delete set null)",
                    "insert into pin select n, 'pin ' || n, 1 from generate_series(1, 4) n",
                    "create table watch (customer_id uuid, \"n o\" text, ticket int references ticket on delete set null, "
                            + "seen date, primary key (customer_id, \"n o\"))",
                    "insert into watch values ('" + B.uuid() + "', 'a, \"b\"', 5, '2020-01-01'), ('" + B.uuid()
                            + "', 'c', 1005, null), ('" + A.uuid() + "', 'd', 5, null)",
                    "create table star (id int primary key, customer_id uuid, ticket int references ticket on delete cascade)",
                    "insert into star values (1, '" + B.uuid() + "', 5)");
        }
        return OwnershipModel.read(live, rules -> TwoTenants.rules(rules).shared("pin"));
    }

    private static final List<String> REFERRING = List.of("pin", "watch", "star");

    private List<String> referring() throws SQLException {
        List<String> all = new ArrayList<>();
        for (String table : REFERRING) {
            all.addAll(rows(live, "select (t.*)::text from " + table + " t order by 1"));
        }
        return all;
    }

    @Test
    void whatOthersPointedWithIsSetBack() throws Exception {
        OwnershipModel model = withReferencesIn();
        List<String> before = referring();
        Path archive = directory.resolve("a");
        ExportReport exported =
                Transfer.between(backup, model).export(A).to(archive).run();
        assertThat(exported.warnings()).noneMatch(warning -> warning.contains("of others"));
        for (boolean fromArchive : List.of(false, true)) {
            sql(live, "delete from watch where " + owned(A));
            destroy(A);
            sql(live, "update pin set site = 1001 where id = 2", "update pin set label = 'new' where id = 3");
            sql(live, "delete from pin where id = 4");
            List<String> destroyed = referring();
            Restore restore = Transfer.between(live, model).restore(A).inChunksOf(7, 1);
            RestorePlan plan = fromArchive
                    ? restore.from(Archives.in(archive, ArchiveTrust.nobody().unsignedToo()))
                            .plan()
                    : restore.from(backup).plan();
            List<String> sentences = List.of(
                    "Rows of others, of public.star, point through ticket at rows that come back: 0 to set back, 0 as they were, "
                            + "0 changed since and stay, 1 gone.",
                    "Rows of others, of public.watch, point through ticket at rows that come back: 1 to set back, 0 as they were, "
                            + "0 changed since and stay, 0 gone.",
                    "Rows of others, of public.pin, point through site at rows that come back: 1 to set back, 0 as they were, 2 changed "
                            + "since and stay, 1 gone.");
            assertThat(plan.referencesIn()).containsExactlyInAnyOrderElementsOf(sentences);
            assertThat(plan.toString()).contains(sentences.get(0));
            assertThat(referring()).isEqualTo(destroyed);
            assertThat(plan.execute().referencesIn()).containsExactlyInAnyOrderElementsOf(sentences);
            // of A all is as it was; of the others what had not changed
            assertThat(rows(live, "select (t.*)::text from watch t order by 1"))
                    .isEqualTo(rows(backup, "select (t.*)::text from watch t order by 1"));
            assertThat(rows(live, "select (t.*)::text from pin t order by 1"))
                    .containsExactly("(1,\"pin 1\",1)", "(2,\"pin 2\",1001)", "(3,new,)");
            sql(
                    live,
                    "delete from pin",
                    "insert into pin select n, 'pin ' || n, 1 from generate_series(1, 4) n",
                    "insert into star values (1, '" + B.uuid() + "', 5)");
            assertThat(referring()).isEqualTo(before);
        }
    }

    @Test
    void triggersOfThoseWhoPointAreNamedToo() throws SQLException {
        OwnershipModel model = withReferencesIn();
        sql(live, "delete from watch where " + owned(A));
        destroy(A);
        sql(
                live,
                "create function count_pins() returns trigger language plpgsql as 'begin update pin set label = label || ''!'' "
                        + "where id <> new.id; return new; end'",
                "create trigger count_pins after update on pin for each row when (pg_trigger_depth() = 0) execute function count_pins()");
        assertThatThrownBy(() ->
                        Transfer.between(live, model).restore(A).from(backup).plan())
                .hasMessageContaining(
                        "public.pin of the live database has changed since the ownership model was read. Read the model anew.");
        OwnershipModel anew =
                OwnershipModel.read(live, rules -> TwoTenants.rules(rules).shared("pin"));
        Restore restore = Transfer.between(live, anew).restore(A);
        assertThatThrownBy(() -> restore.from(backup).plan())
                .hasMessageContaining("The trigger count_pins of public.pin would fire");
        sql(
                live,
                "create or replace function count_pins() returns trigger language plpgsql as 'begin if current_setting("
                        + "''tenant_safety.restoring'', true) is null then return new; end if; update pin set label = label || ''!''; "
                        + "return new; end'");
        List<String> pins = rows(live, "select (t.*)::text from pin t order by 1");
        assertThatThrownBy(() -> restore.from(backup).plan().execute())
                .isInstanceOf(TransferRefusedException.class)
                .hasMessageContaining("were meant");
        assertThat(rows(live, "select (t.*)::text from pin t order by 1")).isEqualTo(pins);
    }

    @Test
    void theWorldMayNotMoveBetweenPlanAndExecution() throws SQLException {
        destroy(A);
        RestorePlan plan = restore(A).inParallel(1).from(backup).plan();
        sql(live, "insert into customer values ('" + A.uuid() + "', 'other', null)");
        List<String> before = all(live);
        assertThatThrownBy(plan::execute)
                .isInstanceOf(TransferRefusedException.class)
                .hasMessageContaining("Rows of customer are no longer as the plan saw them. Make the plan anew.");
        assertThat(all(live)).isEqualTo(before);
        assertThat(restore(A).from(backup).plan().execute().differing()).containsExactly("public.customer");
    }

    @Test
    void whatWasThereWhenItWasPlannedMayNotGo() throws SQLException {
        RestorePlan plan = restore(A).from(backup).plan();
        sql(live, "delete from log where text is null and " + owned(A));
        List<String> before = all(live);
        assertThatThrownBy(plan::execute)
                .isInstanceOf(TransferRefusedException.class)
                .hasMessage("The restore stops: Rows of log are no longer as the plan saw them. Make the plan anew.");
        assertThat(all(live)).isEqualTo(before);
        assertThat(inserted(restore(A).from(backup).plan().execute().tables())).isOne();
    }

    @Test
    void whatIsThereAlreadyFailsToo() throws SQLException {
        assertThat(restore(A)
                        .onConflict(ConflictPolicy.FAIL)
                        .from(backup)
                        .plan()
                        .conflicts())
                .hasSize(10)
                .contains("In log, 4 rows are there already.");
    }

    @Test
    void whatTheDatabaseRefusesMeanwhileIsSaidInThePlansWords() throws SQLException {
        destroy(A);
        RestorePlan plan = restore(A).inParallel(1).from(backup).plan();
        sql(
                live,
                "insert into person (id, customer_id, email) overriding system value values (900, '" + B.uuid()
                        + "', 'P7')");
        assertThatThrownBy(plan::execute)
                .isInstanceOf(TransferRefusedException.class)
                .hasMessage(
                        "The restore stops at [0/public.person/0], of which nothing was written: In person, values of "
                                + "[lower(email)] were taken meanwhile: [7 by 900]. Change or mark those rows, or the value.");
        assertThat(rows(live, "select id from person where " + owned(A))).isEmpty();
        sql(live, "delete from person where id = 900");
        assertThat(plan.execute().resumed()).isTrue();
    }

    @Test
    void rowsOfOthersInTheSourceAreNotTaken() throws SQLException {
        destroy(A);
        // in the backup, a site of B was given to A, and its tickets with it; in the live database it is B's
        sql(backup, "update site set customer_id = '" + A.uuid() + "' where id = 1001");
        List<String> before = all(live);
        assertThat(restore(A).from(backup).plan().conflicts())
                .anyMatch(conflict -> conflict.startsWith(
                        "In site there are rows of somebody else, or of nobody, with the keys [1001]"));
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void triggersAreNamedBeforeTheyFire() throws SQLException {
        destroy(A);
        sql(
                live,
                "create function stamp() returns trigger language plpgsql as 'begin new.text = ''stamped''; return new; end'",
                "create trigger stamp before insert on log for each row execute function stamp()");
        assertThatThrownBy(() -> restore(A).from(backup).plan())
                .isInstanceOf(TransferRefusedException.class)
                .hasMessage(
                        "The restore is refused: The trigger stamp of public.log would fire for each row that is restored. If it may, "
                                + "say harmlessTriggers(\"stamp\"); if not, let its function begin with:  if current_setting("
                                + "'tenant_safety.restoring', true) = 'on' then return new; end if;");
        // who says that it is harmless is told if it was not
        assertThatThrownBy(() ->
                        restore(A).harmlessTriggers("stamp").from(backup).plan().execute())
                .hasMessageContaining(
                        "Triggers changed rows of log, [4 of them], while they were written, so that they differ from the source.");
        destroy(A);
        sql(
                live,
                "create or replace function stamp() returns trigger language plpgsql as 'begin if current_setting("
                        + "''tenant_safety.restoring'', true) = ''on'' then return new; end if; new.text = ''stamped''; return new; end'");
        assertThat(restore(A).from(backup).plan().execute().differing()).isEmpty();
    }

    @Test
    void whatATriggerWritesElsewhereIsSeen() throws SQLException {
        destroy(A);
        sql(
                live,
                "create function touch() returns trigger language plpgsql as "
                        + "'begin if current_setting(''tenant_safety.restoring'', true) is null then return new; end if; "
                        + "update customer set name = name || ''!'' where id <> new.customer_id; return new; end'",
                "create trigger touch after insert on site for each row execute function touch()");
        List<String> others = rows(live, "select name from customer where id = '" + B.uuid() + "'");
        assertThatThrownBy(() -> restore(A).from(backup).plan().execute())
                .isInstanceOf(TransferRefusedException.class)
                .hasMessageContaining("A trigger wrote to public.customer (5 rows, 0 deleted), which was not meant.");
        assertThat(rows(live, "select name from customer where id = '" + B.uuid() + "'"))
                .isEqualTo(others);
        assertThat(rows(live, "select id from site where " + owned(A))).isEmpty();
    }

    @Test
    void columnsMayBeAddedButNotLost() throws SQLException {
        destroy(A);
        sql(live, "alter table site add column colour text not null default 'red'");
        RestorePlan plan = restore(A).from(backup).plan();
        assertThat(plan.notes())
                .startsWith(
                        "public.log has no primary key: rows of which there are as many as there were are taken for the same, and none "
                                + "is replaced.",
                        "public.site.colour is not in the source, and takes its default.");
        plan.execute();
        assertThat(rows(live, "select distinct colour from site")).containsExactly("red");
        sql(backup, "alter table site add column note text", "alter table log alter column text type varchar(99)");
        sql(live, "alter table person add column must int");
        sql(live, "update person set must = 1", "alter table person alter column must set not null");
        assertThatThrownBy(() -> restore(A).from(backup).plan())
                .isInstanceOfSatisfying(
                        TransferRefusedException.class,
                        thrown -> assertThat(thrown.reasons())
                                .containsExactlyInAnyOrder(
                                        "public.person.must is not in the source, cannot be null and has no default. Give it one while you restore.",
                                        "public.site.note is only in the source, and what it holds would be lost. Migrate the source to the live "
                                                + "schema first.",
                                        "public.log.text is character varying(99) in the source and text in the live database."));
    }

    @Test
    void rowLevelSecurityIsNoticed() throws SQLException {
        sql(
                backup,
                "create role reader_" + A.uuid().toString().replace("-", "") + " login",
                "grant usage on schema public to public",
                "grant select on all tables in schema public to public",
                "alter table site enable row level security");
        String role = "reader_" + A.uuid().toString().replace("-", "");
        PGSimpleDataSource asReader = new PGSimpleDataSource();
        try (Connection connection = backup.getConnection()) {
            asReader.setURL(connection.getMetaData().getURL());
        }
        asReader.setUser(role);
        assertThatThrownBy(() -> restore(A).from(asReader).plan())
                .hasMessageContaining("Row-level security of public.site is active for this user in the source");
    }

    @Test
    void sequencesMoveForwardOnly() throws SQLException {
        destroy(A);
        sql(live, "delete from ticket", "select setval('ticket_id_seq', 150)");
        restore(A).from(backup).plan().execute();
        assertThat(rows(live, "select nextval('ticket_id_seq')")).containsExactly("201");
        sql(live, "select setval('ticket_id_seq', 5000)");
        restore(A).from(backup).plan().execute();
        assertThat(rows(live, "select nextval('ticket_id_seq')")).containsExactly("5001");
    }

    @Test
    void whoIsNotNamedIsNotMeant() throws SQLException {
        assertThatThrownBy(() -> restore())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Name the owners whose rows are meant. None never means all.");
        OwnershipModel model = OwnershipModel.read(live, TwoTenants::rules);
        SiteId site = SiteId.create();
        assertThatThrownBy(() -> Transfer.between(live, model).restore(site))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("No row is owned by a site. The rules name: tenant.");
        assertThatThrownBy(() -> Transfer.between(live, model).restore(List.of(A, site)))
                .hasMessageContaining("Owners of one kind are restored at once");
        TenantId nobody = TenantId.create();
        assertThatThrownBy(() -> restore(A, nobody).from(backup).plan())
                .hasMessage("The restore is refused: " + nobody + " is not in public.customer of the source.");
    }
}
