package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.Project;
import dev.tenantsafety.hibernate.world.Ticket;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.EntityManager;
import java.util.function.Consumer;
import org.hibernate.Hibernate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A transaction that removed an instance is rolled back, and tried again with the same instance. */
@ParameterizedClass
@EnumSource(Database.class)
class TriedAgainTest extends WorldTest {

    private Project project = new Project("project");
    private Ticket ticket = project.ticket("ticket");

    TriedAgainTest(Database database) {
        super(new World(database));
        inA(em -> em.persist(project));
        inA(em -> {
            ticket = em.find(Ticket.class, ticket.id);
            project = (Project) Hibernate.unproxy(em.find(Project.class, project.id));
            Hibernate.initialize(project.tickets);
            Hibernate.initialize(ticket.comments);
        });
    }

    private void rolledBack(Consumer<EntityManager> work) {
        TenantScope.of(a).run(() -> {
            try (EntityManager em = world.safe.createEntityManager()) {
                em.getTransaction().begin();
                work.accept(em);
                em.getTransaction().rollback();
            }
        });
    }

    @Test
    void itIsRemoved() {
        rolledBack(em -> {
            ticket = em.find(Ticket.class, ticket.id);
            em.remove(ticket);
            em.flush();
        });
        assertThat(ticket.tombstone).isNull();
        assertThat(ticket.version).isZero();
        inA(em -> em.remove(em.merge(ticket)));
        assertThat(world.count("ticket where deleted_at is not null and version = 1"))
                .isEqualTo(1);
    }

    @Test
    void itIsRemovedWithoutAVersion() {
        rolledBack(em -> {
            project = em.find(Project.class, project.id);
            em.remove(project);
            em.flush();
        });
        assertThat(project.tombstone).isNull();
        assertThat(project.tickets).allMatch(each -> each.tombstone == null && each.version == 0);
        inA(em -> em.remove(em.merge(project)));
        assertThat(world.count("project where deleted_at is not null")).isEqualTo(1);
        assertThat(world.count("ticket where deleted_at is not null")).isEqualTo(1);
    }

    @Test
    void itIsSaved() {
        rolledBack(em -> {
            ticket = em.find(Ticket.class, ticket.id);
            em.remove(ticket);
            em.flush();
        });
        ticket.title = "changed";
        inA(em -> em.merge(ticket));
        assertThat(world.count("ticket where title = 'changed' and deleted_at is null"))
                .isEqualTo(1);
    }

    @Test
    void itWasNotFlushed() {
        rolledBack(em -> {
            ticket = em.find(Ticket.class, ticket.id);
            em.remove(ticket);
        });
        assertThat(ticket.tombstone).isNull();
        inA(em -> em.remove(em.merge(ticket)));
        assertThat(world.count("ticket where deleted_at is not null")).isEqualTo(1);
    }

    @Test
    void theSessionIsUsedAgain() {
        TenantScope.of(a).run(() -> {
            try (EntityManager em = world.safe.createEntityManager()) {
                em.getTransaction().begin();
                Ticket found = em.find(Ticket.class, ticket.id);
                em.remove(found);
                em.flush();
                em.getTransaction().rollback();
                em.getTransaction().begin();
                em.remove(em.merge(found));
                em.getTransaction().commit();
            }
        });
        assertThat(world.count("ticket where deleted_at is not null and version = 1"))
                .isEqualTo(1);
    }

    @Test
    void itIsRemovedAfterAnErrorOfTheDatabase() {
        Project other = new Project("other");
        inA(em -> em.persist(other));
        Ticket[] held = new Ticket[1];
        assertThatThrownBy(() -> inA(em -> {
                    held[0] = em.find(Ticket.class, ticket.id);
                    em.remove(held[0]);
                    em.flush();
                    Project late = new Project("late");
                    late.id = other.id;
                    em.persist(late);
                    em.flush();
                }))
                .isInstanceOf(RuntimeException.class);
        assertThat(held[0].tombstone).isNull();
        inA(em -> em.remove(em.merge(held[0])));
        assertThat(world.count("ticket where deleted_at is not null and version = 1"))
                .isEqualTo(1);
    }

    @Test
    void aNewOneIsPersistedAgain() {
        Project fresh = new Project("fresh");
        rolledBack(em -> {
            em.persist(fresh);
            em.flush();
            em.remove(fresh);
            em.flush();
        });
        inA(em -> em.persist(fresh));
        assertThat(world.count("project where name = 'fresh' and deleted_at is null"))
                .isEqualTo(1);
    }
}
