package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hibernate.annotations.JoinFormula;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A reference by a formula is one as any other; it stopped the start. */
@ParameterizedClass
@EnumSource(Database.class)
class JoinFormulaTest extends WorldTest {

    @Entity(name = "Goal")
    static class Goal implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToMany(mappedBy = "goal", cascade = CascadeType.ALL)
        List<Step> steps = new ArrayList<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Step")
    static class Step implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        long pick;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Goal goal;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinFormula("pick")
        @Nullable
        Goal picked;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    JoinFormulaTest(Database database) {
        super(new World(database, List.of(Goal.class, Step.class), Map.of()));
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            for (long id = 1; id <= 2; id++) {
                Goal goal = new Goal();
                goal.id = id;
                em.persist(goal);
                Step step = new Step();
                step.id = id;
                step.pick = id;
                em.persist(step);
            }
        });
    }

    @Test
    void isRead() {
        inA(em -> assertThat(em.createQuery("select s.picked.id from Step s order by s.id", Long.class)
                        .getResultList())
                .containsExactly(1L, 2L));
        inA(em -> assertThat(em.find(Step.class, 1L).picked).isSameAs(em.getReference(Goal.class, 1L)));
    }

    @Test
    void keepsItsTarget() {
        assertThatThrownBy(() -> inA(em -> em.remove(em.find(Goal.class, 1L))))
                .hasRootCauseInstanceOf(StillReferencedException.class)
                .hasMessageContaining("Step.picked");
        inA(em -> {
            em.remove(em.find(Step.class, 1L));
            em.remove(em.find(Goal.class, 1L));
        });
        inA(em -> assertThat(count(em, "Goal")).isEqualTo(1));
    }
}
