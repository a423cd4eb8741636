package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.guard.SqlWords;
import java.util.List;
import java.util.Map;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.mapping.FilterConfiguration;
import org.hibernate.mapping.Subclass;

/**
 * A filter of the application's with parentheses around its condition. Hibernate puts the conditions of all filters side by side with AND
 * between them, and an OR in one would let past what the others, ours among them, keep out.
 */
final class EnclosedFilter extends FilterConfiguration {

    private final FilterConfiguration filter;

    private EnclosedFilter(FilterConfiguration filter) {
        super(filter.getName(), "(" + filter.getCondition() + ")", filter.useAutoAliasInjection(), null, null, null);
        this.filter = filter;
    }

    /** Puts parentheses around all conditions of a list that is Hibernate's own. */
    static void enclose(List<FilterConfiguration> filters) {
        filters.replaceAll(EnclosedFilter::new);
    }

    /** Those of a subclass itself, which cannot be enclosed, and have an OR outside of parentheses. */
    static List<FilterConfiguration> open(Subclass subclass) {
        List<FilterConfiguration> inherited = subclass.getSuperclass().getFilters();
        return subclass.getFilters().stream()
                .filter(filter -> !inherited.contains(filter) && hasOr(filter.getCondition()))
                .toList();
    }

    private static boolean hasOr(String condition) {
        int depth = 0;
        for (String word : SqlWords.of(condition)) {
            if (depth == 0 && word.equals("or")) {
                return true;
            }
            depth += word.equals("(") ? 1 : word.equals(")") ? -1 : 0;
        }
        return false;
    }

    @Override
    public Map<String, String> getAliasTableMap(SessionFactoryImplementor factory) {
        return filter.getAliasTableMap(factory);
    }
}
