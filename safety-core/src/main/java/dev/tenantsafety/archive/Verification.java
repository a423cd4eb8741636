package dev.tenantsafety.archive;

import dev.tenantsafety.archive.ArchiveRefusedException.Reason;
import dev.tenantsafety.archive.ManifestCheck.Checked;
import dev.tenantsafety.archive.ZipLayout.Directory;
import dev.tenantsafety.archive.ZipLayout.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Checks a whole archive: the signature first, then the hash that it signs, so that nothing of a file is interpreted which nobody sealed;
 * then the manifest, then each byte in one pass from the first to the last, where the manifest says what must stand. ZIP structures are
 * not interpreted but made anew and compared.
 */
final class Verification {

    private static final int TAIL = ZipLayout.END + SealText.BYTES;
    private static final int LONGEST_COMMENT = 0xffff;
    private static final int LONGEST_NAME_SHOWN = 200;

    private final ArchiveFile file;
    private final ArchiveTrust trust;
    private final ArchiveLimits limits;
    private final @Nullable ArchiveKeys keys;
    private final MessageDigest digest = Sha256.start();
    private final List<Entry> entries = new ArrayList<>();
    private long position;

    Verification(ArchiveFile file, ArchiveTrust trust, ArchiveLimits limits, @Nullable ArchiveKeys keys) {
        this.file = file;
        this.trust = trust;
        this.limits = limits;
        this.keys = keys;
    }

    /** What was found to be sound, and where the bytes of each chunk begin. */
    record Verified(
            ArchiveManifest manifest,
            SealText seal,
            @Nullable ChunkCipher cipher,
            List<List<Long>> offsets) {}

    Verified run() throws IOException {
        SealText seal = seal();
        trust.check(seal, file);
        Directory directory = directory();
        requireSealed(seal);
        Lines lines = lines(directory);
        Checked checked = lines.checked();
        ChunkCipher cipher = cipher(checked.key());
        List<List<Long>> offsets = chunks(checked.manifest(), cipher, directory);
        structure(directory, lines);
        if (!Sha256.hex(digest.digest()).equals(seal.sha256())) {
            throw changedMeanwhile();
        }
        return new Verified(checked.manifest(), seal, cipher, offsets);
    }

    /** The manifest, and the hash of its bytes, which are read again for the rest: they take as much memory as a large chunk. */
    private record Lines(Checked checked, int length, String sha256) {}

    private Lines lines(Directory directory) throws IOException {
        byte[] lines = manifest(directory);
        return new Lines(ManifestCheck.check(file, limits, lines), lines.length, Sha256.of(lines));
    }

    private void requireSealed(SealText seal) throws IOException {
        MessageDigest whole = Sha256.start();
        long end = file.size() - SealText.BYTES;
        for (long start = 0; start < end; start += ArchiveFile.SLICE) {
            whole.update(file.read(start, (int) Math.min(ArchiveFile.SLICE, end - start)));
        }
        if (!Sha256.hex(whole.digest()).equals(seal.sha256())) {
            throw file.refuse(
                    Reason.BROKEN_SEAL,
                    "the seal",
                    "the bytes of the file are not those that were sealed. The file"
                            + " was changed after it was written; take another copy.");
        }
    }

