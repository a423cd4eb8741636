package dev.tenantsafety.benchmarks.transfer;

import dev.tenantsafety.archive.ArchiveTrust;
import dev.tenantsafety.transfer.Archives;
import dev.tenantsafety.transfer.Restore;
import dev.tenantsafety.transfer.RestorePlan;
import dev.tenantsafety.transfer.Transfer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Our work and the opponents', turn by turn with the same rows; who comes first changes from turn to turn. */
final class Turns {

    private final Arena arena;
    private final Transfer transfer;
    private final BareCopy bare;
    private final Times times = new Times();
    private final Path archives;
    private final Path files;

    Turns(Arena arena) throws SQLException {
        this.arena = arena;
        transfer = arena.transfer();
        bare = new BareCopy(arena);
        archives = arena.directory.resolve("archives");
        files = arena.directory.resolve("files");
    }

    private boolean isOneUnit() {
        return arena.units.size() == 1;
    }

    Times run(int turns) throws Exception {
        for (int turn = 0; turn < turns; turn++) {
            inOrder(turn, List.of(this::export, this::bareOut));
            inOrder(
                    turn,
                    isOneUnit()
                            ? List.of(this::restore, this::restoreArchives, this::bareIn)
                            : List.of(this::restore, this::bareThrough));
        }
        return times;
    }

    /** Beside the others, for rows one by one. */
    void insertRowByRow(int turns) throws Exception {
        try (RowByRow hibernate = new RowByRow(arena.backup, arena.live)) {
            Tables.Table large = arena.sizes.tables().all().stream()
                    .filter(Tables.Table::isLarge)
                    .findFirst()
                    .orElseThrow();
            for (int turn = 0; turn < turns; turn++) {
                destroyAllAndRestoreBut(large);
                times.time(Step.STATELESS_INSERT, () -> hibernate.insert(arena.units.get(0)));
                destroyAllAndRestoreBut(large);
                times.time(Step.PERSIST, () -> hibernate.persist(arena.units.get(0)));
            }
        }
    }

    private void destroyAllAndRestoreBut(Tables.Table large) throws Exception {
        arena.destroy();
        for (Tables.Table table : arena.sizes.tables().all()) {
            if (!table.equals(large)) {
                bare.in(files, table);
            }
        }
        arena.settle();
    }

    private static void inOrder(int turn, List<Times.Work> works) throws Exception {
        List<Times.Work> order = new ArrayList<>(works);
        Collections.rotate(order, turn);
        for (Times.Work work : order) {
            work.run();
        }
    }

    private void export() throws Exception {
        arena.place("archives");
        arena.settle();
        times.time(Step.EXPORT, () -> {
            if (isOneUnit()) {
                transfer.export(arena.units).to(archives).run();
            } else {
                transfer.export(arena.units).toDirectory(archives).run();
            }
        });
    }

    private void bareOut() throws Exception {
        arena.place("files");
        arena.settle();
        times.time(Step.BARE_OUT, () -> bare.out(files));
    }

    private void destroy() throws SQLException {
        arena.destroy();
        arena.settle();
    }

    private void restore() throws Exception {
        destroy();
        Restore.Ready ready = transfer.restore(arena.units).from(arena.backup);
        restore(ready, Step.PLAN, Step.EXECUTE);
        if (isOneUnit()) {
            arena.settle();
            restore(ready, Step.PLAN_AGAIN, Step.EXECUTE_AGAIN);
        }
    }

    private void restoreArchives() throws Exception {
        destroy();
        restore(
                transfer.restore(arena.units)
                        .from(Archives.in(archives, ArchiveTrust.nobody().unsignedToo())),
                Step.PLAN_OF_ARCHIVE,
                Step.EXECUTE_OF_ARCHIVE);
    }

    private void restore(Restore.Ready ready, Step plan, Step execute) throws Exception {
        RestorePlan[] made = new RestorePlan[1];
        times.time(plan, () -> made[0] = ready.plan());
        times.time(execute, () -> made[0].execute());
    }

    private void bareIn() throws Exception {
        destroy();
        times.time(Step.BARE_IN, () -> bare.in(files));
    }

    private void bareThrough() throws Exception {
        destroy();
        times.time(Step.BARE_THROUGH, bare::through);
    }
}
