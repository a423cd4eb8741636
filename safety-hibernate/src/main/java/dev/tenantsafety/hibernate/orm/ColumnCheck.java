package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.orm.ColumnWriters.Place;
import dev.tenantsafety.hibernate.orm.ColumnWriters.Writer;
import jakarta.persistence.MapsId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hibernate.boot.Metadata;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.Component;
import org.hibernate.mapping.Join;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.RootClass;
import org.hibernate.mapping.Selectable;
import org.hibernate.mapping.Table;
import org.hibernate.mapping.ToOne;
import org.hibernate.mapping.Value;
import org.jspecify.annotations.Nullable;

/**
 * Finds columns of owners, paths, tombstones and versions that something else writes than the attribute that is looked at when
 * a row is written.
 */
final class ColumnCheck {

    private static final String READ_ONLY = "read-only (insertable = false, updatable = false)";

    private final Metadata metadata;
    private final Map<String, SafeEntity> entities;
    private final List<String> problems;
    private final ColumnWriters writers;

    /** The values that are looked at when a row is written, whichever entity's they are. */
    private final Set<Value> looked = Collections.newSetFromMap(new IdentityHashMap<>());

    ColumnCheck(Metadata metadata, Map<String, SafeEntity> entities, List<String> problems) {
        this.metadata = metadata;
        this.entities = entities;
        this.problems = problems;
        this.writers = new ColumnWriters(metadata);
    }

    void check() {
        for (SafeEntity entity : entities.values()) {
            attributes(entity).keySet().forEach(property -> leaves(property.getValue(), looked));
        }
        for (SafeEntity entity : entities.values()) {
            attributes(entity).forEach((property, role) -> check(entity, property, role));
        }
        checkTables();
        metadata.getCollectionBindings().forEach(this::checkJoinTable);
    }

    private static Map<Property, String> attributes(SafeEntity entity) {
        RootClass root = entity.mapping();
        Map<Property, String> attributes = new LinkedHashMap<>();
        entity.owners().forEach(owner -> attributes.put(root.getProperty(owner.attribute()), "owner (@OwnedBy)"));
        if (entity.path() != null) {
            attributes.put(root.getProperty(entity.path().attribute()), "path to the owner (@OwnedThrough)");
        }
        if (entity.marking() != null) {
            attributes.put(root.getProperty(entity.marking().attribute()), "Tombstone");
        }
        if (root.getVersion() != null && (entity.isOwned() || entity.marking() != null)) {
            attributes.put(root.getVersion(), "version");
        }
        return attributes;
    }

    private static void leaves(Value value, Set<Value> leaves) {
        if (value instanceof Component component) {
            component.getProperties().forEach(part -> leaves(part.getValue(), leaves));
        } else {
            leaves.add(value);
        }
    }

    private void check(SafeEntity entity, Property property, String role) {
        RootClass root = entity.mapping();
        String where = entity.name() + "." + property.getName();
        Set<Value> leaves = Collections.newSetFromMap(new IdentityHashMap<>());
        leaves(property.getValue(), leaves);
        boolean isVersion = property == root.getVersion();
        for (Value leaf : leaves) {
            if (!isVersion && !leaf.getTable().equals(root.getTable())) {
                problems.add(where + " is declared as " + role + " and mapped to the secondary table "
                        + leaf.getTable().getName() + ". Map it to the entity's own table, "
                        + root.getTable().getName() + ".");
                return;
            }
        }
        boolean isTombstone = entity.marking() != null
                && property.getName().equals(entity.marking().attribute());
        boolean isOfId = Members.has(root.getMappedClass(), property.getName(), MapsId.class);
        for (Value leaf : leaves) {
            List<Selectable> columns = leaf.getSelectables();
            for (int i = 0; i < columns.size(); i++) {
                if (columns.get(i) instanceof Column column) {
                    boolean writes = property.isInsertable()
                            && leaf.isColumnInsertable(i)
                            && (!isTombstone || (property.isUpdatable() && leaf.isColumnUpdateable(i)));
                    checkColumn(entity, where + " is declared as " + role, leaf, column, writes || isVersion, isOfId);
                    if (column.getCustomWrite() != null) {
                        problems.add(where + " is declared as " + role + ", but its column is written by an expression "
                                + "(@ColumnTransformer). Remove the expression.");
                    }
                } else {
                    problems.add(where + " is declared as " + role + ", but is computed by a formula, which nothing "
                            + "writes. Map it to a column.");
                }
            }
        }
    }

