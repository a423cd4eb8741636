package dev.tenantsafety.samples.replay;

import dev.tenantsafety.samples.helpdesk.Helpdesk;
import dev.tenantsafety.samples.helpdesk.HelpdeskData;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.h2.tools.Server;
import org.postgresql.ds.PGSimpleDataSource;

/** A live database and the one for its backup: embedded PostgreSQL, H2, or two that are there. Another JVM can reach them by their URLs. */
final class Databases implements AutoCloseable {

    private static final String BATCHES = "reWriteBatchedInserts=true";

    private final String liveUrl;
    private final String backupUrl;
    private final Filling filling;
    private final Stopping stopping;

    private interface Filling {
        void backUp(HelpdeskData data) throws SQLException;
    }

    private interface Stopping {
        void stop() throws IOException;
    }

    private Databases(String liveUrl, String backupUrl, Filling filling, Stopping stopping) {
        this.liveUrl = liveUrl;
        this.backupUrl = backupUrl;
        this.filling = filling;
        this.stopping = stopping;
    }

    static Databases start(Options options) throws IOException, SQLException {
        if (!options.url().isEmpty()) {
            return filledTwice(options.url(), options.backupUrl(), () -> {});
        }
        return options.database().equals("h2") ? h2() : postgreSql();
    }

    private static Databases postgreSql() throws IOException, SQLException {
        EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setServerConfig("shared_buffers", "512MB")
                .setServerConfig("max_wal_size", "4GB")
                .start();
        String live = server.getJdbcUrl("postgres", "live") + "&" + BATCHES;
        execute(server.getPostgresDatabase(), "create database live");
        return new Databases(
                live,
                server.getJdbcUrl("postgres", "backup") + "&" + BATCHES,
                data -> {
                    execute(dataSource(live), "vacuum (freeze, analyze)");
                    execute(server.getPostgresDatabase(), "create database backup template live");
                },
                server::close);
    }

    private static Databases h2() throws SQLException {
        Server server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
        String prefix = "jdbc:h2:tcp://localhost:" + server.getPort() + "/mem:" + UUID.randomUUID();
        String suffix = ";DB_CLOSE_DELAY=-1;DATABASE_TO_LOWER=TRUE;LOCK_TIMEOUT=60000";
        return filledTwice(prefix + "live" + suffix, prefix + "backup" + suffix, server::stop);
    }

    /** The same seed gives the same rows: so the backup is filled as the live one was. */
    private static Databases filledTwice(String live, String backup, Stopping stopping) {
        return new Databases(
                live,
                backup,
                data -> {
                    Helpdesk.create(dataSource(backup));
                    data.fill(dataSource(backup));
                },
                stopping);
    }

    static DataSource dataSource(String url) {
        if (url.startsWith("jdbc:h2:")) {
            JdbcDataSource source = new JdbcDataSource();
            source.setURL(url);
            return source;
        }
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(url);
        return source;
    }

    private static void execute(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    DataSource live() {
        return dataSource(liveUrl);
    }

    DataSource backup() {
        return dataSource(backupUrl);
    }

    List<String> urls() {
        return List.of(liveUrl, backupUrl);
    }

    boolean isPostgreSql() {
        return liveUrl.startsWith("jdbc:postgresql:");
    }

    void backUp(HelpdeskData data) throws SQLException {
        filling.backUp(data);
    }

    @Override
    public void close() throws IOException {
        stopping.stop();
    }
}
