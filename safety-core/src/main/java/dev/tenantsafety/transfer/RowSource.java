package dev.tenantsafety.transfer;

import dev.tenantsafety.ownership.TableName;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Where the rows of a restore come from. For one thread at a time; shows the same rows from when it was opened until it is closed. */
interface RowSource extends AutoCloseable {

    /** What it has of a table; nothing if it does not know the table. */
    Optional<List<Column>> columns(TableName table);

    /** What stands in the way of taking these owners' rows from here. */
    List<String> problems(Units units) throws SQLException;

    /** Owners whose rows are read together, in the order in which they come. */
    List<Units> batches(Units units, int size);

    /**
     * Hands on the rows of the owners of a batch, each time the same rows in the same chunks. May be called by another thread, while
     * nothing else is called.
     */
    void read(StagedTable table, int chunkRows, Copy.Sink<RuntimeException> sink) throws SQLException;

    /** Whether a database has looked at keys and references of these rows; who writes archives may be another program than ours. */
    boolean isChecked();

    /** Whether it can hash rows as the live database does, without handing them on. */
    default boolean hashes() {
        return false;
    }

    /** Count and hashes of the rows that would be handed on; only asked of one that {@linkplain #hashes() can}. */
    default Fingerprint fingerprint(StagedTable table) throws SQLException {
        throw new IllegalStateException(
                this + " does not hash rows of " + table.table().name() + ".");
    }

    /** Rows of others that pointed at rows of the owners that are restored, as far as they are known one by one. */
    List<ReferenceIn> referencesIn(Units units) throws SQLException;

    /** Such rows that are not known one by one, a sentence for each reference. */
    List<String> unrecordedReferencesIn(Units units) throws SQLException;

    @Override
    void close() throws SQLException;

    /**
     * A column.
     *
     * @param name its name
     * @param type its type as the database writes it
     * @param leftOut whether its values are not handed on: the database makes them, always, or a rule of the ownership excludes them
     */
    record Column(String name, String type, boolean leftOut) {}

    /** Opens it, for a plan and again for the execution. */
    @FunctionalInterface
    interface Opening {
        RowSource open(RestoreTask task) throws SQLException;
    }
}
