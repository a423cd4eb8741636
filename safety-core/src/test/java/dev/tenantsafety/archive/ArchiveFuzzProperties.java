package dev.tenantsafety.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.archive.Forgery.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Random archives and random damage: refused in our own words, or the very rows that were written. */
class ArchiveFuzzProperties {

    private static final int EDITS = 3;

    private static final List<Sample> SAMPLES = new ArrayList<>();

    private static Path folder;

    @BeforeContainer
    static void makeFolder() throws IOException {
        folder = Files.createTempDirectory("fuzz");
        for (int seed = 0; seed < 40; seed++) {
            SAMPLES.add(new Sample(new Random(seed)));
        }
    }

    @AfterContainer
    static void removeFolder() throws IOException {
        Files.deleteIfExists(folder.resolve("fuzzed.zip"));
        Files.delete(folder);
    }

    /** An archive of random shape, with the rows of each of its chunks. */
    private static final class Sample {

        private final SortedMap<String, String> content = new TreeMap<>();
        private final byte[] bytes;

        private Sample(Random random) throws IOException {
            ArchiveOptions options = SampleArchive.options(SampleArchive.SIGNED);
            if (random.nextInt(4) == 0) {
                options = options.encryptedBy("master-7", SampleArchive.MASTER);
            }
            Path file = folder.resolve("sample.zip");
            try (ArchiveWriter writer = ArchiveWriter.create(file, SampleArchive.header(), options)) {
                int tables = random.nextInt(4);
                for (int table = 1; table <= tables; table++) {
                    writer.table(new ArchiveTable(
                            table, "s", "t" + table, SampleArchive.SITES.columns(), List.of("id"), List.of()));
                    int chunks = random.nextInt(4);
                    for (int chunk = 1; chunk <= chunks; chunk++) {
                        String rows = rows(random);
                        writer.write(SampleArchive.pack(writer.packer(), table, chunk, rows));
                        content.put("t" + table + " " + chunk, rows);
                    }
                    writer.endTable();
                    writer.note(Map.of("n", "x".repeat(random.nextInt(5))));
                }
                writer.finish();
            }
            bytes = Files.readAllBytes(file);
            Files.delete(file);
        }

        private static String rows(Random random) {
            StringBuilder rows = new StringBuilder();
            int count = 1 + random.nextInt(5);
            for (int i = 0; i < count; i++) {
                rows.append("r".repeat(random.nextInt(4)))
                        .append(random.nextInt(50))
                        .append("\t\\N\n");
            }
            return rows.toString();
        }
    }

    private static void assertRefusedOrTheSame(byte[] archive, Sample sample) throws IOException {
        Path file = folder.resolve("fuzzed.zip");
        Files.deleteIfExists(file); // some file systems flush what replaces a file of the same name
        Files.write(file, archive);
        try (ArchiveReader reader =
                ArchiveReader.open(file, SampleArchive.TRUST, ArchiveLimits.standard(), SampleArchive.MASTER)) {
            assertThat(SampleArchive.contentOf(reader)).isEqualTo(sample.content);
        } catch (ArchiveRefusedException e) {
            assertThat(e.getMessage()).startsWith(file + ", ").doesNotContain("\n");
        }
    }

    /** Damage of the file as it lies there; the seal finds what all else does not. */
    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void damage(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        Sample sample = SAMPLES.get(random.nextInt(SAMPLES.size()));
        byte[] damaged = damaged(sample.bytes, random);
        assertRefusedOrTheSame(damaged, sample);
    }

    /** The same damage before the seal was made: nothing but the structure can find it. */
    @Property(tries = 400, shrinking = ShrinkingMode.OFF)
    void damageUnderAValidSeal(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        Sample sample = SAMPLES.get(random.nextInt(SAMPLES.size()));
        byte[] damaged = damaged(Forgery.withoutSeal(sample.bytes), random);
        assertRefusedOrTheSame(Forgery.resealed(damaged, SampleArchive.SIGNED), sample);
    }

    /** Entries and lines moved about, and lines edited, under a chain and a seal that fit. */
    @Property(tries = 600, shrinking = ShrinkingMode.OFF)
    void forgery(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        Sample sample = SAMPLES.get(random.nextInt(SAMPLES.size()));
        Forgery forgery = Forgery.of(sample.bytes);
        for (int i = random.nextInt(EDITS); i >= 0; i--) {
            edit(forgery, random);
        }
        if (random.nextBoolean()) {
            forgery.rechain();
        }
        assertRefusedOrTheSame(forgery.sealed(SampleArchive.SIGNED), sample);
    }

