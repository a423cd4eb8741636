package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A list whose order is in columns of its elements, each class of which has a table of its own. */
@ParameterizedClass
@EnumSource(Database.class)
class TablePerClassListTest extends WorldTest {

    @Entity(name = "Step")
    @Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
    abstract static class Step implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Walk")
    static class Walk extends Step {}

    @Entity(name = "Ride")
    static class Ride extends Step {}

    @Entity(name = "Trip")
    static class Trip {
        @Id
        long id = 1;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToMany
        @JoinColumn(name = "trip_id")
        @OrderColumn
        List<Step> steps = new ArrayList<>();
    }

    TablePerClassListTest(Database database) {
        super(new World(database, List.of(Step.class, Walk.class, Ride.class, Trip.class), Map.of()));
        inA(em -> {
            Trip trip = new Trip();
            for (int i = 0; i < 5; i++) {
                Step step = i % 2 == 0 ? new Walk() : new Ride();
                step.id = i;
                em.persist(step);
                trip.steps.add(step);
            }
            em.persist(trip);
        });
    }

    private static List<Step> steps(EntityManager em) {
        return em.find(Trip.class, 1L).steps;
    }

    private List<Long> ids() {
        return world.get(a, em -> steps(em).stream()
                .map(step -> step == null ? null : step.id)
                .toList());
    }

    private DeletionId remove(Integer... places) {
        return world.get(a, em -> Deletions.of(em).because("test", () -> {
            List<Step> gone =
                    List.of(places).stream().map(place -> steps(em).get(place)).toList();
            steps(em).removeAll(gone);
            gone.forEach(em::remove);
        }));
    }

    @Test
    void losesAnyOfItsElementsAtOnceAndGetsThemBack() {
        for (int some = 1; some < 32; some++) {
            int these = some;
            Integer[] places = IntStream.range(0, 5)
                    .filter(i -> (these & 1 << i) != 0)
                    .boxed()
                    .toArray(Integer[]::new);
            DeletionId deletion = remove(places);
            assertThat(ids())
                    .as(List.of(places).toString())
                    .hasSize(5 - places.length)
                    .doesNotContain(
                            List.of(places).stream().map(Integer::longValue).toArray(Long[]::new));
            inA(em -> Deletions.of(em).undo(deletion));
            assertThat(ids()).as(List.of(places).toString()).containsExactly(0L, 1L, 2L, 3L, 4L);
        }
    }

    @Test
    void losesMoreOfThemLater() {
        DeletionId first = remove(0, 2);
        DeletionId second = remove(0, 1);
        assertThat(ids()).containsExactly(4L);
        inA(em -> Deletions.of(em).undo(second));
        inA(em -> Deletions.of(em).undo(first));
        assertThat(ids()).containsExactly(0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void losesSomeThatAreMarkedAndOthersThatAreNot() {
        inA(em -> {
            List<Step> steps = steps(em);
            Step marked = steps.get(0);
            Step cut = steps.get(3);
            steps.removeAll(List.of(marked, cut, steps.get(4)));
            em.remove(marked);
        });
        assertThat(ids()).containsExactly(1L, 2L);
        assertThat(world.count("ride where trip_id is null")).isOne();
        assertThat(world.count("walk where trip_id is not null")).isEqualTo(2);
    }
}
