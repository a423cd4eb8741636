package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.OnTargetMarked;
import dev.tenantsafety.hibernate.ReferrerAction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.boot.Metadata;
import org.hibernate.mapping.BasicValue;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.Component;
import org.hibernate.mapping.KeyValue;
import org.hibernate.mapping.OneToMany;
import org.hibernate.mapping.OneToOne;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.Table;
import org.hibernate.mapping.ToOne;
import org.hibernate.mapping.UnionSubclass;
import org.hibernate.mapping.Value;
import org.jspecify.annotations.Nullable;

/** Reads from the mapping which to-one attributes point at entities that can be marked, and what a mark does about each. */
final class Referrers {

    private static final String IDENTIFIER_MAPPER = "_identifierMapper";

    private final Metadata metadata;
    private final Map<String, SafeEntity> entities;
    private final List<String> problems;
    private final Set<Object> cascaded = new HashSet<>();
    private final Map<String, List<ReferringAttribute>> byTarget = new LinkedHashMap<>();
    private final Map<SafeEntity, List<Showing>> showing = new LinkedHashMap<>();

    /**
     * A to-one attribute that points at an entity that can be marked.
     *
     * @param entity the entity that has the attribute, or the subclass that declares it
     * @param source what is known of that entity
     * @param attribute the path
     * @param join what HQL joins to the entity, {@code e}, to come to what it points at
     * @param target the class that it points at
     * @param action what a mark of the target does
     */
    record ReferringAttribute(
            String entity, SafeEntity source, String attribute, String join, Class<?> target, ReferrerAction action) {

        String where() {
            return SafeEntity.simpleName(entity) + "." + attribute;
        }
    }

    /**
     * An attribute through which marked rows stay visible.
     *
     * @param table the table that it is in
     * @param columns its foreign key
     * @param targets the columns that the key is of
     */
    record Showing(Table table, List<Column> columns, List<Column> targets) {}

    private Referrers(Metadata metadata, Map<String, SafeEntity> entities, List<String> problems) {
        this.metadata = metadata;
        this.entities = entities;
        this.problems = problems;
    }

    static Referrers read(Metadata metadata, Map<String, SafeEntity> entities, List<String> problems) {
        Referrers referrers = new Referrers(metadata, entities, problems);
        metadata.getEntityBindings().forEach(referrers::cascades);
        metadata.getEntityBindings().forEach(referrers::referrers);
        metadata.getEntityBindings().forEach(referrers::inverses);
        return referrers;
    }

    /** Whether a name is that of no attribute, but of what holds those that are the entity's key (@IdClass), which may have none. */
    static boolean isMapper(@Nullable String name) {
        return name == null || name.startsWith(IDENTIFIER_MAPPER);
    }

    /** Whether a row may be alive while what this attribute of it points at is marked. */
    static boolean keepsVisible(@Nullable Class<?> type, String attribute) {
        OnTargetMarked declared = Members.find(type, attribute, OnTargetMarked.class);
        return declared != null && declared.value() == ReferrerAction.KEEP_VISIBLE;
    }

    /** The attributes to look at, by the root of the hierarchy that they point at. */
    Map<String, List<ReferringAttribute>> byTarget() {
        return byTarget;
    }

    /** The attributes that are set to null by the mark of what they point at. */
    List<ReferringAttribute> settingNull() {
        return byTarget.values().stream()
                .flatMap(List::stream)
                .filter(referrer -> referrer.action() == ReferrerAction.SET_NULL)
                .toList();
    }

