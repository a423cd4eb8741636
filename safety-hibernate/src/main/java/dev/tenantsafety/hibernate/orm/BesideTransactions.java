package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.scope.IncludeDeleted;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.hibernate.StatelessSession;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.jspecify.annotations.Nullable;

/**
 * Reads in the open scope, marked rows too, on a connection of its own: for a transaction that takes no statement after an error. One at a time,
 * so that where all connections are in use, one transaction at most waits for another. Where there is no second connection, it is not tried again.
 */
final class BesideTransactions {

    private final Semaphore one = new Semaphore(1);
    private volatile boolean isOutOfReach;

    /** What was read; null if it could not be. */
    <R> @Nullable R look(SessionFactoryImplementor factory, Function<StatelessSession, @Nullable R> read) {
        if (isOutOfReach || !one.tryAcquire()) {
            return null;
        }
        try {
            return IncludeDeleted.because("keys of new rows").call(() -> {
                try (StatelessSession reading = factory.openStatelessSession()) {
                    return read.apply(reading);
                }
            });
        } catch (RuntimeException e) {
            isOutOfReach = true; // the error that is to be explained is the one to tell
            return null;
        } finally {
            one.release();
        }
    }
}
