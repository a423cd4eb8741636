package dev.tenantsafety.transfer;

import dev.tenantsafety.ownership.OwnershipModel;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** A restore that is being described. Each method gives another one; none of them writes. */
public final class Restore {

    private final DataSource live;
    private final OwnershipModel model;
    private final Units units;
    private final RestoreRules rules;

    Restore(DataSource live, OwnershipModel model, Units units, RestoreRules rules) {
        this.live = live;
        this.model = model;
        this.units = units;
        this.rules = rules;
    }

    /**
     * What becomes of rows that are there already. Without this, {@link ConflictPolicy#INSERT_MISSING}.
     *
     * @param policy the policy
     * @return a restore with it
     */
    public Restore onConflict(ConflictPolicy policy) {
        return with(rules.onConflict(policy));
    }

    /**
     * The column that says which of two rows is newer, for {@link ConflictPolicy#REPLACE_OLDER}: a version, or the time of a change.
     *
     * @param columns names, of which each table has one; the first that it has counts
     * @return a restore with them
     */
    public Restore newerBy(String... columns) {
        List<String> all = new ArrayList<>(rules.newerBy());
        all.addAll(List.of(columns));
        return with(rules.newerBy(List.copyOf(all)));
    }

    /**
     * Triggers that may fire while rows are restored. Others stand in the way of the restore, unless their function asks for the
     * setting {@code tenant_safety.restoring}.
     *
     * @param triggers their names
     * @return a restore that lets them
     */
    public Restore harmlessTriggers(String... triggers) {
        return with(rules.harmless(triggers));
    }

    /**
     * How much is done at a time: more is faster, less holds locks for a shorter time and resumes nearer to where it was.
     *
     * @param rows rows in a chunk, which is one transaction; 20 000 without this
     * @param owners owners whose rows are read together; 100 without this
     * @return a restore with them
     * @throws IllegalArgumentException if one is less than 1
     */
    public Restore inChunksOf(int rows, int owners) {
        if (rows < 1 || owners < 1) {
            throw new IllegalArgumentException("A chunk has at least one row and one owner.");
        }
        return with(rules.inChunksOf(rows, owners));
    }

    /**
     * How many chunks are written at a time, each with a connection of its own. Rows that point at others wait until those are there.
     * Where triggers may fire that were named harmless, one after the other is written whatever this says, for they may wait for each
     * other.
     *
     * @param connections to the live database; 2 without this. A pool has to have as many, and a small restore takes one
     * @return a restore with them
     * @throws IllegalArgumentException if it is less than 1
     */
    public Restore inParallel(int connections) {
        if (connections < 1) {
            throw new IllegalArgumentException("At least one connection writes.");
        }
        return with(rules.inParallel(connections));
    }

    /**
     * Compares rows of others before and after, by count and hash, and says in the report how many are as they were. That a restore
     * writes nobody else's rows is proven anyway, by the database's count of what each transaction wrote; this shows it.
     *
     * @param owners of how many, picked at random; {@link Integer#MAX_VALUE} for all. Their rows are read twice
     * @return a restore that does
     * @throws IllegalArgumentException if it is less than 1
     */
    public Restore comparingOthers(int owners) {
        if (owners < 1) {
            throw new IllegalArgumentException("At least one other is compared, or say nothing.");
        }
        return with(rules.comparingOthers(owners));
    }

    /**
     * Restores nullable foreign keys as null where the row that they lead to does not exist, and does not come back with this restore: a
     * contact of another owner who is gone, an entry of a catalog that was removed. Without this they are conflicts. Plan and report name
     * such rows. Keys that declare an owner stay conflicts. All owners have to fit into one batch, see {@link #inChunksOf}. Not for H2.
     *
     * @return a restore that does
     */
    public Restore nullingMissingReferences() {
        return with(rules.nullingMissingReferences());
    }

    private Restore with(RestoreRules others) {
        return new Restore(live, model, units, others);
    }

    /**
     * From another database that has the rows: the restored backup.
     *
     * @param backup the database, PostgreSQL or H2; used for queries only
     * @return the restore, which can be planned
     */
    public Ready from(DataSource backup) {
        return new Ready(task -> DatabaseSource.open(backup, task));
    }

    /**
     * From archives, as an export wrote them. They are checked to the last byte before a plan is made of them, and again before it is
     * executed.
     *
     * @param archives where they are and whose are taken
     * @return the restore, which can be planned
     */
    public Ready from(Archives archives) {
        return new Ready(task -> ArchiveSource.open(archives, task));
    }

    /** A restore that knows from where. */
    public final class Ready {

        private final RowSource.Opening opening;

        private Ready(RowSource.Opening opening) {
            this.opening = opening;
        }

        /**
         * Looks what would be done, row by row, and what stands in the way; writes nothing.
         *
         * @return the plan, to be read and then executed
         * @throws TransferRefusedException if source and live database, or triggers or policies, do not allow it at all
         * @throws dev.tenantsafety.archive.ArchiveRefusedException if anything is wrong with an archive
         * @throws java.io.UncheckedIOException if an archive cannot be read
         * @throws SQLException as a database says
         */
        public RestorePlan plan() throws SQLException {
            return RestoreRun.plan(new RestoreTask(live, model, units, rules, null), opening);
        }
    }
}
