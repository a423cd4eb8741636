package dev.tenantsafety.samples.flowable;

import static dev.tenantsafety.testing.Sql.rows;
import static dev.tenantsafety.testing.Sql.sql;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.archive.ArchiveTrust;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.ownership.Selection;
import dev.tenantsafety.transfer.Archives;
import dev.tenantsafety.transfer.ConflictPolicy;
import dev.tenantsafety.transfer.ExportReport;
import dev.tenantsafety.transfer.Restore;
import dev.tenantsafety.transfer.RestorePlan;
import dev.tenantsafety.transfer.RestoreReport;
import dev.tenantsafety.transfer.TableCount;
import dev.tenantsafety.transfer.Transfer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.flowable.task.api.Task;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The schema is Flowable's, the rows were written by its engine, and one tenant of it comes back. */
class ProcessEngineRestoreTest {

    private static final TenantId A = TenantId.create();
    private static final TenantId B = TenantId.create();
    private static final int ORDERS = 2;

    private static Template template;
    private static OwnershipModel model;

    private JdbcConnectionPool live;
    private JdbcConnectionPool backup;

    @BeforeAll
    static void fill() throws SQLException {
        template = Template.filled(database -> {
            try (Engine engine = Engine.on(database)) {
                sql(database, "create table shop (id varchar(36) primary key, name text)");
                engine.forAll();
                for (TenantId tenant : List.of(A, B)) {
                    sql(database, "insert into shop values ('" + tenant.uuid() + "', 'a shop')");
                    engine.fill(tenant, ORDERS);
                }
            }
            model = OwnershipModel.read(database, EngineOwnership::rules);
        });
    }

    @BeforeEach
    void copy() throws SQLException {
        live = template.copy();
        backup = template.copy();
    }

    @AfterEach
    void close() {
        live.dispose();
        backup.dispose();
    }

    /** Every row of every table of the schema, byte by byte, whoever owns it. */
    private static Map<String, List<String>> all(JdbcConnectionPool database) throws SQLException {
        Map<String, List<String>> all = new TreeMap<>();
        for (OwnedTable table : model.tables()) {
            all.put(table.name().table(), rows(database, text(table) + " order by 1"));
        }
        return all;
    }

    private static String text(OwnedTable table) {
        return "select (t.*)::text collate \"C\" from " + table.name().table() + " t";
    }

    private static String owned(OwnedTable table, TenantId tenant) {
        Selection selection = model.select(table.name(), TenantId.KIND);
        return selection.where("t", "= any ('{" + tenant.uuid() + "}')");
    }

    /** The same, of one tenant. */
    private static Map<String, List<String>> all(JdbcConnectionPool database, TenantId tenant) throws SQLException {
        Map<String, List<String>> all = new TreeMap<>();
        for (OwnedTable table : model.tables(TenantId.KIND)) {
            all.put(
                    table.name().table(),
                    rows(database, text(table) + " where " + owned(table, tenant) + " order by 1"));
        }
        return all;
    }

    /** How many rows, where there are any. */
    private static Map<String, Integer> counts(Map<String, List<String>> all) {
        Map<String, Integer> counts = new TreeMap<>();
        all.forEach((table, rows) -> {
            if (!rows.isEmpty()) {
                counts.put(table, rows.size());
            }
        });
        return counts;
    }

    private static long sum(Map<String, Integer> counts) {
        return counts.values().stream().mapToLong(count -> count).sum();
    }

    private static long inserted(RestorePlan plan) {
        return plan.tables().stream().mapToLong(TableCount::inserted).sum();
    }

    /** One statement: it sees all rows as they were before it, and foreign keys are looked at when it ends. */
    private void destroy(TenantId tenant) throws SQLException {
        List<String> deletes = new ArrayList<>();
        for (OwnedTable table : model.tables(TenantId.KIND)) {
            String name = table.name().table();
            deletes.add("gone_" + name + " as (delete from " + name + " t where " + owned(table, tenant) + ")");
        }
        sql(live, "with " + String.join(", ", deletes) + " select 1");
    }

    private Restore restore() {
        return Transfer.between(live, model).restore(A);
    }

