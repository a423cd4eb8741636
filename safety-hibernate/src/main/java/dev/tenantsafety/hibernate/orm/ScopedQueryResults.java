package dev.tenantsafety.hibernate.orm;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hibernate.cache.spi.QueryKey;
import org.hibernate.cache.spi.QueryResultsCache;
import org.hibernate.cache.spi.QueryResultsRegion;
import org.hibernate.engine.spi.EntityHolder;
import org.hibernate.engine.spi.EntityKey;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/**
 * The cache of query results, which keeps none that was refused. Hibernate puts in what it has read when a row is refused in the middle of a
 * result, and the next run of the query would return that part in silence.
 *
 * <p>A result is as old as the tables that it was read from; here also those that say whether a unit is closed, which the filters read and
 * Hibernate does not know of.
 */
final class ScopedQueryResults implements QueryResultsCache {

    private final QueryResultsCache whole;
    private final FactorySafety safety;

    private ScopedQueryResults(QueryResultsCache whole, FactorySafety safety) {
        this.whole = whole;
        this.safety = safety;
    }

    static @Nullable QueryResultsCache of(@Nullable QueryResultsCache cache, FactorySafety safety) {
        return cache == null || cache instanceof ScopedQueryResults || !safety.isEnabled()
                ? cache
                : new ScopedQueryResults(cache, safety);
    }

    @Override
    public QueryResultsRegion getRegion() {
        return whole.getRegion();
    }

    @Override
    public boolean put(QueryKey key, List<?> result, SharedSessionContractImplementor session) {
        return !isLoading(session) && whole.put(key, result, session);
    }

    /** Whether rows are still being made into instances: results are put when their last row is done, or when one has failed. */
    private static boolean isLoading(SharedSessionContractImplementor session) {
        Map<EntityKey, EntityHolder> holders =
                session.getPersistenceContextInternal().getEntityHoldersByKey(); // null as long as there is none
        return holders != null && holders.values().stream().anyMatch(holder -> holder.getEntityInitializer() != null);
    }

    @Override
    public @Nullable List<?> get(QueryKey key, Set<String> spaces, SharedSessionContractImplementor session) {
        return whole.get(key, withUnits(List.copyOf(spaces)), session);
    }

    @Override
    public @Nullable List<?> get(QueryKey key, String[] spaces, SharedSessionContractImplementor session) {
        return whole.get(key, withUnits(List.of(spaces)), session);
    }

    private Set<String> withUnits(List<String> spaces) {
        Set<String> all = new HashSet<>(spaces);
        spaces.forEach(space -> all.addAll(safety.tablesOfUnits().getOrDefault(space, Set.of())));
        return all;
    }

    @Override
    public void clear() {
        whole.clear();
    }

    @Override
    public void destroy() {
        whole.destroy();
    }
}
