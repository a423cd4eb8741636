package dev.tenantsafety.transfer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads in a thread of its own, one reading after the other, while what was read before is written. At most a few chunks are in memory.
 */
final class ReadAhead implements AutoCloseable {

    private static final int WAITING = 2;

    private final BlockingQueue<Read> queue = new ArrayBlockingQueue<>(WAITING);
    private final Thread thread;
    private volatile boolean isClosed;
    private @Nullable Throwable failure;

    /** Gives chunks, as a {@link RowSource} does. */
    @FunctionalInterface
    interface Reading {
        void into(Copy.Sink<RuntimeException> sink) throws SQLException;
    }

    /** A chunk, or why there is none, or, if there is nothing of both, the end of a reading. */
    private record Read(
            Copy.@Nullable Chunk chunk, @Nullable Throwable failure) {}

    private static final Read END = new Read(null, null);

    /** Nobody wants to know any more. */
    private static final class ClosedException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private ReadAhead(List<Reading> readings) {
        thread = new Thread(() -> readAll(readings), "tenant-safety-reader");
        thread.setDaemon(true);
    }

    static ReadAhead of(List<Reading> readings) {
        ReadAhead ahead = new ReadAhead(readings);
        ahead.thread.start();
        return ahead;
    }

    /**
     * The next chunk, or null where a reading ends; then the next one begins. Throws what was thrown where it was to be read, and goes
     * on to. For one thread at a time.
     */
    Copy.@Nullable Chunk chunk() throws SQLException {
        try {
            Read read = failure == null ? queue.take() : new Read(null, failure);
            failure = read.failure();
            if (failure != null) {
                Threads.rethrow(failure);
            }
            return read.chunk();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while rows were read.", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void readAll(List<Reading> readings) {
        try {
            for (Reading reading : readings) {
                reading.into(chunk -> put(new Read(chunk, null)));
                put(END);
            }
        } catch (ClosedException e) {
            // what was begun was read to its end
        } catch (SQLException | RuntimeException | Error e) {
            failed(e);
        }
    }

    private void failed(Throwable failure) {
        try {
            put(new Read(null, failure));
        } catch (ClosedException e) {
            failure.addSuppressed(e); // and is forgotten with it
        }
    }

    private void put(Read read) {
        try {
            if (isClosed) {
                throw new ClosedException();
            }
            queue.put(read);
        } catch (InterruptedException e) {
            throw new ClosedException();
        }
    }

    /** Waits until nothing is read any more: then the connection is free. */
    @Override
    public void close() {
        isClosed = true;
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            queue.clear();
            try {
                thread.join(10);
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
