package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.MapKeyColumn;
import jakarta.persistence.OneToMany;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** An element of a map keeps its key while it is marked. */
@ParameterizedClass
@EnumSource(Database.class)
class MapKeysOfMarkedTest extends WorldTest {

    @Entity(name = "Rack")
    static class Rack {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToMany(cascade = CascadeType.PERSIST)
        @JoinTable(name = "rack_unit")
        @MapKeyColumn(name = "slot")
        Map<String, Unit> inTable = new HashMap<>();

        @OneToMany(cascade = CascadeType.PERSIST)
        @JoinColumn(name = "rack_id")
        @MapKeyColumn(name = "rack_slot")
        Map<String, Unit> inColumn = new HashMap<>();
    }

    @Entity(name = "Unit")
    static class Unit implements SoftDeletable {
        @Id
        LabelId id = LabelId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    private final Rack rack = new Rack();

    MapKeysOfMarkedTest(Database database) {
        super(new World(database, List.of(Rack.class, Unit.class), Map.of()));
        inA(em -> {
            rack.inTable.put("a", new Unit());
            rack.inTable.put("b", new Unit());
            rack.inColumn.put("a", new Unit());
            em.persist(rack);
        });
    }

    @Test
    @Shows("a `@MapKeyColumn` map")
    void aKeyInAJoinTableIsHeld() {
        DeletionId deletion = world.get(a, em -> Deletions.of(em)
                .because(
                        "test",
                        () -> em.remove(em.find(Rack.class, rack.id).inTable.remove("a"))));
        assertThatThrownBy(() -> inA(em -> em.find(Rack.class, rack.id).inTable.put("a", new Unit())))
                .rootCause()
                .isInstanceOf(MarkedException.class)
                .hasMessage(
                        "Rack " + rack.id + ".inTable: the key a is held by a marked Unit, which an undo would bring "
                                + "back to it. Undo its deletion, or use another key.");
        inA(em -> em.find(Rack.class, rack.id).inTable.put("c", new Unit()));
        inA(em -> Deletions.of(em).undo(deletion));
        inA(em -> assertThat(em.find(Rack.class, rack.id).inTable).containsOnlyKeys("a", "b", "c"));
    }

    @Test
    @Shows("a `@MapKeyColumn` map")
    void aKeyInTheElementsTableIsAConflictOfAnUndo() {
        DeletionId deletion = world.get(a, em -> Deletions.of(em)
                .because(
                        "test",
                        () -> em.remove(em.find(Rack.class, rack.id).inColumn.remove("a"))));
        inA(em -> em.find(Rack.class, rack.id).inColumn.put("a", new Unit()));
        assertThatThrownBy(() -> inA(em -> Deletions.of(em).undo(deletion)))
                .isInstanceOf(UndoRefusedException.class)
                .hasMessageContaining("cannot come back: its key in Rack.inColumn was taken meanwhile by Unit ");
        inA(em -> em.find(Rack.class, rack.id).inColumn.clear());
        inA(em -> Deletions.of(em).undo(deletion));
        inA(em -> assertThat(em.find(Rack.class, rack.id).inColumn).containsOnlyKeys("a"));
    }
}
