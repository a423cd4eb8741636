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
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** An element whose mark is taken back is in the lists of those that were marked after it, when they come back. */
@ParameterizedClass
@EnumSource(Database.class)
class TakenBackPlacesTest extends WorldTest {

    @Entity(name = "Step")
    static class Step implements SoftDeletable {
        @Id
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Plan plan;

        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.CASCADE)
        @Nullable
        Step with;

        @Embedded
        @Nullable
        Tombstone tombstone;

        @Override
        public String toString() {
            return id;
        }
    }

    @Entity(name = "Plan")
    static class Plan {
        @Id
        String id = "p";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToMany(mappedBy = "plan")
        @OrderColumn(name = "inverse_place")
        List<Step> inverse = new ArrayList<>();

        @OneToMany
        @JoinColumn(name = "own_plan")
        @OrderColumn(name = "own_place")
        List<Step> own = new ArrayList<>();

        @ManyToMany
        @JoinTable(name = "plan_linked")
        @OrderColumn(name = "linked_place")
        List<Step> linked = new ArrayList<>();
    }

    TakenBackPlacesTest(Database database) {
        super(new World(database, List.of(Step.class, Plan.class), Map.of()));
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            Plan plan = new Plan();
            em.persist(plan);
            for (String id : List.of("x", "y", "z")) {
                Step step = new Step();
                step.id = id;
                step.plan = plan;
                em.persist(step);
                plan.inverse.add(step);
                plan.own.add(step);
                plan.linked.add(step);
            }
        });
    }

    private static Step step(EntityManager em, String id) {
        return em.find(Step.class, id);
    }

    private void isUndone(Consumer<EntityManager> program) {
        DeletionId deletion = world.get(a, em -> Deletions.of(em).because("a test", () -> program.accept(em)));
        inA(em -> assertThat(step(em, "z")).isNull());
        inA(em -> Deletions.of(em).undo(deletion));
        isInOrder();
    }

    private void isInOrder() {
        inA(em -> {
            Plan plan = em.find(Plan.class, "p");
            for (List<Step> list : List.of(plan.inverse, plan.own, plan.linked)) {
                assertThat(list).hasToString("[x, y, z]");
            }
        });
    }

    @Test
    void oneThatALaterFlushMarked() {
        isUndone(em -> {
            Step x = step(em, "x");
            em.remove(x);
            em.flush();
            em.remove(step(em, "z"));
            em.flush();
            em.persist(x);
        });
    }

    @Test
    void oneThatTheMarkTookAlong() {
        inA(em -> step(em, "z").with = step(em, "x"));
        isUndone(em -> {
            Step x = step(em, "x");
            em.remove(x);
            em.flush();
            em.persist(x);
        });
    }

    @Test
    void oneThatAnotherDeletionMarked() {
        DeletionId deletion = world.get(a, em -> {
            Step x = step(em, "x");
            Deletions.of(em).because("a test", () -> em.remove(x));
            DeletionId later = Deletions.of(em).because("a test", () -> em.remove(step(em, "z")));
            em.persist(x);
            return later;
        });
        inA(em -> Deletions.of(em).undo(deletion));
        isInOrder();
    }
}
