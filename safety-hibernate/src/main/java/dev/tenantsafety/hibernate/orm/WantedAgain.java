package dev.tenantsafety.hibernate.orm;

import java.util.Iterator;
import java.util.Map;
import org.hibernate.Hibernate;
import org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.engine.spi.CascadeStyle;
import org.hibernate.engine.spi.CascadingActions;
import org.hibernate.engine.spi.CollectionEntry;
import org.hibernate.engine.spi.EntityEntry;
import org.hibernate.event.spi.EventSource;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.CollectionType;
import org.hibernate.type.ComponentType;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/**
 * Whether a cascade that leads to a marked instance takes its mark back. It does where an alive instance refers to it, but not for what shows marked
 * rows ({@code KEEP_VISIBLE}, or read within {@code IncludeDeleted}) and is as it was read: there nobody asked for anything.
 */
final class WantedAgain {

    private final EventSource session;
    private final Object instance;

    /** Whether the holder that is looked at was read where marked rows are seen. */
    private boolean isInBin;

    private WantedAgain(EventSource session, Object instance) {
        this.session = session;
        this.instance = instance;
    }

    static boolean is(EventSource session, Object instance) {
        return new WantedAgain(session, instance).isHeld();
    }

    private boolean isHeld() {
        SessionMarks marks = SessionBinding.of(session).marks();
        boolean isShown = false;
        for (Map.Entry<Object, EntityEntry> held :
                session.getPersistenceContextInternal().reentrantSafeEntityEntries()) {
            EntityEntry entry = held.getValue();
            if (!entry.getStatus().isDeletedOrGone() && !marks.holds(held.getKey())) {
                isInBin = marks.isReadInBin(held.getKey());
                Found found = in(entry, held.getKey());
                if (found == Found.WANTED) {
                    return true;
                }
                isShown |= found == Found.SHOWN;
            }
        }
        return !isShown; // what nothing refers to was handed over by the program, or by something that is detached
    }

    private enum Found {
        NOTHING,
        SHOWN,
        WANTED;

        Found and(Found other) {
            return compareTo(other) > 0 ? this : other;
        }
    }

    private Found in(EntityEntry entry, Object holder) {
        EntityPersister persister = entry.getPersister();
        Object[] loaded = entry.isExistsInDatabase() ? entry.getLoadedState() : null;
        Type[] types = persister.getPropertyTypes();
        CascadeStyle[] styles = persister.getPropertyCascadeStyles();
        Found found = Found.NOTHING;
        for (int i = 0; i < types.length; i++) {
            if (UnloadedReference.isLoaded(persister, holder, i)) {
                found = found.and(attribute(
                        persister.getMappedClass(),
                        persister.getPropertyNames()[i],
                        types[i],
                        styles[i],
                        persister.getValue(holder, i),
                        loaded == null ? null : loaded[i]));
            }
        }
        return found;
    }

    private Found attribute(
            @Nullable Class<?> declaring,
            String name,
            Type type,
            CascadeStyle style,
            @Nullable Object value,
            @Nullable Object loaded) {
        if (value == null || value == LazyPropertyInitializer.UNFETCHED_PROPERTY) {
            return Found.NOTHING;
        }
        if (type instanceof ComponentType component) {
            return component(component, value, loaded);
        }
        if (!isCascading(style)) {
            return Found.NOTHING;
        }
        if (type instanceof CollectionType collection) {
            return elements(collection, value);
        }
        if (!References.leadsToRows(type) || !isIt(value)) {
            return Found.NOTHING;
        }
        boolean isAsRead = loaded != null && isIt(loaded);
        return isAsRead && (isInBin || Referrers.keepsVisible(declaring, name)) ? Found.SHOWN : Found.WANTED;
    }

    private Found component(ComponentType type, Object value, @Nullable Object loaded) {
        Type[] types = type.getSubtypes();
        Object[] values = type.getPropertyValues(value);
        Object[] before = loaded == null || loaded == LazyPropertyInitializer.UNFETCHED_PROPERTY
                ? new Object[types.length]
                : type.getPropertyValues(loaded);
        Found found = Found.NOTHING;
        for (int i = 0; i < types.length; i++) {
            found = found.and(attribute(
                    type.getReturnedClass(),
                    type.getPropertyNames()[i],
                    types[i],
                    type.getCascadeStyle(i),
                    values[i],
                    before[i]));
        }
        return found;
    }

    private static boolean isCascading(CascadeStyle style) {
        return style.reallyDoCascade(CascadingActions.PERSIST) || style.reallyDoCascade(CascadingActions.MERGE);
    }

    @SuppressWarnings("removal") // Hibernate 7 has nothing else
    private Found elements(CollectionType type, Object value) {
        if (!(value instanceof PersistentCollection<?> collection)) {
            return any(type.getElementsIterator(value)) ? Found.WANTED : Found.NOTHING;
        }
        if (!collection.wasInitialized()) {
            return any(collection.queuedAdditionIterator()) ? Found.WANTED : Found.NOTHING;
        }
        CollectionPersister persister =
                session.getFactory().getMappingMetamodel().getCollectionDescriptor(type.getRole());
        CollectionEntry entry = session.getPersistenceContextInternal().getCollectionEntry(collection);
        boolean isSeenInBin = isInBin || SessionBinding.of(session).marks().isReadInBin(collection);
        Found found = Found.NOTHING;
        Iterator<?> entries = collection.entries(persister);
        for (int i = 0; entries.hasNext(); i++) {
            Object each = entries.next();
            Object element = collection.getElement(each);
            boolean isNew = entry == null
                    || entry.getSnapshot() == null
                    || (collection.isDirty() && collection.needsInserting(each, i, persister.getElementType()));
            if (element != null && persister.getElementType() instanceof ComponentType parts) {
                found = found.and(component(parts, element, isNew ? null : element));
            } else if (element != null && isIt(element)) {
                found = found.and(isSeenInBin && !isNew ? Found.SHOWN : Found.WANTED);
            }
        }
        return found;
    }

    private boolean any(Iterator<?> elements) {
        while (elements.hasNext()) {
            Object element = elements.next();
            if (element != null && isIt(element)) {
                return true;
            }
        }
        return false;
    }

    private boolean isIt(Object value) {
        return value != LazyPropertyInitializer.UNFETCHED_PROPERTY
                && UnloadedReference.of(value) == null
                && Hibernate.unproxy(value) == instance;
    }
}
