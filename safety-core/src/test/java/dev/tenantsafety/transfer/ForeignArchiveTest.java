package dev.tenantsafety.transfer;

import static dev.tenantsafety.testing.Sql.rows;
import static dev.tenantsafety.testing.Sql.sql;
import static dev.tenantsafety.transfer.H2Test.A;
import static dev.tenantsafety.transfer.H2Test.OF_A;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.archive.ArchiveChunk;
import dev.tenantsafety.archive.ArchiveLimits;
import dev.tenantsafety.archive.ArchiveOptions;
import dev.tenantsafety.archive.ArchiveReader;
import dev.tenantsafety.archive.ArchiveSeal;
import dev.tenantsafety.archive.ArchiveTrust;
import dev.tenantsafety.archive.ArchiveWriter;
import dev.tenantsafety.archive.ArchivedTable;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.testing.Database;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives whose seal and form are right, and whose values nobody's database has written. */
class ForeignArchiveTest {

    private static final ArchiveTrust ANYBODY = ArchiveTrust.nobody().unsignedToo();

    private final JdbcConnectionPool postgresql = Database.POSTGRESQL.connections();
    private final JdbcConnectionPool h2 = H2Test.inMemory();

    @TempDir
    private Path directory;

    @BeforeEach
    void export() throws SQLException, IOException {
        H2Test.create(postgresql, false);
        H2Test.create(h2, true);
        H2Test.fill(h2);
        model(h2).export(List.of(A)).toDirectory(directory).run();
        sql(
                h2,
                "delete from part where customer_id = " + OF_A + " and id <> parent",
                "delete from part where customer_id = " + OF_A,
                "delete from \"value\" where customer_id = " + OF_A);
    }

    @AfterEach
    void close() {
        postgresql.dispose();
        h2.dispose();
    }

    private static Transfer model(JdbcConnectionPool database) throws SQLException {
        return Transfer.between(database, OwnershipModel.read(database, H2Test::rules));
    }

    /** What another program may write. */
    private void rewrite(String table, String text, String other) throws IOException {
        Path file = Archives.file(directory, A);
        Path rewritten = directory.resolve("rewritten");
        boolean isChanged = false;
        try (ArchiveReader reader = ArchiveReader.open(file, ANYBODY, ArchiveLimits.standard());
                ArchiveWriter writer = ArchiveWriter.create(
                        rewritten, reader.manifest().header(), ArchiveOptions.sealedBy(ArchiveSeal.unsigned()))) {
            for (ArchivedTable archived : reader.manifest().tables()) {
                writer.table(archived.table());
                for (ArchiveChunk chunk : archived.chunks()) {
                    String before = text(reader, chunk);
                    String after = archived.table().name().equals(table) ? before.replace(text, other) : before;
                    isChanged |= !before.equals(after);
                    byte[] rows = after.getBytes(StandardCharsets.UTF_8);
                    writer.write(writer.packer()
                            .pack(chunk.table(), chunk.number(), chunk.firstKey(), chunk.lastKey(), rows, rows.length));
                }
                writer.endTable();
            }
            writer.finish();
        }
        assertThat(isChanged).isTrue();
        Files.delete(file);
        Files.move(rewritten, file);
    }

    private static String text(ArchiveReader reader, ArchiveChunk chunk) throws IOException {
        try (InputStream rows = reader.open(chunk)) {
            return new String(rows.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void assertRefused(JdbcConnectionPool live, String... message) throws SQLException {
        List<String> before = rows(live, "select id from part union all select id from \"value\"");
        Restore.Ready ready = model(live).restore(A).from(Archives.in(directory, ANYBODY));
        assertThatThrownBy(() -> ready.plan().execute())
                .isInstanceOf(TransferRefusedException.class)
                .hasMessageContainingAll(message);
        assertThat(rows(live, "select id from part union all select id from \"value\""))
                .isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\tt\t-5\t=\tyep\t-5\t",
                "\t-5\t=\tfive\t",
                "2024-02-29\t=someday\t",
                "\t\\\\x00ff5c\t=\t\\\\x00f\t"
            })
    void valuesThatNoTypeHasAreNamed(String change) throws SQLException, IOException {
        String[] parts = change.split("=", 2);
        rewrite("value", parts[0], parts[1]);
        assertRefused(
                postgresql,
                "The restore stops: Rows of public.value, chunk 1 from ",
                "the database cannot read them: ERROR: ",
                "line 2",
                ". Restore from another source, or export it again.");
        assertRefused(
                h2,
                "The restore stops: Row 1 of public.value: the text \"",
                ". Restore from another source, or export it again.");
    }

    @Test
    void rowsThatNoDatabaseWouldHoldAreConflictsOfThePlan() throws SQLException, IOException {
        rewrite("part", "1\t" + A.uuid() + "\t1\n", "2\t" + A.uuid() + "\t2\n");
        assertThat(model(postgresql)
                        .restore(A)
                        .from(Archives.in(directory, ANYBODY))
                        .plan()
                        .conflicts())
                .containsExactlyInAnyOrder(
                        "Rows of part, [2], stand in the source more than once. Restore from another source, or export it again.",
                        "Rows of part, [2], point through parent at rows of part that are not there."
                                + " Restore those first, or call nullingMissingReferences().");
    }

    @Test
    void rowsWhoseOwnerIsNowhereAreConflictsOfThePlan() throws SQLException, IOException {
        for (JdbcConnectionPool database : List.of(postgresql, h2)) {
            sql(
                    database,
                    "create table tool (id int primary key, part int not null references part)",
                    "create table bit (id int primary key, tool int not null references tool)");
        }
        sql(
                h2,
                "insert into part values (1, " + OF_A + ", 1)",
                "insert into tool values (7, 1)",
                "insert into bit values (8, 7)");
        Files.delete(Archives.file(directory, A));
        model(h2).export(List.of(A)).toDirectory(directory).run();
        rewrite("bit", "8\t7", "8\t5");
        assertThat(model(postgresql)
                        .restore(A)
                        .from(Archives.in(directory, ANYBODY))
                        .plan()
                        .conflicts())
                .singleElement()
                .asString()
                .startsWith("Rows of bit, [8], point through tool at rows of tool that are not there");
    }

    /** COPY says how many rows it has read; that what was sent are as many is not its business. */
    @Test
    void rowsThatCopyCountsOtherwiseAreNoticed() throws SQLException {
        try (Connection connection = postgresql.getConnection()) {
            for (String text : List.of("1\n\\.\n2\n", "1\n2\\\n3\n")) {
                sql(postgresql, "drop table if exists staged", "create table staged (t text)");
                Copy.Chunk chunk = new Copy.Chunk(0, 3, text.getBytes(StandardCharsets.UTF_8));
                assertThatThrownBy(() -> Copy.in(connection, "copy staged from stdin", chunk))
                        .isInstanceOf(SQLException.class);
            }
        }
    }
}
