package dev.tenantsafety.samples.replay;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.jdbcx.JdbcDataSource;
import org.h2.tools.Server;
import org.postgresql.ds.PGConnectionPoolDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A live database and its backup: embedded PostgreSQL, H2, or two that are there. Another JVM can reach them by their URLs. */
final class Databases implements AutoCloseable {

    private static final String BATCHES = "reWriteBatchedInserts=true";

    private final List<String> urls;
    private final JdbcConnectionPool live;
    private final JdbcConnectionPool backup;
    private final Running server;

    /** Makes tables and rows in an empty database. */
    @FunctionalInterface
    interface Filling {
        void fill(DataSource database) throws SQLException;
    }

    /** What runs for as long as the databases are needed. */
    @FunctionalInterface
    private interface Running {
        void stop() throws IOException;
    }

    private Databases(String live, String backup, Running server) {
        urls = List.of(live, backup);
        this.live = pool(live);
        this.backup = pool(backup);
        this.server = server;
    }

    /** Both hold what the filling makes. */
    static Databases start(Options options, Filling filling) throws IOException, SQLException {
        if (!options.url().isEmpty()) {
            return filledTwice(options.url(), options.backupUrl(), filling, () -> {});
        }
        return options.database().equals("h2") ? h2(filling) : postgreSql(filling);
    }

    private static Databases postgreSql(Filling filling) throws IOException, SQLException {
        EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setServerConfig("shared_buffers", "512MB")
                .setServerConfig("max_wal_size", "4GB")
                .start();
        String live = server.getJdbcUrl("postgres", "live") + "&" + BATCHES;
        execute(server.getPostgresDatabase(), "create database live");
        PGSimpleDataSource unpooled =
                new PGSimpleDataSource(); // a database is copied only while nobody is connected to it
        unpooled.setURL(live);
        filling.fill(unpooled);
        execute(unpooled, "vacuum (freeze, analyze)");
        execute(server.getPostgresDatabase(), "create database backup template live");
        return new Databases(live, server.getJdbcUrl("postgres", "backup") + "&" + BATCHES, server::close);
    }

    private static Databases h2(Filling filling) throws SQLException {
        Server server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
        String prefix = "jdbc:h2:tcp://localhost:" + server.getPort() + "/mem:" + UUID.randomUUID();
        String suffix = ";DB_CLOSE_DELAY=-1;DATABASE_TO_LOWER=TRUE;LOCK_TIMEOUT=60000";
        return filledTwice(prefix + "live" + suffix, prefix + "backup" + suffix, filling, server::stop);
    }

    /** The same seed gives the same rows: so the backup is filled as the live one was. */
    private static Databases filledTwice(String live, String backup, Filling filling, Running server)
            throws SQLException {
        Databases databases = new Databases(live, backup, server);
        filling.fill(databases.live);
        filling.fill(databases.backup);
        return databases;
    }

    /** H2's small pool serves PostgreSQL too. */
    static JdbcConnectionPool pool(String url) {
        if (url.startsWith("jdbc:h2:")) {
            JdbcDataSource source = new JdbcDataSource();
            source.setURL(url);
            return JdbcConnectionPool.create(source);
        }
        PGConnectionPoolDataSource source = new PGConnectionPoolDataSource();
        source.setURL(url);
        return JdbcConnectionPool.create(source);
    }

    private static void execute(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    DataSource live() {
        return live;
    }

    DataSource backup() {
        return backup;
    }

    /** Of the live one, and of the backup. */
    List<String> urls() {
        return urls;
    }

    boolean isPostgreSql() {
        return urls.get(0).startsWith("jdbc:postgresql:");
    }

    @Override
    public void close() throws IOException {
        live.dispose();
        backup.dispose();
        server.stop();
    }
}
