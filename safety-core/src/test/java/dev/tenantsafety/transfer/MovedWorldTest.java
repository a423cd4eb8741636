package dev.tenantsafety.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.archive.ArchiveTrust;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.ownership.TableName;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What changed since the source was made, since the plan was made, or since a run was stopped. */
class MovedWorldTest extends TwoTenants {

    @TempDir
    private Path directory;

    private void stop(RestorePlan plan, String atTable) {
        assertThatThrownBy(() -> plan.execute(event -> {
                    if (event.table().table().equals(atTable)) {
                        throw new IllegalStateException("stopped");
                    }
                }))
                .hasMessage("stopped");
    }

    /** What a ledger says of a run that was stopped is not what is there now. */
    @Test
    void whatCameBackAndWentAgainComesBackAgain() throws SQLException, IOException {
        List<String> before = all(live);
        Path archive = directory.resolve("a");
        Transfer.between(backup, OwnershipModel.read(backup, TwoTenants::rules))
                .export(A)
                .to(archive)
                .run();
        destroy(A);
        Restore.Ready ready = restore(A)
                .inParallel(1)
                .from(Archives.in(archive, ArchiveTrust.nobody().unsignedToo()));
        RestorePlan plan = ready.plan();
        stop(plan, "site");
        assertThat(rows(live, "select count(*) from person where " + owned(A))).containsExactly("50");
        sql(live, "delete from person where " + owned(A) + " and id > 3");
        assertThatThrownBy(plan::execute)
                .isInstanceOf(TransferRefusedException.class)
                .hasMessageContaining("Rows of person are no longer as the plan saw them. Make the plan anew.");
        RestorePlan anew = ready.plan();
        assertThat(anew.tables())
                .filteredOn(count -> count.table().table().equals("person"))
                .containsExactly(new TableCount(new TableName("public", "person"), 47, 0, 0, 3));
        assertThat(anew.execute().resumed()).isTrue();
        assertThat(all(live)).isEqualTo(before);
    }

    /** Its owner is at work again before the rest is there. */
    @Test
    void whatCameBackAndWasEditedStays() throws SQLException {
        destroy(A);
        Restore.Ready ready = restore(A).inParallel(1).from(backup);
        RestorePlan plan = ready.plan();
        stop(plan, "site");
        sql(live, "update person set email = 'mine' where id = 7");
        assertThatThrownBy(plan::execute).hasMessageContaining("Rows of person are no longer as the plan saw them.");
        assertThat(ready.plan().execute().differing()).containsExactly("public.person");
        assertThat(rows(live, "select email from person where id = 7")).containsExactly("mine");
    }

    @Test
    void whatWasWrittenIsForgottenWhereTheSourceIsAnother() throws SQLException {
        destroy(A);
        Restore.Ready ready = restore(A).inParallel(1).from(backup);
        stop(ready.plan(), "site");
        both("update person set email = 'in both' where id = 7");
        sql(live, "delete from person where id = 45"); // in another chunk, or none would be looked at
        RestoreReport report = ready.plan().execute();
        assertThat(report.resumed()).isTrue();
        assertThat(report.differing()).isEmpty();
    }

    @Test
    void aRowThatDifferedMayNotBeEditedAgainAndReplaced() throws SQLException {
        sql(live, "update person set email = 'edited' where id = 7");
        RestorePlan plan =
                restore(A).onConflict(ConflictPolicy.REPLACE_ALL).from(backup).plan();
        sql(live, "update person set email = 'edited again' where id = 7");
        assertThatThrownBy(plan::execute)
                .isInstanceOf(TransferRefusedException.class)
                .hasMessageContaining("Rows of person are no longer as the plan saw them. Make the plan anew.");
        assertThat(rows(live, "select email from person where id = 7")).containsExactly("edited again");
        // a row that stays may be edited while the others come back
        RestorePlan keeping = restore(A).from(backup).plan();
        sql(live, "update person set email = 'and again' where id = 7");
        assertThat(keeping.execute().differing()).containsExactly("public.person");
    }

    @Test
    void theSourceIsWhatThePlanSaw() throws SQLException {
        destroy(A);
        RestorePlan plan = restore(A).inParallel(1).from(backup).plan();
        sql(backup, "update person set email = 'other' where id = 7");
        assertThatThrownBy(plan::execute).hasMessageContaining("Rows of person are no longer as the plan saw them.");
        RestorePlan full =
                restore(A).inChunksOf(50, 1).inParallel(1).from(backup).plan();
        sql(
                backup,
                "insert into person (id, customer_id, email) overriding system value values (99, " + OF_A + ", 'one')");
        assertThatThrownBy(full::execute)
                .hasMessageStartingWith("The restore stops at 0/public.person/1, of which nothing was written: "
                        + "Rows of person are no longer as the plan saw them.");
        sql(backup, "delete from person where id = 99");
        destroy(A);
        RestorePlan another = restore(A).inParallel(1).from(backup).plan();
        sql(
                backup,
                "insert into person (id, customer_id, email) overriding system value select 100 + n, " + OF_A
                        + ", 'more ' || n from generate_series(1, 40) n");
        assertThatThrownBy(another::execute).hasMessageContaining("Rows of person are no longer as the plan saw them.");
        RestorePlan last = restore(A).inParallel(1).from(backup).plan();
        sql(backup, "delete from person where id between 131 and 140");
        assertThatThrownBy(last::execute).hasMessageContaining("The source no longer has the rows [0/public.person/2]");
        assertThat(restore(A).from(backup).plan().execute().equal()).contains("public.person");
    }

