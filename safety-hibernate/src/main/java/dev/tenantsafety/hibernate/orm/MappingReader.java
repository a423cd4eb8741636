package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.OwnedBy;
import dev.tenantsafety.hibernate.OwnedThrough;
import dev.tenantsafety.hibernate.Shared;
import dev.tenantsafety.hibernate.SoftDeletable;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.hibernate.UniqueAlive;
import dev.tenantsafety.hibernate.Unowned;
import dev.tenantsafety.hibernate.orm.SafeEntity.Marking;
import dev.tenantsafety.hibernate.orm.SafeEntity.OwnerColumn;
import dev.tenantsafety.hibernate.orm.SafeEntity.OwnerPath;
import dev.tenantsafety.id.AppId;
import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.IllegalIdKindException;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TypedId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.hibernate.annotations.TenantId;
import org.hibernate.boot.Metadata;
import org.hibernate.boot.spi.MetadataImplementor;
import org.hibernate.dialect.Dialect;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.Component;
import org.hibernate.mapping.ManyToOne;
import org.hibernate.mapping.OneToOne;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.RootClass;
import org.hibernate.mapping.Selectable;
import org.hibernate.mapping.ToOne;
import org.hibernate.mapping.Value;
import org.hibernate.type.BasicType;
import org.jspecify.annotations.Nullable;

/** Reads the owner of each entity from the mapping. An entity that declares none is a problem, never a guess. */
final class MappingReader {

    private static final String ENVERS = "org.hibernate.envers.";

    private static final String OUTSIDE_OF_ID = "Give the owner an attribute and a column of its own, or add a "
            + "@MapsId to-one attribute that leads to the owner and name it in @OwnedThrough.";

    /** The kinds that own rows by their name. */
    private static final Set<Class<?>> OURS = Set.of(dev.tenantsafety.id.TenantId.class, SiteId.class, AppId.class);

    private static final String TYPED =
            "Make the @Id a TypedId: a TenantId for uuid keys, or a record whose kind is made by IdKind.ofLong for bigint keys.";

    private final Dialect dialect;
    private final Metadata metadata;
    private final List<String> problems;
    private final Map<String, SafeEntity> entities = new LinkedHashMap<>();
    private final List<String> beingRead = new ArrayList<>();

    MappingReader(Metadata metadata, Dialect dialect, List<String> problems) {
        this.metadata = metadata;
        this.dialect = dialect;
        this.problems = problems;
    }

    /** All entities, by the name of the root of their hierarchy. */
    Map<String, SafeEntity> read() {
        for (PersistentClass mapping : metadata.getEntityBindings()) {
            if (mapping instanceof RootClass root) {
                entity(root);
            } else {
                checkSubclass(mapping);
            }
        }
        assignUnits();
        checkDeclared();
        return entities;
    }

    /** Where the ID of an entity is of a kind that owns rows, its rows are the units of that kind. */
    private void assignUnits() {
        Set<IdKind<?>> levels = new LinkedHashSet<>();
        for (SafeEntity entity : entities.values()) {
            entity.owners().forEach(owner -> levels.add(owner.kind()));
            rootKind(entity).ifPresent(levels::add);
        }
        for (SafeEntity entity : entities.values()) {
            Property id = entity.mapping().getIdentifierProperty();
            if (id != null && !entity.isOpen()) {
                kindOf(id).filter(levels::contains).ifPresent(entity::isUnitOf);
            }
        }
    }

    /** The kind whose owners are the rows of an entity, if it is declared so, or has no owner but its ID, of a kind of ours. */
    private Optional<IdKind<?>> rootKind(SafeEntity entity) {
        Class<?> type = entity.mapping().getMappedClass();
        Property id = entity.mapping().getIdentifierProperty();
        if (Declarations.isOwnerRoot(type)) {
            Optional<IdKind<?>> kind = id == null ? Optional.empty() : kindOf(id);
            if (entity.isOpen()) {
                problems.add("Entity " + entity.name() + " is declared @OwnerRoot and to have no owner (@Shared or "
                        + "@Unowned). Remove one of the annotations.");
                return Optional.empty();
            }
            if (kind.isEmpty()) {
                problems.add(
                        "Entity " + entity.name() + " is declared @OwnerRoot, but its ID is not a TypedId. " + TYPED);
            }
            return kind;
        }
        boolean isUndeclared = !entity.isOpen() && entity.owners().isEmpty() && entity.path() == null;
        return isUndeclared && id != null && OURS.contains(id.getType().getReturnedClass())
                ? kindOf(id)
                : Optional.empty();
    }

