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
        Long behind = Query.of("select (select max(" + Dialect.POSTGRESQL.quote(column.name()) + ") from "
                        + table.name().sql(Dialect.POSTGRESQL)
                        + ") - s.last_value + case when s.is_called then 0 else 1 end from "
                        + sequence + " s")
                .list(live, row -> row.getObject(1) == null ? 0L : row.getLong(1))
                .get(0);
        if (behind > MOST) {
            throw new TransferRefusedException(
                    "The rows are restored, but a sequence is too far behind",
                    List.of(sequence + " is " + behind + " behind " + table.name() + "." + column.name()
                            + ". Move it while nobody writes: select setval('" + sequence.replace("'", "''")
                            + "', (select max("
                            + column.name() + ") from " + table.name() + "))"));
        }
        if (behind > 0) {
            Query.of("select count(nextval('" + sequence.replace("'", "''") + "')) from generate_series(1, ?)", behind)
                    .list(live, row -> row.getLong(1));
        }
    }
}
