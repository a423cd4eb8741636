package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.guard.AllowsHardDelete;
import dev.tenantsafety.hibernate.MarkedException;
import dev.tenantsafety.id.DeletionId;
import jakarta.persistence.OneToMany;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.mapping.CollectionPart;
import org.hibernate.metamodel.mapping.PluralAttributeMapping;
import org.hibernate.metamodel.mapping.SelectableMapping;
import org.hibernate.metamodel.mapping.internal.EntityCollectionPart;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.UnionSubclassEntityPersister;
import org.jspecify.annotations.Nullable;

/**
 * The links of a {@code @OneToMany} that only the parent knows: a column in the children's table, or a join table. They stay while the
 * parent is marked, for an undo. A child that the same transaction keeps, because it takes back its mark or puts it into another
 * collection, is cut loose, as Hibernate alone cuts it loose when it deletes the parent.
 */
final class ParentLinks {

    private final CollectionPersister persister;
    private final EntityGuard parent;
    private final EntityGuard child;
    private final boolean isJoinTable;
    private final List<String> tables;
    private final List<String> parents;
    private final List<String> children;

    private ParentLinks(CollectionPersister persister, EntityGuard parent, EntityGuard child) {
        this.persister = persister;
        this.parent = parent;
        this.child = child;
        PluralAttributeMapping attribute = persister.getAttributeMapping();
        EntityPersister elements = persister.getElementPersister();
        isJoinTable = !persister.isOneToMany();
        boolean isUnion = !isJoinTable && elements instanceof UnionSubclassEntityPersister;
        String table = attribute.getKeyDescriptor().getKeyTable();
        tables = isUnion ? Statements.tables(elements) : List.of(table);
        parents = MarkableLinks.columns(attribute.getKeyDescriptor().getKeyPart());
        children = isJoinTable
                ? MarkableLinks.elementColumns(persister)
                : MarkableLinks.keysIn(elements, isUnion ? null : table);
    }

    /** Whether only the owner of a collection knows that its elements belong to it. */
    static boolean are(CollectionPersister persister) {
        EntityPersister owner = persister.getOwnerEntityPersister();
        String path = persister.getRole().substring(owner.getEntityName().length() + 1);
        return !persister.isInverse()
                && persister.getAttributeMapping().getElementDescriptor() instanceof EntityCollectionPart
                // in a join table, Hibernate makes no difference between rows that belong to one other and rows that
                // are shared
                && (persister.isOneToMany() || Members.has(owner.getMappedClass(), path, OneToMany.class));
    }

    /** Those of the children of one hierarchy, whose parents are of certain others. */
    private static List<ParentLinks> of(FactorySafety safety, SafeEntity children, Set<SafeEntity> parents) {
        List<ParentLinks> all = new ArrayList<>();
        safety.parentRoles().forEach(persister -> {
            EntityGuard parent =
                    safety.guard(persister.getOwnerEntityPersister().getEntityName());
            EntityGuard child = safety.guard(persister.getElementPersister().getEntityName());
            if (parent != null && child != null && child.entity() == children && parents.contains(parent.entity())) {
                all.add(new ParentLinks(persister, parent, child));
            }
        });
        return all;
    }

    /** Cuts rows loose from the parents that deletions of the transaction under way have marked. */
    static void cut(SharedSessionContractImplementor session, SafeEntity entity, Collection<?> ids) {
        cut(session, entity, ids, null);
    }

    /**
     * The same of what comes into a collection.
     *
     * @param written the collection, which is about to write a column of its elements; null if none is
     */
    static void cut(
            SharedSessionContractImplementor session,
            SafeEntity entity,
            Collection<?> ids,
            @Nullable CollectionPersister written) {
        SessionMarks marks = SessionBinding.of(session).marks();
        if (ids.isEmpty() || marks.writtenEntities().isEmpty()) {
            return;
        }
        FactorySafety safety = FactorySafety.of(session.getFactory());
        for (ParentLinks links : of(safety, entity, marks.writtenEntities())) {
            if (written != null && links.areIn(written)) {
                continue;
            }
            session.getJdbcCoordinator().executeBatch(); // marks of the same flush
            for (DeletionId deletion : marks.ours()) {
                session.doWork(connection -> links.cut(session, connection, deletion, ids));
            }
        }
    }

