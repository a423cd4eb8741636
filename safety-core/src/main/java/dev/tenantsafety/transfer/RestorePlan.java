package dev.tenantsafety.transfer;

import dev.tenantsafety.ownership.TableName;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * What a restore would do. Rows were staged and compared, but for tables of which all rows are there; nothing was written.
 *
 * <p>A plan can be executed again, after the process was killed too: it goes on where it was.
 */
public final class RestorePlan {

    private final Run run;
    private final String owners;
    private final List<TableCount> tables;
    private final Map<String, SeenChunk> chunks;
    private final List<String> conflicts;
    private final List<String> referencesIn;
    private final List<String> notes;

    /** Carries a plan out. */
    interface Run {
        /** What was asked for, as the ledger knows it. */
        String request();

        RestoreReport execute(RestorePlan plan, TransferProgress progress) throws SQLException;
    }

    RestorePlan(
            Run run,
            String owners,
            List<TableCount> tables,
            Map<String, SeenChunk> chunks,
            List<String> conflicts,
            List<String> referencesIn,
            List<String> notes) {
        this.run = run;
        this.owners = owners;
        this.tables = List.copyOf(tables);
        this.chunks = Map.copyOf(chunks);
        this.conflicts = List.copyOf(conflicts);
        this.referencesIn = List.copyOf(referencesIn);
        this.notes = List.copyOf(notes);
    }

    /**
     * Rows by table.
     *
     * @return what would become of them, in the order in which tables are written
     */
    public List<TableCount> tables() {
        return tables;
    }

    /**
     * What stands in the way.
     *
     * @return a sentence each; empty if it can be executed
     */
    public List<String> conflicts() {
        return conflicts;
    }

    /**
     * Rows of others that pointed at rows that come back. Where the database set such a reference to null when the row went, and the
     * other's row has not changed since, it is set back; no other row of others is written.
     *
     * @return what would become of them, a sentence for each foreign key; empty if there are none
     */
    public List<String> referencesIn() {
        return referencesIn;
    }

    /**
     * What is worth knowing, and does not stand in the way.
     *
     * @return a sentence each
     */
    public List<String> notes() {
        return notes;
    }

    Map<String, SeenChunk> chunks() {
        return chunks;
    }

    /**
     * A hash of all that the plan saw: whose rows, by which policy, what would become of each chunk of them, and the live rows that
     * would be replaced. Two plans have the same one if both saw the same; so somebody who approves a plan approves no other.
     *
     * @return SHA-256, in 64 hexadecimal digits
     */
    public String digest() {
        StringBuilder all = new StringBuilder(run.request());
        new TreeMap<>(chunks)
                .forEach((id, seen) -> all.append('\n').append(id).append(' ').append(seen));
        conflicts.forEach(conflict -> all.append('\n').append(conflict));
        referencesIn.forEach(reference -> all.append('\n').append(reference));
        return Copy.sha256(all.toString());
    }

    /** Whether rows are as the plan saw them. */
    boolean saw(String chunk, SeenChunk now) {
        SeenChunk planned = chunks.get(chunk);
        return planned != null && planned.isAs(now);
    }

    static String changed(TableName table) {
        return "Rows of " + table.table() + " are no longer as the plan saw them. Make the plan anew.";
    }

    long rows() {
        return sum(TableCount::rows);
    }

    private long sum(ToLongFunction<TableCount> of) {
        return tables.stream().mapToLong(of).sum();
    }

    /**
     * Restores.
     *
     * @return what was done, and that it was verified
     * @throws TransferRefusedException if something stands in the way, if the live rows are no longer as the plan saw them, or if what
     *     is there afterwards is not what it should be; what was written before stays, and executing again goes on from there
     * @throws dev.tenantsafety.archive.ArchiveRefusedException if an archive is no longer what it was
     * @throws java.io.UncheckedIOException if an archive cannot be read
     * @throws SQLException as a database says
     */
    public RestoreReport execute() throws SQLException {
        return execute(TransferProgress.none());
    }

    /**
     * The same, with progress.
     *
     * @param progress is told of each chunk
     * @return what was done, and that it was verified
     * @throws TransferRefusedException as above
     * @throws SQLException as a database says
     */
    public RestoreReport execute(TransferProgress progress) throws SQLException {
        if (!conflicts.isEmpty()) {
            throw new TransferRefusedException("The restore of " + owners + " is refused", conflicts);
        }
        return run.execute(this, progress);
    }

    /** Owners, sums, and what stands in the way. */
    @Override
    public String toString() {
        return owners + ": " + sum(TableCount::inserted) + " rows to insert, " + sum(TableCount::updated)
                + " to update, " + sum(TableCount::kept) + " differing rows stay, " + sum(TableCount::same)
                + " are as they were, " + conflicts.size() + " conflicts"
                + String.join(
                        "",
                        Stream.concat(conflicts.stream(), referencesIn.stream())
                                .map(sentence -> "\n  " + sentence)
                                .toList());
    }
}
