package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.hibernate.world.TicketId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.ConstraintMode;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.ForeignKey;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a row that comes back points at, and what a session holds of it. */
@ParameterizedClass
@EnumSource(Database.class)
class UndoReferencesTest extends WorldTest {

    /** Not protected. */
    @Entity(name = "Crate")
    static class Crate {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "Person")
    static class Person implements SoftDeletable {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToMany(mappedBy = "parent", cascade = CascadeType.ALL, orphanRemoval = true)
        List<Task> tasks = new ArrayList<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Embeddable
    static class Roles {
        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.KEEP_VISIBLE)
        @Nullable
        Person author;
    }

    @Entity(name = "Task")
    static class Task implements SoftDeletable {
        @Id
        TicketId id = TicketId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Version
        long version;

        String title = "";

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(foreignKey = @ForeignKey(ConstraintMode.NO_CONSTRAINT))
        @Nullable
        Crate crate;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Person parent;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Person assignee;

        @Embedded
        @Nullable
        Roles roles;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    private final Person person = new Person();
    private final Crate crate = new Crate();
    private final Task task = new Task();

    UndoReferencesTest(Database database) {
        super(new World(database, List.of(Crate.class, Person.class, Task.class), Map.of()));
        inA(em -> {
            em.persist(person);
            em.persist(crate);
            em.persist(task);
        });
    }

    private DeletionId because(Consumer<EntityManager> work) {
        return world.get(a, em -> Deletions.of(em).because("test", () -> work.accept(em)));
    }

    private DeletionId mark(Class<?> entity, Object id) {
        return because(em -> em.remove(em.find(entity, id)));
    }

    @Test
    void aRowThatIsGoneForGoodIsAConflict() {
        inA(em -> em.find(Task.class, task.id).crate = em.find(Crate.class, crate.id));
        DeletionId deletion = mark(Task.class, task.id);
        inA(em -> assertThat(Deletions.of(em).planUndo(deletion).conflicts()).isEmpty());
        inA(em -> em.remove(em.find(Crate.class, crate.id)));
        inA(em -> {
            UndoPlan plan = Deletions.of(em).planUndo(deletion);
            assertThat(plan.conflicts())
                    .extracting(UndoConflict::reason)
                    .containsExactly(UndoConflict.Reason.PARENT_MISSING);
            assertThat(plan.conflicts().get(0))
                    .hasToString("Task " + task.id + " points at Crate " + crate.id
                            + " (crate), which no longer exists. Insert that row again first.");
            assertThat(plan.execute(UndoPolicy.SKIP).restored()).isEmpty();
        });
    }

    /** Whose it is, is not the plan's to say. */
    @Test
    void aRowOutOfScopeIsThere() {
        inA(em -> em.find(Task.class, task.id).crate = em.find(Crate.class, crate.id));
        DeletionId deletion = mark(Task.class, task.id);
        world.sql("update crate set tenant = '" + b.uuid() + "'");
        inA(em -> assertThat(Deletions.of(em).planUndo(deletion).conflicts()).isEmpty());
    }

    @Test
    void aMarkedRowThatIsMerelyPointedAtIsExplained() {
        inA(em -> em.find(Task.class, task.id).assignee = em.find(Person.class, person.id));
        DeletionId deletion = mark(Task.class, task.id);
        DeletionId second = mark(Person.class, person.id);
        inA(em -> assertThat(Deletions.of(em).planUndo(deletion).conflicts())
                .extracting(UndoConflict::description)
                .containsExactly(
                        "Task " + task.id + " belongs to Person " + person.id + ", which was deleted by " + second
                                + ". Undo that deletion first, or declare @OnTargetMarked(KEEP_VISIBLE) on Task.assignee where the row may be "
                                + "alive without it."));
    }

    @Test
    void aParentIsNot() {
        inA(em -> em.find(Task.class, task.id).parent = em.find(Person.class, person.id));
        DeletionId deletion = mark(Task.class, task.id);
        DeletionId second = mark(Person.class, person.id);
        inA(em -> assertThat(Deletions.of(em).planUndo(deletion).conflicts())
                .extracting(UndoConflict::description)
                .containsExactly("Task " + task.id + " belongs to Person " + person.id + ", which was deleted by "
                        + second + ". Undo that deletion first."));
    }

    @Test
    void whatStaysVisibleInAnEmbeddableIsNoConflict() {
        inA(em -> {
            Roles roles = new Roles();
            roles.author = em.find(Person.class, person.id);
            em.find(Task.class, task.id).roles = roles;
        });
        DeletionId deletion = mark(Task.class, task.id);
        mark(Person.class, person.id);
        inA(em -> Deletions.of(em).undo(deletion));
        inA(em -> assertThat(em.find(Task.class, task.id)).isNotNull());
    }

    @Test
    void aLoadedCollectionHoldsWhatCameBackInTheSameTransaction() {
        inA(em -> em.find(Task.class, task.id).parent = em.find(Person.class, person.id));
        inA(em -> {
            Person parent = em.find(Person.class, person.id);
            Task child = parent.tasks.get(0);
            DeletionId deletion = Deletions.of(em).because("test", () -> em.remove(child));
            Deletions.of(em).undo(deletion);
            assertThat(em.contains(child)).isTrue();
            assertThat(child.tombstone).isNull();
            child.title = "changed";
        });
        assertThat(world.rows("select title, version from task where deleted_at is null"))
                .containsExactly("changed | 4 | ");
    }

    @Test
    void whatWasChangedBeforeTheMarkIsAsItWas() {
        inA(em -> em.find(Task.class, task.id).parent = em.find(Person.class, person.id));
        inA(em -> {
            Person parent = em.find(Person.class, person.id);
            Task child = parent.tasks.get(0);
            DeletionId deletion = Deletions.of(em).because("test", () -> {
                parent.tasks.remove(child);
                child.parent = null;
                child.title = "changed";
            });
            Deletions.of(em).undo(deletion);
            assertThat(child.title).isEmpty();
            assertThat(child.parent).isNotNull();
        });
        inA(em -> assertThat(em.find(Person.class, person.id).tasks).hasSize(1));
    }

    @Test
    void aParentAndItsChildrenComeBackInTheSameTransaction() {
        inA(em -> em.find(Task.class, task.id).parent = em.find(Person.class, person.id));
        inA(em -> {
            Person parent = em.find(Person.class, person.id);
            Task child = parent.tasks.get(0);
            DeletionId deletion = Deletions.of(em).because("test", () -> em.remove(parent));
            Deletions.of(em).undo(deletion);
            assertThat(parent.tasks).containsExactly(child);
            em.remove(child);
        });
        assertThat(world.count("task where deleted_at is null")).isZero();
        assertThat(world.count("person where deleted_at is null")).isEqualTo(1);
    }
}
