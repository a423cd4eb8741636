package dev.tenantsafety.scope;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * All that is open on a thread: the tenant's scope, a grant to reach across tenants, and whether marked data is seen. It is
 * how integrations ask, and how scopes travel to other threads: captured where the work is handed over, never inherited.
 *
 * <pre>{@code
 * executor.submit(OpenScope.current().wrap(tickets::reindex));
 * ExecutorService carrying = OpenScope.carriedBy(executor);       // every task runs in the scope of who submitted it
 * }</pre>
 *
 * <p>Works alike on platform and virtual threads. Instances are immutable and may be shared between threads.
 */
public final class OpenScope {

    /** Nothing is open. */
    private static final OpenScope NOTHING = new OpenScope(null, null, false);

    /** The one holder. Not inheritable on purpose: a pool's thread would keep the scope of whoever made it start. */
    private static final ThreadLocal<@Nullable OpenScope> HOLDER = new ThreadLocal<>();

    private final @Nullable TenantScope tenant;
    private final Optional<TenantScope> given; // asked for each row that is read
    private final CrossTenant.@Nullable Grant grant;
    private final boolean includesDeleted;

    private OpenScope(@Nullable TenantScope tenant, CrossTenant.@Nullable Grant grant, boolean includesDeleted) {
        this.tenant = tenant;
        this.given = Optional.ofNullable(tenant);
        this.grant = grant;
        this.includesDeleted = includesDeleted;
    }

    /**
     * What is open on this thread.
     *
     * @return never null; {@link #isEmpty() empty} if nothing is open
     */
    public static OpenScope current() {
        OpenScope open = HOLDER.get();
        return open == null ? NOTHING : open;
    }

    /**
     * Whose data is in reach.
     *
     * @return the scope; empty if none is open
     */
    public Optional<TenantScope> tenant() {
        return given;
    }

    /**
     * The grant to reach across tenants. If a tenant's scope was opened inside it, that one says whose data is in reach, and
     * the grant still bounds the time and the writing.
     *
     * @return the grant; empty if none was given
     */
    public Optional<CrossTenant.Grant> crossTenant() {
        return Optional.ofNullable(grant);
    }

    /**
     * Whether marked data is seen.
     *
     * @return true inside {@link IncludeDeleted}
     */
    public boolean includesDeleted() {
        return includesDeleted;
    }

    /**
     * Whether no data that somebody owns is in reach.
     *
     * @return true without a tenant's scope and without a grant
     */
    public boolean isEmpty() {
        return tenant == null && grant == null;
    }

    /**
     * Refuses to go on when the time of a grant is over. Integrations ask before each access.
     *
     * @throws CrossTenantExpiredException if it is
     */
    public void checkTime() {
        if (grant != null) {
            grant.check();
        }
    }

    OpenScope narrowedTo(TenantScope inner) {
        checkTime();
        return new OpenScope(tenant == null ? inner : tenant.and(inner), grant, includesDeleted);
    }

    OpenScope widenedTo(String reason, boolean writing, Duration bound) {
        if (tenant != null) {
            throw TenantScopeConflictException.acrossFromInside(tenant, reason);
        }
        checkTime();
        return new OpenScope(null, CrossTenant.Grant.from(reason, writing, bound, grant), includesDeleted);
    }

    OpenScope includingDeleted() {
        return new OpenScope(tenant, grant, true);
    }

    /**
     * Does work with exactly this open on the thread, whatever was open before, which is back afterwards. For whoever carries
     * a captured scope to a thread of a pool; to open a scope, use {@link TenantScope}.
     *
     * @param work the work; what it throws passes
     */
    public void run(Runnable work) {
        call(ScopedCall.of(work));
    }

    /**
     * Does work with exactly this open on the thread, as {@link #run}, and gives its result.
     *
     * @param work the work
     * @param <R> its result
     * @param <X> what it may throw
     * @return what the work gives
     * @throws X as the work decides
     */
    public <R extends @Nullable Object, X extends Exception> R call(ScopedCall<R, X> work) throws X {
        OpenScope before = replace(this);
        try {
            return work.call();
        } finally {
            replace(before);
        }
    }

    /**
     * Puts this on the thread until something else is. For frameworks that cannot wrap the work, such as
     * {@code context-propagation}; whoever calls it puts back what it returns.
     *
     * @param next what is to be open
     * @return what was open before
     */
    public static OpenScope replace(OpenScope next) {
        OpenScope before = current();
        if (next == NOTHING) {
            HOLDER.remove();
        } else {
            HOLDER.set(next);
        }
        return before;
    }

    /**
     * Nothing open, to be put on threads that must not have anything.
     *
     * @return the empty one
     */
    public static OpenScope nothing() {
        return NOTHING;
    }

    /**
     * Takes this along to the thread that runs the work.
     *
     * @param work the work
     * @return the same work, in this scope
     */
    public Runnable wrap(Runnable work) {
        return () -> run(work);
    }

    /**
     * Takes this along to the thread that runs the work.
     *
     * @param work the work
     * @param <R> its result
     * @return the same work, in this scope
     */
    public <R extends @Nullable Object> Callable<R> wrapCall(Callable<R> work) {
        return () -> this.<R, Exception>call(work::call);
    }

    /**
     * An executor whose tasks run in the scope of whoever submitted them, each in its own; those submitted without any run
     * without any.
     *
     * @param executor the executor that runs them; closing either closes both
     * @return the same executor, seen so
     */
    public static ExecutorService carriedBy(ExecutorService executor) {
        return new ScopeCarryingExecutor(executor);
    }

    /**
     * What is open, for messages.
     *
     * @return such as {@code tenant_01h… / site_01h…}, {@code all tenants ("invoices of October")} or {@code nobody}
     */
    @Override
    public String toString() {
        String whose = tenant != null
                ? tenant.toString()
                : grant != null ? "all tenants (\"" + grant.reason() + "\")" : "nobody";
        return includesDeleted ? whose + " with marked data" : whose;
    }
}
