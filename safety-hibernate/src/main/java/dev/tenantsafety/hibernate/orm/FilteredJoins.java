package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.ForeignRowException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.hibernate.engine.spi.LoadQueryInfluencers;
import org.hibernate.metamodel.mapping.EntityIdentifierMapping;
import org.hibernate.metamodel.mapping.EntityMappingType;
import org.hibernate.metamodel.mapping.EntityValuedModelPart;
import org.hibernate.metamodel.mapping.PluralAttributeMapping;
import org.hibernate.metamodel.mapping.SelectableMapping;
import org.hibernate.query.spi.QueryOptions;
import org.hibernate.query.spi.QueryParameterBindings;
import org.hibernate.query.sqm.internal.DomainParameterXref;
import org.hibernate.query.sqm.sql.FromClauseIndex;
import org.hibernate.query.sqm.sql.internal.StandardSqmTranslator;
import org.hibernate.query.sqm.tree.SqmJoinType;
import org.hibernate.query.sqm.tree.SqmStatement;
import org.hibernate.query.sqm.tree.cte.SqmCteContainer;
import org.hibernate.query.sqm.tree.delete.SqmDeleteStatement;
import org.hibernate.query.sqm.tree.domain.SqmPath;
import org.hibernate.query.sqm.tree.from.SqmDerivedJoin;
import org.hibernate.query.sqm.tree.from.SqmJoin;
import org.hibernate.query.sqm.tree.from.SqmRoot;
import org.hibernate.query.sqm.tree.select.SqmQueryPart;
import org.hibernate.query.sqm.tree.select.SqmQuerySpec;
import org.hibernate.query.sqm.tree.update.SqmUpdateStatement;
import org.hibernate.sql.ast.spi.SqlAstCreationContext;
import org.hibernate.sql.ast.spi.SqlAstQueryNodeProcessingState;
import org.hibernate.sql.ast.spi.SqlAstQueryPartProcessingState;
import org.hibernate.sql.ast.tree.Statement;
import org.hibernate.sql.ast.tree.cte.CteContainer;
import org.hibernate.sql.ast.tree.delete.DeleteStatement;
import org.hibernate.sql.ast.tree.from.FromClause;
import org.hibernate.sql.ast.tree.from.PluralTableGroup;
import org.hibernate.sql.ast.tree.from.TableGroup;
import org.hibernate.sql.ast.tree.from.TableReference;
import org.hibernate.sql.ast.tree.predicate.Junction;
import org.hibernate.sql.ast.tree.predicate.NullnessPredicate;
import org.hibernate.sql.ast.tree.predicate.Predicate;
import org.hibernate.sql.ast.tree.select.QueryPart;
import org.hibernate.sql.ast.tree.select.QuerySpec;
import org.hibernate.sql.ast.tree.update.UpdateStatement;
import org.jspecify.annotations.Nullable;

/**
 * Filters what is joined by CROSS, RIGHT and FULL joins too. Hibernate puts the filters of a joined entity into the ON clause, where they
 * do not keep out the rows that a RIGHT or FULL join preserves, and none on a CROSS join, which has no such clause. And keeps the rows of
 * other classes where an expression treats the elements of an outer join ({@link NestedElements}).
 */
class FilteredJoins<T extends Statement> extends StandardSqmTranslator<T> {

    /** Joins that Hibernate puts no filter on, or where it does not keep rows out. */
    static final Set<SqmJoinType> UNFILTERED = Set.of(SqmJoinType.CROSS, SqmJoinType.RIGHT, SqmJoinType.FULL);

    private final FactorySafety safety;

    private final EmulatedLateral emulatedLateral;

    /** Whether all clauses of the query that is being translated were, and what it treats is looked at. */
    private boolean isVisited;

    FilteredJoins(
            FactorySafety safety,
            SqmStatement<?> statement,
            QueryOptions options,
            DomainParameterXref parameters,
            QueryParameterBindings bindings,
            LoadQueryInfluencers influencers,
            SqlAstCreationContext context,
            boolean deduplicate) {
        super(statement, options, parameters, bindings, influencers, context, deduplicate);
        this.safety = safety;
        emulatedLateral = new EmulatedLateral(safety, context.getDialect());
    }

    @Override
    protected TableGroup consumeExplicitJoin(
            SqmJoin<?, ?> join, TableGroup left, TableGroup owner, boolean transitive) {
        TableGroup joined = emulatedLateral.within(
                join instanceof SqmDerivedJoin<?> derived && derived.isLateral(),
                () -> super.consumeExplicitJoin(join, left, owner, transitive));
        if (UNFILTERED.contains(join.getSqmJoinType())) {
            checkElements(join, joined);
            filter(joined instanceof PluralTableGroup plural ? plural.getElementTableGroup() : joined);
        }
        return joined;
    }

