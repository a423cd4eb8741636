package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapKeyColumn;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Version;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Conflicts of an undo: found when it is executed, not only when it is planned; and a key of a map has one alive element. */
@ParameterizedClass
@EnumSource(Database.class)
class PlansOfBeforeTest extends WorldTest {

    @Entity(name = "Rack")
    static class Rack {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Version
        int version;

        @OneToMany
        @JoinColumn(name = "rack")
        @MapKeyColumn(name = "slot")
        Map<String, Slide> slots = new HashMap<>();

        @OneToMany(mappedBy = "inverse")
        @MapKeyColumn(name = "inverse_slot")
        Map<String, Slide> inverse = new HashMap<>();

        void put(String key, Slide slide) {
            slots.put(key, slide);
            inverse.put(key, slide);
        }

        Slide take(String key) {
            inverse.remove(key);
            return Objects.requireNonNull(slots.remove(key));
        }
    }

    @Entity(name = "Slide")
    @UniqueAlive({"tenant", "code"})
    static class Slide implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String code = "";

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Rack inverse;

        @Embedded
        @Nullable
        Tombstone tombstone;

        void code(String now) {
            code = now;
        }
    }

    @Entity(name = "Dot")
    static class Dot implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Slide slide;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    PlansOfBeforeTest(Database database) {
        super(new World(database, List.of(Rack.class, Slide.class, Dot.class), Map.of()));
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            Rack rack = new Rack();
            em.persist(rack);
            for (int i = 1; i <= 3; i++) {
                Slide slide = new Slide();
                slide.id = i;
                slide.code = "code " + i;
                slide.inverse = rack;
                em.persist(slide);
                rack.put("key " + i, slide);
            }
            Dot dot = new Dot();
            dot.slide = em.find(Slide.class, 3L);
            em.persist(dot);
        });
    }

    private static Rack rack(EntityManager em) {
        return em.find(Rack.class, 0L);
    }

    private static Slide slide(EntityManager em, long id) {
        return em.find(Slide.class, id);
    }

    private DeletionId marked(Consumer<EntityManager> work) {
        return Objects.requireNonNull(world.get(a, em -> Deletions.of(em).because("a test", () -> work.accept(em))));
    }

    private static void giveKeyAway(EntityManager em) {
        Rack rack = rack(em);
        rack.put("key 1", rack.take("key 2"));
    }

    @Test
    void whatHappenedSinceThePlanIsInTheWay() {
        Map<Consumer<EntityManager>, UndoConflict.Reason> meanwhile = new LinkedHashMap<>();
        meanwhile.put(em -> slide(em, 2).code("code 1"), UndoConflict.Reason.KEY_TAKEN);
        meanwhile.put(PlansOfBeforeTest::giveKeyAway, UndoConflict.Reason.KEY_TAKEN);
        meanwhile.put(em -> em.remove(slide(em, 3)), UndoConflict.Reason.PARENT_MARKED);
        DeletionId deletion = marked(em -> {
            em.remove(em.find(Dot.class, 0L));
            em.remove(slide(em, 1));
        });
        meanwhile.forEach((work, reason) -> {
            List<String> before = world.rows("select id, deletion_id is null from slide where id = 1");
            Throwable thrown = catchThrowable(() -> inA(em -> {
                UndoPlan plan = Deletions.of(em).planUndo(deletion);
                assertThat(plan.conflicts()).isEmpty();
                work.accept(em);
                plan.execute();
            }));
            assertThat(thrown)
                    .as("%s, in one session", reason)
                    .isInstanceOfSatisfying(UndoRefusedException.class, refused -> assertThat(refused.conflicts())
                            .extracting(UndoConflict::reason)
                            .containsOnly(reason));
            assertThat(world.rows("select id, deletion_id is null from slide where id = 1"))
                    .isEqualTo(before);
        });
        Throwable thrown = catchThrowable(() -> inA(em -> {
            UndoPlan plan = Deletions.of(em).planUndo(deletion);
            Thread other = new Thread(() -> inA(PlansOfBeforeTest::giveKeyAway));
            other.start();
            try {
                other.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            plan.execute();
        }));
        assertThat(thrown).isInstanceOf(UndoRefusedException.class);
        UndoReport report =
                world.get(a, em -> Deletions.of(em).planUndo(deletion).execute(UndoPolicy.SKIP));
        assertThat(report.restored()).isEqualTo(Map.of("Dot", 1L));
    }

    @Test
    void oneKeyTwiceInOneDeletion() {
        DeletionId deletion = marked(em -> {
            em.remove(slide(em, 1));
            em.flush();
            em.clear();
            giveKeyAway(em);
            em.flush();
            em.remove(slide(em, 2));
        });
        inA(em -> assertThat(Deletions.of(em).planUndo(deletion).conflicts())
                .extracting(UndoConflict::description)
                .containsExactlyInAnyOrder(
                        "Slide 1 cannot come back: its key in Rack.slots is the same as that of Slide 2, which the same deletion marked "
                                + "later. Only one of them can be alive: with UndoPolicy.SKIP that one.",
                        "Slide 1 cannot come back: its key in Rack.inverse is the same as that of Slide 2, which the same deletion marked "
                                + "later. Only one of them can be alive: with UndoPolicy.SKIP that one."));
        inA(em -> Deletions.of(em).planUndo(deletion).execute(UndoPolicy.SKIP));
        inA(em -> assertThat(rack(em).slots).containsOnlyKeys("key 1", "key 3").containsEntry("key 1", slide(em, 2)));
    }

    /** Whether the second waits for the first or not, one of them is refused. */
    private void oneAlone(Consumer<EntityManager> first, Consumer<EntityManager> second, String column) {
        @Nullable Throwable[] later = new Throwable[1];
        Throwable thrown = catchThrowable(() -> later[0] = meanwhile(first, second));
        assertThat(thrown == null ? later[0] : thrown).as(column).isNotNull();
        assertThat(world.count("slide where " + column + " = 'key 1' and deletion_id is null"))
                .as(column)
                .isOne();
    }

    @Test
    void twoUndoAtOnce() {
        DeletionId first = marked(em -> em.remove(slide(em, 1)));
        inA(PlansOfBeforeTest::giveKeyAway);
        DeletionId second = marked(em -> em.remove(slide(em, 2)));
        oneAlone(em -> Deletions.of(em).undo(first), em -> Deletions.of(em).undo(second), "slot");
        assertThat(world.count("slide where inverse_slot = 'key 1' and deletion_id is null"))
                .isOne();
    }

    @Test
    void oneUndoesAndOneGivesTheKeyAway() {
        DeletionId deletion = marked(em -> em.remove(slide(em, 1)));
        oneAlone(PlansOfBeforeTest::giveKeyAway, em -> Deletions.of(em).undo(deletion), "slot");
    }

    @Test
    void whatIsTakenBackHasItsKeyForItself() {
        Throwable thrown = catchThrowable(() -> inA(em -> {
            Slide first = slide(em, 1);
            em.remove(first);
            em.flush();
            giveKeyAway(em);
            em.flush();
            em.persist(first);
        }));
        assertThat(causes(thrown)).anySatisfy(cause -> assertThat(cause)
                .isInstanceOf(MarkedException.class)
                .hasMessageStartingWith("Slide 1 was taken back, and its key in Rack."));
        inA(em -> {
            Slide first = slide(em, 1);
            em.remove(first);
            em.flush();
            em.persist(first);
        });
        inA(em -> assertThat(rack(em).slots).containsOnlyKeys("key 1", "key 2", "key 3"));
    }
}
