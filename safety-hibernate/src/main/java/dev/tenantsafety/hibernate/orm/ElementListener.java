package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.MarkedException;
import java.util.Iterator;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.engine.spi.EntityEntry;
import org.hibernate.event.spi.AbstractCollectionEvent;
import org.hibernate.event.spi.PreCollectionRecreateEvent;
import org.hibernate.event.spi.PreCollectionRecreateEventListener;
import org.hibernate.event.spi.PreCollectionRemoveEvent;
import org.hibernate.event.spi.PreCollectionRemoveEventListener;
import org.hibernate.event.spi.PreCollectionUpdateEvent;
import org.hibernate.event.spi.PreCollectionUpdateEventListener;
import org.hibernate.metamodel.mapping.internal.EntityCollectionPart;
import org.hibernate.persister.collection.CollectionPersister;

/** Sees what a join table or a foreign key of the elements is about to point at, and which links are about to go. */
final class ElementListener
        implements PreCollectionRecreateEventListener,
                PreCollectionUpdateEventListener,
                PreCollectionRemoveEventListener {

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

    /**
     * A collection was replaced by another, so Hibernate removes all rows of its join table: those of elements that are marked, and not in
     * it, too. An undo could not link them again.
     */
    @Override
    public void onPreRemoveCollection(PreCollectionRemoveEvent event) {
        CollectionPersister persister = event.getCollectionPersister();
        EntityGuard owner = safety.guard(String.valueOf(event.getAffectedOwnerEntityName()));
        if (persister == null
                || owner == null
                || persister.isInverse()
                || !persister.isManyToMany()
                || isStateless(event)) {
            return;
        }
        EntityGuard element = safety.guard(persister.getElementPersister().getEntityName());
        EntityEntry entry = event.getSession().getPersistenceContextInternal().getEntry(event.getAffectedOwnerOrNull());
        boolean goesToo = entry != null && entry.getStatus().isDeletedOrGone();
        if (element == null || !element.isMarkable() || goesToo) {
            return;
        }
        String path = persister
                .getRole()
                .substring(persister.getOwnerEntityPersister().getEntityName().length() + 1);
        if (Rows.hasMarkedElement(event.getSession(), owner, event.getAffectedOwnerIdOrNull(), path, element)) {
            throw new MarkedException(owner.name() + " " + event.getAffectedOwnerIdOrNull() + "." + path
                    + " was replaced by another collection, and with it would go the links to marked elements, which an undo "
                    + "could not bring back. Change the collection that is there: clear() it, and add to it.");
        }
    }

    /** A stateless session does not name itself; what it writes is looked at where it is written ({@link Visible}). */
    private static boolean isStateless(AbstractCollectionEvent event) {
        try {
            return event.getSession() == null;
        } catch (NullPointerException e) {
            return true; // there is no other way to ask an event for the session that it does not have
        }
    }

    private void check(AbstractCollectionEvent event) {
        PersistentCollection<?> collection = event.getCollection();
        EntityGuard owner = safety.guard(String.valueOf(event.getAffectedOwnerEntityName()));
        CollectionPersister persister = event.getCollectionPersister();
        if (owner == null
                || persister == null
                || persister.isInverse()
                || isStateless(event)
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
