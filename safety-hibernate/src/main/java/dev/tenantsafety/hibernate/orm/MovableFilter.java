package dev.tenantsafety.hibernate.orm;

import java.util.function.Consumer;
import org.hibernate.persister.internal.SqlFragmentPredicate;
import org.hibernate.sql.ast.SqlAstWalker;
import org.hibernate.sql.ast.spi.ExpressionReplacementWalker;
import org.hibernate.sql.ast.tree.predicate.FilterPredicate;
import org.hibernate.sql.ast.tree.predicate.Predicate;

/**
 * A filter on a collection that can be moved to another place of a query. Hibernate moves the joins of fetched collections out of a
 * query that is limited to a page, and fails at Hibernate's own filters ({@code CollectionFetchPaginationQueryTransformer}).
 */
final class MovableFilter extends SqlFragmentPredicate {

    private final FilterPredicate filter;

    private MovableFilter(FilterPredicate filter) {
        super("");
        this.filter = filter;
    }

    static Consumer<Predicate> in(Consumer<Predicate> predicates) {
        return predicate ->
                predicates.accept(predicate instanceof FilterPredicate filter ? new MovableFilter(filter) : predicate);
    }

    @Override
    public void accept(SqlAstWalker walker) {
        if (walker instanceof ExpressionReplacementWalker) {
            walker.visitSqlFragmentPredicate(this); // has the alias of the collection alone in it, and is kept as it is
        } else {
            walker.visitFilterPredicate(filter);
        }
    }
}
