package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.scope.OpenScope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.hibernate.Hibernate;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.engine.spi.EntityEntry;
import org.hibernate.event.spi.AbstractCollectionEvent;
import org.hibernate.event.spi.EventSource;
import org.hibernate.event.spi.PostCollectionUpdateEvent;
import org.hibernate.event.spi.PostCollectionUpdateEventListener;
import org.hibernate.event.spi.PreCollectionRecreateEvent;
import org.hibernate.event.spi.PreCollectionRecreateEventListener;
import org.hibernate.event.spi.PreCollectionRemoveEvent;
import org.hibernate.event.spi.PreCollectionRemoveEventListener;
import org.hibernate.event.spi.PreCollectionUpdateEvent;
import org.hibernate.event.spi.PreCollectionUpdateEventListener;
import org.hibernate.metamodel.mapping.internal.EntityCollectionPart;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/** Sees what a join table or a foreign key of the elements is about to point at, and which links are about to go. */
final class ElementListener
        implements PreCollectionRecreateEventListener,
                PreCollectionUpdateEventListener,
                PreCollectionRemoveEventListener,
                PostCollectionUpdateEventListener {

    private static final long serialVersionUID = 1;
    private static final int TOGETHER = 200;

    private final transient FactorySafety safety;

    ElementListener(FactorySafety safety) {
        this.safety = safety;
    }

    @Override
    public void onPreRecreateCollection(PreCollectionRecreateEvent event) {
        if (isStateless(event)) {
            return;
        }
        CollectionPersister persister = event.getCollectionPersister();
        if (persister != null
                && SessionBinding.of(event.getSession())
                        .marks()
                        .isReplacing(persister, event.getAffectedOwnerOrNull())) {
            checkNotMarkedMeanwhile(event, persister);
        }
        check(event);
        cutFromMarked(event);
    }

    @Override
    public void onPreUpdateCollection(PreCollectionUpdateEvent event) {
        if (isStateless(event)) {
            return;
        }
        List<Object> before = event.getCollection() instanceof List ? alive(stored(event.getCollection())) : List.of();
        keepLinksOfMarked(event);
        check(event);
        checkCut(event);
        cutFromMarked(event);
        makeRoom(event);
        follow(event, before);
        checkKeys(event);
    }

    @Override
    public void onPostUpdateCollection(PostCollectionUpdateEvent event) {
        if (!isStateless(event)) {
            SessionBinding.of(event.getSession()).marks().follow(event.getCollection());
        }
    }

    /** Where elements of a list that stay get another order, or some are taken out, what is marked keeps its neighbors. */
    private void follow(AbstractCollectionEvent event, List<Object> before) {
        PersistentCollection<?> collection = event.getCollection();
        CollectionPersister persister = event.getCollectionPersister();
        if (persister == null
                || !(collection instanceof List<?> list)
                || !collection.wasInitialized()
                || !isOfMarkable(persister)
                || isReadWithMarked(event)) {
            return;
        }
        List<Object> now = alive(list);
        boolean holdsMarked = list.stream()
                .filter(Objects::nonNull)
                .map(ElementListener::instance)
                .anyMatch(this::isMarked);
        boolean isAppended = now.size() >= before.size() && isSame(before, now.subList(0, before.size()));
        LinkPlaces places = isAppended && !holdsMarked ? null : safety.list(persister);
        Object key = collection.getKey(); // which may be another than that of the owner
        if (places != null && key != null) {
            SessionBinding.of(event.getSession())
                    .marks()
                    .following(collection, places.follow(event.getSession(), key, before, now, holdsMarked));
        }
    }

    private static boolean isSame(List<Object> some, List<Object> others) {
        for (int i = 0; i < some.size(); i++) {
            if (some.get(i) != others.get(i)) {
                return false;
            }
        }
        return true;
    }

    /** Those that are not marked, each as itself. */
    private List<Object> alive(Collection<?> elements) {
        List<Object> alive = new ArrayList<>();
        for (Object element : elements) {
            if (element != null && !isMarked(element)) {
                alive.add(instance(element));
            }
        }
        return alive;
    }

    /** What comes into a collection that alone knows its elements no longer belongs to a parent that the same transaction marks. */
    private void cutFromMarked(AbstractCollectionEvent event) {
        PersistentCollection<?> collection = event.getCollection();
        CollectionPersister persister = event.getCollectionPersister();
        if (persister == null
                || !SessionBinding.of(event.getSession()).marks().isAny()
                || !ParentLinks.are(persister)
                || !isOfMarkable(persister)) {
            return;
        }
        Set<Object> before = Collections.newSetFromMap(new IdentityHashMap<>());
        stored(collection).forEach(element -> before.add(element == null ? null : instance(element)));
        Iterator<?> entries =
                collection.wasInitialized() ? collection.entries(persister) : collection.queuedAdditionIterator();
        List<Object> added = new ArrayList<>();
        while (entries.hasNext()) {
            Object entry = entries.next();
            Object element = collection.wasInitialized() ? collection.getElement(entry) : entry;
            Object key = element == null || before.contains(instance(element)) || isMarked(element)
                    ? null
                    : UnloadedReference.keyOf(event.getSession(), element);
            if (key != null) {
                added.add(key);
            }
        }
        EntityGuard guard = Objects.requireNonNull(
                safety.guard(persister.getElementPersister().getEntityName()));
        ParentLinks.cut(event.getSession(), guard.entity(), added, persister);
    }

    /** What is in the database, as far as it is known. */
    private static Collection<?> stored(PersistentCollection<?> collection) {
        Object stored = collection.wasInitialized() ? collection.getStoredSnapshot() : null;
        if (stored instanceof Map<?, ?> elements) {
            return elements.values();
        }
        return stored instanceof List<?> elements ? elements : List.of();
    }

    private void checkKeys(AbstractCollectionEvent event) {
        CollectionPersister persister = event.getCollectionPersister();
        EntityGuard owner = safety.guard(String.valueOf(event.getAffectedOwnerEntityName()));
        Object id = event.getAffectedOwnerIdOrNull();
        if (persister != null
                && owner != null
                && id != null
                && LinkKeys.areIn(persister)
                && isOfMarkable(persister)
                && event.getCollection().wasInitialized()) {
            EntityGuard element = Objects.requireNonNull(
                    safety.guard(persister.getElementPersister().getEntityName()));
            new LinkKeys(owner, element, persister)
                    .check(event.getSession(), event.getCollection(), id, this::isMarked);
        }
    }

    /** Hibernate removes the links of all elements that are alive (MarkableLinks), and may go on to write others in their places. */
    @Override
    public void onPreRemoveCollection(PreCollectionRemoveEvent event) {
        if (isStateless(event)) {
            return;
        }
        EntityGuard owner = safety.guard(String.valueOf(event.getAffectedOwnerEntityName()));
        CollectionPersister persister = event.getCollectionPersister();
        if (owner != null && persister != null && !persister.isInverse()) {
            checkOwner(event, owner, persister);
            checkCut(event);
        }
        makeRoom(event);
    }

    /** A link to what others own is not the scope's to cut, however it came into the collection. */
    private void checkCut(AbstractCollectionEvent event) {
        PersistentCollection<?> collection = event.getCollection();
        CollectionPersister persister = event.getCollectionPersister();
        EntityGuard owner = safety.guard(String.valueOf(event.getAffectedOwnerEntityName()));
        if (owner == null
                || collection == null
                || persister == null
                || persister.isInverse()
                || !(persister.getAttributeMapping().getElementDescriptor() instanceof EntityCollectionPart)) {
            return;
        }
        EntityGuard element = safety.guard(persister.getElementPersister().getEntityName());
        if (element == null || !element.entity().isOwned() || !element.entity().mayHideLinked(owner.entity())) {
            return;
        }
        Set<Object> present = Collections.newSetFromMap(new IdentityHashMap<>());
        if (!(event instanceof PreCollectionRemoveEvent) && collection.wasInitialized()) {
            collection
                    .entries(persister)
                    .forEachRemaining(entry -> present.add(instance(collection.getElement(entry))));
        }
        Referrer from =
                new Referrer(safety, event.getSession(), owner, new Object[0], event.getAffectedOwnerIdOrNull());
        String name = SafeEntity.lastPart(persister.getRole());
        for (Object linked : stored(collection)) {
            if (linked != null && !present.contains(instance(linked))) {
                from.checkCut(linked, name);
            }
        }
    }

    /** Whether marked elements are in a collection with the others, as in one that was read with them in sight. */
    private static boolean isReadWithMarked(AbstractCollectionEvent event) {
        return OpenScope.current().includesDeleted()
                && !SessionBinding.of(event.getSession()).isReadBefore(event.getCollection());
    }

    private void makeRoom(AbstractCollectionEvent event) {
        CollectionPersister persister = event.getCollectionPersister();
        LinkPlaces places = persister == null || persister.isOneToMany() || !isOfMarkable(persister)
                ? null
                : safety.list(persister);
        if (places != null && !isReadWithMarked(event)) {
            Object key = CollectionOwner.loadedKey(event.getSession(), event.getCollection());
            boolean holdsMarked = places.makeRoom(
                    event.getSession(), Objects.requireNonNull(key == null ? event.getAffectedOwnerIdOrNull() : key));
            if (holdsMarked) {
                checkNotMarkedMeanwhile(event, persister);
                SessionBinding.of(event.getSession()).marks().replacing(persister, event.getAffectedOwnerOrNull());
            }
        }
    }

    /**
     * What another transaction marked since the list was read has a place of its own there: Hibernate would look for it at the old one, and give
     * that to others.
     */
    private void checkNotMarkedMeanwhile(AbstractCollectionEvent event, CollectionPersister persister) {
        List<Object> alive = alive(stored(event.getCollection()));
        if (event.getCollection() instanceof List<?> list
                && event.getCollection().wasInitialized()) {
            alive.addAll(alive(list));
        }
        List<Object> ids = alive.stream()
                .map(element -> UnloadedReference.keyOf(event.getSession(), element))
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        EntityGuard guard = Objects.requireNonNull(
                safety.guard(persister.getElementPersister().getEntityName()));
        for (List<Object> some : Chunks.of(ids, TOGETHER)) {
            Object[] marked = Rows.markedAmong(event.getSession(), guard, some);
            if (marked != null) {
                throw Refusals.markedInList(
                        guard, marked[0], (DeletionId) marked[1], SafeEntity.lastPart(persister.getRole()));
            }
        }
    }

    /**
     * What is marked and was taken out of a collection is not among what Hibernate compares the collection with, so its link
     * stays, as that of an element which was marked before the collection was loaded.
     */
    private void keepLinksOfMarked(AbstractCollectionEvent event) {
        PersistentCollection<?> collection = event.getCollection();
        CollectionPersister persister = event.getCollectionPersister();
        if (persister == null || persister.isInverse() || !collection.wasInitialized()) {
            return;
        }
        Object compared = collection.getStoredSnapshot();
        if (compared instanceof Map<?, ?> entries && collection instanceof Map<?, ?> map) {
            if (isOfMarkable(persister) || hasMarkableKeys(persister)) {
                keepEntriesOfMarked(event, map, entries);
            }
        } else if (isOfMarkable(persister)) {
            keepLinksOfMarked(event, persister, compared);
        }
    }

    private void keepLinksOfMarked(AbstractCollectionEvent event, CollectionPersister persister, Object compared) {
        PersistentCollection<?> collection = event.getCollection();
        Set<Object> present = Collections.newSetFromMap(new IdentityHashMap<>());
        collection.entries(persister).forEachRemaining(entry -> present.add(instance(collection.getElement(entry))));
        Predicate<Object> isGone = isGone(present);
        SessionMarks marks = SessionBinding.of(event.getSession()).marks();
        if (compared instanceof Map<?, ?> elements) {
            @SuppressWarnings("unchecked") // of a set: each element by itself
            Map<Object, Object> links = (Map<Object, Object>) elements;
            marks.linksKept(collection).stream()
                    .filter(element -> present.contains(instance(element)) && !isMarked(element))
                    .forEach(element -> links.put(element, element)); // in it again, and linked
            links.values().stream().filter(isGone).forEach(marks.linksKept(collection)::add);
            links.values().removeIf(isGone);
        } else if (compared instanceof List<?> elements) {
            if (persister.hasIndex()) {
                elements.replaceAll(element -> isGone.test(element) ? null : element);
                while (!elements.isEmpty() && elements.get(elements.size() - 1) == null) {
                    elements.remove(elements.size() - 1);
                }
                if (persister.isOneToMany() && collection instanceof List<?> list && elements.size() > list.size()) {
                    // what is behind its end, Hibernate takes out by element: with a table per class it fails at none
                    elements.subList(list.size(), elements.size()).removeIf(Objects::isNull);
                }
            } else {
                elements.removeIf(isGone);
            }
        }
    }

    /** The same for a map, of which elements and keys may be marked. */
    private void keepEntriesOfMarked(AbstractCollectionEvent event, Map<?, ?> map, Map<?, ?> compared) {
        @SuppressWarnings("unchecked")
        Map<Object, Object> links = (Map<Object, Object>) compared;
        Predicate<Object> isKeyGone = isGone(instances(map.keySet()));
        Predicate<Object> isElementGone = isGone(instances(map.values()));
        Map<Object, Object> kept = SessionBinding.of(event.getSession()).marks().entriesKept(event.getCollection());
        kept.entrySet().removeIf(entry -> {
            boolean isBack =
                    map.containsKey(entry.getKey()) && !isMarked(entry.getKey()) && !isMarked(entry.getValue());
            if (isBack) {
                links.put(entry.getKey(), entry.getValue()); // in it again, and its row is there
            }
            return isBack;
        });
        links.entrySet().removeIf(entry -> {
            boolean isGone = isKeyGone.test(entry.getKey()) || isElementGone.test(entry.getValue());
            if (isGone) {
                kept.put(entry.getKey(), entry.getValue());
            }
            return isGone;
        });
    }

    private static Set<Object> instances(Collection<?> all) {
        Set<Object> instances = Collections.newSetFromMap(new IdentityHashMap<>());
        all.forEach(each -> instances.add(each == null ? null : instance(each)));
        return instances;
    }

    private Predicate<Object> isGone(Set<Object> present) {
        return each -> each != null && isMarked(each) && !present.contains(instance(each));
    }

    private boolean hasMarkableKeys(CollectionPersister persister) {
        EntityPersister entity = MarkableKeys.entityOf(persister);
        EntityGuard key = entity == null ? null : safety.guard(entity.getEntityName());
        return key != null && key.isMarkable();
    }

    private boolean isOfMarkable(CollectionPersister persister) {
        if (!(persister.getAttributeMapping().getElementDescriptor() instanceof EntityCollectionPart)) {
            return false;
        }
        EntityGuard element = safety.guard(persister.getElementPersister().getEntityName());
        return element != null && element.isMarkable();
    }

    /** Itself, if it is a reference that was not loaded. */
    private static Object instance(Object element) {
        return Hibernate.isInitialized(element) ? Hibernate.unproxy(element) : element;
    }

    private boolean isMarked(@Nullable Object element) {
        if (element == null || !Hibernate.isInitialized(element)) {
            return false;
        }
        Object instance = Hibernate.unproxy(element);
        EntityGuard guard = safety.guard(Hibernate.getClass(instance).getName());
        return guard != null && guard.tombstoneOf(instance) != null;
    }

    /** A stateless session does not name itself; what it writes is looked at where it is written ({@link Visible}). */
    static boolean isStateless(AbstractCollectionEvent event) {
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
        if (persister != null && collection.wasInitialized()) {
            checkNotPast(event, persister);
        }
        if (owner == null || persister == null || persister.isInverse()) {
            return;
        }
        Referrer from = checkOwner(event, owner, persister);
        if (from == null
                || !(persister.getAttributeMapping().getElementDescriptor() instanceof EntityCollectionPart)
                || !collection.wasInitialized()) {
            return;
        }
        String name = SafeEntity.lastPart(persister.getRole());
        Set<Object> before = PartReferenceListener.isWhole(persister) ? instances(stored(collection)) : Set.of();
        Iterator<?> entries = collection.entries(persister);
        while (entries.hasNext()) {
            Object element = collection.getElement(entries.next());
            boolean isNew = element != null && !before.contains(instance(element));
            PartReferenceListener.checkElement(from, persister, element, isNew, name);
        }
    }

    /** What an earlier transaction of this session marked does not come back by being added: Hibernate writes nothing of it. */
    private void checkNotPast(AbstractCollectionEvent event, CollectionPersister persister) {
        SessionMarks marks = SessionBinding.of(event.getSession()).marks();
        if (!marks.holdsAny() || !isOfMarkable(persister)) {
            return;
        }
        Set<Object> before = instances(stored(event.getCollection()));
        Iterator<?> entries = event.getCollection().entries(persister);
        while (entries.hasNext()) {
            Object element = event.getCollection().getElement(entries.next());
            if (element != null && !before.contains(instance(element)) && marks.isPast(instance(element))) {
                marks.persisted(instance(element));
            }
        }
    }

    /** Rows of a collection are written as their owner is: within its scope, while it is alive. Returns the owner, if it is held. */
    private @Nullable Referrer checkOwner(
            AbstractCollectionEvent event, EntityGuard guard, CollectionPersister persister) {
        EventSource session = event.getSession();
        CollectionOwner held = CollectionOwner.of(event, persister);
        if (held == null) {
            Object key = CollectionOwner.loadedKey(session, event.getCollection());
            if (key != null) {
                DetachedOwner.checkTaken(session, persister, key, "written");
            }
            return null;
        }
        Object owner = held.instance();
        Object id = held.id();
        EntityEntry entry = session.getPersistenceContextInternal().getEntry(owner);
        SessionBinding binding = SessionBinding.of(session);
        Object[] loaded = entry == null ? null : entry.getLoadedState();
        Object[] state = loaded == null ? guard.persister().getValues(owner) : loaded;
        if (loaded != null && entry.isExistsInDatabase()) {
            binding.checkRewritten(guard, loaded, state, id);
        } else {
            binding.checkWritten(guard, state, id);
        }
        if (entry != null && entry.isExistsInDatabase() && !entry.getStatus().isDeletedOrGone()) {
            Tombstone tombstone = guard.tombstone(state);
            if (tombstone != null && !binding.marks().isOurs(tombstone.deletionId())) {
                throw Refusals.markedRowWritten(guard, id, tombstone);
            }
            if (tombstone == null && !persister.isVersioned()) {
                binding.written().checkOwner(guard, id, persister);
            }
        }
        return new Referrer(safety, session, guard, state, id);
    }
}
