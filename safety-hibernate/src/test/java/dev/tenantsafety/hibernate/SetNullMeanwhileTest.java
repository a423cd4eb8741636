package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.ManyToOne;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A row without a version that one transaction lets point elsewhere, while another marks what it pointed at. */
@ParameterizedClass
@EnumSource(Database.class)
class SetNullMeanwhileTest extends WorldTest {

    @Entity(name = "Agent")
    static class Agent implements SoftDeletable {
        @Id
        String name = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Work")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Work implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    /** In a table of its own, which is all that the other transaction writes. */
    @Entity(name = "Job")
    static class Job extends Work {
        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.SET_NULL)
        @Nullable
        Agent agent;

        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.CASCADE)
        @Nullable
        Agent owner;

        void move(Agent to) {
            agent = to;
            owner = to;
        }
    }

    SetNullMeanwhileTest(Database database) {
        super(new World(database, List.of(Agent.class, Work.class, Job.class), Map.of()));
        inA(em -> {
            for (String name : List.of("one", "two")) {
                Agent agent = new Agent();
                agent.name = name;
                em.persist(agent);
            }
        });
    }

    private static Agent agent(EntityManager em, String name) {
        return em.find(Agent.class, name);
    }

    @Test
    void whatPointsElsewhereMeanwhileStaysSo() {
        inA(em -> {
            Job job = new Job();
            job.agent = agent(em, "one");
            job.owner = agent(em, "two");
            em.persist(job);
            Job other = new Job();
            other.id = 1;
            other.owner = agent(em, "one");
            em.persist(other);
        });
        DeletionId[] deletion = new DeletionId[1];
        Throwable thrown = meanwhile(
                em -> List.of(0L, 1L).forEach(id -> em.find(Job.class, id).move(agent(em, "two"))),
                em -> deletion[0] = Deletions.of(em).because("gone", () -> em.remove(agent(em, "one"))));
        assertThat(thrown).isNull();
        List<String> moved = List.of("0 | two | two | null | ", "1 | two | two | null | ");
        String jobs =
                "select j.id, j.agent_name, j.owner_name, w.deletion_id from job j join work w on w.id = j.id order by j.id";
        assertThat(world.rows(jobs)).isEqualTo(moved);
        inA(em -> Deletions.of(em).undo(deletion[0]));
        assertThat(world.rows(jobs)).isEqualTo(moved);
    }
}
