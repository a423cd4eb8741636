package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.ManyToOne;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys that are made of references: they lead to rows of the scope, as other references do. */
@ParameterizedClass
@EnumSource(Database.class)
class KeysOfOthersTest extends WorldTest {

    @Entity(name = "Desk")
    static class Desk {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Embeddable
    static class SeatKey implements Serializable {
        @ManyToOne(fetch = FetchType.LAZY)
        Desk desk;

        int number;

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof SeatKey key && key.number == number;
        }

        @Override
        public int hashCode() {
            return Objects.hash(number);
        }
    }

    @Entity(name = "Seat")
    static class Seat {
        @EmbeddedId
        SeatKey key = new SeatKey();

        @OwnedBy
        @Nullable
        TenantId tenant;

        String text = "";
    }

    static class LampKey implements Serializable {
        long desk;
        int number;

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof LampKey key && key.desk == desk && key.number == number;
        }

        @Override
        public int hashCode() {
            return Objects.hash(desk, number);
        }
    }

    @Entity(name = "Lamp")
    @IdClass(LampKey.class)
    static class Lamp {
        @Id
        @ManyToOne(fetch = FetchType.LAZY)
        Desk desk;

        @Id
        int number;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    KeysOfOthersTest(Database database) {
        super(new World(database, List.of(Desk.class, Seat.class, Lamp.class), Map.of()));
    }

    @BeforeEach
    void desks() {
        inA(em -> desk(em, 1));
        world.in(b, em -> desk(em, 2));
    }

    private static void desk(EntityManager em, long id) {
        Desk desk = new Desk();
        desk.id = id;
        em.persist(desk);
    }

    private static Seat seat(Desk desk) {
        Seat seat = new Seat();
        seat.key.desk = desk;
        return seat;
    }

    private static Lamp lamp(Desk desk) {
        Lamp lamp = new Lamp();
        lamp.desk = desk;
        return lamp;
    }

    @Test
    @Shows(
            value =
                    "a reference to a row of somebody else, or a marked one: a to-one, `@Any`, an element or key of a collection, a part of an `@EmbeddedId`; by an instance made by hand, by `getReference` of a bytecode-enhanced class",
            in = Shows.NOT_PROTECTED)
    void aNewRowDoesNotLeadToARowOfOthers() {
        inA(em -> {
            em.persist(seat(em.getReference(Desk.class, 1L)));
            em.persist(lamp(em.getReference(Desk.class, 1L)));
        });
        for (boolean isSeat : new boolean[] {true, false}) {
            assertThatThrownBy(() -> inA(em -> {
                        Desk foreign = em.getReference(Desk.class, 2L);
                        em.persist(isSeat ? seat(foreign) : lamp(foreign));
                        em.flush();
                    }))
                    .isInstanceOf(ForeignRowException.class);
            assertThatThrownBy(() -> inA(em -> {
                        Desk foreign = em.getReference(Desk.class, 2L);
                        em.merge(isSeat ? seat(foreign) : lamp(foreign));
                        em.flush();
                    }))
                    .isInstanceOf(ForeignRowException.class);
        }
        assertThatThrownBy(() -> inA(em -> World.stateless(world.safe, session -> {
                    Desk foreign = new Desk();
                    foreign.id = 2;
                    session.insert(seat(foreign));
                })))
                .isInstanceOf(ForeignRowException.class);
        assertThat(world.count("Seat")).isEqualTo(1);
        assertThat(world.count("Lamp")).isEqualTo(1);
    }

    @Test
    @Shows(value = "HQL UPDATE of a key, or a part of it", in = Shows.NOT_PROTECTED)
    void aBulkUpdateDoesNotChangeKeys() {
        inA(em -> {
            em.persist(seat(em.getReference(Desk.class, 1L)));
            em.persist(lamp(em.getReference(Desk.class, 1L)));
        });
        for (String update : List.of(
                "update Seat set key.desk.id = 2",
                "update Seat set key.number = 2",
                "update Lamp set desk.id = 2",
                "update Lamp set number = 2")) {
            assertThatThrownBy(() -> inA(em -> em.createQuery(update).executeUpdate()))
                    .as(update)
                    .isInstanceOf(ForeignRowException.class);
        }
        inA(em -> em.createQuery("update Seat set text = 'x'").executeUpdate());
    }
}
