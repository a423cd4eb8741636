package dev.tenantsafety.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.archive.ArchiveKeys;
import dev.tenantsafety.archive.ArchiveLimits;
import dev.tenantsafety.archive.ArchiveOptions;
import dev.tenantsafety.archive.ArchiveReader;
import dev.tenantsafety.archive.ArchiveRefusedException;
import dev.tenantsafety.archive.ArchiveSeal;
import dev.tenantsafety.archive.ArchiveTrust;
import dev.tenantsafety.archive.ArchivedTable;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnershipModel;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows go out to archives and come back from them. */
class ExportTest extends TwoTenants {

    private static final ArchiveTrust ANYBODY = ArchiveTrust.nobody().unsignedToo();

    @TempDir
    private Path directory;

    private Transfer transfer() throws SQLException {
        return Transfer.between(live, OwnershipModel.read(live, TwoTenants::rules));
    }

    private RestorePlan planFrom(Path path, TenantId... tenants) throws SQLException {
        return transfer()
                .restore(List.of(tenants))
                .inChunksOf(7, 1)
                .from(Archives.in(path, ANYBODY))
                .plan();
    }

    private static List<String> entries(Path file) throws IOException {
        try (ArchiveReader reader = ArchiveReader.open(file, ANYBODY, ArchiveLimits.standard())) {
            List<String> entries = new ArrayList<>();
            for (ArchivedTable table : reader.manifest().tables()) {
                entries.add(table.table().name() + " " + table.rows() + " in "
                        + table.chunks().size());
            }
            return entries;
        }
    }

    /** The bytes of all chunks, by their hashes. The header may name another snapshot: the server writes too. */
    private static List<String> chunks(Path file) throws IOException {
        try (ArchiveReader reader = ArchiveReader.open(file, ANYBODY, ArchiveLimits.standard())) {
            List<String> chunks = new ArrayList<>();
            for (ArchivedTable table : reader.manifest().tables()) {
                table.chunks().forEach(chunk -> chunks.add(table.table().name() + " " + chunk.storedSha256()));
            }
            return chunks;
        }
    }

    @Test
    void aTenantGoesOutAndComesBack() throws SQLException, IOException {
        List<String> before = all(live);
        Path file = directory.resolve("a.tenant");
        List<TransferProgress.Event> events = new ArrayList<>();
        ExportReport report = transfer().export(A).to(file).inChunksOf(30, 1, 1).run(events::add);
        assertThat(report).hasToString("290 rows in 1 archive, as of one instant.");
        assertThat(report.archives()).containsExactly(file);
        assertThat(report.warnings())
                .contains(
                        "No index of public.site begins with customer_id: all of its rows are read to find those of an owner.")
                .noneMatch(warning -> warning.contains("public.person "));
        assertThat(events).last().satisfies(event -> assertThat(event.rowsDone())
                .isEqualTo(290));
        assertThat(entries(file))
                .contains("customer 1 in 1", "person 50 in 2", "ticket 200 in 7", "log 4 in 1", "event 2 in 1");
        destroy(A);
        RestorePlan plan = planFrom(file, A);
        assertThat(plan.conflicts()).isEmpty();
        assertThat(plan.execute())
                .hasToString(
                        "1 owner restored and verified: 290 rows inserted, 0 updated; 10 tables equal to the source.");
        assertThat(all(live)).isEqualTo(before);
        assertThat(planFrom(file, A).execute())
                .hasToString(
                        "1 owner restored and verified: 0 rows inserted, 0 updated; 10 tables equal to the source.");
    }