    private void checkColumn(
            SafeEntity entity, String declared, Value leaf, Column column, boolean writes, boolean isOfId) {
        List<Writer> others = writers.of(entity.mapping(), column, leaf).stream()
                .filter(writer -> writer.value() != leaf)
                .toList();
        List<Writer> unchecked = others.stream()
                .filter(writer -> !looked.contains(writer.value()))
                .filter(writer -> !(isOfId && writer.place() == Place.ID))
                .filter(writer -> !isCheckedLink(entity, leaf, writer))
                .toList();
        for (Writer writer : unchecked) {
            problems.add(declared + ", but its column " + column.getName() + " is "
                    + (writes ? "also " : "") + "written by " + writer.name() + ", which is not checked. "
                    + fix(entity, declared, writer, writes));
        }
        if (!writes && others.isEmpty()) {
            problems.add(declared + ", but is read-only, so nothing checks what its column " + column.getName()
                    + " gets. Remove insertable = false and updatable = false.");
        }
    }

    /** A link in a join table is looked at when it is written, and what it belongs to as well. */
    private static boolean isCheckedLink(SafeEntity entity, Value leaf, Writer writer) {
        SafeEntity.OwnerPath path = entity.path();
        return writer.place() == Place.COLLECTION
                && leaf instanceof ToOne
                && path != null
                && writer.target() != null
                && writer.target().getRootClass() == path.target().mapping();
    }

    private static String fix(SafeEntity entity, String declared, Writer writer, boolean writes) {
        String attribute = declared.substring(0, declared.indexOf(' '));
        String writable = writes ? "" : ", and " + attribute + " writable";
        return switch (writer.place()) {
            case ATTRIBUTE -> "Make " + writer.name() + " " + READ_ONLY + writable + ".";
            case ID ->
                "Give " + attribute
                        + " a column of its own, or add a @MapsId to-one attribute that leads to the owner and "
                        + "name it in @OwnedThrough.";
            case COLLECTION_KEY ->
                (entity.path() != null
                                        && writer.target()
                                                == entity.path().target().mapping()
                                ? "Add mappedBy = \"" + entity.path().attribute() + "\" to " + writer.name()
                                : "Make the @JoinColumn of " + writer.name() + " " + READ_ONLY)
                        + writable + ".";
            case COLLECTION ->
                "Map the table as the entity " + entity.name() + " only, and remove " + writer.name() + ".";
        };
    }

    /** What one entity keeps apart or marks, another on the same table must not show or delete. */
    private void checkTables() {
        Map<String, Set<SafeEntity>> tables = new LinkedHashMap<>();
        for (SafeEntity entity : entities.values()) {
            if (!MappingReader.isOfNobody(entity.mapping().getMappedClass())) {
                for (Table table : tables(entity.mapping())) {
                    tables.computeIfAbsent(ColumnWriters.name(table), name -> new LinkedHashSet<>())
                            .add(entity);
                }
            }
        }
        Set<List<SafeEntity>> seen = new LinkedHashSet<>();
        tables.forEach((table, sharing) -> {
            List<SafeEntity> all = new ArrayList<>(sharing);
            all.sort(Comparator.comparing(SafeEntity::name));
            for (int i = 1; i < all.size(); i++) {
                if (seen.add(List.of(all.get(0), all.get(i)))) {
                    checkSameTable(table, all.get(0), all.get(i));
                }
            }
        });
    }

    private static Set<Table> tables(RootClass root) {
        Set<Table> tables = new LinkedHashSet<>();
        List<PersistentClass> hierarchy = new ArrayList<>(List.of(root));
        hierarchy.addAll(root.getSubclasses());
        for (PersistentClass mapping : hierarchy) {
            tables.add(mapping.getTable());
            mapping.getJoins().stream().map(Join::getTable).forEach(tables::add);
        }
        tables.removeIf(table -> !table.isPhysicalTable());
        return tables;
    }

