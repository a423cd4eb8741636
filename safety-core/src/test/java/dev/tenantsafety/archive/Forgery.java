package dev.tenantsafety.archive;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Takes an archive apart, changes it, and puts it together again with a seal that fits: what an insider could do. */
final class Forgery {

    /** An entry; bytes as they are stored. */
    static final class Part {

        private final String name;
        private final byte[] bytes;

        Part(String name, byte[] bytes) {
            this.name = name;
            this.bytes = bytes;
        }

        String name() {
            return name;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    final List<Part> parts = new ArrayList<>();
    List<String> lines = new ArrayList<>();

    /** All parts but the manifest, which is put together of the lines. */
    static Forgery of(byte[] archive) {
        Forgery forgery = new Forgery();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                byte[] bytes = zip.readAllBytes();
                if (entry.getName().equals(ZipLayout.MANIFEST)) {
                    String text = new String(bytes, StandardCharsets.UTF_8);
                    forgery.lines = new ArrayList<>(
                            Arrays.asList(text.substring(0, text.length() - 1).split("\n")));
                } else {
                    forgery.parts.add(new Part(entry.getName(), bytes));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return forgery;
    }

    int lineOf(String kind, int index) {
        int left = index;
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("{\"line\":\"" + kind + "\"") && left-- == 0) {
                return i;
            }
        }
        throw new IllegalArgumentException("no line " + kind + " " + index);
    }

    Forgery edit(String kind, int index, UnaryOperator<String> change) {
        int line = lineOf(kind, index);
        String changed = change.apply(lines.get(line));
        if (changed.equals(lines.get(line))) {
            throw new IllegalArgumentException("nothing changed in " + changed);
        }
        lines.set(line, changed);
        return this;
    }

    Forgery replace(String kind, int index, String regex, String replacement) {
        return edit(kind, index, line -> line.replaceFirst(regex, replacement));
    }

    Forgery swapParts(int one, int other) {
        Collections.swap(parts, one, other);
        return this;
    }

    /** Other bytes for an entry, which the manifest then describes rightly. */
    Forgery storedAs(int part, int chunkLine, byte[] stored) {
        parts.set(part, new Part(parts.get(part).name(), stored));
        int line = lineOf("chunk", chunkLine);
        lines.set(
                line,
                lines.get(line)
                        .replaceFirst("\"storedBytes\":\\d+", "\"storedBytes\":" + stored.length)
                        .replaceFirst(
                                "\"storedSha256\":\"[0-9a-f]+\"", "\"storedSha256\":\"" + Sha256.of(stored) + "\""));
        return this;
    }

    /** Leaves a header, one table and one chunk. */
    Forgery small() {
        parts.subList(1, parts.size()).clear();
        lines.subList(5, 11).clear();
        lines.remove(3);
        replace(
                "tableEnd",
                0,
                "\"rows\":3,\"rowHash\":\"[0-9a-f]+\"",
                "\"rows\":1,\"rowHash\":\"" + hashOf("a\t1\tone") + "\"");
        replace(
                "end",
                0,
                "\\{.*\"chain\"",
                "{\"line\":\"end\",\"tables\":1,\"chunks\":1,\"rows\":1,\"plainBytes\":8,\"chain\"");
        return rechain();
    }

    private static String hashOf(String row) {
        return Sha256.of(utf8(row)).substring(0, 32);
    }

    /** Makes the chain fit what now stands in the lines, as far as they have one. */
    Forgery rechain() {
        String chain = Sha256.of(utf8(lines.get(0)));
        for (int i = 1; i < lines.size(); i++) {
            String line = lines.get(i);
            int at = line.lastIndexOf(",\"chain\":\"");
            if (at >= 0 && line.startsWith("{\"line\":\"chunk\"")) {
                String stored = line.replaceFirst(".*\"storedSha256\":\"([0-9a-f]{64})\".*", "$1");
                if (stored.length() == 64) {
                    chain = Sha256.of(Sha256.bytes(chain), Sha256.bytes(stored), utf8(line.substring(0, at) + "}"));
                    lines.set(i, line.substring(0, at) + ",\"chain\":\"" + chain + "\"}");
                }
            } else if (at >= 0 && line.startsWith("{\"line\":\"end\"")) {
                lines.set(i, line.substring(0, at) + ",\"chain\":\"" + chain + "\"}");
            }
        }
        return this;
    }

    byte[] manifest() {
        return utf8(String.join("\n", lines) + "\n");
    }

    byte[] sealed(ArchiveSeal seal) {
        List<Part> all = new ArrayList<>(parts);
        all.add(new Part(ZipLayout.MANIFEST, manifest()));
        return zip(all, seal);
    }

    static byte[] zip(List<Part> parts, ArchiveSeal seal) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ByteArrayOutputStream directory = new ByteArrayOutputStream();
        for (Part part : parts) {
            CRC32 crc = new CRC32();
            crc.update(part.bytes);
            ZipLayout.Entry entry =
                    new ZipLayout.Entry(part.name, (int) crc.getValue(), part.bytes.length, bytes.size());
            bytes.writeBytes(ZipLayout.localHeader(entry));
            bytes.writeBytes(part.bytes);
            directory.writeBytes(ZipLayout.centralRecord(entry));
        }
        int offset = bytes.size();
        bytes.writeBytes(directory.toByteArray());
        bytes.writeBytes(ZipLayout.end(new ZipLayout.Directory(parts.size(), offset, directory.size())));
        return resealed(bytes.toByteArray(), seal);
    }

    /** A seal for just any bytes. */
    static byte[] resealed(byte[] beforeComment, ArchiveSeal seal) {
        MessageDigest digest = Sha256.start();
        digest.update(beforeComment);
        byte[] comment = seal.seal(digest.digest()).bytes();
        return ByteBuffer.allocate(beforeComment.length + comment.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(beforeComment)
                .put(comment)
                .array();
    }

    static byte[] withoutSeal(byte[] archive) {
        return Arrays.copyOf(archive, archive.length - SealText.BYTES);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
