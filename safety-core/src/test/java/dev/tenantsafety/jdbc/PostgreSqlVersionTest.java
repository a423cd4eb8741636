package dev.tenantsafety.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tenantsafety.testing.Database;
import java.sql.Connection;
import java.sql.SQLException;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;

/** The tests run on the PostgreSQL that the build was asked for. */
class PostgreSqlVersionTest {

    @Test
    void theServerIsTheOneThatWasAskedFor() throws SQLException {
        Integer asked = Integer.getInteger("postgres.version");
        assumeThat(asked).as("outside of Maven nobody asks").isNotNull();
        JdbcConnectionPool database = Database.POSTGRESQL.connections();
        try (Connection connection = database.getConnection()) {
            assertThat(connection.getMetaData().getDatabaseMajorVersion()).isEqualTo(asked);
        } finally {
            database.dispose();
        }
    }
}
