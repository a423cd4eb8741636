package dev.tenantsafety.archive;

import dev.tenantsafety.archive.Forgery.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Archives of random shape, and random damage to them. */
final class Mutants {

    private static final int EDITS = 3;

    private Mutants() {}

    /** Writes an archive of random shape, and gives the rows of all chunks by table and number of the chunk. */
    static SortedMap<String, String> write(Path file, ArchiveHeader header, ArchiveOptions options, Random random)
            throws IOException {
        SortedMap<String, String> content = new TreeMap<>();
        try (ArchiveWriter writer = ArchiveWriter.create(file, header, options)) {
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
        return content;
    }

    private static String rows(Random random) {
        StringBuilder rows = new StringBuilder();
        int count = 1 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            rows.append("r".repeat(random.nextInt(4)))
                    .append(random.nextInt(50))
                    .append("\t\\N\t\n");
        }
        return rows.toString();
    }

    static byte[] damaged(byte[] bytes, Random random) {
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

    /** Moves entries and lines about, and edits lines; by half so that the chain fits again. */
    static void edit(Forgery forgery, Random random) {
        for (int i = random.nextInt(EDITS); i >= 0; i--) {
            editOnce(forgery, random);
        }
        if (random.nextBoolean()) {
            forgery.rechain();
        }
    }

    private static void editOnce(Forgery forgery, Random random) {
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
        long chunks = forgery.lines.stream()
                .filter(line -> line.startsWith("{\"line\":\"chunk\""))
                .count();
        int part = forgery.parts.isEmpty() ? 0 : random.nextInt(forgery.parts.size());
        if (part < Math.min(chunks, forgery.parts.size())) {
            forgery.storedAs(part, part, damaged(forgery.parts.get(part).bytes(), random));
        }
    }

    /** An archive of one chunk with just any text, of which the manifest says all there is to say, but for what may be wrong with it. */
    static byte[] ofText(byte[] text, ArchiveSeal seal) {
        RowTally tally = new RowTally();
        tally.take(text, text.length);
        String sums = "\"rows\":" + Math.max(1, tally.rows()) + ",";
        String bytes = "\"plainBytes\":" + text.length;
        Forgery forgery = Forgery.of(SampleArchive.bytes(SampleArchive.options(ArchiveSeal.unsigned())))
                .small()
                .storedAs(0, 0, Gzip.pack(text, text.length))
                .replace("chunk", 0, "\"plainSha256\":\"[0-9a-f]*\"", "\"plainSha256\":\"" + Sha256.of(text) + "\"")
                .replace(
                        "tableEnd",
                        0,
                        "\"rowHash\":\"[0-9a-f]*\"",
                        "\"rowHash\":\"" + tally.sum().hex() + "\"");
        forgery.lines.replaceAll(
                line -> line.replaceFirst("\"rows\":1,", sums).replaceFirst("\"plainBytes\":8", bytes));
        return forgery.rechain().sealed(seal);
    }

    /** Bytes that are COPY text of three fields, or nearly. */
    static byte[] text(Random random) {
        byte[] letters = "ab\\\\\\Nnrx.\t\r\b\0ä😀".getBytes(StandardCharsets.UTF_8);
        byte[] text = new byte[3 + random.nextInt(8)];
        for (int i = 0; i < text.length; i++) {
            text[i] = letters[random.nextInt(letters.length)];
        }
        text[0] = '\t';
        text[1 + random.nextInt(2)] = '\t';
        text[text.length - 1] = '\n';
        return text;
    }
}
