package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.Tombstone;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.hibernate.StaleStateException;
import org.hibernate.engine.jdbc.batch.internal.BasicBatchKey;
import org.hibernate.engine.jdbc.batch.spi.BatchKey;
import org.hibernate.engine.jdbc.mutation.JdbcValueBindings;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.generator.values.GeneratedValues;
import org.hibernate.metamodel.mapping.AttributeMapping;
import org.hibernate.metamodel.mapping.EmbeddableMappingType;
import org.hibernate.metamodel.mapping.SelectableMapping;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.mutation.EntityTableMapping;
import org.hibernate.persister.entity.mutation.UpdateCoordinator;
import org.hibernate.persister.entity.mutation.UpdateCoordinatorStandard;
import org.hibernate.sql.model.MutationOperation;
import org.hibernate.sql.model.MutationOperationGroup;
import org.hibernate.sql.model.ast.MutatingTableReference;
import org.hibernate.sql.model.ast.builder.AbstractTableUpdateBuilder;
import org.hibernate.sql.model.ast.builder.TableUpdateBuilderStandard;
import org.jspecify.annotations.Nullable;

/**
 * The updates of an entity with a tombstone. A session may have read a row that another has marked since; Hibernate's own UPDATE
 * would write back all columns as they were read, and the row would be alive again. So ordinary updates leave the tombstone's
 * columns out, and each asks for a row that is alive: there is none, and Hibernate reports it as it does a stale version.
 */
final class MarkableUpdates implements UpdateCoordinator {

    private final EntityPersister persister;
    private final @Nullable OwnerPredicate owner;
    private final int tombstone;

    /** The columns of the tombstone and the version. */
    private final Set<String> ofMark = new HashSet<>();

    private final UpdateCoordinatorStandard changes;
    private final UpdateCoordinatorStandard marks;
    private final UpdateCoordinatorStandard marksAndChanges;
    private final UpdateCoordinatorStandard changesOfOwnMarks;

    MarkableUpdates(EntityPersister persister) {
        this.persister = persister;
        this.owner = OwnerPredicate.of(persister); // before those below, which call for it
        this.tombstone = tombstone(persister).getStateArrayPosition();
        tombstone(persister).forEachSelectable((i, column) -> ofMark.add(column.getSelectionExpression()));
        if (persister.getVersionMapping() != null) {
            ofMark.add(persister.getVersionMapping().getSelectionExpression());
        }
        this.changes = new Changes();
        this.marks = new Marks();
        this.marksAndChanges = new MarksAndChanges();
        this.changesOfOwnMarks = new ChangesOfOwnMarks();
    }

    private static boolean isVersion(EntityPersister persister, AttributeMapping attribute) {
        return persister.getVersionMapping() != null
                && persister.getVersionMapping().getVersionAttribute() == attribute;
    }

    static boolean isMarkable(EntityPersister persister) {
        for (int i = 0; i < persister.getNumberOfAttributeMappings(); i++) {
            if (isTombstone(persister.getAttributeMapping(i))) {
                return true;
            }
        }
        return false;
    }

    private static AttributeMapping tombstone(EntityPersister persister) {
        for (int i = 0; i < persister.getNumberOfAttributeMappings(); i++) {
            if (isTombstone(persister.getAttributeMapping(i))) {
                return persister.getAttributeMapping(i);
            }
        }
        throw new IllegalStateException(persister.getEntityName() + " has no tombstone.");
    }

    /** The column of the time of a mark, which is null in rows that are alive. */
    static SelectableMapping deletedAt(EntityPersister persister) {
        EmbeddableMappingType parts =
                (EmbeddableMappingType) tombstone(persister).getPartMappingType();
        return Objects.requireNonNull(parts.findAttributeMapping("deletedAt")).getSelectable(0);
    }

