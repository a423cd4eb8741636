package dev.tenantsafety.transfer;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** One restore into the live database: looked at for a plan, and carried out. */
final class RestoreRun {

    private final RestoreTask task;
    private final RowSource.Opening opening;

    RestoreRun(RestoreTask task, RowSource.Opening opening) {
        this.task = task;
        this.opening = opening;
    }

    RestorePlan plan() throws SQLException {
        try (RowSource source = opening.open(task);
                Borrowed writing = Borrowed.toWrite(task.live())) {
            Connection target = writing.connection();
            new Preflight(task).check(source, target);
            target.commit();
            RestoreLook look = new RestoreLook(task, source, target);
            look.run();
            return new RestorePlan(
                    this,
                    task.owners(),
                    List.copyOf(look.tables.values()),
                    look.chunks(),
                    look.conflicts(),
                    new ReferencesBack(task, source, target).plan(),
                    look.notes());
        }
    }

    RestoreReport execute(RestorePlan plan, TransferProgress progress) throws SQLException {
        try (RowSource source = opening.open(task);
                Borrowed writing = Borrowed.toWrite(task.live())) {
            Connection target = writing.connection();
            new Preflight(task).check(source, target);
            target.commit();
            Others others = Others.pick(task, target);
            Ledger ledger = Ledger.open(target, task.request());
            boolean resumes = ledger.resumes();
            RestoreWrite write = new RestoreWrite(task, source, target, plan, ledger, progress);
            write.run();
            List<String> references = new ReferencesBack(task, source, target).write();
            Verification verification;
            try {
                verification = Verification.of(task, write);
            } catch (TransferRefusedException e) {
                ledger.finish(); // what it holds is not what is there: the next run begins anew
                throw e;
            }
            new Sequences(target).advance(task.tables());
            ledger.finish();
            List<String> findings = new ReferencesOut(task.model(), task.units(), target, false).find();
            target.commit();
            return new RestoreReport(
                    ledger.run(),
                    task.units().ids(),
                    source.toString(),
                    task.rules().policy(),
                    List.copyOf(write.tables.values()),
                    verification.equal(),
                    verification.differing(),
                    references,
                    findings,
                    others.compare(),
                    resumes);
        }
    }
}
