package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.UndoConflict;
import dev.tenantsafety.hibernate.orm.Undo.MarkedRow;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.scope.OpenScope;
import dev.tenantsafety.scope.TenantScope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.hibernate.StatelessSession;
import org.hibernate.engine.spi.EntityKey;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.mapping.CollectionPart;
import org.hibernate.metamodel.mapping.EntityMappingType;
import org.hibernate.metamodel.mapping.NonAggregatedIdentifierMapping;
import org.hibernate.metamodel.mapping.PluralAttributeMapping;
import org.hibernate.metamodel.mapping.internal.EntityCollectionPart;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.query.SelectionQuery;
import org.hibernate.type.ComponentType;
import org.hibernate.type.EntityType;
import org.hibernate.type.ForeignKeyDirection;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/** Finds the rows of a deletion in the open scope, and what keeps them from coming back. */
final class UndoReading {

    private static final String LATER =
            ", which the same deletion marked later. Only one of them can be alive: with UndoPolicy.SKIP that one.";

    private final FactorySafety safety;
    private final StatelessSession session;
    private final DeletionId deletion;
    private final List<UndoConflict> conflicts = new ArrayList<>();
    private final Set<List<EntityKey>> parentsNamed = new HashSet<>();

    UndoReading(FactorySafety safety, StatelessSession session, DeletionId deletion) {
        this.safety = safety;
        this.session = session;
        this.deletion = deletion;
    }

    Map<EntityGuard, Map<EntityKey, MarkedRow>> rows() {
        Map<EntityGuard, Map<EntityKey, MarkedRow>> all = new LinkedHashMap<>();
        for (EntityGuard guard : safety.roots()) {
            if (guard.isMarkable() && isAsked(guard)) {
                Map<EntityKey, MarkedRow> rows = rows(guard);
                if (!rows.isEmpty()) {
                    all.put(guard, rows);
                }
            }
        }
        return all;
    }

    /** Of what the scope names no owner of, nothing was marked in it; where the deletion has rows there nevertheless, the query refuses the scope. */
    private boolean isAsked(EntityGuard guard) {
        TenantScope scope = OpenScope.current().tenant().orElse(null);
        return scope == null
                || !guard.entity().isOwned()
                || guard.entity().isNamedBy(scope)
                || Statements.isMarkedBy(reading(), guard, deletion);
    }

    private Map<EntityKey, MarkedRow> rows(EntityGuard guard) {
        EntityPersister persister = guard.persister();
        String version = persister.isVersioned()
                ? "e." + persister.getVersionMapping().getVersionAttribute().getAttributeName()
                : "1";
        Map<EntityKey, MarkedRow> rows = new LinkedHashMap<>();
        List<Object[]> found = query(
                        "select id(e), type(e), " + version + " from " + EntityGuard.hqlName(persister) + " e where "
                                + marker(guard, "e") + " = :deletion",
                        Object[].class)
                .list();
        for (Object[] row : found) {
            EntityGuard own = Objects.requireNonNull(safety.guard(((Class<?>) row[1]).getName()));
            rows.put(
                    key(guard, row[0]),
                    new MarkedRow(own.persister(), row[0], persister.isVersioned() ? row[2] : null));
        }
        return rows;
    }

