package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Query;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Rows, in whatever order: how many, and the sum of their hashes, as the live database computes them.
 *
 * @param rows how many
 * @param hash the sum
 */
record Fingerprint(long rows, BigDecimal hash) {

    static final Fingerprint NONE = new Fingerprint(0, BigDecimal.ZERO);

    /** Sends a query that gives both. */
    static Fingerprint of(Connection connection, String sql) throws SQLException {
        return Query.of(sql)
                .list(connection, row -> new Fingerprint(row.getLong(1), row.getBigDecimal(2)))
                .get(0);
    }

    Fingerprint plus(Fingerprint other) {
        return new Fingerprint(rows + other.rows, hash.add(other.hash));
    }
}
