package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.UndoConflict;
import dev.tenantsafety.hibernate.orm.Undo.MarkedRow;
import dev.tenantsafety.id.DeletionId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.hibernate.StatelessSession;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.query.SelectionQuery;
import org.hibernate.type.EntityType;
import org.hibernate.type.Type;

/** Finds the rows of a deletion in the open scope, and what keeps them from coming back. */
final class UndoReading {

    private final FactorySafety safety;
    private final StatelessSession session;
    private final DeletionId deletion;
    private final List<UndoConflict> conflicts = new ArrayList<>();

    UndoReading(FactorySafety safety, StatelessSession session, DeletionId deletion) {
        this.safety = safety;
        this.session = session;
        this.deletion = deletion;
    }

    Map<EntityGuard, Map<Object, MarkedRow>> rows() {
        Map<EntityGuard, Map<Object, MarkedRow>> all = new LinkedHashMap<>();
        for (EntityGuard guard : safety.roots()) {
            if (guard.isMarkable()) {
                Map<Object, MarkedRow> rows = rows(guard);
                if (!rows.isEmpty()) {
                    all.put(guard, rows);
                }
            }
        }
        return all;
    }

    private Map<Object, MarkedRow> rows(EntityGuard guard) {
        EntityPersister persister = guard.persister();
        String version = persister.isVersioned()
                ? "e." + persister.getVersionMapping().getVersionAttribute().getAttributeName()
                : "1";
        Map<Object, MarkedRow> rows = new LinkedHashMap<>();
        List<Object[]> found = query(
                        "select id(e), type(e), " + version + " from " + persister.getEntityName() + " e where "
                                + marker(guard, "e") + " = :deletion",
                        Object[].class)
                .list();
        for (Object[] row : found) {
            EntityGuard own = Objects.requireNonNull(safety.guard(((Class<?>) row[1]).getName()));
            rows.put(row[0], new MarkedRow(own.persister(), row[0], persister.isVersioned() ? row[2] : null));
        }
        return rows;
    }

    List<UndoConflict> conflicts(Set<EntityGuard> touched) {
        for (EntityGuard guard : touched) {
            parents(guard, (parent, from) -> parentMarked(guard, parent, from));
            keysTaken(guard);
        }
        return conflicts;
    }

    /**
     * A row that belongs to another, both marked by the deletion.
     *
     * @param child the entity
     * @param childId the row
     * @param parent the entity of the other
     * @param parentId the other
     */
    record Part(EntityGuard child, Object childId, EntityGuard parent, Object parentId) {}

    /** All of them. There may be as many as rows, and they are asked for only where a row is skipped. */
    List<Part> parts(Set<EntityGuard> touched) {
        List<Part> parts = new ArrayList<>();
        for (EntityGuard guard : touched) {
            parents(guard, (parent, from) -> query(
                            "select id(e), id(p) from " + from + " where " + marker(guard, "e") + " = :deletion and "
                                    + marker(parent, "p") + " = :deletion",
                            Object[].class)
                    .list()
                    .forEach(row -> parts.add(new Part(guard, row[0], parent, row[1]))));
        }
        return parts;
    }

    /** Gives each entity that rows may belong to, and where HQL finds a row, {@code e}, with the one it belongs to, {@code p}. */
    private void parents(EntityGuard guard, BiConsumer<EntityGuard, String> each) {
        EntityPersister persister = guard.persister();
        for (int i = 0; i < persister.getPropertyTypes().length; i++) {
            Type type = persister.getPropertyTypes()[i];
            if (type instanceof EntityType reference && !reference.isOneToOne()) {
                EntityGuard parent = safety.guard(reference.getAssociatedEntityName());
                boolean mayBeMarked = Referrers.keepsVisible(
                        persister.getMappedClass(), persister.getPropertyNames()[i]);
                if (parent != null && parent.isMarkable() && !mayBeMarked) {
                    each.accept(
                            parent,
                            persister.getEntityName() + " e join e." + persister.getPropertyNames()[i] + " p");
                }
            }
        }
        session.getFactory()
                .unwrap(org.hibernate.engine.spi.SessionFactoryImplementor.class)
                .getMappingMetamodel()
                .forEachCollectionDescriptor(collection -> parents(guard, collection, each));
    }

    /** Where only the parent knows its children, through a column in their table. */
    private void parents(EntityGuard guard, CollectionPersister collection, BiConsumer<EntityGuard, String> each) {
        if (!collection.isOneToMany() || collection.isInverse()) {
            return;
        }
        EntityGuard parent = safety.guard(collection.getOwnerEntityPersister().getEntityName());
        EntityGuard child = safety.guard(collection.getElementPersister().getEntityName());
        if (parent != null && parent.isMarkable() && child != null && child.entity() == guard.entity()) {
            String owner = collection.getOwnerEntityPersister().getEntityName();
            String path = collection.getRole().substring(owner.length() + 1);
            each.accept(parent, owner + " p join p." + path + " e");
        }
    }

    private void parentMarked(EntityGuard guard, EntityGuard parent, String from) {
        List<Object[]> found = query(
                        "select id(e), id(p), " + marker(parent, "p") + " from " + from + " where " + marker(guard, "e")
                                + " = :deletion and " + marker(parent, "p") + " <> :deletion",
                        Object[].class)
                .list();
        for (Object[] row : found) {
            conflicts.add(new UndoConflict(
                    UndoConflict.Reason.PARENT_MARKED,
                    guard.name(),
                    row[0],
                    guard.name() + " " + row[0] + " belongs to " + parent.name() + " " + row[1]
                            + ", which was deleted by " + row[2] + ". Undo that deletion first."));
        }
    }

    private void keysTaken(EntityGuard guard) {
        for (List<String> key : guard.entity().keys()) {
            String same = key.stream()
                    .map(attribute -> "e." + attribute + " = o." + attribute)
                    .collect(Collectors.joining(" and "));
            String name = guard.persister().getEntityName();
            List<Object[]> found = query(
                            "select id(e), id(o) from " + name + " e, " + name + " o where " + marker(guard, "e")
                                    + " = :deletion and " + marker(guard, "o") + " is null and " + same,
                            Object[].class)
                    .list();
            for (Object[] row : found) {
                conflicts.add(new UndoConflict(
                        UndoConflict.Reason.KEY_TAKEN,
                        guard.name(),
                        row[0],
                        guard.name() + " " + row[0] + " cannot come back: " + String.join(", ", key)
                                + " was taken meanwhile by " + guard.name() + " " + row[1]
                                + ". Change or delete that one."));
            }
        }
    }

    private static String marker(EntityGuard guard, String alias) {
        SafeEntity.Marking marking = Objects.requireNonNull(guard.entity().marking());
        return alias + "." + marking.attribute() + ".deletionId";
    }

    private <R> SelectionQuery<R> query(String hql, Class<R> type) {
        return session.createSelectionQuery(hql, type).setParameter("deletion", deletion);
    }
}
