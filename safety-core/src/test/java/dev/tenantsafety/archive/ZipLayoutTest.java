package dev.tenantsafety.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JDK, which knows nothing of us, reads our ZIPs where they are large. */
class ZipLayoutTest {

    @TempDir
    Path folder;

    /** Five gigabytes, of which all but the end are a hole in the file. */
    @Test
    void anEntryBehindFourGigabytes() throws Exception {
        byte[] bytes = "far away".getBytes(StandardCharsets.UTF_8);
        CRC32 crc = new CRC32();
        crc.update(bytes);
        for (long offset : List.of(0xffff_fffeL, 0xffff_ffffL, 5_000_000_000L)) {
            ZipLayout.Entry entry = new ZipLayout.Entry("manifest.jsonl", (int) crc.getValue(), bytes.length, offset);
            byte[] record = ZipLayout.centralRecord(entry);
            ZipLayout.Directory directory = new ZipLayout.Directory(1, entry.end(), record.length);
            Path file = folder.resolve(offset + ".zip");
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
                channel.position(offset);
                for (byte[] part : List.of(
                        ZipLayout.localHeader(entry),
                        bytes,
                        record,
                        ZipLayout.end(directory),
                        ArchiveSeal.unsigned().seal(new byte[32]).bytes())) {
                    channel.write(ByteBuffer.wrap(part));
                }
            }
            try (ZipFile zip = new ZipFile(file.toFile());
                    InputStream there = zip.getInputStream(zip.getEntry("manifest.jsonl"))) {
                assertThat(there.readAllBytes()).isEqualTo(bytes);
            }
            assertThat(ZipLayout.directory(tail(directory))).isEqualTo(directory);
        }
    }

    private static byte[] tail(ZipLayout.Directory directory) {
        ByteArrayOutputStream tail = new ByteArrayOutputStream();
        tail.writeBytes(new byte[100]);
        tail.writeBytes(ZipLayout.end(directory));
        return tail.toByteArray();
    }

    @Test
    void moreEntriesThanAZipCountsWithoutZip64() throws Exception {
        for (long entries : new long[] {65_534, 65_535, 65_536}) {
            ZipLayout.Directory directory = new ZipLayout.Directory(entries, 5, 6);
            assertThat(ZipLayout.directory(tail(directory))).isEqualTo(directory);
        }
        int chunks = 65_534;
        Path file = folder.resolve(chunks + ".zip");
        ArchiveLimits limits = ArchiveLimits.standard().withManifestBytes(100 << 20);
        ArchiveOptions options = SampleArchive.options(ArchiveSeal.unsigned()).within(limits);
        try (ArchiveWriter writer = ArchiveWriter.create(file, SampleArchive.header(), options)) {
            writer.table(SampleArchive.NOTES_FIRST);
            for (int i = 1; i <= chunks; i++) {
                writer.write(SampleArchive.pack(writer.packer(), 1, i, "x\n"));
            }
            writer.endTable();
            writer.finish();
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertThat(zip.size()).isEqualTo(chunks + 1);
        }
        try (ArchiveReader reader =
                ArchiveReader.open(file, ArchiveTrust.nobody().unsignedToo(), limits)) {
            assertThat(reader.manifest().totals().rows()).isEqualTo(chunks);
        }
    }

    @Test
    void namesAreTheSameInEveryLanguage() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab")); // which has digits of its own
        try {
            assertThat(ZipLayout.chunkName(12, 3, true)).isEqualTo("data/0012/000003.copy.gz.enc");
        } finally {
            Locale.setDefault(before);
        }
    }
}
