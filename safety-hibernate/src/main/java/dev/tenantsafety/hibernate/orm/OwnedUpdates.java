package dev.tenantsafety.hibernate.orm;

import org.hibernate.StaleStateException;
import org.hibernate.engine.jdbc.batch.spi.BatchKey;
import org.hibernate.engine.jdbc.mutation.JdbcValueBindings;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.generator.values.GeneratedValues;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.mutation.EntityTableMapping;
import org.hibernate.persister.entity.mutation.UpdateCoordinator;
import org.hibernate.sql.model.MutationOperation;
import org.hibernate.sql.model.ast.builder.AbstractTableUpdateBuilder;
import org.jspecify.annotations.Nullable;

/** The updates of rows that somebody owns and that have no tombstone. */
final class OwnedUpdates {

    private final EntityPersister persister;
    private final OwnerPredicate predicate;

    OwnedUpdates(EntityPersister persister, OwnerPredicate predicate) {
        this.persister = persister;
        this.predicate = predicate;
    }

    UpdateCoordinator coordinator() {
        return new Coordinator();
    }

    /**
     * An inner class, which knows its outer instance before Hibernate's constructor runs; and that calls back for the statements
     * that it prepares.
     */
    private final class Coordinator extends CheckedIncrements {

        Coordinator() {
            super(persister);
        }

        @Override
        protected <O extends MutationOperation> AbstractTableUpdateBuilder<O> newTableUpdateBuilder(
                EntityTableMapping table) {
            AbstractTableUpdateBuilder<O> builder = super.newTableUpdateBuilder(table);
            predicate.addTo(builder, table, table.getUpdateDetails().getCustomSql() != null);
            return builder;
        }

        @Override
        protected void bindPartitionColumnValueBindings(
                Object[] loadedState, SharedSessionContractImplementor session, JdbcValueBindings bindings) {
            super.bindPartitionColumnValueBindings(loadedState, session, bindings);
            predicate.bindUpdate(bindings, session);
        }

        @Override
        public @Nullable GeneratedValues update(
                Object entity,
                Object id,
                Object rowId,
                Object[] values,
                Object oldVersion,
                Object @Nullable [] oldValues,
                int @Nullable [] dirtyAttributes,
                boolean hasDirtyCollection,
                SharedSessionContractImplementor session) {
            try {
                return SessionBinding.of(session)
                        .saying(
                                persister,
                                values,
                                id,
                                () -> super.update(
                                        entity,
                                        id,
                                        rowId,
                                        values,
                                        oldVersion,
                                        oldValues,
                                        dirtyAttributes,
                                        hasDirtyCollection,
                                        session));
            } catch (StaleStateException e) {
                throw Rows.whyNotWritten(session, persister, values, id, e);
            }
        }

        /** In a batch, Hibernate does not look how many rows of a subclass's table were found (BatchImpl): see MarkableUpdates. */
        @Override
        protected @Nullable BatchKey getBatchKey() {
            return persister.isVersioned() || persister.getTableMappings().length == 1 ? super.getBatchKey() : null;
        }
    }
}
