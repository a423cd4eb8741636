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
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** An ordered list of which several transactions mark elements, or bring them back, at once; and by keys that are bytes. */
@ParameterizedClass
@EnumSource(Database.class)
class ListsOfSeveralTest extends WorldTest {

    @Entity(name = "Task")
    static class Task implements SoftDeletable {
        @Id
        @JdbcTypeCode(SqlTypes.VARBINARY)
        UUID id = new UUID(0, 0);

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Plan plan;

        @Embedded
        @Nullable
        Tombstone tombstone;

        @Override
        public String toString() {
            return name;
        }
    }

    @Entity(name = "Plan")
    static class Plan {
        @Id
        @JdbcTypeCode(SqlTypes.VARBINARY)
        UUID id = id("plan");

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToMany(mappedBy = "plan")
        @OrderColumn(name = "inverse_place")
        List<Task> inverse = new ArrayList<>();

        @OneToMany
        @JoinColumn(name = "own_plan")
        @OrderColumn(name = "own_place")
        List<Task> own = new ArrayList<>();

        @ManyToMany
        @JoinTable(name = "plan_linked")
        @OrderColumn(name = "linked_place")
        List<Task> linked = new ArrayList<>();

        void add(Task task) {
            inverse.add(task);
            own.add(task);
            linked.add(task);
        }

        void takeOut(Task task) {
            own.remove(task);
            linked.remove(task);
        }

        String lists() {
            return inverse + " " + own + " " + linked;
        }
    }

    private static final String ALL = "[a, b, c, d, e]";

    ListsOfSeveralTest(Database database) {
        super(new World(database, List.of(Task.class, Plan.class), Map.of()));
    }

    private static UUID id(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            Plan plan = new Plan();
            em.persist(plan);
            for (String name : List.of("a", "b", "c", "d", "e")) {
                Task task = new Task();
                task.id = id(name);
                task.name = name;
                task.plan = plan;
                em.persist(task);
                plan.add(task);
            }
        });
    }

    private static DeletionId mark(EntityManager em, String... names) {
        return Deletions.of(em).because("a test", () -> {
            for (String name : names) {
                em.remove(em.find(Task.class, id(name)));
            }
        });
    }

    private void undo(DeletionId deletion) {
        inA(em -> Deletions.of(em).undo(deletion));
    }

    private void assertWhole() {
        String lists = world.get(a, em -> em.find(Plan.class, id("plan")).lists());
        assertThat(lists).isEqualTo(ALL + " " + ALL + " " + ALL);
        assertThat(world.rows("select inverse_place, own_place from task order by name"))
                .containsExactly("0 | 0 | ", "1 | 1 | ", "2 | 2 | ", "3 | 3 | ", "4 | 4 | ");
    }

    private void bothWork(Consumer<EntityManager> first, Consumer<EntityManager> second) {
        assertThat(meanwhile(first, second)).isNull();
    }

    @Test
    void twoMarkAtOnce() {
        for (List<String> pair : List.of(List.of("b", "c"), List.of("c", "b"), List.of("b", "d"), List.of("e", "a"))) {
            for (boolean isFirstFirst : new boolean[] {true, false}) {
                DeletionId[] deletions = new DeletionId[2];
                bothWork(em -> deletions[0] = mark(em, pair.get(0)), em -> deletions[1] = mark(em, pair.get(1)));
                undo(deletions[isFirstFirst ? 0 : 1]);
                undo(deletions[isFirstFirst ? 1 : 0]);
                assertWhole();
            }
        }
    }

    @Test
    void whoRemovesFirstMayFlushLast() {
        DeletionId[] deletions = new DeletionId[2];
        inA(em -> deletions[0] = Deletions.of(em).because("a test", () -> {
            em.remove(em.find(Task.class, id("b")));
            inA(other -> deletions[1] = mark(other, "c"));
        }));
        undo(deletions[0]);
        undo(deletions[1]);
        assertWhole();
    }

    @Test
    void twoUndoAtOnce() {
        for (List<String> pair : List.of(List.of("b", "c"), List.of("c", "b"), List.of("a", "e"))) {
            DeletionId[] deletions = new DeletionId[2];
            inA(em -> deletions[0] = mark(em, pair.get(0)));
            inA(em -> deletions[1] = mark(em, pair.get(1)));
            bothWork(em -> Deletions.of(em).undo(deletions[1]), em -> Deletions.of(em)
                    .undo(deletions[0]));
            assertWhole();
        }
    }

    @Test
    void oneMarksAndOneUndoes() {
        DeletionId[] deletions = new DeletionId[2];
        inA(em -> deletions[0] = mark(em, "b"));
        bothWork(em -> Deletions.of(em).undo(deletions[0]), em -> deletions[1] = mark(em, "d"));
        undo(deletions[1]);
        assertWhole();
        inA(em -> deletions[0] = mark(em, "b"));
        bothWork(em -> deletions[1] = mark(em, "d"), em -> Deletions.of(em).undo(deletions[0]));
        undo(deletions[1]);
        assertWhole();
    }

    @Test
    void aClockMayBeAhead() {
        DeletionId[] deletions = new DeletionId[2];
        inA(em -> deletions[0] = mark(em, "b"));
        world.sql("update task set deleted_at = deleted_at + interval '1' day where deleted_at is not null");
        inA(em -> deletions[1] = mark(em, "c"));
        undo(deletions[0]);
        undo(deletions[1]);
        assertWhole();
    }

    @Test
    void whatWasTakenOutComesBackToItsPlace() {
        List<DeletionId> deletions = new ArrayList<>();
        for (String name : List.of("b", "d")) {
            inA(em -> deletions.add(Deletions.of(em).because("a test", () -> {
                Task task = em.find(Task.class, id(name));
                em.find(Plan.class, id("plan")).takeOut(task);
                em.remove(task);
            })));
        }
        deletions.forEach(this::undo);
        assertWhole();
    }

    /** It would be looked for at a place that it no longer has, and its place be given to others. */
    @Test
    void aListThatWasReadBeforeAMarkIsNotWrittenAfterIt() {
        Map<String, Consumer<Plan>> changes = Map.of(
                "insert", plan -> plan.linked.add(0, plan.linked.remove(1)),
                "reverse", plan -> Collections.reverse(plan.linked),
                "take out", plan -> plan.linked.remove(0),
                "replace", plan -> plan.linked = new ArrayList<>(plan.linked.subList(1, 5)));
        for (String marked : List.of("e", "c")) {
            changes.forEach((name, change) -> {
                DeletionId[] deletion = new DeletionId[1];
                assertThatThrownBy(() -> inA(em -> {
                            Plan plan = em.find(Plan.class, id("plan"));
                            plan.lists(); // reads them
                            inA(other -> deletion[0] = mark(other, marked));
                            change.accept(plan);
                        }))
                        .as("%s, %s", name, marked)
                        .hasStackTraceContaining(" was deleted by " + deletion[0] + " since linked was read, ");
                undo(deletion[0]);
                assertWhole();
            });
        }
    }

    private String linked() {
        return world.get(a, em -> em.find(Plan.class, id("plan")).linked.toString());
    }

    @Test
    void whoMarksWhileAListIsWrittenSeesWhatWasWritten() {
        DeletionId[] deletion = new DeletionId[1];
        bothWork(em -> Collections.reverse(em.find(Plan.class, id("plan")).linked), em -> deletion[0] = mark(em, "b"));
        assertThat(linked()).isEqualTo("[e, d, c, null, a]"); // as after any mark
        undo(deletion[0]);
        assertThat(linked()).isEqualTo("[e, d, c, b, a]");
    }
}
