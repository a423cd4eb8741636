package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.guard.SqlWords;
import dev.tenantsafety.hibernate.UnsafeMappingException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hibernate.engine.jdbc.connections.spi.JdbcConnectionAccess;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.mapping.Table;

/** Looks in the database itself for foreign keys that remove protected rows past every mark, or reach rows of others. */
final class SchemaCheck {

    private static final System.Logger LOG = System.getLogger(SchemaCheck.class.getName());

    private static final Map<Short, String> ACTIONS = Map.of(
            (short) DatabaseMetaData.importedKeyCascade, "CASCADE",
            (short) DatabaseMetaData.importedKeySetNull, "SET NULL",
            (short) DatabaseMetaData.importedKeySetDefault, "SET DEFAULT");

    private SchemaCheck() {}

    static void check(FactorySafety safety, SessionFactoryImplementor factory) {
        Map<Table, SafeEntity> tables = tables(safety);
        List<String> problems = new ArrayList<>();
        JdbcConnectionAccess access = factory.getJdbcServices().getBootstrapJdbcConnectionAccess();
        try {
            Connection connection = connection(access);
            try {
                for (Map.Entry<Table, SafeEntity> table : tables.entrySet()) {
                    if (table.getValue().marking() != null || table.getValue().isOwned()) {
                        problems.addAll(cascades(connection, table.getKey(), table.getValue(), tables));
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

    private static Map<Table, SafeEntity> tables(FactorySafety safety) {
        Map<Table, SafeEntity> tables = new LinkedHashMap<>();
        for (SafeEntity entity : safety.mapping().entities().values()) {
            tables.put(entity.mapping().getTable(), entity);
            entity.mapping().getSubclasses().forEach(subclass -> tables.put(subclass.getTable(), entity));
        }
        return tables;
    }

    private static List<String> cascades(
            Connection connection, Table mapped, SafeEntity entity, Map<Table, SafeEntity> tables) throws SQLException {
        List<String> problems = new ArrayList<>();
        DatabaseMetaData metadata = connection.getMetaData();
        String table = mapped.getName();
        String schema = mapped.getSchema() == null
                ? connection.getSchema()
                : stored(metadata, mapped.getSchema(), mapped.isSchemaQuoted());
        try (ResultSet keys =
                metadata.getImportedKeys(connection.getCatalog(), schema, stored(metadata, table, mapped.isQuoted()))) {
            while (keys.next()) {
                short rule = keys.getShort("DELETE_RULE");
                String key = keys.getString("FK_NAME");
                String target = keys.getString("PKTABLE_NAME");
                String fix = " Make it NO ACTION: alter table " + table + " drop constraint " + key
                        + ", and add it again without the clause.";
                if (entity.marking() != null && rule == DatabaseMetaData.importedKeyCascade) {
                    problems.add("Foreign key " + key + " of table " + table
                            + " is ON DELETE CASCADE: a delete in " + target
                            + " hard-deletes rows of " + table
                            + " past every mark." + fix);
                } else if (ACTIONS.containsKey(rule)
                        && !isOwnRow(mapped, entity, keys.getString("FKCOLUMN_NAME"))
                        && tables.entrySet().stream()
                                .anyMatch(other -> other.getKey().getName().equalsIgnoreCase(target)
                                        && entity.mayPartFrom(other.getValue()))) {
                    problems.add("Foreign key " + key + " of table " + table + " is ON DELETE " + ACTIONS.get(rule)
                            + ": a delete in " + target + " reaches rows of " + table
                            + " that others own, which the scope does not see." + fix);
                }
            }
        }
        return problems;
    }

    /** Whether a foreign key is that of a subclass's table, or of the path that leads to the owner. */
    private static boolean isOwnRow(Table mapped, SafeEntity entity, String column) {
        SafeEntity.OwnerPath path = entity.path();
        return (!mapped.equals(entity.mapping().getTable())
                        && mapped.getPrimaryKey() != null
                        && mapped.getPrimaryKey().getColumns().stream()
                                .anyMatch(key -> key.getName().equalsIgnoreCase(column)))
                || (path != null
                        && entity.owners().isEmpty()
                        && path.columns().stream()
                                .anyMatch(key -> SqlWords.lastName(key).equalsIgnoreCase(column)));
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
