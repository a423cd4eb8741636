package dev.tenantsafety.transfer;

import static dev.tenantsafety.testing.Sql.rows;
import static dev.tenantsafety.testing.Sql.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.testing.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A restore needs the rights that docs/restore.md lists, all of them, and no others. */
class OrdinaryRoleTest {

    private static final TenantId A = TenantId.create();
    private static final TenantId B = TenantId.create();

    private static final Pattern SQL_BLOCK = Pattern.compile("```sql\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern GRANT = Pattern.compile("grant ([a-z, ]+) on ([a-z_, ]+) to (restorer|reader);");
    private static final Pattern COMMA = Pattern.compile(", ");

    private static final List<String> TABLES = List.of("customer", "site", "ticket", "visit", "plan");

    /** Roles are the server's, which other tests share. */
    private static final String SUFFIX = "_" + UUID.randomUUID().toString().replace("-", "");

    private static final String RESTORER = "restorer" + SUFFIX;
    private static final String READER = "reader" + SUFFIX;

    private static JdbcConnectionPool live;
    private static JdbcConnectionPool backup;

    /** A privilege on an object, for one of the two roles. */
    private record Right(String privilege, String object, boolean inLive) {
        @Override
        public String toString() {
            return privilege + " on " + object;
        }
    }

    @BeforeAll
    static void open() throws SQLException, IOException {
        live = Database.POSTGRESQL.connections();
        backup = Database.POSTGRESQL.connections();
        for (JdbcConnectionPool database : List.of(live, backup)) {
            schema(database);
            // what everybody may by default would hide what the roles need
            sql(
                    database,
                    "revoke all on database " + name(database) + " from public",
                    "revoke all on schema public from public");
        }
        fill(backup, A, 0);
        fill(backup, B, 1000);
        sql(live, "create role " + RESTORER + " login", "create role " + READER + " login");
        sql(live, forTest(documented().get(1)));
        sql(backup, forTest(documented().get(2)));
        sql(live, forTest(documented().get(0)));
    }

    @BeforeEach
    void fill() throws SQLException {
        sql(
                live,
                "truncate tenant_safety_transfer, tenant_safety_transfer_chunk",
                "truncate customer, site, ticket, visit restart identity");
        fill(live, A, 0);
        fill(live, B, 1000);
    }

    private static void schema(JdbcConnectionPool database) throws SQLException {
        sql(
                database,
                "create table plan (code text primary key)",
                "insert into plan values ('free')",
                "create table customer (id uuid primary key, plan text references plan)",
                "create table site (id bigint generated always as identity primary key, customer_id uuid not null references customer)",
                "create table ticket (id serial primary key, site_id bigint not null references site, title text)",
                "create index ticket_title on ticket (lower(title))",
                "create table visit (id int, at date, site_id bigint not null references site, primary key (id, at))"
                        + " partition by range (at)",
                "create table visit_1 partition of visit for values from ('2020-01-01') to ('2021-01-01')",
                "create table visit_2 partition of visit for values from ('2021-01-01') to ('2022-01-01')");
    }

    /** The keys do not come from the sequences, which are behind them. */
    private static void fill(JdbcConnectionPool database, TenantId tenant, int base) throws SQLException {
        String id = "'" + tenant.uuid() + "'";
        sql(
                database,
                "insert into customer values (" + id + ", 'free')",
                "insert into site overriding system value select " + base + " + n, " + id
                        + " from generate_series(1, 5) n",
                "insert into ticket select " + base + " + n, " + base
                        + " + 1 + n % 5, 't' || n from generate_series(1, 50) n",
                "insert into visit select " + base + " + n, date '2020-12-25' + n, " + base
                        + " + 1 from generate_series(1, 10) n");
    }

    @AfterAll
    static void close() throws SQLException {
        for (JdbcConnectionPool database : List.of(live, backup)) {
            sql(database, "drop owned by " + RESTORER + ", " + READER);
        }
        sql(live, "drop role " + RESTORER + ", " + READER);
        live.dispose();
        backup.dispose();
    }

    private static String name(JdbcConnectionPool database) throws SQLException {
        return rows(database, "select current_database()").get(0);
    }

    /** All rows of all tables, as text, sorted. */
    private static List<String> all() throws SQLException {
        List<String> all = new ArrayList<>();
        for (String table : TABLES) {
            all.addAll(rows(
                    live,
                    "select '" + table + " ' || (t.*)::text from " + table + " t order by (t.*)::text collate \"C\""));
        }
        return all;
    }

    /** The blocks of SQL in the guide: for copies, for the live database, and for the source. */
    private static List<String> documented() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "restore.md"));
        List<String> blocks =
                SQL_BLOCK.matcher(page).results().map(block -> block.group(1)).toList();
        assertThat(blocks).hasSize(3);
        return blocks;
    }

    private static String forTest(String sql) throws SQLException {
        return sql.replace("database live", "database " + name(live))
                .replace("database backup", "database " + name(backup))
                .replace("to restorer", "to " + RESTORER)
                .replace("to reader", "to " + READER);
    }

    static Stream<Right> rights() throws IOException {
        return GRANT.matcher(String.join("\n", documented().subList(1, 3)))
                .results()
                .flatMap(grant -> COMMA.splitAsStream(grant.group(1))
                        .flatMap(privilege -> COMMA.splitAsStream(grant.group(2))
                                .map(object -> new Right(
                                        privilege, object, grant.group(3).equals("restorer")))));
    }

    private static DataSource as(String role, JdbcConnectionPool database) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        try (Connection connection = database.getConnection()) {
            source.setUrl(connection.getMetaData().getURL());
        }
        source.setUser(role);
        return source;
    }

    private static OwnershipModel model() throws SQLException {
        return OwnershipModel.read(as(RESTORER, live), rules -> rules.root("customer", TenantId.KIND)
                .ownedByColumn("customer_id", TenantId.KIND)
                .ownedThroughForeignKeys()
                .shared("plan"));
    }

    private static RestoreReport restore(OwnershipModel model, ConflictPolicy policy) throws SQLException {
        return Transfer.between(as(RESTORER, live), model)
                .restore(A)
                .onConflict(policy)
                .inChunksOf(7, 1)
                .from(as(READER, backup))
                .plan()
                .execute();
    }

    private static void destroy() throws SQLException {
        sql(
                live,
                "delete from visit where site_id < 1000",
                "delete from ticket where id < 1000",
                "delete from site where id < 1000",
                "delete from customer where id = '" + A.uuid() + "'");
    }

    private static void take(Right right) throws SQLException {
        sql(right.inLive() ? live : backup, forTest("revoke " + right).concat(from(right)));
    }

    private static void giveBack(Right right) throws SQLException {
        sql(
                right.inLive() ? live : backup,
                forTest("grant " + right + " to " + (right.inLive() ? "restorer" : "reader")));
    }

    private static String from(Right right) {
        return " from " + (right.inLive() ? RESTORER : READER);
    }

    @Test
    void whatIsDocumentedIsEnough() throws SQLException {
        List<String> before = all();
        destroy();
        assertThat(rows(
                        live,
                        "select rolname from pg_roles where rolname in ('" + RESTORER + "', '" + READER
                                + "') and not (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)"
                                + " and not exists (select 1 from pg_class where relowner = pg_roles.oid)"))
                .hasSize(2);
        RestoreReport report = restore(model(), ConflictPolicy.REPLACE_ALL);
        assertThat(report)
                .hasToString(
                        "1 owner restored and verified: 66 rows inserted, 0 updated; 4 tables equal to the source.");
        assertThat(all()).isEqualTo(before);
        assertThat(rows(live, "select nextval('ticket_id_seq')")).containsExactly("1051");
    }

    @Test
    void rowsAreReplaced() throws SQLException {
        List<String> before = all();
        sql(live, "update ticket set title = 'other' where id = 1");
        restore(model(), ConflictPolicy.REPLACE_ALL);
        assertThat(all()).isEqualTo(before);
    }

    @Test
    void whoReplacesNothingNeedsNoUpdate() throws SQLException {
        List<String> before = all();
        destroy();
        sql(live, "revoke update on customer, site, ticket, visit from " + RESTORER);
        restore(model(), ConflictPolicy.INSERT_MISSING);
        sql(live, "grant update on customer, site, ticket, visit to " + RESTORER);
        assertThat(all()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("rights")
    void withoutOneOfThemItFailsAndSaysSo(Right right) throws SQLException {
        List<String> before = all();
        destroy();
        List<String> destroyed = all();
        OwnershipModel model = model();
        take(right);
        assertThatThrownBy(() -> restore(model, ConflictPolicy.REPLACE_ALL))
                .hasMessageFindingMatch("permission denied|lacks a right: grant " + right.privilege() + " on");
        assertThat(all()).isEqualTo(destroyed);
        giveBack(right);
        restore(model, ConflictPolicy.REPLACE_ALL);
        assertThat(all()).isEqualTo(before);
    }

    @Test
    void theRightToReadIsNamedBeforeItIsMissed() throws SQLException {
        Right right = new Right("select", "ticket", true);
        OwnershipModel model = model();
        take(right);
        assertThatThrownBy(() -> restore(model, ConflictPolicy.INSERT_MISSING))
                .isInstanceOf(TransferRefusedException.class)
                .hasMessageContaining("lacks a right: grant select on");
        giveBack(right);
    }

    @Test
    void whatIsDocumentedIsEnoughForACopy() throws SQLException {
        sql(live, "truncate tenant_safety_clone, tenant_safety_clone_key");
        Clone clone = Transfer.between(as(RESTORER, live), model())
                .clone(A, TenantId.create())
                .newKeys("visit", "id", "id + 5000");
        for (String ours : CloneKeys.NAMES) {
            for (String right : List.of("select", "insert")) {
                sql(live, "revoke " + right + " on " + ours + " from " + RESTORER);
                assertThatThrownBy(() -> clone.from(as(READER, backup)).plan())
                        .hasMessageFindingMatch("permission denied|lacks a right: grant " + right + " on " + ours);
                sql(live, "grant " + right + " on " + ours + " to " + RESTORER);
            }
        }
        assertThat(clone.from(as(READER, backup)).plan().execute())
                .hasToString(
                        "1 owner restored and verified: 66 rows inserted, 0 updated; 4 tables equal to the source.");
    }

    @Test
    void eachRightIsTriedOnce() throws IOException {
        assertThat(rights().map(Right::toString))
                .hasSize(30)
                .contains("temporary on database live", "select on plan", "usage on all sequences in schema public");
    }
}
