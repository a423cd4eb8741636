package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.scope.OpenScope;
import org.hibernate.HibernateException;
import org.hibernate.engine.spi.EntityEntry;
import org.hibernate.event.spi.EventSource;
import org.hibernate.event.spi.LockEvent;
import org.hibernate.event.spi.LockEventListener;
import org.hibernate.event.spi.MergeContext;
import org.hibernate.event.spi.MergeEvent;
import org.hibernate.event.spi.MergeEventListener;
import org.hibernate.event.spi.PersistContext;
import org.hibernate.event.spi.PersistEvent;
import org.hibernate.event.spi.PersistEventListener;
import org.hibernate.event.spi.RefreshContext;
import org.hibernate.event.spi.RefreshEvent;
import org.hibernate.event.spi.RefreshEventListener;
import org.hibernate.event.spi.ReplicateEvent;
import org.hibernate.event.spi.ReplicateEventListener;
import org.hibernate.proxy.HibernateProxy;
import org.hibernate.proxy.LazyInitializer;
import org.jspecify.annotations.Nullable;

/**
 * Ties a session to the scope of each call that asks no filter: what is persisted, or locked while it is held. A row is inserted at a
 * flush, and must belong to whom it was persisted for.
 */
@SuppressWarnings("deprecation") // of replicate, which is there
final class HeldRowsListener
        implements PersistEventListener,
                MergeEventListener,
                ReplicateEventListener,
                LockEventListener,
                RefreshEventListener {

    private static final long serialVersionUID = 1;

    private final transient FactorySafety safety;

    HeldRowsListener(FactorySafety safety) {
        this.safety = safety;
    }

    @Override
    public void onPersist(PersistEvent event) throws HibernateException {
        SessionBinding.of(event.getSession()).reconcile();
    }

    /** A cascade, within a call. */
    @Override
    public void onPersist(PersistEvent event, PersistContext context) throws HibernateException {}

    @Override
    public void onMerge(MergeEvent event) throws HibernateException {
        SessionBinding.of(event.getSession()).reconcile();
    }

    @Override
    public void onMerge(MergeEvent event, MergeContext context) throws HibernateException {}

    @Override
    public void onReplicate(ReplicateEvent event) throws HibernateException {
        SessionBinding.of(event.getSession()).reconcile();
    }

    @Override
    public void onLock(LockEvent event) throws HibernateException {
        check(event.getSession(), event.getObject());
        checkUnits(event.getSession(), event.getObject());
    }

    @Override
    public void onRefresh(RefreshEvent event) throws HibernateException {
        check(event.getSession(), event.getObject());
    }

    @Override
    public void onRefresh(RefreshEvent event, RefreshContext context) throws HibernateException {}

    /** Whoever is closed meanwhile is not locked. */
    private void checkUnits(EventSource session, Object held) {
        EntityEntry entry = session.getPersistenceContextInternal().getEntry(held);
        EntityGuard guard =
                entry == null ? null : safety.guard(entry.getPersister().getEntityName());
        Object[] read = entry == null ? null : entry.getLoadedState();
        OpenScope now = OpenScope.current();
        if (guard != null && read != null && guard.entity().isOwned() && !now.includesDeleted()) {
            SessionBinding.of(session).checkUnitsOpen(now, guard, read, entry.getId());
        }
    }

    private static @Nullable String entityName(EventSource session, Object held) {
        LazyInitializer proxy = HibernateProxy.extractLazyInitializer(held);
        EntityEntry entry = session.getPersistenceContextInternal().getEntry(held);
        return proxy != null ? proxy.getEntityName() : entry == null ? null : entry.getEntityName();
    }

    private void check(EventSource session, Object held) {
        String entity = entityName(session, held);
        EntityGuard guard = entity == null ? null : safety.guard(entity);
        SessionBinding binding = SessionBinding.of(session);
        if (guard == null) {
            binding.reconcile();
        } else {
            binding.checkHeld(guard);
        }
    }
}
