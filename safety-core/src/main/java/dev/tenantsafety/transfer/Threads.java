package dev.tenantsafety.transfer;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Work of several threads, which is done when all of them are. */
final class Threads {

    private Threads() {}

    /** Ends when all have ended, with the first failure if there is one. One work alone is done by the thread that calls. */
    static void run(String name, List<Callable<Void>> works) throws SQLException, IOException {
        if (works.size() == 1) {
            call(works.get(0));
            return;
        }
        ExecutorService pool = Executors.newFixedThreadPool(works.size(), work -> thread(name, work));
        try {
            List<Future<Void>> all = new ArrayList<>();
            works.forEach(work -> all.add(pool.submit(work)));
            await(all);
        } finally {
            end(pool);
        }
    }

    private static void call(Callable<Void> work) throws SQLException, IOException {
        try {
            work.call();
        } catch (Exception e) {
            rethrow(e);
        }
    }

    private static Thread thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    private static void await(List<Future<Void>> all) throws SQLException, IOException {
        Throwable first = null;
        for (Future<Void> one : all) {
            try {
                one.get();
            } catch (ExecutionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                if (first == null) {
                    first = cause;
                } else if (cause != first) {
                    first.addSuppressed(cause);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while others worked.", e);
            }
        }
        if (first != null) {
            rethrow(first);
        }
    }

    /** Whoever was interrupted waits for the others too: their connections are in use until then. */
    private static void end(ExecutorService pool) {
        pool.shutdownNow();
        boolean isInterrupted = Thread.interrupted();
        while (!pool.isTerminated()) {
            try {
                pool.awaitTermination(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
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
