package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.Customer;
import dev.tenantsafety.hibernate.world.Device;
import dev.tenantsafety.hibernate.world.DeviceId;
import dev.tenantsafety.hibernate.world.Label;
import dev.tenantsafety.hibernate.world.Milestone;
import dev.tenantsafety.hibernate.world.Printer;
import dev.tenantsafety.hibernate.world.Project;
import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.hibernate.world.Site;
import dev.tenantsafety.hibernate.world.Ticket;
import dev.tenantsafety.hibernate.world.TicketId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What an undo brings back, and what it does not. */
@ParameterizedClass
@EnumSource(Database.class)
class UndoTest extends WorldTest {

    private ProjectId project = ProjectId.create();
    private TicketId ticket = TicketId.create();

    UndoTest(Database database) {
        super(new World(database));
    }

    @BeforeEach
    void projects() {
        world.in(b, em -> em.persist(new Project("of somebody else")));
        inA(em -> {
            Project made = new Project("office");
            Ticket first = made.ticket("printer");
            first.comment("paper jam");
            made.ticket("coffee");
            made.tags.add("red");
            Label label = new Label("urgent");
            em.persist(label);
            made.labels.add(label);
            made.milestones.add(new Milestone("spring"));
            em.persist(made);
            project = made.id;
            ticket = first.id;
        });
    }

    private DeletionId delete(Consumer<EntityManager> work) {
        return world.get(a, em -> Deletions.of(em).because("test", () -> work.accept(em)));
    }

    /** Versions move with each change, an undo too: a copy from before must not pass for current. */
    private List<String> allButVersions() {
        return world.all().stream()
                .map(row -> row.startsWith("ticket: ") ? row.replaceFirst(" \\| \\d+ \\| ", " | v | ") : row)
                .toList();
    }

    @Test
    void allComesBackAsItWas() {
        List<String> before = allButVersions();
        DeletionId deletion = delete(em -> em.remove(em.find(Project.class, project)));
        assertThat(allButVersions()).isNotEqualTo(before);
        inA(em -> {
            UndoPlan plan = Deletions.of(em).planUndo(deletion);
            assertThat(plan.rows())
                    .isEqualTo(java.util.Map.of("Project", 1L, "Ticket", 2L, "Comment", 1L, "Milestone", 1L));
            assertThat(plan.conflicts()).isEmpty();
            assertThat(plan)
                    .hasToString(deletion + ": 1 Comment, 1 Milestone, 1 Project, 2 Ticket come back; no conflict");
            UndoReport report = plan.execute();
            assertThat(report.total()).isEqualTo(5);
            assertThat(em.find(Project.class, project).tickets).hasSize(2);
        });
        assertThat(allButVersions()).isEqualTo(before);
        inA(em -> {
            DeletionRecord record = Deletions.of(em).find(deletion).orElseThrow();
            assertThat(record.undoneAt()).isPresent();
            assertThat(record.undoneBy()).contains("unknown");
        });
    }

    @Test
    void orphansComeBackToTheirParent() {
        DeletionId deletion = delete(em -> {
            Project managed = em.find(Project.class, project);
            managed.tickets.clear();
            managed.milestones.clear();
        });
        inA(em -> assertThat(em.find(Project.class, project).tickets).isEmpty());
        inA(em -> Deletions.of(em).undo(deletion));
        inA(em -> {
            Project managed = em.find(Project.class, project);
            assertThat(managed.tickets).hasSize(2);
            assertThat(managed.milestones).hasSize(1);
        });
    }

    @Test
    void whatWasInTheBinBeforeStaysThere() {
        DeletionId first = delete(em -> em.remove(em.find(Ticket.class, ticket)));
        DeletionId second = delete(em -> em.remove(em.find(Project.class, project)));
        inA(em -> assertThat(Deletions.of(em).planUndo(first).conflicts())
                .extracting(UndoConflict::reason)
                .containsOnly(UndoConflict.Reason.PARENT_MARKED));
        inA(em -> Deletions.of(em).undo(second));
        inA(em -> {
            assertThat(em.find(Project.class, project).tickets).hasSize(1);
            assertThat(em.find(Ticket.class, ticket)).isNull();
        });
        inA(em -> Deletions.of(em).undo(first));
        inA(em -> assertThat(em.find(Ticket.class, ticket).comments).hasSize(1));
    }

    @Test
    void aMarkedParentStandsInTheWay() {
        DeletionId milestone =
                delete(em -> em.find(Project.class, project).milestones.clear());
        DeletionId first = delete(em -> em.remove(em.find(Ticket.class, ticket)));
        DeletionId second = delete(em -> em.remove(em.find(Project.class, project)));
        List<String> before = world.all();
        assertThatThrownBy(() -> inA(em -> Deletions.of(em).undo(first)))
                .isInstanceOf(UndoRefusedException.class)
                .hasMessageContaining("Ticket " + ticket + " belongs to Project " + project + ", which was deleted by "
                        + second + ". Undo that deletion first.");
        assertThatThrownBy(() -> inA(em -> Deletions.of(em).undo(milestone)))
                .isInstanceOf(UndoRefusedException.class)
                .hasMessageContaining("belongs to Project " + project);
        assertThat(world.all()).isEqualTo(before);
        inA(em -> {
            UndoReport report = Deletions.of(em).planUndo(first).execute(UndoPolicy.SKIP);
            assertThat(report.skipped())
                    .extracting(UndoConflict::description)
                    .hasSize(2)
                    .last()
                    .asString()
                    .endsWith(" belongs to Ticket " + ticket + ", which stays marked, and stays with it.");
            assertThat(report.restored()).isEmpty();
        });
        assertThat(world.all()).isEqualTo(before);
        inA(em -> assertThat(Deletions.of(em).find(first).orElseThrow().undoneAt())
                .isEmpty());
    }

