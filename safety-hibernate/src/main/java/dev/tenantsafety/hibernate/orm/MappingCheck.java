package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.guard.SqlWords;
import dev.tenantsafety.id.IdKind.Backing;
import dev.tenantsafety.id.TypedId;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.hibernate.MappingException;
import org.hibernate.annotations.ConcreteProxy;
import org.hibernate.annotations.NotFoundAction;
import org.hibernate.annotations.OnDeleteAction;
import org.hibernate.annotations.SoftDelete;
import org.hibernate.boot.Metadata;
import org.hibernate.mapping.Any;
import org.hibernate.mapping.Array;
import org.hibernate.mapping.Bag;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.Component;
import org.hibernate.mapping.KeyValue;
import org.hibernate.mapping.ManyToOne;
import org.hibernate.mapping.OneToMany;
import org.hibernate.mapping.OneToOne;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.RootClass;
import org.hibernate.mapping.SimpleValue;
import org.hibernate.mapping.Subclass;
import org.hibernate.mapping.ToOne;
import org.hibernate.mapping.Value;
import org.hibernate.type.BasicType;
import org.jspecify.annotations.Nullable;

/** Finds mappings that lose rows or links in silence. Each problem names the attribute and the fix. */
final class MappingCheck {

    /** Words of an INSERT that is more than that. */
    private static final Set<String> MERGING =
            Set.of("conflict", "duplicate", "merge", "replace", "overwrite", "ignore", "update");

    private final Metadata metadata;
    private final Map<String, SafeEntity> entities;
    private final List<String> problems;

    MappingCheck(Metadata metadata, Map<String, SafeEntity> entities, List<String> problems) {
        this.metadata = metadata;
        this.entities = entities;
        this.problems = problems;
    }

    void check() {
        for (PersistentClass mapping : metadata.getEntityBindings()) {
            String name = SafeEntity.simpleName(mapping);
            checkInsert(mapping, name);
            if (isProtected(mapping)) {
                checkDeletion(mapping, name);
            }
            if (mapping instanceof Subclass subclass) {
                EnclosedFilter.open(subclass)
                        .forEach(filter -> problems.add(name + " has the filter " + filter.getName()
                                + ", whose condition has an OR, and Hibernate joins it by AND with the filters that keep rows "
                                + "apart. Put parentheses around the condition."));
            }
            checkConcreteProxy(mapping, name);
            checkView(mapping, name);
            Property id = mapping.getIdentifierProperty();
            if (id != null) {
                if (mapping instanceof RootClass) {
                    checkDeletes(mapping, id.getValue(), name + "." + id.getName());
                }
                checkTypes(id.getValue(), name + "." + id.getName());
                checkGeneration(mapping, id, name + "." + id.getName());
            }
            for (Property property : mapping.getProperties()) {
                boolean isKey = property.getValue() == mapping.getIdentifierMapper();
                checkProperty(mapping, property, property.getValue(), isKey ? name : name + "." + property.getName());
            }
        }
        for (Collection collection : metadata.getCollectionBindings()) {
            checkCollection(collection);
        }
    }

    /** Hibernate reads the class of a row past every filter, and fails a whole query where a filter hides it. */
    private void checkConcreteProxy(PersistentClass mapping, String name) {
        SafeEntity entity = SafeEntity.of(entities, mapping);
        if (mapping instanceof RootClass
                && mapping.getMappedClass() != null
                && mapping.getMappedClass().isAnnotationPresent(ConcreteProxy.class)
                && entity != null
                && (entity.isOwned() || entity.marking() != null)) {
            problems.add("Entity " + name
                    + " has @ConcreteProxy, so a reference to a row reads its class, also where the row is somebody else's or marked. "
                    + "Remove @ConcreteProxy.");
        }
    }

