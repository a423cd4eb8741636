package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.hibernate.world.Comment;
import dev.tenantsafety.hibernate.world.CommentId;
import dev.tenantsafety.hibernate.world.Label;
import dev.tenantsafety.hibernate.world.Project;
import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.hibernate.world.Ticket;
import dev.tenantsafety.hibernate.world.TicketId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.EntityManager;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Consumer;
import org.hibernate.Hibernate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A mark writes the tombstone and the version, whatever else a program changed of the row before or after it removed it. */
@ParameterizedClass
@EnumSource(Database.class)
class MarkOnlyTest extends WorldTest {

    private ProjectId project = ProjectId.create();
    private TicketId ticket = TicketId.create();
    private CommentId comment = CommentId.create();

    MarkOnlyTest(Database database) {
        super(new World(database));
    }

    @BeforeEach
    void project() {
        inA(em -> {
            Project made = new Project("office");
            Ticket first = made.ticket("printer");
            comment = first.comment("paper jam").id;
            first.comment("toner");
            made.tags.add("red");
            Label label = new Label("urgent");
            em.persist(label);
            made.labels.add(label);
            em.persist(made);
            project = made.id;
            ticket = first.id;
        });
    }

    private List<String> withoutMarks() {
        List<String> rows = new ArrayList<>();
        rows.addAll(world.rows("select id, ticket_id, text from comment"));
        rows.addAll(world.rows("select id, project_id, title from ticket"));
        rows.addAll(world.rows("select id, name, home_id from project"));
        rows.addAll(world.rows("select * from project_tags"));
        rows.addAll(world.rows("select * from project_label"));
        return rows;
    }

    /** Marks, finds nothing else written, and undoes. */
    private void isOnlyMarked(String table, Consumer<EntityManager> work) {
        List<String> before = withoutMarks();
        DeletionId deletion = world.get(a, em -> Deletions.of(em).because("test", () -> work.accept(em)));
        assertThat(world.count(table + " where deletion_id is not null")).isPositive();
        assertThat(withoutMarks()).isEqualTo(before);
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(world.count(table + " where deletion_id is not null")).isZero();
        assertThat(withoutMarks()).isEqualTo(before);
        inA(em -> assertThat(em.find(Ticket.class, ticket).comments).hasSize(2));
    }

    @Test
    void bothSidesAreCutInAnyOrder() {
        isOnlyMarked("comment", em -> {
            Ticket parent = em.find(Ticket.class, ticket);
            Comment found = em.find(Comment.class, comment);
            parent.comments.remove(found);
            found.ticket = null;
            em.remove(found);
        });
        isOnlyMarked("comment", em -> {
            Ticket parent = em.find(Ticket.class, ticket);
            Comment found = em.find(Comment.class, comment);
            em.remove(found);
            found.ticket = null;
            parent.comments.remove(found);
        });
        isOnlyMarked("comment", em -> {
            Ticket parent = em.find(Ticket.class, ticket);
            Comment found = em.find(Comment.class, comment);
            found.ticket = null;
            em.remove(found);
            parent.comments.remove(found);
        });
    }

    @Test
    void anOrphanIsCutOnItsOwnSideToo() {
        isOnlyMarked("comment", em -> {
            Ticket parent = em.find(Ticket.class, ticket);
            Comment found = em.find(Comment.class, comment);
            parent.comments.remove(found);
            found.ticket = null;
        });
        isOnlyMarked("comment", em -> {
            List<Comment> all = em.find(Ticket.class, ticket).comments;
            all.forEach(each -> each.ticket = null);
            all.clear();
        });
    }

    @Test
    void attributesThatMayNotBeNullAreNull() {
        isOnlyMarked("ticket", em -> {
            Ticket found = em.find(Ticket.class, ticket);
            found.title = "changed";
            found.project = null;
            em.remove(found);
            found.comments.clear();
        });
    }

    @Test
    void elementsAndLinksAreClearedOrReplacedBefore() {
        isOnlyMarked("project", em -> {
            Project found = em.find(Project.class, project);
            found.tags.clear();
            found.labels.clear();
            em.remove(found);
        });
        isOnlyMarked("project", em -> {
            Project found = em.find(Project.class, project);
            found.labels = new HashSet<>();
            em.remove(found);
            found.tags = new HashSet<>();
        });
    }

    @Test
    void whatIsChangedAfterTheMarkWasWrittenIsNotWritten() {
        isOnlyMarked("project", em -> {
            Project found = em.find(Project.class, project);
            em.remove(found);
            em.flush();
            found.name = "changed";
            found.tags.clear();
        });
    }

    @Test
    void aSessionGoesOnAfterItsTransaction() {
        TenantScope.of(a).run(() -> {
            try (EntityManager em = world.safe.createEntityManager()) {
                em.getTransaction().begin();
                Comment found = em.find(Comment.class, comment);
                found.ticket = null;
                em.remove(found);
                em.getTransaction().commit();
                em.getTransaction().begin();
                ((Project) Hibernate.unproxy(em.find(Project.class, project))).name = "changed";
                em.getTransaction().commit();
            }
        });
        assertThat(world.count("project where name = 'changed'")).isEqualTo(1);
        assertThat(world.count("comment where ticket_id is null")).isZero();
    }

    @Test
    void aMarkThatIsTakenBackWritesWhatWasChanged() {
        inA(em -> {
            Project found = em.find(Project.class, project);
            em.remove(found);
            found.name = "changed";
            found.tags.clear();
            em.flush();
            em.persist(found);
        });
        assertThat(world.rows("select name from project where deleted_at is null"))
                .containsExactly("changed | ");
        assertThat(world.count("project_tags")).isZero();
    }
}
