package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.UnsafeMappingException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.hibernate.engine.jdbc.connections.spi.JdbcConnectionAccess;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.mapping.Table;

/** Looks in the database itself for foreign keys that remove protected rows past every mark. */
final class SchemaCheck {

    private static final System.Logger LOG = System.getLogger(SchemaCheck.class.getName());

    private SchemaCheck() {}

    static void check(FactorySafety safety, SessionFactoryImplementor factory) {
        Set<Table> tables = new LinkedHashSet<>();
        for (SafeEntity entity : safety.mapping().entities().values()) {
            if (entity.marking() != null) {
                tables.add(entity.mapping().getTable());
                entity.mapping().getSubclasses().forEach(subclass -> tables.add(subclass.getTable()));
            }
        }
        List<String> problems = new ArrayList<>();
        JdbcConnectionAccess access = factory.getJdbcServices().getBootstrapJdbcConnectionAccess();
        try {
            Connection connection = connection(access);
            try {
                for (Table table : tables) {
                    problems.addAll(cascades(connection, table));
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

    private static List<String> cascades(Connection connection, Table mapped) throws SQLException {
        List<String> problems = new ArrayList<>();
        DatabaseMetaData metadata = connection.getMetaData();
        String table = mapped.getName();
        String schema = mapped.getSchema() == null
                ? connection.getSchema()
                : stored(metadata, mapped.getSchema(), mapped.isSchemaQuoted());
        try (ResultSet keys =
                metadata.getImportedKeys(connection.getCatalog(), schema, stored(metadata, table, mapped.isQuoted()))) {
            while (keys.next()) {
                if (keys.getShort("DELETE_RULE") == DatabaseMetaData.importedKeyCascade) {
                    problems.add("Foreign key " + keys.getString("FK_NAME") + " of table " + table
                            + " is ON DELETE CASCADE: a delete in " + keys.getString("PKTABLE_NAME")
                            + " hard-deletes rows of " + table
                            + " past every mark. Make it NO ACTION: alter table " + table
                            + " drop constraint " + keys.getString("FK_NAME")
                            + ", and add it again without the clause.");
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
