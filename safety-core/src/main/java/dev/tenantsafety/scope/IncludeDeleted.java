package dev.tenantsafety.scope;

import org.jspecify.annotations.Nullable;

/**
 * Sees marked (softly deleted) data too: for views of the bin, and for undoing.
 *
 * <pre>{@code
 * List<Ticket> bin = IncludeDeleted.because("bin of the project").call(() -> tickets.findDeleted());
 * }</pre>
 *
 * <p>It says nothing about whose data is in reach: that is still the {@link TenantScope}. Marked data can be read, not
 * changed. Each use is told to every {@link ScopeObserver}.
 */
public final class IncludeDeleted {

    private final String reason;

    private IncludeDeleted(String reason) {
        this.reason = Reasons.require(reason);
    }

    /**
     * Says why marked data is looked at.
     *
     * @param reason why, for the audit; not blank
     * @return the verb
     * @throws IllegalArgumentException if the reason is blank
     */
    public static IncludeDeleted because(String reason) {
        return new IncludeDeleted(reason);
    }

    /**
     * Does work that sees marked data.
     *
     * @param work the work; what it throws passes
     */
    public void run(Runnable work) {
        call(ScopedCall.of(work));
    }

    /**
     * Does work that sees marked data and gives its result.
     *
     * @param work the work
     * @param <R> its result
     * @param <X> what it may throw
     * @return what the work gives
     * @throws X as the work decides
     */
    public <R extends @Nullable Object, X extends Exception> R call(ScopedCall<R, X> work) throws X {
        OpenScope inner = OpenScope.current().includingDeleted();
        return ScopeObservers.observed(inner, ScopeEvent.Verb.INCLUDE_DELETED, reason, work);
    }
}