    /** What is owned through an entity that lacks an owner lacks one as well; only the former is reported. */
    private void checkDeclared() {
        for (SafeEntity entity : entities.values()) {
            Class<?> type = entity.mapping().getMappedClass();
            if (entity.isOwned()
                    && entity.levels().isEmpty()
                    && !Declarations.isOwnerRoot(type)
                    && Declarations.find(type, OwnedThrough.class) == null) {
                problems.add(undeclared(entity));
            }
        }
    }

    private @Nullable SafeEntity entity(RootClass root) {
        SafeEntity known = entities.get(root.getEntityName());
        if (known != null) {
            return known;
        }
        if (beingRead.contains(root.getEntityName())) {
            problems.add(
                    "@OwnedThrough leads in a circle: " + String.join(" → ", beingRead) + " → " + root.getEntityName()
                            + ". Add an @OwnedBy attribute to one of them, in place of its @OwnedThrough.");
            return null;
        }
        beingRead.add(root.getEntityName());
        SafeEntity read = read(root);
        beingRead.remove(root.getEntityName());
        entities.put(root.getEntityName(), read);
        return read;
    }

    private SafeEntity read(RootClass root) {
        Class<?> type = root.getMappedClass();
        List<OwnerColumn> owners = owners(root, type);
        OwnerPath path = path(root, type);
        String name = SafeEntity.simpleName(root);
        boolean open = isOfNobody(type) || isOpen(name, type);
        if (open && !(owners.isEmpty() && path == null)) {
            problems.add(
                    "Entity " + name
                            + " is declared to have no owner (@Shared or @Unowned) and to have one. Remove one of the annotations.");
        }
        checkAnnotations(root, type, owners);
        return new SafeEntity(root, owners, path, marking(root, type), keys(root, type), open);
    }

    /** Entities without a class are made by extensions of Hibernate, such as Envers, which brings some with a class too. */
    static boolean isOfNobody(@Nullable Class<?> type) {
        return type == null
                || Refusals.isRecord(type.getName())
                || type.getName().startsWith(ENVERS);
    }

    private boolean isOpen(String name, Class<?> type) {
        Shared shared = Declarations.find(type, Shared.class);
        Unowned unowned = Declarations.find(type, Unowned.class);
        if ((shared != null && shared.value().isBlank())
                || (unowned != null && unowned.value().isBlank())) {
            problems.add("Entity " + name + " is declared @" + (shared == null ? "Unowned" : "Shared")
                    + " without a reason. Give the annotation one.");
        }
        return shared != null || unowned != null;
    }

    private List<OwnerColumn> owners(RootClass root, @Nullable Class<?> type) {
        List<OwnerColumn> owners = new ArrayList<>();
        for (Property property : root.getProperties()) {
            if (isOwner(type, property)) {
                owner(root, property, owners).ifPresent(owners::add);
            }
        }
        if (owners.size() == 1) { // of several, a row may lack one
            root.getProperty(owners.get(0).attribute()).getColumns().forEach(column -> column.setNullable(false));
        }
        // as they are written, which is how people think of them; Hibernate has them by name
        owners.sort(Comparator.comparingInt(owner -> Members.position(type, owner.attribute())));
        return owners;
    }

    private static boolean isOwner(@Nullable Class<?> type, Property property) {
        return Members.has(type, property.getName(), OwnedBy.class)
                || Members.has(type, property.getName(), TenantId.class);
    }

