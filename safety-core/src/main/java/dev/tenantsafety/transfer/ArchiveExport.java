package dev.tenantsafety.transfer;

import dev.tenantsafety.archive.ArchiveOptions;
import dev.tenantsafety.ownership.OwnershipModel;
import java.io.IOException;
import java.sql.SQLException;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.sql.DataSource;

/** An export to archives that is being described. Each method but {@link #run()} gives another one; only that one reads. */
public final class ArchiveExport {

    private final DataSource live;
    private final OwnershipModel model;
    private final Units units;
    private final ExportRules rules;

    ArchiveExport(DataSource live, OwnershipModel model, Units units, ExportRules rules) {
        this.live = live;
        this.model = model;
        this.units = units;
        this.rules = rules;
    }

    /**
     * Who signs the archives, and whether they are encrypted. Without this, nobody and not.
     *
     * @param options of the archives
     * @return an export with them
     */
    public ArchiveExport with(ArchiveOptions options) {
        return with(rules.with(options));
    }

    /**
     * Something that the archives' headers are to say. Of itself an export says no time of day. The same data give the same chunks, byte
     * by byte; the header differs where the snapshot does.
     *
     * @param name such as {@code made-at} or {@code asked-for-in}
     * @param value what is so
     * @return an export that says it
     */
    public ArchiveExport saying(String name, String value) {
        SortedMap<String, String> origin = new TreeMap<>(rules.origin());
        origin.put(name, value);
        return with(rules.saying(origin));
    }

    /**
     * Exports although rows point at rows of other owners, or at rows that are not there. The report and the archives say which. Without
     * this, the export is refused.
     *
     * @return an export that does
     */
    public ArchiveExport keepingReferencesOut() {
        return with(rules.keepingReferencesOut());
    }

    /**
     * Goes on with an export into a directory that was stopped or killed: owners whose archives are there are left out. Those archives
     * are of another instant than the new ones; each is consistent in itself, and the report says which are which.
     *
     * @return an export that does
     */
    public ArchiveExport goingOn() {
        return with(rules.goingOn());
    }

    /**
     * How much is read at a time.
     *
     * @param rows rows in a chunk; 20 000 without this
     * @param owners owners whose rows are read in one pass over each table, and whose archives are open at a time; 100 without this
     * @param readers how many such passes at a time, each with a connection of its own and on the same snapshot; 1 without this
     * @return an export with them
     * @throws IllegalArgumentException if one is less than 1
     */
    public ArchiveExport inChunksOf(int rows, int owners, int readers) {
        if (rows < 1 || owners < 1 || readers < 1) {
            throw new IllegalArgumentException("There is at least one row in a chunk, one owner and one reader.");
        }
        return with(rules.inChunksOf(rows, owners, readers));
    }

    private ArchiveExport with(ExportRules others) {
        return new ArchiveExport(live, model, units, others);
    }

    /**
     * Exports.
     *
     * @return what was written
     * @throws TransferRefusedException if an owner is not there, rows would be hidden, or references leave the unit; nothing is written
     *     then
     * @throws java.nio.file.FileAlreadyExistsException if an archive is there already
     * @throws IOException if an archive cannot be written; those that were finished stay
     * @throws SQLException as the database says
     */
    public ExportReport run() throws SQLException, IOException {
        return run(TransferProgress.none());
    }

    /**
     * The same, with progress.
     *
     * @param progress is told of each chunk, of one at a time
     * @return what was written
     * @throws TransferRefusedException as above
     * @throws IOException as above
     * @throws SQLException as the database says
     */
    public ExportReport run(TransferProgress progress) throws SQLException, IOException {
        return new ExportRun(live, model, units, rules, progress).run();
    }
}
