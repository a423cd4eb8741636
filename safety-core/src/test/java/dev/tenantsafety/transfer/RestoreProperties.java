package dev.tenantsafety.transfer;

import static dev.tenantsafety.testing.Sql.rows;
import static dev.tenantsafety.testing.Sql.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.archive.ArchiveTrust;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.testing.Cases;
import dev.tenantsafety.testing.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.h2.jdbcx.JdbcConnectionPool;

/**
 * Random schemas (circles, self references, keys of several columns, keys that may be null, tables without a key, a table for all), random
 * rows of three tenants, random damage to one of them (rows that went, were edited or added, keys and values that somebody else has now);
 * from a backup database, and from archives of it.
 */
class RestoreProperties {

    private static final List<TenantId> TENANTS = List.of(TenantId.create(), TenantId.create(), TenantId.create());

    private static final Pattern EDITED = Pattern.compile("edited,(\\d+)");

    private static final List<ConflictPolicy> POLICIES = List.of(ConflictPolicy.values());

    /** On each schema; twice 25 schemas make 500 cases. */
    private static final int CASES = Cases.of(10);

    private static JdbcConnectionPool live;
    private static JdbcConnectionPool backup;
    private static Path directory;

    @BeforeContainer
    static void open() throws IOException {
        directory = Files.createTempDirectory("restore-properties");
        live = Database.POSTGRESQL.connections();
        backup = Database.POSTGRESQL.connections();
    }

    @AfterContainer
    static void close() throws IOException {
        live.dispose();
        backup.dispose();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** A table of a random schema. */
    private record RandomTable(
            int number,
            boolean direct,
            boolean wideKey,
            boolean keyless,
            boolean pointsAtShared,
            List<Pointer> pointers) {
        String name() {
            return "t" + number;
        }
    }

    /** A foreign key of one; the first of a table without an owner of its own cannot be null. */
    private record Pointer(int target, boolean required) {}

    /** Rows for all; the key of what is added, and of what takes a value. */
    private static final int SHARED = 5;

    private static final int ADDED = 60;
    private static final int TAKER = 160;

    private final List<RandomTable> tables = new ArrayList<>();
    private OwnershipModel model;

    private void schema(Random random) {
        tables.clear();
        int count = 2 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            boolean direct = i == 0 || random.nextInt(3) > 0;
            List<Pointer> pointers = new ArrayList<>();
            if (!direct) {
                pointers.add(new Pointer(random.nextInt(i), true));
            }
            int more = random.nextInt(3);
            for (int j = 0; j < more; j++) {
                // to itself, back or forth: circles are made by pointers forth, of which each is required or not
                pointers.add(new Pointer(random.nextInt(count), random.nextBoolean()));
            }
            tables.add(new RandomTable(
                    i, direct, random.nextBoolean(), random.nextInt(6) == 0, random.nextInt(3) == 0, pointers));
        }
    }

    private boolean isKeyless(int table) {
        RandomTable candidate = tables.get(table);
        return candidate.keyless()
                && tables.stream().noneMatch(other -> other.pointers().stream().anyMatch(p -> p.target() == table));
    }

    private List<String> ddl() {
        List<String> ddl = new ArrayList<>(List.of(
                "create table shared (id int primary key)",
                "insert into shared select generate_series(1, " + SHARED + ")"));
        for (RandomTable table : tables) {
            StringBuilder sql = new StringBuilder("create table " + table.name() + " (k int not null");
            sql.append(table.wideKey() ? ", k2 int not null default 7" : "");
            sql.append(table.direct() ? ", tenant uuid not null" : "");
            sql.append(", v text, version int not null default 0, u int");
            sql.append(table.pointsAtShared() ? ", s int not null references shared" : "");
            for (int i = 0; i < table.pointers().size(); i++) {
                RandomTable target = tables.get(table.pointers().get(i).target());
                String not = table.pointers().get(i).required() ? " not null" : "";
                sql.append(", p").append(i).append(" int").append(not);
                sql.append(target.wideKey() ? ", q" + i + " int" + not : "");
            }
            if (!isKeyless(table.number())) {
                sql.append(table.wideKey() ? ", primary key (k, k2), unique (u)" : ", primary key (k), unique (u)");
            }
            ddl.add(sql.append(")").toString());
        }
        for (RandomTable table : tables) {
            for (int i = 0; i < table.pointers().size(); i++) {
                RandomTable target = tables.get(table.pointers().get(i).target());
                ddl.add("alter table " + table.name() + " add foreign key (p" + i + (target.wideKey() ? ", q" + i : "")
                        + ") references " + target.name());
            }
        }
        return ddl;
    }

