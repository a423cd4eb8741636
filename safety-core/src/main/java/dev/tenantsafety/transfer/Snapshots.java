package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Dialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Snapshots that several connections share (PostgreSQL documentation, "Snapshot Synchronization Functions"). */
final class Snapshots {

    private Snapshots() {}

    /** Before anything else in the transaction. */
    static void take(Connection connection, String snapshot) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set transaction snapshot " + Dialect.POSTGRESQL.literal(snapshot));
        }
    }
}
