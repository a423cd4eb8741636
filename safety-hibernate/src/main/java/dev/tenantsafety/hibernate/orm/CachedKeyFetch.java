package dev.tenantsafety.hibernate.orm;

import java.util.BitSet;
import org.hibernate.sql.results.graph.DomainResult;
import org.hibernate.sql.results.graph.Fetch;
import org.hibernate.sql.results.graph.FetchParent;
import org.hibernate.sql.results.graph.entity.internal.EntityFetchJoinedImpl;
import org.hibernate.sql.results.graph.internal.ImmutableFetchList;

/**
 * Puts the foreign key of a joined to-one into the query cache too. Hibernate reads the key where a filter may hide the target, so as to tell
 * a hidden row from none, and does not say that a cached result needs it: the next run would fail at a row that has no target.
 */
final class CachedKeyFetch extends EntityFetchJoinedImpl {

    private CachedKeyFetch(EntityFetchJoinedImpl fetch) {
        super(fetch);
    }

    /** Puts one in the place of each joined to-one among what a parent fetches. */
    static ImmutableFetchList in(FetchParent parent, ImmutableFetchList fetches) {
        ImmutableFetchList.Builder all = new ImmutableFetchList.Builder(parent.getReferencedMappingContainer());
        for (Fetch fetch : fetches) {
            all.add(
                    fetch.getClass() == EntityFetchJoinedImpl.class
                            ? new CachedKeyFetch((EntityFetchJoinedImpl) fetch)
                            : fetch);
        }
        return all.build();
    }

    @Override
    public void collectValueIndexesToCache(BitSet valueIndexes) {
        super.collectValueIndexesToCache(valueIndexes);
        DomainResult<?> key = getKeyResult();
        if (key != null) {
            key.collectValueIndexesToCache(valueIndexes);
        }
    }
}
