package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.guard.SqlWords;
import dev.tenantsafety.hibernate.UnsafeMappingException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hibernate.engine.jdbc.connections.spi.JdbcConnectionAccess;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.Component;
import org.hibernate.mapping.JoinedSubclass;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.RootClass;
import org.hibernate.mapping.Subclass;
import org.hibernate.mapping.Table;
import org.hibernate.mapping.Value;

/** Looks in the database itself for foreign keys that remove protected rows past every mark, or reach rows of others. */
final class SchemaCheck {

    private static final System.Logger LOG = System.getLogger(SchemaCheck.class.getName());

    private static final Map<Short, String> ACTIONS = Map.of(
            (short) DatabaseMetaData.importedKeyCascade, "CASCADE",
            (short) DatabaseMetaData.importedKeySetNull, "SET NULL",
            (short) DatabaseMetaData.importedKeySetDefault, "SET DEFAULT");

    private SchemaCheck() {}

    /**
     * A table, and whose rows it has, or parts of them.
     *
     * @param table the table
     * @param entity the entity of the rows, or of the owners of links and elements
     * @param rows what they are called
     * @param key the columns that name the row of which these are parts; the database removes them with it
     */
    private record Mapped(Table table, SafeEntity entity, String rows, List<String> key) {

        boolean isKey(String column) {
            return key.stream().anyMatch(column::equalsIgnoreCase);
        }

        boolean isCalled(String name) {
            return table.getName().equalsIgnoreCase(name);
        }

        boolean isPath(String column) {
            SafeEntity.OwnerPath path = entity.path();
            return path != null
                    && entity.owners().isEmpty()
                    && path.columns().stream()
                            .anyMatch(each -> SqlWords.lastName(each).equalsIgnoreCase(column));
        }
    }

