package dev.tenantsafety.samples.guide.helpdesk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.AliveKeys;
import dev.tenantsafety.hibernate.DeletionRecord;
import dev.tenantsafety.hibernate.Deletions;
import dev.tenantsafety.hibernate.HardDeleteRefusedException;
import dev.tenantsafety.hibernate.MappedOwnership;
import dev.tenantsafety.hibernate.MarkedException;
import dev.tenantsafety.hibernate.UndoPlan;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.IncludeDeleted;
import dev.tenantsafety.scope.NoTenantScopeException;
import dev.tenantsafety.scope.OpenScope;
import dev.tenantsafety.scope.TenantScope;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.h2.jdbcx.JdbcDataSource;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The code of docs/scope.md and docs/hibernate.md. */
class HibernateGuideTest {

    private static final EntityManagerFactory factory = start();

    private final TenantId tenant = TenantId.create();
    private final SiteId site = SiteId.create();

    private static EntityManagerFactory start() {
        return new HibernatePersistenceConfiguration("helpdesk")
                .managedClasses(Customer.class, Project.class, Ticket.class, Comment.class, Country.class, Job.class)
                .property("jakarta.persistence.jdbc.url", "jdbc:h2:mem:helpdesk")
                .property("jakarta.persistence.schema-generation.database.action", "create")
                .property("tenant-safety.actor", (Supplier<String>) () -> "maria")
                .createEntityManagerFactory();
    }

    @AfterAll
    static void stop() {
        factory.close();
    }

    private void transaction(Consumer<EntityManager> work) {
        try (EntityManager entityManager = factory.createEntityManager()) {
            entityManager.getTransaction().begin();
            work.accept(entityManager);
            entityManager.getTransaction().commit();
        }
    }

    private ProjectId project() {
        Project project = new Project("office");
        project.tickets().add(new Ticket(project, "printer"));
        TenantScope.of(tenant).run(() -> transaction(entityManager -> entityManager.persist(project)));
        return project.id();
    }

    private List<String> search(String word) {
        try (EntityManager entityManager = factory.createEntityManager()) {
            return entityManager
                    .createQuery("select t.title from Ticket t where t.title like :word", String.class)
                    .setParameter("word", "%" + word + "%")
                    .getResultList();
        }
    }

    private long count() {
        try (EntityManager entityManager = factory.createEntityManager()) {
            return entityManager
                    .createQuery("select count(p) from Project p", Long.class)
                    .getSingleResult();
        }
    }

    @Test
    void theMappingSaysWhoseTheRowsAre() throws SQLException {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:mem:helpdesk");
        // spotless:off
        MappedOwnership mapped = MappedOwnership.of(factory);
        OwnershipModel model = OwnershipModel.read(dataSource, rules -> mapped.addTo(rules));
        assertThat(mapped.differences(model)).isEmpty();          // tables, columns, keys and owners are what the mapping says
        // spotless:on
    }

    @Test
    void scopes() throws Exception {
        project();
        // spotless:off
        TenantScope.of(tenant).run(() -> search("printer"));
        long projects = TenantScope.of(tenant).narrow(site).call(() -> count());
        CrossTenant.read("invoices of October").within(Duration.ofMinutes(5)).run(() -> search("printer"));
        // spotless:on
        assertThat(projects).isEqualTo(1);
        // spotless:off
        assertThatThrownBy(() -> search("printer"))
                .isInstanceOf(NoTenantScopeException.class)
                .hasMessage("Ticket is owned by a tenant and a site, and no tenant scope is open on this thread. Open one with "
                        + "TenantScope.of(tenant).run(…), or say why you need all tenants with CrossTenant.read(\"…\").");
        // spotless:on
        ExecutorService executor = Executors.newSingleThreadExecutor();
        // spotless:off
        ExecutorService carrying = OpenScope.carriedBy(executor);     // each task runs in the scope of who submitted it
        TenantScope.of(tenant).run(() -> carrying.execute(() -> search("printer")));
        // spotless:on
        executor.shutdown();
    }

    @Test
    void deletingAndUndoing() {
        ProjectId id = project();
        TenantScope.of(tenant)
                .run(() -> transaction(entityManager -> {
                    Project project = entityManager.find(Project.class, id);
                    // spotless:off
            Deletions deletions = Deletions.of(entityManager);
            DeletionId deletion = deletions.because("asked for in T-17", () -> entityManager.remove(project));
            // spotless:on
                    assertThat(entityManager.find(Project.class, id)).isNull();
                    // spotless:off
            DeletionRecord record = deletions.find(deletion).orElseThrow();
            assertThat(record.marked()).isEqualTo("Project 1, Ticket 1");

            UndoPlan plan = deletions.planUndo(deletion);             // what comes back, and the conflicts
            assertThat(plan).hasToString(deletion + ": 1 Project, 1 Ticket come back; no conflict");
            plan.execute();
            // spotless:on
                    assertThat(entityManager.find(Project.class, id)).isNotNull();
                }));
    }

    @Test
    void theBin() {
        ProjectId id = project();
        TenantScope.of(tenant).run(() -> {
            transaction(entityManager -> entityManager.remove(entityManager.find(Project.class, id)));
            // spotless:off
            List<String> bin = IncludeDeleted.because("bin of the project").call(() -> search("printer"));
            // spotless:on
            assertThat(bin).hasSize(1);
        });
    }

    @Test
    void hardDeletesAreRefused() {
        TenantScope.of(tenant)
                .run(() -> transaction(entityManager -> {
                    // spotless:off
            assertThatThrownBy(() -> entityManager.createQuery("delete from Ticket").executeUpdate())
                    .isInstanceOf(HardDeleteRefusedException.class)
                    .hasMessage("A bulk DELETE on Ticket would remove rows for good. Use remove(…) of a session or entity "
                            + "manager, which marks, or Deletions.mark(Ticket.class, …) for many; rows go for good only with "
                            + "tenant-safety-purge, after retention.");
            // spotless:on
                }));
    }

    @Test
    void aMarkedTenantIsClosed() {
        project();
        TenantScope.of(tenant)
                .run(() -> transaction(entityManager -> entityManager.persist(new Customer(tenant, "Acme"))));
        TenantScope.of(tenant)
                .run(() -> transaction(entityManager -> {
                    // spotless:off
            entityManager.remove(entityManager.find(Customer.class, tenant));     // one update
            // spotless:on
                }));
        // spotless:off
        assertThatThrownBy(() -> TenantScope.of(tenant).run(() -> search("printer")))
                .isInstanceOf(MarkedException.class)
                .hasMessageStartingWith("The scope of " + tenant + " cannot be entered: Customer " + tenant + " was deleted by ");
        // spotless:on
    }

    @Test
    void keysOnH2() {
        assertThatThrownBy(() -> AliveKeys.of(factory).ddl()).isInstanceOf(UnsupportedOperationException.class);
        // spotless:off
        assertThat(AliveKeys.of(factory).blocking()).isEmpty();       // no unique key counts marked rows
        // spotless:on
    }
}
