package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import jakarta.persistence.RollbackException;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.hibernate.FlushMode;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a transaction leaves in instances that go on: one that failed, one that did not flush, and one that wrote past them. */
@ParameterizedClass
@EnumSource(Database.class)
class RolledBackReferencesTest extends WorldTest {

    @MappedSuperclass
    abstract static class Base implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Agent")
    static class Agent extends Base {
        @OneToMany(mappedBy = "of", cascade = CascadeType.ALL)
        List<Note> notes = new ArrayList<>();
    }

    @Entity(name = "Note")
    static class Note extends Base {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Agent of;
    }

    @MappedSuperclass
    abstract static class Work extends Base {
        String title = "";

        void rename(String now) {
            title = now;
        }
    }

    @Entity(name = "Job")
    static class Job extends Work {
        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.SET_NULL)
        @Nullable
        Agent agent;
    }

    @Entity(name = "Task")
    static class Task extends Work {
        @Version
        int version;

        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.SET_NULL)
        @Nullable
        Agent agent;
    }

    @Entity(name = "Duty")
    static class Duty extends Work {
        @Version
        int version;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Agent agent;
    }

    RolledBackReferencesTest(Database database) {
        super(new World(database, List.of(Agent.class, Note.class, Job.class, Task.class, Duty.class), Map.of()));
        inA(em -> {
            Agent agent = new Agent();
            em.persist(agent);
            Note note = new Note();
            note.of = agent;
            agent.notes.add(note);
            Job job = new Job();
            job.agent = agent;
            em.persist(job);
            Task task = new Task();
            task.agent = agent;
            em.persist(task);
        });
    }

    private static Agent agent(EntityManager em) {
        return em.find(Agent.class, 0L);
    }

    private void session(Consumer<EntityManager> work) {
        TenantScope.of(a).run(() -> {
            try (EntityManager em = world.safe.createEntityManager()) {
                work.accept(em);
            }
        });
    }

    private static void transaction(EntityManager em, Runnable work) {
        em.getTransaction().begin();
        work.run();
        em.getTransaction().commit();
    }

    private void retry(Work... held) {
        inA(em -> {
            for (Work each : held) {
                each.rename("changed");
                em.merge(each);
            }
        });
        assertThat(world.rows("select title, agent_id from job")).containsExactly("changed | 0 | ");
        assertThat(world.rows("select title, agent_id from task")).containsExactly("changed | 0 | ");
    }

    @Test
    void aRollbackGivesBackWhatAMarkSetToNull() {
        Work[] held = new Work[2];
        session(em -> {
            em.getTransaction().begin();
            held[0] = em.find(Job.class, 0L);
            held[1] = em.find(Task.class, 0L);
            em.remove(agent(em));
            em.flush();
            em.getTransaction().rollback();
        });
        retry(held);
    }

    @Test
    void soDoesARefusal() {
        inA(em -> {
            Duty duty = new Duty();
            duty.agent = agent(em);
            em.persist(duty);
        });
        Work[] held = new Work[2];
        session(em -> {
            em.getTransaction().begin();
            held[0] = em.find(Job.class, 0L);
            held[1] = em.find(Task.class, 0L);
            em.remove(agent(em));
            assertThatThrownBy(() -> em.getTransaction().commit()).isInstanceOf(RollbackException.class);
        });
        retry(held);
    }

    /** As in a conversation of several transactions, of which the last flushes. */
    @Test
    void whatWasRemovedWithoutAFlushIsRemovedByTheNext() {
        session(em -> {
            em.unwrap(Session.class).setHibernateFlushMode(FlushMode.MANUAL);
            transaction(em, () -> em.remove(agent(em)));
            assertThat(world.count("agent where deletion_id is null")).isOne();
            transaction(em, em::flush);
        });
        assertThat(world.count("agent where deletion_id is not null")).isOne();
        assertThat(world.count("note where deletion_id is not null")).isOne();
        assertThat(world.rows("select count(*) from tenant_safety_deletion where undone_at is null"))
                .containsExactly("1 | ");
    }

    @Test
    void andWithoutAnotherFlushItIsNotRemoved() {
        Agent[] held = new Agent[1];
        session(em -> {
            em.unwrap(Session.class).setHibernateFlushMode(FlushMode.MANUAL);
            transaction(em, () -> {
                held[0] = agent(em);
                em.remove(held[0]);
            });
        });
        inA(em -> em.merge(held[0]));
        assertThat(world.count("agent where deletion_id is null")).isOne();
        assertThat(world.count("tenant_safety_deletion")).isZero();
    }

    /** With a foreign key of the database alone, the last update fails. */
    @Test
    void aRowIsNotWrittenBackToWhatTheSessionMarked() {
        for (boolean isOneTransaction : new boolean[] {true, false}) {
            inA(em -> {
                Duty duty = new Duty();
                duty.id = isOneTransaction ? 1 : 2;
                Agent agent = new Agent();
                agent.id = duty.id;
                em.persist(agent);
                duty.agent = agent;
                em.persist(duty);
            });
            long id = isOneTransaction ? 1 : 2;
            assertThatThrownBy(() -> session(em -> {
                        em.getTransaction().begin();
                        Duty duty = em.find(Duty.class, id);
                        em.createQuery("update Duty d set d.agent = null where d.id = " + id)
                                .executeUpdate();
                        em.remove(em.find(Agent.class, id));
                        em.flush();
                        if (!isOneTransaction) {
                            em.getTransaction().commit();
                            em.getTransaction().begin();
                        }
                        duty.rename("new");
                        em.getTransaction().commit();
                    }))
                    .hasStackTraceContaining(
                            "Agent " + id + " is what Duty " + id + ".agent would point at, but was deleted by ");
            assertThat(world.count("duty d join agent a on a.id = d.agent_id where a.deletion_id is not null"))
                    .isZero();
        }
    }
}
