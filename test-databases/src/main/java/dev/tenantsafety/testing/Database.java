package dev.tenantsafety.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.function.Supplier;
import javax.sql.ConnectionPoolDataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.jdbcx.JdbcDataSource;
import org.postgresql.ds.PGConnectionPoolDataSource;

/** The databases on which the tests run. */
public enum Database {
    H2 {
        @Override
        ConnectionPoolDataSource create() {
            JdbcDataSource source = new JdbcDataSource();
            source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
            return source;
        }
    },
    POSTGRESQL {
        @Override
        ConnectionPoolDataSource create() {
            return onServer(newName(), "template1");
        }
    };

    /** An empty database of its own. */
    abstract ConnectionPoolDataSource create();

    /** Connections to an empty database of its own; H2 happens to have a small pool, for others' connections too. */
    public JdbcConnectionPool connections() {
        return JdbcConnectionPool.create(create());
    }

    /**
     * Copies of a PostgreSQL database that is made and filled once, which takes a fraction of the time of filling each.
     *
     * @param fill makes tables and rows
     * @return gives another copy with each call
     * @throws SQLException as the filling does
     */
    public static Supplier<JdbcConnectionPool> copiesOf(Filling fill) throws SQLException {
        String original = newName();
        JdbcConnectionPool connections = JdbcConnectionPool.create(onServer(original, "template1"));
        fill.fill(connections);
        connections.dispose(); // a database is copied only while nobody is connected to it
        return () -> JdbcConnectionPool.create(onServer(newName(), original));
    }

    /** Makes tables and rows. */
    @FunctionalInterface
    public interface Filling {

        /**
         * Fills it.
         *
         * @param database an empty one
         * @throws SQLException as the database says
         */
        void fill(JdbcConnectionPool database) throws SQLException;
    }

    private static String newName() {
        return "d" + UUID.randomUUID().toString().replace("-", "");
    }

    private static PGConnectionPoolDataSource onServer(String name, String template) {
        try (Connection connection = Server.RUNNING.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            // copying files takes half the time of copying pages; version 14 knows nothing else, and no word for it
            boolean hasChoice = connection.getMetaData().getDatabaseMajorVersion() >= 15;
            statement.execute(
                    "create database " + name + " template " + template + (hasChoice ? " strategy file_copy" : ""));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        PGConnectionPoolDataSource source = new PGConnectionPoolDataSource();
        source.setURL(Server.RUNNING.getJdbcUrl("postgres", name));
        return source;
    }

    /** One server for all tests of the process; it ends with it. */
    private static final class Server {
        static final EmbeddedPostgres RUNNING = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "off")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
