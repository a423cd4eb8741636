package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Query;
import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.TableName;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The stages of one connection: where rows stand before they are written, and what can be asked of them there. */
final class Stages {

    private static final int ANALYZE_FROM = 1000;

    /** The class of errors for values that cannot be read (PostgreSQL documentation, appendix A). */
    private static final String DATA_EXCEPTION = "22";

    private final RestoreTask task;
    private final RowSource source;
    private final Connection target;
    private final @Nullable CloneKeys keys;
    private final ComingKeys coming;
    private final List<Conflict> nulled = new ArrayList<>();
    private final List<Conflict> unmapped = new ArrayList<>();
    private final Set<TableName> full = new HashSet<>();
    private final Set<TableName> analyzed = new HashSet<>();
    private long bytes;

    private Stages(RestoreTask task, RowSource source, Connection target, @Nullable CloneKeys keys, ComingKeys coming) {
        this.keys = keys;
        this.coming = coming;
        this.task = task;
        this.source = source;
        this.target = target;
    }

    /**
     * Makes them.
     *
     * @param keys of a copy; null for rows that come back
     * @param coming what is known to come besides what is there
     */
    static Stages create(
            RestoreTask task, RowSource source, Connection target, @Nullable CloneKeys keys, ComingKeys coming)
            throws SQLException {
        Stages stages = new Stages(task, source, target, keys, coming);
        stages.dropAll();
        for (OwnedTable table : task.tables()) {
            stages.execute(task.staged(table, task.units(), source).createStage());
        }
        target.commit();
        return stages;
    }

    void drop() throws SQLException {
        dropAll();
        target.commit();
    }

    /** A connection of a pool may have some from before, of tables that looked different then. */
    private void dropAll() throws SQLException {
        execute(task.tables().stream()
                .map(table ->
                        "pg_temp." + task.staged(table, task.units(), source).stage())
                .collect(Collectors.joining(", ", "drop table if exists ", "")));
    }

    Connection target() {
        return target;
    }

    /** Bytes that were staged since this was asked last. */
    long moreBytes() {
        long more = bytes;
        bytes = 0;
        return more;
    }

    /** Of rows that were committed with a chunk; those that were rolled back are gone. */
    void empty(StagedTable table) throws SQLException {
        if (full.contains(table.table().name())) {
            execute(table.emptyStage());
        }
    }

    void alone(StagedTable table, Copy.Chunk chunk) throws SQLException {
        empty(table);
        add(table, chunk);
        change(List.of(table));
    }

    /** Rows that point at what does not exist lose that reference, if the rules say so. */
    private void nullMissing(List<StagedTable> tables) throws SQLException {
        nulled.clear();
        for (StagedTable table : tables) {
            for (StagedTable.ReferenceCheck nulling : table.nullings(coming, tables)) {
                conflict(
                        nulled,
                        "Rows of " + table.table().name().table() + ", ",
                        keys(nulling.sql()),
                        ", are restored without their reference through " + nulling.reference() + ": the rows of "
                                + nulling.reference().target().table() + " that it leads to do not exist.");
            }
        }
    }

    /** Staged rows that lost a reference. */
    List<Conflict> nulled() {
        return List.copyOf(nulled);
    }

    /** Rows of a copy, all that are staged, get their new keys; references to what does not exist go, if the rules say so. */
    void change(List<StagedTable> tables) throws SQLException {
        if (task.rules().nullsMissing()) {
            nullMissing(tables);
        }
        unmapped.clear();
        if (keys == null) {
            return;
        }
        for (StagedTable table : tables) {
            executeAll(keys.create(table));
        }
        for (StagedTable table : tables) {
            for (Map.Entry<CloneMap.Follows, String> entry :
                    keys.unmapped(table).entrySet()) {
                conflict(
                        unmapped,
                        "Rows of " + table.table().name().table() + ", ",
                        keys(entry.getValue()),
                        ", point through " + entry.getKey().reference() + " at rows of "
                                + entry.getKey().reference().target().table() + " that are not copied.");
            }
        }
        for (StagedTable table : tables) {
            executeAll(keys.change(table));
        }
    }

    private void executeAll(List<String> statements) throws SQLException {
        for (String statement : statements) {
            execute(statement);
        }
    }

    /** What staged rows of a copy point at that is not copied. */
    List<Conflict> unmapped() {
        return List.copyOf(unmapped);
    }

    void committed(Collection<StagedTable> committed) {
        committed.forEach(table -> full.add(table.table().name()));
    }

