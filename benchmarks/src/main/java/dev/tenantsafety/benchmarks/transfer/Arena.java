package dev.tenantsafety.benchmarks.transfer;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.transfer.Transfer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** A live database, its backup, and a directory for files. */
final class Arena implements AutoCloseable {

    final Sizes sizes;
    final DataSource live;
    final DataSource backup;
    final Path directory;
    final List<TenantId> units;
    private final DataSource server;

    Arena(EmbeddedPostgres postgres, Sizes sizes) throws SQLException, IOException {
        this.sizes = sizes;
        server = postgres.getPostgresDatabase();
        live = postgres.getDatabase("postgres", "live");
        backup = postgres.getDatabase("postgres", "backup");
        directory = Files.createTempDirectory("transfer");
        execute(server, List.of("create database live"));
        execute(live, sizes.tables().create());
        units = List.copyOf(tenants().subList(0, sizes.units()));
        execute(live, sizes.tables().fill(sizes));
        execute(live, List.of("vacuum (freeze, analyze)"));
        execute(server, List.of("create database backup template live"));
        settle();
    }

    /** As a careful owner runs it, but that nothing happens of itself while something is timed. */
    static EmbeddedPostgres server() throws IOException {
        return EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("shared_buffers", "512MB")
                .setServerConfig("max_wal_size", "8GB")
                .setServerConfig("checkpoint_timeout", "30min")
                .setServerConfig("autovacuum", "off")
                .start();
    }

    private List<TenantId> tenants() throws SQLException {
        List<TenantId> all = new ArrayList<>();
        try (Connection connection = live.getConnection();
                PreparedStatement insert =
                        connection.prepareStatement("insert into tenant values (?, ?, 'a tenant')")) {
            for (int i = 0; i < sizes.tenants(); i++) {
                TenantId id = TenantId.create();
                all.add(id);
                insert.setObject(1, id.uuid());
                insert.setInt(2, i);
                insert.addBatch();
            }
            insert.executeBatch();
        }
        return all;
    }

    Transfer transfer() throws SQLException {
        return Transfer.between(live, OwnershipModel.read(live, Tables::rules));
    }

    /** The rows of the units are gone from the live database, and their space is free. */
    void destroy() throws SQLException {
        execute(live, sizes.tables().delete(units));
        execute(live, List.of("vacuum"));
    }

    /** What was written before is not paid for by what comes next. */
    void settle() throws SQLException {
        execute(server, List.of("checkpoint"));
    }

    private static void execute(DataSource database, List<String> statements) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** An empty directory, or where a file can be made. */
    Path place(String name) throws IOException {
        Path place = directory.resolve(name);
        remove(place);
        return place;
    }

    private static void remove(Path place) throws IOException {
        if (Files.isDirectory(place)) {
            try (Stream<Path> files = Files.list(place)) {
                for (Path file : files.toList()) {
                    remove(file);
                }
            }
        }
        Files.deleteIfExists(place);
    }

    @Override
    public void close() throws SQLException, IOException {
        execute(server, List.of("drop database live with (force)", "drop database backup with (force)"));
        remove(directory);
    }
}
