package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.hibernate.world.Label;
import dev.tenantsafety.hibernate.world.Milestone;
import dev.tenantsafety.hibernate.world.Project;
import dev.tenantsafety.hibernate.world.Ticket;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.EntityManager;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A new child is added to a parent that the same transaction removes. Nothing is inserted, as without us. */
@ParameterizedClass
@EnumSource(Database.class)
class ChildOfRemovedTest extends WorldTest {

    private final Project project = new Project("project");
    private final Ticket ticket = project.ticket("first");

    ChildOfRemovedTest(Database database) {
        super(new World(database));
        inA(em -> em.persist(project));
    }

    private void onlyMarks(Consumer<EntityManager> work) {
        DeletionId deletion = world.get(a, em -> Deletions.of(em).because("test", () -> work.accept(em)));
        assertThat(world.count("project where deleted_at is null")).isZero();
        assertThat(world.count("ticket")).isEqualTo(1);
        assertThat(world.count("comment")).isZero();
        assertThat(world.count("milestone")).isZero();
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(world.count("ticket where deleted_at is null")).isEqualTo(1);
    }

    @Test
    void itIsAddedBefore() {
        onlyMarks(em -> {
            Project found = em.find(Project.class, project.id);
            found.ticket("new").comment("new");
            found.milestones.add(new Milestone("new"));
            em.remove(found);
        });
    }

    @Test
    void itIsAddedAfter() {
        onlyMarks(em -> {
            Project found = em.find(Project.class, project.id);
            em.remove(found);
            found.ticket("new").comment("new");
            found.milestones.add(new Milestone("new"));
        });
    }

    @Test
    void itIsAddedAfterAFlush() {
        onlyMarks(em -> {
            Project found = em.find(Project.class, project.id);
            em.remove(found);
            em.flush();
            found.ticket("new");
        });
    }

    @Test
    void itIsAddedToAChildThatIsMarkedToo() {
        onlyMarks(em -> {
            Project found = em.find(Project.class, project.id);
            found.tickets.get(0).comment("new");
            em.remove(found);
        });
    }

    @Test
    void itWasPersisted() {
        inA(em -> {
            Project found = em.find(Project.class, project.id);
            Ticket added = found.ticket("new");
            em.persist(added);
            em.remove(found);
        });
        assertThat(world.count("project where deleted_at is null")).isZero();
        assertThat(world.count("ticket where deleted_at is null")).isZero();
    }

    @Test
    void allAreNew() {
        inA(em -> {
            Project fresh = new Project("fresh");
            fresh.ticket("new").comment("new");
            em.persist(fresh);
            em.remove(fresh);
        });
        assertThat(world.count("project where name = 'fresh' and deleted_at is null"))
                .isZero();
        assertThat(world.count("ticket where title = 'new' and deleted_at is null"))
                .isZero();
        assertThat(world.count("comment where deleted_at is null")).isZero();
    }

    @Test
    void whatAnAliveRowReachesTooIsInserted() {
        inA(em -> {
            Project found = em.find(Project.class, project.id);
            Project other = new Project("other");
            em.persist(other);
            Ticket moved = found.ticket("moved");
            em.remove(found);
            moved.project = other;
            other.tickets.add(moved);
        });
        assertThat(world.count("ticket where title = 'moved' and deleted_at is null"))
                .isEqualTo(1);
    }

    @Test
    void aMarkThatIsTakenBackInsertsIt() {
        inA(em -> {
            Project found = em.find(Project.class, project.id);
            found.ticket("new");
            em.remove(found);
            em.persist(found);
        });
        assertThat(world.count("ticket where deleted_at is null")).isEqualTo(2);
    }

    @Test
    void linksToWhatIsAliveAreIgnored() {
        inA(em -> {
            Label label = new Label("label");
            em.persist(label);
            Project found = em.find(Project.class, project.id);
            found.labels.add(label);
            em.remove(found);
        });
        assertThat(world.count("project_label")).isZero();
        assertThat(world.count("label")).isEqualTo(1);
        assertThat(ticket.id).isNotNull();
    }
}
