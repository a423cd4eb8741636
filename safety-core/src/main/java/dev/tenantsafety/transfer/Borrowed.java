package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Dialect;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A connection that is given back as it came; pools hand it on to others. */
final class Borrowed implements AutoCloseable {

    /** Of H2, by which a transaction sees one state; its REPEATABLE READ sees rows that others add (H2 documentation, "Advanced"). */
    private static final int SNAPSHOT = 6;

    private final Connection connection;
    private final boolean autoCommit;
    private final boolean readOnly;
    private final int isolation;

    private Borrowed(Connection connection) throws SQLException {
        this.connection = connection;
        this.autoCommit = connection.getAutoCommit();
        this.readOnly = connection.isReadOnly();
        this.isolation = connection.getTransactionIsolation();
    }

    /** For queries, of which all see the database as it is now. */
    static Borrowed toRead(DataSource source) throws SQLException {
        Borrowed borrowed = new Borrowed(source.getConnection());
        borrowed.connection.setAutoCommit(false);
        borrowed.connection.setReadOnly(true);
        borrowed.connection.setTransactionIsolation(
                Dialect.of(borrowed.connection) == Dialect.H2 ? SNAPSHOT : Connection.TRANSACTION_REPEATABLE_READ);
        return borrowed;
    }

    /** For short transactions. */
    static Borrowed toWrite(DataSource source) throws SQLException {
        Borrowed borrowed = new Borrowed(source.getConnection());
        borrowed.connection.setAutoCommit(false);
        borrowed.connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        return borrowed;
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
