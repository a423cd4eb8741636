package dev.tenantsafety.hibernate;

import static java.util.regex.Pattern.CASE_INSENSITIVE;
import static java.util.regex.Pattern.DOTALL;

import dev.tenantsafety.hibernate.world.Comment;
import dev.tenantsafety.hibernate.world.Country;
import dev.tenantsafety.hibernate.world.Customer;
import dev.tenantsafety.hibernate.world.Device;
import dev.tenantsafety.hibernate.world.Label;
import dev.tenantsafety.hibernate.world.Milestone;
import dev.tenantsafety.hibernate.world.Note;
import dev.tenantsafety.hibernate.world.Printer;
import dev.tenantsafety.hibernate.world.Project;
import dev.tenantsafety.hibernate.world.Site;
import dev.tenantsafety.hibernate.world.Ticket;
import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.cfg.Configuration;

/** A database, and session factories on it: with us and without. */
public final class World implements AutoCloseable {

    public static final List<Class<?>> ENTITIES = List.of(
            Customer.class,
            Site.class,
            Project.class,
            Ticket.class,
            Comment.class,
            Milestone.class,
            Label.class,
            Note.class,
            Country.class,
            Device.class,
            Printer.class);

    /** All tables with data of tenants. */
    public static final List<String> TABLES = List.of(
            "customer",
            "site",
            "project",
            "ticket",
            "comment",
            "milestone",
            "label",
            "note",
            "device",
            "printer",
            "project_tags",
            "project_label",
            "note_tags");

    private static final Pattern DDL =
            Pattern.compile("\\s*(create|alter|drop|comment)\\b.*", CASE_INSENSITIVE | DOTALL);

    private final Database database;
    private final Ground ground;
    private final DataSource source;
    private final List<EntityManagerFactory> factories = new ArrayList<>();
    private final List<Class<?>> entities;
    public final EntityManagerFactory safe;

    public World(Database database) {
        this(database, ENTITIES, Map.of());
    }

    public World(Database database, List<Class<?>> entities, Map<String, Object> settings) {
        this.database = database;
        this.entities = entities;
        ground = Ground.of(database, entities, settings);
        source = ground.source;
        safe = ground.safe;
    }

    public EntityManagerFactory jpa(Map<String, Object> extra) {
        EntityManagerFactory factory = ground.jpa(extra);
        factories.add(factory);
        return factory;
    }

    public SessionFactory nativeBootstrap(Map<String, Object> extra) {
        Configuration configuration = new Configuration();
        entities.forEach(configuration::addAnnotatedClass);
        ground.settings(extra)
                .forEach((key, value) -> configuration.getProperties().put(key, value));
        SessionFactory factory = configuration.buildSessionFactory();
        factories.add(factory);
        return factory;
    }

    /** The same entities on the same tables, as Hibernate alone treats them. */
    public EntityManagerFactory plain() {
        return ground.plain();
    }

    public DataSource source() {
        return source;
    }

    public void in(TypedId<?> owner, Consumer<EntityManager> work) {
        TenantScope.of(owner)
                .run(() -> transaction(safe, entityManager -> {
                    work.accept(entityManager);
                    return true;
                }));
    }

    public <R> R get(TypedId<?> owner, Function<EntityManager, R> work) {
        return TenantScope.of(owner).call(() -> transaction(safe, work));
    }

    public void across(Consumer<EntityManager> work) {
        CrossTenant.write("test").run(() -> without(work));
    }

    /** In whatever scope is open, which may be none. */
    public void without(Consumer<EntityManager> work) {
        transaction(safe, entityManager -> {
            work.accept(entityManager);
            return true;
        });
    }

    public static <R> R transaction(EntityManagerFactory factory, Function<EntityManager, R> work) {
        try (EntityManager entityManager = factory.createEntityManager()) {
            entityManager.getTransaction().begin();
            try {
                R result = work.apply(entityManager);
                entityManager.getTransaction().commit();
                return result;
            } catch (RuntimeException | Error e) {
                if (entityManager.getTransaction().isActive()) {
                    entityManager.getTransaction().rollback();
                }
                throw e;
            }
        }
    }

    public static void stateless(EntityManagerFactory factory, Consumer<StatelessSession> work) {
        try (StatelessSession session = factory.unwrap(SessionFactory.class).openStatelessSession()) {
            session.beginTransaction();
            try {
                work.accept(session);
                session.getTransaction().commit();
            } catch (RuntimeException | Error e) {
                session.getTransaction().rollback();
                throw e;
            }
        }
    }

    /** How the database keeps names that are not quoted. */
    public boolean isUpperCase() {
        try (Connection connection = source.getConnection()) {
            return connection.getMetaData().storesUpperCaseIdentifiers();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All rows of a table as text, in a stable order: what must not change. */
    public List<String> rows(String sql) {
        List<String> rows = new ArrayList<>();
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= columns; i++) {
                    row.append(result.getString(i)).append(" | ");
                }
                rows.add(row.toString());
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        rows.sort(null);
        return rows;
    }

    public long count(String from) {
        String row = rows("select count(*) from " + from).get(0);
        return Long.parseLong(row.substring(0, row.indexOf(' ')));
    }

    public void sql(String... statements) {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                if (DDL.matcher(sql).matches()) {
                    ground.spoil();
                }
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Takes the keys that Hibernate makes for a one-to-one from the table that has them: what is marked keeps its partner, so that none could
     * be replaced. In H2 the foreign key holds the index of the unique one, and goes too. Where a database can have it, there is a key of
     * those that are alive instead.
     */
    void replaceablePartners(String table) {
        rows("select constraint_name from information_schema.table_constraints where constraint_type in ('UNIQUE', 'FOREIGN KEY')"
                        + " and lower(table_name) = lower('" + table + "')")
                .forEach(row -> sql(
                        "alter table " + table + " drop constraint \"" + row.substring(0, row.indexOf(' ')) + "\""));
        if (database != Database.H2) { // which knows no index of some rows
            AliveKeys.of(safe).ddl().forEach(this::sql);
        }
    }

    /** The rows of one tenant in every table. */
    public List<String> all() {
        List<String> all = new ArrayList<>();
        for (String table : TABLES) {
            rows("select * from " + table).forEach(row -> all.add(table + ": " + row));
        }
        return all;
    }

    /** Removes all rows of tenants, past everything. */
    public void empty() {
        List<String> tables =
                new ArrayList<>(List.of("project_tags", "project_label", "note_tags", "comment", "milestone"));
        tables.addAll(List.of("ticket", "project", "label", "note", "printer", "device", "site", "customer"));
        tables.add("tenant_safety_deletion");
        sql(tables.stream().map(table -> "delete from " + table).toArray(String[]::new));
    }

    @Override
    public void close() {
        for (EntityManagerFactory factory : factories) {
            factory.close();
            ground.spoil();
        }
        Ground.giveBack(ground);
    }
}
