package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.MarkedException;
import dev.tenantsafety.hibernate.Tombstone;
import java.util.Iterator;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.engine.spi.EntityEntry;
import org.hibernate.event.spi.AbstractCollectionEvent;
import org.hibernate.event.spi.EventSource;
import org.hibernate.event.spi.PreCollectionRecreateEvent;
import org.hibernate.event.spi.PreCollectionRecreateEventListener;
import org.hibernate.event.spi.PreCollectionRemoveEvent;
import org.hibernate.event.spi.PreCollectionRemoveEventListener;
import org.hibernate.event.spi.PreCollectionUpdateEvent;
import org.hibernate.event.spi.PreCollectionUpdateEventListener;
import org.hibernate.metamodel.mapping.internal.EntityCollectionPart;
import org.hibernate.persister.collection.CollectionPersister;
import org.jspecify.annotations.Nullable;

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
        if (persister == null || owner == null || persister.isInverse()) {
            return;
        }
        checkOwner(event, owner, persister);
        if (!persister.isManyToMany()) {
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

    private void check(AbstractCollectionEvent event) {
        PersistentCollection<?> collection = event.getCollection();
        EntityGuard owner = safety.guard(String.valueOf(event.getAffectedOwnerEntityName()));
        CollectionPersister persister = event.getCollectionPersister();
        if (owner == null || persister == null || persister.isInverse()) {
            return;
        }
        Object[] state = checkOwner(event, owner, persister);
        if (state == null
                || !(persister.getAttributeMapping().getElementDescriptor() instanceof EntityCollectionPart)
                || !collection.wasInitialized()) {
            return;
        }
        Referrer from = new Referrer(safety, event.getSession(), owner, state, event.getAffectedOwnerIdOrNull());
        String name = persister.getRole().substring(persister.getRole().lastIndexOf('.') + 1);
        Iterator<?> elements = collection.entries(persister);
        while (elements.hasNext()) {
            Object element = collection.getElement(elements.next());
            if (element != null) {
                from.check(element, Reach.NO_ATTRIBUTE, name);
            }
        }
    }

    /** Rows of a collection are written as their owner is: within its scope, while it is alive. Returns the owner's state. */
    private Object @Nullable [] checkOwner(
            AbstractCollectionEvent event, EntityGuard guard, CollectionPersister persister) {
        Object owner = event.getAffectedOwnerOrNull();
        Object id = event.getAffectedOwnerIdOrNull();
        if (owner == null || id == null) {
            return null; // detached: nothing of it is written
        }
        EventSource session = event.getSession();
        SessionBinding binding = SessionBinding.of(session);
        EntityEntry entry = session.getPersistenceContextInternal().getEntry(owner);
        Object[] loaded = entry == null ? null : entry.getLoadedState();
        Object[] state = loaded == null ? guard.persister().getValues(owner) : loaded;
        binding.checkWritten(guard, state, id);
        if (entry != null && entry.isExistsInDatabase() && !entry.getStatus().isDeletedOrGone()) {
            Tombstone tombstone = guard.tombstone(state);
            if (tombstone != null && !binding.marks().isOurs(tombstone.deletionId())) {
                throw Refusals.markedRowWritten(guard, id, tombstone);
            }
            if (tombstone == null && !persister.isVersioned()) {
                binding.checkStillThere(guard, id, persister);
            }
        }
        return state;
    }
}
