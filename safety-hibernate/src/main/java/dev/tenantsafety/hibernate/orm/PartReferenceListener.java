package dev.tenantsafety.hibernate.orm;

import java.util.Iterator;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.event.spi.AbstractCollectionEvent;
import org.hibernate.event.spi.PreCollectionRecreateEvent;
import org.hibernate.event.spi.PreCollectionRecreateEventListener;
import org.hibernate.event.spi.PreCollectionUpdateEvent;
import org.hibernate.event.spi.PreCollectionUpdateEventListener;
import org.hibernate.metamodel.CollectionClassification;
import org.hibernate.metamodel.mapping.CollectionPart;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.type.AnyType;
import org.hibernate.type.ComponentType;
import org.hibernate.type.EntityType;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/**
 * Sees the references that are written as a part of a collection's row: in an embeddable, as the key of a map, and to any entity.
 * Elements that are entities themselves are seen by {@link ElementListener}.
 */
@SuppressWarnings("removal") // of the types of elements and keys, which have no other way yet
final class PartReferenceListener implements PreCollectionRecreateEventListener, PreCollectionUpdateEventListener {

    private static final long serialVersionUID = 1;

    /** With whom a row may share what its collection leads to. */
    private enum Sharing {
        /** With all: each scope sees its part. */
        ANY,
        /** With none that see the row: it is written as a whole. */
        PARTS,
        /** The same, and what is hidden leaves a hole. */
        PLACES
    }

    private final transient FactorySafety safety;

    PartReferenceListener(FactorySafety safety) {
        this.safety = safety;
    }

    @Override
    public void onPreRecreateCollection(PreCollectionRecreateEvent event) {
        check(event, true);
    }

    @Override
    public void onPreUpdateCollection(PreCollectionUpdateEvent event) {
        check(event, false);
    }

    private void check(AbstractCollectionEvent event, boolean isNew) {
        if (ElementListener.isStateless(event)) {
            return;
        }
        CollectionPersister persister = event.getCollectionPersister();
        PersistentCollection<?> collection = event.getCollection();
        if (persister == null || persister.isInverse() || !collection.wasInitialized()) {
            return;
        }
        Type element = persister.getElementType() instanceof EntityType ? null : persister.getElementType();
        Type index = persister.hasIndex() ? persister.getIndexType() : null;
        if (!holdsReferences(element) && !holdsReferences(index)) {
            return;
        }
        EntityGuard guard = safety.guard(String.valueOf(event.getAffectedOwnerEntityName()));
        CollectionOwner owner = CollectionOwner.of(event, persister);
        if (guard == null || owner == null) {
            return;
        }
        boolean isRecreated = isNew || collection.needsRecreate(persister);
        Referrer from = new Referrer(
                safety, event.getSession(), guard, guard.persister().getValues(owner.instance()), owner.id());
        String name = SafeEntity.lastPart(persister.getRole());
        int position = 0;
        for (Iterator<?> entries = collection.entries(persister); entries.hasNext(); position++) {
            Object entry = entries.next();
            boolean isAdded = isNew || isWritten(collection, entry, position, persister.getElementType());
            if (isRecreated || isAdded) {
                check(from, element, collection.getElement(entry), isAdded ? Sharing.PARTS : Sharing.ANY, name);
                if (index != null && holdsReferences(index)) {
                    Object key = collection.getIndex(entry, position, persister);
                    check(from, index, key, isAdded ? Sharing.PLACES : Sharing.ANY, name);
                }
            }
        }
    }

    private static boolean isWritten(PersistentCollection<?> collection, Object entry, int position, Type element) {
        return collection.needsInserting(entry, position, element)
                || collection.needsUpdating(entry, position, element);
    }

    private static boolean holdsReferences(@Nullable Type type) {
        if (type instanceof ComponentType component) {
            for (Type part : component.getSubtypes()) {
                if (holdsReferences(part)) {
                    return true;
                }
            }
        }
        return References.leadsToRows(type);
    }

    /** Checks an element that is an entity. */
    static void checkElement(
            Referrer from, CollectionPersister persister, @Nullable Object element, boolean isNew, String name) {
        check(from, persister.getElementType(), element, isNew ? sharing(persister) : Sharing.ANY, name);
    }

    /** Whether each element has a place or key in the collection, and not merely by what it says itself; or all are written anew with each. */
    static boolean isWhole(CollectionPersister persister) {
        CollectionPart index = persister.getAttributeMapping().getIndexDescriptor();
        return (index != null
                        && !index.getSelectable(0).isFormula()
                        && persister.getAttributeMapping().getIndexMetadata().getIndexPropertyName() == null)
                || (!persister.isOneToMany()
                        && persister.getCollectionSemantics().getCollectionClassification()
                                == CollectionClassification.BAG);
    }

    /** Checks all that a row of a collection points at: with its element, its key, and what these consist of. */
    static void checkRow(
            Referrer from,
            CollectionPersister persister,
            PersistentCollection<?> collection,
            Object row,
            int position,
            String name) {
        check(from, persister.getElementType(), collection.getElement(row), sharing(persister), name);
        if (persister.hasIndex() && holdsReferences(persister.getIndexType())) {
            Object key = collection.getIndex(row, position, persister);
            check(from, persister.getIndexType(), key, Sharing.PLACES, name);
        }
    }

    private static Sharing sharing(CollectionPersister persister) {
        if (!persister.getElementType().isEntityType()) {
            return Sharing.PARTS;
        }
        return !isWhole(persister) ? Sharing.ANY : persister.hasIndex() ? Sharing.PLACES : Sharing.PARTS;
    }

    /** Checks what a value points at; where all that see the row of the collection have to see that too, also that they do. */
    private static void check(
            Referrer from, @Nullable Type type, @Nullable Object value, Sharing sharing, String name) {
        if (value == null) {
            return;
        }
        if (type instanceof ComponentType component) {
            Type[] types = component.getSubtypes();
            Object[] values = component.getPropertyValues(value);
            for (int i = 0; i < types.length; i++) {
                check(from, types[i], values[i], sharing, name);
            }
        } else if (type instanceof EntityType reference) {
            from.check(value, reference, Reach.NO_ATTRIBUTE, name);
        } else if (type instanceof AnyType) {
            from.check(value, Reach.NO_ATTRIBUTE, name);
        }
        if (type instanceof EntityType || type instanceof AnyType) {
            switch (sharing) {
                case PARTS -> from.checkSameOwners(value, name);
                case PLACES -> from.checkSamePlace(value, name);
                case ANY -> {}
            }
        }
    }
}
