package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.Tombstone;
import java.util.Collection;
import java.util.Map;
import org.hibernate.HibernateException;
import org.hibernate.action.internal.EntityUpdateAction;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.engine.internal.Versioning;
import org.hibernate.engine.spi.CollectionEntry;
import org.hibernate.engine.spi.CollectionKey;
import org.hibernate.engine.spi.EntityEntry;
import org.hibernate.engine.spi.ManagedEntity;
import org.hibernate.engine.spi.Status;
import org.hibernate.event.internal.DefaultFlushEntityEventListener;
import org.hibernate.event.spi.EventSource;
import org.hibernate.event.spi.FlushEntityEvent;
import org.hibernate.event.spi.PreUpdateEvent;
import org.hibernate.event.spi.PreUpdateEventListener;
import org.hibernate.metamodel.mapping.NaturalIdMapping;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.CollectionType;
import org.hibernate.type.ComponentType;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/**
 * Writes the mark of a row and nothing else. A DELETE ignores what else was changed of its row, so programs cut an association
 * or null an attribute before they remove; an undo brings the row back as it was in the database.
 */
final class MarkFlushListener extends DefaultFlushEntityEventListener {

    private final FactorySafety safety;
    private final KeysInContext keys = new KeysInContext();

    MarkFlushListener(FactorySafety safety) {
        this.safety = safety;
    }

    @Override
    public void onFlushEntity(FlushEntityEvent event) throws HibernateException {
        EventSource session = event.getSession();
        EntityEntry entry = event.getEntityEntry();
        SessionMarks marks = SessionBinding.of(session).marks();
        EntityGuard guard = marks.holds(event.getEntity())
                ? safety.guard(entry.getPersister().getEntityName())
                : null;
        if (!entry.isExistsInDatabase()) {
            inserting(entry, marks);
        }
        Object[] loaded = entry.getLoadedState();
        if (loaded != null) {
            keepOwners(event.getEntity(), entry, loaded);
            if (guard != null && entry.isExistsInDatabase()) {
                marks.keepTombstone(guard, event.getEntity(), loaded);
            }
        }
        // Refreshed, it has no tombstone; a new row is inserted as any, with its links, before it is marked.
        if (guard == null
                || loaded == null
                || guard.tombstoneOf(event.getEntity()) == null
                || !entry.isExistsInDatabase()
                || entry.getStatus() != Status.MANAGED) {
            if (marks.holdsAny() && entry.getStatus() == Status.MANAGED) {
                copyCollections(session, marks, event.getEntity(), entry.getPersister());
            }
            if (event.getEntity() instanceof ManagedEntity enhanced && marks.isLifted(enhanced)) {
                enhanced.$$_hibernate_setUseTracker(false);
            }
            super.onFlushEntity(event);
            if (event.getDirtyProperties() != null && entry.isExistsInDatabase()) {
                updating(session, entry);
            }
            return;
        }
        leaveCollections(session, event.getEntity(), entry.getPersister().getPropertyTypes());
        Tombstone tombstone = marks.tombstoneFor(event.getEntity());
        if (tombstone == null) { // marked by an earlier transaction of this session
            marks.checkUnchanged(guard, event.getEntity(), entry.getId());
            return;
        }
        if (tombstone.equals(guard.tombstone(loaded))) {
            marks.written(event.getEntity());
        } else {
            updating(session, entry);
            schedule(session, event.getEntity(), entry, guard, marks.scheduled(event.getEntity(), tombstone), loaded);
        }
    }

    /** A mark calls no {@code @PreUpdate}, nor that of a row which is inserted first. */
    @Override
    protected boolean invokeInterceptor(FlushEntityEvent event) {
        return SessionBinding.of(event.getSession()).marks().tombstoneFor(event.getEntity()) == null
                && super.invokeInterceptor(event);
    }

    /**
     * Before Hibernate compares: it drops the change of an owner, whose column it does not update, in silence; and it takes one that is
     * missing, as in a copy that was merged without it, for a change of the row. What is not inserted yet takes what it has been given.
     */
    private void keepOwners(Object instance, EntityEntry entry, Object[] loaded) {
        EntityGuard guard = safety.guard(entry.getPersister().getEntityName());
        if (guard != null && entry.getStatus() == Status.MANAGED) {
            if (entry.isExistsInDatabase()) {
                guard.keepOwnersIn(instance, loaded, entry.getId());
            } else {
                guard.giveOwners(instance, loaded);
            }
        }
    }

    private void inserting(EntityEntry entry, SessionMarks marks) {
        EntityGuard inserted = safety.guard(entry.getPersister().getEntityName());
        if (inserted != null && inserted.isMarkable() && inserted.hasKeyOfOthers() && entry.getId() != null) {
            marks.inserting(inserted, entry.getId());
        }
    }

    /** Of rows whose statements do not ask for their owners, so that all that are updated are looked for at once. */
    private void updating(EventSource session, EntityEntry entry) {
        EntityGuard updated = safety.guard(entry.getPersister().getEntityName());
        if (updated != null && updated.isWatched() && !updated.isOwnerInUpdates()) {
            SessionBinding.of(session).written().scheduled(updated, entry.getId());
        }
    }

