package dev.tenantsafety.transfer;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

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
        ExecutorService pool = Executors.newFixedThreadPool(threads, Readers::thread);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                all.add(pool.submit(() -> {
                    try {
                        for (Units next = waiting.poll(); next != null; next = waiting.poll()) {
                            work.on(next);
                        }
                    } finally {
                        waiting.clear(); // after a failure, the others end with what they have begun
                    }
                    return null;
                }));
            }
            await(all);
        } finally {
            pool.shutdown();
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "tenant-safety-transfer");
        thread.setDaemon(true);
        return thread;
    }

    private static void await(List<Future<?>> all) throws SQLException, IOException {
        Throwable first = null;
        for (Future<?> one : all) {
            try {
                one.get();
            } catch (ExecutionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                if (first == null) {
                    first = cause;
                } else {
                    first.addSuppressed(cause);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while others read.", e);
            }
        }
        if (first != null) {
            rethrow(first);
        }
    }

    /** What another thread threw. */
    static void rethrow(Throwable thrown) throws SQLException, IOException {
        if (thrown instanceof SQLException e) {
            throw e;
        }
        if (thrown instanceof IOException e) {
            throw e;
        }
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
        throw new IllegalStateException(thrown);
    }
}
