package dev.tenantsafety.hibernate.orm;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.hibernate.Hibernate;
import org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.engine.spi.CascadeStyle;
import org.hibernate.engine.spi.CascadingActions;
import org.hibernate.engine.spi.EntityEntry;
import org.hibernate.engine.spi.PersistenceContext;
import org.hibernate.event.spi.EventSource;
import org.hibernate.metamodel.mapping.internal.EntityCollectionPart;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.CollectionType;
import org.hibernate.type.ComponentType;
import org.hibernate.type.EntityType;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/**
 * New instances that a flush would insert because marked ones lead to them, and nothing else does; and marked ones to which alive ones lead.
 * Hibernate cascades nothing from what is removed; but what is marked is managed. Belongs to one flush.
 */
final class ChildrenOfMarked {

    private final FactorySafety safety;
    private final EventSource session;
    private final PersistenceContext context;
    private final Set<Object> ofMarked = newSet();
    private final Set<Object> markedOfAlive = newSet();
    private @Nullable Set<Object> ofAlive;

    ChildrenOfMarked(FactorySafety safety, EventSource session) {
        this.safety = safety;
        this.session = session;
        this.context = session.getPersistenceContextInternal();
        collect(true, ofMarked);
    }

    /** Whether an instance is new, and reached from marked ones alone. */
    boolean contains(Object instance) {
        return ofMarked.contains(instance) && !ofAlive().contains(instance);
    }

    /** The new instances that are reached from others than marked ones. */
    Set<Object> ofAlive() {
        if (ofAlive == null) {
            ofAlive = newSet();
            collect(false, ofAlive);
        }
        return ofAlive;
    }

    /** Whether a marked instance is reached from alive ones, or from others like it, and not only from what was removed. */
    boolean isOfAlive(Object instance) {
        ofAlive();
        return markedOfAlive.contains(instance);
    }

    private static Set<Object> newSet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    private void collect(boolean fromMarked, Set<Object> reached) {
        SessionMarks marks = SessionBinding.of(session).marks();
        for (Map.Entry<Object, EntityEntry> held : context.reentrantSafeEntityEntries()) {
            EntityPersister persister = held.getValue().getPersister();
            if (!held.getValue().getStatus().isDeletedOrGone()
                    && isMarked(marks, persister, held.getKey()) == fromMarked) {
                from(persister, held.getKey(), reached);
            }
        }
    }

    private boolean isTakenAlong(EntityEntry entry, Object instance) {
        SessionMarks marks = SessionBinding.of(session).marks();
        return isMarked(marks, entry.getPersister(), instance)
                && !marks.isRemovedItself(instance)
                && markedOfAlive.add(instance);
    }

    private boolean isMarked(SessionMarks marks, EntityPersister persister, Object instance) {
        EntityGuard guard = marks.holds(instance) ? safety.guard(persister.getEntityName()) : null;
        return guard != null && guard.tombstoneOf(instance) != null;
    }

    private void from(EntityPersister persister, Object instance, Set<Object> reached) {
        Type[] types = persister.getPropertyTypes();
        CascadeStyle[] styles = persister.getPropertyCascadeStyles();
        for (int i = 0; i < types.length; i++) {
            if (UnloadedReference.isLoaded(persister, instance, i)) {
                attribute(types[i], styles[i], persister.getValue(instance, i), reached);
            }
        }
    }

    private void attribute(Type type, CascadeStyle style, @Nullable Object value, Set<Object> reached) {
        if (value == null || value == LazyPropertyInitializer.UNFETCHED_PROPERTY) {
            return;
        }
        if (type instanceof ComponentType component) {
            for (int i = 0; i < component.getSubtypes().length; i++) {
                attribute(
                        component.getSubtypes()[i],
                        component.getCascadeStyle(i),
                        component.getPropertyValue(value, i),
                        reached);
            }
        } else if (style.reallyDoCascade(CascadingActions.PERSIST_ON_FLUSH)) {
            if (type instanceof CollectionType collection) {
                elements(collection, value, reached);
            } else if (type instanceof EntityType) {
                reach(value, reached);
            }
        }
    }

    private void elements(CollectionType type, Object value, Set<Object> reached) {
        boolean isOfEntities = session.getFactory()
                        .getMappingMetamodel()
                        .getCollectionDescriptor(type.getRole())
                        .getAttributeMapping()
                        .getElementDescriptor()
                instanceof EntityCollectionPart;
        if (isOfEntities) {
            Iterator<?> elements = value instanceof PersistentCollection<?> collection && !collection.wasInitialized()
                    ? collection.queuedAdditionIterator()
                    : type.getElementsIterator(value);
            elements.forEachRemaining(element -> {
                if (element != null) {
                    reach(element, reached);
                }
            });
        }
    }

    private void reach(Object value, Set<Object> reached) {
        if (UnloadedReference.of(value) == null) {
            Object instance = Hibernate.unproxy(value);
            EntityEntry entry = context.getEntry(instance);
            if (entry == null && reached.add(instance)) {
                from(session.getEntityPersister(null, instance), instance, reached);
            } else if (entry != null && reached == ofAlive && isTakenAlong(entry, instance)) {
                from(entry.getPersister(), instance, reached);
            }
        }
    }
}
