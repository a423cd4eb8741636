package dev.tenantsafety.hibernate.orm;

import org.hibernate.StaleStateException;
import org.hibernate.engine.jdbc.mutation.MutationExecutor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.mutation.DeleteCoordinator;
import org.hibernate.persister.entity.mutation.DeleteCoordinatorStandard;
import org.hibernate.persister.entity.mutation.EntityTableMapping;
import org.hibernate.sql.model.MutationOperationGroup;
import org.hibernate.sql.model.MutationType;
import org.hibernate.sql.model.ast.builder.MutationGroupBuilder;
import org.hibernate.sql.model.ast.builder.TableDeleteBuilder;
import org.hibernate.sql.model.ast.builder.TableDeleteBuilderSkipped;
import org.hibernate.sql.model.ast.builder.TableDeleteBuilderStandard;
import org.jspecify.annotations.Nullable;

/** The real deletes of rows that somebody owns and that have no tombstone. */
final class OwnedDeletes {

    private final EntityPersister persister;
    private final OwnerPredicate predicate;

    OwnedDeletes(EntityPersister persister, OwnerPredicate predicate) {
        this.persister = persister;
        this.predicate = predicate;
    }

    DeleteCoordinator coordinator() {
        return new Coordinator();
    }

    /** An inner class: see OwnedUpdates. */
    private final class Coordinator extends DeleteCoordinatorStandard {

        Coordinator() {
            super(persister, persister.getFactory());
        }

        /** As Hibernate's own builds it (DeleteCoordinatorStandard), with one condition more. */
        @Override
        protected MutationOperationGroup generateOperationGroup(
                @Nullable Object rowId,
                Object @Nullable [] loadedState,
                boolean applyVersion,
                @Nullable SharedSessionContractImplementor session) {
            MutationGroupBuilder group = new MutationGroupBuilder(MutationType.DELETE, entityPersister());
            entityPersister()
                    .forEachMutableTableReverse(table -> group.addTableDetailsBuilder(
                            table.isCascadeDeleteEnabled()
                                    ? new TableDeleteBuilderSkipped(table)
                                    : new TableDeleteBuilderStandard(entityPersister(), table, factory())));
            group.forEachTableMutationBuilder(builder ->
                    applyKeyRestriction(rowId, entityPersister(), (TableDeleteBuilder) builder, (EntityTableMapping)
                            builder.getMutatingTable().getTableMapping()));
            if (applyVersion) {
                applyOptimisticLocking(
                        entityPersister().optimisticLockStyle(), group::findTableDetailsBuilder, loadedState, session);
                applyPartitionKeyRestriction(group::findTableDetailsBuilder);
            }
            group.forEachTableMutationBuilder(builder -> {
                EntityTableMapping table =
                        (EntityTableMapping) builder.getMutatingTable().getTableMapping();
                if (builder instanceof TableDeleteBuilderStandard delete) {
                    predicate.addTo(delete, table, table.getDeleteDetails().getCustomSql() != null);
                }
            });
            return createOperationGroup(null, group.buildMutationGroup());
        }

        @Override
        public void delete(
                Object entity, Object id, @Nullable Object version, SharedSessionContractImplementor session) {
            try {
                super.delete(entity, id, version, session);
            } catch (StaleStateException e) {
                throw Rows.whyNotWritten(session, persister, null, id, e);
            }
        }

        @Override
        protected void applyId(
                Object id,
                @Nullable Object rowId,
                MutationExecutor executor,
                MutationOperationGroup statements,
                SharedSessionContractImplementor session) {
            predicate.bindDelete(executor.getJdbcValueBindings(), statements, session);
            super.applyId(id, rowId, executor, statements, session);
        }
    }
}