    private void schedule(
            EventSource session,
            Object instance,
            EntityEntry entry,
            EntityGuard guard,
            Tombstone tombstone,
            Object[] loaded) {
        EntityPersister persister = entry.getPersister();
        MarkingSession.checkTransaction(session);
        keys.forget(session, instance, persister, loaded);
        Object[] state = loaded.clone();
        int[] changed = {guard.mark(state, tombstone)};
        Object version = entry.getVersion();
        if (persister.isVersioned() && !persister.isVersionPropertyGenerated()) {
            version = Versioning.incrementVersion(instance, version, persister, session);
            Versioning.setVersion(state, version, persister);
        }
        SessionBinding.of(session).marks().placed(guard, entry.getId());
        SessionBinding.of(session)
                .marks()
                .schedule(instance, new MarkAction(state, changed, loaded, version, instance, entry, session));
    }

    /**
     * Gives a row collections of its own in the place of those that it took from a marked one. A row that is deleted lets go of its
     * collections, so programs hand them on; an undo needs the rows of a marked one.
     */
    private void copyCollections(EventSource session, SessionMarks marks, Object owner, EntityPersister persister) {
        Type[] types = persister.getPropertyTypes();
        for (int i = 0; i < types.length; i++) {
            if (types[i] instanceof CollectionType type
                    && persister.getValue(owner, i) instanceof PersistentCollection<?> held
                    && isOfMarked(session, marks, owner, held)) {
                persister.setValue(owner, i, copy(type, held));
            }
        }
    }

    private boolean isOfMarked(EventSource session, SessionMarks marks, Object owner, PersistentCollection<?> held) {
        Object other = held.getOwner();
        EntityEntry entry = other == null || other == owner
                ? null
                : session.getPersistenceContextInternal().getEntry(other);
        EntityGuard guard = entry == null || !marks.holds(other)
                ? null
                : safety.guard(entry.getPersister().getEntityName());
        return guard != null && guard.tombstoneOf(other) != null;
    }

    @SuppressWarnings("unchecked")
    private static Object copy(CollectionType type, PersistentCollection<?> held) {
        if (held instanceof Map<?, ?> map) {
            Map<Object, Object> copy = (Map<Object, Object>) type.instantiate(map.size());
            copy.putAll(map);
            return copy;
        }
        Collection<Object> elements = (Collection<Object>) held;
        Collection<Object> copy = (Collection<Object>) type.instantiate(elements.size());
        copy.addAll(elements);
        return copy;
    }

    /** The rows of its collections stay as they are in the database, too. */
    private static void leaveCollections(EventSource session, Object owner, Type[] types) {
        for (Type type : types) {
            if (type instanceof CollectionType collection) {
                leave(session, owner, collection);
            } else if (type instanceof ComponentType component) {
                leaveCollections(session, owner, component.getSubtypes());
            }
        }
    }

    private static void leave(EventSource session, Object owner, CollectionType type) {
        CollectionPersister persister =
                session.getFactory().getMappingMetamodel().getCollectionDescriptor(type.getRole());
        Object key = type.getKeyOfOwner(owner, session);
        PersistentCollection<?> held = key == null
                ? null
                : session.getPersistenceContextInternal().getCollection(new CollectionKey(persister, key));
        CollectionEntry entry =
                held == null ? null : session.getPersistenceContextInternal().getCollectionEntry(held);
        if (entry != null && !entry.isReached()) {
            entry.setCurrentPersister(entry.getLoadedPersister());
            entry.setCurrentKey(entry.getLoadedKey());
            entry.setReached(true);
            entry.setProcessed(true);
        }
    }

    /** The update that marks. What is in memory is not written, so nobody validates it. */
    static final class MarkAction extends EntityUpdateAction {

        private static final long serialVersionUID = 1;

        /** Whether it was executed before the queue came to it. */
        private boolean isExecuted;

        private static final String VALIDATION = "org.hibernate.boot.beanvalidation.BeanValidationEventListener";

        MarkAction(
                Object[] state,
                int[] changed,
                Object[] loaded,
                @Nullable Object nextVersion,
                Object instance,
                EntityEntry entry,
                EventSource session) {
            super(
                    entry.getId(),
                    state,
                    changed,
                    false,
                    loaded,
                    entry.getVersion(),
                    nextVersion,
                    instance,
                    entry.getRowId(),
                    entry.getPersister(),
                    session);
        }

        /** Executes it before all others, and not again in its turn; its place in the queue is what a query looks at. */
        void executeFirst() {
            getSession().getActionQueue().execute(this);
            isExecuted = true;
        }

        @Override
        protected boolean needsAfterTransactionCompletion() {
            return !isExecuted && super.needsAfterTransactionCompletion();
        }

        @Override
        public void execute() throws HibernateException {
            if (isExecuted) {
                return;
            }
            SessionBinding.of(getSession()).marks().tellPlaces();
            super.execute();
            NaturalIdMapping naturalId = getNaturalIdMapping();
            if (naturalId != null) { // which is free for another row
                getSession()
                        .getPersistenceContextInternal()
                        .getNaturalIdResolutions()
                        .removeLocalResolution(
                                getId(), naturalId.extractNaturalIdFromEntityState(getState()), getPersister());
            }
        }

        @Override
        @SuppressWarnings("deprecation") // listeners(), which Hibernate's own action uses too
        protected boolean preUpdate() {
            PreUpdateEvent event = new PreUpdateEvent(
                    getInstance(), getId(), getState(), getPreviousState(), getPersister(), eventSource());
            boolean isVetoed = false;
            for (PreUpdateEventListener listener :
                    getEventListenerGroups().eventListenerGroup_PRE_UPDATE.listeners()) {
                // by name: without an API of validation the class cannot be loaded
                if (!listener.getClass().getName().equals(VALIDATION)) {
                    isVetoed |= listener.onPreUpdate(event);
                }
            }
            return isVetoed;
        }
    }
}
