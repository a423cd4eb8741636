package dev.tenantsafety.transfer;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.ownership.OwnershipRules;
import dev.tenantsafety.testing.Database;
import dev.tenantsafety.testing.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;

/** Two tenants whose rows stand in the same tables of a live database, and a backup of it. */
abstract class TwoTenants {

    static final TenantId A = TenantId.create();
    static final TenantId B = TenantId.create();

    /** Their IDs as they stand in statements. */
    static final String OF_A = "'" + A.uuid() + "'";

    static final String OF_B = "'" + B.uuid() + "'";

    static final int ROWS_OF_EACH = 290;

    static final List<String> TABLES =
            List.of("customer", "person", "site", "ticket", "step", "loop_a", "loop_b", "log", "odd", "event", "plan");

    static final List<String> SCHEMA = List.of(
            "create table plan (code text primary key)",
            "create table customer (id uuid primary key, name text unique, plan text references plan)",
            "create table person (id bigint generated always as identity primary key, customer_id uuid not null references customer,"
                    + " email text not null, version int not null default 0, unique (customer_id, email))",
            "create unique index person_live on person (lower(email)) where version >= 0",
            "create table site (id int primary key, customer_id uuid not null references customer)",
            "create table ticket (id serial primary key, site_id int not null references site, author bigint references person,"
                    + " title text, size int generated always as (length(title)) stored)",
            "create table step (id int primary key, customer_id uuid not null, parent int not null references step)",
            "create table loop_a (id int primary key, customer_id uuid not null, b int not null)",
            "create table loop_b (id int primary key, a int not null references loop_a)",
            "alter table loop_a add foreign key (b) references loop_b",
            "create table log (customer_id uuid not null, text text)",
            "create type mood as enum ('sad', 'happy')",
            "create domain code as text check (value <> '')",
            "create table odd (\"select\" int, \"a \"\"b\" text, customer_id uuid not null, j jsonb, f json, x xml, m mood, c code, i int[],"
                    + " r int4range, t timestamptz, d date, b bytea, p point, primary key (\"select\", \"a \"\"b\"))",
            "create table event (id int, at date, customer_id uuid not null, primary key (id, at)) partition by range (at)",
            "create table event_1 partition of event for values from ('2020-01-01') to ('2021-01-01')",
            "create table event_2 partition of event for values from ('2021-01-01') to ('2022-01-01')");

    final JdbcConnectionPool live = Filled.COPIES.get();
    final JdbcConnectionPool backup = Filled.COPIES.get();

    /** Apart, for the processes that are killed need the rules of this class and no server of their own. */
    private static final class Filled {
        static final Supplier<JdbcConnectionPool> COPIES = copies();

        private static Supplier<JdbcConnectionPool> copies() {
            try {
                return Database.copiesOf(TwoTenants::fill);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static void fill(JdbcConnectionPool database) throws SQLException {
        sql(database, SCHEMA.toArray(String[]::new));
        sql(database, "insert into plan values ('free')");
        for (TenantId tenant : List.of(A, B)) {
            int base = tenant.equals(A) ? 0 : 1000;
            String id = "'" + tenant.uuid() + "'";
            sql(
                    database,
                    "insert into customer values (" + id + ", 'name " + base + "', 'free')",
                    "insert into person (id, customer_id, email) overriding system value select " + base + " + n, " + id
                            + ", 'p' || " + base + " + n from generate_series(1, 50) n",
                    "insert into site select " + base + " + n, " + id + " from generate_series(1, 5) n",
                    "insert into ticket (id, site_id, author, title) select " + base + " + n, " + base
                            + " + 1 + n % 5, " + base
                            + " + 1 + n % 50, E'tab\\t new\\nline \\\\ ' || n from generate_series(1, 200) n",
                    "insert into step select " + base + " + n, " + id + ", " + base
                            + " + case when n = 1 then 1 when n = 2 then 20 else n - 1 end from generate_series(1, 20) n",
                    "with a as (insert into loop_a select " + base + " + n, " + id + ", " + base
                            + " + n from generate_series(1, 3) n) insert into loop_b select " + base + " + n, "
                            + base
                            + " + 1 + n % 3 from generate_series(1, 3) n",
                    "insert into log select " + id + ", 'same' from generate_series(1, 3)",
                    "insert into log values (" + id + ", null)",
                    "insert into odd values (" + base + ", 'k', " + id
                            + ", '{\"a\": [1, null]}', '{\"b\" :  2}', '<a/>', 'happy', 'c', '{1,null,3}', '[1,5)', 'infinity',"
                            + " '4713-01-01 BC', '\\x00ff', '(1,2)'), (" + base + ", '', " + id
                            + ", null, null, null, null, null, null, 'empty', '-infinity', '5874897-12-31', '', null)",
                    "insert into event values (" + base + ", '2020-05-05', " + id + "), (" + base + ", '2021-05-05', "
                            + id + ")");
        }
    }

    @AfterEach
    void close() {
        live.dispose();
        backup.dispose();
    }

    /** In the live database and in its backup. */
    void both(String... statements) throws SQLException {
        sql(live, statements);
        sql(backup, statements);
    }

    static void sql(JdbcConnectionPool database, String... statements) throws SQLException {
        Sql.sql(database, statements);
    }

    static List<String> rows(JdbcConnectionPool database, String sql) throws SQLException {
        return Sql.rows(database, sql);
    }

    /** All rows of all tables, as text, sorted. */
    static List<String> all(JdbcConnectionPool database) throws SQLException {
        List<String> all = new ArrayList<>();
        for (String table : TABLES) {
            all.addAll(rows(
                    database,
                    "select '" + table + " ' || (t.*)::text from " + table + " t order by (t.*)::text collate \"C\""));
        }
        return all;
    }

    static OwnershipRules rules(OwnershipRules rules) {
        return rules.root("customer", TenantId.KIND)
                .ownedByColumn("customer_id", TenantId.KIND)
                .ownedThroughForeignKeys()
                .shared("plan");
    }

    Restore restore(TenantId... tenants) throws SQLException {
        return Transfer.between(live, OwnershipModel.read(live, TwoTenants::rules))
                .restore(List.of(tenants))
                .inChunksOf(40, 1);
    }

    static String owned(TenantId tenant) {
        return "customer_id = '" + tenant.uuid() + "'";
    }

    /** What a superuser did at night, in the order of foreign keys. */
    void destroy(TenantId tenant) throws SQLException {
        String of = owned(tenant);
        sql(
                live,
                "delete from ticket where site_id in (select id from site where " + of + ")",
                "delete from site where " + of,
                "delete from person where " + of,
                "delete from step where " + of,
                "with a as (delete from loop_a where " + of
                        + " returning id) delete from loop_b where a in (select id from a)",
                "delete from log where " + of,
                "delete from odd where " + of,
                "delete from event where " + of,
                "delete from customer where id = '" + tenant.uuid() + "'");
    }
}
