package dev.tenantsafety.hibernate.orm;

import java.util.Iterator;
import java.util.function.Supplier;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.event.spi.AbstractCollectionEvent;
import org.hibernate.event.spi.PreCollectionRecreateEvent;
import org.hibernate.event.spi.PreCollectionRecreateEventListener;
import org.hibernate.event.spi.PreCollectionUpdateEvent;
import org.hibernate.event.spi.PreCollectionUpdateEventListener;
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
        boolean isWhole = isNew || collection.needsRecreate(persister);
        Supplier<String> where = () -> SafeEntity.simpleName(String.valueOf(event.getAffectedOwnerEntityName())) + " "
                + event.getAffectedOwnerIdOrNull() + "."
                + persister.getRole().substring(persister.getRole().lastIndexOf('.') + 1);
        int position = 0;
        for (Iterator<?> entries = collection.entries(persister); entries.hasNext(); position++) {
            Object entry = entries.next();
            if (isWhole || isWritten(collection, entry, position, persister.getElementType())) {
                check(event.getSession(), element, collection.getElement(entry), where);
                if (index != null && holdsReferences(index)) {
                    check(event.getSession(), index, collection.getIndex(entry, position, persister), where);
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
        return type instanceof EntityType || type instanceof AnyType;
    }

    private void check(
            SharedSessionContractImplementor session,
            @Nullable Type type,
            @Nullable Object value,
            Supplier<String> where) {
        if (value == null) {
            return;
        }
        if (type instanceof ComponentType component) {
            Type[] types = component.getSubtypes();
            Object[] values = component.getPropertyValues(value);
            for (int i = 0; i < types.length; i++) {
                check(session, types[i], values[i], where);
            }
        } else if (type instanceof EntityType || type instanceof AnyType) {
            References.checkReference(safety, session, value, where);
        }
    }
}
