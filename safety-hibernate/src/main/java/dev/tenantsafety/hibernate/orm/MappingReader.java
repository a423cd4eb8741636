package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.DeletionRecord;
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
import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.IllegalIdKindException;
import dev.tenantsafety.id.TypedId;
import java.lang.reflect.AnnotatedElement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.annotations.TenantId;
import org.hibernate.boot.Metadata;
import org.hibernate.dialect.Dialect;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.Component;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.RootClass;
import org.hibernate.mapping.Selectable;
import org.hibernate.mapping.ToOne;
import org.hibernate.mapping.Value;
import org.jspecify.annotations.Nullable;

/** Reads from the mapping whose the rows of each entity are. What is not said is a problem, never a guess. */
final class MappingReader {

    private static final String ENVERS = "org.hibernate.envers.";

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
        return entities;
    }

    /** Where the ID of an entity is of a kind that owns rows, its rows are the units of that kind. */
    private void assignUnits() {
        List<IdKind<?>> levels = entities.values().stream()
                .flatMap(entity -> entity.owners().stream())
                .<IdKind<?>>map(OwnerColumn::kind)
                .distinct()
                .toList();
        for (SafeEntity entity : entities.values()) {
            Property id = entity.mapping().getIdentifierProperty();
            if (id != null && !entity.isOpen()) {
                kindOf(id).filter(levels::contains).ifPresent(entity::isUnitOf);
            }
        }
        for (SafeEntity entity : entities.values()) {
            if (entity.isOwned() && entity.levels().isEmpty()) {
                problems.add(undeclared(entity.mapping()));
            }
        }
    }

    private @Nullable SafeEntity entity(RootClass root) {
        SafeEntity known = entities.get(root.getEntityName());
        if (known != null) {
            return known;
        }
        if (beingRead.contains(root.getEntityName())) {
            problems.add("@OwnedThrough leads in a circle: " + String.join(" → ", beingRead) + ". One of them must be "
                    + "@OwnedBy somebody.");
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
            problems.add(name
                    + " is declared to be for all (@Shared or @Unowned) and to have an owner. Remove one of them.");
        }
        return new SafeEntity(root, owners, path, marking(root, type), keys(root, type), open);
    }

    /** Entities without a class are made by extensions of Hibernate, such as Envers, which brings some with a class too. */
    private static boolean isOfNobody(@Nullable Class<?> type) {
        return type == null || type == DeletionRecord.class || type.getName().startsWith(ENVERS);
    }

    private boolean isOpen(String name, Class<?> type) {
        Shared shared = type.getAnnotation(Shared.class);
        Unowned unowned = type.getAnnotation(Unowned.class);
        if ((shared != null && shared.value().isBlank())
                || (unowned != null && unowned.value().isBlank())) {
            problems.add(name + " is for all or nobody's, but does not say why: give the annotation a reason.");
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
        AnnotatedElement member = Members.of(type, property.getName());
        return member != null
                && (member.isAnnotationPresent(OwnedBy.class) || member.isAnnotationPresent(TenantId.class));
    }

    private Optional<OwnerColumn> owner(RootClass root, Property property, List<OwnerColumn> before) {
        String where = SafeEntity.simpleName(root) + "." + property.getName();
        IdKind<?> kind = kindOf(property).orElse(null);
        if (kind == null) {
            problems.add(where
                    + " says whose the row is, but its type is no ID of a known kind. Give it a TypedId, and make "
                    + "its kind known with an IdKindProvider.");
            return Optional.empty();
        }
        if (before.stream().anyMatch(owner -> owner.kind().equals(kind))) {
            problems.add(
                    where + " is the second owner of kind " + kind.prefix() + ". Keep @OwnedBy on the one that owns.");
            return Optional.empty();
        }
        String column = columns(property.getValue()).get(0);
        return Optional.of(new OwnerColumn(kind, property.getName(), column));
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
        OwnedThrough through = type == null ? null : type.getAnnotation(OwnedThrough.class);
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
            problems.add(where
                    + " is to lead to the owner (@OwnedThrough), but is no to-one attribute with a foreign key of "
                    + "its own. Name the attribute that is.");
            return null;
        }
        if (property.isOptional()) {
            problems.add(where + " leads to the owner and may be null: such a row would be nobody's. Make it "
                    + "@ManyToOne(optional = false).");
        }
        PersistentClass target = metadata.getEntityBinding(toOne.getReferencedEntityName());
        SafeEntity entity = target == null ? null : entity(target.getRootClass());
        if (entity == null) {
            return null;
        }
        if (entity.isOpen()) {
            problems.add(where + " is to lead to the owner, but " + entity.name() + " has none itself.");
            return null;
        }
        return new OwnerPath(property.getName(), columns(toOne), entity);
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
                    name + " is SoftDeletable and has " + tombstones.size() + " attributes of type Tombstone; it needs "
                            + "one, in the root of its hierarchy: @Embedded Tombstone tombstone;");
            return null;
        }
        if (!declared) {
            if (!tombstones.isEmpty()) {
                problems.add(name + " has a Tombstone but is not SoftDeletable, so nothing would ever set it. Add "
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
            for (UniqueAlive key : type.getAnnotationsByType(UniqueAlive.class)) {
                List<String> attributes = List.of(key.value());
                if (attributes.isEmpty() || !known.containsAll(attributes)) {
                    problems.add(SafeEntity.simpleName(root) + " is @UniqueAlive(" + String.join(", ", attributes)
                            + "), which names none, or not only, attributes of the root of its hierarchy. Those are: "
                            + String.join(", ", known) + ".");
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
            problems.add(name + " is SoftDeletable, but the root of its hierarchy, " + SafeEntity.simpleName(root)
                    + ", is not. Move \"implements SoftDeletable\" and the Tombstone there.");
        }
        for (Property property : mapping.getProperties()) {
            if (isOwner(type, property)) {
                problems.add(name + "." + property.getName()
                        + " says whose the row is; that must be said in the root of the " + "hierarchy, "
                        + SafeEntity.simpleName(root) + ".");
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

    private static String undeclared(RootClass mapping) {
        String name = SafeEntity.simpleName(mapping);
        return "Nobody said whose the rows of " + name + " are. Add to the class one of:  @OwnedBy TenantId tenant;"
                + "  @OwnedThrough(\"…\")" + suggestions(mapping) + "  @Shared(\"why\")  @Unowned(\"why\")";
    }

    private static String suggestions(RootClass mapping) {
        List<String> names = mapping.getProperties().stream()
                .filter(property -> property.getValue() instanceof ToOne && !property.isOptional())
                .map(Property::getName)
                .toList();
        return names.isEmpty() ? "" : " (perhaps " + String.join(" or ", names) + ")";
    }
}
