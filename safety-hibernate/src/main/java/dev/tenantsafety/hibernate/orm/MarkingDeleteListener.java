package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.scope.OpenScope;
import org.hibernate.HibernateException;
import org.hibernate.engine.spi.EntityEntry;
import org.hibernate.event.internal.DefaultDeleteEventListener;
import org.hibernate.event.spi.DeleteContext;
import org.hibernate.event.spi.DeleteEvent;
import org.hibernate.event.spi.EventSource;
import org.hibernate.jpa.event.spi.CallbackRegistry;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/**
 * Makes a mark of every delete of a protected entity: {@code remove}, a repository's {@code delete}, a REMOVE cascade, an
 * orphan. The entity stays managed; dirty checking writes the mark, checks the version, and leaves foreign keys, join rows and
 * element collections as they are.
 */
final class MarkingDeleteListener extends DefaultDeleteEventListener {

    private final FactorySafety safety;
    private @Nullable CallbackRegistry callbacks;

    MarkingDeleteListener(FactorySafety safety) {
        this.safety = safety;
    }

    @Override
    public void injectCallbackRegistry(CallbackRegistry registry) {
        super.injectCallbackRegistry(registry);
        callbacks = registry;
    }

    @Override
    public void onDelete(DeleteEvent event) throws HibernateException {
        onDelete(event, DeleteContext.create());
    }

    @Override
    public void onDelete(DeleteEvent event, DeleteContext context) throws HibernateException {
        EventSource session = event.getSession();
        SessionBinding binding = SessionBinding.of(session);
        binding.reconcile();
        // Loads a reference through the filters first: a row of somebody else is not found.
        Object instance = session.getPersistenceContextInternal().unproxyAndReassociate(event.getObject());
        EntityPersister persister = session.getEntityPersister(event.getEntityName(), instance);
        if (Refusals.isRecord(persister.getEntityName())) {
            throw Refusals.recordsStay("remove(…) of a", persister.getEntityName());
        }
        EntityGuard guard = safety.guard(persister.getEntityName());
        if (guard == null || !guard.isMarkable()) {
            if (guard != null && guard.entity().isOwned()) {
                checkDetached(session, guard, instance);
            }
            super.onDelete(event, context);
            return;
        }
        Object managed = managed(event, session, persister, instance);
        if (managed == null && isCascaded(event) && isLikeMarked(session, persister, instance)) {
            return; // it would take the place of that one, which is removed with what leads to it
        }
        if (managed == null) {
            super.onDelete(event, context); // transient or detached: Hibernate says so; our PRE_DELETE refuses the rest
        } else {
            mark(event, context, binding, guard, managed);
        }
    }

    /** Of an instance that the session does not hold, only the database knows whose the row is. */
    private static void checkDetached(EventSource session, EntityGuard guard, Object instance) {
        if (session.getPersistenceContextInternal().getEntry(instance) != null) {
            return;
        }
        Object id = guard.persister().getIdentifier(instance, session);
        if (id != null && Rows.existsAnywhere(session, guard, id) && !Rows.existsInScope(session, guard, id)) {
            throw Refusals.notInScope(guard, id, "was about to be deleted", OpenScope.current());
        }
    }

    private @Nullable Object managed(
            DeleteEvent event, EventSource session, EntityPersister persister, Object instance) {
        if (session.getPersistenceContextInternal().getEntry(instance) != null) {
            return instance;
        }
        if (event.getFactory().getSessionFactoryOptions().isJpaBootstrap()) {
            return null;
        }
        Object id = persister.getIdentifier(instance, session);
        return id == null ? null : session.find(persister.getEntityName(), id);
    }

    /** Whether a new instance has the key of one that the session holds and the transaction under way has marked. */
    private static boolean isLikeMarked(EventSource session, EntityPersister persister, Object instance) {
        Object id = persister.getIdentifier(instance, session);
        Object held = id == null ? null : Rows.held(session, persister, id);
        return held != null && SessionBinding.of(session).marks().tombstoneFor(held) != null;
    }

    private void mark(
            DeleteEvent event, DeleteContext context, SessionBinding binding, EntityGuard guard, Object instance) {
        EventSource session = event.getSession();
        EntityEntry entry = session.getPersistenceContextInternal().getEntry(instance);
        if (!context.add(instance) || entry == null || entry.getStatus().isDeletedOrGone()) {
            return;
        }
        if (isCascaded(event) && binding.marks().isHandedOn(instance)) {
            return;
        }
        if (guard.tombstoneOf(instance) != null) {
            binding.marks().removedToo(instance, binding.marks().causeOf(instance, context, isCascaded(event)));
            return;
        }
        if (callbacks != null) {
            callbacks.preRemove(instance);
        }
        if (session.isReadOnly(instance)) {
            session.setReadOnly(instance, false); // or the mark would not be written
        }
        SessionMarks.Cause cause = binding.marks().causeOf(instance, context, isCascaded(event));
        binding.marks().mark(guard, instance, cause);
        if (event.isOrphanRemovalBeforeUpdates()) {
            binding.marks().beforeInserts(instance);
        }
        if (guard.entity().unit() == null) {
            binding.marks().cascading(context, cause, () -> {
                cascadeBeforeDelete(session, entry.getPersister(), instance, context);
                cascadeAfterDelete(session, entry.getPersister(), instance, context);
            });
        }
    }

    private static boolean isCascaded(DeleteEvent event) {
        return event.getSession().getPersistenceContextInternal().getCascadeLevel() > 0;
    }
}
