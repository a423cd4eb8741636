package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Query;
import dev.tenantsafety.ownership.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Writes: each chunk in a transaction of its own, or not at all. */
final class RestoreWrite extends RestoreStep {

    /** What a trigger's function can ask for, to let restored rows be. */
    static final String SETTING = "tenant_safety.restoring";

    private static final String LOCK_TIMEOUT = "5s";

    private final RestorePlan plan;
    private final Ledger ledger;
    private final Pace pace;
    private final Map<TableName, Fingerprint> staged = new HashMap<>();
    private final Set<TableName> touched = new HashSet<>();
    private final Set<String> seen = new HashSet<>();
    private final Map<String, Long> byTriggers = new HashMap<>();
    private final List<Conflict> nulled = new ArrayList<>();

    RestoreWrite(RestoreTask task, RowSource source, RestorePlan plan, Ledger ledger, TransferProgress progress) {
        super(task, source);
        this.plan = plan;
        this.ledger = ledger;
        this.pace = new Pace(progress, task.units().ids().size(), plan.rows());
    }

    /** Whether rows of a table were staged; otherwise all were found to be as they are to be. */
    synchronized boolean isTouched(TableName table) {
        return touched.contains(table);
    }

    /** The source had all that it had when the plan was made. */
    synchronized void requireAllSeen() {
        List<String> missing = plan.chunks().keySet().stream()
                .filter(id -> !seen.contains(id))
                .sorted()
                .toList();
        if (!missing.isEmpty()) {
            throw new TransferRefusedException(
                    "The restore stops",
                    List.of("The source no longer has the rows " + missing
                            + " that the plan saw. Make the plan anew; what was written stays."));
        }
    }

    /** The source's rows of a table, as they stood in the stage. */
    synchronized Fingerprint staged(TableName table) {
        return staged.getOrDefault(table, Fingerprint.NONE);
    }

    @Override
    void chunk(Stages stages, String id, StagedTable table, Copy.Chunk chunk) throws SQLException {
        String sha256 = chunk.sha256();
        SeenChunk planned = plan.chunks().get(id);
        boolean isMissing = planned != null
                && planned.writesAll()
                && planned.count().rows() == chunk.rows()
                && planned.source().equals(sha256)
                && !ledger.has(id, sha256); // or it would be tried in vain
        if (!isMissing || !insert(stages, id, sha256, table, chunk)) {
            write(stages, Map.of(table, id), Map.of(table, sha256), () -> stages.alone(table, chunk));
        }
    }

    @Override
    void group(Stages stages, int batch, Map<StagedTable, String> hashes) throws SQLException {
        Map<StagedTable, String> ids = new LinkedHashMap<>();
        hashes.keySet().forEach(table -> ids.put(table, id(batch, table)));
        write(stages, ids, hashes, () -> {});
    }

    @Override
    boolean maybeSame(String batchAndTable) {
        return plan.chunks().containsKey(batchAndTable);
    }

    @Override
    void different(List<StagedTable> group) {
        throw new TransferRefusedException(
                "The restore stops",
                group.stream()
                        .map(table -> RestorePlan.changed(table.table().name()))
                        .toList());
    }

    @Override
    void same(String batchAndTable, StagedTable table, Fingerprint rows) {
        TableName name = table.table().name();
        TableCount count = ledger.get(batchAndTable, name, rows).orElse(TableCount.same(name, rows.rows()));
        add(count, rows);
        synchronized (this) {
            seen.add(batchAndTable);
        }
        pace.done(name, count.rows(), 0);
    }

    private static String of(Map<StagedTable, String> all, StagedTable table) {
        return Optional.ofNullable(all.get(table)).orElseThrow();
    }

    /**
     * The short way, where the plan saw none of the rows: so none is compared. Anything unexpected takes it back and is left to the
     * long way, which says what it is; then this gives false.
     */
    private boolean insert(Stages stages, String id, String sha256, StagedTable table, Copy.Chunk chunk)
            throws SQLException {
        Connection target = stages.target();
        TableCount count = new TableCount(table.table().name(), chunk.rows(), 0, 0, 0);
        try {
            announce(target);
            Written before = Written.of(target);
            stages.alone(table, chunk);
            Ledger.Done done = new Ledger.Done(id, sha256, count, stages.fingerprint(table));
            boolean isInserted = stages.unmapped().isEmpty()
                    && stages.insertMissing(table).equals(new Stages.Inserted(chunk.rows(), 0));
            Written.Beyond beyond = Written.of(target).beyond(before, List.of(count), List.of(table.table()), task);
            if (!isInserted
                    || !beyond.reasons().isEmpty()
                    || changed(stages, table, count).isPresent()) {
                target.rollback();
                return false;
            }
            ledger.record(target, done);
            target.commit();
            stages.committed(List.of(table));
            committed(stages, beyond);
            done(done, stages.moreBytes());
            return true;
        } catch (SQLException e) {
            target.rollback();
            if (isConstraint(e)) {
                return false;
            }
            throw stopped(id, e);
        } catch (RuntimeException e) {
            target.rollback();
            throw e;
        }
    }

