package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.Country;
import dev.tenantsafety.hibernate.world.Customer;
import dev.tenantsafety.hibernate.world.Note;
import dev.tenantsafety.hibernate.world.Project;
import dev.tenantsafety.hibernate.world.Ticket;
import dev.tenantsafety.hibernate.world.TicketId;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.CrossTenantReadOnlyException;
import dev.tenantsafety.scope.NoTenantScopeException;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.scope.TenantScopeConflictException;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.EntityManager;
import java.util.List;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Whose rows a session sees. */
@ParameterizedClass
@EnumSource(Database.class)
class ScopeTest {

    private final World world;
    private final TenantId a = TenantId.create();
    private final TenantId b = TenantId.create();
    private TicketId ofA = TicketId.create();
    private TicketId ofB = TicketId.create();

    ScopeTest(Database database) {
        world = new World(database);
        for (TenantId tenant : List.of(a, b)) {
            world.in(tenant, em -> {
                em.persist(new Customer(tenant, "customer"));
                Project project = new Project("project");
                Ticket ticket = project.ticket("printer");
                ticket.comment("paper jam");
                em.persist(project);
                if (tenant.equals(a)) {
                    ofA = ticket.id;
                } else {
                    ofB = ticket.id;
                }
            });
        }
    }

    @org.junit.jupiter.api.AfterEach
    void close() {
        world.close();
    }

    private static long count(EntityManager em, String entity) {
        return em.createQuery("select count(e) from " + entity + " e", Long.class)
                .getSingleResult();
    }

    @Test
    void aSessionSeesTheRowsOfItsScope() {
        world.in(a, em -> {
            assertThat(count(em, "Ticket")).isEqualTo(1);
            assertThat(count(em, "Comment")).isEqualTo(1);
            assertThat(count(em, "Customer")).isEqualTo(1);
            assertThat(em.find(Ticket.class, ofA)).isNotNull();
            assertThat(em.find(Ticket.class, ofB)).isNull();
            assertThat(em.find(Customer.class, b)).isNull();
        });
    }

    @Test
    void withoutScopeNothingThatIsOwnedIsSeen() {
        world.without(em -> {
            em.persist(new Country("de"));
            assertThat(count(em, "Country")).isEqualTo(1);
            assertThatThrownBy(() -> count(em, "Ticket"))
                    .isInstanceOf(NoTenantScopeException.class)
                    .hasMessage(
                            "Ticket is owned by a tenant, and no tenant scope is open on this thread. Open one with "
                                    + "TenantScope.of(tenant).run(…), or say why you need all tenants with CrossTenant.read(\"…\").");
        });
        world.without(
                em -> assertThatThrownBy(() -> em.find(Ticket.class, ofA)).isInstanceOf(NoTenantScopeException.class));
    }

    @Test
    void acrossTenantsAllIsSeenAndNothingIsWritten() {
        CrossTenant.read("report").run(() -> {
            world.without(em -> {
                assertThat(count(em, "Ticket")).isEqualTo(2);
                assertThat(em.find(Ticket.class, ofB)).isNotNull();
            });
            assertThatThrownBy(() -> world.without(em -> em.find(Ticket.class, ofB).title = "changed"))
                    .hasRootCauseInstanceOf(CrossTenantReadOnlyException.class);
            assertThatThrownBy(() -> world.without(em ->
                            em.createQuery("update Ticket set title = 'x'").executeUpdate()))
                    .isInstanceOf(CrossTenantReadOnlyException.class);
        });
        assertThat(world.rows("select title from ticket")).containsOnly("printer | ");
    }

    @Test
    void aSessionStaysWithItsScope() {
        TenantScope.of(a)
                .run(() -> world.without(em -> {
                    assertThat(count(em, "Ticket")).isEqualTo(1);
                    assertThatThrownBy(() ->
                                    TenantScope.of(a).narrow(SiteId.create()).run(() -> count(em, "Ticket")))
                            .isInstanceOf(TenantScopeConflictException.class)
                            .hasMessageStartingWith("This Hibernate session works for " + a + " and cannot go on for ");
                }));
    }

    @Test
    @Shows(value = "another scope in the same session", in = Shows.PROTECTED)
    void aSessionOpenedBeforeTheScopeIsBoundWhenItIsFirstUsed() {
        world.without(em -> {
            TenantScope.of(a).run(() -> assertThat(count(em, "Ticket")).isEqualTo(1));
            TenantScope.of(a).run(() -> assertThat(em.find(Ticket.class, ofA)).isNotNull());
            assertThatThrownBy(() -> TenantScope.of(b).run(() -> count(em, "Ticket")))
                    .isInstanceOf(TenantScopeConflictException.class);
            assertThatThrownBy(() -> count(em, "Ticket")).isInstanceOf(NoTenantScopeException.class);
        });
    }

