package dev.tenantsafety.samples.flowable;

import dev.tenantsafety.testing.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.h2.jdbcx.JdbcConnectionPool;
import org.postgresql.ds.PGConnectionPoolDataSource;

/** A database that was filled once, and of which there are copies: live ones and backups. */
final class Template {

    private final String url;
    private final String user;
    private final String name;
    private int copies;

    private Template(String url, String user, String name) {
        this.url = url;
        this.user = user;
        this.name = name;
    }

    /** Fills a database. Nobody may be connected to it when it is copied. */
    static Template filled(Filling filling) throws SQLException {
        JdbcConnectionPool database = Database.POSTGRESQL.connections();
        try (Connection connection = database.getConnection()) {
            filling.fill(database);
            return new Template(
                    connection.getMetaData().getURL(), connection.getMetaData().getUserName(), connection.getCatalog());
        } finally {
            database.dispose();
        }
    }

    /** What is to be in each copy. */
    interface Filling {
        void fill(JdbcConnectionPool database) throws SQLException;
    }

    JdbcConnectionPool copy() throws SQLException {
        String copy = name + "_" + copies++;
        JdbcConnectionPool server = database("postgres");
        try (Connection connection = server.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + copy + " template " + name);
        } finally {
            server.dispose();
        }
        return database(copy);
    }

    private JdbcConnectionPool database(String database) {
        PGConnectionPoolDataSource source = new PGConnectionPoolDataSource();
        source.setURL(url);
        source.setDatabaseName(database);
        source.setUser(user);
        return JdbcConnectionPool.create(source);
    }
}
