package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TypedId;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.dialect.Dialect;
import org.hibernate.engine.jdbc.mutation.JdbcValueBindings;
import org.hibernate.engine.jdbc.mutation.ParameterUsage;
import org.hibernate.engine.jdbc.mutation.group.UnknownParameterException;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.mapping.RootClass;
import org.hibernate.metamodel.mapping.JdbcMapping;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.mutation.EntityTableMapping;
import org.hibernate.sql.ast.tree.expression.ColumnReference;
import org.hibernate.sql.model.MutationOperationGroup;
import org.hibernate.sql.model.ast.ColumnValueBinding;
import org.hibernate.sql.model.ast.ColumnValueParameter;
import org.hibernate.sql.model.ast.ColumnWriteFragment;
import org.hibernate.sql.model.ast.builder.RestrictedTableMutationBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The condition, in each UPDATE and DELETE of a row, that it belongs to the open scope: by its own columns, or by what it points at.
 * Whatever a session believes of a row, the database changes it for its owner only. One parameter for each level on which the entity
 * is owned; it is null, and the condition true, where the scope does not name that level, nor the row in a stateless session.
 */
final class OwnerPredicate {

    private static final String PARAMETER = "tenant-safety owner ";

    /**
     * What a statement is given for a level.
     *
     * @param kind the level
     * @param name the name of its parameter
     */
    private record Parameter(IdKind<?> kind, String name) {}

    private final EntityPersister persister;
    private final SafeEntity entity;
    private final Conditions conditions;
    private final boolean comparesNulls;

    /** Of which there are few: the owner's tenant, and perhaps its site. */
    private final List<IdKind<?>> kinds;

    private final List<Parameter> parameters;

    private OwnerPredicate(EntityPersister persister, SafeEntity entity) {
        SessionFactoryImplementor factory = persister.getFactory();
        Dialect dialect = factory.getJdbcServices().getDialect();
        this.persister = persister;
        this.entity = entity;
        this.conditions = new Conditions(dialect, factory.getSqlStringGenerationContext());
        this.comparesNulls = dialect.supportsDistinctFromPredicate();
        this.kinds = entity.levels().stream()
                .filter(kind -> condition(entity, kind, "x") != null)
                .toList();
        this.parameters = kinds.stream()
                .map(kind -> new Parameter(kind, PARAMETER + kind.prefix()))
                .toList();
    }

    /** Of an entity, while its persister is made; null if nobody owns its rows. */
    static @Nullable OwnerPredicate of(EntityPersister persister) {
        SafeEntity entity =
                FactorySafety.of(persister.getFactory()).mapping().entities().get(persister.getRootEntityName());
        return entity == null || entity.isOpen() ? null : new OwnerPredicate(persister, entity);
    }

    /**
     * Whether it asks for all levels on which the rows may be owned, in statements that are ours: other features of Hibernate have their own
     * way of writing rows ({@code @SoftDelete}, {@code @Temporal}, {@code @Audited}).
     */
    private boolean isWhole() {
        Class<?> writing = entity.mapping().getStateManagementType();
        return kinds.size() == entity.levels().size() && (writing == OwnedRows.class || writing == MarkableRows.class);
    }

    /**
     * Whether each UPDATE carries it, on whatever table. Those of rows that may be missing do not, nor does SQL of the application's own,
     * nor what Hibernate builds to read values that the database computes (UpdateCoordinatorStandard.createTableUpdateBuilder).
     */
    boolean isInUpdates() {
        boolean[] isCarried = {isWhole() && persister.getUpdateDelegate() == null};
        persister.forEachMutableTable(table ->
                isCarried[0] &= !table.isOptional() && table.getUpdateDetails().getCustomSql() == null);
        return isCarried[0];
    }

    /** Whether each DELETE carries it, on whatever table. */
    boolean isInDeletes() {
        boolean[] isCarried = {isInDeletesOfKeys()};
        persister.forEachMutableTable(table ->
                isCarried[0] &= !table.isOptional() && table.getDeleteDetails().getCustomSql() == null);
        return isCarried[0];
    }

    /** Whether the last DELETE of a row carries it: where none is found, the transaction of a session rolls back. */
    boolean isInDeletesOfKeys() {
        return isWhole()
                && persister.getIdentifierTableMapping().getDeleteDetails().getCustomSql() == null;
    }

    /** Adds the condition to a statement on one of the entity's tables. */
    void addTo(RestrictedTableMutationBuilder<?, ?> builder, EntityTableMapping table, boolean isCustom) {
        if (isCustom || table.isOptional()) {
            return; // their parameters are counted, or their rows may be missing
        }
        for (IdKind<?> kind : kinds) {
            String own = table.isIdentifierTable() ? ownColumn(entity, kind) : null;
            String sql = own == null ? condition(table, kind) : null;
            if (own != null) {
                addTo(builder, kind, own, "coalesce(?, " + own + ")"); // databases read that faster than the other form
            } else if (sql != null) {
                addTo(builder, kind, "1", "(case when " + sql + " then 1 else 0 end)");
            }
        }
    }

