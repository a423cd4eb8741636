package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.ForeignRowException;
import org.hibernate.query.sqm.spi.BaseSemanticQueryWalker;
import org.hibernate.query.sqm.tree.SqmDmlStatement;
import org.hibernate.query.sqm.tree.SqmJoinType;
import org.hibernate.query.sqm.tree.cte.SqmCteStatement;
import org.hibernate.query.sqm.tree.domain.SqmDerivedRoot;
import org.hibernate.query.sqm.tree.from.SqmDerivedJoin;
import org.hibernate.query.sqm.tree.from.SqmJoin;
import org.hibernate.query.sqm.tree.from.SqmRoot;
import org.hibernate.query.sqm.tree.insert.SqmInsertStatement;
import org.hibernate.query.sqm.tree.update.SqmUpdateStatement;

/**
 * What {@link FilteredJoins} filters and Hibernate does not. Bulk statements on entities with several tables are translated past it
 * (MultiTableSqmMutationConverter), so they may have none of it.
 */
final class UnfilteredParts extends BaseSemanticQueryWalker {

    private final SqmDmlStatement<?> statement;

    private UnfilteredParts(SqmDmlStatement<?> statement) {
        this.statement = statement;
    }

    static void check(SqmDmlStatement<?> statement) {
        statement.accept(new UnfilteredParts(statement));
    }

    @Override
    public Object visitCteStatement(SqmCteStatement<?> cte) {
        throw refusal("a CTE");
    }

    @Override
    protected void consumeFromClauseRoot(SqmRoot<?> root) {
        if (root instanceof SqmDerivedRoot<?>) {
            throw refusal("a subquery in FROM");
        }
        super.consumeFromClauseRoot(root);
    }

    @Override
    protected void consumeExplicitJoin(SqmJoin<?, ?> join, boolean transitive) {
        SqmJoinType type = join.getSqmJoinType();
        if (join instanceof SqmDerivedJoin<?>) {
            throw refusal("a subquery in FROM");
        }
        if (FilteredJoins.UNFILTERED.contains(type)) {
            throw refusal("a " + type.getText() + " join");
        }
        super.consumeExplicitJoin(join, transitive);
    }

    private ForeignRowException refusal(String part) {
        String verb = statement instanceof SqmInsertStatement
                ? "INSERT into "
                : statement instanceof SqmUpdateStatement ? "UPDATE of " : "DELETE on ";
        return new ForeignRowException(
                "A bulk " + verb + SafeEntity.simpleName(statement.getTarget().getEntityName())
                        + " has " + part
                        + ", which Hibernate does not filter where the entity has several tables, so it could read rows that are "
                        + "not in the open scope. Query what it needs first, and hand that in as parameters.");
    }
}
