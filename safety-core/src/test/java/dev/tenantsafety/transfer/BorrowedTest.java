package dev.tenantsafety.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.testing.Database;
import dev.tenantsafety.testing.Sql;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections are given back, as they came. */
class BorrowedTest {

    private final JdbcConnectionPool pool = Database.POSTGRESQL.connections();

    @AfterEach
    void close() {
        pool.dispose();
    }

    /** Hands out connections of the pool in the middle of a transaction, which cannot become one that only reads. */
    private DataSource inTheMiddle() {
        return (DataSource) Proxy.newProxyInstance(
                BorrowedTest.class.getClassLoader(), new Class<?>[] {DataSource.class}, (p, m, a) -> {
                    Connection connection = pool.getConnection();
                    connection.setAutoCommit(false);
                    connection.createStatement().execute("select 1");
                    return connection;
                });
    }

    @Test
    void oneThatCannotBeSetIsGivenBack() {
        assertThatThrownBy(() -> Borrowed.toRead(inTheMiddle())).isInstanceOf(SQLException.class);
        assertThat(pool.getActiveConnections()).isZero();
    }

    @Test
    void allAreGivenBackWhicheverFails() throws SQLException {
        Writers writers = new Writers();
        for (int i = 0; i < 3; i++) {
            writers.add(pool);
        }
        Sql.sql(
                pool,
                "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
                        + " and datname = current_database() limit 3");
        assertThatThrownBy(writers::close).isInstanceOf(SQLException.class);
        assertThat(pool.getActiveConnections()).isZero();
    }
}
