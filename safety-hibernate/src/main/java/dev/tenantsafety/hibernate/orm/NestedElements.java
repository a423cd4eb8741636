package dev.tenantsafety.hibernate.orm;

import org.hibernate.query.sqm.sql.FromClauseIndex;
import org.hibernate.query.sqm.tree.from.SqmFrom;
import org.hibernate.sql.ast.spi.SqlAstQueryPartProcessingState;
import org.hibernate.sql.ast.tree.from.PluralTableGroup;
import org.hibernate.sql.ast.tree.from.TableGroup;
import org.jspecify.annotations.Nullable;

/**
 * Gives Hibernate the elements of an outer join where it looks for them under the name of their collection. A filter puts the elements into the
 * parentheses of such a join ({@code left join (links join elements) on …}), where {@code treat(element as Sub)} in an expression makes
 * the inner join one with the table of the subclass, and loses all other elements. Hibernate wants to take that back where a joined
 * element is used untreated ({@code downgradeTreatUses}), but asks its collection, which has none of what was noted of the elements.
 */
final class NestedElements {

    private NestedElements() {}

    static FromClauseIndex in(FromClauseIndex tables, SqlAstQueryPartProcessingState state) {
        FromClauseIndex elements = new FromClauseIndex(tables);
        state.getFromRegistrations().forEach((from, isDowngraded) -> {
            TableGroup nested = Boolean.TRUE.equals(isDowngraded) && !isTreatedJoin(from)
                    ? nested(tables.findTableGroup(from.getNavigablePath()))
                    : null;
            if (nested != null) {
                elements.registerTableGroup(from.getNavigablePath(), nested);
            }
        });
        return elements;
    }

    /** Whether the join itself asks for a subclass: {@code left join treat(p.elements as Sub) s}. */
    private static boolean isTreatedJoin(SqmFrom<?, ?> from) {
        return from.getSqmTreats().stream().anyMatch(treated -> treated.getExplicitAlias() != null);
    }

    private static @Nullable TableGroup nested(@Nullable TableGroup tables) {
        TableGroup elements = tables instanceof PluralTableGroup plural ? plural.getElementTableGroup() : null;
        return tables != null
                        && elements != null
                        && tables.getNestedTableGroupJoins().stream()
                                .anyMatch(join -> join.getJoinedGroup() == elements)
                ? elements
                : null;
    }
}
