package dev.tenantsafety.archive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a ZIP (PKWARE APPNOTE.TXT 6.3.10, section 4.3), each of them predictable: entries stored, dated 1980-01-01,
 * without attributes; ZIP64 where a number does not fit, and nowhere else. The reader makes the same bytes and compares.
 */
final class ZipLayout {

    static final String MANIFEST = "manifest.jsonl";
    static final int END = 22;
    static final int ZIP64_END = 56;
    static final int LOCATOR = 20;
    static final int LOCAL_HEADER = 30;
    static final int CENTRAL_RECORD = 46;
    static final int ZIP64_OFFSET = 12;
    static final int LOCAL_SIGNATURE = 0x04034b50;
    static final int CENTRAL_SIGNATURE = 0x02014b50;
    static final int END_SIGNATURE = 0x06054b50;

    private static final int LOCATOR_SIGNATURE = 0x07064b50;
    private static final int ZIP64_END_SIGNATURE = 0x06064b50;
    private static final long MAX_32 = 0xffff_ffffL;
    private static final int MAX_16 = 0xffff;
    private static final int COMMENT_DISK_AND_ATTRIBUTES = 10;
    private static final short VERSION = 10;
    private static final short VERSION_ZIP64 = 45;
    private static final short STORED = 0;
    private static final short FIRST_OF_1980 = 0x21;

    private ZipLayout() {}

    /**
     * An entry.
     *
     * @param crc the CRC-32 of its bytes
     * @param size its bytes, less than 4 GiB
     * @param offset where its header begins
     */
    record Entry(String name, int crc, long size, long offset) {

        long end() {
            return offset + LOCAL_HEADER + name.length() + size;
        }
    }

    /** Where the directory is, and how large. */
    record Directory(long entries, long offset, long size) {}

    static String chunkName(int table, int chunk, boolean isEncrypted) {
        return String.format(Locale.ROOT, "data/%04d/%06d.copy.gz%s", table, chunk, isEncrypted ? ".enc" : "");
    }

    static byte[] localHeader(Entry entry) {
        return zip(LOCAL_HEADER + entry.name.length())
                .putInt(LOCAL_SIGNATURE)
                .putShort(VERSION)
                .put(method(entry))
                .putShort((short) 0)
                .put(name(entry))
                .array();
    }

    static byte[] centralRecord(Entry entry) {
        boolean isZip64 = entry.offset >= MAX_32;
        int length = CENTRAL_RECORD + entry.name.length();
        ByteBuffer bytes = ByteBuffer.allocate(isZip64 ? length + ZIP64_OFFSET : length);
        bytes.order(ByteOrder.LITTLE_ENDIAN)
                .putInt(CENTRAL_SIGNATURE)
                .putShort(VERSION_ZIP64)
                .putShort(isZip64 ? VERSION_ZIP64 : VERSION)
                .put(method(entry))
                .putShort((short) (isZip64 ? ZIP64_OFFSET : 0))
                .put(new byte[COMMENT_DISK_AND_ATTRIBUTES])
                .putInt((int) Math.min(MAX_32, entry.offset))
                .put(name(entry));
        if (isZip64) {
            bytes.putShort((short) 1).putShort((short) Long.BYTES).putLong(entry.offset);
        }
        return bytes.array();
    }

    /** What both headers of an entry have in common: flags, method, time, date, check sum, sizes, length of the name. */
    private static byte[] method(Entry entry) {
        return zip(22).putShort((short) 0)
                .putShort(STORED)
                .putShort((short) 0)
                .putShort(FIRST_OF_1980)
                .putInt(entry.crc)
                .putInt((int) entry.size)
                .putInt((int) entry.size)
                .putShort((short) entry.name.length())
                .array();
    }

    private static byte[] name(Entry entry) {
        return entry.name.getBytes(StandardCharsets.US_ASCII);
    }

    /** All that follows the directory, but for the comment. */
    static byte[] end(Directory directory) {
        boolean isZip64 = directory.entries >= MAX_16 || directory.offset >= MAX_32 || directory.size >= MAX_32;
        ByteBuffer bytes = ByteBuffer.allocate(isZip64 ? ZIP64_END + LOCATOR + END : END);
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        if (isZip64) {
            bytes.putInt(ZIP64_END_SIGNATURE)
                    .putLong(ZIP64_END - 12)
                    .putShort(VERSION_ZIP64)
                    .putShort(VERSION_ZIP64)
                    .putLong(0)
                    .putLong(directory.entries)
                    .putLong(directory.entries)
                    .putLong(directory.size)
                    .putLong(directory.offset);
            bytes.putInt(LOCATOR_SIGNATURE)
                    .putInt(0)
                    .putLong(directory.offset + directory.size)
                    .putInt(1);
        }
        short entries = (short) Math.min(MAX_16, directory.entries);
        bytes.putInt(END_SIGNATURE)
                .putInt(0)
                .putShort(entries)
                .putShort(entries)
                .putInt((int) Math.min(MAX_32, directory.size))
                .putInt((int) Math.min(MAX_32, directory.offset))
                .putShort((short) SealText.BYTES);
        return bytes.array();
    }

    /**
     * Reads back what {@link #end} wrote.
     *
     * @param tail bytes that end where the comment begins; more than an end record only if the file has them
     * @return null unless these are exactly the bytes that we would write
     */
    static @Nullable Directory directory(byte[] tail) {
        ByteBuffer bytes = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN);
        int end = tail.length - END;
        Directory small = new Directory(
                Short.toUnsignedInt(bytes.getShort(end + 10)),
                Integer.toUnsignedLong(bytes.getInt(end + 16)),
                Integer.toUnsignedLong(bytes.getInt(end + 12)));
        if (endsWith(tail, end(small))) {
            return small;
        }
        int zip64 = end - LOCATOR - ZIP64_END;
        if (zip64 < 0) {
            return null;
        }
        Directory large =
                new Directory(bytes.getLong(zip64 + 32), bytes.getLong(zip64 + 48), bytes.getLong(zip64 + 40));
        return endsWith(tail, end(large)) ? large : null;
    }

    private static boolean endsWith(byte[] bytes, byte[] end) {
        return bytes.length >= end.length
                && Arrays.equals(bytes, bytes.length - end.length, bytes.length, end, 0, end.length);
    }

    private static ByteBuffer zip(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