    void add(StagedTable table, Copy.Chunk chunk) throws SQLException {
        PostgreSql.settle(target);
        try {
            Copy.in(target, table.copyIn(), chunk);
        } catch (SQLException e) {
            String state = String.valueOf(e.getSQLState());
            if (state.startsWith(DATA_EXCEPTION)) {
                throw TextFields.unreadable(
                        "Rows of " + table.table().name() + ", chunk " + (chunk.number() + 1) + " from " + source
                                + ": the database cannot read them: " + e.getMessage(),
                        e);
            }
            throw e;
        }
        bytes += chunk.text().length;
        if (chunk.rows() >= ANALYZE_FROM && analyzed.add(table.table().name())) {
            execute(table.analyzeStage());
        }
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = target.createStatement()) {
            statement.execute(sql);
        }
    }

    /**
     * What would become of staged rows.
     *
     * @param count by what would be done with them
     * @param staged the rows
     * @param replaced a sum of the hashes of live rows that they would replace
     */
    record Compared(TableCount count, Fingerprint staged, BigDecimal replaced) {

        SeenChunk seen(String source) {
            return new SeenChunk(count, source, replaced);
        }
    }

    Compared compare(StagedTable table, boolean hashing) throws SQLException {
        TableName name = table.table().name();
        return Query.of(table.compare(hashing))
                .list(target, row -> {
                    TableCount count =
                            new TableCount(name, row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
                    return new Compared(
                            count, new Fingerprint(count.rows(), row.getBigDecimal(5)), row.getBigDecimal(6));
                })
                .get(0);
    }

    Fingerprint fingerprint(StagedTable table) throws SQLException {
        return Fingerprint.of(target, table.stagedFingerprint());
    }

    /**
     * Rows that were inserted.
     *
     * @param rows how many
     * @param strange how many of them are not the units' now
     */
    record Inserted(long rows, long strange) {}

    Inserted insertMissing(StagedTable table) throws SQLException {
        return Query.of(table.insertMissing())
                .list(target, row -> new Inserted(row.getLong(1), row.getLong(2)))
                .get(0);
    }

    /** Rows that are there and are somebody else's, which the database would not notice; and those that the policy refuses. */
    List<Conflict> collisions(StagedTable table, TableCount count) throws SQLException {
        List<Conflict> found = new ArrayList<>();
        String name = table.table().name().table();
        long there = count.rows() - count.inserted();
        if (table.foreignKeys().isPresent() && there > 0) {
            conflict(
                    found,
                    "In " + name + " there are rows of somebody else, or of nobody, with the keys ",
                    keys(table.foreignKeys().get()),
                    ". They are not touched, and rows with the same keys cannot come back: give others other keys, and delete"
                            + " what is nobody's.");
        }
        if (table.notReplaceable().isPresent() && there > 0) {
            List<String> keys = keys(table.notReplaceable().get());
            if (!keys.isEmpty()) {
                found.add(notReplaceable(table, keys));
            }
        }
        found.addAll(task.there(count));
        return found;
    }

    static Conflict notReplaceable(StagedTable table, List<String> keys) {
        String name = table.table().name().table();
        return new Conflict(
                "Rows of " + name + ", ",
                keys,
                ", cannot be replaced: the source has other values in " + table.unsettable()
                        + ", which no UPDATE may set (GENERATED ALWAYS AS IDENTITY). Alter the column to GENERATED BY DEFAULT, or restore with INSERT_MISSING.");
    }

    /** Rows of somebody else in the source. */
    List<Conflict> elsewhere(StagedTable table) throws SQLException {
        List<Conflict> found = new ArrayList<>();
        conflict(
                found,
                "Rows of " + table.table().name().table() + ", ",
                keys(table.elsewhere()),
                ", belong to somebody who was not named, or point at rows that now do.");
        return found;
    }

    /** What the database itself, or the look at written rows, would refuse; found before, and said in words. */
    List<Conflict> obstacles(StagedTable table, ComingKeys coming) throws SQLException {
        List<Conflict> found = new ArrayList<>();
        String name = table.table().name().table();
        found.addAll(elsewhere(table));
        if (table.hasKey() && !source.isChecked()) {
            conflict(
                    found,
                    "Rows of " + name + ", ",
                    keys(table.twice()),
                    ", stand in the source more than once. Restore from another source, or export it again.");
        }
        Optional<String> nulls = table.nulls();
        if (nulls.isPresent()) {
            conflict(
                    found,
                    "Rows of " + name + ", ",
                    keys(nulls.get()),
                    ", have no value in columns that must have one in the live database.");
        }
        for (StagedTable.UniqueCheck check : table.uniqueChecks()) {
            conflict(
                    found,
                    "In " + name + ", values of " + check.key().columns() + " were taken meanwhile: ",
                    Query.of(check.sql()).list(target, row -> row.getString(1) + " by " + row.getString(2)),
                    ". Change or mark those rows, or the value.");
        }
        for (StagedTable.ReferenceCheck check : table.referenceChecks(coming)) {
            conflict(
                    found,
                    "Rows of " + name + ", ",
                    keys(check.sql()),
                    ", point through " + check.reference() + " at rows of "
                            + check.reference().target().table() + " that are not there."
                            + (task.copy() != null
                                            || table.nullable(check.reference()).isEmpty()
                                    ? ""
                                    : " Restore those first, or call nullingMissingReferences()."));
        }
        return found;
    }

    private static void conflict(List<Conflict> found, String before, List<String> keys, String after) {
        if (!keys.isEmpty()) {
            found.add(new Conflict(before, keys, after));
        }
    }

    List<String> keys(String sql) throws SQLException {
        return Query.of(sql).list(target, row -> row.getString(1));
    }
}