    /** Annotations where nothing reads them would leave rows without the owner that they seem to have. */
    private void checkAnnotations(RootClass root, @Nullable Class<?> type, List<OwnerColumn> owners) {
        String name = SafeEntity.simpleName(root);
        for (String annotation : Declarations.onInterfaces(type)) {
            problems.add("Entity " + name + " implements an interface that is annotated " + annotation
                    + ", which has no effect there. Move the annotation to the class.");
        }
        List<String> attributes =
                root.getProperties().stream().map(Property::getName).toList();
        for (String attribute : Members.with(type, OwnedBy.class)) {
            if (!attributes.contains(attribute)) {
                problems.add(
                        "@OwnedBy on " + name + "." + attribute + " has no effect: the attribute "
                                + (isInIdentifier(root, attribute)
                                        ? "is a part of the ID. " + OUTSIDE_OF_ID
                                        : "is not persistent. Make it a persistent attribute of the entity, or remove the annotation."));
            }
        }
        for (OwnerColumn owner : owners) {
            if (Members.has(type, owner.attribute(), OwnedBy.class)
                    && root.getProperty(owner.attribute()).getValueGeneratorCreator() == null) {
                problems.add("@OwnedBy on " + name + "." + owner.attribute() + " has no effect, because Hibernate "
                        + "reads the annotations of this entity from "
                        + ("field".equals(root.getProperty(owner.attribute()).getPropertyAccessorName())
                                ? "fields. Move it to the field."
                                : "getters. Move it to the getter."));
            }
        }
        for (Property property : parts(root)) {
            if (property.getValue() instanceof Component component) {
                checkEmbedded(name + "." + property.getName(), component, property == root.getIdentifierProperty());
            }
        }
        for (Collection collection : metadata.getCollectionBindings()) {
            if (collection.getOwner() == root && collection.getElement() instanceof Component component) {
                checkEmbedded(SafeEntity.simpleName(collection), component, false);
            }
        }
    }

    private static List<Property> parts(RootClass root) {
        List<Property> parts = new ArrayList<>(root.getProperties());
        if (root.getIdentifierProperty() != null) {
            parts.add(root.getIdentifierProperty());
        }
        return parts;
    }

    private static boolean isInIdentifier(RootClass root, String attribute) {
        Property id = root.getIdentifierProperty();
        return (id != null && id.getName().equals(attribute))
                || (root.getIdentifier() instanceof Component component
                        && component.getProperties().stream()
                                .anyMatch(part -> part.getName().equals(attribute)));
    }

    private void checkEmbedded(String where, Component component, boolean isIdentifier) {
        if (component.isEmbedded()) {
            return; // the attributes of an @IdClass, which are the entity's own
        }
        Class<?> type = component.isDynamic() ? null : component.getComponentClass();
        for (String attribute : Members.with(type, OwnedBy.class)) {
            problems.add("@OwnedBy on " + where + "." + attribute + " is within an embeddable, where it has no effect. "
                    + (isIdentifier ? OUTSIDE_OF_ID : "Move the attribute to the entity itself."));
        }
        for (Property part : component.getProperties()) {
            if (part.getValue() instanceof Component nested) {
                checkEmbedded(where + "." + part.getName(), nested, isIdentifier);
            }
        }
    }

    /** Owners are compared with values of the kind's own type. */
    private boolean isStoredAsItsKind(BasicType<?> own, IdKind<?> kind) {
        BasicType<?> registered = ((MetadataImplementor) metadata)
                .getTypeConfiguration()
                .getBasicTypeRegistry()
                .getRegisteredType(kind.type().getName());
        return registered == null
                || (own.getJdbcType().getDefaultSqlTypeCode()
                                == registered.getJdbcType().getDefaultSqlTypeCode()
                        && Objects.equals(own.getValueConverter(), registered.getValueConverter()));
    }

    private Optional<OwnerColumn> owner(RootClass root, Property property, List<OwnerColumn> before) {
        String where = SafeEntity.simpleName(root) + "." + property.getName();
        IdKind<?> kind = kindOf(property).orElse(null);
        if (kind == null && property.getValue() instanceof ManyToOne) {
            problems.add(where
                    + " is declared as owner, but is an association. Take @OwnedBy off, and declare @OwnedThrough(\""
                    + property.getName() + "\") on the class.");
            return Optional.empty();
        }
        if (kind == null) {
            problems.add(
                    where + " is declared as owner, but its type ("
                            + property.getType().getReturnedClass().getSimpleName()
                            + ") is not a TypedId. Make it a TenantId, or a TypedId of a kind of your own that an IdKindProvider names.");
            return Optional.empty();
        }
        if (before.stream().anyMatch(owner -> owner.kind().equals(kind))) {
            problems.add(where + " is a second owner of kind " + kind.prefix() + ", beside "
                    + before.get(0).attribute() + ". Keep @OwnedBy on one of them.");
            return Optional.empty();
        }
        List<String> columns = columns(property.getValue());
        if (property.getType() instanceof BasicType<?> own && !isStoredAsItsKind(own, kind)) {
            problems.add(where + " is declared as owner, but is stored in another way than its kind, as "
                    + own.getJdbcType().getFriendlyName()
                    + ", so that owners are not found. Take its @JdbcTypeCode, @Convert or the like off.");
        }
        if (property.isLazy()) {
            problems.add(
                    where
                            + " is declared as owner, but is read when it is asked for, and a row must say whose it is. Take the FetchType.LAZY off.");
        }
        if (columns.size() != 1) {
            problems.add(where + " is declared as owner, but has no column (@Formula). Map it to a column.");
            return Optional.empty();
        }
        return Optional.of(new OwnerColumn(kind, property.getName(), columns.get(0)));
    }

