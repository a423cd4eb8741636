package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.hibernate.annotations.SQLRestriction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Two ordered lists in the same columns, which restrictions tell apart: an undo gives each its own order again. */
@ParameterizedClass
@EnumSource(Database.class)
class RestrictedListsTest extends WorldTest {

    @Entity(name = "Rack")
    static class Rack implements SoftDeletable {
        @Id
        String name = "rack";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;

        @OneToMany(cascade = CascadeType.ALL)
        @JoinColumn(name = "rack_name")
        @OrderColumn(name = "place")
        @SQLRestriction("kind = 'full'")
        List<Can> full = new ArrayList<>();

        @OneToMany(cascade = CascadeType.ALL)
        @JoinColumn(name = "rack_name")
        @OrderColumn(name = "place")
        @SQLRestriction("kind = 'empty'")
        List<Can> empty = new ArrayList<>();
    }

    @Entity(name = "Can")
    static class Can implements SoftDeletable {
        @Id
        String name = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;

        String kind = "";
    }

    RestrictedListsTest(Database database) {
        super(new World(database, List.of(Rack.class, Can.class), Map.of()));
        inA(em -> {
            Rack rack = new Rack();
            for (String name : List.of("a", "b", "c")) {
                rack.full.add(can(name, "full"));
                rack.empty.add(can("no " + name, "empty"));
            }
            em.persist(rack);
        });
    }

    private static Can can(String name, String kind) {
        Can can = new Can();
        can.name = name;
        can.kind = kind;
        return can;
    }

    private static Rack rack(EntityManager em) {
        return Objects.requireNonNull(em.find(Rack.class, "rack"));
    }

    private void comesBack(Consumer<EntityManager> work) {
        DeletionId deletion = world.get(a, em -> Deletions.of(em).because("test", () -> work.accept(em)));
        inA(em -> Deletions.of(em).undo(deletion));
        inA(em -> {
            assertThat(rack(em).full)
                    .extracting(can -> can == null ? "-" : can.name)
                    .containsExactly("a", "b", "c");
            assertThat(rack(em).empty)
                    .extracting(can -> can == null ? "-" : can.name)
                    .containsExactly("no a", "no b", "no c");
        });
    }

    @Test
    void anElementOfOne() {
        comesBack(em -> em.remove(rack(em).full.remove(1)));
    }

    @Test
    void elementsOfBothAndTheOwner() {
        comesBack(em -> {
            em.remove(rack(em).full.remove(1));
            em.flush();
            em.remove(rack(em).empty.remove(0));
            em.flush();
            em.remove(rack(em));
        });
    }
}
