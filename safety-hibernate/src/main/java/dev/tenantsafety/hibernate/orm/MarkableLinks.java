package dev.tenantsafety.hibernate.orm;

import java.util.ArrayList;
import java.util.List;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.mapping.EntityMappingType;
import org.hibernate.metamodel.mapping.SelectableMapping;
import org.hibernate.metamodel.mapping.ValuedModelPart;
import org.hibernate.metamodel.mapping.internal.ManyToManyCollectionPart;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.collection.OneToManyPersister;
import org.hibernate.persister.collection.mutation.CollectionMutationTarget;
import org.hibernate.persister.collection.mutation.OperationProducer;
import org.hibernate.persister.collection.mutation.RemoveCoordinator;
import org.hibernate.persister.collection.mutation.RemoveCoordinatorStandard;
import org.hibernate.persister.collection.mutation.RemoveCoordinatorTablePerSubclass;
import org.hibernate.persister.collection.mutation.RowMutationOperations;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.UnionSubclassEntityPersister;
import org.hibernate.persister.entity.mutation.EntityTableMapping;
import org.hibernate.persister.state.internal.AbstractStateManagement;
import org.hibernate.persister.state.spi.StateManagement;
import org.hibernate.service.ServiceRegistry;
import org.hibernate.sql.model.jdbc.JdbcDeleteMutation;
import org.hibernate.sql.model.jdbc.JdbcMutationOperation;
import org.hibernate.sql.model.jdbc.JdbcUpdateMutation;
import org.jspecify.annotations.Nullable;

/**
 * How the links of a collection are written whose elements, or keys, have a tombstone: as Hibernate writes any, but where it removes all
 * at once, those of marked elements and keys stay. They are not in the collection, and an undo needs them: unless their owner goes for good.
 */
public final class MarkableLinks extends AbstractStateManagement {

    /** Where Hibernate looks for it, by this name. */
    public static final StateManagement INSTANCE = new MarkableLinks();

    private MarkableLinks() {}

    @Override
    public RemoveCoordinator createRemoveCoordinator(CollectionPersister persister) {
        OperationProducer all = persister.getRowMutationOperations().getDeleteAllRowsOperationProducer();
        if (!persister.needsRemove() || all == null) {
            return super.createRemoveCoordinator(persister);
        }
        CollectionMutationTarget target = resolveMutationTarget(persister);
        return new OfOwner(
                persister,
                removing(persister, target, table -> {
                    JdbcMutationOperation operation = all.createOperation(table);
                    return with(
                            operation, operation.getSqlString() + " and " + toAlive(persister, table.getTableName()));
                }),
                removing(persister, target, table -> {
                    JdbcMutationOperation operation = all.createOperation(table);
                    return with(operation, LinkPlaces.onAll(operation.getSqlString()));
                }));
    }

    private RemoveCoordinator removing(
            CollectionPersister persister, CollectionMutationTarget target, OperationProducer operations) {
        RowMutationOperations removal =
                new RowMutationOperations(target, null, null, null, null, null, null, null, operations);
        ServiceRegistry services = persister.getFactory().getServiceRegistry();
        return persister.isOneToMany() && isTablePerSubclass(persister)
                ? new RemoveCoordinatorTablePerSubclass((OneToManyPersister) target, removal, services)
                : new RemoveCoordinatorStandard(target, removal, services);
    }

    /** All go with an owner that is not marked but deleted: a foreign key of theirs would refuse it. */
    private record OfOwner(CollectionPersister persister, RemoveCoordinator ofAlive, RemoveCoordinator ofAll)
            implements RemoveCoordinator {

        @Override
        public void deleteAllRows(Object key, SharedSessionContractImplementor session) {
            (SessionBinding.of(session).isDeleting(persister, key) ? ofAll : ofAlive).deleteAllRows(key, session);
        }

        @Override
        public @Nullable String getSqlString() {
            return ofAlive.getSqlString();
        }

        @Override
        public CollectionMutationTarget getMutationTarget() {
            return ofAlive.getMutationTarget();
        }
    }