    private SealText seal() throws IOException {
        if (file.size() < TAIL + (long) ZipLayout.CENTRAL_RECORD + ZipLayout.LOCAL_HEADER) {
            throw noArchive();
        }
        byte[] tail = file.read(file.size() - TAIL, TAIL);
        ByteBuffer end = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN);
        if (end.getInt(0) != ZipLayout.END_SIGNATURE) {
            throw noArchive();
        }
        byte[] comment = Arrays.copyOfRange(tail, ZipLayout.END, TAIL);
        int version = SealText.version(comment);
        if (version > SealText.VERSION) {
            throw file.refuse(
                    Reason.NEWER_FORMAT,
                    "the seal",
                    "the archive is in version " + version
                            + " of the format, and this library knows version " + SealText.VERSION
                            + ". Read it with the version of the library that wrote it, or a later one.");
        }
        SealText seal = SealText.parse(comment);
        if (seal == null) {
            throw file.refuse(
                    version == 0 ? Reason.NOT_AN_ARCHIVE : Reason.BROKEN_SEAL,
                    "the seal",
                    "the comment at the end"
                            + " is not the seal of an archive, or was changed. Take another copy of the archive.");
        }
        return seal;
    }

    /** Looks why the file does not end as an archive does, in a bounded part of it. */
    private ArchiveRefusedException noArchive() throws IOException {
        byte[] start = file.read(0, (int) Math.min(Integer.BYTES, file.size()));
        boolean isZip = start.length == Integer.BYTES
                && ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getInt() == ZipLayout.LOCAL_SIGNATURE;
        int length = (int) Math.min(LONGEST_COMMENT, file.size());
        String tail = new String(file.read(file.size() - length, length), StandardCharsets.ISO_8859_1);
        int seal = tail.lastIndexOf(SealText.NAME + " ");
        if (seal >= 0 && tail.length() - seal > SealText.BYTES) {
            return file.refuse(
                    Reason.SURPLUS_BYTES,
                    "the end",
                    (tail.length() - seal - SealText.BYTES) + " bytes stand behind"
                            + " the seal. Take another copy of the archive.");
        }
        return isZip
                ? file.refuse(
                        Reason.CUT_OFF,
                        "the end",
                        "the file begins as a ZIP and does not end with the seal of an archive:"
                                + " it is cut off, or no archive of ours. Copy it again from where it was written.")
                : file.refuse(
                        Reason.NOT_AN_ARCHIVE,
                        "the start",
                        "this is no archive: it neither begins nor ends as one." + " Check the name of the file.");
    }

    private Directory directory() throws IOException {
        long end = file.size() - SealText.BYTES;
        int length = (int) Math.min(end, ZipLayout.ZIP64_END + ZipLayout.LOCATOR + ZipLayout.END);
        Directory directory = ZipLayout.directory(file.read(end - length, length));
        if (directory == null) {
            throw wrongEntry("the end of the directory", "it is not as a writer of ours writes it.");
        }
        long surplus = end - ZipLayout.end(directory).length - directory.size() - directory.offset();
        if (directory.size() < 0 || directory.offset() < 0 || surplus != 0) {
            throw surplus > 0 && directory.size() >= 0 && directory.offset() >= 0
                    ? file.refuse(
                            Reason.SURPLUS_BYTES,
                            "the directory",
                            surplus + " bytes more stand before it than it says."
                                    + " Something was put into the file; take another copy.")
                    : file.refuse(
                            Reason.CUT_OFF,
                            "the directory",
                            "fewer bytes stand before it than it says. A part of the"
                                    + " file is missing; take another copy.");
        }
        return directory;
    }

    /** The bytes of the manifest, which is the last entry before the directory. */
    private byte[] manifest(Directory directory) throws IOException {
        int nameLength = ZipLayout.MANIFEST.length();
        int plain = ZipLayout.CENTRAL_RECORD + nameLength;
        long end = directory.offset() + directory.size();
        int length = (int) Math.min(directory.size(), plain + ZipLayout.ZIP64_OFFSET);
        byte[] last = file.read(end - length, length);
        for (int start : new int[] {length - plain, 0}) {
            if (start >= 0 && length - start >= plain && isRecordOfManifest(last, start)) {
                long size = Integer.toUnsignedLong(
                        ByteBuffer.wrap(last).order(ByteOrder.LITTLE_ENDIAN).getInt(start + 24));
                if (size > limits.manifestBytes()) {
                    throw file.refuse(
                            Reason.TOO_LARGE,
                            ZipLayout.MANIFEST,
                            "it has " + size + " bytes, where "
                                    + limits.manifestBytes()
                                    + " are allowed. If you know where the archive comes from, raise"
                                    + " ArchiveLimits.manifestBytes.");
                }
                if (directory.offset() < size) {
                    throw wrongEntry(ZipLayout.MANIFEST, "it has " + size + " bytes, more than there are.");
                }
                return file.read(directory.offset() - size, (int) size);
            }
        }
        throw wrongEntry("the last entry", "it is not " + ZipLayout.MANIFEST + ".");
    }

    private static boolean isRecordOfManifest(byte[] bytes, int start) {
        int name = start + ZipLayout.CENTRAL_RECORD;
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(start) == ZipLayout.CENTRAL_SIGNATURE
                && new String(bytes, name, ZipLayout.MANIFEST.length(), StandardCharsets.ISO_8859_1)
                        .equals(ZipLayout.MANIFEST);
    }

    private @Nullable ChunkCipher cipher(@Nullable WrappedKey key) {
        if (key == null) {
            return null;
        }
        if (keys == null) {
            throw locked("it is encrypted with the key " + Shown.of(key.keyId())
                    + ", and no keys were handed over. Hand over" + " ArchiveKeys that have it.");
        }
        try {
            SecretKey dataKey = keys.unwrap(key.keyId(), Base64.getDecoder().decode(key.wrapped()));
            return new ChunkCipher(dataKey);
        } catch (GeneralSecurityException | RuntimeException e) {
            // Of any sort, for the keys are not ours, and what they are asked to unwrap may be a stranger's.
            throw locked("its data key cannot be unwrapped with the key " + Shown.of(key.keyId()) + " ("
                    + Shown.of(String.valueOf(e.getMessage())) + "). Hand over the key that it was written with.");
        }
    }

    private ArchiveRefusedException locked(String problem) {
        return file.refuse(Reason.LOCKED, "line 1 of " + ZipLayout.MANIFEST, problem);
    }

    private List<List<Long>> chunks(ArchiveManifest manifest, @Nullable ChunkCipher cipher, Directory directory)
            throws IOException {
        List<List<Long>> offsets = new ArrayList<>();
        for (ArchivedTable table : manifest.tables()) {
            RowHash sum = RowHash.ZERO;
            List<Long> ofTable = new ArrayList<>();
            offsets.add(ofTable);
            for (ArchiveChunk chunk : table.chunks()) {
                String part = table.table().label() + ", chunk " + chunk.number();
                String name = ZipLayout.chunkName(chunk.table(), chunk.number(), cipher != null);
                long data = position + ZipLayout.LOCAL_HEADER + name.length();
                if (data + chunk.storedBytes() > directory.offset()) {
                    throw wrongEntry(part, "its entry should stand there, and the entries have ended.");
                }
                byte[] stored = file.read(data, (int) chunk.storedBytes());
                ofTable.add(data);
                entry(part, name, stored);
                sum = sum.plus(rows(part, chunk, table.table(), cipher, stored));
            }
            if (!sum.hex().equals(table.rowHash())) {
                throw file.refuse(
                        Reason.WRONG_CHUNK,
                        table.table().label(),
                        "its rows are not those that the manifest sums up." + " Take another copy of the archive.");
            }
        }
        return offsets;
    }

    /** Compares the header of an entry, and passes over both header and bytes. */
    private void entry(String part, String name, byte[] bytes) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        Entry entry = new Entry(name, (int) crc.getValue(), bytes.length, position);
        byte[] expected = ZipLayout.localHeader(entry);
        byte[] found = file.read(position, expected.length);
        if (!Arrays.equals(found, 26, expected.length, expected, 26, expected.length)) {
            throw wrongEntry(part, "the entry " + name + " should stand there, and " + nameOf(found));
        }
        if (!Arrays.equals(found, 0, 14, expected, 0, 14) || !Arrays.equals(found, 18, 26, expected, 18, 26)) {
            throw wrongEntry(part, "the header of the entry " + name + " is not as a writer of ours writes it.");
        }
        if (!Arrays.equals(found, expected)) {
            throw file.refuse(
                    Reason.WRONG_CHUNK,
                    part,
                    "its bytes do not fit the check sum of the ZIP. Take another copy of the" + " archive.");
        }
        accept(expected);
        accept(bytes);
        entries.add(entry);
    }

    private String nameOf(byte[] header) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.getInt(0) != ZipLayout.LOCAL_SIGNATURE) {
            return "no entry begins.";
        }
        int length = Math.min(LONGEST_NAME_SHOWN, Short.toUnsignedInt(bytes.getShort(26)));
        long start = position + ZipLayout.LOCAL_HEADER;
        int there = (int) Math.min(length, file.size() - start);
        String name = new String(file.read(start, there), StandardCharsets.ISO_8859_1);
        if (name.startsWith("/") || name.contains("..") || name.contains("\\") || name.contains(":")) {
            return "an entry " + Shown.of(name) + " does, whose name points out of the archive.";
        }
        boolean isSeen = entries.stream().anyMatch(entry -> entry.name().equals(name));
        return "the entry " + Shown.of(name) + (isSeen ? " is repeated." : " does: one was swapped, removed or added.");
    }

    /** Checks the bytes of a chunk and gives the sum of its rows. */
    private RowHash rows(
            String part, ArchiveChunk chunk, ArchiveTable table, @Nullable ChunkCipher cipher, byte[] stored) {
        RowTally tally = new RowTally();
        try {
            requireStored(part, chunk, stored);
            byte[] packed = cipher == null ? stored : cipher.decrypt(chunk.table(), chunk.number(), stored);
            Gzip.unpack(packed, chunk.plainBytes(), tally);
        } catch (GeneralSecurityException e) {
            throw wrongChunk(part, "cannot be decrypted with the data key of the archive");
        } catch (DataFormatException e) {
            throw wrongChunk(part, "is packed wrongly: it " + Shown.of(String.valueOf(e.getMessage())));
        }
        if (!tally.problem().isEmpty()) {
            throw wrongChunk(part, "is no COPY text: " + tally.problem());
        }
        if (tally.fields() != table.fields()) {
            throw wrongChunk(
                    part,
                    "has rows of " + tally.fields() + " fields, and the manifest says " + table.fields() + " columns");
        }
        if (tally.rows() != chunk.rows()) {
            throw wrongChunk(part, "has " + tally.rows() + " rows, and the manifest says " + chunk.rows());
        }
        if (!tally.sha256().equals(chunk.plainSha256())) {
            throw wrongChunk(part, "holds other rows than those that were archived");
        }
        return tally.sum();
    }

    private void requireStored(String part, ArchiveChunk chunk, byte[] stored) {
        if (!Sha256.of(stored).equals(chunk.storedSha256())) {
            throw wrongChunk(part, "does not have the bytes that were archived");
        }
    }

    /** The bytes of a chunk, read again and checked again. */
    byte[] readAgain(ArchiveChunk chunk, ArchiveTable table, long offset, @Nullable ChunkCipher cipher)
            throws IOException {
        String part = table.label() + ", chunk " + chunk.number();
        byte[] stored = file.read(offset, (int) chunk.storedBytes());
        requireStored(part, chunk, stored);
        try {
            return cipher == null ? stored : cipher.decrypt(chunk.table(), chunk.number(), stored);
        } catch (GeneralSecurityException e) {
            throw wrongChunk(part, "cannot be decrypted with the data key of the archive");
        }
    }

    /** The manifest as an entry, the directory, and its end. */
    private void structure(Directory directory, Lines lines) throws IOException {
        long expected = position + ZipLayout.LOCAL_HEADER + ZipLayout.MANIFEST.length() + lines.length();
        if (expected != directory.offset()) {
            throw wrongEntry(
                    ZipLayout.MANIFEST,
                    "the entries end at byte " + directory.offset() + ", and those that the"
                            + " manifest lists at byte " + expected + ".");
        }
        byte[] again = file.read(directory.offset() - lines.length(), lines.length());
        if (!Sha256.of(again).equals(lines.sha256())) {
            throw changedMeanwhile();
        }
        entry(ZipLayout.MANIFEST, ZipLayout.MANIFEST, again);
        for (Entry entry : entries) {
            byte[] record = ZipLayout.centralRecord(entry);
            if (!Arrays.equals(file.read(position, record.length), record)) {
                throw wrongEntry("the directory", "what it says of the entry " + entry.name() + " is not so.");
            }
            accept(record);
        }
        byte[] end = ZipLayout.end(new Directory(entries.size(), directory.offset(), position - directory.offset()));
        if (!Arrays.equals(file.read(position, end.length), end)) {
            throw wrongEntry(
                    "the directory",
                    "it lists " + directory.entries() + " entries, and there are " + entries.size() + ".");
        }
        accept(end);
    }

    private void accept(byte[] bytes) {
        digest.update(bytes);
        position += bytes.length;
    }

    private ArchiveRefusedException changedMeanwhile() {
        return file.refuse(
                Reason.BROKEN_SEAL, "the seal", "the file was changed while it was read. Copy it, and read the copy.");
    }

    private ArchiveRefusedException wrongEntry(String part, String problem) {
        return file.refuse(
                Reason.WRONG_ENTRY, part, problem + " The structure of the file was changed; take another copy.");
    }

    private ArchiveRefusedException wrongChunk(String part, String problem) {
        return file.refuse(Reason.WRONG_CHUNK, part, "the chunk " + problem + ". Take another copy of the archive.");
    }
}
