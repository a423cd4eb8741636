package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.jdbc.Query;
import dev.tenantsafety.ownership.Catalog.Column;
import dev.tenantsafety.ownership.Catalog.Generation;
import dev.tenantsafety.ownership.OwnedTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Moves sequences and identities past keys, and never backward. A key that is far ahead of its sequence did not come from it: the sequence is
 * moved past those before that one, or nobody could have a large key without ending the restores of all others.
 */
final class Sequences {

    /** How far ahead a key may be; on PostgreSQL as many numbers are drawn at most, which takes seconds. */
    private static final long REACH = 10_000_000;

    private final RestoreTask task;
    private final Connection live;
    private final Dialect dialect;
    private final List<String> notes = new ArrayList<>();

    private Sequences(RestoreTask task, Connection live) {
        this.task = task;
        this.live = live;
        this.dialect = task.model().catalog().dialect();
    }

    /**
     * Past all keys in reach, so that what they give next is nobody's.
     *
     * @return a sentence for each sequence of which the owners have a key out of reach; keys of others did not come by this restore
     */
    static List<String> advance(RestoreTask task, Connection live) throws SQLException {
        Sequences sequences = new Sequences(task, live);
        for (OwnedTable table : task.tables()) {
            for (Column column : table.table().columns()) {
                sequences.advance(table, column);
            }
        }
        live.commit();
        return sequences.notes;
    }

    private void advance(OwnedTable table, Column column) throws SQLException {
        if (dialect == Dialect.H2 && isIdentity(column)) {
            advanceIdentity(table, column);
        } else if (column.sequence() != null) {
            advanceSequence(table, column, column.sequence());
        }
    }

    private static boolean isIdentity(Column column) {
        return column.generation() == Generation.IDENTITY_ALWAYS
                || column.generation() == Generation.IDENTITY_BY_DEFAULT;
    }

    /** By drawing numbers, which never goes backward whoever else draws at the same time; {@code setval} can. */
    private void advanceSequence(OwnedTable table, Column column, String sequence) throws SQLException {
        String quoted = dialect.literal(sequence);
        Sequence before = sequence(sequence);
        if (before.increment() < 1) {
            return; // its numbers go down
        }
        Keys keys = keys(table, column, before.last());
        if (before.draws(keys.highest()) > 0) {
            // others may have drawn the numbers of those keys since
            long draws = sequence(sequence).draws(keys.highest());
            Query.of("select count(nextval(" + quoted + ")) from generate_series(1, ?)", draws)
                    .list(live, row -> row.getLong(1));
        }
        note("Sequence " + sequence, keys, last -> "select setval(" + quoted + ", " + last + ")");
    }

    private Sequence sequence(String name) throws SQLException {
        return Query.of(
                        "select last_value, is_called, (select seqincrement from pg_sequence where seqrelid = to_regclass(?)) from "
                                + name,
                        name)
                .list(live, row -> new Sequence(row.getLong(1), row.getBoolean(2), row.getLong(3)))
                .get(0);
    }

    private void advanceIdentity(OwnedTable table, Column column) throws SQLException {
        List<Long> next = identity(table, column);
        LongFunction<String> restart = last -> "alter table " + table.name().sql(dialect) + " alter column "
                + dialect.quote(column.name()) + " restart with " + (Math.min(last, next.get(1) - 1) + 1);
        Keys keys = keys(table, column, next.get(0));
        // asked again: others may have drawn the numbers of those keys since
        if (keys.highest() >= next.get(0)
                && keys.highest() >= identity(table, column).get(0)) {
            try (Statement statement = live.createStatement()) {
                statement.execute(restart.apply(keys.highest()));
            }
        }
        note("The identity of " + table.name() + "." + column.name(), keys, restart);
    }

    /** The next number of an identity, and its greatest. */
    private List<Long> identity(OwnedTable table, Column column) throws SQLException {
        return Query.of(
                        "select identity_base, identity_maximum from information_schema.columns "
                                + "where table_schema = ? and table_name = ? and column_name = ?",
                        table.name().schema(),
                        table.name().table(),
                        column.name())
                .list(live, row -> List.of(row.getLong(1), row.getLong(2)))
                .get(0);
    }

    private Keys keys(OwnedTable table, Column column, long last) throws SQLException {
        long reach = last + Math.min(REACH, Long.MAX_VALUE - last);
        String key = "t." + dialect.quote(column.name());
        String highest = "select max(" + key + ") from " + table.name().sql(dialect) + " t where " + key;
        return new Keys(
                highest(highest + " <= " + reach),
                highest(highest + " > " + reach + " and " + UnitRows.owned(task.model(), table, task.units(), "t")));
    }

    /** Of a key, or one that is behind every sequence. */
    private long highest(String sql) throws SQLException {
        return Query.of(sql)
                .list(live, row -> row.getObject(1) == null ? Keys.NONE : row.getLong(1))
                .get(0);
    }

    private void note(String sequence, Keys keys, LongFunction<String> statement) {
        if (keys.outOfReach() > Keys.NONE) {
            notes.add(sequence + " was not moved past the restored value " + keys.outOfReach() + ", which is more than "
                    + REACH + " numbers ahead. If it can get there, move it while nobody writes: "
                    + statement.apply(keys.outOfReach()));
        }
    }

    /**
     * What is in a column.
     *
     * @param highest the highest key in reach
     * @param outOfReach the highest of the owners' that is not
     */
    private record Keys(long highest, long outOfReach) {
        /** There is none. */
        static final long NONE = Long.MIN_VALUE;
    }

    /**
     * How far a sequence is.
     *
     * @param last its last number
     * @param isCalled whether that was drawn already
     * @param increment by how much it goes up, at least 1
     */
    private record Sequence(long last, boolean isCalled, long increment) {

        /** How often one has to draw to get to the key, or past it. */
        long draws(long key) {
            if (key < last || (isCalled && key == last)) {
                return 0;
            }
            return (key - last + increment - 1) / increment + (isCalled ? 0 : 1);
        }
    }
}