    private static JdbcMutationOperation with(JdbcMutationOperation all, String sql) {
        if (all instanceof JdbcUpdateMutation update) {
            return new JdbcUpdateMutation(
                    update.getTableDetails(),
                    update.getMutationTarget(),
                    sql,
                    update.isCallable(),
                    update.getExpectation(),
                    update.getParameterBinders());
        }
        if (all instanceof JdbcDeleteMutation delete) {
            return new JdbcDeleteMutation(
                    delete.getTableDetails(),
                    delete.getMutationTarget(),
                    sql,
                    delete.isCallable(),
                    delete.getExpectation(),
                    delete.getParameterBinders());
        }
        throw new IllegalStateException(
                "Links of marked rows cannot be kept by an operation of " + all.getClass() + ": " + all.getSqlString());
    }

    /** True for the links, in the table that holds them, to elements that are alive, by keys that are. */
    private static String toAlive(CollectionPersister persister, String table) {
        List<String> conditions = new ArrayList<>();
        boolean hasElements = persister.isOneToMany() || persister.isManyToMany();
        EntityPersister element = hasElements ? persister.getElementPersister() : null;
        if (element != null && MarkableUpdates.isMarkable(element)) {
            conditions.add(toAlive(persister, element, table));
        }
        MarkableKeys keys = MarkableKeys.of(persister);
        if (keys != null) {
            conditions.add(keys.alive(table));
        }
        return String.join(" and ", conditions);
    }

    private static String toAlive(CollectionPersister persister, EntityPersister element, String table) {
        SelectableMapping deletedAt = MarkableUpdates.deletedAt(element);
        String alive = deletedAt.getSelectionExpression() + " is null";
        if (persister.isManyToMany()) {
            ManyToManyCollectionPart part =
                    (ManyToManyCollectionPart) persister.getAttributeMapping().getElementDescriptor();
            List<String> keys = columns(part.getForeignKeyDescriptor().getTargetPart());
            return among(elementColumns(persister), keys, element) + " where " + alive + ")";
        }
        return element instanceof UnionSubclassEntityPersister
                        || element.physicalTableNameForMutation(deletedAt).equals(table)
                ? alive
                : among(keysIn(element, table), element) + " where " + alive + ")";
    }

    /** The beginning of a condition that columns are the key of one of an entity's rows; what follows says of which. */
    static String among(List<String> columns, EntityPersister entity) {
        return among(columns, keys(entity.getIdentifierTableMapping()), entity);
    }

    static String among(List<String> columns, List<String> keys, EntityPersister entity) {
        String these = String.join(", ", columns);
        return (columns.size() == 1 ? these : "(" + these + ")") + " in (select "
                + String.join(", ", keys) + " from " + table(entity)
                + " marked";
    }

    /** Where each class of a hierarchy has a table of its own, all of them as one; it is to be given an alias. */
    static String table(EntityPersister entity) {
        return entity instanceof UnionSubclassEntityPersister
                ? entity.getTableName()
                : entity.getIdentifierTableMapping().getTableName();
    }

    /** The columns of a join table that point at the elements. */
    static List<String> elementColumns(CollectionPersister persister) {
        ManyToManyCollectionPart part =
                (ManyToManyCollectionPart) persister.getAttributeMapping().getElementDescriptor();
        return columns(part.getForeignKeyDescriptor().getKeyPart());
    }

    /** The key columns of one of an entity's tables, or of a subclass's; of the first for null. */
    static List<String> keysIn(EntityPersister entity, @Nullable String table) {
        EntityTableMapping root = entity.getIdentifierTableMapping();
        if (table == null || root.getTableName().equals(table)) {
            return keys(root);
        }
        List<EntityMappingType> classes = new ArrayList<>(List.of(entity.getRootEntityDescriptor()));
        classes.addAll(entity.getRootEntityDescriptor().getSubMappingTypes());
        for (EntityMappingType type : classes) {
            for (EntityTableMapping each : type.getEntityPersister().getTableMappings()) {
                if (each.getTableName().equals(table)) {
                    return keys(each);
                }
            }
        }
        throw new IllegalStateException("No table " + table + " among those of " + entity.getEntityName() + ".");
    }

    private static List<String> keys(EntityTableMapping table) {
        List<String> columns = new ArrayList<>();
        table.getKeyMapping().forEachKeyColumn((index, column) -> columns.add(column.getColumnName()));
        return columns;
    }

    static List<String> columns(ValuedModelPart part) {
        List<String> columns = new ArrayList<>();
        part.forEachSelectable((index, column) -> columns.add(column.getSelectionExpression()));
        return columns;
    }
}
