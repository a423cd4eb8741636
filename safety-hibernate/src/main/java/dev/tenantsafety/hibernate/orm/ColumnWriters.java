package dev.tenantsafety.hibernate.orm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hibernate.boot.Metadata;
import org.hibernate.mapping.Backref;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.Component;
import org.hibernate.mapping.DependantValue;
import org.hibernate.mapping.IndexBackref;
import org.hibernate.mapping.IndexedCollection;
import org.hibernate.mapping.OneToMany;
import org.hibernate.mapping.OneToOne;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.RootClass;
import org.hibernate.mapping.Table;
import org.hibernate.mapping.ToOne;
import org.hibernate.mapping.UnionSubclass;
import org.hibernate.mapping.Value;
import org.jspecify.annotations.Nullable;

/** Knows what writes each column: attributes, IDs and collections of all entities. */
final class ColumnWriters {

    private final Metadata metadata;
    private final Map<String, List<Writer>> writers = new HashMap<>();

    /** Where a writer stands. */
    enum Place {
        ATTRIBUTE,
        ID,
        COLLECTION_KEY,
        COLLECTION
    }

    /**
     * What writes a column.
     *
     * @param name the attribute, with its entity
     * @param value what is written
     * @param place where it stands
     * @param target the entity that is pointed at, if it is a reference
     */
    record Writer(
            String name, Value value, Place place, @Nullable PersistentClass target) {}

    ColumnWriters(Metadata metadata) {
        this.metadata = metadata;
        for (PersistentClass mapping : metadata.getEntityBindings()) {
            attributes(mapping);
        }
        for (Collection collection : metadata.getCollectionBindings()) {
            if (!collection.isInverse()) {
                collection(collection);
            }
        }
    }

    /** What writes a column of an entity's table. */
    List<Writer> of(PersistentClass mapping, Column column, Value value) {
        return writers.getOrDefault(key(tableOf(mapping, value.getTable()), column), List.of());
    }

    private void attributes(PersistentClass mapping) {
        String name = SafeEntity.simpleName(mapping);
        if (mapping instanceof RootClass root) {
            Property id = root.getIdentifierProperty();
            if (id != null) {
                add(mapping, name + "." + id.getName(), id.getValue(), Place.ID, true);
            } else {
                add(mapping, name, root.getIdentifier(), Place.ID, true);
            }
            if (root.getDiscriminator() != null && root.isDiscriminatorInsertable()) {
                add(mapping, name + " (discriminator)", root.getDiscriminator(), Place.ATTRIBUTE, true);
            }
        }
        for (Property property : mapping.getProperties()) {
            boolean isOfCollection = property instanceof Backref || property instanceof IndexBackref;
            if (!isOfCollection && property.getValue() != mapping.getRootClass().getIdentifierMapper()) {
                add(mapping, name + "." + property.getName(), property, Place.ATTRIBUTE);
            }
        }
    }

    private void add(PersistentClass mapping, String name, Property property, Place place) {
        boolean writes = property.isInsertable() || property.isUpdatable();
        if (writes) {
            add(mapping, name, property.getValue(), place, false);
        }
    }

    private void add(PersistentClass mapping, String name, Value value, Place place, boolean always) {
        if (value instanceof Component component) {
            for (Property part : component.getProperties()) {
                if (always || part.isInsertable() || part.isUpdatable()) {
                    add(mapping, name + "." + part.getName(), part.getValue(), place, always);
                }
            }
        } else if (!(value instanceof Collection) && !(value instanceof OneToOne one && !one.isConstrained())) {
            columns(tableOf(mapping, value.getTable()), name, value, place, target(value), always);
        }
    }

    private @Nullable PersistentClass target(Value value) {
        return value instanceof ToOne one ? metadata.getEntityBinding(one.getReferencedEntityName()) : null;
    }

    private void collection(Collection collection) {
        PersistentClass owner = collection.getOwner();
        String name = SafeEntity.simpleName(collection);
        DependantValue key = collection.getKey() instanceof DependantValue dependant ? dependant : null;
        if (collection.getElement() instanceof OneToMany many) {
            PersistentClass element = metadata.getEntityBinding(many.getReferencedEntityName());
            String table = tableOf(element, collection.getCollectionTable());
            if (key == null || key.isUpdateable() || !key.isNullable()) {
                columns(
                        table,
                        name,
                        collection.getKey(),
                        Place.COLLECTION_KEY,
                        owner,
                        key == null || key.isUpdateable());
            }
            index(table, name, collection);
        } else {
            String table = name(collection.getCollectionTable());
            columns(table, name, collection.getKey(), Place.COLLECTION, owner, true);
            element(table, name, collection.getElement());
            index(table, name, collection);
        }
    }

    private void element(String table, String name, Value element) {
        if (element instanceof Component component) {
            component.getProperties().forEach(part -> element(table, name + "." + part.getName(), part.getValue()));
        } else {
            columns(table, name, element, Place.COLLECTION, target(element), true);
        }
    }

    private void index(String table, String name, Collection collection) {
        if (collection instanceof IndexedCollection indexed && indexed.getIndex() != null) {
            columns(table, name, indexed.getIndex(), Place.COLLECTION, null, false);
        }
    }

    private void columns(
            String table, String name, Value value, Place place, @Nullable PersistentClass target, boolean always) {
        for (int i = 0; i < value.getSelectables().size(); i++) {
            boolean writes = always || value.isColumnInsertable(i) || value.isColumnUpdateable(i);
            if (writes && value.getSelectables().get(i) instanceof Column column) {
                writers.computeIfAbsent(key(table, column), k -> new ArrayList<>())
                        .add(new Writer(name, value, place, target));
            }
        }
    }

    /** The tables of a hierarchy with a table for each class have the same columns and are taken for one. */
    static String tableOf(PersistentClass mapping, Table table) {
        RootClass root = mapping.getRootClass();
        boolean isUnion = root.getSubclasses().stream().anyMatch(UnionSubclass.class::isInstance);
        return isUnion ? name(root.getTable()) : name(table);
    }

    /** Databases fold the case of names that are not quoted, each in its own way: all cases are taken for one. */
    static String name(Table table) {
        String schema = table.getSchema();
        boolean isDefault = schema == null || schema.equalsIgnoreCase("public");
        return ((isDefault ? "" : schema + ".") + table.getName()).toLowerCase(Locale.ROOT);
    }

    private static String key(String table, Column column) {
        return table + '/' + column.getName().toLowerCase(Locale.ROOT);
    }
}