    /** Rows of all tenants, in one statement: so circles of keys that cannot be null are no matter. */
    private String insertAll(Random random) {
        List<String> inserts = new ArrayList<>();
        int[] each = {1 + random.nextInt(6), 1 + random.nextInt(6), 1 + random.nextInt(6)};
        for (RandomTable table : tables) {
            List<String> values = new ArrayList<>();
            for (int tenant = 0; tenant < TENANTS.size(); tenant++) {
                for (int row = 0; row < each[tenant]; row++) {
                    int key = tenant * 100 + row;
                    int last = tenant * 100 + each[tenant];
                    values.add(row(random, table, tenant, key, String.valueOf(key), tenant * 100, last));
                }
            }
            inserts.add("i" + table.number() + " as (insert into " + table.name() + " values "
                    + String.join(", ", values) + ")");
        }
        return "with " + String.join(", ", inserts) + " select 1";
    }

    /** Of a tenant, pointing at rows with keys from the first to before the last. */
    private String row(Random random, RandomTable table, int tenant, int key, String unique, int first, int last) {
        StringBuilder value = new StringBuilder("(").append(key);
        value.append(table.wideKey() ? ", 7" : "");
        value.append(table.direct() ? ", '" + TENANTS.get(tenant).uuid() + "'::uuid" : "");
        value.append(", 'v").append(random.nextInt(9)).append("', 5, ").append(unique);
        value.append(table.pointsAtShared() ? ", " + (1 + random.nextInt(SHARED)) : "");
        for (Pointer pointer : table.pointers()) {
            boolean isNull = !pointer.required() && random.nextInt(3) == 0;
            int to = first + random.nextInt(last - first);
            value.append(isNull ? ", null::int" : ", " + to);
            value.append(tables.get(pointer.target()).wideKey() ? isNull ? ", null::int" : ", 7" : "");
        }
        return value.append(")").toString();
    }

