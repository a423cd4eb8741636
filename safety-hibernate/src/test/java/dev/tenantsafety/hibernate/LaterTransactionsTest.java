package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.PostUpdate;
import jakarta.persistence.PreUpdate;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A session that removed rows and goes on with another transaction, as one that is open as long as a request: it keeps them as they were, and
 * says so when a program works on with them.
 */
@ParameterizedClass
@EnumSource(Database.class)
class LaterTransactionsTest extends WorldTest {

    @Entity(name = "Parent")
    static class Parent implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @OneToMany(mappedBy = "parent", cascade = CascadeType.ALL, orphanRemoval = true)
        List<Child> children = new ArrayList<>();

        @Embedded
        @Nullable
        Tombstone tombstone;

        void named(String given) {
            name = given;
        }

        List<Child> children() {
            return children;
        }
    }

    @Entity(name = "Child")
    static class Child implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Version
        int version;

        String name = "";

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Parent parent;

        @Embedded
        @Nullable
        Tombstone tombstone;

        void named(String given) {
            name = given;
        }

        void moveTo(Parent to) {
            parent = to;
            to.children().add(this);
        }

        void leave() {
            parent = null;
        }
    }

    /** Not protected. */
    @Entity(name = "Plain")
    static class Plain {
        @Id
        @GeneratedValue
        @Nullable
        Long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";
    }

    @Entity(name = "Stamped")
    static class Stamped implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Version
        int version;

        String name = "";

        @Embedded
        @Nullable
        Tombstone tombstone;

        private static int updates;

        @PreUpdate
        void stamp() {
            name = "stamped";
        }

        @PostUpdate
        void updated() {
            updates++;
        }
    }

    @Entity(name = "Single")
    @UniqueAlive("parent")
    static class Single implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToOne(fetch = FetchType.LAZY)
        @Nullable
        Parent parent;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    LaterTransactionsTest(Database database) {
        super(new World(
                database, List.of(Parent.class, Child.class, Plain.class, Stamped.class, Single.class), Map.of()));
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            for (long id = 1; id <= 2; id++) {
                Parent parent = new Parent();
                parent.id = id;
                em.persist(parent);
                for (int i = 0; i < 2; i++) {
                    Child child = new Child();
                    child.id = id * 10 + i;
                    child.moveTo(parent);
                }
            }
        });
    }

    private void inOneSession(Consumer<EntityManager> work) {
        TenantScope.of(a).run(() -> {
            try (EntityManager em = world.safe.createEntityManager()) {
                work.accept(em);
            }
        });
    }

    private static void transaction(EntityManager em, Runnable work) {
        em.getTransaction().begin();
        try {
            work.run();
            em.flush();
            em.getTransaction().commit();
        } finally {
            if (em.getTransaction().isActive()) {
                em.getTransaction().rollback();
            }
        }
    }

    private void isRefused(EntityManager em, Runnable work) {
        assertThatThrownBy(() -> transaction(em, work))
                .isInstanceOf(MarkedException.class)
                .hasMessageContaining("in an earlier transaction of this session, which keeps it as it was then");
    }

    private static Parent parent(EntityManager em, long id) {
        return Objects.requireNonNull(em.find(Parent.class, id));
    }

    @Test
    @Shows(
            "work on what an earlier transaction of the same session removed: a change, `persist`, or adding it to a collection")
    void anOrphanIsNotPutBackInSilence() {
        List<BiConsumer<EntityManager, Child>> ways = List.of(
                (em, child) -> parent(em, 1).children().add(child),
                (em, child) -> child.moveTo(parent(em, 2)),
                (em, child) -> child.named("changed"),
                EntityManager::persist);
        for (int i = 0; i < ways.size(); i++) {
            BiConsumer<EntityManager, Child> way = ways.get(i);
            long id = 10L + i % 2;
            inOneSession(em -> {
                Child[] child = new Child[1];
                DeletionId[] deletion = new DeletionId[1];
                transaction(
                        em,
                        () -> deletion[0] = Deletions.of(em).because("a test", () -> {
                            child[0] = Objects.requireNonNull(em.find(Child.class, id));
                            parent(em, 1).children().remove(child[0]);
                        }));
                isRefused(em, () -> way.accept(em, child[0]));
                inA(other -> Deletions.of(other).undo(deletion[0]));
            });
        }
        assertThat(world.rows("select id from Child where parent_id = 1 and deleted_at is null and name = ''"))
                .containsExactly("10 | ", "11 | ");
    }

    @Test
    @Shows(
            "work on what an earlier transaction of the same session removed: a change, `persist`, or adding it to a collection")
    void norWhatWasRemoved() {
        inOneSession(em -> {
            Parent parent = parent(em, 1);
            transaction(em, () -> em.remove(parent));
            isRefused(em, () -> em.persist(parent));
        });
        assertThat(world.count("Parent where deleted_at is not null")).isOne();
    }

    /** Another session has brought it back; this one holds it as it was. */
    @Test
    void norWhatIsBackMeanwhile() {
        inOneSession(em -> {
            DeletionId[] deletion = new DeletionId[1];
            transaction(
                    em,
                    () -> deletion[0] = Deletions.of(em).because("a test", () -> em.remove(em.find(Child.class, 10L))));
            inA(other -> Deletions.of(other).undo(deletion[0]));
            isRefused(em, () -> em.createQuery("from Child where id = 10", Child.class)
                    .getSingleResult()
                    .named("changed"));
        });
        inOneSession(em -> {
            DeletionId[] deletion = new DeletionId[1];
            Child child = Objects.requireNonNull(em.find(Child.class, 10L));
            transaction(em, () -> deletion[0] = Deletions.of(em).because("a test", () -> em.remove(child)));
            inA(other -> Deletions.of(other).undo(deletion[0]));
            transaction(em, () -> {
                em.refresh(child);
                child.named("changed");
            });
        });
        assertThat(world.rows("select name from Child where id = 10")).containsExactly("changed | ");
    }

    /** As programs do before they remove: nothing of it is written, then or later. */
    @Test
    void whatWasChangedBeforeTheRemoveIsNoChange() {
        inOneSession(em -> {
            Child child = Objects.requireNonNull(em.find(Child.class, 10L));
            transaction(em, () -> {
                parent(em, 1).children().remove(child);
                child.leave();
                child.named("cut");
                em.remove(child);
            });
            transaction(em, () -> parent(em, 1).named("later"));
        });
        assertThat(world.rows("select name from Parent where id = 1")).containsExactly("later | ");
        assertThat(world.rows("select parent_id, name from Child where id = 10"))
                .containsExactly("1 |  | ");
    }

    @Test
    void aRowThatIsNotProtectedCanBeRemovedBeforeItIsInserted() {
        inA(em -> {
            Plain plain = new Plain();
            em.persist(plain);
            em.remove(plain);
        });
        inA(em -> em.remove(em.merge(new Plain())));
        assertThat(world.count("Plain")).isZero();
    }

    @Test
    void aMarkOfANewRowCallsNoPreUpdate() {
        Stamped.updates = 0;
        inA(em -> {
            Stamped stamped = new Stamped();
            em.persist(stamped);
            em.remove(stamped);
        });
        assertThat(Stamped.updates).isOne();
        assertThat(world.rows("select name from Stamped where deleted_at is not null"))
                .containsExactly(" | ");
    }

    /** Hibernate alone makes no version of it either. */
    @Test
    void aCopyWithoutItsOwnerThatIsTheSameIsNoChange() {
        inA(em -> em.persist(new Stamped()));
        inA(em -> em.merge(new Stamped()));
        assertThat(world.rows("select version, name from Stamped")).containsExactly("0 |  | ");
    }

    /** Hibernate makes it itself. */
    @Test
    void theKeyOfAOneToOneIsNotAdvisedToBeWhatItIs() {
        inA(em -> {
            Single only = new Single();
            only.parent = parent(em, 1);
            em.persist(only);
        });
        inA(em -> em.remove(em.find(Single.class, 0L)));
        assertThatThrownBy(() -> inA(em -> {
                    Single only = new Single();
                    only.id = 1;
                    only.parent = parent(em, 1);
                    em.persist(only);
                }))
                .hasStackTraceContaining(
                        "@UniqueAlive is there already, so drop this one. @OneToOne and @NaturalId make it");
    }
}
