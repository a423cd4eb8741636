package dev.tenantsafety.benchmarks.transfer;

import dev.tenantsafety.archive.ArchiveTrust;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.transfer.Archives;
import dev.tenantsafety.transfer.Restore;
import dev.tenantsafety.transfer.Transfer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.postgresql.ds.PGSimpleDataSource;

/** Exports and restores one large tenant in a JVM of its own, whose heap is far smaller than the tenant's rows. */
public final class TransferInSmallHeap {

    private static final int HEAP_MEGABYTES = 256;

    private TransferInSmallHeap() {}

    /**
     * Runs it.
     *
     * @param isQuick for a tenth of the rows
     * @throws IOException if PostgreSQL does not start, or a file cannot be written
     */
    public static void run(boolean isQuick) throws IOException {
        Sizes sizes = new Sizes(1, 1, isQuick ? 1_000_000 : 10_000_000, 20);
        System.out.printf(
                Locale.ROOT,
                "%nA tenant of %,d rows in a heap of %d MB, which takes %s minutes …%n",
                sizes.rows(),
                HEAP_MEGABYTES,
                isQuick ? "two" : "twenty");
        try (EmbeddedPostgres server = Arena.server();
                Arena arena = new Arena(server, sizes)) {
            String tenant = arena.units.get(0).toString();
            String live = server.getJdbcUrl("postgres", "live");
            String archive = arena.directory.resolve("large.tenant").toString();
            start("export", tenant, live, archive);
            System.out.printf(Locale.ROOT, "The archive has %,d bytes.%n", Files.size(Path.of(archive)));
            arena.destroy();
            start("restore-archive", tenant, live, archive);
            arena.destroy();
            start("restore-backup", tenant, live, server.getJdbcUrl("postgres", "backup"));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP_MEGABYTES + "m",
                "-cp",
                System.getProperty("java.class.path"),
                Work.class.getName()));
        command.addAll(List.of(arguments));
        try {
            int code = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (code != 0) {
                throw new IllegalStateException(arguments[0] + " ended with " + code);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What runs in the small heap. */
    static final class Work {

        private Work() {}

        public static void main(String[] arguments) throws SQLException, IOException {
            TenantId tenant = TenantId.parse(arguments[1]);
            PGSimpleDataSource live = database(arguments[2]);
            Transfer transfer = Transfer.between(live, OwnershipModel.read(live, Tables::rules));
            long begun = System.nanoTime();
            String what = arguments[0];
            Object report = what.equals("export")
                    ? transfer.export(tenant).to(Path.of(arguments[3])).run()
                    : from(what, transfer.restore(tenant), arguments[3]).plan().execute();
            System.out.printf(Locale.ROOT, "%s in %.0f s:%n%s%n", what, (System.nanoTime() - begun) / 1e9, report);
        }

        private static Restore.Ready from(String what, Restore restore, String source) {
            return what.equals("restore-archive")
                    ? restore.from(
                            Archives.in(Path.of(source), ArchiveTrust.nobody().unsignedToo()))
                    : restore.from(database(source));
        }

        private static PGSimpleDataSource database(String url) {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setURL(url);
            return source;
        }
    }
}
