package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.MarkedException;
import org.hibernate.HibernateException;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.engine.spi.CollectionKey;
import org.hibernate.engine.spi.EntityEntry;
import org.hibernate.engine.spi.EntityKey;
import org.hibernate.engine.spi.PersistenceContext;
import org.hibernate.engine.spi.Status;
import org.hibernate.event.spi.EventSource;
import org.hibernate.generator.EventType;
import org.hibernate.generator.Generator;
import org.hibernate.id.CompositeNestedGeneratedValueGenerator;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.CollectionType;
import org.hibernate.type.ComponentType;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/**
 * Keys that rows have from others: a membership has those of its member and its group, so one that is added again has the key of
 * the one that was removed. Where the same transaction removed it, the new instance takes the place of the marked one.
 */
final class TakenBack {

    private final FactorySafety safety;
    private final EventSource session;

    TakenBack(FactorySafety safety, EventSource session) {
        this.safety = safety;
        this.session = session;
    }

    /** When an instance is found to be new. */
    enum Moment {
        PERSIST,
        /** Before Hibernate goes through what the session holds, and bears no change of that. */
        BEFORE_FLUSH,
        FLUSH
    }

    /** Puts all that a flush would insert, because cascades lead to it, in the place of those with their keys. */
    void beforeFlush() {
        if (SessionBinding.of(session).marks().isAnyWritten(EntityGuard::hasKeyOfOthers)) {
            new ChildrenOfMarked(safety, session)
                    .ofAlive()
                    .forEach(instance -> persisted(instance, Moment.BEFORE_FLUSH));
        }
    }

    /** Puts an instance that is about to be persisted in the place of one with its key that this transaction marked. */
    void persisted(Object instance, Moment moment) {
        Removed removed = removedLike(instance);
        if (removed == null) {
            return;
        }
        PersistenceContext context = session.getPersistenceContextInternal();
        EntityGuard guard = removed.guard();
        EntityPersister persister = removed.key().getPersister();
        EntityKey key = removed.key();
        Object id = key.getIdentifier();
        Object old = removed.instance();
        SessionMarks marks = SessionBinding.of(session).marks();
        EntityEntry entry = context.getEntry(old);
        boolean isTooLate = moment == Moment.FLUSH || (moment == Moment.BEFORE_FLUSH && !entry.isExistsInDatabase());
        if (isTooLate || hasLinks(persister.getPropertyTypes())) {
            throw new MarkedException(guard.name() + " " + id
                    + " was removed, and another instance with its key was added in the same transaction. "
                    + (isTooLate
                            ? "Call persist(…) for the new one, which takes the mark back"
                            : "Call persist(…) for the one that was removed, and change that")
                    + ".");
        }
        if (!entry.isExistsInDatabase()) {
            session.flush(); // inserts it, and the mark
        }
        forgetCollections(context, old, persister.getPropertyTypes());
        marks.persisted(old);
        context.removeEntry(old);
        context.removeEntity(key);
        persister.setIdentifier(instance, id, session); // which Hibernate would take from the other row
        keepGenerated(guard, persister, instance, entry);
        context.addEntity(
                instance,
                Status.MANAGED,
                entry.getLoadedState(),
                key,
                entry.getVersion(),
                entry.getLockMode(),
                entry.isExistsInDatabase(),
                persister,
                false);
        if (persister.isVersioned()) {
            persister.setValue(instance, persister.getVersionPropertyIndex(), entry.getVersion());
        }
    }

    /**
     * Takes the mark back from what a copy that is about to be merged has the key of: the values are copied to it then. Hibernate would take
     * the copy for new, and insert it.
     */
    void merged(Object copy) {
        Removed removed = removedLike(copy);
        if (removed == null) {
            return;
        }
        EntityGuard guard = removed.guard();
        EntityPersister persister = removed.key().getPersister();
        Object old = removed.instance();
        persister.setIdentifier(copy, removed.key().getIdentifier(), session); // by which Hibernate finds the other
        boolean isNew = persister.isVersioned()
                && !Boolean.FALSE.equals(
                        persister.getVersionMapping().getUnsavedStrategy().isUnsaved(guard.versionOf(copy)));
        if (isNew) {
            persister.setValue(copy, persister.getVersionPropertyIndex(), guard.versionOf(old));
        }
        SessionBinding.of(session).marks().persisted(old);
    }

