package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.guard.SqlWords;
import dev.tenantsafety.hibernate.Shared;
import dev.tenantsafety.hibernate.Unowned;
import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.ownership.Catalog;
import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.ownership.OwnershipRules;
import dev.tenantsafety.ownership.Reference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.Component;
import org.hibernate.mapping.Join;
import org.hibernate.mapping.KeyValue;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.Selectable;
import org.hibernate.mapping.Table;
import org.hibernate.mapping.ToOne;
import org.hibernate.mapping.UnionSubclass;
import org.hibernate.mapping.Value;
import org.jspecify.annotations.Nullable;

/** The tables of a mapping, and whose their rows are by it. */
public final class MappedTables {

    private final Map<String, PersistentClass> classes = new LinkedHashMap<>();
    private final Map<String, MappedTable> tables = new LinkedHashMap<>();

    /** A table, the entity that it is for, and the lines that declare its owner. */
    private static final class MappedTable {
        private final String name;
        private final String entity;
        private final Set<String> columns = new LinkedHashSet<>();
        private final List<UnaryOperator<OwnershipRules>> lines = new ArrayList<>();
        private final List<Pointer> pointers = new ArrayList<>();

        MappedTable(String name, String entity) {
            this.name = name;
            this.entity = entity;
        }
    }

    /** That columns lead to another table. */
    private record Pointer(List<String> columns, String target) {}

    private MappedTables() {}

    /**
     * Of a factory.
     *
     * @param factory with Tenant Safety
     * @return its tables
     */
    public static MappedTables of(SessionFactoryImplementor factory) {
        MappedTables read = new MappedTables();
        List<SafeEntity> entities = FactorySafety.of(factory).mapping().entities().values().stream()
                .filter(entity -> !Refusals.isRecord(entity.mapping().getEntityName())) // nobody's business
                .toList();
        for (SafeEntity entity : entities) {
            read.classes.put(entity.mapping().getEntityName(), entity.mapping());
            entity.mapping().getSubclasses().forEach(sub -> read.classes.put(sub.getEntityName(), sub));
        }
        entities.forEach(read::tables);
        entities.forEach(read::attributes);
        return read;
    }

    private static String name(Table table) {
        return table.getSchema() == null ? table.getName() : table.getSchema() + '.' + table.getName();
    }

    private static List<String> columns(Value value) {
        List<String> columns = new ArrayList<>();
        for (Selectable selectable : value.getSelectables()) {
            if (selectable instanceof Column column) {
                columns.add(column.getName());
            }
        }
        return columns;
    }

    private static List<PersistentClass> hierarchy(SafeEntity entity) {
        List<PersistentClass> hierarchy = new ArrayList<>(List.of(entity.mapping()));
        hierarchy.addAll(entity.mapping().getSubclasses());
        return hierarchy;
    }

    private void tables(SafeEntity entity) {
        Table root = entity.mapping().getTable();
        for (PersistentClass mapping : hierarchy(entity)) {
            Table table = mapping.getTable();
            if (table.isPhysicalTable()) {
                MappedTable mapped = table(table, SafeEntity.simpleName(mapping));
                if (table.equals(root) || mapping instanceof UnionSubclass) {
                    whose(entity, mapped);
                } else {
                    partOf(entity, mapped, mapping.getKey(), root);
                }
            }
            for (Join join : mapping.getJoins()) {
                partOf(entity, table(join.getTable(), SafeEntity.simpleName(mapping)), join.getKey(), table);
            }
        }
    }

    private void attributes(SafeEntity entity) {
        for (PersistentClass mapping : hierarchy(entity)) {
            if (mapping instanceof UnionSubclass) { // its table has the columns of the classes above, too
                mapping.getPropertyClosure().forEach(property -> value(entity, mapping, property));
            } else {
                mapping.getProperties().forEach(property -> value(entity, mapping, property));
            }
            mapping.getJoins()
                    .forEach(join -> join.getProperties().forEach(property -> value(entity, mapping, property)));
        }
    }

    private MappedTable table(Table table, String entity) {
        MappedTable mapped = tables.computeIfAbsent(name(table), name -> new MappedTable(name, entity));
        table.getColumns().forEach(column -> mapped.columns.add(column.getName()));
        return mapped;
    }

