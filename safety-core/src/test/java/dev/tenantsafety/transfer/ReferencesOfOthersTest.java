package dev.tenantsafety.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.archive.ArchiveTrust;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.ownership.OwnershipFinding;
import dev.tenantsafety.ownership.OwnershipModel;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of others that point at an owner's, when that owner's rows go and come back. */
class ReferencesOfOthersTest extends TwoTenants {

    @TempDir
    private Path directory;

    private OwnershipModel model(String shared) throws SQLException {
        return OwnershipModel.read(live, rules -> TwoTenants.rules(rules).shared(shared));
    }

    private Restore.Ready fromBackup(OwnershipModel model) {
        return Transfer.between(live, model).restore(A).from(backup);
    }

    private List<Restore.Ready> fromBoth(OwnershipModel model) throws SQLException, IOException {
        Path archive = directory.resolve("a");
        Transfer.between(backup, model).export(A).to(archive).run();
        return List.of(
                fromBackup(model),
                Transfer.between(live, model)
                        .restore(A)
                        .from(Archives.in(archive, ArchiveTrust.nobody().unsignedToo())));
    }

    /** Each is null when the other is looked at. */
    @Test
    void severalReferencesOfARowAreSetBack() throws SQLException, IOException {
        both(
                "create table duel (id int primary key, one bigint references person on delete set null,"
                        + " two bigint references person on delete set null, place int references site on delete set null)",
                "insert into duel values (1, 1, 2, 3), (2, 1, 1002, null), (3, 1002, 1, 1)");
        List<String> before = rows(live, "select (d.*)::text from duel d order by id");
        OwnershipModel model = model("duel");
        for (Restore.Ready ready : fromBoth(model)) {
            destroy(A);
            assertThat(rows(live, "select (d.*)::text from duel d order by id"))
                    .containsExactly("(1,,,)", "(2,,1002,)", "(3,1002,,)");
            ready.plan().execute();
            assertThat(rows(live, "select (d.*)::text from duel d order by id")).isEqualTo(before);
        }
    }

    /** As {@code on delete set null (place)} does (PostgreSQL documentation, "CREATE TABLE"), which 14 does not have yet. */
    @Test
    void aReferenceOfWhichAColumnStaysIsSetBack() throws SQLException {
        SiteId site = SiteId.create();
        both(
                "create table place (customer_id uuid not null references customer, id uuid primary key, unique (customer_id, id))",
                "insert into place values (" + OF_A + ", '" + site.uuid() + "')",
                "create table visit (id int primary key, holder uuid not null, place uuid, foreign key (holder, place)"
                        + " references place (customer_id, id))",
                "insert into visit values (1, " + OF_A + ", '" + site.uuid() + "'), (2, " + OF_A + ", '" + site.uuid()
                        + "')");
        List<String> before = rows(live, "select (v.*)::text from visit v order by id");
        sql(
                live,
                "update visit set place = null",
                "update visit set holder = " + OF_B + " where id = 2",
                "delete from place");
        OwnershipModel model = OwnershipModel.read(
                live,
                rules -> TwoTenants.rules(rules).root("place", SiteId.KIND).shared("visit"));
        Transfer.between(live, model).restore(site).from(backup).plan().execute();
        assertThat(rows(live, "select (v.*)::text from visit v order by id"))
                .containsExactly(before.get(0), "(2," + B.uuid() + ",)"); // who is somebody else's now stays
    }

    @Test
    void aColumnThatWasAddedSinceDoesNotKeepThemFromIt() throws SQLException {
        both(
                "create table pin (id int primary key, label text, site int references site on delete set null)",
                "insert into pin values (1, 'here', 1)");
        sql(live, "alter table pin add color text");
        destroy(A);
        RestorePlan plan = fromBackup(model("pin")).plan();
        assertThat(plan.referencesIn()).hasSize(1).first().asString().contains("1 to set back");
        plan.execute();
        assertThat(rows(live, "select (p.*)::text from pin p")).containsExactly("(1,here,1,)");
    }

