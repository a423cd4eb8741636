package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapKeyColumn;
import jakarta.persistence.MapsId;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.Table;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A session factory that accepts JPQL only accepts what we ask it ourselves, too. */
@ParameterizedClass
@EnumSource(Database.class)
class StrictQueriesTest extends WorldTest {

    @Entity(name = "House")
    @Table(name = "house")
    @UniqueAlive({"tenant", "street"})
    static class Home implements SoftDeletable {
        @Id
        String name = "";

        String street = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToMany
        @JoinColumn(name = "home_name")
        @MapKeyColumn(name = "floor")
        Map<String, Room> rooms = new HashMap<>();

        @ManyToMany
        @JoinTable(name = "home_shared")
        Set<Room> shared = new HashSet<>();

        @Embedded
        @Nullable
        Tombstone tombstone;

        protected Home() {}

        Home(String name) {
            this.name = name;
            this.street = name;
        }
    }

    @Entity(name = "Space")
    @Table(name = "room")
    static class Room implements SoftDeletable {
        @Id
        String name = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Home home;

        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.CASCADE)
        @Nullable
        Room beside;

        @Embedded
        @Nullable
        Tombstone tombstone;

        protected Room() {}

        Room(String name) {
            this.name = name;
        }
    }

    @Entity(name = "Entrance")
    @Table(name = "door")
    @OwnedThrough("home")
    static class Door implements SoftDeletable {
        @Id
        @Nullable
        String name;

        @MapsId
        @OneToOne(fetch = FetchType.LAZY)
        @Nullable
        Home home;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    StrictQueriesTest(Database database) {
        super(new World(
                database,
                List.of(Home.class, Room.class, Door.class),
                Map.of("hibernate.jpa.compliance.query", "true")));
        inA(em -> {
            Home home = new Home("home");
            em.persist(home);
            Door door = new Door();
            door.home = home;
            em.persist(door);
            Room kitchen = new Room("kitchen");
            kitchen.home = home;
            Room hall = new Room("hall");
            hall.beside = kitchen;
            em.persist(kitchen);
            em.persist(hall);
            home.rooms.put("first", kitchen);
            home.shared.add(hall);
        });
    }

    private DeletionId mark(Class<?>... entities) {
        return world.get(a, em -> Deletions.of(em).because("test", () -> {
            for (Class<?> entity : entities) {
                all(em, entity).forEach(em::remove);
            }
        }));
    }

    private static <E> List<E> all(EntityManager em, Class<E> entity) {
        String name = Objects.requireNonNull(em.getMetamodel().entity(entity)).getName();
        return em.createQuery("select e from " + name + " e", entity).getResultList();
    }

    @Test
    void referrersAndUndo() {
        assertThatThrownBy(() -> mark(Home.class)).isInstanceOf(StillReferencedException.class);
        DeletionId first = mark(Door.class);
        DeletionId second =
                world.get(a, em -> Deletions.of(em).because("test", () -> em.remove(em.find(Room.class, "kitchen"))));
        assertThat(world.count("room where deleted_at is null")).isZero();
        DeletionId third = mark(Home.class);
        inA(em -> assertThat(Deletions.of(em).planUndo(first).conflicts()).isNotEmpty());
        inA(em -> assertThat(Deletions.of(em)
                        .planUndo(second)
                        .execute(UndoPolicy.SKIP)
                        .skipped())
                .isNotEmpty());
        inA(em -> Deletions.of(em).undo(third));
        inA(em -> Deletions.of(em).undo(second));
        inA(em -> Deletions.of(em).undo(first));
        assertThat(world.count("room where deleted_at is null")).isEqualTo(2);
    }

    @Test
    void referencesAndKeys() {
        DeletionId deletion = mark(Door.class);
        assertThatThrownBy(() -> inA(em -> {
                    Door again = new Door();
                    again.home = em.find(Home.class, "home");
                    em.persist(again);
                }))
                .rootCause()
                .isInstanceOf(MarkedException.class)
                .hasMessageContaining(deletion.toString());
        inA(em -> {
            Room cellar = new Room("cellar");
            cellar.home = em.getReference(Home.class, "home");
            em.persist(cellar);
            em.persist(new Room("attic"));
        });
        inA(em -> {
            Home home = em.find(Home.class, "home");
            home.shared = new HashSet<>(Set.of(em.find(Room.class, "attic")));
        });
        assertThatThrownBy(() -> world.in(b, em -> {
                    Room cellar = new Room("other");
                    cellar.home = em.getReference(Home.class, "home");
                    em.persist(cellar);
                }))
                .rootCause()
                .isInstanceOf(ForeignRowException.class);
    }
}