    @Test
    void manyGoOutInOnePassAndEachComesBackAlone() throws SQLException, IOException {
        List<String> before = all(live);
        for (int readers : List.of(1, 2)) {
            Path archives = directory.resolve("by" + readers);
            ExportReport report = transfer()
                    .export(List.of(A, B))
                    .toDirectory(archives)
                    .inChunksOf(30, readers == 1 ? 10 : 1, readers)
                    .run();
            assertThat(report).hasToString("580 rows in 2 archives, as of one instant.");
            assertThat(report.archives()).containsExactly(Archives.file(archives, A), Archives.file(archives, B));
        }
        // whichever way they went out, their bytes are the same
        for (TenantId tenant : List.of(A, B)) {
            assertThat(chunks(Archives.file(directory.resolve("by1"), tenant)))
                    .isEqualTo(chunks(Archives.file(directory.resolve("by2"), tenant)));
        }
        Path archives = directory.resolve("by1");
        destroy(A);
        planFrom(archives, A).execute();
        assertThat(all(live)).isEqualTo(before);
        destroy(B);
        destroy(A);
        planFrom(archives, B, A).execute();
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void severalMayStandInOneArchive() throws SQLException, IOException {
        List<String> before = all(live);
        Path file = directory.resolve("both");
        transfer().export(List.of(A, B)).to(file).run();
        destroy(A);
        destroy(B);
        assertThatThrownBy(() -> planFrom(file, A))
                .isInstanceOf(TransferRefusedException.class)
                .hasMessage("The restore is refused: " + file + " holds rows of " + B + ", who was not named.");
        planFrom(file, A, B).execute();
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void theSameDataGiveTheSameBytes() throws SQLException, IOException {
        Path one = directory.resolve("one");
        Path two = directory.resolve("two");
        transfer().export(A).to(one).run();
        transfer().export(A).to(two).run();
        assertThat(chunks(one)).hasSize(10).isEqualTo(chunks(two));
        sql(live, "update log set text = 'other' where text is null and " + owned(A));
        Path three = directory.resolve("three");
        transfer().export(A).to(three).run();
        assertThat(chunks(one)).isNotEqualTo(chunks(three));
    }

    @Test
    void theHeaderSaysWhatIsKnown() throws SQLException, IOException {
        Path file = directory.resolve("a");
        ExportReport report =
                transfer().export(A).to(file).saying("asked-for-in", "T-17").run();
        try (ArchiveReader reader = ArchiveReader.open(file, ANYBODY, ArchiveLimits.standard())) {
            assertThat(reader.manifest().header().units(TenantId.KIND)).containsExactly(A);
            assertThat(reader.manifest().header().databaseProduct()).isEqualTo("PostgreSQL");
            assertThat(reader.manifest().header().schemaFingerprint()).hasSize(64);
            assertThat(reader.manifest().header().origin())
                    .containsEntry("asked-for-in", "T-17")
                    .containsEntry("isolation", "repeatable read")
                    .containsEntry("snapshot", report.snapshot());
        }
        assertThat(report.snapshot()).matches("\\d+:\\d+:.*");
    }

    @Test
    void signedAndEncrypted() throws SQLException, IOException {
        List<String> before = all(live);
        SecretKeySpec key = new SecretKeySpec(new byte[32], "HmacSHA256");
        ArchiveKeys keys = ArchiveKeys.of("master", new SecretKeySpec(new byte[32], "AES"));
        Path file = directory.resolve("a");
        transfer()
                .export(A)
                .to(file)
                .with(ArchiveOptions.sealedBy(ArchiveSeal.hmac("backup", key)).encryptedBy("master", keys))
                .run();
        destroy(A);
        assertThatThrownBy(() -> planFrom(file, A)).isInstanceOf(ArchiveRefusedException.class);
        ArchiveTrust trust = ArchiveTrust.nobody().hmac("backup", key);
        transfer()
                .restore(A)
                .from(Archives.in(file, trust).decrypted(keys))
                .plan()
                .execute();
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void whatIsThereIsNotOverwritten() throws SQLException, IOException {
        transfer().export(A).toDirectory(directory).run();
        byte[] first = Files.readAllBytes(Archives.file(directory, A));
        assertThatThrownBy(() ->
                        transfer().export(List.of(B, A)).toDirectory(directory).run())
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining(Archives.file(directory, A).toString());
        assertThat(Archives.file(directory, B)).doesNotExist();
        sql(live, "update log set text = 'later'");
        ExportReport report = transfer()
                .export(List.of(B, A))
                .toDirectory(directory)
                .goingOn()
                .run();
        assertThat(report)
                .hasToString(
                        "290 rows in 1 archive, as of one instant. 1 were there before and show an earlier instant: each is "
                                + "consistent in itself, not with the others.");
        assertThat(Archives.file(directory, A)).hasBinaryContent(first);
        assertThat(report.archives()).containsExactly(Archives.file(directory, B));
        assertThat(report.kept()).containsExactly(Archives.file(directory, A));
    }

    @Test
    void referencesThatLeaveTheUnitAreRefused() throws SQLException, IOException {
        sql(live, "update ticket set author = 1001 where id in (1, 2)");
        Path file = directory.resolve("a");
        String finding =
                "2 rows of public.ticket, such as [1, 2], point through author at rows of somebody else of public.person. "
                        + "Mend them, or say keepingReferencesOut().";
        for (List<TenantId> tenants : List.of(List.of(A), List.of(A, B))) {
            assertThatThrownBy(() -> transfer()
                            .export(tenants)
                            .toDirectory(directory.resolve("d"))
                            .run())
                    .isInstanceOf(TransferRefusedException.class)
                    .hasMessage("The export is refused: " + finding);
        }
        assertThat(file).doesNotExist();
        ExportReport report =
                transfer().export(A).to(file).keepingReferencesOut().run();
        assertThat(report.findings()).containsExactly(finding);
        try (ArchiveReader reader = ArchiveReader.open(file, ANYBODY, ArchiveLimits.standard())) {
            assertThat(reader.manifest().notes().get(0)).containsEntry("finding", finding);
        }
        // together they are one unit
        assertThat(transfer()
                        .export(List.of(A, B))
                        .to(directory.resolve("both"))
                        .run()
                        .findings())
                .isEmpty();
    }

    @Test
    void rowsThatAreNotThereAreMissed() throws SQLException {
        sql(live, "create table note (id int primary key, customer_id uuid not null, person int)");
        sql(live, "insert into note values (1, '" + A.uuid() + "', 5), (2, '" + A.uuid() + "', 5555)");
        OwnershipModel model =
                OwnershipModel.read(live, rules -> TwoTenants.rules(rules).foreignKey("note", "person", "person"));
        assertThatThrownBy(() -> Transfer.between(live, model)
                        .export(A)
                        .to(directory.resolve("a"))
                        .run())
                .hasMessage(
                        "The export is refused: 1 rows of public.note, such as [2], point through person at rows that are not there of "
                                + "public.person. Mend them, or say keepingReferencesOut().");
    }

    @Test
    void largeObjectsAreRefusedByName() throws SQLException, IOException {
        for (JdbcConnectionPool database : List.of(live, backup)) {
            sql(
                    database,
                    "create table photo (id int primary key, customer_id uuid not null, bytes oid)",
                    "insert into photo values (1, '" + A.uuid() + "', lo_from_bytea(0, '\\x00')), (2, '" + B.uuid()
                            + "', 5), (3, '" + B.uuid() + "', null)");
        }
        String refused =
                "refused: 1 rows of public.photo hold a large object in bytes. Large objects are not transferred: keep the bytes in a "
                        + "column of type bytea, or leave the column out:  .excludedColumn(\"photo\", \"bytes\", \"…\")";
        assertThatThrownBy(() -> transfer().export(A).to(directory.resolve("a")).run())
                .hasMessage("The export is " + refused);
        assertThatThrownBy(() -> transfer().restore(A).from(backup).plan()).hasMessage("The restore is " + refused);
        Transfer without = Transfer.between(live, OwnershipModel.read(live, rules -> TwoTenants.rules(rules)
                .excludedColumn("photo", "bytes", "another system keeps them")));
        without.export(A).to(directory.resolve("a")).run();
        sql(live, "update photo set bytes = 7 where id = 1");
        without.restore(A)
                .onConflict(ConflictPolicy.REPLACE_ALL)
                .from(backup)
                .plan()
                .execute();
        assertThat(rows(live, "select bytes from photo where id = 1")).containsExactly("7");
        for (boolean isArchive : List.of(true, false)) {
            sql(live, "delete from photo where id = 1");
            RestorePlan plan = isArchive
                    ? without.restore(A)
                            .from(Archives.in(directory.resolve("a"), ANYBODY))
                            .plan()
                    : without.restore(A).from(backup).plan();
            plan.execute();
            assertThat(rows(live, "select bytes is null from photo where id = 1"))
                    .containsExactly("t");
        }
        assertThat(without.restore(A).from(backup).plan().notes())
                .contains("public.photo.bytes is excluded by a rule and is not restored: another system keeps them.");
        // a number that is of none is a number
        transfer().export(B).to(directory.resolve("b")).run();
    }

    @Test
    void aModelThatIsOlderThanAMigrationIsRefused() throws SQLException {
        Transfer before = transfer();
        sql(live, "alter table person add column phone text", "create table extra (id int, customer_id uuid)");
        assertThatThrownBy(() -> before.export(A).to(directory.resolve("a")).run())
                .isInstanceOfSatisfying(
                        TransferRefusedException.class,
                        thrown -> assertThat(thrown.reasons())
                                .containsExactly(
                                        "public.extra of the live database has changed since the ownership model was read. Read the model anew.",
                                        "public.person of the live database has changed since the ownership model was read. Read the model anew."));
    }

    @Test
    void archivesThatDoNotFitAreRefused() throws SQLException, IOException {
        transfer().export(List.of(A)).toDirectory(directory).run();
        assertThatThrownBy(() -> planFrom(directory, A, B))
                .hasMessage("The restore is refused: There is no archive of " + B + ": " + Archives.file(directory, B)
                        + " is missing.");
        Path file = Archives.file(directory, A);
        assertThatThrownBy(() -> planFrom(file, A, B))
                .hasMessage("The restore is refused: There are no rows of " + B + " in the archive.");
        assertThatThrownBy(() -> planFrom(directory.resolve("none"), A)).hasMessageContaining("none");
        UnaryOperator<dev.tenantsafety.ownership.OwnershipRules> withSites =
                rules -> rules.root("customer", TenantId.KIND)
                        .ownedByColumn("customer_id", TenantId.KIND)
                        .ownedByColumn("site_uuid", SiteId.KIND)
                        .ownedThroughForeignKeys()
                        .shared("plan");
        sql(live, "alter table site add column site_uuid uuid");
        OwnershipModel model = OwnershipModel.read(live, withSites);
        assertThatThrownBy(() -> Transfer.between(live, model)
                        .restore(SiteId.create())
                        .from(Archives.in(file, ANYBODY))
                        .plan())
                .hasMessageContaining(file + " holds rows of a tenant, and those of a site are to come back.");
        sql(live, "alter table site drop column site_uuid", "drop table log");
        assertThatThrownBy(() -> planFrom(file, A))
                .hasMessage("The restore is refused: " + file
                        + " has rows of public.log, which is no table of a tenant in the live model.");
    }

    @Test
    void rowsOfOthersInAnArchiveAreFoundBeforeAnythingIsWritten() throws SQLException, IOException {
        // an archive that says it is A's, and was made where a site of B was A's
        sql(live, "update site set customer_id = '" + A.uuid() + "' where id = 1001");
        Path file = directory.resolve("a");
        transfer().export(A).to(file).keepingReferencesOut().run();
        sql(live, "update site set customer_id = '" + B.uuid() + "' where id = 1001");
        destroy(A);
        List<String> before = all(live);
        RestorePlan plan = planFrom(file, A);
        assertThat(plan.conflicts())
                .contains(
                        "In site there are rows of somebody else, or of nobody, with the keys [1001]. They are not touched, and rows with the "
                                + "same keys cannot come back: give others other keys, and delete what is nobody's.")
                .anyMatch(conflict -> conflict.startsWith("Rows of ticket, [1005, ")
                        && conflict.endsWith("belong to somebody who was not named, or point at rows that now do."));
        assertThatThrownBy(plan::execute).isInstanceOf(TransferRefusedException.class);
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void aDamagedArchiveIsRefusedBeforeAnythingIsWritten() throws SQLException, IOException {
        Path file = directory.resolve("a");
        transfer().export(A).to(file).run();
        destroy(A);
        List<String> before = all(live);
        RestorePlan plan = planFrom(file, A);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 3] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(plan::execute).isInstanceOf(ArchiveRefusedException.class);
        assertThatThrownBy(() -> planFrom(file, A)).isInstanceOf(ArchiveRefusedException.class);
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void nothingIsLeftOfAnExportThatFails() throws SQLException, IOException {
        assertThatThrownBy(() -> transfer()
                        .export(List.of(A, B))
                        .toDirectory(directory)
                        .inChunksOf(7, 1, 2)
                        .run(event -> {
                            throw new IllegalStateException("stopped");
                        }))
                .hasMessage("stopped");
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
        TenantId nobody = TenantId.create();
        assertThatThrownBy(() -> transfer()
                        .export(List.of(A, nobody))
                        .toDirectory(directory)
                        .run())
                .hasMessage("The export is refused: " + nobody + " is not in public.customer of the database.");
    }
}
