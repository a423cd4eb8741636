package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.guard.SqlWords;
import dev.tenantsafety.id.TypedId;
import jakarta.persistence.MapsId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hibernate.dialect.Dialect;
import org.hibernate.dialect.PostgreSQLDialect;
import org.hibernate.dialect.SQLServerDialect;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.Component;
import org.hibernate.mapping.KeyValue;
import org.hibernate.mapping.RootClass;
import org.hibernate.mapping.SimpleValue;
import org.hibernate.mapping.Table;
import org.hibernate.mapping.UniqueKey;
import org.jspecify.annotations.Nullable;

/** Reads unique keys from the mapping of a session factory. */
public final class AliveKeyReading {

    private final SessionFactoryImplementor factory;
    private final FactorySafety safety;

    private AliveKeyReading(SessionFactoryImplementor factory) {
        this.factory = factory;
        this.safety = FactorySafety.of(factory);
    }

    /**
     * Of a factory.
     *
     * @param factory with Tenant Safety
     * @return its keys
     */
    public static AliveKeyReading of(SessionFactoryImplementor factory) {
        return new AliveKeyReading(factory);
    }

    /**
     * Indexes for the keys that are unique among rows that are alive.
     *
     * @return statements
     */
    public List<String> ddl() {
        Dialect dialect = factory.getJdbcServices().getDialect();
        Conditions conditions = new Conditions(dialect, factory.getSqlStringGenerationContext());
        List<String> statements = new ArrayList<>();
        for (SafeEntity entity : safety.mapping().entities().values()) {
            SafeEntity.Marking marking = entity.marking();
            for (List<String> key : entity.keys()) {
                if (!(dialect instanceof PostgreSQLDialect || dialect instanceof SQLServerDialect)) {
                    throw new UnsupportedOperationException(entity.name() + " is @UniqueAlive(" + String.join(", ", key)
                            + "), and this database (" + dialect.getClass().getSimpleName()
                            + ") has no partial indexes. Check the key in the service, or use a generated column.");
                }
                if (marking != null) {
                    Set<String> columns = columns(entity, key, dialect);
                    String table = conditions.table(entity.mapping());
                    statements.add("create unique index " + name(entity, columns) + " on " + table + " ("
                            + String.join(", ", columns) + ") where " + marking.deletedAt() + " is null");
                }
            }
        }
        return statements;
    }

    private static String name(SafeEntity entity, Set<String> columns) {
        return "alive_" + entity.mapping().getTable().getName() + "_"
                + columns.stream().map(column -> column.replaceAll("\\W", "")).collect(Collectors.joining("_"));
    }

    private static Set<String> columns(SafeEntity entity, List<String> key, Dialect dialect) {
        Set<String> columns = new LinkedHashSet<>();
        for (String attribute : key) {
            for (Column column : entity.mapping().getProperty(attribute).getColumns()) {
                columns.add(column.getQuotedName(dialect));
            }
        }
        return columns;
    }

    /**
     * Keys that count marked rows.
     *
     * @return sentences
     */
    public List<String> blocking() {
        List<String> all = new ArrayList<>();
        for (SafeEntity entity : safety.mapping().entities().values()) {
            if (entity.marking() != null) {
                naturalKey(entity).ifPresent(all::add);
                tables(entity).forEach(table -> blocking(entity, table, all));
            }
        }
        return all;
    }

    static List<Table> tables(SafeEntity entity) {
        RootClass root = entity.mapping();
        List<Table> tables = new ArrayList<>(List.of(root.getTable()));
        root.getSubclassTableClosure().stream().filter(t -> !tables.contains(t)).forEach(tables::add);
        return tables;
    }

    /** Databases decorate the name of a constraint, and migrations choose another. */
    private static void violated(SafeEntity entity, Table table, @Nullable String constraint, List<String> all) {
        String named = constraint == null ? "" : constraint.toLowerCase(Locale.ROOT);
        List<UniqueKey> keys = table.getUniqueKeys().values().stream()
                .filter(key ->
                        key.getName() != null && named.contains(key.getName().toLowerCase(Locale.ROOT)))
                .toList();
        if (keys.isEmpty()) {
            blocking(entity, table, all);
        } else {
            keys.forEach(key -> all.add(sentence(entity, table, names(key))));
        }
    }

    /** The keys of one table that count marked rows: the one that a constraint is named for, or all, if none is. */
    List<String> blocking(String name, @Nullable String constraint) {
        List<String> all = new ArrayList<>();
        for (SafeEntity entity : safety.mapping().entities().values()) {
            if (entity.marking() != null) {
                for (Table table : tables(entity)) {
                    if (SqlWords.lastName(table.getName()).equals(name)) {
                        violated(entity, table, constraint, all);
                    }
                }
            }
        }
        return all;
    }

    /** A primary key that the application chooses says what the row is, and is used again for the same thing. */
    private static Optional<String> naturalKey(SafeEntity entity) {
        RootClass root = entity.mapping();
        KeyValue id = root.getIdentifier();
        Class<?> type = id.getType().getReturnedClass();
        boolean isSurrogate = TypedId.class.isAssignableFrom(type) || type == UUID.class || isGenerated(id);
        if (!(id instanceof Component) && isSurrogate && !isOfAnother(root)) {
            return Optional.empty();
        }
        return Optional.of(entity.name() + ": the primary key ("
                + root.getTable().getPrimaryKey().getColumns().stream()
                        .map(Column::getName)
                        .collect(Collectors.joining(", "))
                + ") of table " + root.getTable().getName()
                + " is made of natural values and counts marked rows too, so a removed row cannot be added again. Add a generated "
                + "@Id and @UniqueAlive on these attributes, or keep it where that is meant.");
    }

    private static boolean isGenerated(KeyValue id) {
        return id instanceof SimpleValue simple
                && !simple.getCustomIdGeneratorCreator().isAssigned();
    }

    /** Shares the key of another row, so a second row beside a marked one cannot be. */
    private static boolean isOfAnother(RootClass root) {
        return root.getProperties().stream()
                .anyMatch(property -> Members.has(root.getMappedClass(), property.getName(), MapsId.class));
    }

    private static void blocking(SafeEntity entity, Table table, List<String> all) {
        Set<Set<String>> keys = new LinkedHashSet<>();
        table.getUniqueKeys().values().forEach(key -> keys.add(names(key)));
        for (Column column : table.getColumns()) {
            if (column.isUnique()) {
                keys.add(Set.of(column.getName()));
            }
        }
        keys.forEach(columns -> all.add(sentence(entity, table, columns)));
    }

    private static Set<String> names(UniqueKey key) {
        return key.getColumns().stream().map(Column::getName).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static String sentence(SafeEntity entity, Table table, Set<String> columns) {
        return entity.name() + ": the unique key (" + String.join(", ", columns) + ") of table " + table.getName()
                + " counts marked rows too, so a value cannot be used again after a delete. "
                + (isAliveKey(entity, columns)
                        ? "@UniqueAlive is there already, so drop this one. @OneToOne and @NaturalId make it: map a @ManyToOne in the place "
                                + "of that, and remove @NaturalId."
                        : "Replace it by @UniqueAlive, or keep it where that is meant.");
    }

    private static boolean isAliveKey(SafeEntity entity, Set<String> columns) {
        return entity.keys().stream().anyMatch(key -> key.stream()
                .flatMap(attribute -> entity.mapping().getProperty(attribute).getColumns().stream())
                .map(Column::getName)
                .collect(Collectors.toSet())
                .equals(columns));
    }
}
