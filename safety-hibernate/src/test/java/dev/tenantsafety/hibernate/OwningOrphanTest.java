package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.hibernate.world.TicketId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.OneToOne;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** An orphan whose link was a column of the row that let it go comes back without it, and the plan says so. */
@ParameterizedClass
@EnumSource(Database.class)
class OwningOrphanTest extends WorldTest {

    @Entity(name = "Det")
    static class Det implements SoftDeletable {
        @Id
        TicketId id = TicketId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Head")
    static class Head implements SoftDeletable {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToOne(cascade = CascadeType.ALL, orphanRemoval = true, fetch = FetchType.LAZY)
        @Nullable
        Det det = new Det();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    private final Head head = new Head();
    private final Det det = head.det;

    OwningOrphanTest(Database database) {
        super(new World(database, List.of(Head.class, Det.class), Map.of()));
        inA(em -> em.persist(head));
    }

    @Test
    void thePlanSaysThatTheLinkIsGone() {
        DeletionId deletion =
                world.get(a, em -> Deletions.of(em).because("test", () -> em.find(Head.class, head.id).det = null));
        inA(em -> {
            UndoPlan plan = Deletions.of(em).planUndo(deletion);
            assertThat(plan.notes())
                    .containsExactly("Det " + det.id
                            + " comes back, and no Head.det refers to it: a link that is a column of the "
                            + "other row is not restored. Set the attribute after the undo.");
            assertThat(plan.toString())
                    .contains("1 Det come back; no conflict", plan.notes().get(0));
            plan.execute();
            em.find(Head.class, head.id).det = em.find(Det.class, det.id);
        });
        assertThat(world.rows("select det_id from head")).containsExactly(det.id.uuid() + " | ");
    }

    @Test
    void whatIsLinkedHasNoNote() {
        DeletionId deletion =
                world.get(a, em -> Deletions.of(em).because("test", () -> em.remove(em.find(Head.class, head.id))));
        inA(em -> {
            UndoPlan plan = Deletions.of(em).planUndo(deletion);
            assertThat(plan.notes()).isEmpty();
            assertThat(plan).hasToString(deletion + ": 1 Det, 1 Head come back; no conflict");
            plan.execute();
        });
        assertThat(world.rows("select det_id from head where deleted_at is null"))
                .containsExactly(det.id.uuid() + " | ");
    }
}
