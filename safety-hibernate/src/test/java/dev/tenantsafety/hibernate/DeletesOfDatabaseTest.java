package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CollectionTable;
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
import jakarta.persistence.SecondaryTable;
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

    @Embeddable
    static class Named {
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "named_house")
        @OnDelete(action = OnDeleteAction.CASCADE)
        @Nullable
        Hut house;
    }

    @Entity(name = "Hut")
    static class Hut {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;
    }

    @Entity(name = "Bed")
    @OwnedThrough("house")
    static class Bed {
        @Id
        long id;

        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        @OnDelete(action = OnDeleteAction.CASCADE)
        @Nullable
        Hut house;

        @Embedded
        Named named = new Named();
    }

    /** It is no path, whatever its name. */
    @Test
    void anAttributeOfAnEmbeddableThatIsCalledAsThePath() {
        assertThat(StartUp.problems(Hut.class, Bed.class))
                .extracting(problem -> problem.substring(0, problem.indexOf(',')))
                .containsExactly("Bed.named.house is @OnDelete(CASCADE)");
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
    @SecondaryTable(name = "beside")
    @OnDelete(action = OnDeleteAction.CASCADE)
    static class ThingLeaf extends Thing {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Sort sort;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(table = "beside", name = "sort_id")
        @Nullable
        Sort beside;

        @ManyToMany
        @JoinTable(
                name = "linked",
                joinColumns = @JoinColumn(name = "thing_id"),
                inverseJoinColumns = @JoinColumn(name = "sort_id"))
        Set<Sort> linked = new HashSet<>();

        @ElementCollection
        @CollectionTable(name = "element", joinColumns = @JoinColumn(name = "thing_id"))
        Set<Part> elements = new HashSet<>();
    }

    @Embeddable
    static class Part {
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "sort_id")
        @Nullable
        Sort sort;
    }

    /** One that only the database knows. */
    @Test
    void aForeignKeyOfTheDatabase() {
        for (String action : List.of("cascade", "set null")) {
            for (String table : List.of("ThingLeaf", "beside", "linked", "element")) {
                try (World world =
                        new World(Database.POSTGRESQL, List.of(Sort.class, Thing.class, ThingLeaf.class), Map.of())) {
                    world.jpa(Map.of()); // the key of a subclass's table is that of the row itself
                    world.sql("alter table " + table
                            + " add constraint silent foreign key (sort_id) references Sort on delete " + action);
                    assertThat(catchThrowable(() -> world.jpa(Map.of())))
                            .rootCause()
                            .isInstanceOf(UnsafeMappingException.class)
                            .hasMessageContaining("Foreign key silent of table " + table + " is ON DELETE "
                                    + action.toUpperCase(java.util.Locale.ROOT) + ": a delete in sort reaches ")
                            .hasMessageContaining(table + " that others own");
                }
            }
        }
    }

    /** What is a part of a row goes with it. */
    @Test
    void aForeignKeyOfTheDatabaseToTheRowItself() {
        try (World world =
                new World(Database.POSTGRESQL, List.of(Sort.class, Thing.class, ThingLeaf.class), Map.of())) {
            world.sql(
                    "alter table beside add constraint part foreign key (id) references Thing on delete cascade",
                    "alter table linked add constraint part foreign key (thing_id) references Thing on delete cascade",
                    "alter table element add constraint part foreign key (thing_id) references Thing on delete cascade");
            world.jpa(Map.of());
        }
    }

    @Entity(name = "Kept")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Kept implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "KeptLeaf")
    @OnDelete(action = OnDeleteAction.CASCADE)
    static class KeptLeaf extends Kept {
        @ManyToMany
        @JoinTable(
                name = "kept_house",
                joinColumns = @JoinColumn(name = "kept_id"),
                inverseJoinColumns = @JoinColumn(name = "house_id"))
        Set<House> houses = new HashSet<>();
    }

    /** Its links are a part of what an undo brings back. */
    @Test
    void linksOfAMarkedRow() {
        try (World world = new World(Database.POSTGRESQL, List.of(House.class, Kept.class, KeptLeaf.class), Map.of())) {
            world.jpa(Map.of());
            world.sql(
                    "alter table kept_house add constraint silent foreign key (house_id) references House on delete cascade");
            assertThat(catchThrowable(() -> world.jpa(Map.of())))
                    .rootCause()
                    .isInstanceOf(UnsafeMappingException.class)
                    .hasMessageContaining(
                            "a delete in house hard-deletes links or elements in kept_house past every mark.");
        }
    }

    @Entity(name = "Club")
    static class Club {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        @ManyToMany
        @OnDelete(action = OnDeleteAction.CASCADE)
        Set<Sort> sorts = new HashSet<>();
    }

    @Test
    void linksAreCalledSo() {
        assertThat(StartUp.problems(Sort.class, Club.class))
                .allSatisfy(problem -> assertThat(problem).contains("links of Club.sorts together with a Sort"));
    }
}
