package dev.tenantsafety.archive;

import java.util.Objects;

/**
 * What the manifest says of one chunk: some rows of one table, stored as one entry of the ZIP.
 *
 * @param table the number of the table, from 1
 * @param number the number of the chunk within its table, from 1 to 999999
 * @param rows how many rows, at least 1
 * @param plainBytes the bytes of its COPY text
 * @param storedBytes the bytes of its entry, after compression and encryption
 * @param firstKey the key of its first row, as the caller wrote it; empty if there is none
 * @param lastKey the key of its last row, as the caller wrote it; empty if there is none
 * @param plainSha256 the SHA-256 of the COPY text in hexadecimal digits
 * @param storedSha256 the SHA-256 of the entry in hexadecimal digits
 * @param chain the SHA-256 over the chain of the chunk before, {@code storedSha256} and the other fields
 */
public record ArchiveChunk(
        int table,
        int number,
        long rows,
        long plainBytes,
        long storedBytes,
        String firstKey,
        String lastKey,
        String plainSha256,
        String storedSha256,
        String chain) {

    /** The highest number that a chunk can have. */
    static final int HIGHEST_NUMBER = 999_999;

    /**
     * Checks the parts.
     *
     * @param table the number
     * @param number the number
     * @param rows how many rows
     * @param plainBytes the bytes of its COPY text
     * @param storedBytes the bytes of its entry
     * @param firstKey the key of its first row
     * @param lastKey the key of its last row
     * @param plainSha256 the SHA-256
     * @param storedSha256 the SHA-256
     * @param chain the hash that ties it to the chunk before
     * @throws IllegalArgumentException if a number is out of range or a hash is none
     */
    public ArchiveChunk {
        requireNumbers(table, number);
        if (rows < 1 || plainBytes < rows || storedBytes < 1) {
            throw new IllegalArgumentException("Chunk " + number + " of table " + table + " has " + rows + " rows in "
                    + plainBytes + " bytes, stored in " + storedBytes
                    + ". A chunk has at least one row, and each row at"
                    + " least one byte.");
        }
        Objects.requireNonNull(firstKey, "firstKey");
        Objects.requireNonNull(lastKey, "lastKey");
        Sha256.require("plainSha256", plainSha256);
        Sha256.require("storedSha256", storedSha256);
        Sha256.require("chain", chain);
    }

    static void requireNumbers(int table, int number) {
        if (table < 1 || table > ArchiveTable.HIGHEST_NUMBER || number < 1 || number > HIGHEST_NUMBER) {
            throw new IllegalArgumentException("Tables are numbered from 1 to " + ArchiveTable.HIGHEST_NUMBER
                    + " and chunks from 1 to " + HIGHEST_NUMBER + "; there is no chunk " + number + " of table " + table
                    + ". Make larger chunks.");
        }
    }

    ArchiveChunk withChain(String newChain) {
        return new ArchiveChunk(
                table, number, rows, plainBytes, storedBytes, firstKey, lastKey, plainSha256, storedSha256, newChain);
    }
}
