package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.scope.OpenScope;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer;
import org.hibernate.engine.spi.CollectionKey;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.event.spi.PreLoadEvent;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.proxy.HibernateProxy;
import org.hibernate.proxy.LazyInitializer;
import org.hibernate.type.AnyType;
import org.hibernate.type.ComponentType;
import org.hibernate.type.OneToOneType;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/**
 * A row that is read has no partner that its session has marked, neither as a one-to-one nor as an {@code @Any}. Hibernate finds by its key, without a
 * query, what the session holds, where marked ones are too, and the next cascade would persist it anew.
 */
final class HiddenPartners {

    /** The attributes of each entity that may hold one. */
    private final Map<EntityPersister, int[]> attributes = new ConcurrentHashMap<>();

    private static boolean isAny(SharedSessionContractImplementor session) {
        return session.isEventSource() && SessionBinding.of(session).marks().holdsAny();
    }

    /** A collection was read. */
    static void read(CollectionPersister persister, Object key, SharedSessionContractImplementor session) {
        if (isAny(session) && OpenScope.current().includesDeleted()) {
            Object collection =
                    session.getPersistenceContextInternal().getCollection(new CollectionKey(persister, key));
            if (collection != null) {
                SessionBinding.of(session).marks().readInBin(collection);
            }
        }
    }

    /** Whether what was read of an attribute, alone, is one. */
    static boolean isHidden(
            EntityPersister persister,
            int attribute,
            @Nullable Object value,
            SharedSessionContractImplementor session) {
        Type type = persister.getPropertyTypes()[attribute];
        return isAny(session)
                && !OpenScope.current().includesDeleted()
                && value != null
                && !(type instanceof ComponentType)
                && mayHoldPartner(persister.getMappedClass(), persister.getPropertyNames()[attribute], type)
                && withoutHidden(SessionBinding.of(session).marks(), type, value, session) == null;
    }

    void leaveOut(PreLoadEvent event) {
        SharedSessionContractImplementor session = event.getSession();
        if (!isAny(session)) {
            return;
        }
        SessionMarks marks = SessionBinding.of(session).marks();
        if (OpenScope.current().includesDeleted()) {
            marks.readInBin(event.getEntity());
            return;
        }
        Object[] state = event.getState();
        Type[] types = event.getPersister().getPropertyTypes();
        for (int i : attributes.computeIfAbsent(event.getPersister(), HiddenPartners::attributes)) {
            state[i] = withoutHidden(marks, types[i], state[i], session);
        }
    }

    private static int[] attributes(EntityPersister persister) {
        Type[] types = persister.getPropertyTypes();
        return IntStream.range(0, types.length)
                .filter(i ->
                        mayHoldPartner(persister.getMappedClass(), persister.getPropertyNames()[i], types[i]))
                .toArray();
    }

    private static boolean mayHoldPartner(@Nullable Class<?> declaring, String name, Type type) {
        if (type instanceof ComponentType embedded) {
            return IntStream.range(0, embedded.getSubtypes().length).anyMatch(i -> mayHoldPartner(embedded, i));
        }
        return (type instanceof OneToOneType || type instanceof AnyType) && !Referrers.keepsVisible(declaring, name);
    }

    private static boolean mayHoldPartner(ComponentType embedded, int part) {
        return mayHoldPartner(
                embedded.getReturnedClass(), embedded.getPropertyNames()[part], embedded.getSubtypes()[part]);
    }

    private static @Nullable Object withoutHidden(
            SessionMarks marks, Type type, @Nullable Object value, SharedSessionContractImplementor session) {
        if (value == null || value == LazyPropertyInitializer.UNFETCHED_PROPERTY) {
            return value;
        }
        if (type instanceof ComponentType embedded) {
            Object[] values = embedded.getPropertyValues(value, session);
            Type[] types = embedded.getSubtypes();
            for (int i = 0; i < types.length; i++) {
                values[i] =
                        mayHoldPartner(embedded, i) ? withoutHidden(marks, types[i], values[i], session) : values[i];
            }
            return embedded.replacePropertyValues(value, values, session);
        }
        LazyInitializer proxy = HibernateProxy.extractLazyInitializer(value);
        Object partner = proxy == null ? value : held(proxy, session);
        return partner != null && (marks.isWritten(partner) || marks.isPast(partner)) ? null : value;
    }

    /** What a proxy would find in the session; null if the session does not hold it. */
    private static @Nullable Object held(LazyInitializer proxy, SharedSessionContractImplementor session) {
        return session.getPersistenceContextInternal()
                .getEntity(session.generateEntityKey(
                        proxy.getInternalIdentifier(),
                        session.getFactory().getMappingMetamodel().getEntityDescriptor(proxy.getEntityName())));
    }
}