    /** Databases write through simple views (PostgreSQL documentation, "Updatable Views"), past what the tables' own entities declare. */
    private void checkView(PersistentClass mapping, String name) {
        if (mapping instanceof RootClass root
                && root.isMutable()
                && !isProtected(root)
                && root.getTable().getViewQuery() != null) {
            problems.add("Entity " + name
                    + " is a writable @View: a remove hard-deletes the rows of the table behind it. Add @Immutable.");
        }
    }

    private void checkGeneration(PersistentClass mapping, Property id, String where) {
        GeneratedValue generated = Members.find(mapping.getMappedClass(), id.getName(), GeneratedValue.class);
        if (mapping instanceof RootClass
                && generated != null
                && id.getType() instanceof BasicType<?> type
                && type.getJavaTypeDescriptor() instanceof TypedIdJavaType<?> typed) {
            GenerationType strategy = generated.strategy();
            Backing backing = typed.kind().backing();
            if (backing == Backing.TEXT) {
                problems.add(
                        where
                                + " is generated, but its kind is backed by a text. Remove @GeneratedValue and assign its IDs.");
            } else if (backing == Backing.UUID
                    && (strategy == GenerationType.SEQUENCE || strategy == GenerationType.TABLE)) {
                problems.add(where + " takes numbers (" + strategy
                        + "), but its kind is backed by a UUID. Use @GeneratedTypedId.");
            } else if (backing == Backing.NUMBER && strategy == GenerationType.UUID) {
                problems.add(where
                        + " takes UUIDs, but its kind is backed by a number. Use GenerationType.SEQUENCE or IDENTITY.");
            }
        }
    }

    private boolean isProtected(@Nullable PersistentClass mapping) {
        SafeEntity entity = SafeEntity.of(entities, mapping);
        return entity != null && entity.marking() != null;
    }

    /** An insert is looked at as one: what it changes of a row that is there, nobody looks at. */
    private void checkInsert(PersistentClass mapping, String name) {
        SafeEntity entity = SafeEntity.of(entities, mapping);
        String sql = mapping.getCustomSQLInsert();
        if (entity != null
                && (entity.isOwned() || entity.marking() != null)
                && sql != null
                && (mapping.isCustomInsertCallable()
                        || SqlWords.of(sql).stream().anyMatch(MERGING::contains))) {
            problems.add("Entity " + name
                    + " has an @SQLInsert that may change a row which is there, of somebody else or marked. Make it a plain INSERT, or call "
                    + "upsert(…) of a StatelessSession.");
        }
    }

    private void checkDeletion(PersistentClass mapping, String name) {
        if (mapping.getCustomSQLDelete() != null) {
            problems.add("Entity " + name
                    + " is SoftDeletable and has @SQLDelete, which hard-deletes the rows of its collections. Remove "
                    + "@SQLDelete (and @SQLRestriction); the mark is set and filtered without them.");
        }
        SafeEntity entity = SafeEntity.of(entities, mapping);
        SafeEntity.Marking marking = entity == null ? null : entity.marking();
        String restriction = mapping instanceof RootClass root ? root.getWhere() : null;
        if (marking != null
                && restriction != null
                && restriction
                        .toLowerCase(Locale.ROOT)
                        .contains(SqlWords.lastName(marking.deletedAt()).toLowerCase(Locale.ROOT))) {
            problems.add(
                    "Entity " + name + " is SoftDeletable and has @SQLRestriction(\"" + restriction
                            + "\"), which also hides marked rows from an undo. Remove @SQLRestriction; marked rows are filtered without it.");
        }
        if (mapping.getCustomSQLUpdate() != null) {
            problems.add("Entity " + name
                    + " is SoftDeletable and has @SQLUpdate, which also writes to rows that others have marked. Remove "
                    + "@SQLUpdate.");
        }
        if (mapping instanceof RootClass root
                && (!root.isMutable() || root.getTable().isSubselect())) {
            problems.add(
                    "Entity " + name + " is SoftDeletable and read-only (@Immutable or @Subselect), so Hibernate never "
                            + "writes the mark. Remove \"implements SoftDeletable\", or make the entity writable.");
        }
        Class<?> type = mapping.getMappedClass();
        if (type != null && type.isAnnotationPresent(SoftDelete.class)) {
            problems.add("Entity " + name
                    + " is SoftDeletable and has Hibernate's @SoftDelete, which cannot be undone by deletion, and is "
                    + "ignored on subclasses. Remove @SoftDelete.");
        } else if (mapping instanceof RootClass root && root.getStateManagementType() != null) {
            problems.add("Entity " + name
                    + " is SoftDeletable and has Hibernate's @Temporal or @Audited, which write its rows past every mark. Remove "
                    + "the annotation; Envers works.");
        }
    }

