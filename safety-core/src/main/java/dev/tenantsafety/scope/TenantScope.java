package dev.tenantsafety.scope;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TypedId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Whose data is in reach: a tenant, or a site of it, or whatever kinds of IDs own rows.
 *
 * <pre>{@code
 * TenantScope.of(tenant).run(() -> tickets.search("printer"));
 * TenantScope.of(tenant).narrow(site).call(() -> projects.count());
 * }</pre>
 *
 * <p>A scope has one owner per kind: its <em>levels</em>, outermost first. Any kind of {@link TypedId} can be a level, so a
 * service whose tenants have IDs of its own uses those.
 *
 * <p><b>Nesting.</b> A scope opened inside another keeps the levels of the outer one and adds its own. It never widens: inside
 * the scope of a site, {@code TenantScope.of(tenant)} stays at the site. A level with another ID than the outer scope's is
 * refused with {@link TenantScopeConflictException}.
 *
 * <p><b>Threads.</b> Instances are immutable values and may be shared. What is open belongs to the thread that opened it; it
 * is not inherited by threads started from there, but handed to them: see {@link OpenScope}.
 */
public final class TenantScope {

    private final List<TypedId<?>> levels;

    private TenantScope(List<TypedId<?>> levels) {
        this.levels = List.copyOf(levels);
    }

    /**
     * The scope of one owner.
     *
     * @param owner the tenant, site or other owner
     * @return the scope, not yet open
     */
    public static TenantScope of(TypedId<?> owner) {
        return new TenantScope(List.of(owner));
    }

    /**
     * The scope that is open on this thread.
     *
     * @return the scope; empty if none is open, or only a {@link CrossTenant} one
     */
    public static Optional<TenantScope> current() {
        return OpenScope.current().tenant();
    }

    /**
     * The scope that is open on this thread, for code that cannot do without.
     *
     * @return the scope
     * @throws NoTenantScopeException if none is open
     */
    public static TenantScope require() {
        return current().orElseThrow(NoTenantScopeException::notOpen);
    }

    /**
     * This scope and one level more.
     *
     * @param part what the innermost owner owns, such as a site of a tenant. That it does own it is for the data to say
     * @return the narrower scope, not yet open
     * @throws TenantScopeConflictException if this scope has a level of that kind with another ID
     */
    public TenantScope narrow(TypedId<?> part) {
        return and(of(part));
    }

    /** This scope with the levels of another added. */
    TenantScope and(TenantScope inner) {
        List<TypedId<?>> all = new ArrayList<>(levels);
        for (TypedId<?> level : inner.levels) {
            TypedId<?> own = level(level.kind());
            if (own == null) {
                all.add(level);
            } else if (!own.equals(level)) {
                throw TenantScopeConflictException.anotherOwner(this, level);
            }
        }
        return all.size() == levels.size() ? this : new TenantScope(all);
    }

    /**
     * The owners, outermost first.
     *
     * @return at least one, each of another kind; unmodifiable
     */
    public List<TypedId<?>> levels() {
        return levels;
    }

    /**
     * The owner of a kind.
     *
     * @param kind the kind
     * @param <T> its IDs
     * @return the ID; empty if the scope has no such level
     */
    public <T extends TypedId<T>> Optional<T> find(IdKind<T> kind) {
        return Optional.ofNullable(level(kind)).map(kind.type()::cast);
    }

    /**
     * The owner of a kind, for code that cannot do without.
     *
     * @param kind the kind
     * @param <T> its IDs
     * @return the ID
     * @throws NoTenantScopeException if the scope has no such level
     */
    public <T extends TypedId<T>> T require(IdKind<T> kind) {
        return find(kind).orElseThrow(() -> NoTenantScopeException.noLevel(this, kind));
    }

    private @Nullable TypedId<?> level(IdKind<?> kind) {
        for (TypedId<?> level : levels) {
            if (level.kind().type() == kind.type()) {
                return level;
            }
        }
        return null;
    }

    /**
     * Does work inside this scope.
     *
     * @param work the work; what it throws passes
     * @throws TenantScopeConflictException if the scope open on this thread has another owner of one of these kinds
     */
    public void run(Runnable work) {
        OpenScope.current().narrowedTo(this).run(work);
    }

    /**
     * Does work inside this scope and gives its result.
     *
     * @param work the work
     * @param <R> its result
     * @param <X> what it may throw
     * @return what the work gives
     * @throws X as the work decides
     * @throws TenantScopeConflictException if the scope open on this thread has another owner of one of these kinds
     */
    public <R extends @Nullable Object, X extends Exception> R call(ScopedCall<R, X> work) throws X {
        return OpenScope.current().narrowedTo(this).call(work);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TenantScope scope && scope.levels.equals(levels);
    }

    @Override
    public int hashCode() {
        return Objects.hash(levels);
    }

    /**
     * The owners, for messages and logs.
     *
     * @return such as {@code tenant_01h… / site_01h…}
     */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(" / ");
        levels.forEach(level -> text.add(level.toString()));
        return text.toString();
    }
}
