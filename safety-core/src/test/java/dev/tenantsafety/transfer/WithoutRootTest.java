package dev.tenantsafety.transfer;

import static dev.tenantsafety.testing.Sql.rows;
import static dev.tenantsafety.testing.Sql.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.archive.ArchiveTrust;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.testing.Database;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Models that have no table of the owners themselves, so that no row says who there is. */
@ParameterizedClass
@EnumSource(Database.class)
class WithoutRootTest {

    private final TenantId known = TenantId.create();
    private final TenantId unknown = TenantId.create();
    private final JdbcConnectionPool live;

    @TempDir
    private Path directory;

    WithoutRootTest(Database database) throws SQLException {
        live = database.connections();
        sql(
                live,
                "create table empty (id bigint primary key, tenant_id uuid not null)",
                "create table note (id bigint primary key, tenant_id uuid not null)",
                "insert into note values (1, '" + known.uuid() + "')");
    }

    @AfterEach
    void close() {
        live.dispose();
    }

    private Transfer model() throws SQLException {
        return Transfer.between(
                live, OwnershipModel.read(live, rules -> rules.ownedByColumn("tenant_id", TenantId.KIND)));
    }

    @Test
    void anOwnerWithoutRowsIsNotExported() throws SQLException {
        Transfer transfer = model();
        assertThatThrownBy(() -> transfer.export(List.of(known, unknown))
                        .toDirectory(directory)
                        .run())
                .isInstanceOf(TransferRefusedException.class)
                .hasMessageContaining(unknown + " has no row in the database: in none of its 2 tables. Look at the ID")
                .hasMessageNotContaining(known.toString());
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void oneWithRowsIs() throws Exception {
        model().export(List.of(known)).toDirectory(directory).run();
        sql(live, "delete from note");
        Archives archives = Archives.in(directory, ArchiveTrust.nobody().unsignedToo());
        model().restore(known).from(archives).plan().execute();
        assertThat(rows(live, "select id from note")).containsExactly("1");
    }
}
