package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.hibernate.world.Customer;
import dev.tenantsafety.hibernate.world.Label;
import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.hibernate.world.Project;
import dev.tenantsafety.hibernate.world.Ticket;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.hibernate.Session;
import org.hibernate.StatelessSession;
import org.junit.jupiter.api.Test;

/** Safety costs no statements of its own, but those that are needed to refuse, and the record of a deletion. */
class StatementCountTest extends WorldTest {

    private final List<String> sent = new ArrayList<>();
    private final EntityManagerFactory safe;
    private final EntityManagerFactory plain;
    private LabelId label = LabelId.create();

    StatementCountTest() {
        super(new World(Database.H2));
        DataSource counting = counting(world.source());
        safe = world.jpa(Map.of("hibernate.connection.datasource", counting));
        plain = world.jpa(Map.of("hibernate.connection.datasource", counting, "tenant-safety.enabled", "false"));
        inA(em -> {
            em.persist(new Customer(a, "A"));
            Label made = new Label("0");
            em.persist(made);
            label = made.id;
        });
    }

    private DataSource counting(DataSource source) {
        return proxy(
                DataSource.class, source, connection -> proxy(Connection.class, connection, statement -> statement));
    }

    /** Notes the SQL of each statement that is prepared. */
    private <T> T proxy(Class<T> type, T target, Function<Connection, Object> wrap) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    try {
                        if (method.getName().equals("prepareStatement")) {
                            sent.add(String.valueOf(arguments[0]));
                        }
                        Object result = method.invoke(target, arguments);
                        return result instanceof Connection connection ? wrap.apply(connection) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private int statements(EntityManagerFactory factory, Consumer<EntityManager> work) {
        return TenantScope.of(a).call(() -> {
            World.transaction(
                    factory,
                    em -> 0 * em.createQuery("from Country").getResultList().size());
            try (EntityManager em = factory.createEntityManager()) {
                em.getTransaction().begin();
                sent.clear();
                work.accept(em);
                em.flush();
                em.getTransaction().rollback();
            }
            return sent.size();
        });
    }

    private void same(Consumer<EntityManager> work) {
        int expected = statements(plain, work);
        assertThat(expected).isPositive();
        statements(safe, work); // the first use of a scope asks whether the unit is open; then for a second nobody does
        assertThat(statements(safe, work)).isEqualTo(expected);
    }

    @Test
    void findingAndListing() {
        same(em -> em.find(Label.class, label));
        same(em -> em.createQuery("from Label", Label.class).getResultList());
        same(em -> em.createQuery("from Ticket t join fetch t.project", Ticket.class)
                .getResultList());
    }

    @Test
    void persisting() {
        same(em -> {
            for (int i = 0; i < 100; i++) {
                Label made = new Label("x" + i);
                made.tenant = a;
                em.persist(made);
            }
        });
    }

    @Test
    void persistingAGraph() {
        same(em -> {
            Project project = new Project("p");
            project.tenant = a;
            Ticket ticket = project.ticket("t");
            ticket.tenant = a;
            ticket.comment("c");
            project.labels.add(em.find(Label.class, label));
            em.persist(project);
        });
    }

    @Test
    void updating() {
        same(em -> em.find(Label.class, label).name = "changed");
        same(em -> em.createQuery("update Label set name = 'all'").executeUpdate());
        statements(safe, em -> em.find(Label.class, label).name = "changed");
        assertThat(sent.get(sent.size() - 1))
                .isEqualTo(
                        "update Label set name=? where id=? and tenant=coalesce(?, tenant) and (deleted_at is null)");
        statements(safe, em -> em.remove(em.find(Label.class, label)));
        assertThat(sent.get(sent.size() - 1))
                .isEqualTo("update Label set deleted_at=?,deleted_by=?,deletion_id=? where id=? "
                        + "and tenant=coalesce(?, tenant) and (deleted_at is null)");
    }

    @Test
    void updatingManyInAStatelessSession() {
        inA(em -> {
            for (int i = 0; i < 200; i++) {
                em.persist(new Label("x" + i));
            }
        });
        same(em -> stateless(em, (session, labels) -> session.updateMultiple(labels)));
        same(em -> stateless(em, (session, labels) -> labels.forEach(session::update)));
    }

    private static void stateless(EntityManager em, BiConsumer<StatelessSession, List<Label>> work) {
        try (StatelessSession session =
                em.unwrap(Session.class).statelessWithOptions().connection().openStatelessSession()) {
            List<Label> labels = session.createQuery("from Label", Label.class).getResultList();
            labels.forEach(label -> label.name += "!");
            work.accept(session, labels);
        }
    }

    @Test
    void removing() {
        same(em -> em.remove(em.find(Label.class, label)));
        inA(em -> em.remove(em.find(Label.class, label)));
        TenantScope.of(a).run(() -> {
            sent.clear();
            World.transaction(safe, em -> {
                em.persist(new Label("y"));
                return true;
            });
            int without = sent.size();
            sent.clear();
            World.transaction(safe, em -> {
                Label made = new Label("z");
                em.persist(made);
                em.flush();
                em.remove(made);
                return true;
            });
            // the mark, and at the end the record of the deletion
            assertThat(sent.subList(without, sent.size())).hasSize(2);
            assertThat(sent.get(without + 1)).startsWith("insert into tenant_safety_deletion");
        });
    }

    @Test
    void aReferenceThatWasNotLoadedIsLookedForOnce() {
        inA(em -> em.persist(new Project("target")));
        int without = statements(safe, em -> em.persist(new Ticket(null, "x")));
        int with = statements(
                safe,
                em -> em.persist(new Ticket(
                        em.getReference(
                                Project.class,
                                em.createQuery(
                                                "select id from Project",
                                                dev.tenantsafety.hibernate.world.ProjectId.class)
                                        .getSingleResult()),
                        "x")));
        assertThat(with).isEqualTo(without + 2);
    }
}
