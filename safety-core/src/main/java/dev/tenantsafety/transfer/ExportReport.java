package dev.tenantsafety.transfer;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What an export wrote.
 *
 * @param archives the archives that were written, in the order of the owners
 * @param kept archives that were there already, of an earlier instant; none unless the export went on
 * @param snapshot the state of the database that all of the written ones show, as PostgreSQL names it ({@code
 *     pg_current_snapshot}); empty of H2
 * @param rows rows by table, in the order in which they stand in archives
 * @param findings references that leave the owners' rows
 * @param warnings what makes it slow, such as missing indexes
 */
public record ExportReport(
        List<Path> archives,
        List<Path> kept,
        String snapshot,
        Map<String, Long> rows,
        List<String> findings,
        List<String> warnings) {

    /** What was written, in a line. */
    @Override
    public String toString() {
        long sum = rows.values().stream().mapToLong(Long::longValue).sum();
        String before = kept.isEmpty()
                ? ""
                : " " + kept.size()
                        + " were there before and show an earlier instant: each is consistent in itself, not with the others.";
        return sum + " rows in " + archives.size() + (archives.size() == 1 ? " archive" : " archives")
                + ", as of one instant." + before;
    }
}
