package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.jdbc.Query;
import dev.tenantsafety.ownership.Catalog.Column;
import dev.tenantsafety.ownership.OwnedTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Moves sequences past the keys that came back. By drawing numbers, which never goes backward whoever else draws at the same time;
 * {@code setval} can.
 */
final class Sequences {

    private static final long MOST = 10_000_000;

    private final Connection live;

    Sequences(Connection live) {
        this.live = live;
    }

    void advance(List<OwnedTable> tables) throws SQLException {
        for (OwnedTable table : tables) {
            for (Column column : table.table().columns()) {
                if (column.sequence() != null) {
                    advance(table, column, column.sequence());
                }
            }
        }
        live.commit();
    }

    private void advance(OwnedTable table, Column column, String sequence) throws SQLException {
        long behind = Query.of(
                        "select (select max(" + Dialect.POSTGRESQL.quote(column.name()) + ") from "
                                + table.name().sql(Dialect.POSTGRESQL)
                                + ") - s.last_value, s.is_called, (select seqincrement from pg_sequence where seqrelid = to_regclass(?)) from "
                                + sequence + " s",
                        sequence)
                .list(live, row -> draws(row.getLong(1), row.getBoolean(2), row.getLong(3)))
                .get(0);
        if (behind > MOST) {
            throw new TransferRefusedException(
                    "The rows are restored, but a sequence is too far behind",
                    List.of(sequence + " is " + behind + " numbers behind " + table.name() + "." + column.name()
                            + ". Move it while nobody writes: select setval('" + sequence.replace("'", "''")
                            + "', (select max("
                            + column.name() + ") from " + table.name() + "))"));
        }
        if (behind > 0) {
            Query.of("select count(nextval('" + sequence.replace("'", "''") + "')) from generate_series(1, ?)", behind)
                    .list(live, row -> row.getLong(1));
        }
    }

    /** How often one has to draw to get past the highest key; never, if there is none, or if keys go down. */
    private static long draws(long distance, boolean isCalled, long increment) {
        if (increment < 1 || (isCalled && distance < 1) || distance < 0) {
            return 0;
        }
        return (distance + increment - 1) / increment + (isCalled ? 0 : 1);
    }
}
