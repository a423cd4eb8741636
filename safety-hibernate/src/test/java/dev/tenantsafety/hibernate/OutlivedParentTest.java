package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A row that only its parent knows may stay alive when that is marked, and comes back to that state. */
@ParameterizedClass
@EnumSource(Database.class)
class OutlivedParentTest extends WorldTest {

    @MappedSuperclass
    abstract static class Row implements SoftDeletable {
        @Id
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Rack")
    static class Rack extends Row {
        @OneToMany(cascade = CascadeType.PERSIST)
        @JoinColumn(name = "rack")
        Set<Lamp> lamps = new HashSet<>();
    }

    @Entity(name = "Lamp")
    static class Lamp extends Row {}

    OutlivedParentTest(Database database) {
        super(new World(database, List.of(Rack.class, Lamp.class), Map.of()));
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            Rack rack = new Rack();
            rack.id = "rack";
            Lamp lamp = new Lamp();
            lamp.id = "lamp";
            rack.lamps.add(lamp);
            em.persist(rack);
        });
    }

    private DeletionId remove(Class<?> type, String id) {
        return world.get(a, em -> Deletions.of(em).because("test", () -> em.remove(em.find(type, id))));
    }

    private void undo(DeletionId deletion) {
        inA(em -> Deletions.of(em).undo(deletion));
    }

    @Test
    void theLastDeletionIsUndoneFirst() {
        DeletionId rack = remove(Rack.class, "rack");
        DeletionId lamp = remove(Lamp.class, "lamp");
        undo(lamp);
        inA(em -> assertThat(em.find(Lamp.class, "lamp")).isNotNull());
        undo(rack);
        inA(em -> assertThat(em.find(Rack.class, "rack").lamps).hasSize(1));
    }

    @Test
    void aRowThatWasMarkedBeforeItsParentWaitsForIt() {
        DeletionId lamp = remove(Lamp.class, "lamp");
        DeletionId rack = remove(Rack.class, "rack");
        inA(em -> assertThat(Deletions.of(em).planUndo(lamp).conflicts())
                .extracting(UndoConflict::reason)
                .containsExactly(UndoConflict.Reason.PARENT_MARKED));
        undo(rack);
        undo(lamp);
        inA(em -> assertThat(em.find(Rack.class, "rack").lamps).hasSize(1));
    }
}