    @Test
    void plansOfTheSameWorldHaveTheSameDigest() throws SQLException {
        sql(live, "update person set email = 'edited' where id = 7", "delete from ticket where id = 9");
        Restore.Ready ready = restore(A).onConflict(ConflictPolicy.REPLACE_ALL).from(backup);
        String digest = ready.plan().digest();
        assertThat(digest).matches("[0-9a-f]{64}");
        assertThat(ready.plan().digest()).isEqualTo(digest);
        assertThat(restore(A).from(backup).plan().digest()).isNotEqualTo(digest);
        sql(live, "update person set email = 'edited again' where id = 7");
        assertThat(ready.plan().digest()).isNotEqualTo(digest);
        sql(live, "update person set email = 'edited' where id = 7");
        assertThat(ready.plan().digest()).isEqualTo(digest);
    }

    @Test
    void whatMustHaveAValueNowIsAskedForBeforeAnythingIsWritten() throws SQLException {
        sql(live, "delete from ticket where title is null");
        sql(backup, "update ticket set title = null where id = 9");
        destroy(A);
        sql(live, "alter table ticket alter title set not null");
        RestorePlan plan = restore(A).from(backup).plan();
        assertThat(plan.conflicts())
                .containsExactly("Rows of ticket, [9 (title)], have no value in columns that must have one in the live"
                        + " database.");
    }

    @Test
    void aValueThatWasTakenIsSeenInATableWithoutAKeyToo() throws SQLException {
        both("create table tag (customer_id uuid not null, name text unique)");
        sql(backup, "insert into tag values (" + OF_A + ", 'red'), (" + OF_A + ", 'blue')");
        sql(live, "insert into tag values (" + OF_A + ", 'blue'), (" + OF_B + ", 'red')");
        RestorePlan plan = restore(A).from(backup).plan();
        assertThat(plan.conflicts())
                .containsExactly("In tag, values of [name] were taken meanwhile: [a row by a row]. Change or mark those"
                        + " rows, or the value.");
    }

    /** Tables made by hand, or by an older Hibernate: the sequence gives the default and belongs to no column. */
    @Test
    void aSequenceThatBelongsToNobodyMovesToo() throws SQLException {
        both(
                "create sequence numbers",
                "create table note (id bigint primary key default nextval('numbers'), customer_id uuid not null, "
                        + "word text default 'w' || nextval('numbers'))");
        sql(backup, "insert into note values (70, " + OF_A + ", 'a')");
        restore(A).from(backup).plan().execute();
        assertThat(rows(live, "select nextval('numbers')")).containsExactly("71");
    }

    @Test
    void othersAreComparedOnlyWhereOneKnowsWhoTheyAre() throws SQLException {
        both("create table visit (id int primary key, client uuid not null)");
        OwnershipModel model =
                OwnershipModel.read(live, rules -> TwoTenants.rules(rules).ownedByColumn("client", SiteId.KIND));
        Restore restore = Transfer.between(live, model).restore(SiteId.create()).comparingOthers(3);
        assertThatThrownBy(() -> restore.from(backup).plan())
                .isInstanceOf(TransferRefusedException.class)
                .hasMessageContaining("Nobody knows who else there is: no table is the root of each site.");
    }

    @Test
    void aTriggerThatIsHarmlessIsListedAllTheSame() throws SQLException {
        both(
                "create function stamp() returns trigger language plpgsql as 'begin return new; end'",
                "create trigger stamp before insert on log for each row execute function stamp()");
        Restore restore = restore(A).harmlessTriggers("stamp");
        assertThat(restore.from(backup).plan().notes())
                .contains("The trigger stamp of public.log fires for each row that is written, and was said to be"
                        + " harmless.");
    }

    @Test
    void deferrableUniqueKeysAreOnesToo() throws SQLException {
        both("create table place (id int primary key, customer_id uuid not null, number int not null,"
                + " unique (customer_id, number) deferrable initially deferred)");
        sql(backup, "insert into place values (1, " + OF_A + ", 1), (2, " + OF_A + ", 2)");
        sql(live, "insert into place values (9, " + OF_A + ", 2)");
        Restore restore = restore(A);
        assertThat(restore.from(backup).plan().conflicts())
                .containsExactly("In place, values of [customer_id, number] were taken meanwhile: [2 by 9]. Change or"
                        + " mark those rows, or the value.");
        sql(live, "delete from place");
        assertThat(restore.from(backup).plan().execute().equal()).contains("public.place");
    }
}
