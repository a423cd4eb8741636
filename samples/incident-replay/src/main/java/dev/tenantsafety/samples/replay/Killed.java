package dev.tenantsafety.samples.replay;

import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.samples.helpdesk.Helpdesk;
import dev.tenantsafety.transfer.RestoreReport;
import dev.tenantsafety.transfer.Transfer;
import dev.tenantsafety.transfer.TransferProgress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.LogManager;
import javax.sql.DataSource;

/** Act 5: the restore is killed when half of it is done, and goes on in another JVM. */
final class Killed {

    private static final String ROWS = "rows ";
    private static final int CHUNK = 2_000;

    private final World world;
    private final Writers writers;
    private final Path directory;

    Killed(World world, Writers writers, Path directory) {
        this.world = world;
        this.writers = writers;
        this.directory = directory;
    }

    void play(Act act) throws SQLException, IOException, InterruptedException {
        String said;
        writers.start();
        try {
            long rows = AsItWas.destroy(world);
            List<String> saidBefore = new ArrayList<>();
            long atKill = run(rows / 2, saidBefore);
            act.fact("killed when it had written", Numbers.of(atKill) + " of " + Numbers.of(rows) + " rows");
            if (!saidBefore.isEmpty()) {
                act.fact("it said before", String.join(" ", saidBefore));
            }
            act.check(atKill >= rows / 2 && atKill < rows, "it was killed halfway");
            said = resume();
            act.fact("in a new JVM", said);
            act.check(said.contains("went on"), "it went on where it was");
        } finally {
            writers.stop();
        }
        AsItWas.compare(world, writers, act);
        act.end("A restore that was killed halfway was taken up by another process, and ended as if nothing had been.");
    }

    /** Kills it as soon as it has written so many rows. Returns how many it had; what else it said is added. */
    private long run(long enough, List<String> said) throws IOException, InterruptedException {
        Process process = start();
        long rows = 0;
        try (BufferedReader lines = reader(process)) {
            String line = lines.readLine();
            while (line != null && rows < enough) {
                if (line.startsWith(ROWS)) {
                    rows = Long.parseLong(line.substring(ROWS.length()));
                } else {
                    said.add(line);
                }
                line = rows < enough ? lines.readLine() : null;
            }
            process.destroyForcibly().waitFor();
        }
        return rows;
    }

    private String resume() throws IOException, InterruptedException {
        Process process = start();
        List<String> said = new ArrayList<>();
        try (BufferedReader lines = reader(process)) {
            lines.lines().filter(line -> !line.startsWith(ROWS)).forEach(said::add);
        }
        int code = process.waitFor();
        return code == 0 ? String.join(" ", said) : "It ended with " + code + ": " + said;
    }

    private Process start() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                ClassPath.own(),
                Killed.class.getName()));
        command.addAll(world.databases().urls());
        Path list = directory.resolve("sites.txt");
        Files.createDirectories(directory);
        Files.write(list, world.legacyIds());
        command.add(list.toString());
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static BufferedReader reader(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * The restore in a JVM of its own. Prints after each chunk how many rows there were, and the report at the end.
     *
     * @param arguments the URLs of the live database and of the backup, and a file of sites
     */
    public static void main(String[] arguments) throws Exception {
        LogManager.getLogManager().reset();
        DataSource live = Databases.pool(arguments[0]);
        List<SiteId> sites = Files.readAllLines(Path.of(arguments[2])).stream()
                .map(SiteId::parse)
                .toList();
        TransferProgress progress = event -> System.out.println(ROWS + event.rowsDone());
        RestoreReport report = Transfer.between(live, OwnershipModel.read(live, Helpdesk::rules))
                .restore(sites)
                .inChunksOf(CHUNK, 100)
                .inParallel(1)
                .from(Databases.pool(arguments[1]))
                .plan()
                .execute(progress);
        System.out.println(report + (report.resumed() ? " It went on with a run that had been stopped." : ""));
    }
}