    private void checkProperty(PersistentClass owner, Property property, Value value, String where) {
        checkTypes(value, where);
        if (value instanceof Component component) {
            for (Property part : component.getProperties()) {
                checkProperty(owner, part, part.getValue(), where + "." + part.getName());
            }
        }
        if (value instanceof ToOne toOne) {
            checkToOne(owner, property, toOne, where);
        }
        if (value instanceof Any any) {
            checkAny(any, where);
        }
    }

    private void checkAny(Any any, String where) {
        Map<?, String> targets = any.getMetaValues();
        List<String> marked = metadata.getEntityBindings().stream()
                .filter(target -> isProtected(target)
                        && (targets == null || targets.isEmpty() || targets.containsValue(target.getEntityName())))
                .map(SafeEntity::simpleName)
                .sorted()
                .toList();
        if (!any.isLazy() && !marked.isEmpty()) {
            problems.add(where + " is fetched eagerly, so its row cannot be loaded once the "
                    + String.join(" or ", marked) + " it refers to is marked. Add fetch = FetchType.LAZY.");
        }
    }

    private void checkToOne(PersistentClass owner, Property property, ToOne toOne, String where) {
        PersistentClass target = metadata.getEntityBinding(toOne.getReferencedEntityName());
        boolean hasForeignKey = !(toOne instanceof OneToOne one) || one.isConstrained();
        SafeEntity referrer = SafeEntity.of(entities, owner);
        SafeEntity referred = SafeEntity.of(entities, target);
        if (referrer != null
                && referred != null
                && !isProtected(target)
                && toOne instanceof ManyToOne many
                && many.getNotFoundAction() == NotFoundAction.IGNORE
                && !referrer.isPath(attribute(owner, where))
                && referred.mayPartFrom(referrer)) {
            problems.add(where + " is @NotFound(IGNORE), so it is null while its " + referred.name()
                    + " is out of the scope that sees the row, and the next update of the row wipes the link. Remove @NotFound, and "
                    + "add fetch = FetchType.LAZY.");
        }
        if (isProtected(target) && hasForeignKey) {
            String name = SafeEntity.simpleName(target);
            if (!toOne.isLazy()) {
                problems.add(where + " is fetched eagerly, so a row whose " + name
                        + " is marked cannot be loaded, or loses its link. Add fetch = FetchType.LAZY.");
            }
            if (toOne instanceof ManyToOne many && many.getNotFoundAction() == NotFoundAction.IGNORE) {
                problems.add(where + " is @NotFound(IGNORE), so it is null while its " + name
                        + " is marked, and the next update of the row wipes the link. Remove @NotFound.");
            }
        }
        checkDeletes(owner, toOne, where);
        checkCascade(owner, property, target, where);
    }

    /** What points at a row, also as a part of a key, is removed or changed with it by the database. */
    private void checkDeletes(PersistentClass owner, Value value, String where) {
        if (value instanceof Component component) {
            for (Property part : component.getProperties()) {
                checkDeletes(owner, part.getValue(), where + "." + part.getName());
            }
        } else if (value instanceof ToOne toOne) {
            checkDeletes(
                    owner,
                    metadata.getEntityBinding(toOne.getReferencedEntityName()),
                    attribute(owner, where),
                    toOne.getOnDeleteAction(),
                    where,
                    "rows of " + SafeEntity.simpleName(owner.getRootClass()));
        }
    }

