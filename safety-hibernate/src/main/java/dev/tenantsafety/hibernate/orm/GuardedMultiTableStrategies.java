package dev.tenantsafety.hibernate.orm;

import org.hibernate.engine.jdbc.connections.spi.JdbcConnectionAccess;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.mapping.EntityMappingType;
import org.hibernate.metamodel.mapping.internal.MappingModelCreationProcess;
import org.hibernate.query.spi.DomainQueryExecutionContext;
import org.hibernate.query.sqm.internal.DomainParameterXref;
import org.hibernate.query.sqm.mutation.internal.SqmMultiTableMutationStrategyProviderStandard;
import org.hibernate.query.sqm.mutation.spi.MultiTableHandlerBuildResult;
import org.hibernate.query.sqm.mutation.spi.SqmMultiTableInsertStrategy;
import org.hibernate.query.sqm.mutation.spi.SqmMultiTableMutationStrategy;
import org.hibernate.query.sqm.tree.SqmDeleteOrUpdateStatement;
import org.hibernate.query.sqm.tree.insert.SqmInsertStatement;

/**
 * Looks at bulk statements on entities with several tables, such as JOINED inheritance: those do not pass the translator that
 * {@link GuardedTranslation} is.
 */
final class GuardedMultiTableStrategies extends SqmMultiTableMutationStrategyProviderStandard {

    private static final long serialVersionUID = 1;

    @Override
    public SqmMultiTableMutationStrategy createMutationStrategy(
            EntityMappingType root, MappingModelCreationProcess process) {
        return new Mutation(super.createMutationStrategy(root, process));
    }

    @Override
    public SqmMultiTableInsertStrategy createInsertStrategy(
            EntityMappingType root, MappingModelCreationProcess process) {
        return new Insert(super.createInsertStrategy(root, process));
    }

    private static void check(
            DomainQueryExecutionContext context, org.hibernate.query.sqm.tree.SqmDmlStatement<?> statement) {
        FactorySafety safety = FactorySafety.of(context.getSession().getFactory());
        GuardedTranslation.check(safety, statement);
        if (safety.isEnabled()) {
            UnfilteredParts.check(statement);
        }
    }

    private record Mutation(SqmMultiTableMutationStrategy strategy) implements SqmMultiTableMutationStrategy {

        @Override
        public MultiTableHandlerBuildResult buildHandler(
                SqmDeleteOrUpdateStatement<?> statement,
                DomainParameterXref parameters,
                DomainQueryExecutionContext context) {
            check(context, statement);
            return strategy.buildHandler(statement, parameters, context);
        }

        @Override
        public void prepare(MappingModelCreationProcess process, JdbcConnectionAccess access) {
            strategy.prepare(process, access);
        }

        @Override
        public void prepare(MappingModelCreationProcess process) {
            strategy.prepare(process);
        }

        @Override
        public void release(SessionFactoryImplementor factory, JdbcConnectionAccess access) {
            strategy.release(factory, access);
        }
    }

    private record Insert(SqmMultiTableInsertStrategy strategy) implements SqmMultiTableInsertStrategy {

        @Override
        public MultiTableHandlerBuildResult buildHandler(
                SqmInsertStatement<?> statement, DomainParameterXref parameters, DomainQueryExecutionContext context) {
            check(context, statement);
            return strategy.buildHandler(statement, parameters, context);
        }

        @Override
        public void prepare(MappingModelCreationProcess process, JdbcConnectionAccess access) {
            strategy.prepare(process, access);
        }

        @Override
        public void prepare(MappingModelCreationProcess process) {
            strategy.prepare(process);
        }

        @Override
        public void release(SessionFactoryImplementor factory, JdbcConnectionAccess access) {
            strategy.release(factory, access);
        }
    }
}