    static void check(FactorySafety safety, SessionFactoryImplementor factory) {
        List<Mapped> tables = tables(safety);
        List<String> problems = new ArrayList<>();
        JdbcConnectionAccess access = factory.getJdbcServices().getBootstrapJdbcConnectionAccess();
        try {
            Connection connection = connection(access);
            try {
                for (Mapped mapped : tables) {
                    if (mapped.entity().marking() != null || mapped.entity().isOwned()) {
                        problems.addAll(cascades(connection, mapped, tables));
                    }
                }
            } finally {
                access.releaseConnection(connection);
            }
        } catch (UnsupportedOperationException e) {
            // UserSuppliedConnectionProviderImpl, NoOpConnectionProvider: a factory that is built without a database,
            // as in Spring's
            // ahead-of-time processing, or one whose sessions bring their own connections.
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Foreign keys of the database were not checked for ON DELETE CASCADE: this session factory has no connections of "
                            + "its own. In ahead-of-time processing this is expected; they are checked when the service starts.");
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "The foreign keys of the database cannot be read, so one of them may hard-delete marked rows. Grant this role "
                            + "access to the catalog, or set " + SafetySettings.CHECK_SCHEMA + "=false.",
                    e);
        }
        if (!problems.isEmpty()) {
            throw new UnsafeMappingException(problems);
        }
    }

    private static Connection connection(JdbcConnectionAccess access) {
        try {
            return access.obtainConnection();
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "The database cannot be reached, so its foreign keys were not checked for ON DELETE CASCADE. Start it, or set "
                            + SafetySettings.CHECK_SCHEMA + "=false where a service starts without it.",
                    e);
        }
    }

    /** Those of the rows of entities, of what subclasses and secondary tables have of them, and of their collections. */
    private static List<Mapped> tables(FactorySafety safety) {
        List<Mapped> tables = new ArrayList<>();
        for (SafeEntity entity : safety.mapping().entities().values()) {
            RootClass root = entity.mapping();
            tables.add(new Mapped(root.getTable(), entity, rows(root.getTable()), List.of()));
            addJoins(root, entity, tables);
            for (Subclass subclass : root.getSubclasses()) {
                if (!subclass.getTable().equals(root.getTable())) {
                    boolean isPart = subclass instanceof JoinedSubclass;
                    tables.add(new Mapped(
                            subclass.getTable(),
                            entity,
                            rows(subclass.getTable()),
                            isPart ? names(subclass.getKey()) : List.of()));
                }
                addJoins(subclass, entity, tables);
            }
            root.getSubclassPropertyClosure().forEach(property -> addLinks(entity, property.getValue(), tables));
        }
        return tables;
    }

    private static void addJoins(PersistentClass mapping, SafeEntity entity, List<Mapped> tables) {
        mapping.getJoins()
                .forEach(join ->
                        tables.add(new Mapped(join.getTable(), entity, rows(join.getTable()), names(join.getKey()))));
    }

    private static String rows(Table table) {
        return "rows of " + table.getName();
    }

    private static List<String> names(Value key) {
        return key.getColumns().stream().map(Column::getName).toList();
    }

    /** The links and elements of collections that have a table of their own. */
    private static void addLinks(SafeEntity entity, Value value, List<Mapped> tables) {
        if (value instanceof Component component) {
            component.getProperties().forEach(part -> addLinks(entity, part.getValue(), tables));
        } else if (value instanceof Collection collection && !collection.isInverse() && !collection.isOneToMany()) {
            Table table = collection.getCollectionTable();
            tables.add(
                    new Mapped(table, entity, "links or elements in " + table.getName(), names(collection.getKey())));
        }
    }

    private static List<String> cascades(Connection connection, Mapped mapped, List<Mapped> tables)
            throws SQLException {
        List<String> problems = new ArrayList<>();
        DatabaseMetaData metadata = connection.getMetaData();
        String table = mapped.table().getName();
        String schema = mapped.table().getSchema() == null
                ? connection.getSchema()
                : stored(metadata, mapped.table().getSchema(), mapped.table().isSchemaQuoted());
        try (ResultSet keys = metadata.getImportedKeys(
                connection.getCatalog(),
                schema,
                stored(metadata, table, mapped.table().isQuoted()))) {
            while (keys.next()) {
                short rule = keys.getShort("DELETE_RULE");
                String key = keys.getString("FK_NAME");
                String target = keys.getString("PKTABLE_NAME");
                String fix = " Make it NO ACTION: alter table " + table + " drop constraint " + key
                        + ", and add it again without the clause.";
                if (mapped.isKey(keys.getString("FKCOLUMN_NAME"))
                        && tables.stream()
                                .anyMatch(other -> other.isCalled(target) && other.entity() == mapped.entity())) {
                    continue; // a part of the row, which goes with it
                }
                if (mapped.entity().marking() != null && rule == DatabaseMetaData.importedKeyCascade) {
                    problems.add("Foreign key " + key + " of table " + table + " is ON DELETE CASCADE: a delete in "
                            + target + " hard-deletes " + mapped.rows() + " past every mark." + fix);
                } else if (ACTIONS.containsKey(rule)
                        && !mapped.isPath(keys.getString("FKCOLUMN_NAME"))
                        && tables.stream()
                                .anyMatch(other -> other.isCalled(target)
                                        && mapped.entity().mayPartFrom(other.entity()))) {
                    problems.add("Foreign key " + key + " of table " + table + " is ON DELETE " + ACTIONS.get(rule)
                            + ": a delete in " + target + " reaches " + mapped.rows()
                            + " that others own, which the scope does not see." + fix);
                }
            }
        }
        return problems;
    }

    private static String stored(DatabaseMetaData metadata, String name, boolean isQuoted) throws SQLException {
        if (isQuoted) {
            return name;
        }
        if (metadata.storesUpperCaseIdentifiers()) {
            return name.toUpperCase(Locale.ROOT);
        }
        return metadata.storesLowerCaseIdentifiers() ? name.toLowerCase(Locale.ROOT) : name;
    }
}
