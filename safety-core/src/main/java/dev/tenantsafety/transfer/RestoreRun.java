package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Dialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** One restore into the live database: looked at for a plan, and carried out. */
final class RestoreRun implements RestorePlan.Run {

    private final RestoreTask task;
    private final RowSource.Opening opening;

    RestoreRun(RestoreTask task, RowSource.Opening opening) {
        this.task = task;
        this.opening = opening;
    }

    /** By COPY into PostgreSQL, or row by row. */
    static RestorePlan plan(RestoreTask task, RowSource.Opening opening) throws SQLException {
        return task.model().catalog().dialect() == Dialect.POSTGRESQL
                ? new RestoreRun(task, opening).plan()
                : new RowRun(task, opening).plan();
    }

    private RestorePlan plan() throws SQLException {
        try (RowSource source = opening.open(task);
                Borrowed writing = Borrowed.toWrite(task.live())) {
            Connection target = writing.connection();
            Preflight preflight = new Preflight(task);
            preflight.check(source, target);
            target.commit();
            RestoreLook look = new RestoreLook(task, source);
            look.run(target);
            return new RestorePlan(
                    this,
                    task.owners(),
                    look.counts(),
                    look.chunks(),
                    look.conflicts(),
                    new ReferencesBack(task, source, target).plan(),
                    Stream.concat(preflight.notes().stream(), look.notes().stream())
                            .toList());
        }
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
            target.commit();
            return OwnerLocks.holding(task, target, () -> write(plan, progress, source, target));
        }
    }

    private RestoreReport write(RestorePlan plan, TransferProgress progress, RowSource source, Connection target)
            throws SQLException {
        Others others = Others.pick(task, target);
        Ledger ledger = Ledger.open(target, task.request());
        boolean resumes = ledger.resumes();
        if (task.copy() != null) {
            Sequences.advance(task, target); // so that what they give is nobody's
        }
        RestoreWrite write = new RestoreWrite(task, source, plan, ledger, progress);
        write(write, target, plan);
        write.requireAllSeen();
        List<String> references = new ReferencesBack(task, source, target).write();
        Verification verification;
        try {
            verification = Verification.of(task, source, write, target);
        } catch (TransferRefusedException e) {
            ledger.finish(target); // what it holds is not what is there: the next run begins anew
            throw e;
        }
        List<String> notes = new ArrayList<>(write.nulled());
        notes.addAll(Sequences.advance(task, target));
        ledger.finish(target);
        List<String> findings = new ReferencesOut(task.model(), task.units(), target, false)
                .find("They came back as they were; mend them.");
        target.commit();
        return new RestoreReport(
                ledger.run(),
                task.units().ids(),
                source.toString(),
                task.rules().policy(),
                write.counts(),
                verification.equal(),
                verification.differing(),
                write.byTriggers(),
                references,
                findings,
                notes,
                others.compare(),
                resumes);
    }

    private void write(RestoreWrite write, Connection target, RestorePlan plan) throws SQLException {
        try (Writers others = new Writers()) {
            for (int i = 1; i < writers(plan); i++) {
                others.add(task.live());
            }
            List<Connection> targets = new ArrayList<>(List.of(target));
            targets.addAll(others.connections());
            write.run(targets, task.copy() == null ? null : CloneKeys.open(task, task.copy(), target));
        }
    }

    /** Triggers may write to the same rows in any order, which two at a time would wait for until one is thrown out. */
    private int writers(RestorePlan plan) {
        RestoreRules rules = task.rules();
        return rules.harmless().isEmpty() && task.copy() == null && plan.rows() > rules.chunkRows()
                ? rules.writers()
                : 1;
    }
}
