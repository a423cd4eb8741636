package dev.tenantsafety.samples.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.samples.helpdesk.Helpdesk;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the acts rest on: the comparison sees each row that is not as it should be. */
class ComparisonTest {

    @TempDir
    private Path directory;

    private World world;

    @BeforeEach
    void start() throws Exception {
        Properties properties = new Properties();
        properties.setProperty("replay.size", "tiny");
        properties.setProperty("replay.database", "h2");
        properties.setProperty("replay.directory", directory.toString());
        world = World.start(Options.of(properties));
    }

    @AfterEach
    void stop() throws Exception {
        world.close();
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = world.live().getConnection()) {
            connection.createStatement().execute(sql);
        }
    }

    private String oneComment() throws SQLException {
        try (Connection connection = world.live().getConnection();
                ResultSet rows = connection.createStatement().executeQuery("select min(id) from comment")) {
            rows.next();
            return rows.getString(1);
        }
    }

    private Comparison compare(Map<String, UUID> writes) throws SQLException {
        return Comparison.of(world.backup(), world.live(), writes);
    }

    @Test
    void nothingHasHappened() throws SQLException {
        Comparison all = compare(Map.of());
        assertThat(all.holds(Map.of())).isTrue();
        assertThat(all.equal()).isEqualTo(world.rows());
    }

    @Test
    void whatIsGoneNewOrAnotherIsNamed() throws SQLException {
        String comment = oneComment();
        execute("update comment set comment_text = 'other' where id = '" + comment + "'");
        assertThat(compare(Map.of()).wrong()).containsExactly("comment " + comment + " is another");
        execute("delete from comment where id = '" + comment + "'");
        assertThat(compare(Map.of()).wrong()).containsExactly("comment " + comment + " is gone");
        execute("insert into country values ('XX', 'new')");
        assertThat(compare(Map.of()).wrong()).containsExactly("comment " + comment + " is gone", "country XX is new");
    }

    @Test
    void whatAWriterWroteIsAsItWroteIt() throws SQLException {
        String name = "country XX";
        execute("insert into country values ('XX', 'new')");
        Map<String, UUID> writes = Map.of(name, print());
        assertThat(compare(writes).holds(writes)).isTrue();
        assertThat(compare(writes).asWritten()).isOne();
        execute("update country set name = 'changed by us' where code = 'XX'");
        assertThat(compare(writes).wrong()).containsExactly(name + " is new");
        execute("delete from country where code = 'XX'");
        assertThat(compare(writes).holds(writes)).as("a write that is lost").isFalse();
    }

    private UUID print() throws SQLException {
        try (Connection connection = world.live().getConnection()) {
            return RowPrint.one(connection, Helpdesk.table("country"), List.of("XX"));
        }
    }
}
