package dev.tenantsafety.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.archive.ArchiveChunk;
import dev.tenantsafety.archive.ArchiveLimits;
import dev.tenantsafety.archive.ArchiveReader;
import dev.tenantsafety.archive.ArchiveTrust;
import dev.tenantsafety.archive.ArchivedTable;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnershipModel;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** What an export, and a restore from archives, look at beside what one first thinks of. */
class ExportGuardTest extends TwoTenants {

    private static final ArchiveTrust ANYBODY = ArchiveTrust.nobody().unsignedToo();

    @TempDir
    private Path directory;

    private Transfer transfer() throws SQLException {
        return Transfer.between(live, OwnershipModel.read(live, TwoTenants::rules));
    }

    private RestorePlan planFrom(Path path, TenantId... tenants) throws SQLException {
        return transfer()
                .restore(List.of(tenants))
                .inChunksOf(7, 1)
                .from(Archives.in(path, ANYBODY))
                .plan();
    }

    private static ArchivedTable table(Path file, String name) throws IOException {
        try (ArchiveReader reader = ArchiveReader.open(file, ANYBODY, ArchiveLimits.standard())) {
            return reader.manifest().tables().stream()
                    .filter(table -> table.table().name().equals(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    // ---- one instant

    @Test
    void whatIsWrittenMeanwhileIsNotSeen() throws SQLException, IOException {
        for (int readers : List.of(1, 2)) {
            Path quiet = directory.resolve("quiet" + readers);
            transfer()
                    .export(List.of(A, B))
                    .toDirectory(quiet)
                    .inChunksOf(30, 1, readers)
                    .run();
            Path busy = directory.resolve("busy" + readers);
            boolean[] hasWritten = new boolean[1];
            String snapshot = transfer()
                    .export(List.of(A, B))
                    .toDirectory(busy)
                    .inChunksOf(30, 1, readers)
                    .run(event -> {
                        if (!hasWritten[0]) {
                            hasWritten[0] = true;
                            write("insert into log select customer_id, 'later' from site");
                        }
                    })
                    .snapshot();
            assertThat(snapshot).isNotEmpty();
            for (TenantId tenant : List.of(A, B)) {
                assertThat(table(Archives.file(busy, tenant), "log").chunks())
                        .extracting(ArchiveChunk::plainSha256)
                        .isEqualTo(table(Archives.file(quiet, tenant), "log").chunks().stream()
                                .map(ArchiveChunk::plainSha256)
                                .toList());
            }
            sql(live, "delete from log where text = 'later'");
        }
    }

    /** All that the other reader has not read yet when it looks for its snapshot has to be as the first one saw it. */
    @Test
    void aReaderThatBeginsLaterSeesTheSame() throws SQLException, IOException {
        JdbcConnectionPool pool = live;
        AtomicInteger asked = new AtomicInteger();
        PGSimpleDataSource counting = new PGSimpleDataSource() {
            private static final long serialVersionUID = 1;

            @Override
            public Connection getConnection() throws SQLException {
                if (asked.incrementAndGet() == 2) {
                    write("update log set text = 'later'"); // between the first connection and those of the readers
                }
                return super.getConnection();
            }
        };
        try (Connection connection = pool.getConnection()) {
            counting.setURL(connection.getMetaData().getURL());
        }
        counting.setUser("postgres");
        Path before = directory.resolve("before");
        transfer()
                .export(List.of(A, B))
                .toDirectory(before)
                .inChunksOf(30, 1, 1)
                .run();
        Path after = directory.resolve("after");
        Transfer.between(counting, OwnershipModel.read(live, TwoTenants::rules))
                .export(List.of(A, B))
                .toDirectory(after)
                .inChunksOf(30, 1, 2)
                .run();
        assertThat(asked).hasValueGreaterThan(2);
        for (TenantId tenant : List.of(A, B)) {
            assertThat(table(Archives.file(after, tenant), "log")
                            .chunks()
                            .get(0)
                            .plainSha256())
                    .isEqualTo(table(Archives.file(before, tenant), "log")
                            .chunks()
                            .get(0)
                            .plainSha256());
        }
    }

    private void write(String statement) {
        try {
            sql(live, statement);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- settings

    /** Its transaction stands idle, for others share its snapshot. */
    @Test
    void whoWaitsForTheOthersIsNotThrownOut() throws SQLException, IOException {
        PGSimpleDataSource impatient = new PGSimpleDataSource();
        try (Connection connection = live.getConnection()) {
            impatient.setURL(connection.getMetaData().getURL());
        }
        impatient.setUser("postgres");
        impatient.setOptions("-c idle_in_transaction_session_timeout=300");
        AtomicBoolean hasWaited = new AtomicBoolean();
        ExportReport report = Transfer.between(impatient, OwnershipModel.read(impatient, TwoTenants::rules))
                .export(List.of(A, B))
                .toDirectory(directory)
                .inChunksOf(20_000, 1, 2)
                .run(event -> {
                    if (!hasWaited.getAndSet(true)) {
                        sleep(1000);
                    }
                });
        assertThat(report.archives()).hasSize(2);
    }

    private static void sleep(int milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void settingsDoNotChangeTheBytes() throws SQLException, IOException {
        sql(
                live,
                "create table value (id int primary key, customer_id uuid not null, i interval, f float8, b bytea, t timestamptz, d date)",
                "insert into value select n, case n when 1 then " + OF_A + " else " + OF_B
                        + " end::uuid, '-1 day -2 hours',"
                        + " 0.1::float8 + 0.2::float8, '\\x00ff41', '2020-02-03 04:05:06+00', '2020-02-03' from generate_series(1, 2) n");
        Path usual = directory.resolve("usual");
        transfer().export(List.of(A, B)).toDirectory(usual).run();
        for (String setting : List.of(
                "datestyle = 'SQL, DMY'",
                "intervalstyle = 'sql_standard'",
                "extra_float_digits = 0",
                "bytea_output = 'escape'")) {
            sql(
                    live,
                    "alter database " + rows(live, "select current_database()").get(0) + " set " + setting);
        }
        PGSimpleDataSource anew = new PGSimpleDataSource() {
            private static final long serialVersionUID = 1;

            /** The driver asks for the time zone of the process, whatever the database likes. */
            @Override
            public Connection getConnection() throws SQLException {
                Connection connection = super.getConnection();
                try (Statement statement = connection.createStatement()) {
                    statement.execute("set timezone = 'Asia/Kathmandu'");
                }
                return connection;
            }
        };
        try (Connection connection = live.getConnection()) {
            anew.setURL(connection.getMetaData().getURL());
        }
        anew.setUser("postgres");
        for (int readers : List.of(1, 2)) {
            Path other = directory.resolve("other" + readers);
            Transfer.between(anew, OwnershipModel.read(live, TwoTenants::rules))
                    .export(List.of(A, B))
                    .toDirectory(other)
                    .inChunksOf(20_000, 1, readers)
                    .run();
            for (TenantId tenant : List.of(A, B)) {
                for (String name : List.of("value", "odd", "event")) {
                    assertThat(table(Archives.file(other, tenant), name)
                                    .chunks()
                                    .get(0)
                                    .plainSha256())
                            .as(name)
                            .isEqualTo(table(Archives.file(usual, tenant), name)
                                    .chunks()
                                    .get(0)
                                    .plainSha256());
                }
            }
        }
    }

    // ---- what stands in the way

    @Test
    void rowLevelSecurityIsNoticed() throws SQLException {
        String role = "reader_" + B.uuid().toString().replace("-", "");
        sql(
                live,
                "create role " + role + " login",
                "grant usage on schema public to public",
                "grant select on all tables in schema public to public",
                "alter table site enable row level security");
        PGSimpleDataSource asReader = new PGSimpleDataSource();
        try (Connection connection = live.getConnection()) {
            asReader.setURL(connection.getMetaData().getURL());
        }
        asReader.setUser(role);
        OwnershipModel model = OwnershipModel.read(live, TwoTenants::rules);
        assertThatThrownBy(() -> Transfer.between(asReader, model)
                        .export(A)
                        .to(directory.resolve("a"))
                        .run())
                .isInstanceOf(TransferRefusedException.class)
                .hasMessageContaining("Row-level security of public.site is active for this user in the database");
    }

    @Test
    void oneFileIsNeverGoneOnWith() throws SQLException, IOException {
        Path file = directory.resolve("a");
        transfer().export(A).to(file).run();
        assertThatThrownBy(() -> transfer().export(A).to(file).goingOn().run())
                .isInstanceOf(FileAlreadyExistsException.class);
        transfer().export(A).toDirectory(directory).run();
        assertThatThrownBy(() -> transfer().export(A).toDirectory(directory).run())
                .isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void whoOwnsNothingIsRefusedAtOnce() throws SQLException {
        Transfer transfer = transfer();
        assertThatThrownBy(() -> transfer.export(SiteId.create()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("No row is owned by a site. The rules name: tenant.");
    }

    @Test
    void thereIsAtLeastOneOfEach() throws SQLException {
        ArchiveExport export = transfer().export(A).to(directory.resolve("a"));
        for (int[] size : List.of(new int[] {0, 1, 1}, new int[] {1, 0, 1}, new int[] {1, 1, 0})) {
            assertThatThrownBy(() -> export.inChunksOf(size[0], size[1], size[2]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        Restore restore = transfer().restore(A);
        for (int[] size : List.of(new int[] {0, 1}, new int[] {1, 0})) {
            assertThatThrownBy(() -> restore.inChunksOf(size[0], size[1])).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> restore.inParallel(0)).isInstanceOf(IllegalArgumentException.class);
    }

    // ---- references

    @Test
    void whatIsNobodysMayBePointedAt() throws SQLException, IOException {
        sql(
                live,
                "create table label (id int primary key, customer_id uuid)",
                "alter table ticket add column label int references label",
                "insert into label values (1, null), (2, " + OF_B + ")",
                "update ticket set label = 1 where id = 7");
        OwnershipModel model =
                OwnershipModel.read(live, rules -> TwoTenants.rules(rules).sharedWhereNull("customer_id"));
        Transfer transfer = Transfer.between(live, model);
        assertThat(transfer.export(A).to(directory.resolve("a")).run().findings())
                .isEmpty();
        sql(live, "update ticket set label = 2 where id = 7");
        assertThatThrownBy(() -> transfer.export(A).to(directory.resolve("b")).run())
                .hasMessageContaining(
                        "1 rows of public.ticket, such as [7], point through label at rows of somebody else");
    }

    @Test
    void oneOfTwoWaysMayLeadToSomebodyElse() throws SQLException, IOException {
        sql(
                live,
                "create table trip (id int primary key, start int references site, finish int references site)",
                "insert into trip values (1, 1, 2), (2, 1, null), (3, 1, 1001)");
        OwnershipModel model = OwnershipModel.read(
                live, rules -> TwoTenants.rules(rules).ownedThroughEither("trip", "start", "finish"));
        assertThatThrownBy(() -> Transfer.between(live, model)
                        .export(A)
                        .to(directory.resolve("a"))
                        .run())
                .isInstanceOf(TransferRefusedException.class)
                .hasMessageContaining(
                        "1 rows of public.trip, such as [3], point through finish at rows of somebody else");
    }

    @Test
    void whatPointsByItsTypeIsMissedThereOnly() throws SQLException, IOException {
        sql(
                live,
                "create table remark (id int primary key, type text, of_id int)",
                "insert into remark values (1, 'site', 3), (2, 'ticket', 100), (3, 'ticket', 1100)");
        OwnershipModel model = OwnershipModel.read(live, rules -> TwoTenants.rules(rules)
                .ownedThroughType("remark", "type", "of_id", Map.of("site", "site", "ticket", "ticket")));
        Transfer transfer = Transfer.between(live, model);
        assertThat(transfer.export(A).to(directory.resolve("a")).run().findings())
                .isEmpty();
        assertThat(table(directory.resolve("a"), "remark").rows()).isEqualTo(2);
    }

    @Test
    void aReferenceThatIsNotSetLeadsNowhereAndIsNotMissed() throws SQLException, IOException {
        sql(live, "create table note (id int primary key, customer_id uuid not null, person int)");
        sql(live, "insert into note values (1, " + OF_A + ", null)");
        OwnershipModel model =
                OwnershipModel.read(live, rules -> TwoTenants.rules(rules).foreignKey("note", "person", "person"));
        assertThat(Transfer.between(live, model)
                        .export(A)
                        .to(directory.resolve("a"))
                        .run()
                        .findings())
                .isEmpty();
    }

    @Test
    void whatBelongsToManyStandsInTheArchiveOfEach() throws SQLException, IOException {
        sql(
                live,
                "create table content (id int primary key, text text)",
                "create table part (id int primary key, content int not null references content)",
                "create table avatar (customer_id uuid primary key, content int references content)",
                "insert into content values (1, 'of both'), (2, 'of B')",
                "insert into part values (1, 1), (2, 2)",
                "insert into avatar values (" + OF_A + ", 1), (" + OF_B + ", 1)");
        sql(
                live,
                "create table second (id int primary key, customer_id uuid not null, content int references content)");
        sql(live, "insert into second values (1, " + OF_B + ", 2)");
        OwnershipModel model = OwnershipModel.read(
                live,
                rules -> TwoTenants.rules(rules).ownedByReferrers("content").ownedThrough("part", "content"));
        Transfer.between(live, model)
                .export(List.of(A, B))
                .toDirectory(directory)
                .keepingReferencesOut()
                .run();
        assertThat(table(Archives.file(directory, A), "content").rows()).isEqualTo(1);
        assertThat(table(Archives.file(directory, B), "content").rows()).isEqualTo(2);
        assertThat(table(Archives.file(directory, A), "part").rows()).isEqualTo(1);
        assertThat(table(Archives.file(directory, B), "part").rows()).isEqualTo(2);
    }

    @Test
    void whatBelongsToManyDoesNotLeaveOneOfThem() throws SQLException, IOException {
        sql(
                live,
                "create table content (id int primary key)",
                "create table avatar (customer_id uuid primary key, content int references content)",
                "insert into content values (1)",
                "insert into avatar values (" + OF_A + ", 1), (" + OF_B + ", 1)");
        OwnershipModel model =
                OwnershipModel.read(live, rules -> TwoTenants.rules(rules).ownedByReferrers("content"));
        for (TenantId tenant : List.of(A, B)) {
            assertThat(Transfer.between(live, model)
                            .export(tenant)
                            .toDirectory(directory)
                            .run()
                            .findings())
                    .isEmpty();
        }
    }

    // ---- what stands in an archive

    @Test
    void oneArchiveIsWrittenInOneGo() throws SQLException, IOException {
        List<String> before = all(live);
        Path file = directory.resolve("both");
        transfer().export(List.of(A, B)).to(file).inChunksOf(30, 1, 2).run();
        destroy(A);
        destroy(B);
        planFrom(file, A, B).execute();
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void whoIsNamedFirstComesBackFirst() throws SQLException, IOException {
        transfer().export(List.of(A, B)).toDirectory(directory).run();
        destroy(A);
        destroy(B);
        RestorePlan plan = transfer()
                .restore(List.of(B, A))
                .inChunksOf(7, 1)
                .inParallel(1) // or the second is begun before the first is done
                .from(Archives.in(directory, ANYBODY))
                .plan();
        assertThatThrownBy(() -> plan.execute(event -> {
                    if (event.unitsDone() == 1) {
                        throw new IllegalStateException("stopped");
                    }
                }))
                .hasMessage("stopped");
        assertThat(rows(live, "select distinct customer_id::text from site"))
                .containsExactly(B.uuid().toString());
    }

    @Test
    void chunksSayTheirFirstAndLastKey() throws SQLException, IOException {
        transfer()
                .export(List.of(A, B))
                .toDirectory(directory)
                .inChunksOf(30, 10, 1)
                .run();
        assertThat(table(Archives.file(directory, A), "person").chunks())
                .extracting(chunk -> chunk.number() + ": " + chunk.firstKey() + " to " + chunk.lastKey())
                .containsExactly("1: 1 to 30", "2: 31 to 50");
        assertThat(table(Archives.file(directory, B), "person").chunks())
                .extracting(chunk -> chunk.number() + ": " + chunk.firstKey() + " to " + chunk.lastKey())
                .containsExactly("1: 1001 to 1030", "2: 1031 to 1050");
        assertThat(table(Archives.file(directory, A), "event").chunks())
                .extracting(chunk -> chunk.firstKey() + " to " + chunk.lastKey())
                .containsExactly("0\t2020-05-05 to 0\t2021-05-05");
        assertThat(table(Archives.file(directory, A), "log").chunks())
                .extracting(ArchiveChunk::firstKey)
                .containsExactly("");
        try (ArchiveReader reader =
                ArchiveReader.open(Archives.file(directory, A), ANYBODY, ArchiveLimits.standard())) {
            assertThat(reader.manifest().header().units(TenantId.KIND)).containsExactly(A);
        }
    }

    @Test
    void rowsOfOthersBetweenThemMakeNoDifference() throws SQLException, IOException {
        sql(
                live,
                "create table mixed (id int primary key, customer_id uuid not null)",
                "insert into mixed select n, case n % 2 when 0 then " + OF_A + " else " + OF_B
                        + " end::uuid from generate_series(1, 100) n");
        Path together = directory.resolve("together");
        transfer()
                .export(List.of(A, B))
                .toDirectory(together)
                .inChunksOf(30, 10, 1)
                .run();
        assertThat(table(Archives.file(together, A), "mixed").chunks())
                .extracting(chunk -> chunk.rows() + ": " + chunk.firstKey() + " to " + chunk.lastKey())
                .containsExactly("30: 2 to 60", "20: 62 to 100");
    }

    @Test
    void largeRowsStandInChunksOfTheirOwn() throws SQLException, IOException {
        sql(
                live,
                "create table large (id int primary key, customer_id uuid not null, text text)",
                "insert into large select n, " + OF_A + ", repeat('x', case n when 1 then 4500000 else 2500000 end)"
                        + " from generate_series(1, 3) n",
                "insert into large select n, " + OF_A + ", 'small' from generate_series(4, 6) n");
        Path file = directory.resolve("a");
        transfer().export(A).to(file).run();
        assertThat(table(file, "large").chunks()).extracting(ArchiveChunk::rows).containsExactly(1L, 1L, 4L);
        sql(live, "delete from large");
        List<String> chunks = new ArrayList<>();
        planFrom(file, A).execute(event -> {
            if (event.table().table().equals("large")) {
                chunks.add(event.table().table());
            }
        });
        assertThat(chunks).hasSize(3);
        assertThat(rows(live, "select sum(length(text)) from large")).containsExactly("9500015");
    }

    @Test
    void smallChunksOfArchivesAreWrittenTogether() throws SQLException, IOException {
        Path file = directory.resolve("a");
        transfer().export(A).to(file).inChunksOf(3, 1, 1).run();
        destroy(A);
        int[] chunks = new int[1];
        planFrom(file, A).execute(event -> chunks[0] += event.table().table().equals("person") ? 1 : 0);
        assertThat(chunks[0]).isEqualTo(9);
    }

    @Test
    void archivesOfDifferentColumnsAreRefused() throws SQLException, IOException {
        transfer().export(A).toDirectory(directory).run();
        sql(live, "alter table site add column colour text");
        transfer().export(B).toDirectory(directory).run();
        assertThatThrownBy(() -> planFrom(directory, A, B))
                .isInstanceOf(TransferRefusedException.class)
                .hasMessage("The restore is refused: " + Archives.file(directory, B)
                        + " has other columns of public.site than the archives before it. Restore what was exported before and after "
                        + "the change apart.");
    }

    @Test
    void whoIsMissingIsNamedOnce() throws SQLException, IOException {
        transfer().export(A).toDirectory(directory).run();
        assertThatThrownBy(() -> planFrom(directory, A, B))
                .isInstanceOfSatisfying(TransferRefusedException.class, thrown -> assertThat(thrown.reasons())
                        .hasSize(1));
    }

    // ---- indexes

    @Test
    void anIndexOfLessThanTheColumnsDoesNotHelp() throws SQLException, IOException {
        sql(
                live,
                "alter table event add unique (customer_id, id, at)",
                "create table guest (id int primary key, customer uuid not null, event int not null, at date not null,"
                        + " foreign key (customer, event, at) references event (customer_id, id, at))",
                "create index guest_event on guest (event)");
        assertThat(transfer().export(A).to(directory.resolve("a")).run().warnings())
                .anyMatch(warning -> warning.startsWith("No index of public.guest begins with customer, event, at"));
        sql(live, "create index guest_all on guest (event, at, customer)");
        assertThat(transfer().export(A).to(directory.resolve("b")).run().warnings())
                .noneMatch(warning -> warning.contains("public.guest"));
    }

    @Test
    void onlyAnIndexThatBeginsWithTheColumnHelps() throws SQLException, IOException {
        String warning =
                "No index of public.site begins with customer_id: all of its rows are read to find those of an owner.";
        sql(
                live,
                "create index site_part on site (customer_id) where id > 5",
                "create index site_second on site (id, customer_id)");
        assertThat(transfer().export(A).to(directory.resolve("a")).run().warnings())
                .contains(warning);
        sql(live, "create index site_first on site (customer_id, id)");
        assertThat(transfer().export(A).to(directory.resolve("b")).run().warnings())
                .doesNotContain(warning);
    }

    @Test
    void anArchiveThatCannotBeOpenedLeavesNoneOpen() throws SQLException, IOException {
        transfer().export(List.of(A, B)).toDirectory(directory).run();
        Files.write(Archives.file(directory, B), new byte[100]);
        assertThatThrownBy(() -> planFrom(directory, A, B)).isInstanceOf(RuntimeException.class);
        Path descriptors = Path.of("/proc/self/fd"); // on Linux
        if (Files.isDirectory(descriptors)) {
            List<String> open = new ArrayList<>();
            try (var all = Files.list(descriptors)) {
                all.filter(Files::exists).map(ExportGuardTest::target).forEach(open::add);
            }
            assertThat(open)
                    .doesNotContain(Archives.file(directory, A).toRealPath().toString());
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
