package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.scope.TenantScope;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.RootClass;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an entity hierarchy: the owner of its rows, and whether a delete is a mark. Made from the mapping when the
 * session factory is built, unchanged from then on.
 */
final class SafeEntity {

    private final RootClass mapping;
    private final List<OwnerColumn> owners;
    private final @Nullable OwnerPath path;
    private final @Nullable Marking marking;
    private final List<List<String>> keys;
    private final boolean open;
    private @Nullable IdKind<?> unit;
    private boolean visible;

    /**
     * An attribute that holds an owner.
     *
     * @param kind the owner's kind
     * @param attribute the attribute
     * @param column its column, quoted where the database needs it
     */
    record OwnerColumn(IdKind<?> kind, String attribute, String column) {}

    /**
     * A to-one attribute that leads to the owner.
     *
     * @param attribute the attribute
     * @param columns its foreign key columns
     * @param target what it leads to
     */
    record OwnerPath(String attribute, List<String> columns, SafeEntity target) {}

    /**
     * Where the tombstone is.
     *
     * @param attribute the attribute of type Tombstone
     * @param deletedAt the column of the time, which is null in rows that are alive
     * @param deletionId the column of the deletion
     */
    record Marking(String attribute, String deletedAt, String deletionId) {}

    SafeEntity(
            RootClass mapping,
            List<OwnerColumn> owners,
            @Nullable OwnerPath path,
            @Nullable Marking marking,
            List<List<String>> keys,
            boolean open) {
        this.mapping = mapping;
        this.owners = List.copyOf(owners);
        this.path = path;
        this.marking = marking;
        this.keys = List.copyOf(keys);
        this.open = open;
    }

    /** This is where units of a kind have their own row: the customers, the sites. */
    void isUnitOf(IdKind<?> kind) {
        unit = kind;
    }

    /** Marked rows can still be seen through attributes that say so. */
    void staysVisible() {
        visible = true;
    }

    boolean isVisibleWhenMarked() {
        return visible;
    }

    RootClass mapping() {
        return mapping;
    }

    String name() {
        return simpleName(mapping);
    }

    /** The entity that a class belongs to; null for a class that is not known. */
    static @Nullable SafeEntity of(Map<String, SafeEntity> entities, @Nullable PersistentClass mapping) {
        return mapping == null ? null : entities.get(mapping.getRootClass().getEntityName());
    }

    static String simpleName(PersistentClass mapping) {
        return simpleName(mapping.getEntityName());
    }

    /** The owner of a collection and the path of its attribute: {@code Project.labels}. */
    static String simpleName(Collection collection) {
        return simpleName(collection.getOwner())
                + collection.getRole().substring(collection.getOwnerEntityName().length());
    }

    static String simpleName(String entityName) {
        String name = lastPart(entityName);
        return name.substring(name.lastIndexOf('$') + 1);
    }

    /** The attribute at the end of a path, or of the role of a collection. */
    static String lastPart(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    List<OwnerColumn> owners() {
        return owners;
    }

    @Nullable
    OwnerPath path() {
        return path;
    }

    @Nullable
    Marking marking() {
        return marking;
    }

    /** The attributes of each key that is unique among the rows that are alive. */
    List<List<String>> keys() {
        return keys;
    }

    /** The kind whose units have their own row here, or null. */
    @Nullable
    IdKind<?> unit() {
        return unit;
    }

    /** Shared or unowned. */
    boolean isOpen() {
        return open;
    }

    /** The kinds on which a row here may be owned; empty if it is open to all. */
    Set<IdKind<?>> levels() {
        Set<IdKind<?>> levels = new LinkedHashSet<>();
        owners.forEach(owner -> levels.add(owner.kind()));
        if (unit != null) {
            levels.add(unit);
        }
        if (path != null) {
            levels.addAll(path.target().levels());
        }
        return levels;
    }

    boolean isOwned() {
        return !open;
    }

    /** Whether a scope names an owner on one of the levels, and so tells rows of one owner from those of others. */
    boolean isNamedBy(TenantScope scope) {
        for (OwnerColumn owner : owners) { // asked for each row that is read: no stream
            if (isLevel(scope, owner.kind())) {
                return true;
            }
        }
        return (unit != null && isLevel(scope, unit))
                || (path != null && path.target().isNamedBy(scope));
    }

    private static boolean isLevel(TenantScope scope, IdKind<?> kind) {
        for (TypedId<?> level : scope.levels()) {
            if (level.kind().type() == kind.type()) {
                return true;
            }
        }
        return false;
    }

    /** Whether a row says itself, and does not merely point at what says it, who owns it on a level. */
    boolean isOwnLevel(IdKind<?> kind) {
        return kind.equals(unit)
                || owners.stream().anyMatch(owner -> owner.kind().equals(kind));
    }

    /** Whether rows here have an owner on a level that those of another entity have not: a scope that sees one of these may not see them. */
    boolean mayHideFrom(SafeEntity other) {
        return isOwned() && !(other.isOwned() && other.levels().containsAll(levels()));
    }

    /** Whether a scope that sees a row of another entity may not see all rows here that are linked to it: those of another site, which were so in the tenant's scope. */
    boolean mayHideLinked(SafeEntity other) {
        return mayHideFrom(other) || levels().size() > 1;
    }

    /**
     * Whether a row here that points at one of another entity may be of another owner than that one, or hidden from a scope that sees
     * that one. On one level they have the same owner; on several, a row of one site may point at one of another.
     */
    boolean mayPartFrom(SafeEntity target) {
        return isOwned()
                && !(target.isOwned() && levels().size() == 1 && target.levels().equals(levels()));
    }

    /** Whether an attribute leads to the owner, so that a row has the owners of what it points at, and none of its own. */
    boolean isPath(@Nullable String attribute) {
        return path != null && owners.isEmpty() && path.attribute().equals(attribute);
    }
}
