package dev.tenantsafety.transfer;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Several threads that take batches of owners, each the next that nobody has, in their order. */
final class Readers {

    private Readers() {}

    /** Work on a batch. */
    @FunctionalInterface
    interface Work {
        void on(Units batch) throws SQLException, IOException;
    }

    /** Ends when all batches are done, or with the first failure, when all threads have stopped. */
    static void run(int threads, List<Units> batches, Work work) throws SQLException, IOException {
        Queue<Units> waiting = new ConcurrentLinkedQueue<>(batches);
        Callable<Void> reader = () -> {
            try {
                for (Units next = waiting.poll(); next != null; next = waiting.poll()) {
                    work.on(next);
                }
            } finally {
                waiting.clear(); // after a failure, the others end with what they have begun
            }
            return null;
        };
        Threads.run("tenant-safety-transfer", Collections.nCopies(threads, reader));
    }
}
