package dev.tenantsafety.hibernate;

import dev.tenantsafety.hibernate.orm.TakenOut;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.ValidationMode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.h2.jdbcx.JdbcConnectionPool;
import org.hibernate.SessionFactory;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * A database with tables, and the session factories on it that most tests need. Making them takes ten times as long as a test, so the next
 * test of the same entities has those of the last, emptied.
 */
final class Ground {

    private static final String VALIDATION = "jakarta.persistence.validation.mode";

    private static @Nullable Ground last;

    private final Database database;
    private final List<Class<?>> entities;
    private final Map<String, Object> settings;
    final JdbcConnectionPool source;
    final EntityManagerFactory safe;
    private @Nullable EntityManagerFactory plain;
    private boolean isSpoiled;

    private Ground(Database database, List<Class<?>> entities, Map<String, Object> settings) {
        this.database = database;
        this.entities = entities;
        this.settings = settings;
        source = database.connections();
        safe = jpa(Map.of("hibernate.hbm2ddl.auto", "update"));
    }

    static synchronized Ground of(Database database, List<Class<?>> entities, Map<String, Object> settings) {
        Ground was = last;
        last = null;
        if (was != null) {
            if (was.database == database && was.entities.equals(entities) && was.settings.equals(settings)) {
                return was;
            }
            was.close();
        }
        return new Ground(database, List.copyOf(entities), Map.copyOf(settings));
    }

    EntityManagerFactory plain() {
        if (plain == null) {
            plain = jpa(Map.of("tenant-safety.enabled", "false"));
        }
        return plain;
    }

    EntityManagerFactory jpa(Map<String, Object> extra) {
        HibernatePersistenceConfiguration configuration = new HibernatePersistenceConfiguration("world");
        entities.forEach(configuration::managedClass);
        Map<String, Object> all = settings(extra);
        all.forEach(configuration::property);
        configuration.validationMode(ValidationMode.valueOf(
                String.valueOf(all.get(VALIDATION)).toUpperCase(Locale.ROOT))); // as a setting, it has no effect
        return configuration.createEntityManagerFactory();
    }

    Map<String, Object> settings(Map<String, Object> extra) {
        Map<String, Object> all = new HashMap<>();
        all.put(VALIDATION, "none"); // the class path has a validator
        all.putAll(settings);
        all.put("hibernate.connection.datasource", source);
        all.putAll(extra);
        return all;
    }

    /** The next test needs another. */
    void spoil() {
        isSpoiled = true;
    }

    static synchronized void giveBack(Ground used) {
        Ground other = last;
        last = null;
        // Two factories with caches share what manages them, and the first to be closed closes it.
        if (other != null) {
            other.close();
        }
        if (other == null
                && !used.isSpoiled
                && !TakenOut.isAnythingOf(used.safe.unwrap(SessionFactoryImplementor.class))
                && used.isEmptied()) {
            last = used;
        } else {
            used.close();
        }
    }

    private boolean isEmptied() {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            if (database == Database.H2) {
                statement.execute("set referential_integrity false");
                for (String table : tables(
                        statement,
                        "select '\"' || table_schema || '\".\"' || table_name || '\"' from "
                                + "information_schema.tables where table_type = 'BASE TABLE' and table_schema <> 'INFORMATION_SCHEMA'")) {
                    statement.execute("truncate table " + table + " restart identity");
                }
                statement.execute("set referential_integrity true");
            } else {
                statement.execute("set lock_timeout = '2s'"); // somebody's transaction was left open
                List<String> tables = tables(
                        statement,
                        "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', "
                                + "'information_schema')");
                statement.execute("truncate " + String.join(", ", tables) + " restart identity cascade");
                statement.execute("reset lock_timeout");
            }
        } catch (SQLException e) {
            return false;
        }
        for (EntityManagerFactory factory : plain == null ? List.of(safe) : List.of(safe, plain)) {
            factory.unwrap(SessionFactory.class).getCache().evictAllRegions();
            factory.unwrap(SessionFactory.class).getStatistics().clear();
        }
        TakenOut.forgetRows(safe.unwrap(SessionFactoryImplementor.class));
        return true;
    }

    private static List<String> tables(Statement statement, String sql) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                tables.add(rows.getString(1));
            }
        }
        return tables;
    }

    private void close() {
        if (plain != null) {
            plain.close();
        }
        safe.close();
        source.dispose();
    }
}
