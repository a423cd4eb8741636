package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.TableName;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One restore into a database that is not PostgreSQL, row by row. A plan is the same work in one transaction, which is taken back; the
 * execution commits each chunk.
 */
final class RowRun implements RestorePlan.Run {

    private static final String COUNTED =
            "What a transaction writes is counted by the restore alone, for " + Dialect.H2 + " does not count it.";

    private final RestoreTask task;
    private final RowSource.Opening opening;

    RowRun(RestoreTask task, RowSource.Opening opening) {
        this.task = task;
        this.opening = opening;
    }

    /** Is given each piece of work before it is taken back or committed. */
    @FunctionalInterface
    private interface Each {
        void piece(
                Map<StagedTable, String> ids,
                Map<StagedTable, String> hashes,
                Map<StagedTable, List<TextFields.Row>> rows)
                throws SQLException;
    }

    RestorePlan plan() throws SQLException {
        try (RowSource source = opening.open(task);
                Borrowed writing = Borrowed.toWrite(task.live())) {
            Connection target = writing.connection();
            Preflight preflight = new Preflight(task);
            preflight.check(source, target);
            target.rollback();
            RowWork work = new RowWork(task, target);
            Map<TableName, TableCount> counts = new LinkedHashMap<>();
            Map<String, SeenChunk> chunks = new LinkedHashMap<>();
            each(source, (ids, hashes, rows) -> work.write(rows).forEach((table, count) -> {
                chunks.put(of(ids, table), seen(count, of(hashes, table)));
                counts.merge(count.table(), count, TableCount::plus);
            }));
            target.rollback();
            return new RestorePlan(
                    this,
                    task.owners(),
                    List.copyOf(counts.values()),
                    chunks,
                    Conflict.merged(work.conflicts()).stream()
                            .map(Conflict::toString)
                            .toList(),
                    references(source),
                    Stream.concat(preflight.notes().stream(), Stream.of(COUNTED))
                            .toList());
        }
    }

    /** References of others that were set to null are left so here, and that is said. */
    private List<String> references(RowSource source) throws SQLException {
        Set<String> sentences = new LinkedHashSet<>(source.unrecordedReferencesIn(task.units()));
        for (ReferenceIn reference : source.referencesIn(task.units())) {
            sentences.add("Rows of others, of " + reference.way().table() + ", pointed through "
                    + String.join(", ", reference.way().columns())
                    + " at rows that come back. In " + Dialect.H2
                    + " they are not set back; look at those that are null.");
        }
        return List.copyOf(sentences);
    }

    private void each(RowSource source, Each each) throws SQLException {
        List<Units> batches = source.batches(task.units(), task.rules().batchUnits());
        List<TableGroups.Group> groups =
                TableGroups.of(task.model(), task.units().kind());
        for (int batch = 0; batch < batches.size(); batch++) {
            for (TableGroups.Group group : groups) {
                Part part = Part.of(task, source, batch, batches.get(batch), group);
                if (part.isWhole()) {
                    whole(batch, part.tables(), source, each);
                } else {
                    chunks(batch, part.tables().get(0), source, each);
                }
            }
        }
    }

    private void chunks(int batch, StagedTable table, RowSource source, Each each) throws SQLException {
        source.read(table, task.rules().chunkRows(), chunk -> {
            String id = RestoreStep.batchAndTable(batch, table) + chunk.number();
            each.piece(Map.of(table, id), Map.of(table, chunk.sha256()), Map.of(table, TextFields.rows(chunk.text())));
        });
    }

    private void whole(int batch, List<StagedTable> tables, RowSource source, Each each) throws SQLException {
        Map<StagedTable, String> ids = new LinkedHashMap<>();
        Map<StagedTable, String> hashes = new LinkedHashMap<>();
        Map<StagedTable, List<TextFields.Row>> rows = new LinkedHashMap<>();
        for (StagedTable table : tables) {
            List<TextFields.Row> all = new ArrayList<>();
            StringBuilder parts = new StringBuilder();
            source.read(table, task.rules().chunkRows(), chunk -> {
                all.addAll(TextFields.rows(chunk.text()));
                parts.append(chunk.sha256());
            });
            ids.put(table, RestoreStep.id(batch, table));
            hashes.put(table, Copy.sha256(parts.toString()));
            rows.put(table, all);
        }
        each.piece(ids, hashes, rows);
    }

    /** Live rows that would be replaced are counted, and not told apart. */
    private static SeenChunk seen(TableCount count, String sha256) {
        return new SeenChunk(count, sha256, BigDecimal.ZERO);
    }

    @Override
    public String request() {
        return task.request();
    }

    @Override
    public RestoreReport execute(RestorePlan plan, TransferProgress progress) throws SQLException {
        try (RowSource source = opening.open(task);
                Borrowed writing = Borrowed.toWrite(task.live())) {
            Connection target = writing.connection();
            new Preflight(task).check(source, target);
            target.rollback();
            return OwnerLocks.holding(task, target, () -> write(plan, progress, source, target));
        }
    }

