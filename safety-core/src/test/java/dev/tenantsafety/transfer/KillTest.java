package dev.tenantsafety.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.archive.ArchiveLimits;
import dev.tenantsafety.archive.ArchiveReader;
import dev.tenantsafety.archive.ArchiveTrust;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.testing.Cases;
import dev.tenantsafety.testing.JavaProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed at any time, and begun again, ends where one ends that was not killed. */
class KillTest extends TwoTenants {

    private static final int KILLS_OF_RESTORES = Cases.of(11);
    private static final int KILLS_OF_EXPORTS = Cases.of(8);
    private static final int KILLS_OF_COPIES = Cases.of(3);

    /** More than a test needs, by far, if what is killed goes on. */
    private static final int ATTEMPTS = 150;

    /** Milliseconds. */
    private static final int TO_ITS_END = 120_000;

    private final Random random = new Random();
    private int kills;
    private int attempts;
    private boolean isDone;

    @TempDir
    private Path directory;

    private static String url(JdbcConnectionPool database) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return connection.getMetaData().getURL();
        }
    }

    /** Runs it for some time after it has begun, or to its end once as many were killed as should be. */
    private void runAndKill(int enough, int milliseconds, String what, String where, TenantId... tenants)
            throws Exception {
        List<String> arguments = new ArrayList<>(List.of(what, url(live), where));
        for (TenantId tenant : tenants) {
            arguments.add(tenant.toString());
        }
        assertThat(++attempts).isLessThan(ATTEMPTS);
        isDone = JavaProcess.start(List.of("-XX:TieredStopAtLevel=1"), KilledProcess.class, arguments)
                .endsWithin(kills < enough ? random.nextInt(milliseconds) : TO_ITS_END);
        kills += isDone ? 0 : 1;
        awaitTheServer();
    }

    /** The server notices after a while that nobody listens, and takes back what was not committed. */
    private void awaitTheServer() throws Exception {
        String left = "select count(*) from pg_stat_activity where application_name = '" + KilledProcess.NAME
                + "' and datname in (current_database(), '"
                + rows(backup, "select current_database()").get(0) + "')";
        while (!rows(live, left).equals(List.of("0"))) {
            Thread.sleep(2);
        }
    }

    private void restoresAreKilled(String what, String where) throws Exception {
        List<String> before = all(live);
        kills = 0;
        while (kills < KILLS_OF_RESTORES) {
            destroy(A);
            isDone = false;
            int attempt = 0;
            while (!isDone) {
                runAndKill(
                        KILLS_OF_RESTORES,
                        150 + 100 * attempt++,
                        what,
                        where,
                        A); // later and later, so that it ends some time
                List<String> now = all(live);
                assertThat(before).containsAll(now);
            }
            assertThat(all(live)).isEqualTo(before);
        }
        // each run was gone on with until it was finished
        assertThat(rows(live, "select count(*) from tenant_safety_transfer where finished is null"))
                .containsExactly("0");
    }

    @Test
    void aRestoreFromADatabase() throws Exception {
        restoresAreKilled("restore", url(backup));
    }

    @Test
    void aRestoreFromArchives() throws Exception {
        Transfer.between(backup, OwnershipModel.read(backup, TwoTenants::rules))
                .export(A)
                .toDirectory(directory)
                .run();
        restoresAreKilled("restore-archives", directory.toString());
    }

    @Test
    void aCopy() throws Exception {
        List<String> before = all(live);
        while (kills < KILLS_OF_COPIES) {
            TenantId copy = TenantId.create();
            isDone = false;
            int attempt = 0;
            while (!isDone) {
                runAndKill(KILLS_OF_COPIES, 150 + 100 * attempt++, "clone", url(backup), A, copy);
                assertThat(all(live)).containsAll(before);
            }
            assertThat(CloneTest.shape(live, copy)).isEqualTo(CloneTest.shape(live, A));
            assertThat(all(live)).hasSize(before.size() + ROWS_OF_EACH);
            destroy(copy);
        }
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void anExport() throws Exception {
        List<String> before = all(live);
        ArchiveTrust anybody = ArchiveTrust.nobody().unsignedToo();
        int round = 0;
        while (kills < KILLS_OF_EXPORTS) {
            Path archives = directory.resolve("round" + round++);
            isDone = false;
            int attempt = 0;
            while (!isDone) {
                runAndKill(KILLS_OF_EXPORTS, 150 + 100 * attempt++, "export", archives.toString(), A, B);
                if (Files.exists(archives)) {
                    try (Stream<Path> files = Files.list(archives)) {
                        for (Path file : files.filter(path -> path.toString().endsWith(".tenant"))
                                .toList()) {
                            // what has an archive's name is one
                            ArchiveReader.open(file, anybody, ArchiveLimits.standard())
                                    .close();
                        }
                    }
                }
            }
            for (TenantId tenant : List.of(A, B)) {
                assertThat(Archives.file(archives, tenant)).exists();
            }
        }
        destroy(A);
        destroy(B);
        Transfer.between(live, OwnershipModel.read(live, TwoTenants::rules))
                .restore(List.of(A, B))
                .from(Archives.in(directory.resolve("round" + (round - 1)), anybody))
                .plan()
                .execute();
        assertThat(all(live)).isEqualTo(before);
    }
}