    private static byte[] damaged(byte[] bytes, Random random) {
        byte[] damaged = bytes.clone();
        for (int i = random.nextInt(EDITS); i >= 0 && damaged.length > 0; i--) {
            int at = random.nextInt(damaged.length);
            int length = Math.min(damaged.length - at, 1 + random.nextInt(60));
            int to = random.nextInt(damaged.length);
            damaged = switch (random.nextInt(6)) {
                case 0 -> flipped(damaged, at, random.nextInt(8));
                case 1 -> Arrays.copyOf(damaged, at);
                case 2 -> splice(damaged, at, at + length, new byte[0]);
                case 3 -> splice(damaged, to, to, Arrays.copyOfRange(damaged, at, at + length));
                case 4 -> splice(damaged, at, at + length, new byte[length]);
                default -> splice(damaged, at, at, damaged);
            };
        }
        return damaged;
    }

    private static byte[] flipped(byte[] bytes, int at, int bit) {
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 << bit);
        return flipped;
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] instead) {
        byte[] spliced = new byte[bytes.length - (to - from) + instead.length];
        System.arraycopy(bytes, 0, spliced, 0, from);
        System.arraycopy(instead, 0, spliced, from, instead.length);
        System.arraycopy(bytes, to, spliced, from + instead.length, bytes.length - to);
        return spliced;
    }

    private static void edit(Forgery forgery, Random random) {
        int line = random.nextInt(forgery.lines.size());
        int otherLine = random.nextInt(forgery.lines.size());
        if (forgery.lines.size() < 2) {
            return;
        }
        switch (random.nextInt(7)) {
            case 0 -> forgery.lines.remove(line);
            case 1 -> Collections.swap(forgery.lines, line, otherLine);
            case 2 -> forgery.lines.add(otherLine, forgery.lines.get(line));
            case 3 -> forgery.lines.set(line, editedLine(forgery.lines.get(line), random));
            case 4 -> editParts(forgery, random);
            case 5 -> repack(forgery, random);
            default -> forgery.lines.set(line, digits(forgery.lines.get(line), random));
        }
    }

    private static String editedLine(String line, Random random) {
        byte[] bytes = damaged(line.getBytes(StandardCharsets.UTF_8), random);
        return new String(bytes, StandardCharsets.UTF_8).replace("\n", "");
    }

    private static String digits(String line, Random random) {
        String number = List.of("0", "1", "2", "-1", "99999999999999999999", "9223372036854775807", "65536", "1.5")
                .get(random.nextInt(8));
        String[] names = {"table", "chunk", "rows", "plainBytes", "storedBytes", "tables", "chunks", "version"};
        return line.replaceFirst(
                "\"" + names[random.nextInt(names.length)] + "\":\\d+", "\"" + names[0] + "\":" + number);
    }

    private static void editParts(Forgery forgery, Random random) {
        List<Part> parts = forgery.parts;
        if (!parts.isEmpty()) {
            int at = random.nextInt(parts.size());
            switch (random.nextInt(4)) {
                case 0 -> parts.remove(at);
                case 1 -> parts.add(parts.get(at));
                case 2 -> Collections.swap(parts, at, random.nextInt(parts.size()));
                default ->
                    parts.set(
                            at,
                            new Part("../" + parts.get(at).name(), parts.get(at).bytes()));
            }
        }
    }

    /** Other bytes in a chunk, of which the manifest tells the hash and the length. */
    private static void repack(Forgery forgery, Random random) {
        List<Integer> chunks = new ArrayList<>();
        for (int i = 0; i < forgery.lines.size(); i++) {
            if (forgery.lines.get(i).startsWith("{\"line\":\"chunk\"")) {
                chunks.add(i);
            }
        }
        int part = forgery.parts.isEmpty() ? 0 : random.nextInt(forgery.parts.size());
        if (part < Math.min(chunks.size(), forgery.parts.size())) {
            byte[] stored = damaged(forgery.parts.get(part).bytes(), random);
            forgery.parts.set(part, new Part(forgery.parts.get(part).name(), stored));
            forgery.lines.set(
                    chunks.get(part),
                    forgery.lines
                            .get(chunks.get(part))
                            .replaceFirst("\"storedBytes\":\\d+", "\"storedBytes\":" + stored.length)
                            .replaceFirst(
                                    "\"storedSha256\":\"[0-9a-f]*\"",
                                    "\"storedSha256\":\"" + Sha256.of(stored) + "\""));
        }
    }
}
