package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.MarkedException;
import dev.tenantsafety.hibernate.Tombstone;
import org.hibernate.HibernateException;
import org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer;
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
import org.hibernate.type.BasicType;
import org.hibernate.type.CollectionType;
import org.hibernate.type.ComponentType;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/**
 * Keys that the program gives rows, or that they have from others: a membership has those of its member and its group, so one that is added
 * again has the key of the one that was removed. Where the same transaction removed it, the new instance takes the place of the marked one.
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
        if (SessionBinding.of(session).marks().isAnyWritten(EntityGuard::hasKeyOfProgram)) {
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
        EntityKey key = removed.key();
        EntityPersister persister = key.getPersister();
        Object id = key.getIdentifier();
        Object old = removed.instance();
        EntityEntry entry = context.getEntry(old);
        if (moment == Moment.FLUSH || (moment == Moment.BEFORE_FLUSH && !entry.isExistsInDatabase())) {
            throw addedAgain(removed, "Call persist(…) for the new one, which takes the mark back.");
        }
        if (isLinkedElsewhere(context, old, persister.getPropertyTypes())) {
            throw addedAgain(removed, "Call persist(…) for the one that was removed, and change that.");
        }
        String changed = naturalIdThatChanges(persister, instance, entry.getLoadedState());
        if (changed != null) {
            throw addedAgain(
                    removed, "Its " + changed + " is another and cannot be updated. Give the new one another key.");
        }
        if (!entry.isExistsInDatabase()) {
            session.flush(); // inserts it, with the owner that it takes from the scope, and the mark
        }
        Object[] owned = entry.getLoadedState();
        if (owned != null) {
            guard.keepOwnersIn(instance, owned, id); // one of another owner is not this row
        }
        handOverCollections(context, old, instance, persister.getPropertyTypes());
        SessionBinding.of(session).marks().persisted(old);
        context.removeEntry(old);
        context.removeEntity(key);
        persister.setIdentifier(instance, id, session); // which Hibernate would take from the other row
        keepGenerated(guard, persister, instance, entry);
        keepWhatIsNotUpdated(persister, instance, entry.getLoadedState());
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
        SessionBinding.of(session).marks().inPlaceOfMarked(instance);
        if (persister.isVersioned()) {
            persister.setValue(instance, persister.getVersionPropertyIndex(), entry.getVersion());
        }
        session.getFactory().getEventEngine().getCallbackRegistry().preCreate(instance);
    }

    private static MarkedException addedAgain(Removed removed, String next) {
        return new MarkedException(
                removed.guard().name() + " " + removed.key().getIdentifier()
                        + " was removed, and another instance with its key was added in the same transaction. " + next,
                removed.guard().name(),
                removed.key().getIdentifier(),
                null);
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
        SessionMarks marks = SessionBinding.of(session).marks();
        if (persister.isVersioned() && (isNew(persister, copy) || marks.isAsBefore(old, guard.versionOf(copy)))) {
            persister.setValue(copy, persister.getVersionPropertyIndex(), guard.versionOf(old));
        }
        marks.persisted(old);
    }

    private static boolean isNew(EntityPersister persister, Object copy) {
        Object version = persister.getVersion(copy);
        return !Boolean.FALSE.equals(
                persister.getVersionMapping().getUnsavedStrategy().isUnsaved(version));
    }

    /** What this transaction marked and has the key of an instance that the session does not hold; null if there is none. */
    private @Nullable Removed removedLike(Object instance) {
        PersistenceContext context = session.getPersistenceContextInternal();
        if (context.getEntry(instance) != null) {
            return null;
        }
        EntityPersister persister = session.getEntityPersister(null, instance);
        EntityGuard guard = safety.guard(persister.getEntityName());
        if (guard == null || !guard.isMarkable() || !guard.hasKeyOfProgram()) {
            return null;
        }
        Object id = key(guard, persister, instance);
        if (id == null) {
            return null;
        }
        EntityKey key = session.generateEntityKey(id, persister);
        Object old = context.getEntity(key);
        Tombstone tombstone = old == null || old == instance ? null : guard.tombstoneOf(old);
        if (tombstone == null) {
            return null;
        }
        SessionMarks marks = SessionBinding.of(session).marks();
        if (marks.tombstoneFor(old) == null && !marks.isOurs(tombstone.deletionId())) {
            throw Refusals.keyOfMarkedRow(guard, id, tombstone.deletionId(), "inserted");
        }
        if (marks.tombstoneFor(old) == null) {
            return null;
        }
        Removed removed = new Removed(guard, key, old);
        if (context.getEntry(old).getPersister() != persister) {
            throw addedAgain(removed, "It is of another class. Give it another key.");
        }
        return removed;
    }

    /** An instance that was marked, which another with its key takes the place of. */
    private record Removed(EntityGuard guard, EntityKey key, Object instance) {}

    /** The key, if it can be known already. */
    private @Nullable Object key(EntityGuard guard, EntityPersister persister, Object instance) {
        Object id = persister.getIdentifier(instance, session);
        int shared = guard.sharedKey();
        if (shared >= 0) {
            Object key = keyOf(persister.getValue(instance, shared));
            return key == null ? id : key; // a primitive one is 0 before it has that of the other
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

    /** A row keeps what is written at its insert alone. */
    private static void keepWhatIsNotUpdated(EntityPersister persister, Object instance, Object @Nullable [] loaded) {
        boolean[] updated = persister.getPropertyUpdateability();
        for (int i = 0; loaded != null && i < updated.length; i++) {
            if (!updated[i] && isPlain(persister.getPropertyTypes()[i], loaded[i])) {
                persister.setValue(instance, i, loaded[i]);
            }
        }
    }

    /** A part of the natural ID that the row keeps, and of which the new instance has another value; null if there is none. */
    private static @Nullable String naturalIdThatChanges(
            EntityPersister persister, Object instance, Object @Nullable [] loaded) {
        int[] parts = persister.hasNaturalIdentifier() ? persister.getNaturalIdentifierProperties() : new int[0];
        for (int i : parts) {
            Type type = persister.getPropertyTypes()[i];
            if (loaded != null
                    && !persister.getPropertyUpdateability()[i]
                    && isPlain(type, loaded[i])
                    && !type.isEqual(loaded[i], persister.getValue(instance, i))) {
                return persister.getPropertyNames()[i];
            }
        }
        return null;
    }

    private static boolean isPlain(Type type, @Nullable Object value) {
        return type instanceof BasicType && value != LazyPropertyInitializer.UNFETCHED_PROPERTY;
    }

    /**
     * Whether collections of an instance cannot be replaced by those of another: Hibernate replaces none whose orphans it removes, and none
     * that was not loaded with an enhanced instance.
     */
    private boolean isLinkedElsewhere(PersistenceContext context, Object owner, Type[] types) {
        for (Type type : types) {
            if (type instanceof CollectionType collection
                    && !persister(collection).isInverse()) {
                PersistentCollection<?> held = context.getCollection(keyOf(collection, owner));
                if (persister(collection).hasOrphanDelete() || held == null) {
                    return true;
                }
            } else if (type instanceof ComponentType component
                    && isLinkedElsewhere(context, owner, component.getSubtypes())) {
                return true;
            }
        }
        return false;
    }

    /** The flush replaces what the row has in collections of its own by what the new instance has; those of others are as they were. */
    private void handOverCollections(PersistenceContext context, Object old, Object instance, Type[] types) {
        for (Type type : types) {
            if (type instanceof CollectionType collection) {
                CollectionKey key = keyOf(collection, old);
                PersistentCollection<?> held = context.getCollection(key);
                if (held != null && persister(collection).isInverse()) {
                    held.unsetSession(session);
                    context.removeCollectionEntry(held);
                    context.removeCollectionByKey(key);
                } else if (held != null) {
                    held.setOwner(instance);
                }
            } else if (type instanceof ComponentType component) {
                handOverCollections(context, old, instance, component.getSubtypes());
            }
        }
    }

    private CollectionKey keyOf(CollectionType type, Object owner) {
        return new CollectionKey(persister(type), type.getKeyOfOwner(owner, session));
    }

    private CollectionPersister persister(CollectionType type) {
        return session.getFactory().getMappingMetamodel().getCollectionDescriptor(type.getRole());
    }
}