    @Test
    void everyRowHasOneOwnerOrIsForAll() throws SQLException {
        Map<String, Integer> forAll = counts(all(live));
        Map<String, Integer> ofA = counts(all(live, A));
        assertThat(ofA).hasSizeGreaterThan(30).isEqualTo(counts(all(live, B)));
        ofA.forEach((table, rows) -> forAll.merge(table, -2 * rows, Integer::sum));
        forAll.values().removeIf(rows -> rows == 0);
        assertThat(forAll)
                .isEqualTo(Map.of(
                        "act_ge_property", 7,
                        "act_id_property", 1,
                        "act_id_group", 1,
                        "act_re_deployment", 1,
                        "act_re_procdef", 2,
                        "act_ge_bytearray", 3,
                        "act_ru_identitylink", 1,
                        "flw_event_deployment", 1,
                        "flw_event_definition", 1,
                        "flw_event_resource", 1));
        try (Connection connection = live.getConnection()) {
            assertThat(model.check(connection)).isEmpty();
        }
    }

    @Test
    void aTenantIsExportedDestroyedAndRestored(@TempDir Path directory) throws SQLException, IOException {
        Map<String, List<String>> before = all(live);
        long owned = sum(counts(all(live, A)));
        Transfer transfer = Transfer.between(live, model);
        ExportReport exported =
                transfer.export(List.of(A, B)).toDirectory(directory).run();
        assertThat(exported.findings()).isEmpty();
        destroy(A);
        RestoreReport report = transfer.restore(A)
                .from(Archives.in(directory, ArchiveTrust.nobody().unsignedToo()))
                .plan()
                .execute();
        assertThat(report.tables().stream().mapToLong(TableCount::inserted).sum())
                .isEqualTo(owned);
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void aTenantComesBackAsItWasAndNobodyElseIsTouched() throws SQLException {
        Map<String, List<String>> before = all(live);
        long owned = sum(counts(all(live, A)));
        destroy(A);
        assertThat(all(live).toString()).doesNotContain(A.uuid().toString());
        RestorePlan plan = restore().from(backup).plan();
        assertThat(plan.conflicts()).isEmpty();
        assertThat(inserted(plan)).isEqualTo(owned);
        RestoreReport report = plan.execute();
        assertThat(report.differing()).isEmpty();
        assertThat(report.equal()).hasSize(model.tables(TenantId.KIND).size());
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void whatWasDamagedIsAsItWas() throws SQLException {
        Map<String, List<String>> before = all(live);
        sql(
                live,
                "update act_ge_bytearray t set bytes_ = '\\x00', rev_ = rev_ + 1 where "
                        + owned(model.table("act_ge_bytearray"), A),
                "update act_ru_execution t set is_active_ = false where " + owned(model.table("act_ru_execution"), A),
                "delete from act_hi_actinst t where " + owned(model.table("act_hi_actinst"), A));
        restore().onConflict(ConflictPolicy.REPLACE_ALL).from(backup).plan().execute();
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void theEngineGoesOnWithWhatItDeletedItself() throws SQLException {
        Map<String, List<String>> ofA = all(live, A);
        Map<String, List<String>> ofB = all(live, B);
        try (Engine engine = Engine.on(live)) {
            engine.delete(A);
            assertThat(counts(all(live, A))).isEqualTo(Map.of("shop", 1));
            restore().from(backup).plan().execute();
            assertThat(all(live, A)).isEqualTo(ofA);
            goOn(engine);
        }
        assertThat(all(live, B)).isEqualTo(ofB);
    }

    private static void goOn(Engine engine) {
        for (int i = 0; i < ORDERS; i++) {
            String order = engine.order(A, i);
            assertThat(engine.variable(order, "lines")).isEqualTo(List.of("tea", "cups"));
            engine.complete(A, order);
            assertThat(engine.ended(order)).isTrue();
        }
        assertThat(engine.tasks(A))
                .extracting(Task::getName)
                .containsExactlyInAnyOrder("Approve", "Count", "Count", "Pack", "call them");
        engine.complete(A, engine.begin(A, ORDERS + 1));
    }
}
