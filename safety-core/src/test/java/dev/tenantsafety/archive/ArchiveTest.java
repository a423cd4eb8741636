package dev.tenantsafety.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.archive.ArchiveRefusedException.Reason;
import dev.tenantsafety.id.IllegalIdException;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written comes back, and only when it was finished. */
class ArchiveTest {

    private static final Map<String, String> CONTENT = Map.of(
            "site 1", SampleArchive.SITE_CHUNKS.get(0),
            "site 2", SampleArchive.SITE_CHUNKS.get(1),
            "note 1", SampleArchive.NOTE_CHUNKS.get(0));
    private static final ArchiveLimits LIMITS = ArchiveLimits.standard();
    private static final ArchiveOptions OPTIONS = SampleArchive.options(SampleArchive.SIGNED);

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("acme.zip");
    }

    private ArchiveReader open() throws IOException {
        return ArchiveReader.open(file, SampleArchive.TRUST, LIMITS);
    }

    @Test
    void whatWasWrittenComesBack() throws IOException {
        SampleArchive.write(file, OPTIONS);
        try (ArchiveReader reader = open()) {
            assertThat(SampleArchive.contentOf(reader)).isEqualTo(CONTENT);
            ArchiveManifest manifest = reader.manifest();
            assertThat(manifest.header()).isEqualTo(SampleArchive.header());
            assertThat(manifest.header().units(TenantId.KIND)).containsExactly(SampleArchive.TENANT);
            assertThatThrownBy(() -> manifest.header().units(SiteId.KIND)).isInstanceOf(IllegalIdException.class);
            assertThat(manifest.tables())
                    .extracting(ArchivedTable::table)
                    .containsExactly(SampleArchive.SITES, SampleArchive.APPS, SampleArchive.NOTES);
            assertThat(manifest.tables()).extracting(ArchivedTable::rows).containsExactly(3L, 0L, 3L);
            assertThat(manifest.tables().get(1).rowHash()).isEqualTo("0".repeat(32));
            assertThat(manifest.tables().get(0).chunks())
                    .extracting(ArchiveChunk::firstKey, ArchiveChunk::lastKey)
                    .containsExactly(
                            org.assertj.core.api.Assertions.tuple("first 1", "last 1"),
                            org.assertj.core.api.Assertions.tuple("first 2", "last 2"));
            assertThat(manifest.notes())
                    .containsExactly(Map.of("by", "site b", "reference", "app a of another tenant"));
            assertThat(manifest.totals())
                    .usingRecursiveComparison()
                    .ignoringFields("chain")
                    .isEqualTo(new ArchiveTotals(3, 3, 6, 8 + 16 + 12, "0".repeat(64)));
            assertThat(manifest.encryptionKeyId()).isEmpty();
            assertThat(reader.signedBy()).contains("backup-2026");
        }
    }

    @Test
    void anArchiveMayBeEmpty() throws IOException {
        try (ArchiveWriter writer = ArchiveWriter.create(file, SampleArchive.header(), OPTIONS)) {
            writer.finish();
        }
        try (ArchiveReader reader = open()) {
            assertThat(reader.manifest().tables()).isEmpty();
        }
    }

    @Test
    void eachSealIsTakenByWhoTrustsIt() throws IOException {
        SampleArchive.write(file, SampleArchive.options(ArchiveSeal.hmac("drill", SampleArchive.SECRET)));
        ArchiveTrust secret = ArchiveTrust.nobody().hmac("drill", SampleArchive.SECRET);
        try (ArchiveReader reader = ArchiveReader.open(file, secret, LIMITS)) {
            assertThat(reader.signedBy()).contains("drill");
        }
        Files.delete(file);
        SampleArchive.write(file, SampleArchive.options(ArchiveSeal.unsigned()));
        try (ArchiveReader reader = ArchiveReader.open(file, SampleArchive.TRUST.unsignedToo(), LIMITS)) {
            assertThat(reader.signedBy()).isEmpty();
        }
    }

    @Test
    void sameInputSameBytes() {
        assertThat(SampleArchive.bytes(OPTIONS)).isEqualTo(SampleArchive.bytes(OPTIONS));
    }

    /** So that another zlib, or a change of ours, does not change the form without a word. */
    @Test
    void theFormStaysAsItIs() {
        byte[] bytes = SampleArchive.bytes(SampleArchive.options(ArchiveSeal.unsigned()));
        Forgery forgery = Forgery.of(bytes);
        assertThat(Sha256.of(forgery.parts.get(1).bytes()))
                .as("gzip of the second chunk")
                .isEqualTo("7f60219711645e85a941beca93ca78be9d12d47517eca9fb5820eb3415231f14");
        assertThat(Sha256.of(bytes))
                .as("the whole archive")
                .isEqualTo("069457c2b1254146f0627fbff5aa78a651d29c194f6c1f9ac2d04eb340d85dce");
    }

    @Test
    void theJdkReadsItWithoutUs() throws IOException {
        SampleArchive.write(file, OPTIONS);
        List<String> names = new ArrayList<>();
        StringBuilder rows = new StringBuilder();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                names.add(entry.getName());
                assertThat(entry.getTimeLocal()).isEqualTo(java.time.LocalDateTime.of(1980, 1, 1, 0, 0));
                assertThat(entry.getMethod()).isEqualTo(ZipEntry.STORED);
                if (entry.getName().endsWith(".gz")) {
                    try (InputStream plain = new GZIPInputStream(zip.getInputStream(entry))) {
                        rows.append(new String(plain.readAllBytes(), StandardCharsets.UTF_8));
                    }
                }
            }
            assertThat(zip.getComment())
                    .startsWith("tenant-safety-archive 1\nsha256 ")
                    .hasSize(512);
        }
        assertThat(names)
                .containsExactly(
                        "data/0001/000001.copy.gz",
                        "data/0001/000002.copy.gz",
                        "data/0003/000001.copy.gz",
                        "manifest.jsonl");
        assertThat(rows)
                .hasToString(String.join("", SampleArchive.SITE_CHUNKS) + String.join("", SampleArchive.NOTE_CHUNKS));
    }

    @Test
    void anEncryptedOneIsReadWithItsKeyOnly() throws IOException {
        SampleArchive.write(file, OPTIONS.encryptedBy("master-7", SampleArchive.MASTER));
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                .contains("data/0001/000001.copy.gz.enc");
        try (ArchiveReader reader = ArchiveReader.open(file, SampleArchive.TRUST, LIMITS, SampleArchive.MASTER)) {
            assertThat(SampleArchive.contentOf(reader)).isEqualTo(CONTENT);
            assertThat(reader.manifest().encryptionKeyId()).isEqualTo(Optional.of("master-7"));
        }
        assertThatThrownBy(this::open)
                .isInstanceOf(ArchiveRefusedException.class)
                .hasMessage(
                        file + ", line 1 of manifest.jsonl: it is encrypted with the key \"master-7\", and no keys were"
                                + " handed over. Hand over ArchiveKeys that have it.");
        for (ArchiveKeys wrong : List.of(
                ArchiveKeys.of("master-8", SampleArchive.SECRET),
                ArchiveKeys.of("master-7", new SecretKeySpec(new byte[32], "AES")))) {
            assertThatThrownBy(() -> ArchiveReader.open(file, SampleArchive.TRUST, LIMITS, wrong))
                    .isInstanceOfSatisfying(ArchiveRefusedException.class, e -> assertThat(e.reason())
                            .isEqualTo(Reason.LOCKED));
        }
    }

    @Test
    void eachEncryptedArchiveHasAKeyOfItsOwn() {
        ArchiveOptions encrypted = OPTIONS.encryptedBy("master-7", SampleArchive.MASTER);
        Forgery one = Forgery.of(SampleArchive.bytes(encrypted));
        Forgery other = Forgery.of(SampleArchive.bytes(encrypted));
        assertThat(one.parts.get(0).bytes()).isNotEqualTo(other.parts.get(0).bytes());
        assertThat(one.lines.get(0)).isNotEqualTo(other.lines.get(0));
    }

    /** The same nonce twice under one key would show where two chunks are the same, and more. */
    @Test
    void eachEncryptedChunkHasANonceOfItsOwn() throws IOException {
        ArchiveOptions encrypted = OPTIONS.encryptedBy("master-7", SampleArchive.MASTER);
        try (ArchiveWriter writer = ArchiveWriter.create(file, SampleArchive.header(), encrypted)) {
            List<String> starts = new ArrayList<>();
            for (int[] place : new int[][] {{1, 1}, {1, 2}, {2, 1}, {2, 2}, {256, 1}, {1, 256}}) {
                byte[] stored = SampleArchive.pack(writer.packer(), place[0], place[1], "same rows\n")
                        .stored();
                starts.add(Sha256.hex(Arrays.copyOf(stored, stored.length - 16)));
            }
            assertThat(starts).doesNotHaveDuplicates();
        }
    }

    @Test
    void severalThreadsPackWhileOneWrites() throws Exception {
        int chunks = 40;
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try (ArchiveWriter writer = ArchiveWriter.create(
                file, SampleArchive.header(), OPTIONS.encryptedBy("master-7", SampleArchive.MASTER))) {
            ChunkPacker packer = writer.packer();
            List<Future<PackedChunk>> packed = new ArrayList<>();
            for (int i = 1; i <= chunks; i++) {
                int number = i;
                String rows = (number + "\t\t\n").repeat(number);
                packed.add(pool.submit(() -> SampleArchive.pack(packer, 1, number, rows)));
            }
            writer.table(SampleArchive.SITES);
            for (Future<PackedChunk> chunk : packed) {
                writer.write(chunk.get());
            }
            writer.endTable();
            writer.finish();
        } finally {
            pool.shutdown();
        }
        try (ArchiveReader reader = ArchiveReader.open(file, SampleArchive.TRUST, LIMITS, SampleArchive.MASTER)) {
            assertThat(reader.manifest().totals().rows()).isEqualTo(chunks * (chunks + 1) / 2);
            assertThat(SampleArchive.contentOf(reader)).containsEntry("site 3", "3\t\t\n3\t\t\n3\t\t\n");
        }
    }

    @Test
    void withoutFinishNothingIsLeft() throws IOException {
        try (ArchiveWriter writer = ArchiveWriter.create(file, SampleArchive.header(), OPTIONS)) {
            writer.table(SampleArchive.SITES);
            SampleArchive.writeChunks(writer, 1, SampleArchive.SITE_CHUNKS);
            assertThat(folder).isDirectoryContaining("glob:**/acme.zip.partial");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whatAKilledRunLeftIsOverwritten() throws IOException {
        Files.writeString(folder.resolve("acme.zip.partial"), "x".repeat(100_000));
        SampleArchive.write(file, OPTIONS);
        assertThat(folder.toFile().list()).containsExactly("acme.zip");
        open().close();
    }

    @Test
    void twoWritersDoNotWriteOneFile() throws IOException {
        try (ArchiveWriter writer = ArchiveWriter.create(file, SampleArchive.header(), OPTIONS)) {
            assertThatThrownBy(() -> ArchiveWriter.create(file, SampleArchive.header(), OPTIONS))
                    .isInstanceOf(IOException.class)
                    .hasMessageEndingWith(
                            "acme.zip.partial is being written by somebody else. Wait for them, or choose another name.");
            writer.finish();
        }
        open().close();
    }

    @Test
    void aFileThatIsThereIsNotOverwritten() throws IOException {
        Files.writeString(file, "mine");
        assertThatThrownBy(() -> ArchiveWriter.create(file, SampleArchive.header(), OPTIONS))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining("There is a file of that name.");
        Files.delete(file);
        try (ArchiveWriter writer = ArchiveWriter.create(file, SampleArchive.header(), OPTIONS)) {
            Files.writeString(file, "mine");
            assertThatThrownBy(writer::finish).isInstanceOf(FileAlreadyExistsException.class);
        }
        assertThat(file).hasContent("mine");
        assertThat(folder.resolve("acme.zip.partial")).doesNotExist();
    }

    @Test
    void whatIsOutOfOrderIsNotWritten() throws IOException {
        try (ArchiveWriter writer = ArchiveWriter.create(file, SampleArchive.header(), OPTIONS);
                ArchiveWriter other =
                        ArchiveWriter.create(folder.resolve("other.zip"), SampleArchive.header(), OPTIONS)) {
            PackedChunk first = SampleArchive.pack(writer.packer(), 1, 1, "a\t\t\n");
            PackedChunk second = SampleArchive.pack(writer.packer(), 1, 2, "b\t\t\n");
            assertThatThrownBy(() -> writer.write(first))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("Chunk 1 of table 1 cannot be written now: no table is open. Write chunks in order.");
            assertThatThrownBy(writer::endTable).hasMessageStartingWith("No table is open in ");
            assertThatThrownBy(() -> writer.table(SampleArchive.APPS))
                    .hasMessage("table 2 (\"public\".\"app\") cannot begin after 0 tables. Number the tables from 1.");
            writer.table(SampleArchive.SITES);
            assertThatThrownBy(() -> writer.table(SampleArchive.APPS))
                    .hasMessageEndingWith(" for table 1 (\"public\".\"site\") is open. End it first.");
            assertThatThrownBy(() -> writer.write(second))
                    .hasMessage(
                            "Chunk 2 of table 1 cannot be written now: chunk 1 of table 1 (\"public\".\"site\") comes"
                                    + " next. Write chunks in order.");
            assertThatThrownBy(() -> writer.write(SampleArchive.pack(other.packer(), 1, 1, "a\n")))
                    .hasMessage(
                            "Chunk 1 of table 1 was packed for another archive. Pack it with the packer of this writer.");
            assertThatThrownBy(() -> writer.write(SampleArchive.pack(writer.packer(), 1, 1, "a\n")))
                    .hasMessage(
                            "Chunk 1 of table 1 (\"public\".\"site\") has rows of 1 fields, and the table has 3 columns that are not"
                                    + " generated. Write a field for each of them.");
            writer.write(first);
            assertThatThrownBy(() -> writer.write(first)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(writer::finish).hasMessageContaining("is open. End it, or close the writer");
            writer.write(second);
            writer.endTable();
            writer.finish();
            assertThatThrownBy(writer::finish).hasMessageContaining("takes nothing more");
            assertThatThrownBy(() -> writer.note(Map.of())).hasMessageContaining("takes nothing more");
        }
        open().close();
    }

    @Test
    void whatIsNoCopyTextIsNotPacked() throws IOException {
        ArchiveOptions small = OPTIONS.within(LIMITS.withChunkBytes(8));
        try (ArchiveWriter writer = ArchiveWriter.create(file, SampleArchive.header(), small)) {
            ChunkPacker packer = writer.packer();
            assertThatThrownBy(() -> SampleArchive.pack(packer, 1, 1, ""))
                    .hasMessage(
                            "Chunk 1 of table 1 is no COPY text: it holds no row. Hand over whole rows, each ended by a"
                                    + " line feed.");
            assertThatThrownBy(() -> SampleArchive.pack(packer, 1, 1, "a\nb"))
                    .hasMessageContaining("its last row has no line end");
            assertThatThrownBy(() -> SampleArchive.pack(packer, 1, 1, "a\n\\.\n"))
                    .hasMessageContaining("its row 2 has the mark \\. that ends COPY text");
            assertThatThrownBy(() -> SampleArchive.pack(packer, 1, 1, "12345678\n"))
                    .hasMessage(
                            "Chunk 1 of table 1 has 9 bytes, more than the 8 that the limits allow. Make smaller chunks,"
                                    + " or raise ArchiveLimits.chunkBytes here and in readers.");
            assertThatThrownBy(() -> SampleArchive.pack(packer, 1, 1_000_000, "a\n"))
                    .hasMessageContaining("there is no chunk 1000000 of table 1");
            assertThatThrownBy(() -> packer.pack(1, 1, "", "", new byte[2], 3))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThat(SampleArchive.pack(packer, 1, 1, ".\\\\\n\\N\n").rows()).isEqualTo(2);
        }
    }

    @Test
    void aManifestPastItsLimitIsNotWritten() throws IOException {
        ArchiveOptions small = OPTIONS.within(LIMITS.withManifestBytes(4096));
        try (ArchiveWriter writer = ArchiveWriter.create(file, SampleArchive.header(), small)) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100; i++) {
                            writer.note(Map.of("note", "x".repeat(100)));
                        }
                    })
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("would grow past 4096 bytes. Make larger chunks");
            writer.finish();
        }
        ArchiveReader.open(file, SampleArchive.TRUST, LIMITS.withManifestBytes(4096))
                .close();
    }

    @Test
    void textThatIsNoTextIsNotWritten() throws IOException {
        try (ArchiveWriter writer = ArchiveWriter.create(file, SampleArchive.header(), OPTIONS)) {
            assertThatThrownBy(() -> writer.note(Map.of("half", "\ud800")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Hand over whole characters");
            assertThatThrownBy(() -> writer.note(Map.of("long", "x".repeat(5_000_000))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("more than 4194304");
            writer.note(Map.of("whole", "\ud83d\ude00 \u0000 \u007f \u2028 / \\ \" \n \u001f"));
            writer.finish();
        }
        try (ArchiveReader reader = open()) {
            assertThat(reader.manifest().notes().get(0))
                    .containsEntry("whole", "\ud83d\ude00 \u0000 \u007f \u2028 / \\ \" \n \u001f");
        }
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.UTF_8))
                .contains("\ud83d\ude00 \\u0000 \u007f \u2028 / \\\\ \\\" \\n \\u001f");
    }

    @Test
    void rowsAreCheckedAgainWhenTheyAreRead() throws IOException {
        SampleArchive.write(file, OPTIONS);
        try (ArchiveReader reader = open()) {
            byte[] bytes = Files.readAllBytes(file);
            byte[] changed = bytes.clone();
            changed["data/0001/000001.copy.gz".length() + 30 + 12] ^= 1;
            Files.write(file, changed);
            ArchiveChunk chunk = reader.manifest().tables().get(0).chunks().get(0);
            assertThatThrownBy(() -> reader.open(chunk))
                    .isInstanceOf(ArchiveRefusedException.class)
                    .hasMessage(file
                            + ", table 1 (\"public\".\"site\"), chunk 1: the chunk does not have the bytes that were"
                            + " archived. Take another copy of the archive.");
            Files.write(file, Arrays.copyOf(bytes, 40));
            assertThatThrownBy(() -> reader.open(chunk))
                    .isInstanceOfSatisfying(ArchiveRefusedException.class, e -> assertThat(e.reason())
                            .isEqualTo(Reason.CUT_OFF));
            Files.write(file, bytes);
            reader.open(chunk).close();
        }
    }

    @Test
    void aChunkOfAnotherArchiveIsNotOpened() throws IOException {
        SampleArchive.write(file, OPTIONS);
        try (ArchiveReader reader = open()) {
            ArchiveChunk chunk = reader.manifest().tables().get(0).chunks().get(0);
            assertThatThrownBy(() -> reader.open(chunk.withChain("0".repeat(64))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Chunk 1 of table 1 is not of this archive. Take it from the manifest of this reader.");
        }
    }

    @Test
    void aHeaderNamesIdsOfOneKindOnce() {
        assertThatThrownBy(() -> ArchiveHeader.of(List.<TenantId>of()))
                .hasMessage("An archive must say whose rows it holds. Name at least one ID.");
        assertThatThrownBy(() -> ArchiveHeader.of(List.of(SampleArchive.TENANT, SampleArchive.TENANT)))
                .hasMessage("tenant_01h455vb4pex5vsknk084sn02q is named twice. Name each ID once.");
    }

    @Test
    void keysThatDoNotFitAreRefusedBeforeAnythingIsWritten() throws Exception {
        java.security.KeyPair rsa =
                java.security.KeyPairGenerator.getInstance("RSA").generateKeyPair();
        assertThatThrownBy(() -> ArchiveSeal.ed25519("k", rsa.getPrivate()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("The key k cannot sign with Ed25519: ");
        assertThatThrownBy(() -> ArchiveTrust.nobody().ed25519("k", rsa.getPublic()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("The key k cannot check Ed25519: ");
        assertThatThrownBy(() -> SampleArchive.TRUST.hmac("backup-2026", SampleArchive.SECRET))
                .hasMessage("There are two keys of the ID backup-2026. Name each key once.");
        assertThatThrownBy(() -> ArchiveSeal.hmac("no key", SampleArchive.SECRET))
                .hasMessageStartingWith("The key ID \"no key\" cannot stand in an archive.");
        assertThatThrownBy(() -> ArchiveWriter.create(
                        file, SampleArchive.header(), OPTIONS.encryptedBy("other", SampleArchive.MASTER)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be wrapped with the key other");
        assertThat(folder).isEmptyDirectory();
    }
}
