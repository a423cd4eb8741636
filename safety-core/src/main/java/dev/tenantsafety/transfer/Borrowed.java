package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Dialect;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A connection that is given back as it came; pools hand it on to others. */
final class Borrowed implements AutoCloseable {

    /** Of H2, by which a transaction sees one state; its REPEATABLE READ sees rows that others add (H2 documentation, "Advanced"). */
    private static final int SNAPSHOT = 6;

    /** Of H2, for an error of its own. */
    private static final int GENERAL_ERROR = 50_000;

    private static final int TRIES = 20;

    private final Connection connection;
    private final boolean autoCommit;
    private final boolean readOnly;
    private final int isolation;

    private Borrowed(Connection connection) throws SQLException {
        this.connection = connection;
        this.autoCommit = connection.getAutoCommit();
        this.readOnly = connection.isReadOnly();
        this.isolation = isolation(connection);
    }

    /**
     * A remote connection of H2 finds it in the list of all sessions, and fails where another session ends at that moment
     * ({@code InformationSchemaTable.sessions} of H2 2.4.240).
     */
    private static int isolation(Connection connection) throws SQLException {
        for (int tries = 1; ; tries++) {
            try {
                return connection.getTransactionIsolation();
            } catch (SQLException e) {
                if (e.getErrorCode() != GENERAL_ERROR || tries == TRIES) {
                    throw e;
                }
            }
        }
    }

    /** Something to be done with a connection that was just borrowed. */
    @FunctionalInterface
    private interface Setting {
        void on(Connection connection) throws SQLException;
    }

    /** One that cannot be set is given back too, or a pool would be one short. */
    private static Borrowed of(DataSource source, Setting setting) throws SQLException {
        Connection connection = source.getConnection();
        AutoCloseable given = connection;
        try {
            Borrowed borrowed = new Borrowed(connection);
            given = borrowed;
            setting.on(connection);
            return borrowed;
        } catch (SQLException | RuntimeException e) {
            giveBack(given, e);
            throw e;
        }
    }

    private static void giveBack(AutoCloseable given, Exception why) {
        try {
            given.close();
        } catch (Exception closing) {
            why.addSuppressed(closing);
        }
    }

    /** For queries, of which all see the database as it is now. */
    static Borrowed toRead(DataSource source) throws SQLException {
        return of(source, connection -> {
            int isolation = Dialect.of(connection) == Dialect.H2 ? SNAPSHOT : Connection.TRANSACTION_REPEATABLE_READ;
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            connection.setTransactionIsolation(isolation);
        });
    }

    /** For short transactions. */
    static Borrowed toWrite(DataSource source) throws SQLException {
        return of(source, connection -> {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        });
    }

    Connection connection() {
        return connection;
    }

    @Override
    public void close() throws SQLException {
        try (connection) {
            connection.rollback();
            connection.setTransactionIsolation(isolation);
            connection.setReadOnly(readOnly);
            connection.setAutoCommit(autoCommit);
        }
    }
}