    @Test
    void aRowChangedSinceThePlanStandsInTheWay() {
        DeletionId deletion = delete(em -> em.remove(em.find(Ticket.class, ticket)));
        assertThatThrownBy(() -> inA(em -> {
                    UndoPlan plan = Deletions.of(em).planUndo(deletion);
                    em.createNativeQuery("update ticket set version = version + 1")
                            .executeUpdate();
                    plan.execute();
                }))
                .isInstanceOf(UndoRefusedException.class)
                .hasMessageContaining("Ticket " + ticket + " was changed since the plan was made. Make the plan anew.");
    }

    @Test
    void twiceIsOnce() {
        DeletionId deletion = delete(em -> em.remove(em.find(Ticket.class, ticket)));
        inA(em -> Deletions.of(em).undo(deletion));
        List<String> before = world.all();
        inA(em -> assertThat(Deletions.of(em).undo(deletion).total()).isZero());
        assertThat(world.all()).isEqualTo(before);
    }

    @Test
    void withinTheSameTransaction() {
        List<String> before = allButVersions();
        inA(em -> {
            Deletions deletions = Deletions.of(em);
            DeletionId deletion = deletions.because("mistake", () -> em.remove(em.find(Project.class, project)));
            deletions.undo(deletion);
            assertThat(em.find(Ticket.class, ticket)).isNotNull();
        });
        assertThat(allButVersions()).isEqualTo(before);
    }

    @Test
    void somebodyElseCannotUndoIt() {
        DeletionId deletion = delete(em -> em.remove(em.find(Project.class, project)));
        List<String> before = world.all();
        world.in(b, em -> assertThat(Deletions.of(em).undo(deletion).total()).isZero());
        assertThat(world.all()).isEqualTo(before);
        world.in(b, em -> assertThat(Deletions.of(em).find(deletion)).isEmpty());
        inA(em -> assertThat(Deletions.of(em).find(deletion)).isPresent());
        world.across(em -> assertThat(Deletions.of(em).find(deletion)).isPresent());
    }

    @Test
    void rowsInSeveralTables() {
        DeviceId printer = world.get(a, em -> {
            Printer made = new Printer("laser", 7);
            em.persist(made);
            return made.id;
        });
        DeletionId deletion = delete(em -> em.remove(em.find(Device.class, printer)));
        inA(em -> Deletions.of(em).undo(deletion));
        inA(em -> assertThat(em.find(Printer.class, printer).pages).isEqualTo(7));
    }

    @Test
    void needsATransaction() {
        TenantScope.of(a).run(() -> {
            try (EntityManager em = world.safe.createEntityManager()) {
                assertThatThrownBy(() -> Deletions.of(em).undo(DeletionId.create()))
                        .isInstanceOf(DeletionRefusedException.class)
                        .hasMessageContaining("need a transaction");
            }
        });
    }

    @Test
    void aMarkedUnitIsClosedByOneUpdateAndOpenedByOne() {
        SiteId site = SiteId.create();
        world.in(a, em -> {
            em.persist(new Customer(a, "A"));
            Site made = new Site(site, "Berlin");
            em.persist(made);
            em.find(Project.class, project).home = made;
        });
        List<String> before = allButVersions();
        DeletionId deletion = delete(em -> em.remove(em.find(Site.class, site)));
        assertThat(world.rows("select marked from tenant_safety_deletion")).containsExactly("Site 1 | ");
        assertThat(world.rows("select deleted_at from project where deleted_at is not null"))
                .isEmpty();
        assertThatThrownBy(() -> TenantScope.of(a).narrow(site).run(() -> world.without(em -> count(em, "Note"))))
                .isInstanceOf(MarkedException.class)
                .hasMessageStartingWith(
                        "The scope of " + site + " cannot be entered: Site " + site + " was deleted by " + deletion);
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(allButVersions()).isEqualTo(before);
        TenantScope.of(a)
                .narrow(site)
                .run(() -> world.without(em -> assertThat(count(em, "Note")).isZero()));
    }

    @Test
    void aMarkedTenantIsLeftOutAcrossTenantsAndCanBeUndone() {
        world.in(a, em -> em.persist(new Customer(a, "A")));
        DeletionId deletion = delete(em -> em.remove(em.find(Customer.class, a)));
        assertThatThrownBy(() -> inA(em -> count(em, "Ticket"))).isInstanceOf(MarkedException.class);
        CrossTenant.read("report")
                .run(() -> world.without(em -> {
                    assertThat(count(em, "Project")).isEqualTo(1);
                    assertThat(count(em, "Ticket")).isZero();
                    assertThat(count(em, "Comment")).isZero();
                }));
        inA(em -> Deletions.of(em).undo(deletion));
        inA(em -> assertThat(count(em, "Ticket")).isEqualTo(2));
        CrossTenant.read("report")
                .run(() -> world.without(em -> {
                    assertThat(count(em, "Project")).isEqualTo(2);
                    assertThat(count(em, "Comment")).isEqualTo(1);
                }));
    }
}
