package dev.tenantsafety.hibernate.orm;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.stream.Stream;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.event.service.spi.EventListenerRegistry;
import org.hibernate.event.spi.EventType;
import org.hibernate.persister.collection.AbstractCollectionPersister;

/** Takes guards out of a session factory, to show what notices that they are missing. */
public final class TakenOut {

    private static final Set<SessionFactoryImplementor> FACTORIES = Collections.newSetFromMap(new WeakHashMap<>());

    private TakenOut() {}

    /** Whether a guard was taken out of a factory, which others are not to use then. */
    public static boolean isAnythingOf(SessionFactoryImplementor factory) {
        return FACTORIES.contains(factory);
    }

    /** Says so of one from which something was taken out otherwise. */
    static void of(SessionFactoryImplementor factory) {
        FACTORIES.add(factory);
    }

    /** Makes a factory forget the rows that it has seen, which are no longer there. */
    public static void forgetRows(SessionFactoryImplementor factory) {
        FactorySafety safety = FactorySafety.of(factory);
        safety.markedUnits().forget();
        ((Map<?, ?>) inner(safety, "ownersOfUnits")).clear();
    }

    /** What looks at rows that are loaded, by whatever query. */
    public static void reads(SessionFactoryImplementor factory) {
        remove(factory, EventType.PRE_LOAD, RowListener.class);
        nativeQueries(factory);
    }

    /** What keeps the rows of the second-level cache apart. */
    public static void caches(SessionFactoryImplementor factory) {
        of(factory);
        factory.getMappingMetamodel().forEachEntityDescriptor(persister -> {
            if (persister.getCacheAccessStrategy() instanceof ScopedEntityData scoped) {
                replace(persister, ScopedEntityData.class, inner(scoped, "whole"));
            }
        });
    }

    /** What looks at rows that are loaded as they were. */
    static void auditedLoads(SessionFactoryImplementor factory) {
        of(factory);
        factory.getMappingMetamodel().forEachEntityDescriptor(persister -> {
            if (persister.getAuditMapping() != null) {
                replace(persister, Proxy.class, inner(persister, "auxiliaryMapping"));
            }
        });
    }

    /** All filters on collections. */
    public static void collectionFilters(SessionFactoryImplementor factory) {
        of(factory);
        factory.getMappingMetamodel().forEachCollectionDescriptor(persister -> {
            try {
                Field filters = AbstractCollectionPersister.class.getDeclaredField("filterHelper");
                filters.setAccessible(true);
                filters.set(persister, null);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** What looks at the rows of native queries. */
    static void nativeQueries(SessionFactoryImplementor factory) {
        of(factory);
        Object guarded = factory.getQueryEngine().getNativeQueryInterpreter();
        replace(factory.getQueryEngine(), guarded.getClass(), inner(guarded, "standard"));
    }

    @SuppressWarnings("deprecation") // for being slow
    static <T> void remove(SessionFactoryImplementor factory, EventType<T> type, Class<?> ours) {
        of(factory);
        EventListenerRegistry registry = factory.getEventListenerRegistry();
        List<T> others = new ArrayList<>();
        for (T listener : registry.getEventListenerGroup(type).listeners()) {
            if (listener.getClass() != ours) {
                others.add(listener);
            }
        }
        @SuppressWarnings("unchecked") // of the type that the event says
        T[] array = (T[]) Array.newInstance(type.baseListenerInterface(), 0);
        registry.setListeners(type, others.toArray(array));
    }

    /** Where Hibernate has no way to set a part again, its field is. */
    static void replace(Object holder, Class<?> ours, Object standard) {
        try {
            for (Class<?> type = holder.getClass(); type != null; type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) {
                    field.setAccessible(true);
                    if (ours.isInstance(field.get(holder))) {
                        field.set(holder, standard);
                        return;
                    }
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        throw new IllegalStateException("No field of " + holder + " has a " + ours);
    }

    static Object inner(Object guarded, String name) {
        try {
            Field field = null;
            for (Class<?> type = guarded.getClass(); field == null; type = type.getSuperclass()) {
                field = Stream.of(type.getDeclaredFields())
                        .filter(each -> each.getName().equals(name))
                        .findFirst()
                        .orElse(null);
            }
            field.setAccessible(true);
            return field.get(guarded);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
