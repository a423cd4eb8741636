package dev.tenantsafety.transfer;

import static dev.tenantsafety.testing.Sql.rows;
import static dev.tenantsafety.testing.Sql.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.archive.ArchiveTrust;
import dev.tenantsafety.id.RealmId;
import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.ownership.OwnershipRules;
import dev.tenantsafety.testing.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Owners whose keys are texts, with all that texts can hold. */
class TextOwnersTest {

    private static final List<RealmId> REALMS = Stream.of(
                    "acme",
                    "ACME",
                    "O'Brien",
                    "a\\b",
                    "a\\'; drop table realm; --",
                    "x\" {y}, z",
                    "Zürich 😀",
                    "100%_",
                    "null",
                    "\\N")
            .map(RealmId::new)
            .toList();

    private static final RealmId NEW = new RealmId("new 'one\\");

    private final List<JdbcConnectionPool> pools = new ArrayList<>();

    @TempDir
    private Path directory;

    private JdbcConnectionPool filled(Database database) throws SQLException {
        JdbcConnectionPool pool = database.connections();
        pools.add(pool);
        sql(
                pool,
                "create table realm (id varchar(40) primary key, name varchar(99))",
                "create table client (id int primary key, realm_id varchar(40) not null references realm)",
                "create index client_realm on client (realm_id)",
                "create table role (id int primary key, client int not null references client, text varchar(40))",
                "create index role_client on role (client)",
                "create table padded (id int primary key, realm_id char(40) not null)",
                "create index padded_realm on padded (realm_id)",
                "create table log (realm_id varchar(40) not null, text varchar(40))",
                "create index log_realm on log (realm_id)");
        try (Connection connection = pool.getConnection()) {
            int id = 0;
            for (RealmId realm : REALMS) {
                for (String insert : List.of(
                        "insert into realm values (?, 'Realm " + id + "')",
                        "insert into client (realm_id, id) values (?, " + id + ")",
                        "insert into role (text, client, id) values (?, " + id + ", " + id + ")",
                        "insert into padded (realm_id, id) values (?, " + id + ")",
                        "insert into log values (?, 'same')",
                        "insert into log values (?, 'same')")) {
                    try (var statement = connection.prepareStatement(insert)) {
                        statement.setString(1, realm.text());
                        statement.executeUpdate();
                    }
                }
                id++;
            }
        }
        return pool;
    }

    @AfterEach
    void close() {
        pools.forEach(JdbcConnectionPool::dispose);
    }

    private static OwnershipRules rules(OwnershipRules rules) {
        return rules.root("realm", RealmId.KIND)
                .ownedByColumn("realm_id", RealmId.KIND)
                .ownedThroughForeignKeys();
    }

    private static Transfer transfer(DataSource database) throws SQLException {
        return Transfer.between(database, OwnershipModel.read(database, TextOwnersTest::rules));
    }

    private static List<String> all(DataSource database) throws SQLException {
        List<String> all = new ArrayList<>();
        for (String table : List.of("realm", "client", "role", "padded", "log")) {
            rows(database, "select row(t.*)::text from " + table + " t order by 1")
                    .forEach(row -> all.add(table + row));
        }
        return all;
    }

    private static List<String> allOfH2(DataSource database) throws SQLException {
        List<String> all = new ArrayList<>();
        for (String columns : List.of(
                "id || name from realm",
                "id || realm_id from client",
                "id || text from role",
                "id || realm_id from padded",
                "realm_id || text from log")) {
            all.addAll(rows(database, "select " + columns + " order by 1"));
        }
        return all;
    }

    private static List<String> all(DataSource database, Database kind) throws SQLException {
        return kind == Database.H2 ? allOfH2(database) : all(database);
    }

    private static void destroy(DataSource database, List<RealmId> realms, Dialect dialect) throws SQLException {
        String in = realms.stream()
                .map(realm -> dialect.literal(realm.text()))
                .collect(Collectors.joining(", ", " in (", ")"));
        sql(
                database,
                "delete from role where client in (select id from client where realm_id" + in + ")",
                "delete from client where realm_id" + in,
                "delete from padded where realm_id" + in,
                "delete from log where realm_id" + in,
                "delete from realm where id" + in);
    }

