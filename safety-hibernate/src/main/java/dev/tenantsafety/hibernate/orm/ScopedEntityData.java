package dev.tenantsafety.hibernate.orm;

import org.hibernate.cache.spi.access.EntityDataAccess;
import org.hibernate.cache.spi.access.SoftLock;
import org.hibernate.cache.spi.entry.CacheEntry;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.model.domain.NavigableRole;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/**
 * The cached rows of an entity hierarchy. A row is found only where it says itself that it is in reach of the session's scope;
 * otherwise the cache misses, and the database is asked through the filters.
 */
final class ScopedEntityData extends ScopedData<EntityDataAccess> implements EntityDataAccess {

    private final NavigableRole root;

    ScopedEntityData(NavigableRole root, EntityDataAccess whole) {
        super(whole);
        this.root = root;
    }

    @Override
    public @Nullable Object get(SharedSessionContractImplementor session, Object key) {
        SessionBinding binding = SessionBinding.of(session);
        if (!binding.safety().isEnabled()) {
            return whole.get(session, key);
        }
        binding.reconcile(); // a stateless session reads from here without asking a filter
        Object cached = whole.get(session, key);
        return cached == null || isInReach(binding, session, key, cached) ? cached : null;
    }

    private boolean isInReach(
            SessionBinding binding, SharedSessionContractImplementor session, Object key, Object cached) {
        EntityGuard guard = binding.safety().guard(root.getFullPath());
        if (guard == null || (guard.entity().isOpen() && !guard.isMarkable())) {
            return true;
        }
        EntityPersister persister = guard.persister();
        CacheEntry entry = (CacheEntry) persister.getCacheEntryStructure().destructure(cached, session.getFactory());
        if (entry.isReferenceEntry()) {
            return false; // the instance itself, whose state is not in the entry
        }
        EntityGuard own = binding.safety().guard(entry.getSubclass());
        return own != null && binding.saysItIsInReach(own, entry.getDisassembledState(), whole.getCacheKeyId(key));
    }

    @Override
    public Object generateCacheKey(
            Object id, EntityPersister rootEntity, SessionFactoryImplementor factory, String tenantIdentifier) {
        return whole.generateCacheKey(id, rootEntity, factory, tenantIdentifier);
    }

    @Override
    public Object getCacheKeyId(Object cacheKey) {
        return whole.getCacheKeyId(cacheKey);
    }

    @Override
    public boolean insert(SharedSessionContractImplementor session, Object key, Object value, Object version) {
        return whole.insert(session, key, value, version);
    }

    @Override
    public boolean afterInsert(SharedSessionContractImplementor session, Object key, Object value, Object version) {
        return whole.afterInsert(session, key, value, version);
    }

    @Override
    public boolean update(
            SharedSessionContractImplementor session,
            Object key,
            Object value,
            Object currentVersion,
            Object previousVersion) {
        return whole.update(session, key, value, currentVersion, previousVersion);
    }

    @Override
    public boolean afterUpdate(
            SharedSessionContractImplementor session,
            Object key,
            Object value,
            Object currentVersion,
            Object previousVersion,
            SoftLock lock) {
        return whole.afterUpdate(session, key, value, currentVersion, previousVersion, lock);
    }
}
