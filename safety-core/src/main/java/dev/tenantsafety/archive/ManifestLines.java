package dev.tenantsafety.archive;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes the lines of a manifest in order. */
interface ManifestLines {

    void header(ArchiveHeader header, @Nullable WrappedKey key);

    void table(ArchiveTable table);

    void chunk(ArchiveChunk chunk);

    void tableEnd(int table, long rows, String rowHash);

    void note(Map<String, String> note);

    void end(ArchiveTotals totals);
}
