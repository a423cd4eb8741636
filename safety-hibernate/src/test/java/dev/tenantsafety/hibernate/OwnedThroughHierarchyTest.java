package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows that are owned through a hierarchy with a table for each class, whose root has one, or none. */
@ParameterizedClass
@EnumSource(Database.class)
class OwnedThroughHierarchyTest extends WorldTest {

    @Entity(name = "Vessel")
    @Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
    abstract static class Vessel implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Boat")
    static class Boat extends Vessel {}

    @Entity(name = "Ship")
    static class Ship extends Vessel {}

    @Entity(name = "Tent")
    @Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
    static class Tent {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "Yurt")
    static class Yurt extends Tent {}

    @Entity(name = "Crew")
    @OwnedThrough("vessel")
    static class Crew {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        Vessel vessel;

        int size;
    }

    @Entity(name = "Guest")
    @OwnedThrough("tent")
    static class Guest {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        Tent tent;

        int size;
    }

    OwnedThroughHierarchyTest(Database database) {
        super(new World(
                database,
                List.of(Vessel.class, Boat.class, Ship.class, Tent.class, Yurt.class, Crew.class, Guest.class),
                Map.of()));
    }

    @BeforeEach
    void rows() {
        inA(em -> persist(em, 1));
        world.in(b, em -> persist(em, 11));
    }

    private static void persist(EntityManager em, long first) {
        List<Vessel> vessels = List.of(new Boat(), new Ship());
        List<Tent> tents = List.of(new Tent(), new Yurt());
        for (int i = 0; i < 2; i++) {
            Vessel vessel = vessels.get(i);
            vessel.id = first + i;
            em.persist(vessel);
            Crew crew = new Crew();
            crew.id = first + i;
            crew.vessel = vessel;
            em.persist(crew);
            Tent tent = tents.get(i);
            tent.id = first + i;
            em.persist(tent);
            Guest guest = new Guest();
            guest.id = first + i;
            guest.tent = tent;
            em.persist(guest);
        }
    }

    @Test
    void areFoundByTheirOwner() {
        for (String entity : List.of("Crew", "Guest")) {
            inA(em -> {
                assertThat(em.createQuery("select e.id from " + entity + " e order by e.id", Long.class)
                                .getResultList())
                        .containsExactly(1L, 2L);
                assertThat(em.createQuery("update " + entity + " set size = 2").executeUpdate())
                        .isEqualTo(2);
            });
        }
        inA(em -> {
            assertThat(em.find(Crew.class, 2L)).isNotNull();
            assertThat(em.find(Guest.class, 2L)).isNotNull();
            assertThat(em.find(Crew.class, 12L)).isNull();
            assertThat(em.find(Guest.class, 12L)).isNull();
            em.find(Crew.class, 2L).size = 3;
            em.remove(em.find(Guest.class, 2L));
        });
        long all = CrossTenant.read("all").call(() -> World.<Long>transaction(world.safe, em -> count(em, "Crew")));
        assertThat(all).isEqualTo(4);
        assertThat(world.count("Crew where size = 3")).isEqualTo(1);
        assertThat(world.count("Guest")).isEqualTo(3);
    }

    @Test
    void areNotChangedByOthers() {
        Crew lie = new Crew();
        lie.id = 12;
        lie.vessel = new Ship();
        lie.vessel.id = 2;
        assertThatThrownBy(() -> inA(em -> World.stateless(world.safe, session -> session.update(lie))))
                .isInstanceOf(ForeignRowException.class);
    }
}