    @Test
    void thoseThatCannotBeToldApartAreCountedAndSaid() throws SQLException, IOException {
        both(
                "create table mark (word text, site int references site on delete set null)",
                "insert into mark values ('a', 1), ('a', 1), ('b', 1001)");
        OwnershipModel model = model("mark");
        for (Restore.Ready ready : fromBoth(model)) {
            destroy(A);
            String sentence = "2 rows of others, of public.mark, point through site at rows of the owners. They are not"
                    + " recorded, and will not be set back.";
            RestorePlan plan = ready.plan();
            assertThat(plan.referencesIn()).containsExactly(sentence);
            assertThat(plan.execute().referencesIn()).containsExactly(sentence);
        }
    }

    @Test
    void theRowsOfTheOwnersThemselvesAreNotOthers() throws SQLException {
        both(
                "create table scrap (customer_id uuid not null, site int references site)",
                "insert into scrap values (" + OF_A + ", 1), (" + OF_B + ", 1001)");
        sql(live, "delete from scrap where " + owned(A));
        OwnershipModel model = OwnershipModel.read(live, TwoTenants::rules);
        destroy(A);
        assertThat(fromBackup(model).plan().referencesIn()).isEmpty();
        sql(backup, "update ticket set author = 1 where id = 1005");
        assertThat(fromBackup(model).plan().referencesIn())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("Rows of others, of public.ticket, point through author");
    }

    /** An ID of one of several tables, as nothing says of which. */
    @Test
    void whatMayPointAtSeveralPointsAtOneOfThem() throws SQLException, IOException {
        both(
                "create table thing (id int primary key, customer_id uuid not null)",
                "insert into thing values (5000, " + OF_A + "), (6000, " + OF_B + ")",
                "create table watch (id int primary key, target_id int not null)",
                "insert into watch values (1, 3), (2, 5000), (3, 1003), (4, 6000)");
        OwnershipModel model = OwnershipModel.read(
                live, rules -> TwoTenants.rules(rules).ownedThroughAny("watch", "target_id", "site", "thing"));
        Transfer transfer = Transfer.between(live, model);
        assertThat(transfer.export(A).to(directory.resolve("a")).run().rows()).containsEntry("public.watch", 2L);
        sql(live, "insert into watch values (5, 77)");
        assertThat(transfer.export(A).to(directory.resolve("b")).run().findings())
                .isEmpty(); // nobody's
    }

    @Test
    void aRestoreGivesNoAdviceForAnExport() throws SQLException {
        sql(backup, "update ticket set author = 1001 where id = 7");
        destroy(A);
        assertThat(fromBackup(OwnershipModel.read(live, TwoTenants::rules))
                        .plan()
                        .execute()
                        .findings())
                .hasSize(1)
                .first()
                .asString()
                .endsWith(" of public.person. They came back as they were; mend them.");
        assertThatThrownBy(() -> Transfer.between(backup, OwnershipModel.read(backup, TwoTenants::rules))
                        .export(A)
                        .to(directory.resolve("c"))
                        .run())
                .hasMessageContaining("Mend them, or say keepingReferencesOut().");
    }

    /** As the users of a login service that has a schema of its own. */
    @Test
    void whatLeadsIntoASchemaThatIsNotReadIsForAll() throws SQLException, IOException {
        for (JdbcConnectionPool database : List.of(live, backup)) {
            sql(
                    database,
                    "create schema auth",
                    "create table auth.users (id int primary key)",
                    "insert into auth.users values (1)",
                    "create table profile (id int primary key, customer_id uuid not null, login int references auth.users)",
                    "insert into profile values (1, " + OF_A + ", 1), (2, " + OF_A + ", null)");
        }
        OwnershipModel model = OwnershipModel.read(live, TwoTenants::rules);
        Transfer transfer = Transfer.between(live, model);
        try (Connection connection = live.getConnection()) {
            assertThat(model.check(connection))
                    .extracting(OwnershipFinding::table)
                    .doesNotContain(model.table("profile").name());
        }
        assertThat(transfer.export(A).to(directory.resolve("a")).run().findings())
                .isEmpty();
        sql(live, "delete from profile");
        transfer.restore(A).from(backup).plan().execute();
        assertThat(rows(live, "select id || ' ' || coalesce(login, 0) from profile order by id"))
                .containsExactly("1 1", "2 0");
        sql(live, "delete from profile", "delete from auth.users");
        assertThat(transfer.restore(A).from(backup).plan().conflicts())
                .containsExactly("Rows of profile, [1], point through login at rows of users that are not there."
                        + " Restore those first, or call nullingMissingReferences().");
    }
}