    private void checkSameTable(String table, SafeEntity one, SafeEntity other) {
        String both = "Entities " + one.name() + " and " + other.name() + " are mapped to the same table, " + table;
        boolean isPart = !ColumnWriters.name(one.mapping().getTable())
                .equals(ColumnWriters.name(other.mapping().getTable()));
        if (one.isOpen() != other.isOpen() || (!isPart && !owner(one).equals(owner(other)))) {
            problems.add(both + ", and declare different owners: " + owner(one) + " and " + owner(other)
                    + ". Declare the same owner for both.");
        }
        if ((one.marking() == null) != (other.marking() == null)) {
            SafeEntity marked = one.marking() == null ? other : one;
            SafeEntity unmarked = one.marking() == null ? one : other;
            problems.add(both + ", and only " + marked.name() + " is SoftDeletable: " + unmarked.name()
                    + " shows and hard-deletes marked rows. Make " + unmarked.name() + " SoftDeletable too.");
        }
    }

    private static String owner(SafeEntity entity) {
        if (entity.isOpen()) {
            return "none (@Shared or @Unowned)";
        }
        Set<String> owners = new TreeSet<>();
        entity.owners().forEach(owner -> owners.add(owner.kind().prefix() + " by " + owner.column()));
        SafeEntity.OwnerPath path = entity.path();
        if (path != null) {
            owners.add("the owner of " + path.target().name() + " by " + String.join(", ", path.columns()));
        }
        if (entity.unit() != null) {
            owners.add(entity.unit().prefix() + " by its ID");
        }
        return String.join("; ", owners);
    }

    /** Rows of a join table are read and deleted by the key of its owner, whoever else has them for an entity, or for another collection. */
    private void checkJoinTable(Collection collection) {
        if (!hasTableOfItsOwn(collection)) {
            return;
        }
        String table = ColumnWriters.name(collection.getCollectionTable());
        SafeEntity owner = SafeEntity.of(entities, collection.getOwner());
        SafeEntity element = collection.getElement() instanceof ToOne toOne
                ? SafeEntity.of(entities, metadata.getEntityBinding(toOne.getReferencedEntityName()))
                : null;
        for (SafeEntity entity : entities.values()) {
            boolean isItsTable = tables(entity.mapping()).stream()
                    .anyMatch(own -> ColumnWriters.name(own).equals(table));
            if (isItsTable && entity.marking() != null) {
                problems.add(SafeEntity.simpleName(collection) + " deletes rows of table " + table + ", whose entity "
                        + entity.name() + " is SoftDeletable. " + replaceBy(entity));
            } else if (isItsTable && mayHide(entity, owner)) {
                problems.add(SafeEntity.simpleName(collection) + " reads and deletes rows of table " + table
                        + ", whose entity " + entity.name() + " may have rows of others there. " + replaceBy(entity));
            } else if (isItsTable && (isHiddenMore(owner, entity) || isHiddenMore(element, entity))) {
                problems.add(entity.name() + " reads and writes rows of table " + table + ", which "
                        + SafeEntity.simpleName(collection)
                        + " has for rows of others, too. Declare its owner, such as by @OwnedThrough with a reference to "
                        + SafeEntity.simpleName(collection.getOwner()) + ".");
            }
        }
        for (Collection other : metadata.getCollectionBindings()) {
            SafeEntity others = SafeEntity.of(entities, other.getOwner());
            if (other != collection
                    && hasTableOfItsOwn(other)
                    && others != null
                    && others != element // whose rows are filtered, and their links with them
                    && ColumnWriters.name(other.getCollectionTable()).equals(table)
                    && mayHide(others, owner)) {
                problems.add(
                        SafeEntity.simpleName(collection) + " reads and deletes rows of table " + table + ", which "
                                + SafeEntity.simpleName(other)
                                + " has for rows of others, too. Give each a table of its own, or make one of them mappedBy the other.");
            }
        }
    }

    private static boolean hasTableOfItsOwn(Collection collection) {
        return !collection.isOneToMany() && !collection.isInverse();
    }

    /** Whether rows of a table are those of owned ones, and the entity that has the table may see them where those are hidden. */
    private static boolean isHiddenMore(@Nullable SafeEntity linked, SafeEntity entity) {
        return linked != null && linked.mayHideFrom(entity);
    }

    private static boolean mayHide(SafeEntity entity, @Nullable SafeEntity owner) {
        return entity.isOwned() && (owner == null || entity.mayHideLinked(owner));
    }

    private static String replaceBy(SafeEntity entity) {
        return "Replace it by a @OneToMany(mappedBy = …) of " + entity.name() + ".";
    }
}
