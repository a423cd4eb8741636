package dev.tenantsafety.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenantsafety.archive.ArchiveRefusedException.Reason;
import dev.tenantsafety.archive.Forgery.Part;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is refused, and with which words. Most archives here carry a seal that fits them, made with a key that is trusted, so
 * that each check of the structure is tried apart from the seal.
 */
class HostileArchiveTest {

    private static final ArchiveOptions UNSIGNED = SampleArchive.options(ArchiveSeal.unsigned());
    private static final byte[] SAMPLE = SampleArchive.bytes(SampleArchive.options(SampleArchive.SIGNED));
    private static final byte[] PLAIN_SAMPLE = SampleArchive.bytes(UNSIGNED);
    private static final byte[] SMALL = Forgery.of(PLAIN_SAMPLE).small().sealed(ArchiveSeal.unsigned());
    private static final ArchiveTrust TRUST = SampleArchive.TRUST;
    private static final ArchiveLimits LIMITS = ArchiveLimits.standard();
    private static final String ZEROS = "0".repeat(64);

    @TempDir
    static Path folder;

    private static ArchiveRefusedException refusal(byte[] archive, ArchiveTrust trust, ArchiveLimits limits) {
        Path file = folder.resolve("hostile.zip");
        try {
            Files.deleteIfExists(file); // some file systems flush what replaces a file of the same name
            Files.write(file, archive);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Throwable thrown = catchThrowable(() ->
                ArchiveReader.open(file, trust, limits, SampleArchive.MASTER).close());
        assertThat(thrown).isInstanceOf(ArchiveRefusedException.class);
        ArchiveRefusedException refusal = (ArchiveRefusedException) thrown;
        assertThat(refusal)
                .hasMessageStartingWith(file + ", " + refusal.part() + ": ")
                .hasMessageMatching("[^\n]{20,900}[.]");
        assertThat(refusal.file()).isEqualTo(file.toString());
        return refusal;
    }

    private static void assertRefused(byte[] archive, ArchiveTrust trust, Reason reason, String part, String problem) {
        ArchiveRefusedException refusal = refusal(archive, trust, LIMITS);
        assertThat(refusal.reason()).as(refusal.getMessage()).isEqualTo(reason);
        assertThat(refusal.part()).isEqualTo(part);
        assertThat(refusal).hasMessageContaining(problem);
    }

    private static void assertRefused(byte[] archive, Reason reason, String part, String problem) {
        assertRefused(archive, TRUST, reason, part, problem);
    }

    /** Edits the lines, makes chain and seal fit again, and expects a refusal. */
    private static void assertLinesRefused(Consumer<Forgery> change, Reason reason, String part, String problem) {
        Forgery forgery = Forgery.of(SAMPLE);
        change.accept(forgery);
        assertRefused(forgery.rechain().sealed(SampleArchive.SIGNED), reason, part, problem);
    }

    private static void assertManifestRefused(Consumer<Forgery> change, int line, String problem) {
        assertLinesRefused(change, Reason.WRONG_MANIFEST, "line " + line + " of manifest.jsonl", problem);
    }

    @Test
    void theForgerIsAbleToMakeWhatIsTaken() throws IOException {
        byte[] again = Forgery.of(SAMPLE).rechain().sealed(SampleArchive.SIGNED);
        assertThat(again).isEqualTo(SAMPLE);
    }

    @Test
    void cutOffAnywhere() {
        for (int length = 0; length < SMALL.length; length++) {
            ArchiveRefusedException refusal = refusal(Arrays.copyOf(SMALL, length), TRUST.unsignedToo(), LIMITS);
            assertThat(refusal.reason()).isIn(Reason.CUT_OFF, Reason.NOT_AN_ARCHIVE);
        }
        assertRefused(
                Arrays.copyOf(SAMPLE, SAMPLE.length - 1),
                Reason.CUT_OFF,
                "the end",
                "it is cut off, or no archive of ours");
    }

    @Test
    void oneBitChangedAnywhere() throws IOException {
        Files.write(folder.resolve("small.zip"), SMALL);
        ArchiveReader.open(folder.resolve("small.zip"), TRUST.unsignedToo(), LIMITS)
                .close();
        for (int bit = 0; bit < SMALL.length * 8; bit++) {
            byte[] changed = SMALL.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            refusal(changed, TRUST.unsignedToo(), LIMITS);
        }
    }

    @Test
    void eachBitOfASignedSealCounts() {
        for (int bit = (SAMPLE.length - SealText.BYTES) * 8; bit < SAMPLE.length * 8; bit++) {
            byte[] changed = SAMPLE.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            refusal(changed, TRUST.unsignedToo(), LIMITS);
        }
    }

    @Test
    void bytesBeforeBehindAndBetween() {
        assertRefused(concat(SAMPLE, new byte[7]), Reason.SURPLUS_BYTES, "the end", "7 bytes stand behind the seal");
        assertRefused(
                concat(new byte[7], SAMPLE), Reason.SURPLUS_BYTES, "the directory", "7 bytes more stand before it");
        int manifest = new String(SAMPLE, StandardCharsets.ISO_8859_1).indexOf("{\"line\"") - 44;
        byte[] between = concat(
                Arrays.copyOf(SAMPLE, manifest), new byte[7], Arrays.copyOfRange(SAMPLE, manifest, SAMPLE.length));
        assertRefused(between, Reason.SURPLUS_BYTES, "the directory", "7 bytes more stand before it");
    }

    @Test
    void noArchiveAtAll() throws IOException {
        assertRefused(new byte[0], Reason.NOT_AN_ARCHIVE, "the start", "it neither begins nor ends as one");
        assertRefused(
                Forgery.utf8("hello ".repeat(1000)), Reason.NOT_AN_ARCHIVE, "the start", "Check the name of the file");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("manifest.jsonl"));
            zip.write(new byte[2000]);
        }
        assertRefused(bytes.toByteArray(), Reason.CUT_OFF, "the end", "or no archive of ours");
        byte[] otherComment = SAMPLE.clone();
        Arrays.fill(otherComment, SAMPLE.length - 512, SAMPLE.length, (byte) 'x');
        assertRefused(otherComment, Reason.NOT_AN_ARCHIVE, "the seal", "is not the seal of an archive");
    }

    @Test
    void nobodyOrAnybodySigned() throws Exception {
        assertRefused(PLAIN_SAMPLE, Reason.UNSIGNED, "the seal", "say ArchiveTrust.unsignedToo()");
        byte[] stranger = Forgery.of(SAMPLE).sealed(ArchiveSeal.hmac("stranger", SampleArchive.SECRET));
        assertRefused(
                stranger,
                TRUST.unsignedToo(),
                Reason.UNKNOWN_KEY,
                "the seal",
                "the HMAC-SHA256 key \"stranger\", which is not");
        byte[] impostor = Forgery.of(SAMPLE)
                .sealed(ArchiveSeal.ed25519(
                        "backup-2026",
                        java.security.KeyPairGenerator.getInstance("Ed25519")
                                .generateKeyPair()
                                .getPrivate()));
        assertRefused(impostor, Reason.WRONG_SIGNATURE, "the seal", "the signature is not of the key \"backup-2026\"");
        byte[] shortened =
                Forgery.of(SAMPLE).sealed(ArchiveSeal.hmac("drill", new SecretKeySpec(new byte[32], "HmacSHA256")));
        assertRefused(
                shortened,
                ArchiveTrust.nobody().hmac("drill", SampleArchive.SECRET),
                Reason.WRONG_SIGNATURE,
                "the seal",
                "Somebody changed the seal");
    }

    /** A public key is known to all: it must not do as the secret of an HMAC. */
    @Test
    void aKeyIsTakenForItsOwnAlgorithmOnly() {
        ArchiveSeal confused = ArchiveSeal.hmac(
                "backup-2026", new SecretKeySpec(SampleArchive.KEYS.getPublic().getEncoded(), "HmacSHA256"));
        assertRefused(Forgery.of(SAMPLE).sealed(confused), Reason.UNKNOWN_KEY, "the seal", "the HMAC-SHA256 key");
    }

    @Test
    void theSealOfAnotherArchive() {
        byte[] other = Forgery.of(SAMPLE)
                .edit("note", 0, line -> line.replace("site b", "site c"))
                .sealed(SampleArchive.SIGNED);
        byte[] mixed = concat(
                Forgery.withoutSeal(other), Arrays.copyOfRange(SAMPLE, SAMPLE.length - SealText.BYTES, SAMPLE.length));
        assertRefused(mixed, Reason.BROKEN_SEAL, "the seal", "the bytes of the file are not those that were sealed");
        byte[] nothingInside = SAMPLE.clone(); // else than the hash is looked at
        int manifest = new String(SAMPLE, StandardCharsets.ISO_8859_1).indexOf("{\"line\"");
        Arrays.fill(nothingInside, 0, manifest + 300, (byte) 'x');
        assertRefused(nothingInside, Reason.BROKEN_SEAL, "the seal", "was changed after it was written");
    }

    @Test
    void aSealThatSignsNothingWithAKey() {
        byte[] claimed = PLAIN_SAMPLE.clone();
        byte[] seal = new SealText(
                        SealText.parse(Arrays.copyOfRange(claimed, claimed.length - 512, claimed.length))
                                .sha256(),
                        "backup-2026",
                        "none",
                        "")
                .bytes();
        System.arraycopy(seal, 0, claimed, claimed.length - 512, 512);
        assertRefused(claimed, TRUST.unsignedToo(), Reason.BROKEN_SEAL, "the seal", "or was changed");
    }

    @Test
    void aLaterFormat() {
        byte[] later = SAMPLE.clone();
        later[SAMPLE.length - SealText.BYTES + SealText.FORMAT.length() - 1] = '2';
        assertRefused(
                later, Reason.NEWER_FORMAT, "the seal", "version 2 of the format, and this library knows version 1");
        assertLinesRefused(
                forgery -> forgery.replace("header", 0, "\"version\":1,", "\"version\":2,\"more\":[],"),
                Reason.NEWER_FORMAT,
                "line 1 of manifest.jsonl",
                "Read it with the version of the library that wrote it");
    }

    @Test
    void aChangedChunkIsNamed() {
        byte[] changed = Forgery.withoutSeal(SAMPLE);
        Forgery parts = Forgery.of(SAMPLE);
        int second = 2 * (30 + 24) + parts.parts.get(0).bytes().length;
        changed[second + 15] ^= 4;
        assertRefused(
                Forgery.resealed(changed, SampleArchive.SIGNED),
                Reason.WRONG_CHUNK,
                "table 1 (\"public\".\"site\"), chunk 2",
                "its bytes do not fit the check sum of the ZIP. Take another copy of the archive.");
        byte[] stored = parts.parts.get(1).bytes().clone();
        stored[15] ^= 4;
        parts.parts.set(1, new Part(parts.parts.get(1).name(), stored));
        assertRefused(
                parts.sealed(SampleArchive.SIGNED),
                Reason.WRONG_CHUNK,
                "table 1 (\"public\".\"site\"), chunk 2",
                "the chunk does not have the bytes that were archived");
    }

    @Test
    void chunksSwappedRemovedRepeated() {
        String first = "table 1 (\"public\".\"site\"), chunk 1";
        String second = "table 1 (\"public\".\"site\"), chunk 2";
        assertRefused(
                Forgery.of(SAMPLE).swapParts(0, 1).sealed(SampleArchive.SIGNED),
                Reason.WRONG_ENTRY,
                first,
                "the entry data/0001/000001.copy.gz should stand there, and the entry \"data/0001/000002.copy.gz\" does: one"
                        + " was swapped, removed or added.");
        Forgery contents = Forgery.of(SAMPLE);
        contents.parts.set(
                0,
                new Part(contents.parts.get(0).name(), Gzip.pack("b\t1\tone\n".getBytes(StandardCharsets.UTF_8), 8)));
        assertThat(contents.parts.get(0).bytes())
                .hasSameSizeAs(Forgery.of(SAMPLE).parts.get(0).bytes());
        assertRefused(
                contents.sealed(SampleArchive.SIGNED),
                Reason.WRONG_CHUNK,
                first,
                "does not have the bytes that were archived");
        Forgery removed = Forgery.of(SAMPLE);
        removed.parts.remove(0);
        assertRefused(
                removed.sealed(SampleArchive.SIGNED), Reason.WRONG_ENTRY, first, "one was swapped, removed or added");
        Forgery repeated = Forgery.of(SAMPLE);
        repeated.parts.add(1, repeated.parts.get(0));
        assertRefused(
                repeated.sealed(SampleArchive.SIGNED),
                Reason.WRONG_ENTRY,
                second,
                "data/0001/000001.copy.gz\" is repeated");
        Forgery last = Forgery.of(SAMPLE);
        last.parts.remove(2);
        assertRefused(
                last.sealed(SampleArchive.SIGNED),
                Reason.WRONG_ENTRY,
                "table 3 (\"\".\"note\"), chunk 1",
                "the entry \"manifest.jsonl\" does");
    }

    @Test
    void entriesThatAreNotListed() {
        Forgery added = Forgery.of(SAMPLE);
        added.parts.add(new Part("data/0003/000002.copy.gz", added.parts.get(0).bytes()));
        assertRefused(
                added.sealed(SampleArchive.SIGNED), Reason.WRONG_ENTRY, "manifest.jsonl", "the entries end at byte");
        for (String name : List.of(
                "../../../../etc/cron.d/x",
                "/etc/cron.d/abcdefghijkl",
                "data\\0001\\000001.copy.gz",
                "C:/0001/000001.copy.gz00")) {
            Forgery evil = Forgery.of(SAMPLE);
            evil.parts.set(0, new Part(name, evil.parts.get(0).bytes()));
            assertRefused(
                    evil.sealed(SampleArchive.SIGNED),
                    Reason.WRONG_ENTRY,
                    "table 1 (\"public\".\"site\"), chunk 1",
                    "an entry " + Shown.of(name) + " does, whose name points out of the archive");
        }
        assertLinesRefused(
                forgery ->
                        forgery.replace("chunk", 1, "\"storedBytes\":\\d+", "\"storedBytes\":" + (SAMPLE.length - 600)),
                Reason.WRONG_ENTRY,
                "table 1 (\"public\".\"site\"), chunk 2",
                "its entry should stand there, and the entries have ended");
        Forgery unknown = Forgery.of(SAMPLE);
        unknown.parts.set(
                0, new Part("data/0001/000001.copy.xz", unknown.parts.get(0).bytes()));
        assertRefused(
                unknown.sealed(SampleArchive.SIGNED),
                Reason.WRONG_ENTRY,
                "table 1 (\"public\".\"site\"), chunk 1",
                "the entry \"data/0001/000001.copy.xz\" does");
        Forgery behind = Forgery.of(SAMPLE);
        List<Part> parts = new ArrayList<>(behind.parts);
        parts.add(new Part(ZipLayout.MANIFEST, behind.manifest()));
        parts.add(new Part("data/0009/000001.copy.gz", new byte[3]));
        assertRefused(
                Forgery.zip(parts, SampleArchive.SIGNED),
                Reason.WRONG_ENTRY,
                "the last entry",
                "it is not manifest.jsonl");
    }

    /** Two directories in one file: what one ZIP reader lists, another does not. */
    @Test
    void aDirectoryThatDiffersFromTheEntries() {
        byte[] bytes = Forgery.withoutSeal(SAMPLE);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int directory = text.indexOf("PK\1\2");
        byte[] renamed = bytes.clone();
        renamed[directory + 46] = 'D';
        assertRefused(
                Forgery.resealed(renamed, SampleArchive.SIGNED),
                Reason.WRONG_ENTRY,
                "the directory",
                "what it says of the entry data/0001/000001.copy.gz is not so");
        byte[] flagged = bytes.clone();
        flagged[6] = 1;
        assertRefused(
                Forgery.resealed(flagged, SampleArchive.SIGNED),
                Reason.WRONG_ENTRY,
                "table 1 (\"public\".\"site\"), chunk 1",
                "the header of the entry data/0001/000001.copy.gz is not as a writer of ours writes it");
        byte[] record = Arrays.copyOfRange(bytes, directory, directory + 46 + 24);
        ByteArrayOutputStream twice = new ByteArrayOutputStream();
        twice.write(bytes, 0, directory);
        twice.writeBytes(record);
        twice.write(bytes, directory, bytes.length - directory - ZipLayout.END);
        twice.writeBytes(ZipLayout.end(new ZipLayout.Directory(5, directory, twice.size() - directory)));
        assertRefused(
                Forgery.resealed(twice.toByteArray(), SampleArchive.SIGNED),
                Reason.WRONG_ENTRY,
                "the directory",
                "what it says of the entry data/0001/000002.copy.gz is not so");
        byte[] counted = bytes.clone();
        counted[bytes.length - ZipLayout.END + 8] = 9;
        counted[bytes.length - ZipLayout.END + 10] = 9;
        assertRefused(
                Forgery.resealed(counted, SampleArchive.SIGNED),
                Reason.WRONG_ENTRY,
                "the directory",
                "it lists 9 entries, and there are 4");
        byte[] ended = bytes.clone();
        ended[bytes.length - ZipLayout.END + 4] = 1;
        assertRefused(
                Forgery.resealed(ended, SampleArchive.SIGNED),
                Reason.WRONG_ENTRY,
                "the end of the directory",
                "it is not as a writer of ours writes it");
    }

    @Test
    void aDirectoryThatPointsAstray() {
        byte[] bytes = Forgery.withoutSeal(SAMPLE);
        for (long[] astray :
                new long[][] {{4, 1L << 31, 100}, {4, -1, 100}, {4, 0, -5}, {70_000, 1L << 62, 1L << 62}}) {
            byte[] end = ZipLayout.end(new ZipLayout.Directory(astray[0], astray[1], astray[2]));
            byte[] forged = Forgery.resealed(
                    concat(Arrays.copyOf(bytes, bytes.length - ZipLayout.END), end), SampleArchive.SIGNED);
            ArchiveRefusedException refusal = refusal(forged, TRUST, LIMITS);
            assertThat(refusal.reason()).isIn(Reason.CUT_OFF, Reason.WRONG_ENTRY);
        }
        int record = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf("PK\1\2");
        byte[] large = bytes.clone();
        ByteBuffer.wrap(large).order(ByteOrder.LITTLE_ENDIAN).putInt(record + 24, 1 << 20);
        assertRefused(
                Forgery.resealed(large, SampleArchive.SIGNED),
                Reason.WRONG_ENTRY,
                "manifest.jsonl",
                "it has 1048576 bytes, more than there are");
        ByteBuffer.wrap(large).order(ByteOrder.LITTLE_ENDIAN).putInt(record + 24, -1);
        assertRefused(
                Forgery.resealed(large, SampleArchive.SIGNED),
                Reason.TOO_LARGE,
                "manifest.jsonl",
                "it has 4294967295 bytes, where 33554432 are allowed");
    }

    @Test
    void bombs() {
        byte[] zeros = new byte[10_000_000];
        Arrays.fill(zeros, (byte) '\n');
        Forgery real = Forgery.of(SAMPLE)
                .storedAs(0, 0, Gzip.pack(zeros, zeros.length))
                .rechain();
        assertRefused(
                real.sealed(SampleArchive.SIGNED),
                Reason.WRONG_CHUNK,
                "table 1 (\"public\".\"site\"), chunk 1",
                "unpacks to more than the 8 bytes declared");
        assertLinesRefused(
                forgery -> forgery.replace("chunk", 0, "\"plainBytes\":8", "\"plainBytes\":67108865"),
                Reason.TOO_LARGE,
                "line 3 of manifest.jsonl",
                "is declared to have 67108865 bytes, stored in 28, where 67108864 are allowed");
        assertLinesRefused(
                forgery -> forgery.replace("chunk", 0, "\"storedBytes\":28", "\"storedBytes\":999999999"),
                Reason.TOO_LARGE,
                "line 3 of manifest.jsonl",
                "stored in 999999999, where");
        assertLinesRefused(
                forgery -> forgery.replace("chunk", 0, "\"plainBytes\":8", "\"plainBytes\":1793"),
                Reason.TOO_LARGE,
                "line 3 of manifest.jsonl",
                "chunk 1 of table 1 is declared to unpack from 28 bytes to 1793, more than 64 times as many");
        ArchiveRefusedException manifest = refusal(
                SampleArchive.bytes(SampleArchive.options(SampleArchive.SIGNED)), TRUST, LIMITS.withChunkBytes(7));
        assertThat(manifest.reason()).isEqualTo(Reason.TOO_LARGE);
        assertLinesRefused(
                forgery -> forgery.edit("note", 0, line -> line.replace("site b", "x".repeat(5_000_000))),
                Reason.TOO_LARGE,
                "line 6 of manifest.jsonl",
                "more than 4194304");
        assertManifestRefused(
                forgery -> forgery.lines.set(5, "[".repeat(1_000_000)), 6, "an object should stand there");
        assertManifestRefused(
                forgery -> forgery.lines.set(5, "{\"line\":\"note\",\"note\":" + "{\"a\":".repeat(100_000)),
                6,
                "a text as");
    }

    @Test
    void chunksThatDoNotHoldWhatTheyShould() {
        byte[] rows = Forgery.utf8("a\t1\tone\n");
        byte[] packed = Gzip.pack(rows, rows.length);
        assertChunkRefused(changed(packed, 4, 1), "does not begin as a chunk does");
        assertChunkRefused(new byte[3], "does not begin as a chunk does");
        assertChunkRefused(changed(packed, packed.length - 5, 1), "has a wrong check sum at its end");
        assertChunkRefused(changed(packed, packed.length - 1, 1), "has a wrong check sum at its end");
        assertChunkRefused(
                concat(
                        Arrays.copyOf(packed, packed.length - 8),
                        new byte[1],
                        Arrays.copyOfRange(packed, packed.length - 8, packed.length)),
                "holds bytes behind its end");
        assertChunkRefused(concat(packed, packed), "holds bytes behind its end");
        assertChunkRefused(
                concat(
                        Arrays.copyOf(packed, packed.length - 12),
                        Arrays.copyOfRange(packed, packed.length - 8, packed.length)),
                "ends too early");
        assertChunkRefused(changed(packed, 10, 6), "is packed wrongly");
        assertChunkRefused(gzip("a\t1\n"), "unpacks to less than the 8 bytes declared");
        assertChunkRefused(gzip("a\t1\tone\n\n"), "unpacks to more than the 8 bytes declared");
        assertChunkRefused(gzip("a\t1\tonex"), "its last row has no line end");
        assertChunkRefused(gzip("\\.\n1\ton\n"), "is no COPY text: its row 1 has the mark \\. that ends COPY text");
        assertChunkRefused(gzip("\\.\r\n\t\t\t\n"), "its row 1 has the mark \\. that ends COPY text");
        assertChunkRefused(
                gzip("a\t1\ton\r\n".substring(0, 7) + "\n"), "its row 1 has the byte 0d, which is always written");
        assertChunkRefused(gzip("a\t1\t12\\\n"), "its row 1 ends with a backslash");
        assertChunkRefused(gzip("a\t1\t\\x1\n"), "its row 1 has a backslash before a byte that needs none");
        assertChunkRefused(gzip("a\t1\t\\N1\n"), "its row 1 has more in a field than the \\N of a null");
        assertChunkRefused(gzip("a\t1\t1\\N\n"), "its row 1 has a backslash before a byte that needs none");
        assertChunkRefused(
                Gzip.pack(new byte[] {'a', 9, '1', 9, (byte) 0xc0, (byte) 0x80, '1', 10}, 8),
                "its row 1 has bytes that are no UTF-8");
        assertChunkRefused(gzip("a\t\t\n\t\t\t\n"), "its row 2 has 4 fields, and the rows before it have 3");
        assertChunkRefused(gzip("a1\tfour\n"), "has rows of 2 fields, and the manifest says 3 columns");
        assertChunkRefused(gzip("a\t\t\n1\t\t\n"), "has 2 rows, and the manifest says 1");
        assertChunkRefused(gzip("b\t1\tone\n"), "holds other rows than those that were archived");
        assertLinesRefused(
                forgery -> forgery.replace(
                        "tableEnd", 0, "\"rowHash\":\"[0-9a-f]+\"", "\"rowHash\":\"" + "0".repeat(32) + "\""),
                Reason.WRONG_CHUNK,
                "table 1 (\"public\".\"site\")",
                "its rows are not those that the manifest sums up");
    }

    /** Stores these bytes as the first chunk, and describes them rightly as far as they are stored. */
    private static void assertChunkRefused(byte[] stored, String problem) {
        assertRefused(
                Forgery.of(SAMPLE).storedAs(0, 0, stored).rechain().sealed(SampleArchive.SIGNED),
                Reason.WRONG_CHUNK,
                "table 1 (\"public\".\"site\"), chunk 1",
                problem);
    }

    @Test
    void encryptedChunksStayInTheirPlace() {
        byte[] encrypted = SampleArchive.bytes(
                SampleArchive.options(SampleArchive.SIGNED).encryptedBy("master-7", SampleArchive.MASTER));
        Forgery moved = Forgery.of(encrypted);
        byte[] first = moved.parts.get(0).bytes();
        byte[] second = moved.parts.get(1).bytes();
        moved.storedAs(0, 0, second).storedAs(1, 1, first).rechain();
        assertRefused(
                moved.sealed(SampleArchive.SIGNED),
                Reason.WRONG_CHUNK,
                "table 1 (\"public\".\"site\"), chunk 1",
                "cannot be decrypted with the data key of the archive");
        for (int length : new int[] {1, 15, 16, 40}) {
            assertRefused(
                    Forgery.of(encrypted)
                            .storedAs(0, 0, new byte[length])
                            .rechain()
                            .sealed(SampleArchive.SIGNED),
                    Reason.WRONG_CHUNK,
                    "table 1 (\"public\".\"site\"), chunk 1",
                    "cannot be decrypted with the data key of the archive");
        }
        Forgery rewrapped = Forgery.of(encrypted)
                .replace("header", 0, "\"wrappedKey\":\"..", "\"wrappedKey\":\"++")
                .rechain();
        assertRefused(
                rewrapped.sealed(SampleArchive.SIGNED),
                Reason.LOCKED,
                "line 1 of manifest.jsonl",
                "its data key cannot be unwrapped with the key \"master-7\"");
        Forgery unpaired = Forgery.of(encrypted);
        unpaired.edit("header", 0, line -> line.replaceFirst("\"wrappedKey\":\".", "\"wrappedKey\":\"-"));
        assertRefused(
                unpaired.rechain().sealed(SampleArchive.SIGNED),
                Reason.LOCKED,
                "line 1 of manifest.jsonl",
                "cannot be unwrapped");
    }

    @Test
    void unfinished() {
        assertLinesRefused(
                forgery -> forgery.lines.remove(forgery.lines.size() - 1),
                Reason.INCOMPLETE,
                "manifest.jsonl",
                "the archive was never finished. Export again.");
        Forgery noLineEnd = Forgery.of(SAMPLE);
        List<Part> parts = new ArrayList<>(noLineEnd.parts);
        byte[] manifest = noLineEnd.manifest();
        parts.add(new Part(ZipLayout.MANIFEST, Arrays.copyOf(manifest, manifest.length - 1)));
        assertRefused(
                Forgery.zip(parts, SampleArchive.SIGNED),
                Reason.INCOMPLETE,
                "manifest.jsonl",
                "does not end with a whole line");
        List<Part> more = new ArrayList<>(noLineEnd.parts);
        more.add(new Part(ZipLayout.MANIFEST, concat(manifest, new byte[] {'x'})));
        assertRefused(
                Forgery.zip(more, SampleArchive.SIGNED),
                Reason.INCOMPLETE,
                "manifest.jsonl",
                "does not end with a whole line");
        assertLinesRefused(
                forgery -> forgery.lines.add("x"), Reason.WRONG_MANIFEST, "line 13 of manifest.jsonl", "no JSON");
    }

    @Test
    void idsOfAnotherKind() {
        for (String unit : List.of(
                "site_01h455vb4pex5vsknk084sn02q",
                "deputy_01h455vb4pex5vsknk084sn02q",
                "tenant_site_01h455vb4pex5vsknk084sn02q",
                "tenant_",
                "tenant_01")) {
            assertLinesRefused(
                    forgery -> forgery.replace("header", 0, "tenant_[a-z0-9]+", unit),
                    Reason.WRONG_UNITS,
                    "line 1 of manifest.jsonl",
                    "The archive is declared to hold rows of tenant IDs, and \"" + unit + "\" is none.");
        }
        assertLinesRefused(
                forgery -> forgery.replace("header", 0, "\"units\":\\[\"[^\"]+\"\\]", "\"units\":[]"),
                Reason.WRONG_UNITS,
                "line 1 of manifest.jsonl",
                "must say whose rows it holds");
        assertLinesRefused(
                forgery -> forgery.replace("header", 0, "\"units\":\\[(\"[^\"]+\")\\]", "\"units\":[$1,$1]"),
                Reason.WRONG_UNITS,
                "line 1 of manifest.jsonl",
                "is named twice");
        assertLinesRefused(
                forgery -> forgery.replace("header", 0, "\"prefix\":\"tenant\"", "\"prefix\":\"Tenant\""),
                Reason.WRONG_UNITS,
                "line 1 of manifest.jsonl",
                "is not the prefix of a kind");
    }

    @Test
    void theChainHoldsTheChunksTogether() {
        Forgery forgery = Forgery.of(SAMPLE).replace("chunk", 1, "last 2", "last 3");
        assertRefused(
                forgery.sealed(SampleArchive.SIGNED),
                Reason.WRONG_MANIFEST,
                "line 4 of manifest.jsonl",
                "the chain of chunk 2 of table 1 does not follow from the lines before it");
        Forgery otherHeader = Forgery.of(SAMPLE).replace("header", 0, "18.1", "18.2");
        assertRefused(
                otherHeader.sealed(SampleArchive.SIGNED),
                Reason.WRONG_MANIFEST,
                "line 3 of manifest.jsonl",
                "the chain of chunk 1 of table 1 does not follow");
        Forgery otherEnd = Forgery.of(SAMPLE).replace("end", 0, "\"chain\":\"[0-9a-f]+", "\"chain\":\"" + ZEROS);
        assertRefused(
                otherEnd.sealed(SampleArchive.SIGNED),
                Reason.WRONG_MANIFEST,
                "line 12 of manifest.jsonl",
                "the sums are not");
    }

    @Test
    void aManifestThatContradictsItself() {
        assertManifestRefused(forgery -> forgery.lines.add(1, forgery.lines.get(0)), 2, "a second header");
        assertManifestRefused(forgery -> forgery.lines.remove(0), 1, "the first line is not the header");
        assertManifestRefused(
                forgery -> forgery.lines.add(forgery.lines.get(5)), 13, "lines follow the one that ends it");
        assertManifestRefused(
                forgery -> forgery.lines.remove(4), 6, "a table begins before the one before it has ended");
        assertManifestRefused(
                forgery -> forgery.replace("table", 1, "\"table\":2", "\"table\":4"), 7, "table 4 follows table 1");
        assertManifestRefused(
                forgery -> forgery.replace("chunk", 1, "\"table\":1", "\"table\":2"),
                4,
                "a chunk of a table that has not begun");
        assertManifestRefused(forgery -> forgery.lines.remove(1), 2, "a chunk of a table that has not begun");
        assertManifestRefused(
                forgery -> forgery.replace("chunk", 1, "\"chunk\":2", "\"chunk\":3"), 4, "chunk 3 follows chunk 1");
        assertManifestRefused(
                forgery -> forgery.replace("tableEnd", 0, "\"table\":1", "\"table\":2"),
                5,
                "a table ends that has not begun");
        assertManifestRefused(
                forgery -> forgery.lines.add(5, forgery.lines.get(4)), 6, "a table ends that has not begun");
        assertManifestRefused(
                forgery -> forgery.replace("tableEnd", 0, "\"rows\":3", "\"rows\":4"),
                5,
                "ends with 4 rows, and its chunks have 3");
        assertManifestRefused(forgery -> forgery.lines.remove(10), 11, "the archive ends before its last table does");
        for (String sum : List.of("tables", "chunks", "rows", "plainBytes")) {
            assertManifestRefused(
                    forgery -> forgery.replace("end", 0, "\"" + sum + "\":\\d+", "\"" + sum + "\":9"),
                    12,
                    "the sums are not");
        }
    }

    @Test
    void linesThatAreNotInTheirOneForm() {
        String form = "it is not in the one form that such a line has";
        assertManifestRefused(forgery -> forgery.edit("note", 0, line -> line + " "), 6, form);
        assertManifestRefused(forgery -> forgery.edit("note", 0, line -> line + "{}"), 6, form);
        assertManifestRefused(forgery -> forgery.edit("note", 0, line -> line.replace(":{", ": {")), 6, form);
        assertManifestRefused(forgery -> forgery.edit("note", 0, line -> line.replace("site", "\\u0073ite")), 6, form);
        assertManifestRefused(
                forgery -> forgery.edit("note", 0, line -> line.replace("\"by\":\"site b\",", "")
                        .replace("}}", ",\"by\":\"x\"}}")),
                6,
                form);
        assertManifestRefused(
                forgery -> forgery.edit("note", 0, line -> line.replace("\"by\":", "\"by\":\"site a\",\"by\":")),
                6,
                "it is no JSON");
        assertManifestRefused(forgery -> forgery.edit("note", 0, line -> line.replace("}}", "},\"more\":1}")), 6, form);
        assertManifestRefused(
                forgery -> forgery.edit("header", 0, line -> line.replace("\"encoding\"", "\"more\":1,\"encoding\"")),
                1,
                "encoding should");
        assertManifestRefused(
                forgery -> forgery.edit("header", 0, line -> line.replace("copy-text\"", "copy-text\",\"more\":1")),
                1,
                "encryption should");
        assertManifestRefused(
                forgery -> forgery.edit("header", 0, line -> line.replace("copy-text", "ndjson")),
                1,
                "the encoding copy-text should");
        assertManifestRefused(
                forgery -> forgery.edit("header", 0, line -> line.replace("tenant-safety-archive", "tar")),
                1,
                "the format ");
        assertManifestRefused(
                forgery -> forgery.edit("note", 0, line -> line.replace("site b", "\\ud800")),
                6,
                "half of a surrogate pair");
        assertManifestRefused(
                forgery -> forgery.edit("note", 0, line -> line.replace("\"line\":\"note\"", "\"line\":\"nota\"")),
                6,
                "a line \"nota\" is not known");
        assertManifestRefused(forgery -> forgery.lines.set(5, "nonsense\u001b[31m"), 6, "it is no JSON");
        assertManifestRefused(forgery -> forgery.lines.set(5, ""), 6, "an object should stand there");
        for (String number : List.of(
                "1.0", "1e0", "01", "-1", "\"1\"", "99999999999", "9".repeat(19), "9".repeat(400), "null", "true")) {
            assertManifestRefused(forgery -> forgery.replace("chunk", 0, "\"rows\":1", "\"rows\":" + number), 3, "");
            assertManifestRefused(forgery -> forgery.replace("table", 0, "\"table\":1", "\"table\":" + number), 2, "");
        }
        assertManifestRefused(
                forgery -> forgery.replace("tableEnd", 0, "\"rowHash\":\"..", "\"rowHash\":\"zz"),
                5,
                "not 32 lower case");
        assertManifestRefused(
                forgery -> forgery.replace("chunk", 0, "\"plainSha256\":\"..", "\"plainSha256\":\"AB"),
                3,
                "not a SHA-256");
    }

    @Test
    void bytesThatAreNoUtf8() {
        Forgery forgery = Forgery.of(SAMPLE);
        List<Part> parts = new ArrayList<>(forgery.parts);
        byte[] manifest = forgery.manifest();
        int at = new String(manifest, StandardCharsets.ISO_8859_1).indexOf("another tenant");
        for (int high : IntStream.rangeClosed(0x80, 0xff).toArray()) {
            byte[] broken = manifest.clone();
            broken[at] = (byte) high;
            List<Part> all = new ArrayList<>(parts);
            all.add(new Part(ZipLayout.MANIFEST, broken));
            assertRefused(
                    Forgery.zip(all, SampleArchive.SIGNED), Reason.WRONG_MANIFEST, "line 6 of manifest.jsonl", "");
        }
    }

    private static byte[] gzip(String rows) {
        return Gzip.pack(Forgery.utf8(rows), Forgery.utf8(rows).length);
    }

    private static byte[] changed(byte[] bytes, int at, int bits) {
        byte[] changed = bytes.clone();
        changed[at] ^= (byte) bits;
        return changed;
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