    /** The attributes that refuse the mark of what they point at: entity name, dot and path. */
    Set<String> restricting() {
        return byTarget.values().stream()
                .flatMap(List::stream)
                .filter(referrer -> referrer.action() == ReferrerAction.RESTRICT)
                .map(referrer -> referrer.entity() + "." + referrer.attribute())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The attributes that go on showing rows of an entity that are marked. */
    List<Showing> showing(SafeEntity entity) {
        return showing.getOrDefault(entity, List.of());
    }

    /** Nothing tells the join of an inverse one-to-one from that of an attribute that points. */
    private void inverses(PersistentClass mapping) {
        for (Property property : mapping.getProperties()) {
            if (property.getValue() instanceof OneToOne one && !one.isConstrained()) {
                PersistentClass target = metadata.getEntityBinding(one.getReferencedEntityName());
                SafeEntity entity = SafeEntity.of(entities, target);
                if (entity != null && showing.containsKey(entity)) {
                    problems.add(
                            SafeEntity.simpleName(mapping) + "." + property.getName() + " is an inverse one-to-one to "
                                    + entity.name()
                                    + ", whose marked rows stay visible (KEEP_VISIBLE), and would show them too. "
                                    + "Take it out and query " + entity.name() + ", or declare another action.");
                }
            }
        }
    }

    /** A column that children point at their parent with, where the parent removes them with itself. */
    private record CascadedKey(Table table, List<String> columns) {}

    /** The attribute that a one-to-one of the other side is the inverse of. */
    private record CascadedAttribute(String entity, String attribute) {}

    private void cascades(PersistentClass owner) {
        owner.getProperties().forEach(property -> cascades(property, property.getValue()));
    }

    private void cascades(Property property, Value value) {
        if (value instanceof Component component) {
            component.getProperties().forEach(part -> cascades(part, part.getValue()));
        } else if (removes(property)) {
            if (value instanceof Collection collection && collection.getElement() instanceof OneToMany many) {
                KeyValue key = collection.getKey();
                upwards(many.getReferencedEntityName())
                        .forEach(mapping -> cascaded.add(new CascadedKey(mapping.getTable(), names(key))));
            }
            if (value instanceof Collection collection && collection.getMappedByProperty() != null) {
                cascades(elements(collection), collection.getMappedByProperty());
            } else if (value instanceof OneToOne one && one.getMappedByProperty() != null) {
                cascades(one.getReferencedEntityName(), one.getMappedByProperty());
            }
        }
    }

    /** Wherever the columns of the attribute stand: in a secondary table or a join table too. */
    private void cascades(@Nullable String entity, String attribute) {
        upwards(entity).forEach(mapping -> cascaded.add(new CascadedAttribute(mapping.getEntityName(), attribute)));
    }

    private static @Nullable String elements(Collection collection) {
        Value element = collection.getElement();
        if (element instanceof OneToMany many) {
            return many.getReferencedEntityName();
        }
        return element instanceof ToOne one ? one.getReferencedEntityName() : null;
    }

    /** An entity and the classes that it extends. */
    private Stream<PersistentClass> upwards(@Nullable String entity) {
        return Stream.iterate(
                entity == null ? null : metadata.getEntityBinding(entity),
                mapping -> mapping != null,
                PersistentClass::getSuperclass);
    }

    static boolean removes(Property property) {
        String cascade = property.getCascade();
        return cascade != null && (cascade.contains("remove") || cascade.contains("delete") || cascade.contains("all"));
    }

    private static List<String> names(Value value) {
        return value.getColumns().stream().map(Column::getCanonicalName).toList();
    }

    private void referrers(PersistentClass mapping) {
        Class<?> type = mapping.getMappedClass();
        SafeEntity source = SafeEntity.of(entities, mapping);
        if (type == null || source == null) {
            return; // made by an extension of Hibernate
        }
        if (mapping.getSuperclass() == null) {
            key(mapping, source, type);
        }
        for (Property property : mapping.getProperties()) {
            if (!isMapper(property.getName()) && !InverseOneToOne.isInJoinTable(property)) {
                attribute(mapping, source, property, type, Path.OF_ENTITY);
            }
        }
    }

    /** Where the entity itself has the attributes of its key (@IdClass), the mapper knows which of them are references. */
    private void key(PersistentClass mapping, SafeEntity source, Class<?> type) {
        Property id = mapping.getIdentifierProperty();
        Component mapper = mapping.getIdentifierMapper();
        if (id != null) {
            attribute(mapping, source, id, type, Path.OF_ENTITY);
        } else if (mapper != null) {
            mapper.getProperties().forEach(part -> attribute(mapping, source, part, type, Path.OF_ENTITY));
        }
    }

    /**
     * Where an attribute is.
     *
     * @param name as people write it
     * @param join as HQL joins it
     */
    private record Path(String name, String join) {

        static final Path OF_ENTITY = new Path("", "e.");

        Path to(String attribute) {
            return new Path(name + attribute, join + attribute);
        }

        Path inside() {
            return new Path(name + ".", join + ".");
        }

        /** The elements of a collection are joined under a name of their own. */
        Path elements() {
            return new Path(name + ".", join + " c join c.");
        }
    }

    private void attribute(PersistentClass mapping, SafeEntity source, Property property, Class<?> type, Path prefix) {
        Path path = prefix.to(property.getName());
        Value value = property.getValue();
        OnTargetMarked declared = Members.find(type, property.getName(), OnTargetMarked.class);
        if (value instanceof Component component) {
            component
                    .getProperties()
                    .forEach(part -> inverseInEmbeddable(path.inside().to(part.getName()), mapping, part));
            parts(mapping, source, component, type, path.inside());
        }
        if (value instanceof Collection collection && collection.getElement() instanceof Component element) {
            parts(mapping, source, element, type, path.elements());
        }
        String where = SafeEntity.simpleName(mapping) + "." + path.name();
        if (value instanceof ToOne toOne && (!(toOne instanceof OneToOne one) || one.isConstrained())) {
            toOne(mapping, source, toOne, path, declared == null ? null : declared.value());
        } else if (declared != null) {
            problems.add(where
                    + " has @OnTargetMarked, but is no to-one attribute with a foreign key of its own. Put it on the "
                    + "attribute that points.");
        }
    }

    /** With filters in force Hibernate takes the entity's own key for a foreign key there, and no row with a hidden partner can be found. */
    private void inverseInEmbeddable(Path path, PersistentClass mapping, Property part) {
        SafeEntity target = part.getValue() instanceof OneToOne one && !one.isConstrained()
                ? SafeEntity.of(entities, metadata.getEntityBinding(one.getReferencedEntityName()))
                : null;
        if (target != null) {
            problems.add(SafeEntity.simpleName(mapping) + "." + path.name()
                    + " is an inverse one-to-one in an embeddable, and where its "
                    + target.name() + " is hidden, no " + SafeEntity.simpleName(mapping)
                    + " could be found. Move it to the entity itself.");
        }
    }

    private void parts(PersistentClass mapping, SafeEntity source, Component component, Class<?> type, Path path) {
        Class<?> embeddable = component.isDynamic() ? null : component.getComponentClass();
        for (Property part : component.getProperties()) {
            attribute(mapping, source, part, embeddable == null ? type : embeddable, path);
        }
    }

    private void toOne(
            PersistentClass mapping, SafeEntity source, ToOne toOne, Path path, @Nullable ReferrerAction declared) {
        String where = SafeEntity.simpleName(mapping) + "." + path.name();
        PersistentClass target = metadata.getEntityBinding(toOne.getReferencedEntityName());
        SafeEntity entity = SafeEntity.of(entities, target);
        if (target == null || target.getMappedClass() == null || entity == null || entity.marking() == null) {
            if (declared != null) {
                problems.add(where + " has @OnTargetMarked, but rows of "
                        + SafeEntity.simpleName(toOne.getReferencedEntityName())
                        + " are never marked. Take it out, or make that entity SoftDeletable.");
            }
            return;
        }
        if (declared == ReferrerAction.CASCADE && source.marking() == null) {
            problems.add(where + " is @OnTargetMarked(CASCADE), but rows of " + SafeEntity.simpleName(mapping)
                    + " cannot be marked. Make that entity SoftDeletable, or declare another action.");
            return;
        }
        boolean isCascaded = isCascaded(mapping, toOne, path.name());
        if (entity.unit() != null && (source.levels().contains(entity.unit()) || (isCascaded && declared == null))) {
            if (declared != null) {
                problems.add(where + " has @OnTargetMarked, but marking a " + entity.name()
                        + " closes all that it owns, this entity too. Take it out.");
            }
            return; // what a unit owns is closed with it, and cascades from one are not followed
        }
        if (declared == ReferrerAction.KEEP_VISIBLE
                && source.path() != null
                && source.path().attribute().equals(path.name())) {
            problems.add(where
                    + " is the path to the owner (@OwnedThrough) and @OnTargetMarked(KEEP_VISIBLE), so a row would be seen whose owner row is "
                    + "marked, and could not be written. Declare another action, or give the row its own @OwnedBy.");
            return;
        }
        if (declared == ReferrerAction.KEEP_VISIBLE) {
            show(mapping, entity, target, toOne, where);
            return;
        }
        if (declared == ReferrerAction.SET_NULL && !isSettable(mapping, target, toOne, path.name())) {
            problems.add(
                    where
                            + " is @OnTargetMarked(SET_NULL), which needs a writable, optional to-one attribute of the entity "
                            + "itself, by the primary key of its target, and a key of one column on both sides. Declare another action.");
            return;
        }
        ReferrerAction standard =
                isCascaded && source.marking() != null ? ReferrerAction.CASCADE : ReferrerAction.RESTRICT;
        byTarget.computeIfAbsent(entity.mapping().getEntityName(), name -> new ArrayList<>())
                .add(new ReferringAttribute(
                        mapping.getEntityName(),
                        source,
                        path.name(),
                        path.join(),
                        target.getMappedClass(),
                        declared == null ? standard : declared));
    }

    private void show(PersistentClass mapping, SafeEntity entity, PersistentClass target, ToOne toOne, String where) {
        List<Column> targets = toOne.isReferenceToPrimaryKey()
                ? entity.mapping().getTable().getPrimaryKey().getColumns()
                : target.getReferencedProperty(toOne.getReferencedPropertyName())
                        .getColumns();
        boolean isInOneTable = mapping.getTable().isPhysicalTable()
                && !(mapping.getRootClass().hasSubclasses()
                        && mapping.getRootClass().getSubclasses().get(0) instanceof UnionSubclass);
        if (!isInOneTable || toOne.hasFormula() || toOne.getColumns().size() != targets.size()) {
            problems.add(
                    where
                            + " is @OnTargetMarked(KEEP_VISIBLE), which needs a foreign key in one table. Declare another action.");
            return;
        }
        showing.computeIfAbsent(entity, e -> new ArrayList<>())
                .add(new Showing(toOne.getTable(), toOne.getColumns(), targets));
    }

    private static boolean isSettable(PersistentClass mapping, PersistentClass target, ToOne toOne, String path) {
        Property property = path.indexOf('.') < 0 && mapping.hasProperty(path) ? mapping.getProperty(path) : null;
        return property != null
                && property.isUpdatable()
                && mapping.isMutable()
                && property.isOptional()
                && toOne.isNullable()
                && toOne.isReferenceToPrimaryKey()
                && !toOne.hasFormula()
                && toOne.getTable().equals(mapping.getTable()) // a row of another may go with its last value
                && mapping.getIdentifier() instanceof BasicValue
                && target.getIdentifier() instanceof BasicValue;
    }

    private boolean isCascaded(PersistentClass mapping, ToOne toOne, String path) {
        return cascaded.contains(new CascadedAttribute(mapping.getEntityName(), path))
                || (!toOne.hasFormula() && cascaded.contains(new CascadedKey(toOne.getTable(), names(toOne))));
    }
}