    @Override
    public CteContainer visitCteContainer(SqmCteContainer container) {
        return emulatedLateral.within(
                !container.getCteStatements().isEmpty(), () -> super.visitCteContainer(container));
    }

    @Override
    protected void consumeFromClauseRoot(SqmRoot<?> root) {
        emulatedLateral.consume(() -> super.consumeFromClauseRoot(root), this, fromClause());
    }

    @Override
    protected void consumeFromClauseCorrelatedRoot(SqmRoot<?> root) {
        emulatedLateral.consume(() -> super.consumeFromClauseCorrelatedRoot(root), this, fromClause());
    }

    private FromClause fromClause() {
        return ((SqlAstQueryNodeProcessingState) getCurrentProcessingState()).getFromClause();
    }

    @Override
    public QuerySpec visitQuerySpec(SqmQuerySpec<?> query) {
        boolean outer = isVisited;
        isVisited = false;
        try {
            QuerySpec translated = super.visitQuerySpec(query);
            TupleJoins.filter(translated, this);
            emulatedLateral.complete(translated.getFromClause(), this);
            return translated;
        } finally {
            isVisited = outer;
        }
    }

    @Override
    public UpdateStatement visitUpdateStatement(SqmUpdateStatement<?> update) {
        UpdateStatement translated = super.visitUpdateStatement(update);
        TupleJoins.filter(translated.getFromClause(), this);
        return translated;
    }

    @Override
    public DeleteStatement visitDeleteStatement(SqmDeleteStatement<?> delete) {
        DeleteStatement translated = super.visitDeleteStatement(delete);
        TupleJoins.filter(translated.getFromClause(), this);
        return translated;
    }

    @Override
    protected void visitOrderByOffsetAndFetch(SqmQueryPart<?> part, QueryPart query) {
        super.visitOrderByOffsetAndFetch(part, query);
        isVisited = query instanceof QuerySpec;
    }

    @Override
    public FromClauseIndex getFromClauseIndex() {
        FromClauseIndex tables = super.getFromClauseIndex();
        return isVisited && getCurrentProcessingState() instanceof SqlAstQueryPartProcessingState state
                ? NestedElements.in(tables, state)
                : tables;
    }

    /** The elements of a collection that are no rows of an entity have no filter: that of what they belong to keeps them. */
    private void checkElements(SqmJoin<?, ?> join, TableGroup joined) {
        SqmPath<?> left = join.getLhs();
        if (joined.getModelPart() instanceof PluralAttributeMapping plural
                && !(plural.getElementDescriptor() instanceof EntityValuedModelPart)
                && !(left instanceof SqmRoot<?>)) {
            EntityGuard owner =
                    safety.guard(plural.findContainingEntityMapping().getEntityName());
            if (owner != null && owner.isWatched()) {
                throw new ForeignRowException("A " + join.getSqmJoinType().getText() + " join of " + owner.name() + "."
                        + plural.getAttributeName()
                        + " would read the elements of all rows. Use an inner or a left join.");
            }
        }
    }

    /** In the WHERE clause: the rows of the scope, and none, which an outer join gives. */
    private void filter(@Nullable TableGroup joined) {
        if (joined == null || !(joined.getModelPart() instanceof EntityValuedModelPart part)) {
            return;
        }
        EntityMappingType entity = part.getEntityMappingType();
        List<Predicate> filters = new ArrayList<>();
        entity.applyBaseRestrictions(
                filters::add, joined, true, getLoadQueryInfluencers().getEnabledFilters(), false, null, this);
        for (Predicate filter : filters) {
            Junction inScopeOrNone = new Junction(Junction.Nature.DISJUNCTION);
            inScopeOrNone.add(filter);
            inScopeOrNone.add(isMissing(joined, entity));
            additionalRestrictions = Predicate.combinePredicates(additionalRestrictions, inScopeOrNone);
            emulatedLateral.keep(inScopeOrNone);
        }
    }

    /**
     * By the key in the first table of the hierarchy, where the join has it: in the subclass's own, rows of other classes have none, and an outer
     * join preserves those too.
     */
    private NullnessPredicate isMissing(TableGroup joined, EntityMappingType entity) {
        SelectableMapping key =
                entity.getRootEntityDescriptor().getIdentifierMapping().getSelectable(0);
        TableReference table =
                joined.getTableReference(joined.getNavigablePath(), key.getContainingTableExpression(), true);
        if (table == null) {
            EntityIdentifierMapping own = entity.getIdentifierMapping();
            key = own.getSelectable(0);
            table = joined.resolveTableReference(joined.getNavigablePath(), own, key.getContainingTableExpression());
        }
        return new NullnessPredicate(getSqlExpressionResolver().resolveSqlExpression(table, key));
    }
}
