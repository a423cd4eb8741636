package dev.tenantsafety.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.archive.ArchiveTrust;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.testing.Database;
import dev.tenantsafety.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Exports and restores in a JVM of its own whose heap is far smaller than what a tenant has. The driver has to stream, too. */
class TransferMemoryTest {

    private static final int HEAP = 48_000_000;
    private static final int ROWS = 46_000;

    private final TenantId tenant = TenantId.create();
    private final JdbcConnectionPool live = Database.POSTGRESQL.connections();
    private final JdbcConnectionPool backup = Database.POSTGRESQL.connections();

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        live.dispose();
        backup.dispose();
    }

    private static String url(JdbcConnectionPool database) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return connection.getMetaData().getURL();
        }
    }

    /** About 3200 bytes a row. */
    private void fill() throws SQLException {
        for (JdbcConnectionPool database : List.of(live, backup)) {
            TwoTenants.sql(
                    database,
                    "create table customer (id uuid primary key)",
                    "create table note (id int primary key, customer_id uuid not null references customer, text text not null)");
        }
        TwoTenants.sql(
                backup,
                "insert into customer values ('" + tenant.uuid() + "')",
                "insert into note select n, '" + tenant.uuid() + "', repeat(md5(n::text), 100) from generate_series(1, "
                        + ROWS + ") n");
        List<String> size = TwoTenants.rows(backup, "select sum(length(n::text)) >= 3 * " + HEAP + " from note n");
        assertThat(size).containsExactly("t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"DATABASE", "ARCHIVE"})
    void memoryDoesNotGrowWithTheRows(String mode) throws Exception {
        fill();
        String output = JavaProcess.run(
                List.of("-Xmx" + HEAP),
                Main.class,
                List.of(
                        mode,
                        tenant.toString(),
                        url(live),
                        url(backup),
                        directory.resolve("large.tenant").toString()));
        assertThat(output).isEqualTo((ROWS + 1) + " rows inserted, 2 tables equal\n");
    }

    /** Runs in the small heap. */
    static final class Main {

        private Main() {}

        public static void main(String[] arguments) throws SQLException, IOException {
            TenantId tenant = TenantId.parse(arguments[1]);
            PGSimpleDataSource live = database(arguments[2]);
            PGSimpleDataSource backup = database(arguments[3]);
            Restore restore = transfer(live).restore(tenant);
            Restore.Ready ready;
            if (arguments[0].equals("ARCHIVE")) {
                Path file = Path.of(arguments[4]);
                transfer(backup).export(tenant).to(file).run();
                ready = restore.from(Archives.in(file, ArchiveTrust.nobody().unsignedToo()));
            } else {
                ready = restore.from(backup);
            }
            RestoreReport report = ready.plan().execute();
            long inserted =
                    report.tables().stream().mapToLong(TableCount::inserted).sum();
            System.out.print(inserted + " rows inserted, " + report.equal().size() + " tables equal\n");
        }

        private static Transfer transfer(PGSimpleDataSource database) throws SQLException {
            return Transfer.between(
                    database, OwnershipModel.read(database, rules -> rules.root("customer", TenantId.KIND)
                            .ownedByColumn("customer_id", TenantId.KIND)));
        }

        private static PGSimpleDataSource database(String url) {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setURL(url);
            source.setUser("postgres");
            return source;
        }
    }
}
