package dev.tenantsafety.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.archive.ArchiveOptions;
import dev.tenantsafety.archive.ArchiveSeal;
import dev.tenantsafety.archive.ArchiveTrust;
import dev.tenantsafety.ownership.OwnershipModel;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** What schemas and settings have that a restore would stumble over. */
class RestoreHazardsTest extends TwoTenants {

    private Restore restore() throws SQLException {
        return restore(A).inChunksOf(7, 1);
    }

    @Test
    void nullsInArraysStayNulls() throws SQLException {
        both(
                "update odd set i = null",
                "create table value (id int primary key, customer_id uuid not null, a text[])",
                "insert into value values (1, " + OF_A + ", array['x', null])");
        String name = rows(live, "select current_database()").get(0);
        sql(live, "delete from value", "alter database " + name + " set array_nulls = off");
        PGSimpleDataSource anew = new PGSimpleDataSource();
        try (Connection connection = live.getConnection()) {
            anew.setURL(connection.getMetaData().getURL());
        }
        anew.setUser("postgres");
        Transfer.between(anew, OwnershipModel.read(live, TwoTenants::rules))
                .restore(A)
                .from(backup)
                .plan()
                .execute();
        assertThat(rows(live, "select a[2] is null from value")).containsExactly("t");
    }

    /** A trigger that is harmless elsewhere is no leave for a foreign key to change rows of B. */
    @Test
    void rowsOfOthersAreNotChangedByACascade() throws SQLException {
        both(
                "create table address (id int primary key, customer_id uuid not null, code text unique)",
                "create table visitor (id int primary key, customer_id uuid not null, "
                        + "code text references address (code) on update cascade)",
                "insert into address values (1, " + OF_A + ", 'a')");
        sql(
                live,
                "update address set code = 'b'",
                "insert into visitor values (1, " + OF_B + ", 'b')",
                "create function fire() returns trigger language plpgsql as 'begin return new; end'",
                "create trigger fire before insert on site for each row execute function fire()");
        Restore restore = restore().onConflict(ConflictPolicy.REPLACE_ALL).harmlessTriggers("fire");
        assertThatThrownBy(() -> restore.from(backup).plan().execute())
                .isInstanceOf(TransferRefusedException.class)
                .hasMessageContaining("A trigger wrote to public.visitor (1 rows, 0 deleted), which was not meant");
        assertThat(rows(live, "select code from visitor")).containsExactly("b");
    }

    @Test
    void aHarmlessTriggerMayAddRowsAndCount() throws SQLException {
        both("create table audit (text text)", "create table counted (n int)", "insert into counted values (0)");
        sql(
                live,
                "create function fire() returns trigger language plpgsql as 'begin insert into audit values (new.id); "
                        + "update counted set n = n + 1; return new; end'",
                "create trigger fire before insert on site for each row execute function fire()");
        destroy(A);
        OwnershipModel model =
                OwnershipModel.read(live, rules -> TwoTenants.rules(rules).shared("audit", "counted"));
        Transfer.between(live, model)
                .restore(A)
                .harmlessTriggers("fire")
                .from(backup)
                .plan()
                .execute();
        assertThat(rows(live, "select count(*) + (select n from counted) from audit"))
                .containsExactly("10");
    }

    @Test
    void columnsThatWereAddedMayHaveKeys() throws SQLException {
        sql(
                live,
                "alter table site add column slug text unique",
                "alter table site add column plan text references plan");
        List<String> before = rows(live, "select site::text from site order by id");
        destroy(A);
        RestorePlan plan = restore().from(backup).plan();
        assertThat(plan.notes())
                .contains(
                        "The unique key site_slug_key of public.site is of columns that are computed or not in the source: whether its "
                                + "values were taken is seen when rows are written.");
        plan.execute();
        assertThat(rows(live, "select site::text from site order by id")).isEqualTo(before);
    }