    private RestoreReport write(RestorePlan plan, TransferProgress progress, RowSource source, Connection target)
            throws SQLException {
        Map<TableName, Long> before = task.rules().harmless().isEmpty() ? Map.of() : rows(target);
        Ledger ledger = Ledger.open(target, task.request());
        boolean resumes = ledger.resumes();
        Pace pace = new Pace(progress, task.units().ids().size(), plan.rows());
        Map<TableName, TableCount> counts = new LinkedHashMap<>();
        Map<TableName, Fingerprint> read = new HashMap<>();
        each(source, (ids, hashes, rows) -> {
            write(target, plan, ledger, ids, hashes, rows).forEach((table, one) -> {
                counts.merge(one.count().table(), one.count(), TableCount::plus);
                read.merge(one.count().table(), one.rows(), Fingerprint::plus);
                pace.done(one.count().table(), one.count().rows(), 0);
            });
        });
        Verification verification = verify(source, target, counts, read, ledger);
        Map<String, Long> byTriggers = new TreeMap<>();
        if (!before.isEmpty()) {
            rows(target).forEach((table, now) -> {
                long inserted =
                        counts.getOrDefault(table, TableCount.none(table)).inserted();
                long more = now - before.getOrDefault(table, 0L) - inserted;
                if (more > 0) {
                    byTriggers.put(table.toString(), more);
                }
            });
        }
        List<String> notes = Sequences.advance(task, target);
        ledger.finish(target);
        List<String> findings = new ReferencesOut(task.model(), task.units(), target, false)
                .find("They came back as they were; mend them.");
        target.commit();
        return new RestoreReport(
                ledger.run(),
                task.units().ids(),
                source.toString(),
                task.rules().policy(),
                List.copyOf(counts.values()),
                verification.equal(),
                verification.differing(),
                byTriggers,
                references(source),
                findings,
                notes,
                new OthersChecked(0, 0),
                resumes);
    }

    /** How many rows of the owners there are, by table. */
    private Map<TableName, Long> rows(Connection target) throws SQLException {
        Map<TableName, Long> rows = new HashMap<>();
        for (OwnedTable table : task.tables()) {
            rows.put(table.name(), UnitRows.count(target, task.model(), table, task.units()));
        }
        return rows;
    }

    private static String of(Map<StagedTable, String> all, StagedTable table) {
        return Objects.requireNonNull(all.get(table));
    }

    /** Commits, or leaves the database as it was before the piece. */
    private Map<StagedTable, Ledger.Done> write(
            Connection target,
            RestorePlan plan,
            Ledger ledger,
            Map<StagedTable, String> ids,
            Map<StagedTable, String> hashes,
            Map<StagedTable, List<TextFields.Row>> rows)
            throws SQLException {
        try {
            RowWork work = new RowWork(task, target);
            Map<StagedTable, Ledger.Done> done = new LinkedHashMap<>();
            List<String> reasons = new ArrayList<>();
            work.write(rows)
                    .forEach((table, count) -> done.put(
                            table,
                            new Ledger.Done(
                                    of(ids, table),
                                    of(hashes, table),
                                    count,
                                    fingerprint(Objects.requireNonNull(rows.get(table))))));
            boolean isStillThere = done.values().stream()
                    .allMatch(one -> ledger.isStillThere(one.chunk(), one.rows(), seen(one.count(), one.sha256())));
            if (isStillThere && work.conflicts().isEmpty()) {
                target.rollback();
                done.replaceAll((table, one) -> ledger.get(one.chunk()));
                return done;
            }
            for (Ledger.Done one : done.values()) {
                if (!plan.saw(one.chunk(), seen(one.count(), one.sha256()))) {
                    reasons.add(RestorePlan.changed(one.count().table()));
                }
            }
            Conflict.merged(work.conflicts()).forEach(conflict -> reasons.add(conflict.toString()));
            if (!reasons.isEmpty()) {
                throw new TransferRefusedException(
                        "The restore stops at " + ids.values() + ", of which nothing was written", reasons);
            }
            for (Ledger.Done one : done.values()) {
                ledger.record(target, one);
            }
            target.commit();
            return done;
        } catch (SQLException | RuntimeException e) {
            target.rollback();
            throw e;
        }
    }

    private static Fingerprint fingerprint(List<TextFields.Row> rows) {
        return rows.stream()
                .map(row -> fingerprint(row.text().getBytes(StandardCharsets.UTF_8)))
                .reduce(Fingerprint.NONE, Fingerprint::plus);
    }

    private static Fingerprint fingerprint(byte[] row) {
        return new Fingerprint(1, BigDecimal.valueOf(Copy.shortSha256(row)));
    }

    private Verification verify(
            RowSource source,
            Connection target,
            Map<TableName, TableCount> counts,
            Map<TableName, Fingerprint> read,
            Ledger ledger)
            throws SQLException {
        Map<TableName, Fingerprint> live = new HashMap<>();
        for (OwnedTable table : task.tables()) {
            Fingerprint[] sum = {Fingerprint.NONE};
            TextRows.read(target, task.staged(table, task.units(), source).select(Dialect.H2), row -> {
                byte[] text = Arrays.copyOf(row, row.length - 1);
                sum[0] = sum[0].plus(fingerprint(text));
            });
            live.put(table.name(), sum[0]);
        }
        target.commit();
        try {
            return Verification.of(task.tables(), counts, live, read);
        } catch (TransferRefusedException e) {
            ledger.finish(target); // what it holds is not what is there: the next run begins anew
            throw e;
        }
    }
}
