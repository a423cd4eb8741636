package dev.tenantsafety.hibernate.orm;

import org.hibernate.cache.spi.access.CollectionDataAccess;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.model.domain.NavigableRole;
import org.hibernate.persister.collection.CollectionPersister;
import org.jspecify.annotations.Nullable;

/** The cached rows of a collection, which nobody reads for a detached instance that is not in the open scope ({@link DetachedOwner}). */
final class ScopedCollectionData extends ScopedData<CollectionDataAccess> implements CollectionDataAccess {

    private final NavigableRole role;

    ScopedCollectionData(NavigableRole role, CollectionDataAccess whole) {
        super(whole);
        this.role = role;
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
}
