package dev.tenantsafety.transfer;

import dev.tenantsafety.ownership.OwnershipModel;
import java.nio.file.Path;
import javax.sql.DataSource;

/** An export that has not been told where to. */
public final class Export {

    private final DataSource live;
    private final OwnershipModel model;
    private final Units units;

    Export(DataSource live, OwnershipModel model, Units units) {
        this.live = live;
        this.model = model;
        this.units = units;
    }

    /**
     * All rows into one archive.
     *
     * @param file where it is to stand; nothing may stand there yet
     * @return the export, which can run
     */
    public ArchiveExport to(Path file) {
        return new ArchiveExport(live, model, units, ExportRules.standard(file, false));
    }

    /**
     * One archive for each owner, all as the database is at one instant. Each can be restored alone.
     *
     * @param directory where they are to stand, each named by the text of its owner's ID and {@code .tenant}; made if it is not there
     * @return the export, which can run
     */
    public ArchiveExport toDirectory(Path directory) {
        return new ArchiveExport(live, model, units, ExportRules.standard(directory, true));
    }
}