    private Optional<IdKind<?>> kindOf(Property property) {
        Class<?> type = property.getType().getReturnedClass();
        if (!TypedId.class.isAssignableFrom(type)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Kinds.of(type));
        } catch (IllegalIdKindException e) {
            problems.add(e.getMessage());
            return Optional.empty();
        }
    }

    private @Nullable OwnerPath path(RootClass root, @Nullable Class<?> type) {
        OwnedThrough through = Declarations.find(type, OwnedThrough.class);
        if (through == null) {
            return null;
        }
        String where = SafeEntity.simpleName(root) + "." + through.value();
        Property property = root.getProperties().stream()
                .filter(candidate -> candidate.getName().equals(through.value()))
                .findFirst()
                .orElse(null);
        if (property == null
                || !(property.getValue() instanceof ToOne toOne)
                || columns(toOne).isEmpty()) {
            problems.add(where + " is declared as path to the owner (@OwnedThrough), but "
                    + (isInIdentifier(root, through.value())
                            ? "is a part of the ID. Add a @MapsId to-one attribute beside an @EmbeddedId, and name that."
                            : isByKey(property)
                                    ? "leads to the row with the same key, and Hibernate knows no foreign key column of it. "
                                            + "Declare it @MapsId @ManyToOne(optional = false, fetch = LAZY), which has the same column."
                                    : "is not a to-one attribute with a foreign key of its own." + candidates(root)));
            return null;
        }
        if (toOne.hasFormula() || !toOne.isReferenceToPrimaryKey()) {
            problems.add(where
                    + " is declared as path to the owner (@OwnedThrough), but does not refer to the primary key of "
                    + SafeEntity.simpleName(toOne.getReferencedEntityName())
                    + " by columns of its own. Remove its @JoinFormula or referencedColumnName.");
            return null;
        }
        if (property.isOptional()) {
            problems.add(
                    where + " is declared as path to the owner (@OwnedThrough) and is nullable, so a row may have no "
                            + "owner. Add @ManyToOne(optional = false).");
        }
        PersistentClass target = metadata.getEntityBinding(toOne.getReferencedEntityName());
        SafeEntity entity = target == null ? null : entity(target.getRootClass());
        if (entity == null) {
            return null;
        }
        if (entity.isOpen()) {
            problems.add(where + " is declared as path to the owner (@OwnedThrough), but " + entity.name()
                    + " has no owner (@Shared or @Unowned). Declare an owner for " + entity.name()
                    + ", or name another attribute.");
            return null;
        }
        return new OwnerPath(property.getName(), columns(toOne), entity);
    }

    /** A one-to-one that is the ID as well. */
    private static boolean isByKey(@Nullable Property property) {
        return property != null && property.getValue() instanceof OneToOne one && one.getMappedByProperty() == null;
    }

    private @Nullable Marking marking(RootClass root, @Nullable Class<?> type) {
        List<Property> tombstones = root.getProperties().stream()
                .filter(property -> property.getValue() instanceof Component component
                        && Tombstone.class.getName().equals(component.getComponentClassName()))
                .toList();
        boolean declared = type != null && SoftDeletable.class.isAssignableFrom(type);
        String name = SafeEntity.simpleName(root);
        if (declared && tombstones.size() != 1) {
            problems.add(
                    "Entity " + name + " is SoftDeletable and has " + tombstones.size()
                            + " attributes of type Tombstone. Declare one, in the root of the hierarchy: @Embedded Tombstone tombstone;");
            return null;
        }
        if (!declared) {
            if (!tombstones.isEmpty()) {
                problems.add("Entity " + name + " has a Tombstone but is not SoftDeletable, so nothing sets it. Add "
                        + "\"implements SoftDeletable\".");
            }
            return null;
        }
        Component component = (Component) tombstones.get(0).getValue();
        return new Marking(
                tombstones.get(0).getName(),
                columns(component.getProperty("deletedAt").getValue()).get(0),
                columns(component.getProperty("deletionId").getValue()).get(0));
    }

    private List<List<String>> keys(RootClass root, @Nullable Class<?> type) {
        List<List<String>> keys = new ArrayList<>();
        if (type != null) {
            List<String> known =
                    root.getProperties().stream().map(Property::getName).toList();
            for (UniqueAlive key : Declarations.keys(type)) {
                List<String> attributes = List.of(key.value());
                String where = "Entity " + SafeEntity.simpleName(root) + " is @UniqueAlive("
                        + String.join(", ", attributes) + ")";
                if (attributes.isEmpty() || !known.containsAll(attributes)) {
                    problems.add(
                            where + ", which names attributes that the root of the hierarchy does not have, or none. "
                                    + "Name some of: " + String.join(", ", known) + ".");
                } else if (!SoftDeletable.class.isAssignableFrom(type)) {
                    problems.add(where + ", which has no effect because the entity is not SoftDeletable. Use a unique "
                            + "constraint, or add \"implements SoftDeletable\".");
                }
                keys.add(attributes);
            }
        }
        return keys;
    }

    private void checkSubclass(PersistentClass mapping) {
        Class<?> type = mapping.getMappedClass();
        RootClass root = mapping.getRootClass();
        Class<?> rootType = root.getMappedClass();
        if (type == null || rootType == null) {
            return;
        }
        String name = SafeEntity.simpleName(mapping);
        if (SoftDeletable.class.isAssignableFrom(type) && !SoftDeletable.class.isAssignableFrom(rootType)) {
            problems.add("Entity " + name + " is SoftDeletable, but the root of its hierarchy, "
                    + SafeEntity.simpleName(root)
                    + ", is not. Move \"implements SoftDeletable\" and the Tombstone there.");
        }
        for (String annotation : Declarations.onSubclass(type)) {
            problems.add("Entity " + name + " is a subclass and annotated " + annotation
                    + ", which has no effect there. Move it to the root of the hierarchy, "
                    + SafeEntity.simpleName(root)
                    + (annotation.equals("@UniqueAlive") ? ", or create a partial unique index in a migration." : "."));
        }
        List<String> above = Members.with(rootType, OwnedBy.class);
        for (String attribute : Members.with(type, OwnedBy.class)) {
            if (!above.contains(attribute)) {
                problems.add("@OwnedBy on " + name + "." + attribute
                        + " has no effect in a subclass. Move the attribute to the root of the hierarchy, "
                        + SafeEntity.simpleName(root) + ".");
            }
        }
        for (Property property : mapping.getProperties()) {
            if (property.getValue() instanceof Component component) {
                checkEmbedded(name + "." + property.getName(), component, false);
            }
        }
    }

    private List<String> columns(Value value) {
        List<String> columns = new ArrayList<>();
        for (Selectable selectable : value.getSelectables()) {
            if (selectable instanceof Column column) {
                columns.add(column.getQuotedName(dialect));
            }
        }
        return columns;
    }

    private String undeclared(SafeEntity entity) {
        RootClass mapping = entity.mapping();
        Property id = mapping.getIdentifierProperty();
        List<String> parts = entities.values().stream()
                .filter(part -> part.path() != null && part.path().target() == entity)
                .map(SafeEntity::name)
                .toList();
        boolean isTyped =
                id != null && TypedId.class.isAssignableFrom(id.getType().getReturnedClass());
        String kind =
                isTyped ? kindOf(id).map(known -> ", of kind " + known.prefix()).orElse("") : "";
        return "Entity " + entity.name()
                + (parts.isEmpty() ? "" : ", the path to the owner of " + String.join(", ", parts) + ",")
                + " has no declared owner." + candidates(mapping)
                + " Add to the class one of:  @OwnedBy TenantId tenant; (the dev.tenantsafety.id one)"
                + "  @OwnedThrough(\"…\")  @Shared(\"why\")  @Unowned(\"why\")"
                + (isTyped || !parts.isEmpty() ? "  @OwnerRoot (each row is an owner itself" + kind + ")" : "")
                + (isTyped || parts.isEmpty() ? "" : ". For @OwnerRoot: " + TYPED);
    }

    private String candidates(RootClass mapping) {
        List<String> found = mapping.getProperties().stream()
                .filter(property -> property.getValue() instanceof ManyToOne)
                .map(property -> property.getName() + " → "
                        + SafeEntity.simpleName(((ManyToOne) property.getValue()).getReferencedEntityName())
                        + (property.isOptional() ? " (nullable)" : ""))
                .toList();
        return found.isEmpty()
                ? ""
                : (found.size() == 1 ? " Candidate: " : " Candidates: ") + String.join(", ", found) + ".";
    }
}
