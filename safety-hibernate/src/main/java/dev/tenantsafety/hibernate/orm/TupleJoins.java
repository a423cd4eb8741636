package dev.tenantsafety.hibernate.orm;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.hibernate.query.sqm.sql.BaseSqmToSqlAstConverter;
import org.hibernate.query.sqm.tuple.internal.AnonymousTupleEntityValuedModelPart;
import org.hibernate.sql.ast.tree.from.FromClause;
import org.hibernate.sql.ast.tree.from.LazyTableGroup;
import org.hibernate.sql.ast.tree.from.TableGroup;
import org.hibernate.sql.ast.tree.from.TableGroupJoin;
import org.hibernate.sql.ast.tree.predicate.Predicate;
import org.hibernate.sql.ast.tree.select.QuerySpec;

/**
 * Filters what is joined to a column of a subquery in FROM, or of a CTE, that is a row's key: {@code select q.e.name from (select c.chosen as e
 * from Category c) q}. Hibernate makes these joins past the mapping of the attribute that the column comes from, and puts no filter on them
 * (AnonymousTupleEntityValuedModelPart). To be called once all clauses of a query are translated, and all its joins are known.
 */
final class TupleJoins {

    private final BaseSqmToSqlAstConverter<?> translator;

    private TupleJoins(BaseSqmToSqlAstConverter<?> translator) {
        this.translator = translator;
    }

    static void filter(QuerySpec query, BaseSqmToSqlAstConverter<?> translator) {
        TupleJoins joins = new TupleJoins(translator);
        for (TableGroup root : List.copyOf(query.getFromClause().getRoots())) {
            joins.filter(
                    root, query::applyPredicate); // of a query around this one, what is joined here alone is a root
        }
    }

    /** The same of a statement that changes rows, whose roots are no such columns. */
    static void filter(FromClause tables, BaseSqmToSqlAstConverter<?> translator) {
        TupleJoins joins = new TupleJoins(translator);
        tables.getRoots().forEach(root -> joins.filterJoins(root));
    }

    private void filter(TableGroup group, Consumer<Predicate> restrict) {
        if (group.getModelPart() instanceof AnonymousTupleEntityValuedModelPart entity && isJoined(group)) {
            entity.getEntityPersister()
                    .applyBaseRestrictions(
                            restrict,
                            group,
                            true,
                            translator.getLoadQueryInfluencers().getEnabledFilters(),
                            translator.applyOnlyLoadByKeyFilters(),
                            null,
                            translator);
        }
        filterJoins(group);
    }

    private void filterJoins(TableGroup group) {
        List<TableGroupJoin> joins = new ArrayList<>(group.getTableGroupJoins());
        joins.addAll(group.getNestedTableGroupJoins());
        joins.forEach(join -> filter(join.getJoinedGroup(), join::applyPredicate));
    }

    /** Hibernate leaves the table out where a key is enough. It is not where more is joined by that key, such as elements of the row. */
    private static boolean isJoined(TableGroup joined) {
        if (joined instanceof LazyTableGroup lazy
                && !lazy.isInitialized()
                && !(lazy.getTableGroupJoins().isEmpty()
                        && lazy.getNestedTableGroupJoins().isEmpty())) {
            lazy.getTableGroup();
        }
        return !(joined instanceof LazyTableGroup lazy) || lazy.isInitialized();
    }
}
