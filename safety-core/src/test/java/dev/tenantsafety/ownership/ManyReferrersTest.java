package dev.tenantsafety.ownership;

import static dev.tenantsafety.testing.Sql.sql;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Rows that are owned by whoever points at them, found by no index. To look through all referrers for each row takes minutes for so many; the
 * time that is allowed is no measure of speed.
 */
class ManyReferrersTest {

    private static final int ROWS = 40_000;

    @Test
    @Timeout(120)
    void areAskedForAllRowsAtOnce() throws SQLException {
        String a = "'" + TenantId.create().uuid() + "'";
        String b = "'" + TenantId.create().uuid() + "'";
        JdbcConnectionPool pool = Database.POSTGRESQL.connections();
        try {
            sql(
                    pool,
                    "create table customer (id uuid primary key)",
                    "create table blob (id int primary key)",
                    "create table doc (id int primary key, customer_id uuid not null, blob int references blob)",
                    "create table image (id int primary key, customer_id uuid not null, blob int references blob)",
                    "insert into customer values (" + a + "), (" + b + ")",
                    "insert into blob select n from generate_series(1, " + ROWS + ") n");
            for (String table : List.of("doc", "image")) {
                sql(
                        pool,
                        "insert into " + table + " select n, case when n % 2 = 0 then " + a + " else " + b
                                + " end::uuid, n from generate_series(1, " + ROWS + ") n");
            }
            sql(
                    pool,
                    "insert into blob values (0), (-1)",
                    "insert into doc values (0, " + a + ", 0)",
                    "insert into image values (0, " + b + ", 0)",
                    "analyze");
            OwnershipModel model = OwnershipModel.read(pool, rules -> rules.root("customer", TenantId.KIND)
                    .ownedByColumn("customer_id", TenantId.KIND)
                    .ownedByReferrers("blob"));
            try (Connection connection = pool.getConnection()) {
                assertThat(model.check(connection).stream().map(OwnershipFinding::toString))
                        .satisfiesExactlyInAnyOrder(
                                finding -> assertThat(finding)
                                        .startsWith("1 row of blob belong to nobody")
                                        .endsWith("Such as: -1."),
                                finding -> assertThat(finding)
                                        .startsWith("1 row of blob belong to two owners")
                                        .endsWith("Such as: 0."));
            }
        } finally {
            pool.dispose();
        }
    }
}
