package dev.tenantsafety.scope;

import org.jspecify.annotations.Nullable;

/**
 * Work that is done inside a scope and gives a result.
 *
 * @param <R> the result; may be null
 * @param <X> what the work may throw; it passes unchanged
 */
@FunctionalInterface
public interface ScopedCall<R extends @Nullable Object, X extends Exception> {

    /**
     * Does the work.
     *
     * @return its result
     * @throws X as the work decides
     */
    R call() throws X;

    /**
     * Work that gives no result, as a call.
     *
     * @param work the work
     * @return the call; its result, true, says nothing
     */
    static ScopedCall<Boolean, RuntimeException> of(Runnable work) {
        return () -> {
            work.run();
            return true;
        };
    }
}
