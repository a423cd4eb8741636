package dev.tenantsafety.hibernate.orm;

import java.util.Iterator;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.event.spi.AbstractCollectionEvent;
import org.hibernate.event.spi.PreCollectionRecreateEvent;
import org.hibernate.event.spi.PreCollectionRecreateEventListener;
import org.hibernate.event.spi.PreCollectionUpdateEvent;
import org.hibernate.event.spi.PreCollectionUpdateEventListener;
import org.hibernate.metamodel.mapping.internal.EntityCollectionPart;
import org.hibernate.persister.collection.CollectionPersister;

/** Sees what a join table or a foreign key of the elements is about to point at. */
final class ElementListener implements PreCollectionRecreateEventListener, PreCollectionUpdateEventListener {

    private static final long serialVersionUID = 1;

    private final transient FactorySafety safety;

    ElementListener(FactorySafety safety) {
        this.safety = safety;
    }

    @Override
    public void onPreRecreateCollection(PreCollectionRecreateEvent event) {
        check(event);
    }

    @Override
    public void onPreUpdateCollection(PreCollectionUpdateEvent event) {
        check(event);
    }

    private void check(AbstractCollectionEvent event) {
        PersistentCollection<?> collection = event.getCollection();
        EntityGuard owner = safety.guard(String.valueOf(event.getAffectedOwnerEntityName()));
        CollectionPersister persister = event.getCollectionPersister();
        if (owner == null
                || persister == null
                || persister.isInverse()
                || !(persister.getAttributeMapping().getElementDescriptor() instanceof EntityCollectionPart)
                || !collection.wasInitialized()) {
            return;
        }
        Iterator<?> elements = collection.entries(persister);
        while (elements.hasNext()) {
            Object element = collection.getElement(elements.next());
            if (element != null) {
                References.checkReference(
                        safety,
                        event.getSession(),
                        element,
                        () -> owner.name() + " " + event.getAffectedOwnerIdOrNull() + "."
                                + persister
                                        .getRole()
                                        .substring(persister.getRole().lastIndexOf('.') + 1));
            }
        }
    }
}
