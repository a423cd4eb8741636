package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows whose keys are made of references, in the two forms of Hibernate's guide: a deletion of them is undone as any other. */
@ParameterizedClass
@EnumSource(Database.class)
class UndoneLinkRowsTest extends WorldTest {

    @MappedSuperclass
    abstract static class Base implements SoftDeletable {
        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Person")
    static class Person extends Base {
        @Id
        long id;

        String number = "";

        @OneToMany(mappedBy = "person", cascade = CascadeType.ALL, orphanRemoval = true)
        List<Residence> homes = new ArrayList<>();

        void leave(Residence home) {
            homes.remove(home);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Person person && number.equals(person.number);
        }

        @Override
        public int hashCode() {
            return number.hashCode();
        }
    }

    @Entity(name = "Place")
    static class Place extends Base {
        @Id
        long id;

        String street = "";

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Place place && street.equals(place.street);
        }

        @Override
        public int hashCode() {
            return street.hashCode();
        }
    }

    /** Whose key is two references. */
    @Entity(name = "Residence")
    static class Residence extends Base implements Serializable {
        private static final long serialVersionUID = 1;

        @Id
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Person person;

        @Id
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Place place;

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Residence home
                    && Objects.equals(person, home.person)
                    && Objects.equals(place, home.place);
        }

        @Override
        public int hashCode() {
            return Objects.hash(person, place);
        }
    }

    /** Not equal to itself when it is read again. */
    @Embeddable
    static class SeatKey implements Serializable {
        private static final long serialVersionUID = 1;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Person person;

        int seatRow;

        @Override
        @SuppressWarnings("ReferenceEquality") // as a program's class may have it that does not override it
        public boolean equals(@Nullable Object other) {
            return other instanceof SeatKey key && person == key.person && seatRow == key.seatRow;
        }

        @Override
        public int hashCode() {
            return seatRow;
        }
    }

    @Entity(name = "Seat")
    static class Seat extends Base {
        @EmbeddedId
        SeatKey key = new SeatKey();
    }

    UndoneLinkRowsTest(Database database) {
        super(new World(database, List.of(Person.class, Place.class, Residence.class, Seat.class), Map.of()));
        inA(em -> {
            for (int id = 1; id <= 2; id++) {
                Person person = new Person();
                person.id = id;
                person.number = "number " + id;
                em.persist(person);
                for (int row = 1; row <= 2; row++) {
                    Place place = new Place();
                    place.id = 10L * id + row;
                    place.street = "street " + place.id;
                    em.persist(place);
                    Residence home = new Residence();
                    home.person = person;
                    home.place = place;
                    person.homes.add(home);
                    Seat seat = new Seat();
                    seat.key.person = person;
                    seat.key.seatRow = row;
                    em.persist(seat);
                }
            }
        });
    }

    private List<String> rows() {
        List<String> rows = new ArrayList<>(
                world.rows("select person_id, place_id, deletion_id from residence order by person_id, place_id"));
        rows.addAll(world.rows("select person_id, seatRow, deletion_id from seat order by person_id, seatRow"));
        rows.addAll(world.rows("select id, deletion_id from person order by id"));
        return rows;
    }

    private void isUndone(Consumer<EntityManager> work) {
        List<String> before = rows();
        DeletionId deletion = world.get(a, em -> Deletions.of(em).because("a test", () -> work.accept(em)));
        assertThat(rows()).isNotEqualTo(before);
        inA(em -> {
            UndoPlan plan = Deletions.of(em).planUndo(deletion);
            assertThat(plan.conflicts()).isEmpty();
            plan.execute(UndoPolicy.REFUSE);
        });
        assertThat(rows()).isEqualTo(before);
    }

    private static Person person(EntityManager em) {
        return em.find(Person.class, 1L);
    }

    @Test
    void ofOneWithItsLinks() {
        isUndone(em -> {
            em.createQuery("from Seat s where s.key.person.id = 1", Seat.class)
                    .getResultList()
                    .forEach(em::remove);
            em.remove(person(em));
        });
    }

    @Test
    void ofOneLink() {
        isUndone(em -> person(em).leave(person(em).homes.get(0)));
        isUndone(em -> em.remove(em.createQuery("from Residence r where r.place.id = 22", Residence.class)
                .getSingleResult()));
    }

    @Test
    void ofOneByAPart() {
        isUndone(em -> em.createQuery("from Seat where key.seatRow = 2", Seat.class)
                .getResultList()
                .forEach(em::remove));
    }

    @Test
    void whatIsSkippedStaysMarkedAlone() {
        DeletionId seats =
                world.get(a, em -> Deletions.of(em).because("a test", () -> em.createQuery("from Seat", Seat.class)
                        .getResultList()
                        .forEach(em::remove)));
        DeletionId person = world.get(a, em -> Deletions.of(em).because("a test", () -> em.remove(person(em))));
        inA(em -> assertThat(Deletions.of(em)
                        .planUndo(seats)
                        .execute(UndoPolicy.SKIP)
                        .restored())
                .containsExactly(Map.entry("Seat", 2L)));
        inA(em -> Deletions.of(em).undo(person));
        inA(em -> Deletions.of(em).undo(seats));
        assertThat(world.count("seat where deletion_id is not null")).isZero();
    }
}
