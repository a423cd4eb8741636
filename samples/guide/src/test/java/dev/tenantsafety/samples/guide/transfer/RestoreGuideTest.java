package dev.tenantsafety.samples.guide.transfer;

import static dev.tenantsafety.testing.Sql.rows;
import static dev.tenantsafety.testing.Sql.sql;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.archive.ArchiveOptions;
import dev.tenantsafety.archive.ArchiveSeal;
import dev.tenantsafety.archive.ArchiveTrust;
import dev.tenantsafety.archive.SealedFile;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.testing.Database;
import dev.tenantsafety.transfer.Archives;
import dev.tenantsafety.transfer.ConflictPolicy;
import dev.tenantsafety.transfer.ExportReport;
import dev.tenantsafety.transfer.RestorePlan;
import dev.tenantsafety.transfer.RestoreReport;
import dev.tenantsafety.transfer.Transfer;
import dev.tenantsafety.transfer.TransferProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.spec.SecretKeySpec;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of docs/restore.md. */
class RestoreGuideTest {

    private final JdbcConnectionPool live = Database.POSTGRESQL.connections();
    private final JdbcConnectionPool backup = Database.POSTGRESQL.connections();
    private final List<SiteId> sites = List.of(SiteId.create(), SiteId.create());

    @BeforeEach
    void fill() throws SQLException {
        for (JdbcConnectionPool database : List.of(live, backup)) {
            sql(database, "create table site (id uuid primary key, name text)");
            sql(database, "create table ticket (id int primary key, site_id uuid not null references site)");
            for (int i = 0; i < sites.size(); i++) {
                sql(database, "insert into site values ('" + sites.get(i).uuid() + "', 'site " + i + "')");
                sql(
                        database,
                        "insert into ticket values (" + i + ", '" + sites.get(i).uuid() + "')");
            }
        }
        sql(live, "delete from ticket");
        sql(live, "delete from site");
    }

    @AfterEach
    void close() {
        live.dispose();
        backup.dispose();
    }

    @Test
    void restore() throws SQLException {
        List<Long> rows = new ArrayList<>();
        // spotless:off
        OwnershipModel model = OwnershipModel.read(live, rules -> rules.root("site", SiteId.KIND).ownedThroughForeignKeys());
        Transfer transfer = Transfer.between(live, model);

        RestorePlan plan = transfer.restore(sites).from(backup).plan();
        assertThat(plan).hasToString("2 sites: 4 rows to insert, 0 to update, 0 differing rows stay, 0 are as they were, 0 conflicts");
        RestoreReport report = plan.execute(event -> rows.add(event.rowsDone()));
        assertThat(report).hasToString("2 owners restored and verified: 4 rows inserted, 0 updated; 2 tables equal to the source.");
        // spotless:on
        assertThat(rows).containsExactly(2L, 4L);
        sql(live, "update site set name = 'other'");
        // spotless:off
        transfer.restore(sites)                                   // those that matter most first
                .onConflict(ConflictPolicy.REPLACE_ALL)           // without this, rows that are there stay
                .inChunksOf(20_000, 100)                          // rows of a transaction, owners that are read together
                .inParallel(2)                                    // connections that write at a time
                .from(backup)
                .plan()
                .execute();
        // spotless:on
        assertThat(transfer.restore(sites).from(backup).plan().toString()).contains("4 are as they were");
    }

    @Test
    void copy() throws SQLException {
        SiteId site = sites.get(0);
        SiteId copy = SiteId.create();
        sql(live, "insert into site values ('" + site.uuid() + "', 'first')", "alter table site add unique (name)");
        sql(live, "insert into ticket values (0, '" + site.uuid() + "')");
        Transfer transfer = Transfer.between(live, OwnershipModel.read(live, rules -> rules.root("site", SiteId.KIND)
                .ownedThroughForeignKeys()));
        // spotless:off
        RestorePlan plan = transfer.clone(site, copy)
                .rewriting("site", "name", "name || ' (copy)'")   // unique, and a copy cannot have the same
                .newKeys("ticket", "id", "id + 1000")             // has no sequence and is no UUID
                .from(live)                                       // or another database, or archives
                .plan();
        plan.execute();
        // spotless:on
        assertThat(
                        rows(
                                live,
                                "select concat_ws(' ', s.id, s.name, t.id) from site s join ticket t on t.site_id = s.id order by t.id"))
                .containsExactly(site.uuid() + " first 0", copy.uuid() + " first (copy) 1000");
    }

    @Test
    void archives(@TempDir Path directory) throws SQLException, IOException {
        Transfer transfer =
                Transfer.between(backup, OwnershipModel.read(backup, rules -> rules.root("site", SiteId.KIND)
                        .ownedThroughForeignKeys()));
        SecretKeySpec key = new SecretKeySpec(new byte[32], "HmacSHA256");
        ArchiveSeal seal = ArchiveSeal.hmac("backup-2026", key);
        ArchiveTrust trust = ArchiveTrust.nobody().hmac("backup-2026", key);
        Path archives = directory.resolve("archives");
        // spotless:off
        ExportReport exported = transfer.export(sites).toDirectory(archives).with(ArchiveOptions.sealedBy(seal)).run();
        assertThat(exported).hasToString("4 rows in 2 archives, as of one instant.");
        // spotless:on
        sql(backup, "delete from ticket");
        sql(backup, "delete from site");
        // spotless:off
        transfer.restore(sites.get(1)).from(Archives.in(archives, trust)).plan().execute();
        // spotless:on
        RestorePlan plan = transfer.restore(sites.get(0))
                .from(Archives.in(archives, trust))
                .plan();
        AtomicBoolean stop = new AtomicBoolean();
        Path reports = directory;
        // spotless:off
        RestoreReport report = plan.execute(TransferProgress.console().until(stop::get));
        Path signed = report.writeTo(reports, seal);
        assertThat(SealedFile.read(signed, trust)).contains("\"inserted\" : 1");
        // spotless:on
        assertThat(transfer.restore(sites)
                        .from(Archives.in(archives, trust))
                        .plan()
                        .toString())
                .contains("4 are as they were");
    }
}
