package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.scope.OpenScope;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.event.spi.PreLoadEvent;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.proxy.HibernateProxy;
import org.hibernate.proxy.LazyInitializer;
import org.hibernate.type.CompositeType;
import org.hibernate.type.ForeignKeyDirection;
import org.hibernate.type.OneToOneType;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/**
 * A row that is read has no partner that its session has marked. Hibernate finds the partner of a one-to-one that shares its key among what
 * the session holds, where marked ones are too, and the next cascade would persist it anew.
 */
final class HiddenPartners {

    /** The attributes of each entity that may hold one. */
    private final Map<EntityPersister, int[]> attributes = new ConcurrentHashMap<>();

    void leaveOut(PreLoadEvent event) {
        SharedSessionContractImplementor session = event.getSession();
        if (!session.isEventSource()) {
            return;
        }
        SessionMarks marks = SessionBinding.of(session).marks();
        if (!marks.holdsAny() || OpenScope.current().includesDeleted()) {
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
                .filter(i -> mayHoldPartner(types[i]))
                .toArray();
    }

    private static boolean mayHoldPartner(Type type) {
        if (type instanceof CompositeType embedded) {
            for (Type part : embedded.getSubtypes()) {
                if (mayHoldPartner(part)) {
                    return true;
                }
            }
        }
        return type instanceof OneToOneType reference
                && reference.getForeignKeyDirection() == ForeignKeyDirection.TO_PARENT;
    }

    private static @Nullable Object withoutHidden(
            SessionMarks marks, Type type, @Nullable Object value, SharedSessionContractImplementor session) {
        if (value == null || !mayHoldPartner(type)) {
            return value;
        }
        if (type instanceof CompositeType embedded) {
            Object[] values = embedded.getPropertyValues(value, session);
            Type[] types = embedded.getSubtypes();
            for (int i = 0; i < types.length; i++) {
                values[i] = withoutHidden(marks, types[i], values[i], session);
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
