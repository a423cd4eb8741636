package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.scope.OpenScope;
import java.io.Serializable;
import org.hibernate.CacheMode;
import org.hibernate.Hibernate;
import org.hibernate.HibernateException;
import org.hibernate.cache.spi.access.EntityDataAccess;
import org.hibernate.cache.spi.entry.CacheEntry;
import org.hibernate.event.internal.DefaultLoadEventListener;
import org.hibernate.event.spi.EventSource;
import org.hibernate.event.spi.LoadEvent;
import org.hibernate.persister.entity.EntityPersister;

/**
 * Looks at loads by key that no filter sees: what the session or the second-level cache already holds.
 */
final class ScopedLoadListener extends DefaultLoadEventListener {

    private final FactorySafety safety;

    ScopedLoadListener(FactorySafety safety) {
        this.safety = safety;
    }

    @Override
    public void onLoad(LoadEvent event, LoadType type) throws HibernateException {
        EntityGuard guard = safety.guard(event.getEntityClassName());
        if (guard == null) {
            super.onLoad(event, type);
            return;
        }
        OpenScope scope = OpenScope.current();
        SessionBinding.of(event.getSession()).reconcile();
        if (scope.isEmpty() && guard.entity().isOwned()) {
            throw Refusals.noScope(guard.entity(), null);
        }
        if (type.isAllowNulls() && isHiddenInCache(event, guard, scope)) {
            return; // not found, as the database would have said
        }
        if (guard.entity().path() == null) {
            super.onLoad(event, type);
        } else {
            pastCache(event, type);
        }
        if (type == GET && event.getResult() != null && guard.isMarkable() && !scope.includesDeleted()) {
            hideMarked(event);
        }
    }

    /** What a cache holds of a row does not say whose it is, if that is known of what it points at alone: the filters ask the database. */
    private void pastCache(LoadEvent event, LoadType type) {
        EventSource session = event.getSession();
        CacheMode mode = session.getCacheMode();
        session.setCacheMode(mode.isPutEnabled() ? CacheMode.REFRESH : CacheMode.IGNORE);
        try {
            super.onLoad(event, type);
        } finally {
            session.setCacheMode(mode);
        }
    }

    /** What this session has marked is gone for whoever looks for it by key, as after any remove. */
    private void hideMarked(LoadEvent event) {
        Object instance = Hibernate.unproxy(event.getResult());
        EntityGuard guard = safety.guard(
                event.getSession().getEntityPersister(null, instance).getEntityName());
        if (guard != null && guard.tombstoneOf(instance) != null) {
            event.setResult(null);
        }
    }

    private boolean isHiddenInCache(LoadEvent event, EntityGuard guard, OpenScope scope) {
        EventSource session = event.getSession();
        EntityPersister persister = guard.persister();
        if (!persister.canReadFromCache() || !session.getCacheMode().isGetEnabled()) {
            return false;
        }
        EntityDataAccess cache = persister.getCacheAccessStrategy();
        Object key = cache.generateCacheKey(
                event.getEntityId(), persister, event.getFactory(), session.getTenantIdentifier());
        Object cached = cache.get(session, key);
        if (cached == null) {
            return false;
        }
        CacheEntry entry = (CacheEntry) persister.getCacheEntryStructure().destructure(cached, event.getFactory());
        return !entry.isReferenceEntry() && isHidden(entry, event.getEntityId(), scope);
    }

    private boolean isHidden(CacheEntry entry, Object id, OpenScope scope) {
        EntityGuard guard = safety.guard(entry.getSubclass());
        Serializable[] state = entry.getDisassembledState();
        return guard != null && guard.isHidden(state, id, scope);
    }
}
