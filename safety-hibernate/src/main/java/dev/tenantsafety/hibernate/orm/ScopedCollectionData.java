package dev.tenantsafety.hibernate.orm;

import org.hibernate.cache.spi.DomainDataRegion;
import org.hibernate.cache.spi.access.AccessType;
import org.hibernate.cache.spi.access.CollectionDataAccess;
import org.hibernate.cache.spi.access.SoftLock;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.model.domain.NavigableRole;
import org.hibernate.persister.collection.CollectionPersister;
import org.jspecify.annotations.Nullable;

/** The cached rows of a collection, which nobody reads for a detached instance that is not in the open scope ({@link DetachedOwner}). */
final class ScopedCollectionData implements CollectionDataAccess {

    private final NavigableRole role;
    private final CollectionDataAccess whole;

    ScopedCollectionData(NavigableRole role, CollectionDataAccess whole) {
        this.role = role;
        this.whole = whole;
    }

    @Override
    public @Nullable Object get(SharedSessionContractImplementor session, Object key) {
        if (SessionBinding.of(session).safety().isEnabled()) {
            CollectionPersister persister =
                    session.getFactory().getMappingMetamodel().getCollectionDescriptor(role.getFullPath());
            DetachedOwner.check(session, persister, whole.getCacheKeyId(key));
        }
        return whole.get(session, key);
    }

    @Override
    public Object generateCacheKey(
            Object id, CollectionPersister persister, SessionFactoryImplementor factory, String tenantIdentifier) {
        return whole.generateCacheKey(id, persister, factory, tenantIdentifier);
    }

    @Override
    public Object getCacheKeyId(Object cacheKey) {
        return whole.getCacheKeyId(cacheKey);
    }

    @Override
    public DomainDataRegion getRegion() {
        return whole.getRegion();
    }

    @Override
    public AccessType getAccessType() {
        return whole.getAccessType();
    }

    @Override
    public boolean putFromLoad(SharedSessionContractImplementor session, Object key, Object value, Object version) {
        return whole.putFromLoad(session, key, value, version);
    }

    @Override
    public boolean putFromLoad(
            SharedSessionContractImplementor session,
            Object key,
            Object value,
            Object version,
            boolean minimalPutOverride) {
        return whole.putFromLoad(session, key, value, version, minimalPutOverride);
    }

    @Override
    public SoftLock lockItem(SharedSessionContractImplementor session, Object key, Object version) {
        return whole.lockItem(session, key, version);
    }

    @Override
    public void unlockItem(SharedSessionContractImplementor session, Object key, SoftLock lock) {
        whole.unlockItem(session, key, lock);
    }

    @Override
    public void remove(SharedSessionContractImplementor session, Object key) {
        whole.remove(session, key);
    }

    @Override
    public void removeAll(SharedSessionContractImplementor session) {
        whole.removeAll(session);
    }

    @Override
    public boolean contains(Object key) {
        return whole.contains(key);
    }

    @Override
    public SoftLock lockRegion() {
        return whole.lockRegion();
    }

    @Override
    public void unlockRegion(SoftLock lock) {
        whole.unlockRegion(lock);
    }

    @Override
    public void evict(Object key) {
        whole.evict(key);
    }

    @Override
    public void evictAll() {
        whole.evictAll();
    }
}
