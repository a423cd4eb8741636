package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.scope.OpenScope;
import dev.tenantsafety.scope.TenantScope;
import java.util.Objects;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.engine.spi.CollectionKey;
import org.hibernate.engine.spi.PersistenceContext;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.collection.CollectionPersister;

/**
 * A collection that is read for an instance which the session does not hold: by {@code StatelessSession.fetch}, or by a session that
 * Hibernate opens for a detached instance ({@code hibernate.enable_lazy_load_no_trans}). The rows of an element collection have no owner
 * of their own for a filter to look at, and the instance may come from another scope.
 */
final class DetachedOwner {

    private DetachedOwner() {}

    /** Refuses the collection of an instance that is not in the open scope. */
    static void check(SharedSessionContractImplementor session, CollectionPersister persister, Object key) {
        PersistenceContext held = session.getPersistenceContextInternal();
        PersistentCollection<?> collection = held.getCollection(new CollectionKey(persister, key));
        Object owner = collection == null ? null : collection.getOwner();
        EntityGuard guard = owner == null || held.getEntry(owner) != null
                ? null
                : FactorySafety.of(session.getFactory())
                        .guard(session.getEntityPersister(null, owner).getEntityName());
        if (guard == null || !guard.entity().isOwned()) {
            return;
        }
        OpenScope now = OpenScope.current();
        if (now.isEmpty()) {
            throw Refusals.noScope(guard.entity(), null);
        }
        TenantScope scope = now.tenant().orElse(null);
        Object[] state = guard.persister().getValues(Objects.requireNonNull(owner));
        Object id = guard.persister().getIdentifier(owner, session);
        if (scope != null && (guard.isOutside(scope, state, id) || !isOwnedBy(session, scope, guard, state, id))) {
            throw Refusals.notInScope(guard, id, "has a collection that was about to be read", scope);
        }
    }

    /** A stateless session lets go of all that it holds after each query, unless it is loading: also of the collection that is read. */
    private static boolean isOwnedBy(
            SharedSessionContractImplementor session, TenantScope scope, EntityGuard guard, Object[] state, Object id) {
        PersistenceContext held = session.getPersistenceContextInternal();
        held.beforeLoad();
        try {
            return SessionBinding.of(session).reach().isOwnedBy(scope, guard, state, id);
        } finally {
            held.afterLoad();
        }
    }
}
