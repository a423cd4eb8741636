package dev.tenantsafety.archive;

import dev.tenantsafety.id.TenantId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** A small archive of two sites, no app and three notes, in all forms that tests need. */
final class SampleArchive {

    static final TenantId TENANT = TenantId.parse("tenant_01h455vb4pex5vsknk084sn02q");

    static final ArchiveTable SITES = new ArchiveTable(
            1,
            "public",
            "site",
            List.of(
                    new ArchiveColumn("id", "uuid", "", ""),
                    new ArchiveColumn("no", "bigint", "", "ALWAYS"),
                    new ArchiveColumn("näme\n", "character varying(40)", "", ""),
                    new ArchiveColumn("size", "integer", "STORED", "")),
            List.of("id"),
            List.of("site_tenant_fkey (tenant) -> tenant (id)"));
    static final ArchiveTable APPS =
            new ArchiveTable(2, "public", "app", List.of(ArchiveColumn.of("id", "uuid")), List.of(), List.of());
    static final ArchiveTable NOTES =
            new ArchiveTable(3, "", "note", List.of(ArchiveColumn.of("text", "text")), List.of("text"), List.of());

    static final ArchiveTable NOTES_FIRST =
            new ArchiveTable(1, "", "note", NOTES.columns(), NOTES.key(), NOTES.foreignKeys());

    static final List<String> SITE_CHUNKS = List.of("a\t1\tone\n", "b\t2\ttwo\nc\t3\t\\N\n");
    static final List<String> NOTE_CHUNKS = List.of("Grüße\\n\n\nx\n");

    static final KeyPair KEYS = keyPair();
    static final SecretKey SECRET =
            new SecretKeySpec(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, "AES");
    static final ArchiveSeal SIGNED = ArchiveSeal.ed25519("backup-2026", KEYS.getPrivate());
    static final ArchiveTrust TRUST = ArchiveTrust.nobody().ed25519("backup-2026", KEYS.getPublic());
    static final ArchiveKeys MASTER = ArchiveKeys.of("master-7", SECRET);

    private SampleArchive() {}

    static ArchiveHeader header() {
        return ArchiveHeader.of(List.of(TENANT))
                .writtenBy("0.1.0")
                .database("PostgreSQL", "18.1")
                .schema("sha256:77")
                .origin("snapshot", "00000003-1")
                .origin("created-at", "2026-11-21T10:00:00Z");
    }

    static ArchiveOptions options(ArchiveSeal seal) {
        return ArchiveOptions.sealedBy(seal);
    }

    static byte[] bytes(ArchiveOptions options) {
        try {
            Path folder = Files.createTempDirectory("archive");
            Path file = folder.resolve("sample.zip");
            write(file, options);
            byte[] bytes = Files.readAllBytes(file);
            Files.delete(file);
            Files.delete(folder);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void write(Path file, ArchiveOptions options) throws IOException {
        try (ArchiveWriter writer = ArchiveWriter.create(file, header(), options)) {
            writer.table(SITES);
            writeChunks(writer, 1, SITE_CHUNKS);
            writer.endTable();
            writer.note(Map.of("reference", "app a of another tenant", "by", "site b"));
            writer.table(APPS);
            writer.endTable();
            writer.table(NOTES);
            writeChunks(writer, 3, NOTE_CHUNKS);
            writer.endTable();
            writer.finish();
        }
    }

    static void writeChunks(ArchiveWriter writer, int table, List<String> chunks) throws IOException {
        for (int i = 0; i < chunks.size(); i++) {
            writer.write(pack(writer.packer(), table, i + 1, chunks.get(i)));
        }
    }

    static PackedChunk pack(ChunkPacker packer, int table, int number, String rows) {
        byte[] plain = rows.getBytes(StandardCharsets.UTF_8);
        return packer.pack(table, number, "first " + number, "last " + number, plain, plain.length);
    }

    /** The rows of all chunks by table and number of the chunk. */
    static SortedMap<String, String> contentOf(ArchiveReader reader) throws IOException {
        SortedMap<String, String> content = new TreeMap<>();
        for (ArchivedTable table : reader.manifest().tables()) {
            for (ArchiveChunk chunk : table.chunks()) {
                try (InputStream rows = reader.open(chunk)) {
                    content.put(
                            table.table().name() + " " + chunk.number(),
                            new String(rows.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
        }
        return content;
    }

    private static KeyPair keyPair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
