package dev.tenantsafety.archive;

/**
 * What an archive holds in sum.
 *
 * @param tables how many tables, those without rows too
 * @param chunks how many chunks
 * @param rows how many rows
 * @param plainBytes the bytes of all COPY text
 * @param chain the chain of the last chunk, or where the chain begins if there is no chunk
 */
public record ArchiveTotals(int tables, long chunks, long rows, long plainBytes, String chain) {

    /**
     * Checks the parts.
     *
     * @param tables how many tables
     * @param chunks how many chunks
     * @param rows how many rows
     * @param plainBytes the bytes of all COPY text
     * @param chain the chain
     * @throws IllegalArgumentException if a number is negative or the chain is no SHA-256
     */
    public ArchiveTotals {
        if (tables < 0 || chunks < 0 || rows < 0 || plainBytes < 0) {
            throw new IllegalArgumentException("An archive cannot hold " + tables + " tables, " + chunks + " chunks, "
                    + rows + " rows and " + plainBytes + " bytes. Count from 0.");
        }
        Sha256.require("chain", chain);
    }

    static ArchiveTotals start(String chain) {
        return new ArchiveTotals(0, 0, 0, 0, chain);
    }

    ArchiveTotals plusTable() {
        return new ArchiveTotals(tables + 1, chunks, rows, plainBytes, chain);
    }

    ArchiveTotals plus(ArchiveChunk chunk) {
        return new ArchiveTotals(
                tables,
                chunks + 1,
                Math.addExact(rows, chunk.rows()),
                Math.addExact(plainBytes, chunk.plainBytes()),
                chunk.chain());
    }
}
