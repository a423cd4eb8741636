package dev.tenantsafety.hibernate.orm;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.hibernate.cache.internal.DisabledCaching;
import org.hibernate.cache.internal.EnabledCaching;
import org.hibernate.cache.internal.NoCachingRegionFactory;
import org.hibernate.cache.spi.CacheImplementor;
import org.hibernate.cache.spi.QueryResultsCache;
import org.hibernate.cache.spi.RegionFactory;
import org.hibernate.cache.spi.access.CollectionDataAccess;
import org.hibernate.cache.spi.access.EntityDataAccess;
import org.hibernate.cache.spi.access.NaturalIdDataAccess;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.model.domain.NavigableRole;
import org.hibernate.service.spi.SessionFactoryServiceInitiator;
import org.hibernate.service.spi.SessionFactoryServiceInitiatorContext;
import org.jspecify.annotations.Nullable;

/**
 * Hibernate's second-level cache, of which a session sees what its scope may see. All reads of cached entities pass here: by key, by
 * several keys, of references, of elements of collections and of results of cached queries, in stateful and stateless sessions.
 */
final class ScopedCaching extends EnabledCaching {

    private static final long serialVersionUID = 1;

    private final transient Map<NavigableRole, EntityDataAccess> scoped = new ConcurrentHashMap<>();

    private final transient Map<NavigableRole, CollectionDataAccess> scopedCollections = new ConcurrentHashMap<>();

    private ScopedCaching(SessionFactoryImplementor factory) {
        super(factory);
    }

    @Override
    @SuppressWarnings("deprecation") // for applications; persisters ask for it
    public @Nullable EntityDataAccess getEntityRegionAccess(NavigableRole root) {
        EntityDataAccess whole = super.getEntityRegionAccess(root);
        return whole == null ? null : scoped.computeIfAbsent(root, role -> new ScopedEntityData(role, whole));
    }

    @Override
    @SuppressWarnings("deprecation")
    public @Nullable CollectionDataAccess getCollectionRegionAccess(NavigableRole role) {
        CollectionDataAccess whole = super.getCollectionRegionAccess(role);
        return whole == null
                ? null
                : scopedCollections.computeIfAbsent(role, of -> new ScopedCollectionData(of, whole));
    }

    /**
     * Of rows that somebody owns or that can be marked, no cache knows which one has a natural ID: another has it in another scope, and
     * yet another after a mark. The database is asked.
     */
    @Override
    @SuppressWarnings("deprecation")
    public @Nullable NaturalIdDataAccess getNaturalIdCacheRegionAccessStrategy(NavigableRole root) {
        FactorySafety safety = FactorySafety.of(getSessionFactory());
        SafeEntity entity = safety.isEnabled() ? safety.mapping().entities().get(root.getFullPath()) : null;
        return entity != null && (entity.isOwned() || entity.marking() != null)
                ? null
                : super.getNaturalIdCacheRegionAccessStrategy(root);
    }

    @Override
    public @Nullable QueryResultsCache getDefaultQueryResultsCache() {
        return scoped(super.getDefaultQueryResultsCache());
    }

    @Override
    public @Nullable QueryResultsCache getQueryResultsCache(String region) {
        return scoped(super.getQueryResultsCache(region));
    }

    @Override
    public @Nullable QueryResultsCache getQueryResultsCacheStrictly(String region) {
        return scoped(super.getQueryResultsCacheStrictly(region));
    }

    private @Nullable QueryResultsCache scoped(@Nullable QueryResultsCache cache) {
        return ScopedQueryResults.of(cache, FactorySafety.of(getSessionFactory()));
    }

    /** Stands in the place of Hibernate's own initiator. */
    static final class Initiator implements SessionFactoryServiceInitiator<CacheImplementor> {

        @Override
        public CacheImplementor initiateService(SessionFactoryServiceInitiatorContext context) {
            RegionFactory regions = context.getServiceRegistry().requireService(RegionFactory.class);
            return regions instanceof NoCachingRegionFactory
                    ? new DisabledCaching(context.getSessionFactory())
                    : new ScopedCaching(context.getSessionFactory());
        }

        @Override
        public Class<CacheImplementor> getServiceInitiated() {
            return CacheImplementor.class;
        }
    }
}
