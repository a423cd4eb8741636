package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.ForeignRowException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.hibernate.dialect.Dialect;
import org.hibernate.metamodel.mapping.EntityMappingType;
import org.hibernate.metamodel.mapping.EntityValuedModelPart;
import org.hibernate.metamodel.mapping.PluralAttributeMapping;
import org.hibernate.query.sqm.sql.BaseSqmToSqlAstConverter;
import org.hibernate.spi.NavigablePath;
import org.hibernate.sql.ast.SqlAstJoinType;
import org.hibernate.sql.ast.spi.SqlAstCreationState;
import org.hibernate.sql.ast.tree.expression.QueryLiteral;
import org.hibernate.sql.ast.tree.from.FromClause;
import org.hibernate.sql.ast.tree.from.PluralTableGroup;
import org.hibernate.sql.ast.tree.from.QueryPartTableGroup;
import org.hibernate.sql.ast.tree.from.TableGroup;
import org.hibernate.sql.ast.tree.from.TableGroupJoin;
import org.hibernate.sql.ast.tree.from.TableGroupProducer;
import org.hibernate.sql.ast.tree.predicate.Predicate;
import org.hibernate.sql.ast.tree.select.QuerySpec;
import org.hibernate.sql.ast.tree.select.SelectStatement;
import org.hibernate.sql.results.internal.SqlSelectionImpl;
import org.jspecify.annotations.Nullable;

/**
 * Keeps filters in the subqueries whose WHERE Hibernate leaves out. Where a database has no LATERAL, it joins the subquery without its WHERE, and
 * asks by an EXISTS whether such a row is among those of the subquery with it ({@code determineLateralEmulationPredicate}): the rows of
 * others that look the same count too. So it does with each WITH in a subquery. What is in an ON clause stays, so one is added for the filters.
 */
final class EmulatedLateral {

    private final FactorySafety safety;
    private final boolean isEmulated;
    private boolean isWithin;

    /** Of the root that is being translated, where its query loses its WHERE. */
    private @Nullable List<Predicate> kept;

    EmulatedLateral(FactorySafety safety, Dialect dialect) {
        this.safety = safety;
        isEmulated = !dialect.supportsLateral();
    }

    /** Translates a subquery, which loses its WHERE where it is stripped; what is inside of one that does, does. */
    <R> R within(boolean isStripped, Supplier<R> translation) {
        boolean outer = isWithin;
        isWithin |= isStripped && isEmulated;
        try {
            return translation.get();
        } finally {
            isWithin = outer;
        }
    }

    /** Keeps a condition that only the WHERE of the query has. */
    void keep(Predicate condition) {
        if (kept != null) {
            kept.add(condition);
        }
    }

    /** Translates one element of a FROM clause. */
    void consume(Runnable translation, BaseSqmToSqlAstConverter<?> state, FromClause from) {
        List<Predicate> outer = kept;
        List<Predicate> conditions = isWithin ? new ArrayList<>() : null;
        kept = conditions;
        try {
            translation.run();
        } finally {
            kept = outer;
        }
        List<TableGroup> roots = from.getRoots();
        if (conditions != null && !conditions.isEmpty() && !roots.isEmpty()) {
            join(roots.get(roots.size() - 1), conditions, state);
        }
    }

    /** Filters all roots of a query that was translated: also those that Hibernate added for a path of the query around it. */
    void complete(FromClause from, BaseSqmToSqlAstConverter<?> state) {
        if (!isWithin) {
            return;
        }
        for (TableGroup root : from.getRoots()) {
            List<Predicate> filters = new ArrayList<>();
            addFilters(filters, root, state);
            if (!filters.isEmpty()) {
                join(root, filters, state);
            }
        }
    }

    private void addFilters(List<Predicate> filters, TableGroup root, SqlAstCreationState state) {
        TableGroup rows = root;
        if (root instanceof PluralTableGroup collection) {
            rows = collection.getElementTableGroup();
            if (rows == null || !(rows.getModelPart() instanceof EntityValuedModelPart)) {
                checkElements(collection.getModelPart());
            }
        }
        if (rows != null && rows.getModelPart() instanceof EntityValuedModelPart part) {
            EntityMappingType entity = part.getEntityMappingType();
            boolean isReference = part != entity && rows == root;
            entity.applyBaseRestrictions(
                    filters::add,
                    rows,
                    true,
                    state.getLoadQueryInfluencers().getEnabledFilters(),
                    isReference && state.applyOnlyLoadByKeyFilters(),
                    null,
                    state);
        }
    }

    /** Elements that are no rows of an entity have no filter. */
    private void checkElements(PluralAttributeMapping collection) {
        EntityGuard owner =
                safety.guard(collection.findContainingEntityMapping().getEntityName());
        if (owner != null && owner.isWatched()) {
            throw new ForeignRowException(
                    "A lateral join or WITH over " + owner.name() + "." + collection.getAttributeName()
                            + " would count the elements of all rows, as this database has no LATERAL. Join the collection itself.");
        }
    }

    private static void join(TableGroup root, List<Predicate> filters, BaseSqmToSqlAstConverter<?> state) {
        NavigablePath path = root.getNavigablePath().append("{filters}");
        QuerySpec one = new QuerySpec(false);
        one.getSelectClause()
                .addSqlSelection(new SqlSelectionImpl(new QueryLiteral<>(
                        1, state.getCreationContext().getTypeConfiguration().getBasicTypeForJavaType(Integer.class))));
        TableGroup row = new QueryPartTableGroup(
                path,
                (TableGroupProducer) root.getModelPart(),
                new SelectStatement(one),
                state.getSqlAliasBaseGenerator().createSqlAliasBase("one").generateNewAlias(),
                List.of("one"),
                false,
                true,
                state.getLoadQueryInfluencers().getSessionFactory());
        TableGroupJoin join = new TableGroupJoin(path, SqlAstJoinType.INNER, row);
        filters.forEach(join::applyPredicate);
        root.addTableGroupJoin(join);
    }
}
