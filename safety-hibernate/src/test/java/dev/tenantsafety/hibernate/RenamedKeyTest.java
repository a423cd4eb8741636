package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.PrimaryKeyJoinColumn;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The key column of a subclass's table has a name of its own, and the tombstone is in the root's. */
@ParameterizedClass
@EnumSource(Database.class)
class RenamedKeyTest extends WorldTest {

    @Entity(name = "Vessel")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Vessel implements SoftDeletable {
        @Id
        String name = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Version
        long version;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Ship")
    @PrimaryKeyJoinColumn(name = "ship_name")
    static class Ship extends Vessel {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Ship tow;

        @OneToMany
        @JoinColumn(name = "fleet_of")
        @OrderColumn(name = "place")
        List<Tanker> fleet = new ArrayList<>();
    }

    @Entity(name = "Tanker")
    @PrimaryKeyJoinColumn(name = "tanker_name")
    static class Tanker extends Ship {
        int tons;
    }

    @Embeddable
    record Slot(int level, int place) {}

    @Entity(name = "Seat")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Seat implements SoftDeletable {
        @EmbeddedId
        @Nullable
        Slot slot;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Bench")
    @PrimaryKeyJoinColumn(name = "bench_level", referencedColumnName = "level")
    @PrimaryKeyJoinColumn(name = "bench_place", referencedColumnName = "place")
    static class Bench extends Seat {
        int width;
    }

    RenamedKeyTest(Database database) {
        super(new World(database, List.of(Vessel.class, Ship.class, Tanker.class, Seat.class, Bench.class), Map.of()));
    }

    @Test
    void anUndoFindsTheRow() {
        inA(em -> {
            Ship ship = new Ship();
            ship.name = "ship";
            Tanker tanker = new Tanker();
            tanker.name = "tanker";
            tanker.tow = ship;
            ship.fleet.add(tanker);
            em.persist(ship);
            em.persist(tanker);
            Bench bench = new Bench();
            bench.slot = new Slot(1, 2);
            em.persist(bench);
        });
        DeletionId deletion = world.get(a, em -> Deletions.of(em).because("test", () -> {
            em.remove(em.find(Tanker.class, "tanker"));
            em.remove(em.find(Ship.class, "ship"));
            em.remove(em.find(Bench.class, new Slot(1, 2)));
        }));
        inA(em -> assertThat(em.find(Vessel.class, "tanker")).isNull());
        inA(em -> {
            UndoPlan plan = Deletions.of(em).planUndo(deletion);
            assertThat(plan.conflicts()).isEmpty();
            assertThat(plan.execute().total()).isEqualTo(3);
        });
        inA(em -> {
            assertThat(em.find(Ship.class, "ship").fleet)
                    .extracting(tanker -> tanker.name)
                    .containsExactly("tanker");
            assertThat(em.find(Bench.class, new Slot(1, 2))).isNotNull();
        });
    }
}
