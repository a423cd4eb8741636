package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.ForeignRowException;
import dev.tenantsafety.id.TypedId;
import java.util.List;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.event.spi.PostInsertEvent;
import org.hibernate.event.spi.PostInsertEventListener;
import org.hibernate.event.spi.PostUpdateEvent;
import org.hibernate.event.spi.PostUpdateEventListener;
import org.hibernate.event.spi.PostUpsertEvent;
import org.hibernate.event.spi.PostUpsertEventListener;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.ComponentType;
import org.hibernate.type.Type;

/**
 * Sees what a stateless session has written: its Interceptor is asked after the row was looked at, and may have given it to others, or
 * pointed it at others' rows (StatelessSessionImpl.insert, update and upsert).
 */
final class InterceptedListener implements PostInsertEventListener, PostUpdateEventListener, PostUpsertEventListener {

    private static final long serialVersionUID = 1;

    private final transient FactorySafety safety;

    InterceptedListener(FactorySafety safety) {
        this.safety = safety;
    }

    @Override
    public void onPostInsert(PostInsertEvent event) {
        check(event.getSession(), event.getPersister(), event.getState(), event.getId());
    }

    @Override
    public void onPostUpdate(PostUpdateEvent event) {
        check(event.getSession(), event.getPersister(), event.getState(), event.getId());
    }

    @Override
    public void onPostUpsert(PostUpsertEvent event) {
        check(event.getSession(), event.getPersister(), event.getState(), event.getId());
    }

    @Override
    public boolean requiresPostCommitHandling(EntityPersister persister) {
        return false;
    }

    private void check(
            SharedSessionContractImplementor session, EntityPersister persister, Object[] written, Object id) {
        Object[] looked =
                session.isEventSource() ? null : SessionBinding.of(session).lookedAt();
        EntityGuard guard = looked == null ? null : safety.guard(persister.getEntityName());
        if (looked == null || guard == null) {
            return;
        }
        List<TypedId<?>> said = guard.owners(looked, id);
        List<TypedId<?>> now = guard.owners(written, id);
        boolean isAnother = !now.containsAll(said)
                || now.stream().anyMatch(owner -> !said.contains(owner) && !isOfScope(session, owner));
        Type[] types = persister.getPropertyTypes();
        for (int i = 0; i < types.length; i++) {
            isAnother |=
                    (References.leadsToRows(types[i]) || types[i] instanceof ComponentType) && looked[i] != written[i];
        }
        if (isAnother) {
            session.markForRollbackOnly();
            throw new ForeignRowException(
                    guard.name() + " " + id
                            + " was given another owner, or points at another row, by the Interceptor of a stateless session, after it was "
                            + "looked at. Set both in the instance, or use a session or entity manager.",
                    guard.name(),
                    id);
        }
    }

    /** As those are which a row takes when it is inserted. */
    private static boolean isOfScope(SharedSessionContractImplementor session, TypedId<?> owner) {
        return owner.equals(SessionBinding.of(session).ownerToFind(owner.kind()));
    }
}
