package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.Comment;
import dev.tenantsafety.hibernate.world.Device;
import dev.tenantsafety.hibernate.world.Label;
import dev.tenantsafety.hibernate.world.Milestone;
import dev.tenantsafety.hibernate.world.Note;
import dev.tenantsafety.hibernate.world.Printer;
import dev.tenantsafety.hibernate.world.Project;
import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.hibernate.world.Ticket;
import dev.tenantsafety.hibernate.world.TicketId;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.scope.IncludeDeleted;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.EntityNotFoundException;
import jakarta.persistence.LockModeType;
import jakarta.persistence.OptimisticLockException;
import java.util.List;
import org.hibernate.Session;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a delete does, on each way that leads to one. */
@ParameterizedClass
@EnumSource(Database.class)
class MarkTest extends WorldTest {

    private ProjectId project = ProjectId.create();
    private TicketId ticket = TicketId.create();

    MarkTest(Database database) {
        super(new World(database));
    }

    @BeforeEach
    void project() {
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

    private List<String> marks(String table) {
        return world.rows("select case when deleted_at is null then 'alive' else 'marked' end from " + table);
    }

    @Test
    @Shows(
            value =
                    "`remove`, a repository's `delete…` (but `…InBatch`, a `Specification` and `@Modifying` queries, which are bulk), "
                            + "REMOVE cascade, orphan removal",
            in = Shows.PROTECTED)
    void removeMarksTheRowAndWhatItCascadesTo() {
        inA(em -> em.remove(em.find(Project.class, project)));
        assertThat(marks("project")).containsExactly("marked | ");
        assertThat(marks("ticket")).containsExactly("marked | ", "marked | ");
        assertThat(marks("comment")).containsExactly("marked | ");
        assertThat(marks("milestone")).containsExactly("marked | ");
        assertThat(marks("label")).containsExactly("alive | ");
    }

    @Test
    @Shows("elements and links (`@ElementCollection`, `@ManyToMany`) of a marked entity")
    void linksStay() {
        List<String> tags = world.rows("select * from project_tags");
        List<String> labels = world.rows("select * from project_label");
        List<String> links = world.rows("select project_id from ticket");
        List<String> milestones = world.rows("select project_id from milestone");
        inA(em -> em.remove(em.find(Project.class, project)));
        assertThat(world.rows("select * from project_tags")).isEqualTo(tags).hasSize(1);
        assertThat(world.rows("select * from project_label")).isEqualTo(labels).hasSize(1);
        assertThat(world.rows("select project_id from ticket")).isEqualTo(links);
        assertThat(world.rows("select project_id from milestone"))
                .isEqualTo(milestones)
                .doesNotContain("null | ");
    }

    @Test
    @Shows(value = "collections, also those of `@Shared` entities", in = Shows.PROTECTED)
    @Shows(value = "queries", in = Shows.IN_ANOTHER_SESSION)
    @Shows(value = "`find`, `findMultiple`", in = Shows.IN_ANOTHER_SESSION)
    @Shows(value = "collections", in = Shows.IN_ANOTHER_SESSION)
    void markedRowsAreInvisible() {
        inA(em -> em.remove(em.find(Ticket.class, ticket)));
        inA(em -> {
            assertThat(em.find(Ticket.class, ticket)).isNull();
            assertThat(em.unwrap(Session.class).findMultiple(Ticket.class, List.of(ticket)))
                    .containsOnlyNulls();
            assertThat(count(em, "Ticket")).isEqualTo(1);
            assertThat(count(em, "Comment")).isZero();
            assertThat(em.createQuery("from Project p join fetch p.tickets", Project.class)
                            .getResultList()
                            .get(0)
                            .tickets)
                    .hasSize(1);
            assertThat(em.createQuery("select t.title from Project p join p.tickets t", String.class)
                            .getResultList())
                    .containsExactly("coffee");
            assertThat(em.createQuery("select size(p.tickets) from Project p", Integer.class)
                            .getSingleResult())
                    .isEqualTo(1);
            var criteria = em.getCriteriaBuilder().createQuery(Ticket.class);
            criteria.from(Ticket.class);
            assertThat(em.createQuery(criteria).getResultList()).hasSize(1);
        });
        inA(em -> assertThat(em.find(Project.class, project).tickets).hasSize(1));
    }

    @Test
    void markedElementsOfManyToManyAreInvisible() {
        inA(em -> em.remove(em.createQuery("from Label", Label.class).getSingleResult()));
        inA(em -> assertThat(em.find(Project.class, project).labels).isEmpty());
        assertThat(world.count("project_label")).isEqualTo(1);
        inA(em -> em.find(Project.class, project).name = "changed");
        assertThat(world.count("project_label")).isEqualTo(1);
    }

    @Test
    @Shows("`contains(x)`")
    @Shows(
            value = "queries",
            in = {Shows.BEFORE_THE_FLUSH, Shows.AFTER_IT})
    void whatOneSeesAfterRemove() {
        inA(em -> {
            Ticket managed = em.find(Ticket.class, ticket);
            em.remove(managed);
            // before the flush
            assertThat(em.contains(managed)).isTrue();
            assertThat(em.find(Ticket.class, ticket)).isNull();
            em.remove(managed); // twice is once
            // queries flush first
            assertThat(count(em, "Ticket")).isEqualTo(1);
            // after it
            assertThat(em.contains(managed)).isTrue();
            assertThat(em.find(Ticket.class, ticket)).isNull();
            assertThat(managed.tombstone).isNotNull();
        });
        assertThat(marks("ticket")).containsExactly("alive | ", "marked | ");
    }

    @Test
    void persistBeforeTheEndTakesTheMarkBack() {
        inA(em -> {
            Ticket managed = em.find(Ticket.class, ticket);
            em.remove(managed);
            em.flush();
            em.persist(managed);
            assertThat(em.find(Ticket.class, ticket)).isSameAs(managed);
        });
        assertThat(marks("comment")).containsExactly("alive | ");
        assertThat(marks("ticket")).containsExactly("alive | ", "alive | ");
    }

    @Test
    @Shows(
            value =
                    "`remove`, a repository's `delete…` (but `…InBatch`, a `Specification` and `@Modifying` queries, which are bulk), "
                            + "REMOVE cascade, orphan removal",
            in = Shows.PROTECTED)
    void anOrphanIsMarkedAndKeepsItsLink() {
        inA(em -> em.find(Project.class, project).tickets.removeIf(t -> t.id.equals(ticket)));
        assertThat(marks("ticket")).containsExactly("alive | ", "marked | ");
        assertThat(marks("comment")).containsExactly("marked | ");
        assertThat(world.rows("select project_id from ticket")).doesNotContain("null | ");
    }

    @Test
    void anOrphanWhoseLinkOnlyTheParentKnowsKeepsIt() {
        inA(em -> em.find(Project.class, project).milestones.clear());
        assertThat(marks("milestone")).containsExactly("marked | ");
        assertThat(world.rows("select project_id from milestone")).doesNotContain("null | ");
        inA(em -> assertThat(em.find(Project.class, project).milestones).isEmpty());
    }

    @Test
    void whatIsPutBackIsAliveAgain() {
        inA(em -> {
            Project managed = em.find(Project.class, project);
            Ticket taken = em.find(Ticket.class, ticket);
            Milestone milestone = managed.milestones.iterator().next();
            managed.tickets.remove(taken);
            managed.milestones.clear();
            em.flush();
            managed.tickets.add(taken);
            managed.milestones.add(milestone);
        });
        assertThat(marks("ticket")).containsExactly("alive | ", "alive | ");
        assertThat(marks("comment")).containsExactly("alive | ");
        assertThat(marks("milestone")).containsExactly("alive | ");
        inA(em -> {
            assertThat(em.find(Project.class, project).tickets).hasSize(2);
            assertThat(em.find(Project.class, project).milestones).hasSize(1);
        });
    }

    @Test
    void elementsAndLinksAreTakenOutAsEver() {
        inA(em -> {
            Project managed = em.find(Project.class, project);
            managed.tags.clear();
            managed.labels.clear();
        });
        assertThat(world.count("project_tags")).isZero();
        assertThat(world.count("project_label")).isZero();
        inA(em -> {
            Project managed = em.find(Project.class, project);
            managed.tags.add("red");
            managed.labels.add(em.createQuery("from Label", Label.class).getSingleResult());
        });
        assertThat(world.count("project_tags")).isEqualTo(1);
        assertThat(world.count("project_label")).isEqualTo(1);
    }

    @Test
    void theVersionIsChecked() {
        assertThatThrownBy(() -> inA(em -> {
                    Ticket stale = em.find(Ticket.class, ticket);
                    world.sql("update ticket set version = version + 1 where title = 'printer'");
                    em.remove(stale);
                    em.flush();
                }))
                .isInstanceOf(OptimisticLockException.class);
        assertThat(marks("ticket")).containsExactly("alive | ", "alive | ");
    }

    @Test
    @Shows(value = "`merge` of a copy of somebody else's, or a marked, row", in = Shows.PROTECTED)
    @Shows("`merge` of a copy")
    void aCopyOfAMarkedRowCannotBeMerged() {
        Project detached = world.get(a, em -> em.find(Project.class, project));
        Ticket versioned = world.get(a, em -> em.find(Ticket.class, ticket));
        inA(em -> em.remove(em.find(Project.class, project)));
        List<String> before = world.all();
        detached.name = "back";
        versioned.title = "back";
        assertThatThrownBy(() -> inA(em -> em.merge(detached))).isInstanceOf(MarkedException.class);
        assertThatThrownBy(() -> inA(em -> em.merge(versioned))).isInstanceOf(MarkedException.class);
        assertThat(world.all()).isEqualTo(before);
    }

    @Test
    void aMarkedCopyCannotBeMerged() {
        Ticket marked = world.get(a, em -> {
            Ticket managed = em.find(Ticket.class, ticket);
            em.remove(managed);
            return managed;
        });
        assertThatThrownBy(() -> inA(em -> em.merge(marked))).isInstanceOf(MarkedException.class);
    }

    @Test
    @Shows(value = "`refresh(x)`", in = Shows.AFTER_IT)
    void refreshAndLockOfWhatWasMarked() {
        inA(em -> {
            Ticket managed = em.find(Ticket.class, ticket);
            em.remove(managed);
            em.flush();
            assertThatThrownBy(() -> em.refresh(managed)).isInstanceOf(EntityNotFoundException.class);
        });
        inA(em -> {
            Project managed = em.find(Project.class, project, LockModeType.PESSIMISTIC_WRITE);
            em.remove(managed);
        });
        assertThat(marks("project")).containsExactly("marked | ");
    }

    @Test
    void inheritanceInSeveralTables() {
        var ids = world.get(a, em -> {
            Printer printer = new Printer("laser", 7);
            Device device = new Device("plain");
            em.persist(printer);
            em.persist(device);
            return List.of(printer.id, device.id);
        });
        inA(em -> em.remove(em.find(Device.class, ids.get(0))));
        assertThat(world.count("printer")).isEqualTo(1);
        inA(em -> {
            assertThat(em.find(Printer.class, ids.get(0))).isNull();
            assertThat(count(em, "Device")).isEqualTo(1);
            assertThat(count(em, "Printer")).isZero();
        });
    }

    @Test
    void whatIsNotProtectedIsDeleted() {
        inA(em -> em.persist(new Note(SiteId.create(), "gone soon")));
        inA(em -> em.remove(em.createQuery("from Note", Note.class).getSingleResult()));
        assertThat(world.count("note")).isZero();
    }

    @Test
    void oneTransactionIsOneDeletion() {
        inA(em -> {
            em.remove(em.find(Ticket.class, ticket));
            em.flush();
            em.remove(em.createQuery("from Label", Label.class).getSingleResult());
        });
        assertThat(world.rows("select distinct deletion_id from ticket where deleted_at is not null "
                        + "union select deletion_id from label"))
                .hasSize(1);
        assertThat(world.rows("select marked, deleted_by, reason, scope from tenant_safety_deletion"))
                .containsExactly("Comment 1, Label 1, Ticket 1 | unknown | null | " + a + " | ");
    }

    @Test
    void aReasonMakesADeletionOfItsOwn() {
        inA(em -> {
            Deletions deletions = Deletions.of(em).by("bob");
            em.remove(em.createQuery("from Label", Label.class).getSingleResult());
            var deletion = deletions.because("asked for in T-17", () -> em.remove(em.find(Ticket.class, ticket)));
            DeletionRecord record = deletions.find(deletion).orElseThrow();
            assertThat(record.reason()).contains("asked for in T-17");
            assertThat(record.actor()).isEqualTo("bob");
            assertThat(record.marked()).isEqualTo("Comment 1, Ticket 1");
            assertThat(record.scope()).isEqualTo(a.toString());
            assertThat(record.undoneAt()).isEmpty();
        });
        assertThat(world.rows("select marked from tenant_safety_deletion"))
                .containsExactly("Comment 1, Ticket 1 | ", "Label 1 | ");
    }

    @Test
    void whatIsRolledBackLeavesNoTrace() {
        List<String> before = world.all();
        assertThatThrownBy(() -> inA(em -> {
                    em.remove(em.find(Project.class, project));
                    em.flush();
                    throw new IllegalArgumentException("no");
                }))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(world.all()).isEqualTo(before);
        assertThat(world.count("tenant_safety_deletion")).isZero();
    }

    @Test
    void manyAreMarkedByTheirIds() {
        inA(em -> Deletions.of(em).mark(Ticket.class, List.of(ticket), "spam"));
        assertThat(marks("ticket")).containsExactly("alive | ", "marked | ");
        TicketId missing = TicketId.create();
        assertThatThrownBy(() -> inA(em -> Deletions.of(em).mark(Ticket.class, List.of(missing), "spam")))
                .isInstanceOf(ForeignRowException.class)
                .hasMessageStartingWith(
                        "Ticket " + missing + " was to be marked, but there is no such row in the open scope");
    }

    @Test
    void theBinCanBeLookedAtAndNotChanged() {
        inA(em -> em.remove(em.find(Ticket.class, ticket)));
        inA(em -> IncludeDeleted.because("bin").run(() -> {
            assertThat(em.find(Ticket.class, ticket)).isNotNull();
            assertThat(em.createQuery("from Comment", Comment.class).getResultList())
                    .hasSize(1);
            assertThat(em.createQuery(
                                    "select t.tombstone.deletedBy from Ticket t where t.tombstone is not null",
                                    String.class)
                            .getResultList())
                    .containsExactly("unknown");
        }));
        assertThatThrownBy(() -> inA(
                        em -> IncludeDeleted.because("bin").run(() -> em.find(Ticket.class, ticket).title = "changed")))
                .hasRootCauseInstanceOf(MarkedException.class)
                .rootCause()
                .hasMessageContaining("Undo that deletion first");
    }

    @Test
    void aMarkIsNotSetByHand() {
        assertThatThrownBy(() -> inA(em -> em.find(Ticket.class, ticket).tombstone =
                        new Tombstone(java.time.Instant.now(), "me", dev.tenantsafety.id.DeletionId.create())))
                .hasRootCauseInstanceOf(MarkedException.class);
    }
}
