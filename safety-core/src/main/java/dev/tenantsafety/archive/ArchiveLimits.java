package dev.tenantsafety.archive;

/**
 * How much a reader takes from an archive, and how much a writer puts into one. Unchangeable: each method that sets
 * something returns other limits.
 *
 * @param chunkBytes the most bytes of COPY text in one chunk, from 1 to 2^30
 * @param manifestBytes the most bytes of the manifest, from 4096 to 2^30. A line counts with its bytes and 24 more for each quotation mark, about
 *     what it takes in memory. A chunk takes about 1,300
 */
public record ArchiveLimits(int chunkBytes, int manifestBytes) {

    private static final int HIGHEST = 1 << 30;
    private static final int MIB = 1 << 20;
    private static final int SMALLEST_MANIFEST = 4096;

    /**
     * Checks the limits.
     *
     * @param chunkBytes the most bytes of COPY text in one chunk
     * @param manifestBytes the most bytes
     * @throws IllegalArgumentException if one is out of range
     */
    public ArchiveLimits {
        if (chunkBytes < 1 || chunkBytes > HIGHEST || manifestBytes < SMALLEST_MANIFEST || manifestBytes > HIGHEST) {
            throw new IllegalArgumentException("Limits of " + chunkBytes + " bytes a chunk and " + manifestBytes
                    + " bytes of manifest cannot be set. Take 1 to " + HIGHEST + " a chunk and " + SMALLEST_MANIFEST
                    + " to "
                    + HIGHEST + " of manifest.");
        }
    }

    /**
     * Returns the limits that fit most: 64 MiB of COPY text a chunk, and 32 MiB of manifest, about 25,000 chunks. No archive within them takes
     * a reader more than 128 MiB of heap, but for one that is encrypted, with a chunk of more than 32 MiB.
     *
     * @return the limits
     */
    public static ArchiveLimits standard() {
        return new ArchiveLimits(64 * MIB, 32 * MIB);
    }

    /**
     * Sets the most bytes of COPY text in one chunk.
     *
     * @param bytes from 1 to 2^30
     * @return other limits
     */
    public ArchiveLimits withChunkBytes(int bytes) {
        return new ArchiveLimits(bytes, manifestBytes);
    }

    /**
     * Sets the most bytes of the manifest.
     *
     * @param bytes from 4096 to 2^30
     * @return other limits
     */
    public ArchiveLimits withManifestBytes(int bytes) {
        return new ArchiveLimits(chunkBytes, bytes);
    }

    /** What a chunk of the most plain bytes can take when stored: gzip adds less than a thousandth, encryption 16 bytes. */
    long storedBytes() {
        return chunkBytes + (chunkBytes >> 10) + 1024L;
    }
}