    List<UndoConflict> conflicts(Map<EntityGuard, Map<EntityKey, MarkedRow>> touched) {
        touched.forEach((guard, rows) -> {
            parents(guard, (parent, from, condition, hint) -> parentMarked(guard, parent, from, condition, hint));
            unitsMarked(guard);
            parentsMissing(guard);
            keysTaken(guard, rows.values());
            mapKeysTaken(guard);
        });
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
            parents(guard, (parent, from, condition, hint) -> query(
                            "select id(e), id(p) from " + from + " where " + marker(guard, "e") + " = :deletion and "
                                    + marker(parent, "p") + " = :deletion",
                            Object[].class)
                    .list()
                    .forEach(row -> parts.add(new Part(guard, row[0], parent, row[1]))));
        }
        return parts;
    }

    /** Gives each entity that rows may belong to, and where HQL finds a row, {@code e}, with the one it belongs to, {@code p}. */
    private void parents(EntityGuard guard, Parents each) {
        Set<String> seen = new HashSet<>();
        for (EntityGuard own : safety.hierarchy(guard.entity())) {
            references(own.persister(), (declaring, path, reference) -> {
                EntityGuard parent = safety.guard(reference.getAssociatedEntityName());
                boolean mayBeMarked = Referrers.keepsVisible(declaring, SafeEntity.lastPart(path));
                if (parent != null && parent.isMarkable() && !mayBeMarked && seen.add(path)) {
                    String attribute = own.name() + "." + path;
                    each.found(
                            parent,
                            EntityGuard.hqlName(own.persister()) + " e join e." + path + " p",
                            "",
                            safety.isRestricting(own.persister().getEntityName(), path)
                                    ? ", or declare @OnTargetMarked(KEEP_VISIBLE) on " + attribute
                                            + " where the row may be alive without it"
                                    : "");
                }
            });
        }
        metamodel().forEachCollectionDescriptor(collection -> {
            parents(guard, collection, each);
            parentsOfElements(guard, collection, each);
        });
    }

    /**
     * Is told of each entity that rows may belong to, where HQL finds both, which of those that are marked count, and what else can be done
     * about one.
     */
    private interface Parents {
        void found(EntityGuard parent, String from, String condition, String hint);
    }

    /** Is told of each to-one attribute. */
    private interface References {
        void found(Class<?> declaring, String path, EntityType reference);
    }

    /** The to-one attributes, in embeddables and in the key too: whose foreign key is in the row, or in the other. */
    private static void references(EntityPersister persister, References each) {
        references(persister, ForeignKeyDirection.FROM_PARENT, each);
    }

    private static void references(EntityPersister persister, ForeignKeyDirection direction, References each) {
        Type id = persister.getIdentifierType();
        String name = persister.getIdentifierPropertyName();
        if (id instanceof ComponentType component) {
            references(
                    name == null ? persister.getMappedClass() : component.getReturnedClass(),
                    name == null ? "" : name + ".",
                    component.getPropertyNames(),
                    component.getSubtypes(),
                    direction,
                    each);
        }
        references(
                persister.getMappedClass(),
                "",
                persister.getPropertyNames(),
                persister.getPropertyTypes(),
                direction,
                each);
    }

    private static void references(
            Class<?> declaring,
            String path,
            String[] names,
            Type[] types,
            ForeignKeyDirection direction,
            References each) {
        for (int i = 0; i < types.length; i++) {
            if (types[i] instanceof EntityType reference && reference.getForeignKeyDirection() == direction) {
                each.found(declaring, path + names[i], reference);
            } else if (types[i] instanceof ComponentType component) {
                boolean isKey = Referrers.isMapper(names[i]); // whose attributes are the entity's own
                references(
                        isKey ? declaring : component.getReturnedClass(),
                        isKey ? path : path + names[i] + ".",
                        component.getPropertyNames(),
                        component.getSubtypes(),
                        direction,
                        each);
            }
        }
    }

    /**
     * Rows that point at what is gone: of an entity whose rows are deleted for good, without a foreign key that would have refused it. A
     * row that is merely out of the scope is there.
     */
    private void parentsMissing(EntityGuard guard) {
        Set<String> seen = new HashSet<>();
        for (EntityGuard own : safety.hierarchy(guard.entity())) {
            references(own.persister(), (declaring, path, reference) -> {
                EntityGuard parent = safety.guard(reference.getAssociatedEntityName());
                if (parent != null
                        && reference.isReferenceToPrimaryKey()
                        && !reference.isNullable() // @NotFound(IGNORE)
                        // Hibernate finds no table for the key of a reference that is several attributes (@IdClass)
                        && !(parent.persister().getIdentifierMapping() instanceof NonAggregatedIdentifierMapping)
                        && seen.add(path)) {
                    query(
                                    "select id(e), id(e." + path + ") from "
                                            + EntityGuard.hqlName(own.persister()) + " e where " + marker(guard, "e")
                                            + " = :deletion and fk(e." + path
                                            + ") is not null and not exists (select 1 from "
                                            + EntityGuard.hqlName(parent.persister()) + " p where p = e." + path + ")",
                                    Object[].class)
                            .list()
                            .forEach(row -> parentMissing(guard, row[0], path, parent, row[1]));
                }
            });
        }
    }

    private void parentMissing(EntityGuard guard, Object id, String path, EntityGuard parent, Object parentId) {
        if (!Rows.existsAnywhere(reading(), parent, parentId)) {
            conflicts.add(new UndoConflict(
                    UndoConflict.Reason.PARENT_MISSING,
                    guard.name(),
                    id,
                    guard.name() + " " + id + " points at " + parent.name() + " " + parentId + " (" + path
                            + "), which no longer exists. Insert that row again first."));
        }
    }

    /**
     * An alive row, and a row of the deletion that comes back into one of its collections, as an element or a key, or into another of its
     * attributes; both by the roots of their hierarchies.
     */
    record Owned(EntityGuard owner, Object ownerId, EntityGuard element, Object elementId) {}

    /** Those of the collections that count for the versions of their owners. */
    List<Owned> versioned(Set<EntityGuard> touched) {
        return owned(
                touched,
                collection -> collection.isVersioned() && OwnerVersions.areOf(collection.getOwnerEntityPersister()));
    }

    /** The same of certain collections. */
    List<Owned> owned(Set<EntityGuard> touched, Predicate<CollectionPersister> which) {
        List<Owned> all = new ArrayList<>();
        metamodel().forEachCollectionDescriptor(collection -> {
            if (which.test(collection)) {
                EntityPersister persister = collection.getOwnerEntityPersister();
                String path =
                        collection.getRole().substring(persister.getEntityName().length() + 1);
                PluralAttributeMapping attribute = collection.getAttributeMapping();
                all.addAll(owned(touched, persister, "o." + path + " e", attribute.getElementDescriptor()));
                all.addAll(owned(touched, persister, "o." + path + " x join key(x) e", attribute.getIndexDescriptor()));
            }
        });
        return all;
    }

    /** The same of elements, or of keys of maps. */
    private List<Owned> owned(
            Set<EntityGuard> touched, EntityPersister persister, String join, @Nullable CollectionPart part) {
        return part instanceof EntityCollectionPart rows
                ? owned(
                        touched,
                        persister,
                        join,
                        rows.getAssociatedEntityMappingType().getRootEntityDescriptor())
                : List.of();
    }

    private List<Owned> owned(
            Set<EntityGuard> touched, EntityPersister persister, String join, EntityMappingType rootOfParts) {
        EntityGuard owner = safety.guard(persister.getRootEntityName());
        EntityGuard part = safety.guard(rootOfParts.getEntityName());
        if (owner == null || part == null || !touched.contains(part)) {
            return List.of();
        }
        return query(
                        "select id(o), id(e) from " + EntityGuard.hqlName(persister) + " o join " + join + " where "
                                + marker(part, "e") + " = :deletion"
                                + (owner.isMarkable() ? " and " + marker(owner, "o") + " is null" : ""),
                        Object[].class)
                .list()
                .stream()
                .map(row -> new Owned(owner, row[0], part, row[1]))
                .toList();
    }

    /** The same of one-to-one attributes whose column is in the other row. */
    List<Owned> ownedAlone(Set<EntityGuard> touched, Set<EntityPersister> owners) {
        List<Owned> all = new ArrayList<>();
        for (EntityPersister persister : owners) {
            references(persister, ForeignKeyDirection.TO_PARENT, (declaring, path, reference) -> {
                EntityPersister parts = metamodel().getEntityDescriptor(reference.getAssociatedEntityName());
                all.addAll(owned(touched, persister, "o." + path + " e", parts.getRootEntityDescriptor()));
            });
        }
        return all;
    }

    /** Rows that an owning one-to-one let go of as orphans. The link was a column of the other row, which nothing marked. */
    List<String> notes(Set<EntityGuard> touched) {
        List<String> notes = new ArrayList<>();
        for (EntityGuard guard : touched) {
            List<String> attributes = new ArrayList<>();
            StringBuilder unlinked = new StringBuilder();
            metamodel()
                    .forEachEntityDescriptor((EntityPersister owner) -> owning(owner, guard, (name, path) -> {
                        attributes.add(name);
                        unlinked.append(" and not exists (select 1 from " + EntityGuard.hqlName(owner) + " o where o."
                                + path + " = e)");
                    }));
            if (!attributes.isEmpty()) {
                query(
                                "select id(e) from " + EntityGuard.hqlName(guard.persister()) + " e where "
                                        + marker(guard, "e") + " = :deletion" + unlinked,
                                Object.class)
                        .list()
                        .forEach(id -> notes.add(guard.name() + " " + id + " comes back, and no "
                                + String.join(" or ", attributes)
                                + " refers to it: a link that is a column of the other row is not restored. Set the attribute after "
                                + "the undo."));
            }
        }
        if (!safety.settingNull().isEmpty()) {
            notes.addAll(new ReferencesSetToNull(reading()).notes(session, deletion));
        }
        return notes;
    }

    /** Gives the attributes of an entity, not those that it inherits, that own rows of another as parts. */
    private void owning(EntityPersister owner, EntityGuard parts, BiConsumer<String, String> each) {
        for (int i = 0; i < owner.getPropertyTypes().length; i++) {
            String attribute = owner.getPropertyNames()[i];
            boolean isInherited = owner.getSuperMappingType() != null
                    && owner.getSuperMappingType().findAttributeMapping(attribute) != null;
            if (!isInherited
                    && owner.getPropertyCascadeStyles()[i].hasOrphanDelete()
                    && owner.getPropertyTypes()[i] instanceof EntityType reference
                    && reference.getForeignKeyDirection() == ForeignKeyDirection.FROM_PARENT) {
                EntityGuard target = safety.guard(reference.getAssociatedEntityName());
                if (target != null && target.entity() == parts.entity()) {
                    each.accept(SafeEntity.simpleName(owner.getEntityName()) + "." + attribute, attribute);
                }
            }
        }
    }

    /** Where only the parent knows its children, through a column in their table or a join table. */
    private void parents(EntityGuard guard, CollectionPersister collection, Parents each) {
        if (!ParentLinks.are(collection)) {
            return;
        }
        EntityPersister owner = collection.getOwnerEntityPersister();
        EntityGuard parent = safety.guard(owner.getEntityName());
        EntityGuard child = safety.guard(collection.getElementPersister().getEntityName());
        String path = collection.getRole().substring(owner.getEntityName().length() + 1);
        if (parent != null && parent.isMarkable() && child != null && child.entity() == guard.entity()) {
            // a child may outlive its parent, and then came out of the state to which the undo returns
            String condition = " and " + marked(parent, "p", "deletedAt") + " >= " + marked(guard, "e", "deletedAt");
            each.found(parent, EntityGuard.hqlName(owner) + " p join p." + path + " e", condition, "");
        }
    }

    /** What the elements of a row's collection are made of points at rows like its attributes. */
    @SuppressWarnings("removal") // of the types of elements, which have no other way yet
    private void parentsOfElements(EntityGuard guard, CollectionPersister collection, Parents each) {
        EntityPersister owner = collection.getOwnerEntityPersister();
        EntityGuard own = safety.guard(owner.getEntityName());
        if (own == null || own.entity() != guard.entity()) {
            return;
        }
        String role = collection.getRole().substring(owner.getEntityName().length() + 1);
        if (collection.getElementType() instanceof ComponentType element) {
            parentsOfElements(own, role, element, each);
        }
    }

    private void parentsOfElements(EntityGuard own, String role, ComponentType type, Parents each) {
        references(
                type.getReturnedClass(),
                "",
                type.getPropertyNames(),
                type.getSubtypes(),
                ForeignKeyDirection.FROM_PARENT,
                (of, path, reference) -> {
                    EntityGuard parent = safety.guard(reference.getAssociatedEntityName());
                    if (parent != null
                            && parent.isMarkable()
                            && !Referrers.keepsVisible(of, SafeEntity.lastPart(path))) {
                        each.found(
                                parent,
                                EntityGuard.hqlName(own.persister()) + " e join e." + role + " c join c." + path + " p",
                                "",
                                safety.isRestricting(own.persister().getEntityName(), role + "." + path)
                                        ? ", or declare @OnTargetMarked(KEEP_VISIBLE) on " + own.name() + "." + role
                                                + "." + path + " where the row may be alive without it"
                                        : "");
                    }
                });
    }

    /** Nothing comes back into a site that is closed: the tenant's scope would write there. */
    private void unitsMarked(EntityGuard guard) {
        for (IdKind<?> kind : guard.entity().levels()) {
            EntityGuard units = kind.equals(guard.entity().unit()) ? null : safety.units(kind);
            if (units != null && units.isMarkable()) {
                String from = EntityGuard.hqlName(guard.persister()) + " e cross join "
                        + EntityGuard.hqlName(units.persister()) + " p";
                String owner = Rows.ownerExpression(guard.entity(), kind, "e");
                parentMarked(guard, units, from, " and id(p) = " + owner, "");
            }
        }
    }

    private void parentMarked(EntityGuard guard, EntityGuard parent, String from, String condition, String hint) {
        List<Object[]> found = query(
                        "select id(e), id(p), " + marker(parent, "p") + " from " + from + " where " + marker(guard, "e")
                                + " = :deletion and " + marker(parent, "p") + " <> :deletion" + condition,
                        Object[].class)
                .list();
        for (Object[] row : found) {
            if (!parentsNamed.add(List.of(key(guard, row[0]), key(parent, row[1])))) {
                continue; // several attributes lead to it
            }
            conflicts.add(new UndoConflict(
                    UndoConflict.Reason.PARENT_MARKED,
                    guard.name(),
                    row[0],
                    guard.name() + " " + row[0] + " belongs to " + parent.name() + " " + row[1]
                            + ", which was deleted by " + row[2] + ". Undo that deletion first" + hint + "."));
        }
    }

    private void keysTaken(EntityGuard guard, Collection<MarkedRow> rows) {
        for (List<String> key : guard.entity().keys()) {
            Set<Object> known = new HashSet<>();
            same(guard, key, " is null", (row, other) -> {
                known.add(row);
                return takenBy(guard, other);
            });
            same(guard, key, later(guard), (row, other) -> {
                known.add(row);
                return " are the same as those of " + guard.name() + " " + other + LATER;
            });
            TakenKeys taken = new TakenKeys(guard, key);
            if (taken.isAny(reading(), deletion)) {
                for (MarkedRow row : rows) {
                    if (!known.contains(row.id()) && taken.isTaken(reading(), deletion, row.id())) {
                        conflict(guard, row.id(), key, " was taken meanwhile by a row outside the open scope.");
                    }
                }
            }
        }
    }

    /** Rows with the same values as another of which a condition is true. */
    private void same(
            EntityGuard guard, List<String> key, String condition, BiFunction<Object, Object, String> sentence) {
        String equal = key.stream()
                .map(attribute -> "e." + attribute + " = o." + attribute)
                .collect(Collectors.joining(" and "));
        String name = EntityGuard.hqlName(guard.persister());
        query(
                        "select id(e), id(o) from " + name + " e join " + name + " o on " + equal + " and "
                                + marker(guard, "o") + condition + " where " + marker(guard, "e") + " = :deletion",
                        Object[].class)
                .list()
                .forEach(row -> conflict(guard, row[0], key, sentence.apply(row[0], row[1])));
    }

    private void conflict(EntityGuard guard, Object id, List<String> key, String sentence) {
        conflicts.add(new UndoConflict(
                UndoConflict.Reason.KEY_TAKEN,
                guard.name(),
                id,
                guard.name() + " " + id + " cannot come back: " + String.join(", ", key) + sentence));
    }

    private static String takenBy(EntityGuard guard, Object other) {
        return " was taken meanwhile by " + guard.name() + " " + other + ". Change or delete that one.";
    }

    /** True for another row that the same deletion marked later. */
    private static String later(EntityGuard guard) {
        return " = :deletion and e <> o and " + marked(guard, "o", "deletedAt") + " >= "
                + marked(guard, "e", "deletedAt");
    }

    /** Where the elements of a map are found by a column in their table: two with one key would be one. */
    private void mapKeysTaken(EntityGuard guard) {
        LinkKeys.inElements(metamodel(), safety, guard.entity(), (element, both, holder) -> {
            sameKey(guard, both, " is null", holder, other -> takenBy(guard, other));
            sameKey(
                    guard,
                    both,
                    later(guard),
                    holder,
                    other -> " is the same as that of " + guard.name() + " " + other + LATER);
        });
    }

    private void sameKey(
            EntityGuard guard, String both, String condition, String holder, Function<Object, String> sentence) {
        query(
                        both + " and " + marker(guard, "e") + " = :deletion and " + marker(guard, "o") + condition,
                        Object[].class)
                .list()
                .forEach(row -> conflict(guard, row[0], List.of("its key in " + holder), sentence.apply(row[1])));
    }

    private org.hibernate.metamodel.spi.MappingMetamodelImplementor metamodel() {
        return session.getFactory()
                .unwrap(org.hibernate.engine.spi.SessionFactoryImplementor.class)
                .getMappingMetamodel();
    }

    private SharedSessionContractImplementor reading() {
        return (SharedSessionContractImplementor) session;
    }

    /** Keys that have references in them need not be equal to themselves when they are read again; these are. */
    private EntityKey key(EntityGuard guard, Object id) {
        return reading().generateEntityKey(id, guard.persister());
    }

    private static String marker(EntityGuard guard, String alias) {
        return marked(guard, alias, "deletionId");
    }

    private static String marked(EntityGuard guard, String alias, String part) {
        SafeEntity.Marking marking = Objects.requireNonNull(guard.entity().marking());
        return alias + "." + marking.attribute() + "." + part;
    }

    private <R> SelectionQuery<R> query(String hql, Class<R> type) {
        return session.createSelectionQuery(hql, type).setParameter("deletion", deletion);
    }
}
