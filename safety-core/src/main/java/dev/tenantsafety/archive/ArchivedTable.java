package dev.tenantsafety.archive;

import java.util.List;
import java.util.Objects;

/**
 * A table of an archive with its chunks.
 *
 * @param table the table
 * @param chunks its chunks in order; empty if the table has no rows
 * @param rows how many rows, in all chunks
 * @param rowHash a hash of the rows that does not depend on their order, as 32 hexadecimal digits: the sum modulo 2^128 of
 *     the first 16 bytes of the SHA-256 of each row, without its line end, as unsigned big-endian numbers
 */
public record ArchivedTable(ArchiveTable table, List<ArchiveChunk> chunks, long rows, String rowHash) {

    /**
     * Copies the list.
     *
     * @param table the table
     * @param chunks its chunks in order
     * @param rows how many rows
     * @param rowHash a hash
     */
    public ArchivedTable {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(rowHash, "rowHash");
        chunks = List.copyOf(chunks);
    }
}
