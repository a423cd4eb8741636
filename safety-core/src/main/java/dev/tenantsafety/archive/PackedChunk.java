package dev.tenantsafety.archive;

/**
 * A chunk that is ready to be written: counted, hashed, compressed, and encrypted if the archive is. Unchangeable, and safe
 * for use by many threads.
 */
public final class PackedChunk {

    private static final String NO_CHAIN_YET = "0".repeat(2 * Sha256.BYTES);

    private final ChunkPacker packer;
    private final ArchiveChunk unchained;
    private final RowHash rowHash;
    private final int fields;
    private final int crc;
    private final byte[] stored;

    PackedChunk(
            ChunkPacker packer,
            int table,
            int number,
            String firstKey,
            String lastKey,
            long plainBytes,
            RowTally tally,
            int crc,
            byte[] stored) {
        this.packer = packer;
        this.unchained = new ArchiveChunk(
                table,
                number,
                tally.rows(),
                plainBytes,
                stored.length,
                firstKey,
                lastKey,
                tally.sha256(),
                Sha256.of(stored),
                NO_CHAIN_YET);
        this.rowHash = tally.sum();
        this.fields = tally.fields();
        this.crc = crc;
        this.stored = stored;
    }

    /**
     * The table that the rows are of.
     *
     * @return its number, from 1
     */
    public int table() {
        return unchained.table();
    }

    /**
     * The place of the chunk within its table.
     *
     * @return its number, from 1
     */
    public int number() {
        return unchained.number();
    }

    /**
     * How many rows it has.
     *
     * @return the count, at least 1
     */
    public long rows() {
        return unchained.rows();
    }

    /**
     * How large its COPY text is.
     *
     * @return the bytes
     */
    public long plainBytes() {
        return unchained.plainBytes();
    }

    /**
     * How many bytes it takes in the archive, and in memory until it is written.
     *
     * @return the bytes
     */
    public long storedBytes() {
        return stored.length;
    }

    boolean isOf(ChunkPacker other) {
        return packer == other;
    }

    ArchiveChunk unchained() {
        return unchained;
    }

    RowHash rowHash() {
        return rowHash;
    }

    /** How many fields each row has. */
    int fields() {
        return fields;
    }

    int crc() {
        return crc;
    }

    byte[] stored() {
        return stored;
    }
}