    /** Hibernate renders it as column = fragment. */
    private void addTo(RestrictedTableMutationBuilder<?, ?> builder, IdKind<?> kind, String column, String fragment) {
        JdbcMapping type = type(kind);
        builder.addNonKeyRestriction(new ColumnValueBinding(
                new ColumnReference((String) null, column, false, null, type),
                new ColumnWriteFragment(
                        fragment,
                        new ColumnValueParameter(
                                new ColumnReference((String) null, PARAMETER + kind.prefix(), false, null, type),
                                ParameterUsage.RESTRICT),
                        null)));
    }

    /** Gives the condition the owners of the open scope, in an UPDATE that has the values of each of its tables. */
    void bindUpdate(JdbcValueBindings bindings, SharedSessionContractImplementor session) {
        persister.forEachMutableTable(table -> {
            if (bindings.getBindingGroup(table.getTableName()) != null) {
                bind(bindings, table, session);
            }
        });
    }

    /** The same in a DELETE, by its statements. */
    void bindDelete(
            JdbcValueBindings bindings, MutationOperationGroup statements, SharedSessionContractImplementor session) {
        for (int i = 0; i < statements.getNumberOfOperations(); i++) {
            bind(bindings, (EntityTableMapping) statements.getOperation(i).getTableDetails(), session);
        }
    }

    private void bind(JdbcValueBindings bindings, EntityTableMapping table, SharedSessionContractImplementor session) {
        if (table.isOptional()) {
            return;
        }
        SessionBinding binding = SessionBinding.of(session);
        for (Parameter parameter : parameters) {
            TypedId<?> owner = binding.ownerToFind(parameter.kind());
            try {
                bindings.bindValue(owner, table.getTableName(), parameter.name(), ParameterUsage.RESTRICT);
            } catch (UnknownParameterException e) {
                // the statement is the application's own
            }
        }
    }

    private JdbcMapping type(IdKind<?> kind) {
        return persister
                .getFactory()
                .getTypeConfiguration()
                .getBasicTypeRegistry()
                .getRegisteredType(kind.type().getName());
    }

    /** The table of a subclass has no owner; that of the root has. */
    private @Nullable String condition(EntityTableMapping table, IdKind<?> kind) {
        if (table.isIdentifierTable()) {
            return condition(entity, kind, table.getTableName());
        }
        EntityTableMapping root = persister.getIdentifierTableMapping();
        String condition = condition(entity, kind, "root");
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < table.getKeyMapping().getColumnCount(); i++) {
            keys.add("root." + root.getKeyMapping().getKeyColumn(i).getColumnName() + " = " + table.getTableName() + "."
                    + table.getKeyMapping().getKeyColumn(i).getColumnName());
        }
        return condition == null
                ? null
                : "exists (select 1 from " + root.getTableName() + " root where " + String.join(" and ", keys) + " and "
                        + condition + ")";
    }

    private @Nullable String condition(SafeEntity owned, IdKind<?> kind, String alias) {
        String own = ownColumn(owned, kind);
        if (own != null) {
            return alias + "." + own + " = coalesce(?, " + alias + "." + own + ")";
        }
        for (SafeEntity.OwnerColumn owner : owned.owners()) {
            if (owner.kind().equals(kind)) {
                String column = alias + "." + owner.column();
                return comparesNulls ? column + " is not distinct from coalesce(?, " + column + ")" : null;
            }
        }
        SafeEntity.OwnerPath path = owned.path();
        if (path == null || !isInOneTable(path.target().mapping())) {
            return null;
        }
        String above = alias.startsWith("above") ? alias + "x" : "above";
        String condition = condition(path.target(), kind, above);
        List<String> target = conditions.key(path.target().mapping());
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < target.size(); i++) {
            keys.add(above + "." + target.get(i) + " = " + alias + "."
                    + path.columns().get(i));
        }
        return condition == null
                ? null
                : "exists (select 1 from " + conditions.table(path.target().mapping()) + " " + above + " where "
                        + String.join(" and ", keys) + " and " + condition + ")";
    }

    /** The column that says who owns a row on a level, or which unit it is itself, where it is never null; else null. */
    private @Nullable String ownColumn(SafeEntity owned, IdKind<?> kind) {
        if (kind.equals(owned.unit())) {
            return conditions.key(owned.mapping()).get(0);
        }
        return owned.owners().size() == 1 && owned.owners().get(0).kind().equals(kind)
                ? owned.owners().get(0).column()
                : null;
    }

    /** Whether all rows of a hierarchy have their keys and owners in the table of its root. */
    private static boolean isInOneTable(RootClass root) {
        return root.getTable().isPhysicalTable()
                && root.getSubclasses().stream()
                        .noneMatch(subclass -> subclass instanceof org.hibernate.mapping.UnionSubclass);
    }
}