    /** The attribute by its path in the entity: one in an embeddable may be called as one of the entity. */
    private static String attribute(PersistentClass owner, String where) {
        return where.substring(SafeEntity.simpleName(owner).length() + 1);
    }

    private void checkDeletes(
            @Nullable PersistentClass referring,
            @Nullable PersistentClass removed,
            @Nullable String attribute,
            @Nullable OnDeleteAction action,
            String where,
            String rows) {
        if (action == OnDeleteAction.CASCADE && referring != null && isProtected(referring)) {
            problems.add(where + " is @OnDelete(CASCADE), so the database hard-deletes " + rows
                    + " past every mark. Remove @OnDelete; REMOVE cascades of the mapping mark.");
            return;
        }
        SafeEntity referrer = SafeEntity.of(entities, referring);
        SafeEntity target = SafeEntity.of(entities, removed);
        if (action == null
                || action == OnDeleteAction.NO_ACTION
                || action == OnDeleteAction.RESTRICT
                || referrer == null
                || target == null
                || referrer.isPath(attribute)
                || !referrer.mayPartFrom(target)) {
            return;
        }
        boolean removes = action == OnDeleteAction.CASCADE;
        problems.add(where + " is @OnDelete(" + action + "), so the database "
                + (removes ? "removes" : "changes") + " " + rows + " together with a " + target.name()
                + " that they point at, also those of others, which the scope does not see. Remove @OnDelete, and "
                + (removes ? "remove" : "change") + " the rows in the scopes that own them.");
    }

    /** A mark is undone, the rows that its cascade removed for good are not. */
    private void checkCascade(
            PersistentClass owner, Property property, @Nullable PersistentClass target, String where) {
        String cascade = property.getCascade();
        boolean removes = cascade != null
                && (cascade.contains("remove") || cascade.contains("delete") || cascade.contains("all"));
        if (removes && target != null && isProtected(owner) && !isProtected(target)) {
            String name = SafeEntity.simpleName(target);
            problems.add(where + " cascades REMOVE to " + name + ", whose rows are hard-deleted while "
                    + SafeEntity.simpleName(owner) + " is only marked. Make " + name
                    + " SoftDeletable, or remove the cascade.");
        }
        if (removes
                && target != null
                && !isProtected(owner)
                && isProtected(target)
                && isKeptByTarget(property.getValue())) {
            String name = SafeEntity.simpleName(target);
            problems.add(where + " cascades REMOVE to " + name + ", whose marked rows keep referring to the "
                    + SafeEntity.simpleName(owner)
                    + " that is hard-deleted: the delete fails by foreign key, or the rows "
                    + "lose their link. Make " + SafeEntity.simpleName(owner)
                    + " SoftDeletable too, or remove the cascade and orphanRemoval.");
        }
    }

    /** Whether the foreign key is in the rows that a cascade marks. */
    private static boolean isKeptByTarget(Value value) {
        return value instanceof Collection collection
                ? collection.isOneToMany()
                : value instanceof OneToOne one && !one.isConstrained();
    }

    private void checkBag(PersistentClass owner, @Nullable PersistentClass target, String where) {
        SafeEntity holder = SafeEntity.of(entities, owner);
        SafeEntity elements = SafeEntity.of(entities, target);
        String writes = where
                + " is a List in a join table, all of whose rows Hibernate writes anew with each change (user guide, \"Bags\"), and ";
        if (isProtected(target)) {
            problems.add(writes + "loses the links of marked rows. Make it a Set, or give it an @OrderColumn.");
        } else if (holder != null && elements != null && elements.mayHideFrom(holder)) {
            problems.add(
                    writes + "it may hold rows of " + elements.name() + " that the scope does not see. Make it a Set.");
        }
    }

