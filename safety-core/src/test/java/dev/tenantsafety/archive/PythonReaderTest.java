package dev.tenantsafety.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The reader in Python, written from docs/archive-format.md alone, sees in each archive what ours sees, and refuses what ours refuses. Where
 * there is no {@code python3}, this is skipped.
 */
class PythonReaderTest {

    private static final Path READER =
            Path.of("..", "samples", "archive-reader", "archive_reader.py").toAbsolutePath();
    private static final ArchiveSeal HMAC = ArchiveSeal.hmac("drill", SampleArchive.SECRET);
    private static final ArchiveTrust TRUST =
            SampleArchive.TRUST.hmac("drill", SampleArchive.SECRET).unsignedToo();

    /** Of a kind that no process knows: our reader looks at IDs of those that it knows more closely. */
    private static final ArchiveHeader HEADER =
            new ArchiveHeader("realm", List.of("realm_acme", "realm_~2f"), "0.1.0", "H2", "2", "", new TreeMap<>());

    @TempDir
    Path folder;

    @BeforeAll
    static void requirePython() throws IOException, InterruptedException {
        boolean isThere;
        try {
            isThere = new ProcessBuilder("python3", "-c", "import sys; sys.exit(sys.version_info < (3, 8))")
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            isThere = false;
        }
        assumeTrue(isThere, "there is no python3 here");
    }

    /** What each of the files is to it, in a line. */
    private List<String> inPython(List<Path> files) throws IOException, InterruptedException {
        byte[] encoded = SampleArchive.KEYS.getPublic().getEncoded();
        HexFormat hex = HexFormat.of();
        String secret = hex.formatHex(SampleArchive.SECRET.getEncoded());
        Path names = folder.resolve("names");
        Path answers = folder.resolve("answers");
        Files.write(names, files.stream().map(Path::toString).toList());
        Process process = new ProcessBuilder(
                        "python3",
                        READER.toString(),
                        "--unsigned",
                        "--hmac",
                        "drill=" + secret,
                        "--ed25519",
                        "backup-2026="
                                + hex.formatHex(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)),
                        "--key",
                        "master-7=" + secret,
                        "-")
                .redirectInput(names.toFile())
                .redirectOutput(answers.toFile())
                .redirectError(folder.resolve("errors").toFile())
                .start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(folder.resolve("errors")).isEmptyFile();
        return Files.readAllLines(answers);
    }

    private static String inJava(Path file) throws IOException {
        MessageDigest digest = Sha256.start();
        try (ArchiveReader reader = ArchiveReader.open(file, TRUST, ArchiveLimits.standard(), SampleArchive.MASTER)) {
            for (ArchivedTable table : reader.manifest().tables()) {
                String name = table.table().schema() + "." + table.table().name() + "\n";
                digest.update(name.getBytes(StandardCharsets.UTF_8));
                for (ArchiveChunk chunk : table.chunks()) {
                    digest.update(reader.open(chunk).readAllBytes());
                }
            }
            return "ok " + reader.manifest().totals().rows() + " " + Sha256.hex(digest.digest());
        } catch (ArchiveRefusedException e) {
            return "refused: " + e.getMessage();
        }
    }

    /** Both take or refuse each file, and see the same in those that they take; gives how many these are. */
    private int assertSame(List<byte[]> archives) throws IOException, InterruptedException {
        List<Path> files = new ArrayList<>();
        for (byte[] archive : archives) {
            Path file = folder.resolve(files.size() + ".zip");
            Files.write(file, archive);
            files.add(file);
        }
        List<String> answers = inPython(files);
        assertThat(answers).hasSameSizeAs(files);
        int taken = 0;
        for (int i = 0; i < files.size(); i++) {
            String java = inJava(files.get(i));
            String python = answers.get(i);
            boolean isTaken = java.startsWith("ok ");
            taken += isTaken ? 1 : 0;
            assertThat(python).as("%s, in Java %s", i, java).isEqualTo(isTaken ? java : python);
            assertThat(python).as("%s, in Java %s", i, java).startsWith(isTaken ? "ok " : "refused: ");
        }
        return taken;
    }

    @Test
    void eachKindOfArchiveIsRead() throws IOException, InterruptedException {
        List<byte[]> archives = new ArrayList<>();
        for (ArchiveSeal seal : List.of(ArchiveSeal.unsigned(), HMAC, SampleArchive.SIGNED)) {
            ArchiveOptions options = SampleArchive.options(seal);
            archives.add(SampleArchive.bytes(options));
            archives.add(SampleArchive.bytes(options.encryptedBy("master-7", SampleArchive.MASTER)));
        }
        assertThat(assertSame(archives)).isEqualTo(archives.size());
        byte[] signed = archives.get(4);
        archives.clear();
        for (int bit = (signed.length - SealText.BYTES) * 8; bit < signed.length * 8; bit += 7) {
            byte[] changed = signed.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            archives.add(changed);
        }
        assertThat(assertSame(archives)).isZero();
    }

    @Test
    void mutantsAreRefusedByBoth() throws IOException, InterruptedException {
        List<byte[]> mutants = new ArrayList<>();
        Path file = folder.resolve("sample");
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            ArchiveOptions options = SampleArchive.options(HMAC);
            Mutants.write(
                    file,
                    HEADER,
                    seed % 4 == 0 ? options.encryptedBy("master-7", SampleArchive.MASTER) : options,
                    random);
            byte[] sample = Files.readAllBytes(file);
            Files.delete(file);
            for (int i = 0; i < 20; i++) {
                Forgery forgery = Forgery.of(sample);
                Mutants.edit(forgery, random);
                mutants.add(forgery.sealed(HMAC));
                mutants.add(Forgery.resealed(Mutants.damaged(Forgery.withoutSeal(sample), random), HMAC));
            }
        }
        assertThat(assertSame(mutants)).isBetween(1, mutants.size() / 2);
    }

    @Test
    void textIsReadByBothOrByNeither() throws IOException, InterruptedException {
        List<byte[]> archives = new ArrayList<>();
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            archives.add(Mutants.ofText(Mutants.text(random), HMAC));
        }
        assertThat(assertSame(archives)).isBetween(100, 900);
    }
}