    /** The rows of the entity itself. */
    private static void whose(SafeEntity entity, MappedTable table) {
        if (!table.lines.isEmpty()) {
            return; // of a class above
        }
        if (entity.isOpen()) {
            table.lines.add(open(entity, table.name));
            return;
        }
        IdKind<?> unit = entity.unit();
        if (unit != null) {
            table.lines.add(rules -> rules.root(table.name, unit));
        }
        for (SafeEntity.OwnerColumn owner : entity.owners()) {
            String column = SqlWords.lastName(owner.column());
            table.lines.add(rules -> rules.ownedByColumn(table.name, column, owner.kind()));
        }
        SafeEntity.OwnerPath path = entity.path();
        if (path != null) {
            List<String> columns =
                    path.columns().stream().map(SqlWords::lastName).toList();
            String target = name(path.target().mapping().getTable());
            table.lines.add(rules -> rules.foreignKey(table.name, columns, target)
                    .ownedThrough(table.name, columns.toArray(String[]::new)));
        }
    }

    private static UnaryOperator<OwnershipRules> open(SafeEntity entity, String table) {
        Class<?> type = entity.mapping().getMappedClass();
        if (Declarations.find(type, Shared.class) != null) {
            return rules -> rules.shared(table);
        }
        Unowned unowned = Declarations.find(type, Unowned.class);
        String reason = unowned == null ? "of Hibernate's extensions" : unowned.value();
        return rules -> rules.excluded(table, reason);
    }

    /** Rows that are a part of the entity's, and go with them. */
    private static void partOf(SafeEntity entity, MappedTable part, KeyValue key, Table whole) {
        if (!part.lines.isEmpty()) {
            return;
        }
        List<String> columns = columns(key);
        part.pointers.add(new Pointer(columns, name(whole)));
        if (entity.isOpen()) {
            part.lines.add(open(entity, part.name));
        } else {
            part.lines.add(rules -> rules.foreignKey(part.name, columns, name(whole))
                    .ownedThrough(part.name, columns.toArray(String[]::new)));
        }
    }

    private void value(SafeEntity entity, PersistentClass owner, Property property) {
        Value value = property.getValue();
        if (value instanceof Component component) {
            component.getProperties().forEach(part -> value(entity, owner, part));
        } else if (value instanceof ToOne toOne) {
            pointer(owner instanceof UnionSubclass ? owner.getTable() : toOne.getTable(), toOne);
        } else if (value instanceof Collection collection) {
            if (collection.isOneToMany()) {
                pointer(collection.getCollectionTable(), columns(collection.getKey()), owner);
            } else {
                partOf(
                        entity,
                        table(collection.getCollectionTable(), SafeEntity.simpleName(owner)),
                        collection.getKey(),
                        owner.getTable());
                if (collection.getElement() instanceof ToOne element) {
                    pointer(element.getTable(), element);
                }
            }
        }
    }

    private void pointer(Table table, ToOne value) {
        PersistentClass target = classes.get(value.getReferencedEntityName());
        if (target != null && value.isReferenceToPrimaryKey()) {
            pointer(table, columns(value), target);
        }
    }

    /** Rows of a hierarchy with a table for each class have no one table that could be pointed at. */
    private void pointer(Table table, List<String> columns, PersistentClass target) {
        MappedTable from = tables.get(name(table));
        boolean isOneTable = target.getTable().isPhysicalTable()
                && target.getRootClass().getSubclasses().stream().noneMatch(UnionSubclass.class::isInstance);
        if (from != null && !columns.isEmpty() && isOneTable) {
            from.pointers.add(new Pointer(columns, name(target.getTable())));
        }
    }

    /**
     * Adds a line for each table.
     *
     * @param rules the rules
     * @return the same
     */
    public OwnershipRules addTo(OwnershipRules rules) {
        return addTo(rules, Set.copyOf(tables.keySet()));
    }

    private OwnershipRules addTo(OwnershipRules rules, Set<String> there) {
        OwnershipRules all = rules;
        for (MappedTable table : tables.values()) {
            if (!there.contains(table.name)) {
                continue;
            }
            for (UnaryOperator<OwnershipRules> line : table.lines) {
                all = line.apply(all);
            }
            for (Pointer pointer : table.pointers) {
                if (there.contains(pointer.target())) {
                    all = all.foreignKey(table.name, pointer.columns(), pointer.target());
                }
            }
        }
        return all;
    }

