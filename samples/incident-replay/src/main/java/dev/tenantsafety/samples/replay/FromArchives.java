package dev.tenantsafety.samples.replay;

import dev.tenantsafety.archive.ArchiveOptions;
import dev.tenantsafety.archive.ArchiveSeal;
import dev.tenantsafety.archive.ArchiveTrust;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.samples.helpdesk.Helpdesk;
import dev.tenantsafety.transfer.Archives;
import dev.tenantsafety.transfer.RestoreReport;
import dev.tenantsafety.transfer.Transfer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Act 4: the same from one archive for each site; and one site is copied under a new ID. */
final class FromArchives {

    private static final String KEY = "replay";

    private final World world;
    private final Writers writers;
    private final Path directory;

    FromArchives(World world, Writers writers, Path directory) {
        this.world = world;
        this.writers = writers;
        this.directory = directory.resolve("archives");
    }

    void play(Act act) throws SQLException, IOException, GeneralSecurityException {
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        emptyDirectory();
        long export = System.nanoTime();
        Transfer.between(world.backup(), OwnershipModel.read(world.backup(), Helpdesk::rules))
                .export(world.legacy())
                .toDirectory(directory)
                .with(ArchiveOptions.sealedBy(ArchiveSeal.ed25519(KEY, keys.getPrivate())))
                .run();
        act.fact(
                "archives",
                Numbers.of(files().size()) + ", signed, " + Numbers.of(bytes() / 1024) + " KiB, in "
                        + Numbers.of(Numbers.since(export)));
        act.check(files().size() == world.legacy().size(), "each site has its archive");
        Duration took;
        writers.start();
        try {
            long rows = AsItWas.destroy(world);
            Archives archives = Archives.in(directory, ArchiveTrust.nobody().ed25519(KEY, keys.getPublic()));
            long begin = System.nanoTime();
            RestoreReport report = world.transfer()
                    .restore(world.legacyByPriority())
                    .inParallel(world.connections())
                    .from(archives)
                    .plan()
                    .execute(new Curve(begin));
            took = Numbers.since(begin);
            act.fact("restored", report.toString());
            act.check(AsItWas.inserted(report) == rows, "as many rows came back as were removed");
        } finally {
            writers.stop();
        }
        AsItWas.compare(world, writers, act);
        if (world.databases().isPostgreSql()) {
            copy(act);
        }
        act.end(Numbers.of(world.legacy().size()) + " sites are back from their archives in " + Numbers.of(took) + ".");
    }

    private void copy(Act act) throws SQLException {
        SiteId site = world.legacy().get(0);
        SiteId copy = SiteId.create();
        long begin = System.nanoTime();
        RestoreReport report = world.transfer()
                .clone(site, copy)
                .rewriting("site", "name", "name || ' (copy)'")
                .from(world.live())
                .plan()
                .execute();
        act.fact("copied under a new ID", report + " In " + Numbers.of(Numbers.since(begin)) + ".");
        try (Connection connection = world.live().getConnection()) {
            connection.setAutoCommit(false);
            long rows = Incident.deleteForGood(connection, List.of(copy.uuid()));
            connection.commit();
            act.check(AsItWas.inserted(report) == rows && rows > 0, "the copy has as many rows as it says");
        }
        act.check(
                Comparison.of(world.backup(), world.live(), writers.written()).holds(writers.written()),
                "the copy took nothing from others");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private long bytes() throws IOException {
        long bytes = 0;
        for (Path file : files()) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    private void emptyDirectory() throws IOException {
        Files.createDirectories(directory);
        for (Path file : files()) {
            Files.delete(file);
        }
    }
}
