package dev.tenantsafety.transfer;

import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.transfer.CloneRules.At;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;

/**
 * A copy of an owner's rows for another owner, that is being described. Each row gets a new key, and what points at it points at its
 * copy; old and new keys stay in the live database, in {@code tenant_safety_clone_key}. Each method gives another one; none of them
 * writes.
 *
 * <p>Keys that have a sequence draw from it. UUIDs get the time and random bits, and keep what says of which kind an ID is. References
 * to rows that are shared stay. Texts and JSON that hold keys stay too, unless {@link #rewriting} says what becomes of them.
 */
public final class Clone {

    private final DataSource live;
    private final OwnershipModel model;
    private final Units units;
    private final RestoreRules rules;
    private final CloneRules clone;

    Clone(DataSource live, OwnershipModel model, Units units, RestoreRules rules, CloneRules clone) {
        this.live = live;
        this.model = model;
        this.units = units;
        this.rules = rules;
        this.clone = clone;
    }

    /**
     * What a column holds in the copy.
     *
     * @param table the table
     * @param column the column
     * @param sql an expression of PostgreSQL over the columns of the row as it was, such as {@code name || ' (copy)'}; never made of
     *     what a stranger wrote
     * @return a copy with it
     * @throws IllegalArgumentException if the model has no such table
     */
    public Clone rewriting(String table, String column, String sql) {
        return with(new CloneRules(clone.of(), clone.keys(), plus(clone.rewrites(), table, column, sql)));
    }

    /**
     * How new values of a key are made, where the key has no sequence and is no UUID.
     *
     * @param table the table
     * @param column a column of its key
     * @param sql an expression of PostgreSQL over the columns of the row as it was, such as {@code nextval('numbers')}, which gives
     *     another value for each that there was; never made of what a stranger wrote
     * @return a copy with it
     * @throws IllegalArgumentException if the model has no such table
     */
    public Clone newKeys(String table, String column, String sql) {
        return with(new CloneRules(clone.of(), plus(clone.keys(), table, column, sql), clone.rewrites()));
    }

    private Map<At, String> plus(Map<At, String> some, String table, String column, String sql) {
        Map<At, String> all = new HashMap<>(some);
        all.put(new At(model.table(table).name(), column), sql);
        return Map.copyOf(all);
    }

    /**
     * Triggers that may fire while rows are written, as {@link Restore#harmlessTriggers} has them.
     *
     * @param triggers their names
     * @return a copy that lets them
     */
    public Clone harmlessTriggers(String... triggers) {
        return with(rules.harmless(triggers));
    }

    /**
     * How much is done at a time, as {@link Restore#inChunksOf} has it.
     *
     * @param rows rows in a chunk, which is one transaction; 20 000 without this
     * @return a copy with it
     * @throws IllegalArgumentException if it is less than 1
     */
    public Clone inChunksOf(int rows) {
        if (rows < 1) {
            throw new IllegalArgumentException("A chunk has at least one row.");
        }
        return with(rules.inChunksOf(rows, 1));
    }

    private Clone with(RestoreRules others) {
        return new Clone(live, model, units, others, clone);
    }

    private Clone with(CloneRules others) {
        return new Clone(live, model, units, rules, others);
    }

    /**
     * From the database that has the rows: the live one itself, or another.
     *
     * @param source the database, PostgreSQL or H2; used for queries only
     * @return the copy, which can be planned
     */
    public Ready from(DataSource source) {
        return new Ready(task -> DatabaseSource.open(source, task));
    }

    /**
     * From archives, as an export wrote them.
     *
     * @param archives where they are
     * @return the copy, which can be planned
     */
    public Ready from(Archives archives) {
        return new Ready(task -> ArchiveSource.open(archives, task));
    }

    /** A copy that knows from where. */
    public final class Ready {

        private final RowSource.Opening opening;

        private Ready(RowSource.Opening opening) {
            this.opening = opening;
        }

        /**
         * Looks what would be written, row by row, and what stands in the way; writes nothing. A copy that was begun and not finished
         * is gone on with.
         *
         * @return the plan, to be read and then executed
         * @throws TransferRefusedException if it has to be said first how keys are made or what unique columns hold, if the new owner
         *     has rows already that are no copy of these, or if source and live database, or triggers, do not allow it
         * @throws dev.tenantsafety.archive.ArchiveRefusedException if anything is wrong with an archive
         * @throws java.io.UncheckedIOException if an archive cannot be read
         * @throws SQLException as a database says
         */
        public RestorePlan plan() throws SQLException {
            CloneMap map = CloneMap.of(model, units, clone);
            RestoreTask task = new RestoreTask(live, model, units, rules, map);
            return RestoreRun.plan(task, any -> new ClonedSource(opening.open(task.of(map.of())), map));
        }
    }
}
