package dev.tenantsafety.hibernate.orm;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.hibernate.Filter;
import org.hibernate.cache.spi.access.CollectionDataAccess;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.engine.spi.LoadQueryInfluencers;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.mapping.Collection;
import org.hibernate.metamodel.mapping.ManagedMappingType;
import org.hibernate.metamodel.spi.RuntimeModelCreationContext;
import org.hibernate.persister.collection.OneToManyPersister;
import org.hibernate.sql.ast.spi.SqlAstCreationState;
import org.hibernate.sql.ast.tree.from.TableGroup;
import org.hibernate.sql.ast.tree.predicate.Predicate;
import org.jspecify.annotations.Nullable;

/** A collection whose elements hold its key in a column of their own. */
public final class FilteredElements extends OneToManyPersister {

    private final Visible visible = new Visible(this);
    private final CollectionKeys keys = new CollectionKeys(this);
    private final MarkableKeys.OfMap mapKeys = new MarkableKeys.OfMap(this);

    /**
     * For Hibernate, which makes it by reflection.
     *
     * @param collection the mapping
     * @param cache what caches it, or null
     * @param context of the session factory
     */
    public FilteredElements(
            Collection collection, @Nullable CollectionDataAccess cache, RuntimeModelCreationContext context) {
        super(collection, CollectionKeys.isPrimary(collection) ? cache : null, context);
    }

    @Override
    public void applyFilterRestrictions(
            Consumer<Predicate> predicates,
            TableGroup tables,
            boolean qualified,
            Map<String, Filter> enabled,
            boolean onlyByKey,
            SqlAstCreationState state) {
        Consumer<Predicate> movable = MovableFilter.in(predicates);
        JoinedKeys.keepFilters(tables, enabled, state);
        super.applyFilterRestrictions(movable, tables, qualified, enabled, onlyByKey, state);
        mapKeys.restrict(movable, tables, enabled);
    }

    @Override
    public void applyWhereRestrictions(
            Consumer<Predicate> predicates, TableGroup tables, boolean qualified, @Nullable SqlAstCreationState state) {
        if (isInverse() || !PastRestrictions.isRead(state)) { // of an inverse of @Any, one tells which entity it is
            super.applyWhereRestrictions(predicates, tables, qualified, state);
        }
    }

    /** The condition on the elements' columns that the mapping restricts the collection by; null if there is none. */
    @Nullable
    String restriction() {
        return sqlWhereString;
    }

    @Override
    public boolean isAffectedByEnabledFilters(LoadQueryInfluencers influencers, boolean onlyByKey) {
        return super.isAffectedByEnabledFilters(influencers, onlyByKey)
                || (onlyByKey
                        && influencers.hasEnabledFilters()
                        && new JoinedFetches(new HashSet<>(), influencers).areFiltered(getAttributeMapping()));
    }

    @Override
    public boolean isAffectedByEnabledFilters(
            Set<ManagedMappingType> visited, LoadQueryInfluencers influencers, boolean onlyByKey) {
        return super.isAffectedByEnabledFilters(visited, influencers, onlyByKey)
                || (onlyByKey && new JoinedFetches(visited, influencers).areFiltered(getAttributeMapping()));
    }

    @Override
    public void initialize(Object key, SharedSessionContractImplementor session) {
        keys.check(session, key);
        super.initialize(key, session);
        HiddenPartners.read(this, key, session);
    }

    @Override
    public int getSize(Object key, SharedSessionContractImplementor session) {
        keys.check(session, key);
        return isAffectedByEnabledFilters(session) ? visible.size(session, key) : super.getSize(key, session);
    }

    @Override
    public boolean elementExists(Object key, Object element, SharedSessionContractImplementor session) {
        keys.check(session, key);
        return isAffectedByEnabledFilters(session)
                ? visible.contains(session, key, element)
                : super.elementExists(key, element, session);
    }

    @Override
    public void remove(Object key, SharedSessionContractImplementor session) {
        keys.checkWritten(session, null, key);
        visible.checkRemoval(session, key);
        super.remove(key, session);
    }

    @Override
    public void recreate(PersistentCollection<?> collection, Object key, SharedSessionContractImplementor session) {
        keys.checkWritten(session, collection, key);
        visible.checkElements(session, collection, key);
        visible.checkIndexed(session, collection, key, null);
        super.recreate(collection, key, session);
    }

    @Override
    public void insertRows(PersistentCollection<?> collection, Object key, SharedSessionContractImplementor session) {
        keys.check(session, key);
        visible.checkIndexed(session, collection, key, null);
        super.insertRows(collection, key, session);
    }

    @Override
    protected void doProcessQueuedOps(
            PersistentCollection<?> collection, Object key, SharedSessionContractImplementor session) {
        keys.check(session, key);
        visible.checkIndexed(session, collection, key, collection.queuedAdditionIterator());
        super.doProcessQueuedOps(collection, key, session);
    }

    @Override
    public boolean indexExists(Object key, Object index, SharedSessionContractImplementor session) {
        keys.check(session, key);
        return super.indexExists(key, index, session);
    }

    @Override
    public @Nullable Object getElementByIndex(
            Object key, Object index, SharedSessionContractImplementor session, Object owner) {
        keys.check(session, key);
        return super.getElementByIndex(key, index, session, owner);
    }

    @Override
    public void updateRows(PersistentCollection<?> collection, Object key, SharedSessionContractImplementor session) {
        keys.check(session, key);
        super.updateRows(collection, key, session);
    }

    @Override
    public void deleteRows(PersistentCollection<?> collection, Object key, SharedSessionContractImplementor session) {
        keys.check(session, key);
        super.deleteRows(collection, key, session);
    }
}