    /** What this transaction marked and has the key of an instance that the session does not hold; null if there is none. */
    private @Nullable Removed removedLike(Object instance) {
        PersistenceContext context = session.getPersistenceContextInternal();
        if (context.getEntry(instance) != null) {
            return null;
        }
        EntityPersister persister = session.getEntityPersister(null, instance);
        EntityGuard guard = safety.guard(persister.getEntityName());
        if (guard == null || !guard.isMarkable() || !guard.hasKeyOfOthers()) {
            return null;
        }
        Object id = key(guard, persister, instance);
        if (id == null) {
            return null;
        }
        EntityKey key = session.generateEntityKey(id, persister);
        Object old = context.getEntity(key);
        boolean isRemoved = old != null
                && old != instance
                && SessionBinding.of(session).marks().tombstoneFor(old) != null
                && guard.tombstoneOf(old) != null;
        return isRemoved ? new Removed(guard, key, old) : null;
    }

    /** An instance that was marked, which another with its key takes the place of. */
    private record Removed(EntityGuard guard, EntityKey key, Object instance) {}

    /** The key, if it can be known already. */
    private @Nullable Object key(EntityGuard guard, EntityPersister persister, Object instance) {
        Object id = persister.getIdentifier(instance, session);
        int shared = guard.sharedKey();
        if (id == null && shared >= 0) {
            return keyOf(persister.getValue(instance, shared));
        }
        if (persister.getGenerator() instanceof CompositeNestedGeneratedValueGenerator generator) {
            try {
                return generator.generate(session, instance, id, EventType.INSERT);
            } catch (HibernateException e) {
                return null; // Hibernate says so in its own words
            }
        }
        return id;
    }

    private @Nullable Object keyOf(@Nullable Object other) {
        return other == null ? null : UnloadedReference.keyOf(session, other);
    }

    /** What is generated for an insert was generated when the row was inserted. */
    private static void keepGenerated(
            EntityGuard guard, EntityPersister persister, Object instance, EntityEntry entry) {
        Object[] loaded = entry.getLoadedState();
        Generator[] generators = persister.getGenerators();
        for (int i = 0; loaded != null && i < generators.length; i++) {
            boolean isGenerated = generators[i] != null && generators[i].generatesOnInsert();
            if (isGenerated && persister.getValue(instance, i) == null) {
                persister.setValue(instance, i, loaded[i]);
            }
        }
        if (loaded != null) {
            guard.keepOwners(instance, loaded);
        }
    }

    /** Whether an entity writes collections, whose rows of the old instance would be mixed up with those of the new one. */
    private boolean hasLinks(Type[] types) {
        for (Type type : types) {
            boolean isWritten = type instanceof CollectionType collection
                    && !persister(collection).isInverse();
            if (isWritten || (type instanceof ComponentType component && hasLinks(component.getSubtypes()))) {
                return true;
            }
        }
        return false;
    }

    private void forgetCollections(PersistenceContext context, Object owner, Type[] types) {
        for (Type type : types) {
            if (type instanceof CollectionType collection) {
                CollectionKey key = new CollectionKey(persister(collection), collection.getKeyOfOwner(owner, session));
                PersistentCollection<?> held = context.getCollection(key);
                if (held != null) {
                    held.unsetSession(session);
                    context.removeCollectionEntry(held);
                    context.removeCollectionByKey(key);
                }
            } else if (type instanceof ComponentType component) {
                forgetCollections(context, owner, component.getSubtypes());
            }
        }
    }

    private CollectionPersister persister(CollectionType type) {
        return session.getFactory().getMappingMetamodel().getCollectionDescriptor(type.getRole());
    }
}
