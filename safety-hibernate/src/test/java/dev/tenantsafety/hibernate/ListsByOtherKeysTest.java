package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** An ordered list that is kept by another key than its owner's primary one. */
@ParameterizedClass
@EnumSource(Database.class)
class ListsByOtherKeysTest extends WorldTest {

    @Entity(name = "Rack")
    static class Rack implements Serializable {
        private static final long serialVersionUID = 1;

        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Column(unique = true)
        String code = "";

        @OneToMany
        @JoinColumn(name = "rack_code", referencedColumnName = "code")
        @OrderColumn(name = "place")
        List<Box> boxes = new ArrayList<>();
    }

    @Entity(name = "Box")
    static class Box implements SoftDeletable {
        @Id
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    ListsByOtherKeysTest(Database database) {
        super(new World(database, List.of(Rack.class, Box.class), Map.of()));
        inA(em -> {
            Rack rack = new Rack();
            rack.id = 1;
            rack.code = "r1";
            em.persist(rack);
            for (String id : List.of("a", "b", "c", "d")) {
                Box box = new Box();
                box.id = id;
                em.persist(box);
                rack.boxes.add(box);
            }
        });
    }

    private static List<Box> boxes(EntityManager em) {
        return Objects.requireNonNull(em.find(Rack.class, 1L)).boxes;
    }

    @Test
    void keepsItsOrder() {
        DeletionId deletion =
                world.get(a, em -> Deletions.of(em).because("test", () -> em.remove(em.find(Box.class, "b"))));
        inA(em -> boxes(em).removeIf(box -> box != null && box.id.equals("a")));
        inA(em -> Deletions.of(em).undo(deletion));
        inA(em -> assertThat(boxes(em)).extracting(box -> box.id).containsExactly("b", "c", "d"));
    }
}