    private static Dialect dialect(Database database) {
        return database == Database.H2 ? Dialect.H2 : Dialect.POSTGRESQL;
    }

    @ParameterizedTest
    @EnumSource
    void rowsComeBackFromArchivesAndFromABackup(Database kind) throws SQLException, IOException {
        JdbcConnectionPool live = filled(kind);
        JdbcConnectionPool backup = filled(kind);
        List<String> before = all(live, kind);
        transfer(live).export(REALMS).toDirectory(directory).run();
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString().toLowerCase(Locale.ROOT)))
                    .as("they differ where case does not count")
                    .hasSize(REALMS.size())
                    .doesNotHaveDuplicates();
        }
        Archives archives = Archives.in(directory, ArchiveTrust.nobody().unsignedToo());
        for (List<RealmId> some : List.of(REALMS.subList(0, 1), REALMS.subList(1, 2), REALMS.subList(2, 7), REALMS)) {
            destroy(live, some, dialect(kind));
            assertThat(all(live, kind)).hasSizeLessThan(before.size());
            transfer(live).restore(some).from(archives).plan().execute();
            assertThat(all(live, kind)).isEqualTo(before);
            destroy(live, some, dialect(kind));
            transfer(live).restore(some).from(backup).plan().execute();
            assertThat(all(live, kind)).isEqualTo(before);
        }
        RealmId nobody = new RealmId("nobody");
        assertThatThrownBy(() -> transfer(live).restore(nobody).from(backup).plan())
                .hasMessageStartingWith("The restore is refused: realm_nobody is not in ");
        try (Connection connection = live.getConnection()) {
            assertThat(OwnershipModel.read(live, TextOwnersTest::rules).check(connection))
                    .isEmpty();
        }
    }

    /** As databases of long ago still say. */
    @Test
    void backslashesAreThemselvesWhateverTheSessionSays() throws SQLException {
        JdbcConnectionPool live = filled(Database.POSTGRESQL);
        JdbcConnectionPool backup = filled(Database.POSTGRESQL);
        List<String> before = all(live);
        destroy(live, REALMS, Dialect.POSTGRESQL);
        for (JdbcConnectionPool pool : List.of(live, backup)) {
            sql(
                    pool,
                    "alter database \""
                            + rows(pool, "select current_database()").get(0)
                            + "\" set standard_conforming_strings = off");
        }
        transfer(fresh(live)).restore(REALMS).from(fresh(backup)).plan().execute();
        assertThat(all(live)).isEqualTo(before);
    }

    /** Connections that the setting of the database holds for. */
    private DataSource fresh(JdbcConnectionPool pool) throws SQLException {
        PGSimpleDataSource fresh = new PGSimpleDataSource();
        try (Connection connection = pool.getConnection()) {
            fresh.setURL(connection.getMetaData().getURL());
            fresh.setUser(connection.getMetaData().getUserName());
        }
        assertThat(rows(fresh, "show standard_conforming_strings")).containsExactly("off");
        return fresh;
    }

    @Test
    void aRealmIsCopied() throws SQLException {
        JdbcConnectionPool live = filled(Database.POSTGRESQL);
        RealmId of = REALMS.get(4);
        List<String> before = all(live);
        Clone copy = transfer(live)
                .clone(of, NEW)
                .newKeys("client", "id", "id + 1000")
                .newKeys("role", "id", "id + 1000")
                .newKeys("padded", "id", "id + 1000");
        copy.from(live).plan().execute();
        assertThat(all(live)).containsAll(before).hasSize(before.size() + before.size() / REALMS.size());
        assertThat(rows(live, "select realm_id from client where id > 999")).containsExactly(NEW.text());
        assertThat(rows(live, "select rtrim(realm_id) from padded where id > 999"))
                .containsExactly(NEW.text());
    }
}
