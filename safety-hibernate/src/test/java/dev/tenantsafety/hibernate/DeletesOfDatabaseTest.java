package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.hibernate.annotations.OnDelete;
import org.hibernate.annotations.OnDeleteAction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a foreign key removes or changes, the database does past every scope. */
class DeletesOfDatabaseTest {

    @Entity(name = "Sort")
    @Shared("a catalog")
    static class Sort {
        @Id
        long id;
    }

    @Entity(name = "House")
    static class House {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "Removed")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Removed {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Embeddable
    static class Place {
        @ManyToOne(fetch = FetchType.LAZY)
        @OnDelete(action = OnDeleteAction.SET_NULL)
        @Nullable
        Sort sort;
    }

    @Entity(name = "RemovedLeaf")
    @OnDelete(action = OnDeleteAction.CASCADE)
    static class RemovedLeaf extends Removed {
        @ManyToOne(fetch = FetchType.LAZY)
        @OnDelete(action = OnDeleteAction.CASCADE)
        @Nullable
        Sort sort;

        @Embedded
        Place place = new Place();

        @ElementCollection
        Set<Place> places = new HashSet<>();
    }

    @Test
    void ofASharedRow() {
        String fix = " Remove @OnDelete, and change the rows in the scopes that own them.";
        assertThat(StartUp.problems(Sort.class, Removed.class, RemovedLeaf.class))
                .containsExactlyInAnyOrder(
                        "RemovedLeaf.sort is @OnDelete(CASCADE), so the database removes rows of Removed together with a Sort "
                                + "that they point at, also those of others, which the scope does not see. Remove @OnDelete, and remove "
                                + "the rows in the scopes that own them.",
                        "RemovedLeaf.place.sort is @OnDelete(SET_NULL), so the database changes rows of Removed together with a Sort "
                                + "that they point at, also those of others, which the scope does not see." + fix,
                        "RemovedLeaf.places.sort is @OnDelete(SET_NULL), so the database changes rows of Removed together with a Sort "
                                + "that they point at, also those of others, which the scope does not see." + fix);
    }

    @Embeddable
    record PaneKey(
            @ManyToOne @OnDelete(action = OnDeleteAction.CASCADE)
            House house,

            long number) {}

    @Entity(name = "Pane")
    static class Pane {
        @EmbeddedId
        @Nullable
        PaneKey id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;
    }

    static class DoorId implements Serializable {
        private static final long serialVersionUID = 1;
        long house;
        long number;

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof DoorId that && that.house == house && that.number == number;
        }

        @Override
        public int hashCode() {
            return Objects.hash(house, number);
        }
    }

    @Entity(name = "Door")
    @IdClass(DoorId.class)
    static class Door {
        @Id
        @ManyToOne
        @OnDelete(action = OnDeleteAction.CASCADE)
        @Nullable
        House house;

        @Id
        long number;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;
    }

    @Entity(name = "Step")
    static class Step {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        @ManyToOne(fetch = FetchType.LAZY)
        @OnDelete(action = OnDeleteAction.CASCADE)
        @Nullable
        Step above;
    }

    @Test
    void ofAnotherSite() {
        assertThat(StartUp.problems(House.class, Pane.class, Door.class, Step.class))
                .extracting(problem -> problem.substring(0, problem.indexOf(',')))
                .containsExactlyInAnyOrder(
                        "Pane.id.house is @OnDelete(CASCADE)",
                        "Door.house is @OnDelete(CASCADE)",
                        "Step.above is @OnDelete(CASCADE)");
    }

    @Entity(name = "Album")
    @Unowned("of nobody")
    static class Album {
        @Id
        long id;

        @OneToMany
        @JoinColumn(name = "album")
        @OnDelete(action = OnDeleteAction.CASCADE)
        Set<House> houses = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "album_linked")
        @OnDelete(action = OnDeleteAction.CASCADE)
        Set<House> linked = new HashSet<>();

        @ElementCollection
        @OnDelete(action = OnDeleteAction.CASCADE)
        Set<String> words = new HashSet<>();
    }

    @Test
    void ofCollections() {
        assertThat(StartUp.problems(House.class, Album.class))
                .extracting(problem -> problem.substring(0, problem.indexOf(',')))
                .containsExactlyInAnyOrder("Album.houses is @OnDelete(CASCADE)", "Album.linked is @OnDelete(CASCADE)");
    }

    @Entity(name = "Room")
    static class Room {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @OnDelete(action = OnDeleteAction.CASCADE)
        @Nullable
        House house;

        @ManyToOne(fetch = FetchType.LAZY)
        @OnDelete(action = OnDeleteAction.SET_NULL)
        @Nullable
        Room next;

        @OneToMany(mappedBy = "room")
        @OnDelete(action = OnDeleteAction.CASCADE)
        Set<Shelf> shelves = new HashSet<>();

        @ElementCollection
        @OnDelete(action = OnDeleteAction.CASCADE)
        Set<String> words = new HashSet<>();
    }

    @Entity(name = "Shelf")
    @OwnedThrough("room")
    static class Shelf {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @OnDelete(action = OnDeleteAction.CASCADE)
        @Nullable
        Room room;
    }

    @Entity(name = "Site")
    static class Site {
        @Id
        @Nullable
        SiteId id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "Gate")
    @OwnedThrough("site")
    static class Gate {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @OnDelete(action = OnDeleteAction.CASCADE)
        @Nullable
        Site site;
    }

    /** Of one owner by the mapping, or shared by all. */
    @Test
    void ofOneOwnerStays() {
        assertThat(StartUp.problems(House.class, Room.class, Shelf.class, Site.class, Gate.class))
                .isEmpty();
        try (World world = new World(
                Database.POSTGRESQL, List.of(House.class, Room.class, Shelf.class, Site.class, Gate.class), Map.of())) {
            world.jpa(Map.of());
        }
    }

    @Entity(name = "Thing")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Thing {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;
    }

    @Entity(name = "ThingLeaf")
    @OnDelete(action = OnDeleteAction.CASCADE)
    static class ThingLeaf extends Thing {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Sort sort;
    }

    /** One that only the database knows. */
    @Test
    void aForeignKeyOfTheDatabase() {
        for (String action : List.of("cascade", "set null")) {
            try (World world =
                    new World(Database.POSTGRESQL, List.of(Sort.class, Thing.class, ThingLeaf.class), Map.of())) {
                world.jpa(Map.of()); // the key of a subclass's table is that of the row itself
                world.sql("alter table ThingLeaf add constraint silent foreign key (sort_id) references Sort on delete "
                        + action);
                assertThat(catchThrowable(() -> world.jpa(Map.of())))
                        .rootCause()
                        .isInstanceOf(UnsafeMappingException.class)
                        .hasMessageContaining("Foreign key silent of table ThingLeaf is ON DELETE "
                                + action.toUpperCase(java.util.Locale.ROOT)
                                + ": a delete in sort reaches rows of ThingLeaf that others own");
            }
        }
    }
}