    /** Commits, or leaves the database as it was before the chunk. */
    private void write(Stages stages, Map<StagedTable, String> ids, Map<StagedTable, String> hashes, SqlWork staging)
            throws SQLException {
        Connection target = stages.target();
        List<Ledger.Done> all = new ArrayList<>();
        try {
            announce(target);
            Written before = Written.of(target);
            staging.run();
            Map<StagedTable, Stages.Compared> compared = new LinkedHashMap<>();
            for (StagedTable table : ids.keySet()) {
                compared.put(table, stages.compare(table, true));
            }
            if (compared.entrySet().stream()
                    .allMatch(entry -> ledger.isStillThere(
                            of(ids, entry.getKey()),
                            entry.getValue().staged(),
                            entry.getValue().seen("")))) {
                target.rollback();
                ids.values().forEach(id -> done(ledger.get(id), stages.moreBytes()));
                return;
            }
            for (Map.Entry<StagedTable, Stages.Compared> entry : compared.entrySet()) {
                String id = of(ids, entry.getKey());
                String sha256 = of(hashes, entry.getKey());
                check(stages, id, entry.getKey(), entry.getValue().seen(sha256));
                all.add(new Ledger.Done(
                        id, sha256, entry.getValue().count(), entry.getValue().staged()));
            }
            List<StagedTable> written = List.copyOf(ids.keySet());
            insert(target, written, all);
            Written.Beyond beyond = settle(stages, all, written, before);
            for (Ledger.Done done : all) {
                ledger.record(target, done);
            }
            target.commit();
            stages.committed(written);
            committed(stages, beyond);
        } catch (SQLException e) {
            target.rollback();
            explain(stages, ids, staging, e);
            throw stopped(ids.values().toString(), e);
        } catch (RuntimeException e) {
            target.rollback();
            throw e;
        }
        for (Ledger.Done done : all) {
            done(done, stages.moreBytes());
        }
    }

    private static SQLException stopped(String id, SQLException e) {
        return new SQLException(
                "The restore stopped at " + id + ", of which nothing was written: " + e.getMessage()
                        + "  What was written before stays; executing the plan again goes on from there.",
                e.getSQLState(),
                e);
    }

    private static boolean isConstraint(SQLException e) {
        String state = e.getSQLState();
        return state != null && state.startsWith("23");
    }

    /** A constraint that the plan did not see violated: somebody wrote since. Says it in the plan's words, where the rows can be staged again. */
    private void explain(Stages stages, Map<StagedTable, String> ids, SqlWork staging, SQLException refusal)
            throws SQLException {
        if (!isConstraint(refusal) || ids.size() > 1) {
            return;
        }
        staging.run();
        List<String> found = new ArrayList<>();
        for (StagedTable table : ids.keySet()) {
            stages.obstacles(table, ComingKeys.none()).forEach(conflict -> found.add(conflict.toString()));
        }
        stages.target().rollback();
        if (!found.isEmpty()) {
            throw new TransferRefusedException(
                    "The restore stops at " + ids.values() + ", of which nothing was written", found);
        }
    }

    /** For the transaction: that a restore writes, and how long it waits for others. */
    static void announce(Connection target) throws SQLException {
        Query.of("select set_config(?, 'on', true), set_config('lock_timeout', ?, true)", SETTING, LOCK_TIMEOUT)
                .list(target, row -> true);
    }

    private void check(Stages stages, String id, StagedTable table, SeenChunk now) throws SQLException {
        List<String> found = new ArrayList<>();
        stages.collisions(table, now.count()).forEach(conflict -> found.add(conflict.toString()));
        stages.unmapped().forEach(conflict -> found.add(conflict.toString()));
        if (!table.hasKey()) { // with a key, written rows are found again and looked at
            stages.elsewhere(table).forEach(conflict -> found.add(conflict.toString()));
        }
        if (!plan.saw(id, now)) {
            found.add(RestorePlan.changed(table.table().name()));
        }
        if (!found.isEmpty()) {
            throw new TransferRefusedException("The restore stops at " + id + ", of which nothing was written", found);
        }
    }