    /**
     * Cuts what comes into a collection loose from parents of the same role that any transaction has marked: a join table holds an element
     * once.
     *
     * @param isWritten whether an entry of the collection, at its place, is about to be written into a row
     */
    static void cutFromMarked(
            SharedSessionContractImplementor session,
            CollectionPersister persister,
            PersistentCollection<?> collection,
            BiPredicate<Object, Integer> isWritten) {
        FactorySafety safety = FactorySafety.of(session.getFactory());
        EntityGuard parent = safety.guard(persister.getOwnerEntityPersister().getEntityName());
        EntityGuard child = persister.isOneToMany() || !safety.parentRoles().contains(persister)
                ? null
                : safety.guard(persister.getElementPersister().getEntityName());
        if (parent == null || child == null) {
            return;
        }
        List<Object> ids = new ArrayList<>();
        Iterator<?> entries = collection.entries(persister);
        for (int i = 0; entries.hasNext(); i++) {
            Object entry = entries.next();
            Object element = entry == null ? null : collection.getElement(entry);
            Object id = element == null || !isWritten.test(entry, i) ? null : UnloadedReference.keyOf(session, element);
            if (id != null) {
                ids.add(id);
            }
        }
        if (!ids.isEmpty()) {
            session.getJdbcCoordinator().executeBatch();
            session.doWork(connection -> new ParentLinks(persister, parent, child).cut(session, connection, null, ids));
        }
    }

    /** Whether the elements of a collection have them in the column that tells of this parent. */
    private boolean areIn(CollectionPersister collection) {
        return !isJoinTable
                && collection.isOneToMany()
                && persister
                        .getAttributeMapping()
                        .getKeyDescriptor()
                        .getKeyTable()
                        .equals(collection
                                .getAttributeMapping()
                                .getKeyDescriptor()
                                .getKeyTable())
                && parents.equals(MarkableLinks.columns(
                        collection.getAttributeMapping().getKeyDescriptor().getKeyPart()));
    }

    private void cut(
            SharedSessionContractImplementor session,
            Connection connection,
            @Nullable DeletionId deletion,
            Collection<?> ids)
            throws SQLException {
        boolean isNullable = isJoinTable
                || persister
                        .getAttributeMapping()
                        .getKeyDescriptor()
                        .getKeyPart()
                        .getSelectable(0)
                        .isNullable();
        for (String table : tables) {
            String sql = (isNullable ? cutting(table) : "select 1 from " + table) + " where "
                    + Statements.equal(children) + " and " + ofMarkedParent(deletion == null ? "is not null" : "= ?");
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (Object id : ids) {
                    child.persister().getIdentifierType().nullSafeSet(statement, id, 1, session);
                    if (deletion != null) {
                        statement.setObject(1 + children.size(), deletion.uuid());
                    }
                    if (deletion == null || isNullable) {
                        statement.addBatch();
                    } else {
                        refuse(statement, id, deletion);
                    }
                }
                if (isNullable) {
                    statement.executeBatch();
                }
            }
        }
    }

    @AllowsHardDelete(
            reason = "a link is no entity: Hibernate removes it, too, from a child that leaves its parent",
            ticket = "issue 15",
            until = "2028-12-31")
    private String cutting(String table) {
        if (isJoinTable) {
            return "delete from " + table;
        }
        List<String> columns = new ArrayList<>(parents);
        CollectionPart index = persister.getAttributeMapping().getIndexDescriptor();
        boolean isOfLinks = index != null
                && persister.getAttributeMapping().getIndexMetadata().getIndexPropertyName() == null;
        if (isOfLinks) {
            SelectableMapping column = index.getSelectable(0);
            if (!column.isFormula() && column.isNullable()) {
                columns.add(column.getSelectionExpression());
            }
        }
        return "update " + table + " set "
                + columns.stream().map(column -> column + " = null").collect(Collectors.joining(", "));
    }

    private String ofMarkedParent(String which) {
        return MarkableLinks.among(
                        parents,
                        MarkableLinks.columns(persister
                                .getAttributeMapping()
                                .getKeyDescriptor()
                                .getTargetPart()),
                        parent.persister())
                + " where " + Objects.requireNonNull(parent.entity().marking()).deletionId() + " " + which + ")";
    }

    private void refuse(PreparedStatement statement, Object id, DeletionId deletion) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            if (rows.next()) {
                String path = SafeEntity.lastPart(persister.getRole());
                throw new MarkedException(
                        child.name() + " " + id + " belongs to a " + parent.name() + " (" + parent.name() + "." + path
                                + "), which the same transaction marks, and its column cannot be null. Call persist(…) for the "
                                + parent.name() + " too, or put the " + child.name() + " into " + path
                                + " of another one.",
                        child.name(),
                        id,
                        deletion);
            }
        }
    }
}
