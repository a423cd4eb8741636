package dev.tenantsafety.hibernate.orm;

import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.engine.spi.CollectionEntry;
import org.hibernate.engine.spi.EntityEntry;
import org.hibernate.event.spi.AbstractCollectionEvent;
import org.hibernate.event.spi.EventSource;
import org.hibernate.persister.collection.CollectionPersister;
import org.jspecify.annotations.Nullable;

/**
 * Whose collection is about to be written. Events of Hibernate name no owner where the collection is kept by another key than the primary
 * one ({@code referencedColumnName}): they look for an owner whose ID is that key.
 *
 * @param instance the owner, which the session holds
 * @param id its ID
 */
record CollectionOwner(Object instance, Object id) {

    /** Returns null where the session does not hold the owner: the collection was read for another one, and set in the instance that has it. */
    static @Nullable CollectionOwner of(AbstractCollectionEvent event, CollectionPersister persister) {
        EventSource session = event.getSession();
        Object instance = event.getAffectedOwnerOrNull();
        PersistentCollection<?> collection = event.getCollection();
        if (instance == null && collection != null) {
            Object key = loadedKey(session, collection);
            instance =
                    key != null && isOf(session, persister, key, collection.getOwner()) ? collection.getOwner() : null;
        }
        EntityEntry entry = instance == null
                ? null
                : session.getPersistenceContextInternal().getEntry(instance);
        Object id = entry == null ? event.getAffectedOwnerIdOrNull() : entry.getId();
        return instance == null || id == null ? null : new CollectionOwner(instance, id);
    }

    /** The key by which a collection was read; null if it is new. */
    static @Nullable Object loadedKey(EventSource session, @Nullable PersistentCollection<?> collection) {
        CollectionEntry entry = collection == null
                ? null
                : session.getPersistenceContextInternal().getCollectionEntry(collection);
        return entry == null ? null : entry.getLoadedKey();
    }

    @SuppressWarnings("removal") // getCollectionType(), getKeyType()
    private static boolean isOf(
            EventSource session, CollectionPersister persister, Object key, @Nullable Object owner) {
        return owner != null
                && persister.getOwnerEntityPersister().isInstance(owner)
                && persister
                        .getKeyType()
                        .isEqual(
                                key, persister.getCollectionType().getKeyOfOwner(owner, session), session.getFactory());
    }
}