    @Test
    void computedColumnsMayHaveKeys() throws SQLException {
        both(
                "create unique index ticket_size on ticket (id, size)",
                "create unique index ticket_large on ticket (id) where size > 3");
        List<String> before = all(live);
        destroy(A);
        restore().from(backup).plan().execute();
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void sequencesThatStepAreDrawnFromNoMoreThanNeeded() throws SQLException {
        both("alter sequence ticket_id_seq increment by 50");
        destroy(A);
        sql(live, "delete from ticket", "select setval('ticket_id_seq', 1, false)");
        restore().from(backup).plan().execute();
        assertThat(rows(live, "select nextval('ticket_id_seq')")).containsExactly("251");
    }

    /** PostgreSQL lets an UPDATE set no such column, the same value neither. */
    @Test
    void rowsWithAnIdentityBesideTheirKeyAreReplaced() throws SQLException {
        both(
                "create table line (code varchar(9) primary key, customer_id uuid not null references customer,"
                        + " number bigint generated always as identity, text varchar(9))",
                "insert into line (code, customer_id, text) values ('a', " + OF_A + ", 'old'), ('b', " + OF_A
                        + ", 'old')");
        List<String> before = rows(live, "select line::text from line order by code");
        sql(live, "update line set text = 'new' where code = 'a'");
        Restore restore = restore().onConflict(ConflictPolicy.REPLACE_ALL);
        restore.from(backup).plan().execute();
        assertThat(rows(live, "select line::text from line order by code")).isEqualTo(before);
        sql(
                live,
                "delete from line where code = 'b'",
                "insert into line (code, customer_id, text) values ('b', " + OF_A + ", 'new')");
        assertThat(restore.from(backup).plan().conflicts())
                .containsExactly(
                        "Rows of line, [b], cannot be replaced: the source has other values in [number], which no UPDATE may set"
                                + " (GENERATED ALWAYS AS IDENTITY). Alter the column to GENERATED BY DEFAULT, or restore with"
                                + " INSERT_MISSING.");
        assertThat(restore().from(backup).plan().execute().differing()).containsExactly("public.line");
        sql(live, "alter table line alter number set generated by default");
        OwnershipModel altered = OwnershipModel.read(live, TwoTenants::rules);
        Transfer.between(live, altered)
                .restore(A)
                .onConflict(ConflictPolicy.REPLACE_ALL)
                .from(backup)
                .plan()
                .execute();
        assertThat(rows(live, "select line::text from line order by code")).isEqualTo(before);
    }

    @Test
    void aTriggerOfAPartitionIsNamed() throws SQLException {
        sql(
                live,
                "create function fire() returns trigger language plpgsql as 'begin return new; end'",
                "create trigger fire before insert on event_1 for each row execute function fire()");
        destroy(A);
        assertThatThrownBy(() -> restore().from(backup).plan())
                .hasMessage(
                        "The restore is refused: The trigger fire of the partition public.event_1 may fire for rows that are "
                                + "restored. If it may, say harmlessTriggers(\"fire\").");
        assertThat(restore()
                        .harmlessTriggers("fire")
                        .from(backup)
                        .plan()
                        .execute()
                        .differing())
                .isEmpty();
    }

    @Test
    void theWorldMayNotMoveBeforeARunGoesOnEither() throws SQLException {
        destroy(A);
        RestorePlan plan =
                restore().onConflict(ConflictPolicy.REPLACE_ALL).from(backup).plan();
        assertThatThrownBy(() -> plan.execute(event -> {
                    throw new IllegalStateException("stopped");
                }))
                .hasMessage("stopped");
        sql(
                live,
                "insert into customer values (" + OF_A + ", 'as before', null) on conflict do nothing",
                "insert into person (id, customer_id, email, version) overriding system value values (40, " + OF_A
                        + ", 'new', 9)");
        assertThatThrownBy(plan::execute)
                .isInstanceOf(TransferRefusedException.class)
                .hasMessageContaining("Rows of person are no longer as the plan saw them. Make the plan anew.");
        assertThat(rows(live, "select email from person where id = 40")).containsExactly("new");
    }

    @Test
    void aDeferrablePrimaryKeyIsRefused() throws SQLException {
        both("create table pos (id int primary key deferrable, customer_id uuid not null)");
        assertThatThrownBy(() -> restore().from(backup).plan())
                .hasMessageContaining("The primary key pos_pkey of public.pos is deferrable");
    }

    private void fires(String table, String what) throws SQLException {
        sql(
                live,
                "create or replace function fire() returns trigger language plpgsql as 'begin "
                        + what.replace("'", "''") + " return new; end'",
                "create trigger fire before insert on " + table + " for each row execute function fire()");
    }

    /** Rows that stayed made tables differ from the source anyway, so that rows which a trigger changed passed for verified. */
    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void aTriggerThatChangesRowsIsNotHarmless(int chunk) throws SQLException {
        sql(live, "update ticket set title = 'mine' where id = 2", "delete from ticket where id = 1");
        fires("ticket", "new.title = 'shout';");
        RestorePlan plan = restore(A)
                .inChunksOf(chunk, 1)
                .harmlessTriggers("fire")
                .from(backup)
                .plan();
        List<String> before = all(live);
        assertThatThrownBy(plan::execute)
                .isInstanceOf(TransferRefusedException.class)
                .hasMessageContaining(
                        "Triggers changed rows of ticket, [1 of them], while they were written, so that they differ from the source. "
                                + "Triggers declared harmless: [fire]. Disable them during the restore, or begin their functions with:  "
                                + "if current_setting('tenant_safety.restoring', true) = 'on' then return new; end if;");
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void norIsOneThatChangesRowsWithoutAKey() throws SQLException {
        sql(live, "delete from log where text is null", "insert into log values (" + OF_A + ", 'more')");
        fires("log", "new.text = 'other';");
        RestorePlan plan = restore().harmlessTriggers("fire").from(backup).plan();
        assertThatThrownBy(plan::execute).hasMessageContaining("Triggers changed rows of log, [1 of them]");
        assertThat(rows(live, "select text from log where customer_id = " + OF_A + " order by text"))
                .containsExactly("more", "same", "same", "same");
    }

    @Test
    void rowsThatTriggersAddAreCounted() throws SQLException {
        destroy(A);
        fires("site", "insert into log values (new.customer_id, 'audit ' || new.id);");
        RestoreReport report =
                restore().harmlessTriggers("fire").from(backup).plan().execute();
        assertThat(report.addedByTriggers()).containsExactly(Map.entry("public.log", 5L));
        assertThat(report.differing()).containsExactly("public.log");
        assertThat(report.toString()).endsWith("; 9 tables equal to the source; triggers added 5 rows to public.log.");
        assertThat(report.json()).contains("\"addedByTriggers\"", "\"public.log\" : 5");
    }

    @Test
    void aTriggerForReplicasDoesNotFire() throws SQLException {
        destroy(A);
        fires("site", "new.id = 99;");
        sql(live, "alter table site enable replica trigger fire");
        assertThat(restore().from(backup).plan().execute().differing()).isEmpty();
    }

    /** Such a rule stopped the restore in the middle, with the database's words. */
    @ParameterizedTest
    @ValueSource(strings = {"insert to log do also", "update to site do also"})
    void rulesAreNamedBeforeARowIsWritten(String rule) throws SQLException {
        sql(live, "create table noticed (id int)", "create rule r as on " + rule + " insert into noticed values (1)");
        OwnershipModel model =
                OwnershipModel.read(live, rules -> TwoTenants.rules(rules).shared("noticed"));
        String table = rule.contains("log") ? "log" : "site";
        assertThatThrownBy(() ->
                        Transfer.between(live, model).restore(A).from(backup).plan())
                .hasMessage(
                        "The restore is refused: Rule r of public." + table
                                + " rewrites the statements of a restore. Drop it during the restore, or replace it by a trigger.");
        sql(live, "drop rule r on " + table, "create rule r as on delete to site do instead nothing");
        assertThat(Transfer.between(live, model).restore(A).from(backup).plan().conflicts())
                .isEmpty();
    }

    /** Without a primary key, one changed row kept the whole restore from being made. */
    @Test
    void aUniqueKeyServesWhereThereIsNoPrimaryOne(@TempDir Path directory) throws SQLException, IOException {
        both(
                "create table setting (customer_id uuid not null references customer, name text not null, value text,"
                        + " unique (customer_id, name))",
                "insert into setting select " + OF_A + ", 'n' || n, 'v' || n from generate_series(1, 20) n");
        List<String> before = rows(live, "select setting::text from setting order by name");
        sql(live, "update setting set value = 'changed' where name = 'n1'", "delete from setting where name = 'n2'");
        assertThat(restore().from(backup).plan().toString())
                .isEqualTo(
                        "1 tenant: 1 rows to insert, 0 to update, 1 differing rows stay, 308 are as they were, 0 conflicts");
        restore().onConflict(ConflictPolicy.REPLACE_ALL).from(backup).plan().execute();
        assertThat(rows(live, "select setting::text from setting order by name"))
                .isEqualTo(before);
        sql(live, "delete from setting where name <> 'n3'");
        Path archive = directory.resolve("a.zip");
        Transfer.between(backup, OwnershipModel.read(backup, TwoTenants::rules))
                .export(A)
                .to(archive)
                .with(ArchiveOptions.sealedBy(ArchiveSeal.unsigned()))
                .run();
        restore()
                .from(Archives.in(archive, ArchiveTrust.nobody().unsignedToo()))
                .plan()
                .execute();
        assertThat(rows(live, "select setting::text from setting order by name"))
                .isEqualTo(before);
    }

    /** A person of B that A's tickets name, and an entry of a catalog, are gone for good: each kept the whole owner from coming back. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void referencesToWhatIsGoneMayBecomeNull(boolean isArchive, @TempDir Path directory)
            throws SQLException, IOException {
        both(
                "update ticket set author = 1001 where id = 3",
                "create table step_link (id int primary key, customer_id uuid not null, step int references step,"
                        + " next int references step_link)",
                "insert into step_link values (1, " + OF_A + ", 1, 2), (2, " + OF_A + ", 2, 1)",
                "insert into plan values ('gone')",
                "update customer set plan = 'gone' where id = " + OF_A);
        Path archive = directory.resolve("a.zip");
        Transfer.between(backup, OwnershipModel.read(backup, TwoTenants::rules))
                .export(A)
                .to(archive)
                .keepingReferencesOut()
                .run();
        List<String> links = rows(live, "select step_link::text from step_link order by id");
        sql(live, "delete from step_link");
        destroy(A);
        sql(live, "update ticket set author = null where author = 1001", "delete from person where id = 1001");
        sql(live, "delete from plan where code = 'gone'");
        Restore restore = restore(A);
        assertThat(plan(restore, isArchive, archive).conflicts())
                .containsExactlyInAnyOrder(
                        "Rows of customer, [" + A.uuid()
                                + "], point through plan at rows of plan that are not there. Restore those"
                                + " first, or call nullingMissingReferences().",
                        "Rows of ticket, [3], point through author at rows of person that are not there. Restore those first, or call"
                                + " nullingMissingReferences().");
        String customer = "Rows of customer, [" + A.uuid()
                + "], are restored without their reference through plan: the rows of plan that it leads to do not exist.";
        String ticket =
                "Rows of ticket, [3], are restored without their reference through author: the rows of person that it leads to do not exist.";
        RestorePlan plan = plan(restore.nullingMissingReferences(), isArchive, archive);
        assertThat(plan.notes()).contains(customer, ticket);
        RestoreReport report = plan.execute();
        assertThat(report.notes()).containsExactly(customer, ticket);
        assertThat(report.differing()).isEmpty();
        assertThat(rows(live, "select author is null from ticket where id in (3, 4) order by id"))
                .containsExactly("t", "f");
        assertThat(rows(live, "select plan is null from customer where id = " + OF_A))
                .containsExactly("t");
        assertThat(rows(live, "select step_link::text from step_link order by id"))
                .isEqualTo(links);
        assertThat(plan(restore.nullingMissingReferences(), isArchive, archive).toString())
                .contains(": 0 rows to insert, 0 to update, 0 differing rows stay");
    }

    private RestorePlan plan(Restore restore, boolean isArchive, Path archive) throws SQLException {
        return isArchive
                ? restore.from(Archives.in(archive, ArchiveTrust.nobody().unsignedToo()))
                        .plan()
                : restore.from(backup).plan();
    }

    /** A script that removes parents past their foreign keys leaves children that are nobody's, and that come back with their parents. */
    @Test
    void whatIsNobodysAndAsInTheSourceIsTheOwners() throws SQLException {
        both(
                "create table scan (site_id int not null references site, text text)", // which has no key
                "insert into scan select site.id, text from site, unnest(array['a', 'a', 'b']) text");
        List<String> before = all(live);
        List<String> scans = rows(live, "select scan::text from scan order by 1");
        sql(
                live,
                "set session_replication_role = replica; delete from site where id < 4; delete from loop_a where id = 1;"
                        + " delete from scan where site_id = 2 and text = 'b';"
                        + " delete from customer where id = " + OF_A + "; set session_replication_role = origin");
        RestorePlan plan = restore().from(backup).plan();
        assertThat(plan.conflicts()).isEmpty();
        plan.execute();
        assertThat(all(live)).isEqualTo(before);
        assertThat(rows(live, "select scan::text from scan order by 1")).isEqualTo(scans);
    }

    @Test
    void whatIsNobodysAndWasChangedIsNamed() throws SQLException {
        sql(
                live,
                "set session_replication_role = replica; delete from site where id < 4; update ticket set title = 'new' where"
                        + " id = 1; set session_replication_role = origin");
        assertThat(restore().from(backup).plan().conflicts())
                .containsExactly(
                        "In ticket there are rows of somebody else, or of nobody, with the keys [1]. They are not touched, and"
                                + " rows with the same keys cannot come back: give others other keys, and delete what is nobody's.");
    }

    @Test
    void anArchiveThatIsMissingIsNamedAndNoneOfItsTables(@TempDir Path directory) throws SQLException {
        assertThatThrownBy(() -> restore()
                        .from(Archives.in(directory, ArchiveTrust.nobody().unsignedToo()))
                        .plan())
                .hasMessage("The restore is refused: There is no archive of " + A + ": "
                        + directory.resolve(A + ".tenant") + " is missing.");
    }
}
