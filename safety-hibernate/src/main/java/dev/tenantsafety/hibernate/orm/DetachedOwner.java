package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.ForeignRowException;
import dev.tenantsafety.scope.OpenScope;
import dev.tenantsafety.scope.TenantScope;
import java.util.Objects;
import java.util.Set;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.engine.spi.CollectionKey;
import org.hibernate.engine.spi.EntityEntry;
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

    /** Refuses to read the collection of an instance that is not in the open scope. */
    static void check(SharedSessionContractImplementor session, CollectionPersister persister, Object key) {
        PersistenceContext held = session.getPersistenceContextInternal();
        PersistentCollection<?> collection = held.getCollection(new CollectionKey(persister, key));
        Object owner = collection == null ? null : collection.getOwner();
        EntityEntry entry = owner == null ? null : held.getEntry(owner);
        if (entry != null && !isOf(persister, key, entry)) {
            checkTaken(session, persister, key, "read");
            return;
        }
        EntityGuard guard = owner == null || entry != null
                ? null
                : FactorySafety.of(session.getFactory())
                        .guard(session.getEntityPersister(null, owner).getEntityName());
        if (guard == null || !guard.entity().isOwned()) {
            return;
        }
        OpenScope now = OpenScope.current();
        Refusals.checkReachable(now, guard.entity());
        TenantScope scope = now.tenant().orElse(null);
        Object[] state = guard.persister().getValues(Objects.requireNonNull(owner));
        Object id = guard.persister().getIdentifier(owner, session);
        if (scope != null && (guard.isOutside(scope, state, id) || !isOwnedBy(session, scope, guard, state, id))) {
            throw Refusals.notInScope(guard, id, "has a collection that was about to be read", scope);
        }
    }

    /** Whether a collection is its owner's, and was not taken from another instance. Other keys than the primary one: see CollectionKeys. */
    @SuppressWarnings("removal") // getCollectionType()
    private static boolean isOf(CollectionPersister persister, Object key, EntityEntry entry) {
        return persister.getOwnerEntityPersister().isSubclassEntityName(entry.getEntityName())
                && (!persister.getCollectionType().useLHSPrimaryKey() || key.equals(entry.getId()));
    }

    /**
     * Refuses a collection that was read for one row and set in another, unless the open scope has the first row, too, and it is alive:
     * Hibernate reads what it does not hold of it, and removes its rows, by the key of the first.
     */
    @SuppressWarnings("removal") // getCollectionType()
    static void checkTaken(
            SharedSessionContractImplementor session, CollectionPersister persister, Object key, String what) {
        EntityGuard guard = FactorySafety.of(session.getFactory())
                .guard(persister.getOwnerEntityPersister().getEntityName());
        if (guard == null || !guard.isWatched()) {
            return;
        }
        String role = SafeEntity.lastPart(persister.getRole());
        if (!persister.getCollectionType().useLHSPrimaryKey()) {
            throw new ForeignRowException(
                    "A collection " + guard.name() + "." + role + " with the key " + key
                            + " was set in another instance, and whose it is cannot be told by that key. Set a copy, new ArrayList<>(…) or new HashSet<>(…).",
                    guard.name(),
                    null);
        }
        if (!Rows.inScope(session, guard, Set.of(key)).contains(key)
                || (guard.isMarkable()
                        && OpenScope.current().includesDeleted()
                        && !Rows.isAlive(session, guard, key))) {
            throw Refusals.notInScope(
                    guard,
                    key,
                    "has a collection, " + role + ", that was set in another instance and was about to be " + what,
                    OpenScope.current());
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
