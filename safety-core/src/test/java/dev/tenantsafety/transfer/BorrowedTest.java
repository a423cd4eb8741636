package dev.tenantsafety.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.testing.Database;
import dev.tenantsafety.testing.Sql;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.jdbcx.JdbcDataSource;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections are given back, as they came. */
class BorrowedTest {

    private static final int BORROWED = 1_000;

    private final JdbcConnectionPool pool = Database.POSTGRESQL.connections();

    @AfterEach
    void close() {
        pool.dispose();
    }

    /** Hands out connections of the pool in the middle of a transaction, which cannot become one that only reads. */
    private DataSource inTheMiddle(String begun) {
        return (DataSource) Proxy.newProxyInstance(
                BorrowedTest.class.getClassLoader(), new Class<?>[] {DataSource.class}, (p, m, a) -> {
                    Connection connection = pool.getConnection();
                    connection.setAutoCommit(false);
                    try {
                        connection.createStatement().execute(begun);
                    } catch (SQLException e) {
                        // the transaction is aborted, as was asked for
                    }
                    return connection;
                });
    }

    @Test
    void oneThatCannotBeSetIsGivenBack() {
        assertThatThrownBy(() -> Borrowed.toRead(inTheMiddle("select 1"))).isInstanceOf(SQLException.class);
        assertThat(pool.getActiveConnections()).isZero();
    }

    @Test
    void oneThatCannotBeAskedIsGivenBack() {
        assertThatThrownBy(() -> Borrowed.toWrite(inTheMiddle("select 1 / 0")))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("transaction is aborted");
        assertThat(pool.getActiveConnections()).isZero();
    }

    /** H2 looks at the transactions of all, to say how one is isolated. */
    @Test
    void oneOfH2IsBorrowedWhileTransactionsOfOthersEnd() throws Exception {
        Server server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
        String url = "jdbc:h2:tcp://localhost:" + server.getPort() + "/mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
        AtomicBoolean isOver = new AtomicBoolean();
        List<Future<Boolean>> writing = new ArrayList<>();
        ExecutorService others = Executors.newFixedThreadPool(3);
        JdbcDataSource source = new JdbcDataSource();
        source.setURL(url);
        try {
            Sql.sql(source, "create table t (id int)");
            for (int i = 0; i < 3; i++) {
                writing.add(others.submit(() -> {
                    try (Connection other = source.getConnection();
                            Statement statement = other.createStatement()) {
                        other.setAutoCommit(false);
                        while (!isOver.get()) {
                            statement.execute("insert into t values (1)");
                            other.commit();
                        }
                    }
                    return true;
                }));
            }
            for (int i = 0; i < BORROWED; i++) {
                Borrowed.toWrite(source).close();
            }
        } finally {
            isOver.set(true);
            for (Future<Boolean> end : writing) {
                assertThat(end.get()).isTrue();
            }
            others.shutdown();
            server.stop();
        }
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
