package dev.tenantsafety.transfer;

import dev.tenantsafety.archive.ArchiveOptions;
import dev.tenantsafety.archive.ArchiveSeal;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How rows are exported.
 *
 * @param path the file, or the directory of files
 * @param forEachOwner whether there is an archive for each owner
 * @param archive how archives are written
 * @param origin what their headers say beside what we know
 * @param keepsReferencesOut whether references that leave the unit are only told
 * @param goesOn whether archives that are there already stay
 * @param chunkRows rows in a chunk
 * @param batchUnits units that are read together
 * @param readers how many batches are read at a time
 */
record ExportRules(
        Path path,
        boolean forEachOwner,
        ArchiveOptions archive,
        SortedMap<String, String> origin,
        boolean keepsReferencesOut,
        boolean goesOn,
        int chunkRows,
        int batchUnits,
        int readers) {

    static ExportRules standard(Path path, boolean forEachOwner) {
        return new ExportRules(
                path,
                forEachOwner,
                ArchiveOptions.sealedBy(ArchiveSeal.unsigned()),
                new TreeMap<>(),
                false,
                false,
                20_000,
                100,
                1);
    }

    ExportRules with(ArchiveOptions newArchive) {
        return new ExportRules(
                path, forEachOwner, newArchive, origin, keepsReferencesOut, goesOn, chunkRows, batchUnits, readers);
    }

    ExportRules saying(SortedMap<String, String> newOrigin) {
        return new ExportRules(
                path, forEachOwner, archive, newOrigin, keepsReferencesOut, goesOn, chunkRows, batchUnits, readers);
    }

    ExportRules keepingReferencesOut() {
        return new ExportRules(path, forEachOwner, archive, origin, true, goesOn, chunkRows, batchUnits, readers);
    }

    ExportRules goingOn() {
        return new ExportRules(
                path, forEachOwner, archive, origin, keepsReferencesOut, true, chunkRows, batchUnits, readers);
    }

    ExportRules inChunksOf(int rows, int owners, int newReaders) {
        return new ExportRules(
                path, forEachOwner, archive, origin, keepsReferencesOut, goesOn, rows, owners, newReaders);
    }
}