    private List<String> all(JdbcConnectionPool database, boolean ofFirst) throws SQLException {
        List<String> all = new ArrayList<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (RandomTable table : tables) {
                String which = ofFirst ? " where k < 100 " : " where k >= 100 ";
                try (ResultSet rows = statement.executeQuery("select (t.*)::text from " + table.name() + " t" + which
                        + "order by (t.*)::text collate \"C\"")) {
                    while (rows.next()) {
                        all.add(table.name() + " " + rows.getString(1));
                    }
                }
            }
        }
        return all;
    }

    private OwnershipModel readModel() throws SQLException {
        return OwnershipModel.read(live, rules -> {
            rules.ownedByColumn("tenant", TenantId.KIND)
                    .ownedThroughForeignKeys()
                    .shared("shared");
            tables.stream()
                    .filter(table -> !table.direct())
                    .forEach(table -> rules.ownedThrough(
                            table.name(),
                            tables.get(table.pointers().get(0).target()).wideKey()
                                    ? new String[] {"p0", "q0"}
                                    : new String[] {"p0"}));
            return rules;
        });
    }

    /** Deletes whole tenants or whatever rows nothing points at, edits others and adds some; past all foreign keys in one statement. */
    private List<String> damage(Random random, boolean wholeTenant) {
        List<String> damage = new ArrayList<>();
        if (wholeTenant) {
            damage.add(deleteWhere("k < 100"));
            return damage;
        }
        for (RandomTable table : tables) {
            if (!isPointedAt(table)) {
                damage.add("delete from " + table.name() + " where k < 100 and k % 2 = " + random.nextInt(2));
            }
            damage.add("update " + table.name() + " set v = 'edited', version = " + random.nextInt(10)
                    + " where k < 100 and k % 3 = " + random.nextInt(3));
            if (!isPointedAt(table) && random.nextBoolean()) {
                damage.add("insert into " + table.name() + " values "
                        + row(random, table, 0, ADDED, String.valueOf(ADDED), 0, 1));
            }
        }
        return damage;
    }

    private boolean isPointedAt(RandomTable table) {
        return tables.stream()
                .anyMatch(other -> other.pointers().stream().anyMatch(pointer -> pointer.target() == table.number()));
    }

    /** A row of somebody else with the key, or the unique value, of one that went: then nothing comes back. */
    private void keyOrValueTaken(Random random, RowsFrom source) throws SQLException {
        for (RandomTable table : tables) {
            if (isPointedAt(table) || isKeyless(table.number())) {
                continue;
            }
            List<Integer> gone = new ArrayList<>(keys(backup, table));
            gone.removeAll(keys(live, table));
            if (!gone.isEmpty()) {
                boolean isKey = random.nextBoolean();
                int key = isKey ? gone.get(0) : TAKER;
                String unique = isKey ? "null" : gone.get(0).toString();
                sql(live, "insert into " + table.name() + " values " + row(random, table, 1, key, unique, 100, 101));
                String before = everything();
                RestorePlan plan = source.plan(restore(random));
                assertThat(plan.conflicts()).anySatisfy(conflict -> assertThat(conflict)
                        .contains(
                                isKey
                                        ? "rows of somebody else, or of nobody, with the keys"
                                        : "values of [u] were taken"));
                assertThatThrownBy(plan::execute).isInstanceOf(TransferRefusedException.class);
                assertThat(everything()).isEqualTo(before);
                sql(live, "delete from " + table.name() + " where k = " + key);
                return;
            }
        }
    }

    private List<Integer> keys(JdbcConnectionPool database, RandomTable table) throws SQLException {
        return rows(database, "select k from " + table.name() + " where k < 100 order by k").stream()
                .map(Integer::valueOf)
                .toList();
    }

    private String everything() throws SQLException {
        return all(live, true).toString() + all(live, false);
    }

    /** A backup database, or an archive of it. */
    @FunctionalInterface
    private interface RowsFrom {
        Restore.Ready of(Restore restore) throws SQLException;

        default RestorePlan plan(Restore restore) throws SQLException {
            return of(restore).plan();
        }
    }

    private RowsFrom source(Random random) throws SQLException {
        if (random.nextInt(3) > 0) {
            return restore -> restore.from(backup);
        }
        try {
            Path archive = Files.createTempDirectory(directory, "case").resolve("first.tenant");
            Transfer.between(backup, model)
                    .export(TENANTS.get(0))
                    .to(archive)
                    .inChunksOf(2 + random.nextInt(6), 1, 1)
                    .run();
            return restore ->
                    restore.from(Archives.in(archive, ArchiveTrust.nobody().unsignedToo()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Several cases for each schema: making tables takes longer than restoring them. */
    private void cases(long seed, Case one) throws SQLException {
        Random random = new Random(seed);
        schema(random);
        List<String> fresh = new ArrayList<>(List.of("drop schema public cascade", "create schema public"));
        fresh.addAll(ddl());
        sql(live, fresh.toArray(String[]::new));
        sql(backup, fresh.toArray(String[]::new));
        model = readModel();
        for (int i = 0; i < CASES; i++) {
            String rows = insertAll(random);
            sql(live, List.of(deleteWhere("true"), rows).toArray(String[]::new));
            sql(backup, List.of(deleteWhere("true"), rows).toArray(String[]::new));
            one.run(random);
        }
    }

    @FunctionalInterface
    private interface Case {
        void run(Random random) throws SQLException;
    }

    /** In one statement, for foreign keys are looked at at its end. */
    private String deleteWhere(String condition) {
        List<String> deletes = new ArrayList<>();
        tables.forEach(table ->
                deletes.add("d" + table.number() + " as (delete from " + table.name() + " where " + condition + ")"));
        return "with " + String.join(", ", deletes) + " select 1";
    }

    private Restore restore(Random random) throws SQLException {
        return Transfer.between(live, model)
                .restore(TENANTS.get(0))
                .inChunksOf(2 + random.nextInt(6), 1)
                .inParallel(random.nextInt(5) == 0 ? 3 : 1);
    }

    @Property(tries = 25, shrinking = ShrinkingMode.OFF)
    void whatWasDestroyedIsAsItWas(@ForAll long seed) throws SQLException {
        cases(seed, this::destroyedAndRestored);
    }

    private void destroyedAndRestored(Random random) throws SQLException {
        List<String> before = all(live, true);
        List<String> others = all(live, false);
        sql(live, damage(random, true).toArray(String[]::new));
        assertThat(all(live, true)).isEmpty();
        RowsFrom source = source(random);
        RestorePlan plan = source.plan(restore(random));
        assertThat(plan.conflicts()).isEmpty();
        if (random.nextBoolean()) {
            int stopAt = 1 + random.nextInt(5);
            int[] chunks = new int[1];
            assertThatThrownBy(() -> plan.execute(event -> {
                        if (++chunks[0] >= Math.min(stopAt, tables.size())) {
                            throw new IllegalStateException("stopped");
                        }
                    }))
                    .hasMessage("stopped");
        }
        RestoreReport report = plan.execute();
        assertThat(all(live, true)).isEqualTo(before);
        assertThat(all(live, false)).isEqualTo(others);
        assertThat(report.differing()).isEmpty();
        assertThat(IntStream.range(0, report.tables().size())
                        .mapToLong(i -> report.tables().get(i).inserted())
                        .sum())
                .isEqualTo(before.size());
        nothingIsLeftToDo(source.plan(restore(random)));
    }

    /** A script that goes past the foreign keys leaves rows that are nobody's: their parents are gone. */
    @Property(tries = 25, shrinking = ShrinkingMode.OFF)
    void whatIsDeletedPastForeignKeysComesBack(@ForAll long seed) throws SQLException {
        cases(seed, random -> {
            List<String> before = all(live, true);
            List<String> others = all(live, false);
            List<String> damage = new ArrayList<>(List.of("set session_replication_role = replica"));
            tables.forEach(table ->
                    damage.add("delete from " + table.name() + " where k < 100 and k % 2 = " + random.nextInt(2)));
            damage.add("set session_replication_role = origin");
            sql(live, damage.toArray(String[]::new));
            RestorePlan plan = source(random).plan(restore(random));
            assertThat(plan.conflicts()).isEmpty();
            assertThat(plan.execute().tables()).isEqualTo(plan.tables());
            assertThat(all(live, true)).isEqualTo(before);
            assertThat(all(live, false)).isEqualTo(others);
        });
    }

    @Property(tries = 25, shrinking = ShrinkingMode.OFF)
    void eachPolicyDoesWhatItSays(@ForAll long seed) throws SQLException {
        cases(seed, random -> damagedAndRestored(random, POLICIES.get(random.nextInt(POLICIES.size()))));
    }

    private void damagedAndRestored(Random random, ConflictPolicy policy) throws SQLException {
        List<String> before = all(live, true);
        List<String> others = all(live, false);
        sql(live, damage(random, false).toArray(String[]::new));
        RowsFrom source = source(random);
        keyOrValueTaken(random, source);
        List<String> damaged = all(live, true);
        Restore restore = restore(random).onConflict(policy).newerBy("version");
        RestorePlan plan = source.plan(restore);
        boolean isEdited = withoutKeyless(damaged).stream().anyMatch(row -> row.contains("edited"));
        if (policy == ConflictPolicy.FAIL && plan.conflicts().isEmpty()) {
            assertThat(isEdited).isFalse(); // seldom, all rows that were edited went too
        } else if (policy == ConflictPolicy.FAIL) {
            assertThatThrownBy(plan::execute).isInstanceOf(TransferRefusedException.class);
            assertThat(all(live, true)).isEqualTo(damaged);
            return;
        }
        assertThat(plan.execute().tables())
                .as("without conflicts, and nobody else writes: what was planned is written")
                .isEqualTo(plan.tables());
        List<String> after = all(live, true);
        assertThat(all(live, false)).isEqualTo(others);
        if (policy == ConflictPolicy.REPLACE_ALL || policy == ConflictPolicy.FAIL) {
            // of rows without a key, those that were edited are others, and stay beside those that came back
            assertThat(after).containsAll(before).containsAll(added(damaged));
            assertThat(withoutAdded(withoutKeyless(after))).isEqualTo(withoutKeyless(before));
        } else {
            assertThat(after).containsAll(expected(before, damaged, policy)).containsAll(added(damaged));
            assertThat(withoutAdded(withoutKeyless(after))).hasSameSizeAs(withoutKeyless(before));
        }
        nothingIsLeftToDo(source.plan(restore));
    }

    /** Rows that only the live database has, which stay whatever the policy. */
    private static List<String> added(List<String> rows) {
        return rows.stream().filter(RestoreProperties::isAdded).toList();
    }

    private static List<String> withoutAdded(List<String> rows) {
        return rows.stream().filter(row -> !isAdded(row)).toList();
    }

    private static boolean isAdded(String row) {
        return row.contains("(" + ADDED + ",");
    }

    private static void nothingIsLeftToDo(RestorePlan again) throws SQLException {
        assertThat(again.execute().tables()).allSatisfy(count -> {
            assertThat(count.inserted()).isZero();
            assertThat(count.updated()).isZero();
        });
    }

    private List<String> withoutKeyless(List<String> rows) {
        return rows.stream()
                .filter(row -> !isKeyless(Integer.parseInt(row.substring(1, row.indexOf(' ')))))
                .toList();
    }

    /** The rows that were edited stay, or stay where their version is not less than the 5 that the backup has. */
    private static List<String> expected(List<String> before, List<String> damaged, ConflictPolicy policy) {
        List<String> kept = damaged.stream()
                .filter(row -> !before.contains(row) && !isAdded(row))
                .filter(row -> policy == ConflictPolicy.INSERT_MISSING || version(row) >= 5)
                .toList();
        List<String> expected = new ArrayList<>(kept);
        Set<String> keys = new HashSet<>();
        damaged.stream()
                .filter(row -> !before.contains(row) && !isAdded(row))
                .filter(row -> policy == ConflictPolicy.INSERT_MISSING || version(row) >= 5)
                .forEach(row -> keys.add(row.substring(0, row.indexOf(','))));
        before.stream()
                .filter(row -> !keys.contains(row.substring(0, row.indexOf(','))))
                .forEach(expected::add);
        return expected;
    }

    private static int version(String row) {
        Matcher edited = EDITED.matcher(row);
        if (!edited.find()) {
            throw new IllegalArgumentException(row);
        }
        return Integer.parseInt(edited.group(1));
    }
}
