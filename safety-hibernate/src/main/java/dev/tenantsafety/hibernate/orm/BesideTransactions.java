package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.scope.IncludeDeleted;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.hibernate.StatelessSession;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.jspecify.annotations.Nullable;

/**
 * Reads in the open scope, marked rows too, on a connection of its own: for a transaction that takes no statement after an error. One at a time,
 * so that where all connections are in use, one transaction at most waits for another. After a look that failed, it rests for {@value #REST}
 * times the time that it took: those who wait in vain for a connection are few, and a pool that was full for a while is asked again.
 */
final class BesideTransactions {

    private static final int REST = 20;

    private final Semaphore one = new Semaphore(1);
    private final LongSupplier nanoTime;
    private long restsFrom;
    private long rest;

    BesideTransactions() {
        this(System::nanoTime);
    }

    BesideTransactions(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** What was read; null if it could not be. */
    <R> @Nullable R look(SessionFactoryImplementor factory, Function<StatelessSession, @Nullable R> read) {
        if (!one.tryAcquire()) {
            return null;
        }
        long begin = nanoTime.getAsLong();
        try {
            if (begin - restsFrom < rest) {
                return null;
            }
            rest = 0;
            return IncludeDeleted.because("keys of new rows").call(() -> {
                try (StatelessSession reading = factory.openStatelessSession()) {
                    return read.apply(reading);
                }
            });
        } catch (RuntimeException e) {
            restsFrom = nanoTime.getAsLong();
            rest = REST * (restsFrom - begin);
            return null; // the error that is to be explained is the one to tell
        } finally {
            one.release();
        }
    }
}
