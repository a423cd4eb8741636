package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Version;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Referrers that a session holds for reading alone are dealt with as their mappings say, and nothing else of them is written. */
@ParameterizedClass
@EnumSource(Database.class)
class ReadOnlyReferrersTest extends WorldTest {

    @Entity(name = "Room")
    static class Room implements SoftDeletable {
        @Id
        String name = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;

        protected Room() {}

        Room(String name) {
            this.name = name;
        }

        String name() {
            return name;
        }
    }

    @Entity(name = "Player")
    static class Player implements SoftDeletable {
        @Id
        String name = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.SET_NULL)
        @Nullable
        Room room;

        @Version
        int version;

        String secret = "secret";

        @Embedded
        @Nullable
        Tombstone tombstone;

        protected Player() {}

        Player(String name, Room room) {
            this.name = name;
            this.room = room;
        }

        void masked() {
            secret = "***";
        }

        String secret() {
            return secret;
        }

        @Nullable
        Room room() {
            return room;
        }
    }

    @Entity(name = "Piano")
    static class Piano implements SoftDeletable {
        @Id
        String name = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.CASCADE)
        @Nullable
        Room room;

        String secret = "secret";

        @Embedded
        @Nullable
        Tombstone tombstone;

        protected Piano() {}

        Piano(String name, Room room) {
            this.name = name;
            this.room = room;
        }

        void masked() {
            secret = "***";
        }
    }

    ReadOnlyReferrersTest(Database database) {
        super(new World(database, List.of(Room.class, Player.class, Piano.class), CacheTest.CACHES));
        inA(em -> {
            Room room = new Room("room");
            List.of(room, new Player("ann", room), new Player("bob", room), new Piano("piano", room))
                    .forEach(em::persist);
        });
    }

    private static final List<String> BEFORE =
            List.of("ann | room | secret | ", "bob | room | secret | ", "piano | room | secret | ");
    private static final List<String> MARKED = List.of("ann | null | secret | ", "bob | null | secret | ");

    private List<String> rows() {
        return world.rows("select name, room_name, secret from player union all"
                + " select name, room_name, secret from piano where deleted_at is null");
    }

    private static Player ann(EntityManager em) {
        return Objects.requireNonNull(em.find(Player.class, "ann"));
    }

    private static void removeRoom(EntityManager em) {
        em.remove(Objects.requireNonNull(em.find(Room.class, "room")));
    }

    private static Session session(EntityManager em) {
        return em.unwrap(Session.class);
    }

    private void check(Consumer<EntityManager> work) {
        DeletionId deletion = world.get(a, em -> Deletions.of(em).because("test", () -> work.accept(em)));
        assertThat(rows()).isEqualTo(MARKED);
        inA(em -> assertThat(ann(em).room()).isNull());
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(rows()).isEqualTo(BEFORE);
        inA(em -> assertThat(Objects.requireNonNull(ann(em).room()).name()).isEqualTo("room"));
    }

    @Test
    void setReadOnly() {
        check(em -> {
            session(em).setReadOnly(ann(em), true);
            session(em).setReadOnly(Objects.requireNonNull(em.find(Piano.class, "piano")), true);
            removeRoom(em);
        });
    }

    @Test
    void inASessionThatReadsOnly() {
        check(em -> {
            session(em).setDefaultReadOnly(true);
            removeRoom(em);
        });
        check(em -> {
            session(em).setDefaultReadOnly(true);
            ann(em);
            removeRoom(em);
        });
    }

    @Test
    void readByAQueryThatReadsOnly() {
        check(em -> {
            session(em)
                    .createSelectionQuery("from Player", Player.class)
                    .setReadOnly(true)
                    .getResultList();
            session(em)
                    .createSelectionQuery("from Piano", Piano.class)
                    .setReadOnly(true)
                    .getResultList();
            removeRoom(em);
        });
    }

    @Test
    void whatTheProgramChangedOfThemIsNotWritten() {
        check(em -> {
            session(em).setDefaultReadOnly(true);
            Player ann = ann(em);
            ann.masked();
            Objects.requireNonNull(em.find(Piano.class, "piano")).masked();
            removeRoom(em);
            em.flush();
            assertThat(ann.secret()).isEqualTo("***");
            assertThat(ann.room()).isNull();
            assertThat(session(em).isReadOnly(ann)).isTrue();
            ann.masked();
        });
    }

    @Test
    void theyStayReadOnlyAfterAnUndo() {
        inA(em -> {
            Player ann = ann(em);
            session(em).setReadOnly(ann, true);
            DeletionId deletion = Deletions.of(em).because("test", () -> removeRoom(em));
            Deletions.of(em).undo(deletion);
            assertThat(ann.room()).isNotNull();
            assertThat(session(em).isReadOnly(ann)).isTrue();
            ann.masked();
        });
        assertThat(rows()).isEqualTo(BEFORE);
    }

    /** Its version is known, so that it can be written once it may be. */
    @Test
    void madeModifiableAfterTheMark() {
        inA(em -> {
            Player ann = ann(em);
            session(em).setReadOnly(ann, true);
            removeRoom(em);
            em.flush();
            session(em).setReadOnly(ann, false);
            ann.masked();
        });
        assertThat(world.rows("select secret, room_name from player where name = 'ann'"))
                .containsExactly("*** | null | ");
    }

    /** Another session that read such a row before the mark notices it. */
    @Test
    void theirVersionIncreases() {
        assertThatCode(() -> inA(em -> {
                    Player ann = ann(em);
                    inA(other -> {
                        session(other).setDefaultReadOnly(true);
                        removeRoom(other);
                    });
                    ann.masked();
                }))
                .isInstanceOf(Exception.class);
    }

    @Test
    void takenBackInTheSameTransaction() {
        inA(em -> {
            session(em).setDefaultReadOnly(true);
            Room room = Objects.requireNonNull(em.find(Room.class, "room"));
            em.remove(room);
            em.flush();
            em.persist(room);
        });
        assertThat(world.rows("select name, room_name from player")).containsExactly("ann | room | ", "bob | room | ");
    }
}