    private static boolean isTombstone(AttributeMapping attribute) {
        return attribute.getJavaType().getJavaTypeClass() == Tombstone.class;
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
                    .saying(persister, values, id, () -> coordinator(values, oldValues, dirtyAttributes)
                            .update(
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

    private UpdateCoordinator coordinator(
            Object[] values, Object @Nullable [] oldValues, int @Nullable [] dirtyAttributes) {
        if (oldValues != null && oldValues[tombstone] != null) {
            return changesOfOwnMarks; // of this transaction, which holds the row; others are refused before
            // (RowListener)
        }
        if (values[tombstone] == null) {
            return changes;
        }
        boolean isMarkOnly = dirtyAttributes != null && dirtyAttributes.length == 1 && dirtyAttributes[0] == tombstone;
        return isMarkOnly ? marks : marksAndChanges; // which only a row has that was inserted by the same flush
    }

    @Override
    public void forceVersionIncrement(
            Object id, Object currentVersion, Object nextVersion, SharedSessionContractImplementor session) {
        SessionBinding.of(session).checkIncrement(persister, id);
        increments(id, session).forceVersionIncrement(id, currentVersion, nextVersion, session);
    }

    @Override
    public void forceVersionIncrement(
            Object id,
            Object currentVersion,
            Object nextVersion,
            boolean batching,
            SharedSessionContractImplementor session) {
        SessionBinding.of(session).checkIncrement(persister, id);
        increments(id, session).forceVersionIncrement(id, currentVersion, nextVersion, batching, session);
    }

    /** A row that was locked, and then marked, is incremented at the end of the transaction. */
    private UpdateCoordinator increments(Object id, SharedSessionContractImplementor session) {
        SessionBinding binding = SessionBinding.of(session);
        EntityGuard guard = binding.safety().guard(persister.getEntityName());
        Object instance = guard == null ? null : Rows.held(session, guard.persister(), id);
        return instance != null && binding.marks().isWritten(instance) ? changesOfOwnMarks : changes;
    }

    @Override
    public MutationOperationGroup getStaticMutationOperationGroup() {
        return changes.getStaticMutationOperationGroup();
    }

    /**
     * Of rows of the open scope's owners. These classes are inner ones, which know their outer instance before Hibernate's constructor
     * runs, and that one calls back; what it calls depends on no field of theirs.
     */
    private abstract class OfOwnRows extends UpdateCoordinatorStandard {

        OfOwnRows() {
            super(persister, persister.getFactory());
        }

        /** True for the rows of the table that may be updated; null if all may. */
        @Nullable
        String restriction(EntityTableMapping table) {
            return null;
        }

        @Override
        protected <O extends MutationOperation> AbstractTableUpdateBuilder<O> newTableUpdateBuilder(
                EntityTableMapping table) {
            TableUpdateBuilderStandard<O> builder = new TableUpdateBuilderStandard<>(
                    persister, new MutatingTableReference(table), factory(), restriction(table));
            if (owner != null) {
                owner.addTo(builder, table, false);
            }
            return builder;
        }

        @Override
        protected void bindPartitionColumnValueBindings(
                Object[] loadedState, SharedSessionContractImplementor session, JdbcValueBindings bindings) {
            super.bindPartitionColumnValueBindings(loadedState, session, bindings);
            if (owner != null) {
                owner.bindUpdate(bindings, session);
            }
        }
    }

    /**
     * Which attributes an UPDATE may write.
     *
     * @param all as Hibernate has it
     * @param written those of them that one of these statements writes
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Updateability(boolean[] all, boolean[] written) {}

    /** Of what this transaction has marked itself. */
    private final class ChangesOfOwnMarks extends OfOwnRows {}

    /** Of rows that are alive. */
    private abstract class OfAliveRows extends OfOwnRows {

        private final @Nullable BatchKey batchKey = ofThis(super.getBatchKey());
        private final @Nullable BatchKey versionBatchKey = ofThis(super.getVersionUpdateBatchkey());
        private volatile @Nullable Updateability common;

        abstract boolean isWritten(AttributeMapping attribute);

        @Override
        @Nullable
        String restriction(EntityTableMapping table) {
            SelectableMapping deletedAt = deletedAt();
            return persister.physicalTableNameForMutation(deletedAt).equals(table.getTableName())
                    ? deletedAt.getSelectionExpression() + " is null"
                    : null;
        }

        final SelectableMapping deletedAt() {
            return MarkableUpdates.deletedAt(persister);
        }

        @Override
        protected boolean includeInStaticUpdate(int index, AttributeMapping attribute, boolean[] updateability) {
            return isWritten(attribute) && super.includeInStaticUpdate(index, attribute, updateability);
        }

        /** Hibernate changes none that it is given; the common one, of instances without lazy attributes, is kept. */
        @Override
        public boolean[] getPropertyUpdateability(Object entity) {
            boolean[] all = super.getPropertyUpdateability(entity);
            Updateability known = common;
            if (known != null && known.all() == all) {
                return known.written();
            }
            boolean[] written = all.clone();
            for (int i = 0; i < written.length; i++) {
                written[i] &= isWritten(persister.getAttributeMapping(i));
            }
            if (all == persister.getPropertyUpdateability()) {
                common = new Updateability(all, written);
            }
            return written;
        }

        /** Hibernate puts statements with the same key in one batch, and takes them for the same. */
        @Override
        protected @Nullable BatchKey getBatchKey() {
            return batchKey;
        }

        @Override
        protected @Nullable BatchKey getVersionUpdateBatchkey() {
            return versionBatchKey;
        }

        private @Nullable BatchKey ofThis(@Nullable BatchKey key) {
            return key == null
                    ? null
                    : new BasicBatchKey(
                            key.toLoggableString() + "#" + getClass().getSimpleName());
        }
    }

    /** Of anything but the tombstone. */
    private final class Changes extends OfAliveRows {

        @Override
        boolean isWritten(AttributeMapping attribute) {
            return !isTombstone(attribute);
        }

        /** The table of a subclass has no tombstone; the one that has is asked. */
        @Override
        @Nullable
        String restriction(EntityTableMapping table) {
            String own = super.restriction(table);
            if (own != null || table.isOptional()) {
                return own;
            }
            EntityTableMapping root = persister.getIdentifierTableMapping();
            return columns(table) + " in (select " + columns(root) + " from " + root.getTableName() + " where "
                    + deletedAt().getSelectionExpression() + " is null)";
        }

        /**
         * In a batch, Hibernate does not look how many rows of a subclass's table were found (BatchImpl), and the change would be
         * lost without a word. Where there is a version, the first table is always updated, and looked at.
         */
        @Override
        protected @Nullable BatchKey getBatchKey() {
            boolean isLookedAt = persister.isVersioned() || persister.getTableMappings().length == 1;
            return isLookedAt ? super.getBatchKey() : null;
        }

        private static String columns(EntityTableMapping table) {
            List<String> columns = new ArrayList<>();
            table.getKeyMapping().forEachKeyColumn((index, column) -> columns.add(column.getColumnName()));
            return columns.size() == 1 ? columns.get(0) : "(" + String.join(", ", columns) + ")";
        }
    }

    /** Of the tombstone alone. */
    private final class Marks extends OfAliveRows {

        @Override
        boolean isWritten(AttributeMapping attribute) {
            return isTombstone(attribute) || isVersion(persister, attribute);
        }

        /** Nor what the database would compute for each update. */
        @Override
        protected boolean isColumnIncludedInSet(SelectableMapping column) {
            return ofMark.contains(column.getSelectionExpression()) && super.isColumnIncludedInSet(column);
        }

        /** Without the values that Hibernate would generate for each update, such as the time of the change. */
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
            boolean isLockedByValues = persister.optimisticLockStyle().isAllOrDirty();
            return performUpdate(
                    entity,
                    id,
                    rowId,
                    values,
                    oldVersion,
                    oldValues,
                    false,
                    session,
                    persister.getVersionMapping(),
                    dirtyAttributes,
                    getPropertyUpdateability(entity),
                    isLockedByValues,
                    false);
        }
    }

    /** Of what was changed and marked before it was written. */
    private final class MarksAndChanges extends OfAliveRows {

        @Override
        boolean isWritten(AttributeMapping attribute) {
            return true;
        }
    }
}
