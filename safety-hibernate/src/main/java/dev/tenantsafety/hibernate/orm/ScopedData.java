package dev.tenantsafety.hibernate.orm;

import org.hibernate.cache.spi.DomainDataRegion;
import org.hibernate.cache.spi.access.AccessType;
import org.hibernate.cache.spi.access.CachedDomainDataAccess;
import org.hibernate.cache.spi.access.SoftLock;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/**
 * A part of the second-level cache that looks whose data it gives, and does else what Hibernate's does.
 *
 * @param <A> what it is to Hibernate
 */
abstract class ScopedData<A extends CachedDomainDataAccess> implements CachedDomainDataAccess {

    final A whole;

    ScopedData(A whole) {
        this.whole = whole;
    }

    @Override
    public abstract @Nullable Object get(SharedSessionContractImplementor session, Object key);

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
