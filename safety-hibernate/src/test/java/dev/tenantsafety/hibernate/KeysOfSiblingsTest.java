package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** With a table per class, no constraint keeps two rows of a hierarchy from having one key, and with it the rows of their collections. */
@ParameterizedClass
@EnumSource(Database.class)
class KeysOfSiblingsTest extends WorldTest {

    @Entity(name = "Vehicle")
    @Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
    static class Vehicle implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ElementCollection
        Set<String> tags = new HashSet<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Car")
    static class Car extends Vehicle {}

    @Entity(name = "Bike")
    static class Bike extends Vehicle {}

    KeysOfSiblingsTest(Database database) {
        super(new World(database, List.of(Vehicle.class, Car.class, Bike.class), Map.of()));
    }

    @BeforeEach
    void aCarOfB() {
        world.in(b, em -> em.persist(tagged(new Car())));
    }

    private static <V extends Vehicle> V tagged(V vehicle) {
        vehicle.id = 1;
        vehicle.tags.add("of " + vehicle.getClass().getSimpleName());
        return vehicle;
    }

    private void refused(Runnable work) {
        assertThatThrownBy(work::run).satisfies(thrown -> assertThat(causes(thrown))
                .as("%s", thrown)
                .hasAtLeastOneElementOfType(TenantSafetyException.class));
        assertThat(world.rows("select * from vehicle_tags")).containsExactly("1 | of Car | ");
        assertThat(world.count("bike") + world.count("vehicle")).isZero();
    }

    @Test
    @Shows("a new row with the key of a row of another class, in a hierarchy with a table per class")
    void areNotTaken() {
        for (Vehicle vehicle : List.of(new Bike(), new Vehicle())) {
            for (Consumer<EntityManager> write : List.<Consumer<EntityManager>>of(
                    em -> em.persist(tagged(vehicle)), em -> em.merge(tagged(vehicle)))) {
                refused(() -> inA(write));
            }
            for (Consumer<StatelessSession> write : List.<Consumer<StatelessSession>>of(
                    session -> session.insert(tagged(vehicle)), session -> session.upsert(tagged(vehicle)))) {
                refused(() -> TenantScope.of(a).run(() -> World.stateless(world.safe, write)));
            }
        }
    }

    @Test
    void othersAre() {
        inA(em -> {
            Bike bike = tagged(new Bike());
            bike.id = 2;
            em.persist(bike);
        });
        assertThat(world.count("bike")).isOne();
    }
}