    private void checkCollection(Collection collection) {
        PersistentClass owner = collection.getOwner();
        String where = SafeEntity.simpleName(collection);
        Value element = collection.getElement();
        PersistentClass target = null;
        if (element instanceof OneToMany many) {
            target = metadata.getEntityBinding(many.getReferencedEntityName());
        } else if (element instanceof ManyToOne many) {
            target = metadata.getEntityBinding(many.getReferencedEntityName());
        } else {
            checkElement(owner, element, where);
        }
        KeyValue key = collection.getKey();
        if (key.isCascadeDeleteEnabled() && (isProtected(owner) || isProtected(target))) {
            problems.add(where
                    + " is @OnDelete(CASCADE), so the database hard-deletes rows past every mark. Remove @OnDelete.");
        } else if (key instanceof SimpleValue columns) {
            checkDeletes(
                    target,
                    owner,
                    collection.getMappedByProperty(),
                    columns.getOnDeleteAction(),
                    where,
                    "rows of " + (target == null ? where : SafeEntity.simpleName(target.getRootClass())));
        }
        if (element instanceof ManyToOne many) { // a link goes with what it leads to
            checkDeletes(owner, target, null, many.getOnDeleteAction(), where, "links of " + where);
        }
        if (isProtected(target)
                && collection.isOneToMany()
                && collection.isIndexed()
                && collection.hasOrphanDelete()
                && collection instanceof org.hibernate.mapping.List) {
            problems.add(where
                    + " keeps its order in a column (@OrderColumn) and removes orphans: the positions move up, and an "
                    + "undo puts two elements in one place. Order by a column of the element (@OrderBy) instead.");
        }
        if (!collection.isOneToMany() && !collection.isInverse() && collection instanceof Bag) {
            checkBag(owner, target, where);
        }
        if (collection instanceof Array && isProtected(target)) {
            problems.add(
                    where
                            + " is an array of SoftDeletable entities, and loses the links of marked rows when it changes. Make it a List with an @OrderColumn.");
        }
        boolean isOtherSide = !collection.isOneToMany() && collection.isInverse() && collection instanceof Bag;
        if (isOtherSide && isProtected(target) && collection.getCacheConcurrencyStrategy() != null) {
            problems.add(where
                    + " is a List on the other side of a join table and cached, and Hibernate fails when it changes while a filter is on. "
                    + "Make it a Set, or remove its @Cache.");
        }
        Property property = property(owner, collection);
        if (property != null) {
            checkCascade(owner, property, target, where);
        }
    }

    /** What the elements of a collection are made of points at rows like the attributes of an entity. */
    private void checkElement(PersistentClass owner, Value element, String where) {
        if (element instanceof Component component) {
            for (Property part : component.getProperties()) {
                checkProperty(owner, part, part.getValue(), where + "." + part.getName());
            }
        } else if (element instanceof Any any) {
            checkAny(any, where);
        } else {
            checkTypes(element, where);
        }
    }

    private static @Nullable Property property(PersistentClass owner, Collection collection) {
        String path = collection.getRole().substring(owner.getEntityName().length() + 1);
        try {
            return owner.getRecursiveProperty(path);
        } catch (MappingException e) {
            return null; // it is synthetic
        }
    }

    /** A record that Hibernate has no type for is stored in its serialized form, without a word. */
    private void checkTypes(Value value, String where) {
        if (value instanceof Component component) {
            if (component.isEmbedded() || component.isKey()) {
                for (Property part : component.getProperties()) {
                    checkTypes(part.getValue(), where + "." + part.getName());
                }
            }
            return;
        }
        if (value instanceof SimpleValue simple
                && !(value instanceof ToOne)
                && simple.getType() instanceof BasicType<?> type
                && TypedId.class.isAssignableFrom(type.getJavaType())
                && !(type.getJavaTypeDescriptor() instanceof TypedIdJavaType)) {
            problems.add(where + " is a " + type.getJavaType().getSimpleName()
                    + ", whose kind no IdKindProvider names, so Hibernate would store it as a serialized object. Add the kind to "
                    + "an IdKindProvider (META-INF/services/dev.tenantsafety.id.IdKindProvider).");
        }
    }
}
