package dev.tenantsafety.hibernate.orm;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.hibernate.LockMode;
import org.hibernate.Locking;
import org.hibernate.cache.spi.access.EntityDataAccess;
import org.hibernate.cache.spi.access.NaturalIdDataAccess;
import org.hibernate.dialect.lock.LockingStrategy;
import org.hibernate.engine.spi.CascadeStyle;
import org.hibernate.engine.spi.LoadQueryInfluencers;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.loader.ast.spi.MultiIdLoadOptions;
import org.hibernate.loader.ast.spi.MultiNaturalIdLoader;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.metamodel.mapping.AttributeMapping;
import org.hibernate.metamodel.mapping.AuditMapping;
import org.hibernate.metamodel.mapping.ManagedMappingType;
import org.hibernate.metamodel.mapping.internal.MappingModelCreationHelper;
import org.hibernate.metamodel.mapping.internal.MappingModelCreationProcess;
import org.hibernate.metamodel.model.domain.NavigableRole;
import org.hibernate.metamodel.spi.RuntimeModelCreationContext;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.UnionSubclassEntityPersister;
import org.hibernate.property.access.spi.PropertyAccess;
import org.hibernate.sql.ast.spi.SqlAstCreationState;
import org.hibernate.sql.ast.tree.from.TableGroup;
import org.hibernate.sql.ast.tree.predicate.Predicate;
import org.hibernate.type.EntityType;
import org.jspecify.annotations.Nullable;

/** An entity of a hierarchy in one table per class. */
public final class TablePerClass extends UnionSubclassEntityPersister {

    private static final long serialVersionUID = 1;

    private transient @Nullable AuditMapping audited;

    /**
     * For Hibernate, which makes it by reflection.
     *
     * @param mapping of the entity
     * @param cache what caches it, or null
     * @param naturalIds what caches its natural IDs, or null
     * @param context of the session factory
     */
    public TablePerClass(
            PersistentClass mapping,
            @Nullable EntityDataAccess cache,
            @Nullable NaturalIdDataAccess naturalIds,
            RuntimeModelCreationContext context) {
        super(mapping, cache, naturalIds, context);
    }

    @Override
    protected AttributeMapping buildSingularAssociationAttributeMapping(
            String name,
            NavigableRole role,
            int position,
            int fetchable,
            Property property,
            ManagedMappingType declaringType,
            EntityPersister declaringEntity,
            EntityType type,
            PropertyAccess access,
            CascadeStyle cascade,
            MappingModelCreationProcess process) {
        return MappingModelCreationHelper.buildSingularAssociationAttributeMapping(
                name,
                role,
                position,
                fetchable,
                property,
                declaringType,
                declaringEntity,
                type,
                access,
                cascade,
                process,
                InverseOneToOne.of(property));
    }

    @Override
    public boolean isAffectedByEnabledFilters(
            Set<ManagedMappingType> visited, LoadQueryInfluencers influencers, boolean onlyByKey) {
        return !visited.contains(this)
                && (super.isAffectedByEnabledFilters(visited, influencers, onlyByKey)
                        || (onlyByKey && new JoinedFetches(visited, influencers).areFiltered(this)));
    }

    @Override
    public void applyWhereRestrictions(
            Consumer<Predicate> predicates, TableGroup tables, boolean qualified, @Nullable SqlAstCreationState state) {
        if (!PastRestrictions.isRead(state)) {
            super.applyWhereRestrictions(predicates, tables, qualified, state);
        }
    }

    @Override
    public @Nullable Object initializeLazyProperty(
            String attribute, Object instance, SharedSessionContractImplementor session) {
        return FilteredPersisters.load(
                this, attribute, instance, session, () -> super.initializeLazyProperty(attribute, instance, session));
    }

    @Override
    public List<?> multiLoad(Object[] ids, SharedSessionContractImplementor session, MultiIdLoadOptions options) {
        return SeveralLoads.load(this, options, session, () -> super.multiLoad(ids, session, options));
    }

    @Override
    public MultiNaturalIdLoader<?> getMultiNaturalIdLoader() {
        return SeveralLoads.load(this, super.getMultiNaturalIdLoader());
    }

    @Override
    @SuppressWarnings("removal") // the scope is Hibernate's, until 8
    protected LockingStrategy generateLocker(LockMode mode, Locking.Scope scope) {
        return AliveLocks.of(this, super.generateLocker(mode, scope));
    }

    @Override
    public @Nullable AuditMapping getAuditMapping() {
        AuditMapping unfiltered = super.getAuditMapping();
        if (unfiltered != null && audited == null) {
            audited = AuditedLoads.of(unfiltered);
        }
        return audited;
    }
}
