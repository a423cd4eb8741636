package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinTable;
import jakarta.persistence.OneToOne;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** To Hibernate the other side of a one-to-one by a join table is a reference, too. It points at nothing: the link is of the side that has the table. */
@ParameterizedClass
@EnumSource(Database.class)
class JoinTableOneToOneTest extends WorldTest {

    @Entity(name = "Desk")
    static class Desk implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToOne(mappedBy = "desk", fetch = FetchType.LAZY, cascade = CascadeType.ALL)
        @Nullable
        Lamp lamp;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Lamp")
    static class Lamp implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToOne(fetch = FetchType.LAZY)
        @JoinTable(name = "lamp_desk")
        @Nullable
        Desk desk;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    JoinTableOneToOneTest(Database database) {
        super(new World(database, List.of(Desk.class, Lamp.class), Map.of()));
        inA(em -> {
            Desk desk = new Desk();
            desk.id = 1;
            desk.lamp = new Lamp();
            desk.lamp.id = 2;
            desk.lamp.desk = desk;
            em.persist(desk);
        });
    }

    @Test
    void theSideWithTheTableIsRemovedAndComesBack() {
        DeletionId deletion =
                world.get(a, em -> Deletions.of(em).because("end", () -> em.remove(em.find(Lamp.class, 2L))));
        inA(em -> {
            assertThat(em.find(Lamp.class, 2L)).isNull();
            assertThat(em.find(Desk.class, 1L).lamp).isNull();
        });
        inA(em -> Deletions.of(em).undo(deletion));
        inA(em -> {
            assertThat(em.find(Desk.class, 1L).lamp).isNotNull();
            assertThat(em.find(Lamp.class, 2L).desk).isNotNull();
        });
    }

    @Test
    void theOtherSideTakesItAlong() {
        DeletionId deletion =
                world.get(a, em -> Deletions.of(em).because("end", () -> em.remove(em.find(Desk.class, 1L))));
        inA(em -> assertThat(em.find(Lamp.class, 2L)).isNull());
        inA(em -> Deletions.of(em).undo(deletion));
        inA(em -> assertThat(em.find(Desk.class, 1L).lamp).isNotNull());
    }
}
