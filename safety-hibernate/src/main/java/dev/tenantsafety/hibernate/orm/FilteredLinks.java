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
import org.hibernate.loader.ast.internal.CollectionElementLoaderByIndex;
import org.hibernate.mapping.Collection;
import org.hibernate.metamodel.CollectionClassification;
import org.hibernate.metamodel.mapping.ManagedMappingType;
import org.hibernate.metamodel.spi.RuntimeModelCreationContext;
import org.hibernate.persister.collection.BasicCollectionPersister;
import org.hibernate.persister.filter.FilterAliasGenerator;
import org.hibernate.sql.ast.spi.SqlAstCreationState;
import org.hibernate.sql.ast.tree.from.MutatingTableReferenceGroupWrapper;
import org.hibernate.sql.ast.tree.from.TableGroup;
import org.hibernate.sql.ast.tree.predicate.Predicate;
import org.jspecify.annotations.Nullable;

/** A collection that has a table of its own. */
public final class FilteredLinks extends BasicCollectionPersister {

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
    public FilteredLinks(
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
        // Of what a bulk DELETE removes, all links go: it is refused where some may be out of reach.
        Map<String, Filter> applied =
                tables instanceof MutatingTableReferenceGroupWrapper ? Filters.withoutOurs(enabled) : enabled;
        Consumer<Predicate> movable = MovableFilter.in(predicates);
        JoinedKeys.keepFilters(tables, applied, state);
        super.applyFilterRestrictions(movable, tables, qualified, applied, onlyByKey, state);
        mapKeys.restrict(movable, tables, applied);
    }

    /**
     * Ours look at the elements' table, which Hibernate then joins; others look at that of the links. A filter that looks at the table of
     * links alone is lost where Hibernate does not join the elements.
     */
    @Override
    public FilterAliasGenerator getFilterAliasGenerator(TableGroup tables) {
        FilterAliasGenerator links = super.getFilterAliasGenerator(tables);
        return getElementPersisterInternal() == null
                ? links
                : table -> table == null
                        ? links.getAlias(null)
                        : getElementPersister().getFilterAliasGenerator(tables).getAlias(table);
    }

    @Override
    public void applyBaseManyToManyRestrictions(
            Consumer<Predicate> predicates,
            TableGroup tables,
            boolean qualified,
            Map<String, Filter> enabled,
            java.util.@Nullable Set<String> treated,
            SqlAstCreationState state) {
        Consumer<Predicate> applied = MovableFilter.in(predicates);
        super.applyBaseManyToManyRestrictions(
                PastRestrictions.isRead(state) ? PastRestrictions.without(applied) : applied,
                tables,
                qualified,
                enabled,
                treated,
                state);
    }

    /**
     * Hibernate writes all rows of a bag anew with each change, and refuses to where a filter might hide some. Where ours are the only filters
     * and hide none, nothing is lost; nor on the other side of a join table, which writes nothing.
     */
    @Override
    public boolean isAffectedByEnabledFilters(SharedSessionContractImplementor session) {
        return super.isAffectedByEnabledFilters(session)
                && !(getCollectionSemantics().getCollectionClassification() == CollectionClassification.BAG
                        && !hasCache()
                        && (isInverse() || visible.isWhole(session)));
    }

    @Override
    public void applyWhereRestrictions(
            Consumer<Predicate> predicates, TableGroup tables, boolean qualified, @Nullable SqlAstCreationState state) {
        if (!PastRestrictions.isRead(state)) {
            super.applyWhereRestrictions(predicates, tables, qualified, state);
        }
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
        return super.isAffectedByEnabledFilters(session) ? visible.size(session, key) : super.getSize(key, session);
    }

    @Override
    public boolean elementExists(Object key, Object element, SharedSessionContractImplementor session) {
        keys.check(session, key);
        return super.isAffectedByEnabledFilters(session)
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
        ParentLinks.cutFromMarked(session, this, collection, (entry, i) -> true);
        super.recreate(collection, key, session);
    }

    @Override
    public void insertRows(PersistentCollection<?> collection, Object key, SharedSessionContractImplementor session) {
        keys.check(session, key);
        ParentLinks.cutFromMarked(
                session, this, collection, (entry, i) -> collection.needsInserting(entry, i, getElementType()));
        super.insertRows(collection, key, session);
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
        LoadQueryInfluencers influencers = session.getLoadQueryInfluencers();
        return isAffectedByEnabledFilters(influencers, true)
                ? new CollectionElementLoaderByIndex(getAttributeMapping(), influencers, getFactory())
                        .load(key, index, session)
                : super.getElementByIndex(key, index, session, owner);
    }

    @Override
    public void updateRows(PersistentCollection<?> collection, Object key, SharedSessionContractImplementor session) {
        keys.check(session, key);
        ParentLinks.cutFromMarked(
                session, this, collection, (entry, i) -> collection.needsUpdating(entry, i, getElementType()));
        super.updateRows(collection, key, session);
    }

    @Override
    public void deleteRows(PersistentCollection<?> collection, Object key, SharedSessionContractImplementor session) {
        keys.check(session, key);
        super.deleteRows(collection, key, session);
    }
}
