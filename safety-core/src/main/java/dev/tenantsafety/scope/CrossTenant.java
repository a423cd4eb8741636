package dev.tenantsafety.scope;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reaching across tenants: for a reason, for a limited time, for reading unless it says otherwise, and never unnoticed.
 *
 * <pre>{@code
 * CrossTenant.read("invoices of October").within(Duration.ofMinutes(5)).run(() -> …);
 * }</pre>
 *
 * <p>Each use is told to every {@link ScopeObserver}, at its beginning and end. Inside, {@link TenantScope} narrows to one
 * tenant as usual, and keeps the time limit and the permission of this. It cannot be opened inside a tenant's scope, because
 * nested scopes never widen.
 *
 * <p>Instances are immutable and may be shared between threads.
 */
public final class CrossTenant {

    /** How long work across tenants may last if it does not say. */
    public static final Duration DEFAULT_BOUND = Duration.ofMinutes(5);

    private final String reason;
    private final boolean writing;
    private final Duration bound;

    private CrossTenant(String reason, boolean writing, Duration bound) {
        this.reason = Reasons.require(reason);
        this.writing = writing;
        this.bound = bound;
    }

    /**
     * Reads across tenants.
     *
     * @param reason why, for the audit; not blank
     * @return the verb, for at most {@link #DEFAULT_BOUND}
     * @throws IllegalArgumentException if the reason is blank
     */
    public static CrossTenant read(String reason) {
        return new CrossTenant(reason, false, DEFAULT_BOUND);
    }

    /**
     * Reads and writes across tenants, for the rare work that cannot be done tenant by tenant.
     *
     * @param reason why, for the audit; not blank
     * @return the verb, for at most {@link #DEFAULT_BOUND}
     * @throws IllegalArgumentException if the reason is blank
     */
    public static CrossTenant write(String reason) {
        return new CrossTenant(reason, true, DEFAULT_BOUND);
    }

    /**
     * Bounds the work in time. What comes later is refused with {@link CrossTenantExpiredException}; work under way, such as
     * a query that was sent, is not broken off.
     *
     * @param limit how long; more than zero
     * @return the same verb with that limit
     * @throws IllegalArgumentException if the limit is zero or negative
     */
    public CrossTenant within(Duration limit) {
        if (limit.isZero() || limit.isNegative()) {
            throw new IllegalArgumentException(
                    "Work across tenants needs some time, but within(" + limit + ") leaves none.");
        }
        return new CrossTenant(reason, writing, limit);
    }

    /**
     * Does work across tenants.
     *
     * @param work the work; what it throws passes
     * @throws TenantScopeConflictException if a tenant's scope is open on this thread, or this writes inside one that reads
     */
    public void run(Runnable work) {
        call(ScopedCall.of(work));
    }

    /**
     * Does work across tenants and gives its result.
     *
     * @param work the work
     * @param <R> its result
     * @param <X> what it may throw
     * @return what the work gives
     * @throws X as the work decides
     * @throws TenantScopeConflictException if a tenant's scope is open on this thread, or this writes inside one that reads
     */
    public <R extends @Nullable Object, X extends Exception> R call(ScopedCall<R, X> work) throws X {
        OpenScope inner = OpenScope.current().widenedTo(reason, writing, bound);
        return ScopeObservers.observed(inner, ScopeEvent.Verb.of(writing), reason, work);
    }

    /**
     * What work across tenants was granted.
     *
     * @param reason why
     * @param writing whether it may write
     * @param bound how long it may last
     * @param deadline when it ends, by {@link System#nanoTime()}
     */
    public record Grant(String reason, boolean writing, Duration bound, long deadline) {

        static Grant from(String reason, boolean writing, Duration bound, @Nullable Grant outer) {
            long deadline = System.nanoTime() + bound.toNanos();
            if (outer == null) {
                return new Grant(reason, writing, bound, deadline);
            }
            if (writing && !outer.writing) {
                throw TenantScopeConflictException.writeInsideRead(outer.reason, reason);
            }
            boolean shorter = deadline - outer.deadline < 0;
            return new Grant(reason, writing, shorter ? bound : outer.bound, shorter ? deadline : outer.deadline);
        }

        void check() {
            if (System.nanoTime() - deadline >= 0) {
                throw new CrossTenantExpiredException(reason, bound);
            }
        }
    }
}