    /**
     * Where the mapping and a model disagree.
     *
     * @param model of the database
     * @return sentences
     */
    public List<String> differences(OwnershipModel model) {
        List<String> differences = new ArrayList<>();
        Map<String, OwnedTable> there = new LinkedHashMap<>();
        for (MappedTable table : tables.values()) {
            find(model, table.name)
                    .ifPresentOrElse(
                            found -> there.put(table.name, found),
                            () -> differences.add(table.entity + " is mapped to the table " + table.name
                                    + ", which is not in the database."));
        }
        List<OwnedTable> unmapped = model.tables().stream()
                .filter(table -> !there.containsValue(table))
                .toList();
        unmapped.forEach(table ->
                differences.add("The table " + plain(table) + " is in the database, and no entity is mapped to it."));
        OwnershipModel byMapping = OwnershipModel.of(model.catalog(), rules -> {
            OwnershipRules all = addTo(rules, there.keySet());
            unmapped.forEach(table -> all.excluded(table.name().toString(), "not mapped"));
            return all;
        });
        there.forEach((name, table) -> compare(
                tables.get(name), byMapping, byMapping.find(table.name()).orElseThrow(), model, table, differences));
        return differences;
    }

    private static Optional<OwnedTable> find(OwnershipModel model, String name) {
        try {
            return Optional.of(model.table(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String plain(OwnedTable table) {
        String name = table.name().table();
        return name.equals(name.toUpperCase(Locale.ROOT)) ? name.toLowerCase(Locale.ROOT) : name;
    }

    private static void compare(
            @Nullable MappedTable mapped,
            OwnershipModel byMapping,
            OwnedTable one,
            OwnershipModel model,
            OwnedTable other,
            List<String> differences) {
        if (mapped == null) {
            return;
        }
        String table = plain(other) + " (" + mapped.entity + ")";
        String mappingSays = whose(byMapping, one);
        String modelSays = whose(model, other);
        if (!mappingSays.equals(modelSays)) {
            differences.add(table + ": the mapping says that its rows are " + mappingSays + "; the rules say "
                    + modelSays + ".");
        }
        for (String column : mapped.columns) {
            if (other.table().columns().stream().noneMatch(there -> there.name().equalsIgnoreCase(column))) {
                differences.add(table + ": the column " + column + " is mapped, and is not in the database.");
            }
        }
        for (Catalog.Column column : other.table().columns()) {
            if (mapped.columns.stream().noneMatch(column.name()::equalsIgnoreCase)) {
                differences.add(table + ": the column " + column.name() + " is in the database, and is not mapped.");
            }
        }
        references(mapped, byMapping.references(one.name()), table, differences);
    }

    private static void references(
            MappedTable mapped, List<Reference> references, String table, List<String> differences) {
        for (Reference reference : references) {
            boolean isMapped =
                    mapped.pointers.stream().anyMatch(pointer -> sameColumns(pointer.columns(), reference.columns()));
            if (reference.foreignKey() == null) {
                differences.add(table + ": " + reference + " leads to "
                        + reference.target().table() + " by the mapping, and the database has no foreign key for it.");
            } else if (!isMapped) {
                differences.add(table + ": the foreign key of " + reference + " to "
                        + reference.target().table() + " is in the database, and is not mapped.");
            }
        }
    }

    private static boolean sameColumns(List<String> some, List<String> others) {
        return some.size() == others.size()
                && some.stream().allMatch(column -> others.stream().anyMatch(column::equalsIgnoreCase));
    }

    private static String whose(OwnershipModel model, OwnedTable table) {
        if (table.claims().isEmpty()) {
            return table.status().name().toLowerCase(Locale.ROOT);
        }
        List<String> levels = new ArrayList<>();
        for (IdKind<?> kind : table.claims().keySet()) {
            levels.add(kind.prefix() + " by " + model.path(table.name(), kind));
        }
        levels.sort(null);
        return "owned (" + String.join("; ", levels) + ")";
    }
}
