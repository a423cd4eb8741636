package dev.tenantsafety.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
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
            String name = "d" + UUID.randomUUID().toString().replace("-", "");
            try (Connection connection = Server.RUNNING.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("create database " + name);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            PGConnectionPoolDataSource source = new PGConnectionPoolDataSource();
            source.setURL(Server.RUNNING.getJdbcUrl("postgres", name));
            return source;
        }
    };

    /** An empty database of its own. */
    abstract ConnectionPoolDataSource create();

    /** Connections to an empty database of its own; H2 happens to have a small pool, for others' connections too. */
    public JdbcConnectionPool connections() {
        return JdbcConnectionPool.create(create());
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
