package dev.tenantsafety.transfer;

import java.io.ByteArrayOutputStream;

/** Gathers rows to chunks. */
final class Chunks {

    /** A chunk has no more than this, whatever its number of rows; but one row, always. */
    static final int MAX_BYTES = 4 << 20;

    private final int chunkRows;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private long rows;
    private int number;

    Chunks(int chunkRows) {
        this.chunkRows = chunkRows;
    }

    boolean isEmpty() {
        return rows == 0;
    }

    /** Whether so much more would be too much. */
    boolean isFull(int bytes) {
        return isFull(bytes, 1);
    }

    boolean isFull(int bytes, long moreRows) {
        return rows > 0 && (rows + moreRows > chunkRows || text.size() + bytes > MAX_BYTES);
    }

    void add(byte[] bytes, int from, long moreRows) {
        text.write(bytes, from, bytes.length - from);
        rows += moreRows;
    }

    /** What was gathered; the next one begins empty. */
    Copy.Chunk next() {
        Copy.Chunk chunk = new Copy.Chunk(number++, rows, text.toByteArray());
        text.reset();
        rows = 0;
        return chunk;
    }
}
