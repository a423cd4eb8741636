package dev.tenantsafety.hibernate.orm;

import java.util.function.Consumer;
import org.hibernate.persister.internal.SqlFragmentPredicate;
import org.hibernate.sql.ast.spi.SqlAstCreationState;
import org.hibernate.sql.ast.tree.predicate.Predicate;
import org.jspecify.annotations.Nullable;

/** Tells persisters which queries are not to be restricted by the mapping: those of sessions of ours that look at all rows. */
final class PastRestrictions {

    private PastRestrictions() {}

    /**
     * Whether the query that is being translated is one of those; none of ours is a bulk statement, of which Hibernate hands in no state.
     * Hibernate caches no plan of a session that has a filter.
     */
    static boolean isRead(@Nullable SqlAstCreationState state) {
        return state != null && state.getLoadQueryInfluencers().getEnabledFilter(Filters.PAST_RESTRICTIONS) != null;
    }

    /** Leaves out the restriction of the elements of a join table, which Hibernate applies together with the filters. */
    static Consumer<Predicate> without(Consumer<Predicate> predicates) {
        return predicate -> {
            if (!(predicate instanceof SqlFragmentPredicate)) {
                predicates.accept(predicate);
            }
        };
    }
}
