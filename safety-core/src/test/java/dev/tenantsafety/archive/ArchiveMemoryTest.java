package dev.tenantsafety.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.testing.JavaProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes and reads in a JVM of its own whose heap is far smaller than the archive. */
class ArchiveMemoryTest {

    private static final int CHUNKS = 80;
    private static final int CHUNK = 2 << 20;

    @TempDir
    Path folder;

    /** 160 MB, or 60 when the JDK's AES makes it slow. */
    private static int chunks(String mode) {
        return mode.equals("ENCRYPTED") ? CHUNKS * 3 / 8 : CHUNKS;
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "ENCRYPTED", "HOSTILE"})
    void memoryDoesNotGrowWithTheRows(String mode) throws Exception {
        String output = JavaProcess.run(
                List.of("-Xmx32m"),
                Main.class,
                List.of(mode, folder.resolve("large.zip").toString()));
        assertThat(output)
                .isEqualTo(
                        mode.equals("HOSTILE")
                                ? "WRONG_CHUNK\n"
                                : "read " + (long) chunks(mode) * CHUNK + " bytes, " + chunks(mode)
                                        + " as they were written\n");
    }

    /** Runs in the small heap. */
    static final class Main {

        private Main() {}

        public static void main(String[] arguments) throws IOException {
            Path file = Path.of(arguments[1]);
            ArchiveTrust trust = ArchiveTrust.nobody().unsignedToo();
            if (arguments[0].equals("HOSTILE")) {
                writeBomb(file);
                try {
                    ArchiveReader.open(file, trust, ArchiveLimits.standard()).close();
                } catch (ArchiveRefusedException e) {
                    System.out.print(e.reason() + "\n");
                }
                return;
            }
            ArchiveOptions options = ArchiveOptions.sealedBy(ArchiveSeal.unsigned());
            long[] sums = write(
                    file,
                    arguments[0].equals("PLAIN") ? options : options.encryptedBy("master-7", SampleArchive.MASTER),
                    chunks(arguments[0]));
            read(file, trust, sums);
        }

        /** Declared as 30 MiB, within the limits, but 600 MiB in fact. */
        private static void writeBomb(Path file) throws IOException {
            Forgery forgery = Forgery.of(SampleArchive.bytes(SampleArchive.options(ArchiveSeal.unsigned())));
            java.io.ByteArrayOutputStream bomb = new java.io.ByteArrayOutputStream();
            byte[] start = forgery.parts.get(0).bytes();
            bomb.write(start, 0, 10);
            java.util.zip.Deflater deflater = new java.util.zip.Deflater(9, true);
            byte[] lines = "\n".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
            byte[] buffer = new byte[1 << 16];
            for (int i = 0; i < 600; i++) {
                deflater.setInput(lines);
                while (!deflater.needsInput()) {
                    bomb.write(buffer, 0, deflater.deflate(buffer));
                }
            }
            deflater.finish();
            while (!deflater.finished()) {
                bomb.write(buffer, 0, deflater.deflate(buffer));
            }
            bomb.writeBytes(new byte[8]);
            forgery.storedAs(0, 0, bomb.toByteArray())
                    .replace("chunk", 0, "\"plainBytes\":\\d+", "\"plainBytes\":" + (30 << 20))
                    .replace("end", 0, "\"plainBytes\":\\d+", "\"plainBytes\":" + ((30 << 20) + 28))
                    .rechain();
            Files.write(file, forgery.sealed(ArchiveSeal.unsigned()));
        }

        private static long[] write(Path file, ArchiveOptions options, int chunks) throws IOException {
            long[] sums = new long[chunks];
            byte[] plain = new byte[CHUNK];
            try (ArchiveWriter writer = ArchiveWriter.create(file, SampleArchive.header(), options)) {
                writer.table(SampleArchive.NOTES_FIRST);
                for (int i = 0; i < chunks; i++) {
                    fill(plain, i);
                    sums[i] = sum(plain, plain.length, new CRC32());
                    writer.write(writer.packer().pack(1, i + 1, "", "", plain, plain.length));
                }
                writer.endTable();
                writer.finish();
            }
            return sums;
        }

        /** Rows of a hundred characters, of which few repeat. */
        private static void fill(byte[] plain, int seed) {
            if (seed > 0) {
                plain[seed] = (byte) ('a' + seed % 26);
                return;
            }
            new Random(seed).nextBytes(plain);
            for (int i = 0; i < plain.length; i++) {
                plain[i] = i % 100 == 99 || i == plain.length - 1 ? (byte) '\n' : (byte) ('0' + (plain[i] & 63));
                if (plain[i] == '\\') {
                    plain[i] = 'x';
                }
            }
        }

        private static long sum(byte[] bytes, int length, CRC32 sum) {
            sum.update(bytes, 0, length);
            return sum.getValue();
        }

        private static void read(Path file, ArchiveTrust trust, long[] sums) throws IOException {
            long bytes = 0;
            int same = 0;
            byte[] buffer = new byte[1 << 16];
            try (ArchiveReader reader =
                    ArchiveReader.open(file, trust, ArchiveLimits.standard(), SampleArchive.MASTER)) {
                List<ArchiveChunk> chunks = reader.manifest().tables().get(0).chunks();
                for (ArchiveChunk chunk : chunks) {
                    CRC32 sum = new CRC32();
                    try (InputStream rows = reader.open(chunk)) {
                        for (int count = rows.read(buffer); count >= 0; count = rows.read(buffer)) {
                            bytes += count;
                            sum.update(buffer, 0, count);
                        }
                    }
                    same += sum.getValue() == sums[chunk.number() - 1] ? 1 : 0;
                }
            }
            System.out.print("read " + bytes + " bytes, " + same + " as they were written\n");
        }
    }
}
