package dev.tenantsafety.archive;

import java.util.Objects;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Packs chunks for one archive: counts and hashes the rows, compresses them, and encrypts them if the archive is encrypted.
 * That is most of the work, so several threads pack while one writes. Comes from {@link ArchiveWriter#packer}; keeps no
 * state, and is safe for use by many threads.
 */
public final class ChunkPacker {

    private final ArchiveLimits limits;
    private final @Nullable ChunkCipher cipher;

    ChunkPacker(ArchiveLimits limits, @Nullable ChunkCipher cipher) {
        this.limits = limits;
        this.cipher = cipher;
    }

    /**
     * Packs rows. Pack a chunk of the same numbers twice only if its rows are the same: with encryption, who sees both
     * packed forms of different rows can tell what differs.
     *
     * @param table the number of the table, from 1
     * @param number the number of the chunk within its table, from 1
     * @param firstKey the key of the first row in whatever form the caller reads again; may be empty
     * @param lastKey the key of the last row; may be empty
     * @param plain the rows as COPY text: at least one, each ended by a line feed, without the end mark {@code \.}; is read
     *     before this method returns, and not kept
     * @param length how many of the bytes, from the first
     * @return the chunk, which holds memory of its stored size
     * @throws IllegalArgumentException if a number is out of range, the text is no rows, or it is longer than the limits
     *     allow
     */
    public PackedChunk pack(int table, int number, String firstKey, String lastKey, byte[] plain, int length) {
        Objects.checkFromIndexSize(0, length, plain.length);
        if (length > limits.chunkBytes()) {
            throw illegal(
                    table,
                    number,
                    "has " + length + " bytes, more than the " + limits.chunkBytes()
                            + " that the limits allow. Make smaller chunks, or raise ArchiveLimits.chunkBytes here and in readers.");
        }
        RowTally tally = new RowTally();
        tally.take(plain, length);
        if (!tally.problem().isEmpty()) {
            throw illegal(
                    table,
                    number,
                    "is no COPY text: " + tally.problem() + ". Hand over whole rows, each ended by a line feed.");
        }
        byte[] stored = Gzip.pack(plain, length);
        if (cipher != null) {
            stored = cipher.encrypt(table, number, stored);
        }
        CRC32 crc = new CRC32();
        crc.update(stored);
        return new PackedChunk(this, table, number, firstKey, lastKey, length, tally, (int) crc.getValue(), stored);
    }

    private static IllegalArgumentException illegal(int table, int number, String problem) {
        return new IllegalArgumentException("Chunk " + number + " of table " + table + " " + problem);
    }
}
