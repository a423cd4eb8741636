package dev.tenantsafety.archive;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What an archive says of itself: whose rows it holds, of which tables, in which chunks. Unchangeable.
 *
 * @param header whose rows, and where they come from
 * @param encryptionKeyId the ID of the key that wraps the data key; empty if the archive is not encrypted
 * @param tables the tables in order
 * @param notes what the caller recorded beside the rows, in order
 * @param totals the sums
 */
public record ArchiveManifest(
        ArchiveHeader header,
        Optional<String> encryptionKeyId,
        List<ArchivedTable> tables,
        List<Map<String, String>> notes,
        ArchiveTotals totals) {

    /**
     * Copies the lists.
     *
     * @param header whose rows
     * @param encryptionKeyId the ID
     * @param tables the tables in order
     * @param notes what the caller recorded beside the rows
     * @param totals the sums
     */
    public ArchiveManifest {
        Objects.requireNonNull(header, "header");
        Objects.requireNonNull(encryptionKeyId, "encryptionKeyId");
        tables = List.copyOf(tables);
        notes = List.copyOf(notes);
        Objects.requireNonNull(totals, "totals");
    }
}