    private static void insert(Connection target, List<StagedTable> tables, List<Ledger.Done> all) throws SQLException {
        if (tables.size() == 1) {
            try (Statement statement = target.createStatement()) {
                wrote(
                        all.get(0).count(),
                        statement.executeLargeUpdate(tables.get(0).insert()));
            }
            return;
        }
        List<String> parts = new ArrayList<>();
        List<String> sums = new ArrayList<>();
        for (int i = 0; i < tables.size(); i++) {
            parts.add("w" + i + " as (" + tables.get(i).insert() + " returning 1)");
            sums.add("(select count(*) from w" + i + ")");
        }
        List<Long> written = Query.of(
                        "with " + String.join(", ", parts) + " select unnest(array[" + String.join(", ", sums) + "])")
                .list(target, row -> row.getLong(1));
        for (int i = 0; i < tables.size(); i++) {
            wrote(all.get(i).count(), written.get(i));
        }
    }

    private static void wrote(TableCount count, long written) {
        if (written != count.inserted() + count.updated()) {
            throw new TransferRefusedException(
                    "The restore stops at " + count.table(),
                    List.of(written + " rows were written where " + count.inserted() + " were to be inserted and "
                            + count.updated()
                            + " updated: somebody else writes the same rows. Nothing of the chunk was "
                            + "kept; execute again."));
        }
    }

    /** What triggers did to rows as they were written, which nothing else would notice beside rows that stayed. */
    private Optional<String> changed(Stages stages, StagedTable table, TableCount count) throws SQLException {
        if (task.rules().harmless().isEmpty()) {
            return Optional.empty();
        }
        TableCount now = stages.compare(table, false).count();
        long changed = now.inserted() + now.updated() + now.kept() - count.kept();
        return changed == 0
                ? Optional.empty()
                : Optional.of(Preflight.changedByTriggers(List.of(changed + " of them"), table.table(), task.rules())
                        .toString());
    }

    /** The proof that nobody else was touched: whose the rows are, and what this transaction wrote in all. */
    private Written.Beyond settle(Stages stages, List<Ledger.Done> all, List<StagedTable> tables, Written before)
            throws SQLException {
        List<String> reasons = new ArrayList<>();
        for (StagedTable table : tables) {
            if (table.strangers().isPresent()) {
                List<String> keys = stages.keys(table.strangers().get());
                if (!keys.isEmpty()) {
                    reasons.add("Rows of " + table.table().name().table() + ", " + keys
                            + ", would not belong to those who were named. The source is not what it should be.");
                }
            }
        }
        List<TableCount> counts = all.stream().map(Ledger.Done::count).toList();
        Written.Beyond beyond = Written.of(stages.target())
                .beyond(before, counts, tables.stream().map(StagedTable::table).toList(), task);
        reasons.addAll(beyond.reasons());
        for (int i = 0; i < tables.size(); i++) {
            changed(stages, tables.get(i), counts.get(i)).ifPresent(reasons::add);
        }
        if (!reasons.isEmpty()) {
            throw new TransferRefusedException("The restore stops, and the chunk was not kept", reasons);
        }
        return beyond;
    }

    private synchronized void committed(Stages stages, Written.Beyond beyond) {
        beyond.added().forEach((table, rows) -> byTriggers.merge(table, rows, Long::sum));
        nulled.addAll(stages.nulled());
    }

    /** Which rows lost a reference to what does not exist, a sentence each. */
    synchronized List<String> nulled() {
        return Conflict.merged(nulled).stream().map(Conflict::toString).toList();
    }

    /** Rows that triggers added, by table. */
    synchronized Map<String, Long> byTriggers() {
        return new TreeMap<>(byTriggers);
    }

    private void done(Ledger.Done done, long bytes) {
        add(done.count(), done.rows());
        synchronized (this) {
            touched.add(done.count().table());
            seen.add(done.chunk());
        }
        pace.done(done.count().table(), done.count().rows(), bytes);
    }

    private synchronized void add(TableCount count, Fingerprint rows) {
        add(count);
        staged.merge(count.table(), rows, Fingerprint::plus);
    }

    @Override
    void unitsDone(int owners) {
        pace.unitsDone(owners);
    }

    /** Work that talks to the database. */
    @FunctionalInterface
    private interface SqlWork {
        void run() throws SQLException;
    }
}