    @Test
    void twoLevelsAreInForceAtOnce() {
        SiteId one = SiteId.create();
        SiteId two = SiteId.create();
        world.in(a, em -> {
            em.persist(new Note(one, "1"));
            em.persist(new Note(two, "2"));
        });
        world.in(a, em -> assertThat(count(em, "Note")).isEqualTo(2));
        world.in(one, em -> assertThat(count(em, "Note")).isEqualTo(1));
        TenantScope.of(a)
                .narrow(two)
                .run(() -> world.without(em -> assertThat(count(em, "Note")).isEqualTo(1)));
        TenantScope.of(b)
                .narrow(two)
                .run(() -> world.without(em -> assertThat(count(em, "Note")).isZero()));
        world.in(one, em -> assertThatThrownBy(() -> count(em, "Ticket"))
                .isInstanceOf(NoTenantScopeException.class)
                .hasMessageContaining("names none"));
    }

    @Test
    @Shows(value = "`StatelessSession` get, getMultiple, queries", in = Shows.PROTECTED)
    void statelessSessionsAreScopedToo() {
        TenantScope.of(a)
                .run(() -> World.stateless(world.safe, session -> {
                    assertThat(session.get(Ticket.class, ofA)).isNotNull();
                    assertThat(session.get(Ticket.class, ofB)).isNull();
                    assertThat(session.getMultiple(Ticket.class, List.of(ofA, ofB)))
                            .filteredOn(ticket -> ticket != null)
                            .hasSize(1);
                    assertThat(session.createSelectionQuery("from Ticket", Ticket.class)
                                    .list())
                            .hasSize(1);
                }));
        World.stateless(world.safe, session -> assertThatThrownBy(() -> session.get(Ticket.class, ofA))
                .isInstanceOf(NoTenantScopeException.class));
    }

    @Test
    void childSessionsAreScopedToo() {
        TenantScope.of(a)
                .run(() -> world.without(em -> {
                    org.hibernate.Session session = em.unwrap(org.hibernate.Session.class);
                    try (org.hibernate.Session child =
                            session.sessionWithOptions().connection().openSession()) {
                        assertThat(count(child, "Ticket")).isEqualTo(1);
                    }
                    try (StatelessSession child =
                            session.statelessWithOptions().connection().openStatelessSession()) {
                        assertThat(child.get(Ticket.class, ofB)).isNull();
                    }
                }));
    }

    @Test
    void worksInTheNativeBootstrap() {
        SessionFactory factory = world.nativeBootstrap(java.util.Map.of());
        TenantScope.of(a)
                .run(() -> factory.inTransaction(session -> {
                    assertThat(session.find(Ticket.class, ofA)).isNotNull();
                    assertThat(session.find(Ticket.class, ofB)).isNull();
                }));
    }

    @jakarta.persistence.Entity(name = "Legacy")
    static class Legacy {
        @jakarta.persistence.Id
        long id;

        @org.hibernate.annotations.TenantId
        @org.jspecify.annotations.Nullable
        TenantId tenant;
    }

    @Test
    void hibernatesOwnTenantIdCounts() {
        try (World legacy = new World(Database.H2, List.of(Legacy.class), java.util.Map.of())) {
            legacy.in(a, em -> em.persist(new Legacy()));
            legacy.in(a, em -> assertThat(em.find(Legacy.class, 0L).tenant).isEqualTo(a));
            legacy.in(b, em -> assertThat(em.find(Legacy.class, 0L)).isNull());
            legacy.without(
                    em -> assertThatThrownBy(() -> count(em, "Legacy")).isInstanceOf(NoTenantScopeException.class));
        }
    }

    /** Sets listeners of its own, with us or without. */
    public static final class Displacing implements org.hibernate.integrator.spi.Integrator {

        static boolean active;

        @Override
        public void integrate(
                org.hibernate.boot.Metadata metadata,
                org.hibernate.boot.spi.BootstrapContext context,
                org.hibernate.engine.spi.SessionFactoryImplementor factory) {
            if (active) {
                // integrated before us, and so told before us that the factory is there
                factory.addObserver(new org.hibernate.SessionFactoryObserver() {
                    @Override
                    public void sessionFactoryCreated(SessionFactory created) {
                        factory.getEventListenerRegistry()
                                .setListeners(
                                        org.hibernate.event.spi.EventType.DELETE,
                                        new org.hibernate.event.internal.DefaultDeleteEventListener());
                    }
                });
            }
        }
    }

    @Test
    void aFactoryWhoseListenersWereDisplacedDoesNotStart() {
        Displacing.active = true;
        try {
            assertThatThrownBy(() -> world.jpa(java.util.Map.of()))
                    .rootCause()
                    .hasMessageStartingWith("Something replaced the listeners for delete");
        } finally {
            Displacing.active = false;
        }
    }
}
