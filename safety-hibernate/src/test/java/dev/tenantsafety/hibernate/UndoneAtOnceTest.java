package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** One deletion that removes elements of ordered lists in several flushes: undone in one piece, the lists are as they were before it. */
@ParameterizedClass
@EnumSource(Database.class)
class UndoneAtOnceTest extends WorldTest {

    @Entity(name = "Train")
    static class Train implements SoftDeletable {
        @Id
        String name = "train";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToMany(cascade = CascadeType.ALL)
        @JoinColumn(name = "train_name")
        @OrderColumn(name = "place")
        List<Wagon> inColumn = new ArrayList<>();

        @OneToMany(mappedBy = "train", cascade = CascadeType.ALL)
        @OrderColumn(name = "mapped_place")
        List<Wagon> mapped = new ArrayList<>();

        @OneToMany(cascade = CascadeType.ALL)
        @JoinTable(name = "train_wagon")
        @OrderColumn(name = "place")
        List<Wagon> inTable = new ArrayList<>();

        @ManyToMany
        @JoinTable(name = "train_shared")
        @OrderColumn(name = "place")
        List<Wagon> shared = new ArrayList<>();

        @Embedded
        @Nullable
        Tombstone tombstone;

        List<List<Wagon>> lists() {
            return List.of(inColumn, mapped, inTable, shared);
        }
    }

    @Entity(name = "Wagon")
    static class Wagon implements SoftDeletable {
        @Id
        String name = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Train train;

        @Embedded
        @Nullable
        Tombstone tombstone;

        protected Wagon() {}

        Wagon(String name, Train train) {
            this.name = name;
            this.train = train;
        }
    }

    UndoneAtOnceTest(Database database) {
        super(new World(database, List.of(Train.class, Wagon.class), Map.of()));
        inA(em -> {
            Train train = new Train();
            for (String name : List.of("a", "b", "c", "d", "e", "f")) {
                Wagon wagon = new Wagon(name, train);
                train.lists().forEach(list -> list.add(wagon));
            }
            em.persist(train);
        });
    }

    private static Train train(EntityManager em) {
        return Objects.requireNonNull(em.find(Train.class, "train"));
    }

    private DeletionId because(Consumer<EntityManager> work) {
        return world.get(a, em -> Deletions.of(em).because("test", () -> work.accept(em)));
    }

    private static void remove(EntityManager em, String name) {
        Wagon wagon = Objects.requireNonNull(em.find(Wagon.class, name));
        train(em).lists().forEach(list -> list.remove(wagon));
        em.remove(wagon);
    }

    private void undo(DeletionId deletion) {
        inA(em -> Deletions.of(em).undo(deletion));
    }

    private void assertAsBefore(String what) {
        inA(em -> assertThat(train(em).lists()).as(what).allSatisfy(list -> assertThat(list)
                .extracting(wagon -> wagon == null ? "-" : wagon.name)
                .containsExactly("a", "b", "c", "d", "e", "f")));
    }

    @Test
    void anElementThenTheOwner() {
        undo(because(em -> {
            remove(em, "b");
            em.flush();
            em.remove(train(em));
        }));
        assertAsBefore("b, then the train");
    }

    @Test
    void elementsOneByOneAndTheOwner() {
        undo(because(em -> {
            for (String name : List.of("c", "a", "d", "b")) {
                remove(em, name);
                em.flush();
            }
            em.remove(train(em));
        }));
        assertAsBefore("four, then the train");
    }

    @Test
    void whatAQueryFlushes() {
        undo(because(em -> {
            remove(em, "a");
            em.createQuery("select count(w) from Wagon w").getSingleResult();
            remove(em, "b");
            em.createQuery("select count(w) from Wagon w").getSingleResult();
            em.remove(train(em));
        }));
        assertAsBefore("with queries between");
    }

    @Test
    void rowsOfOneFlushAreMarkedAtOneTimeAndLaterOnesLater() {
        DeletionId deletion = because(em -> {
            remove(em, "a");
            remove(em, "b");
            em.flush();
            remove(em, "c");
        });
        inA(em -> {
            List<Instant> times = dev.tenantsafety.scope.IncludeDeleted.because("test")
                    .call(() -> em.createQuery(
                                    "select w.tombstone.deletedAt from Wagon w where w.tombstone is not null order by w.name",
                                    Instant.class)
                            .getResultList());
            assertThat(times).hasSize(3).isSorted();
            assertThat(times.get(0))
                    .isEqualTo(times.get(1))
                    .isBefore(times.get(2))
                    .isEqualTo(Deletions.of(em).find(deletion).orElseThrow().at());
        });
    }

    /** Removals in this order and that, flushes between them, elements taken out of their lists or not, the owner too, or not. */
    @Test
    void whateverIsRemovedInWhateverOrder() {
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            List<String> steps = new ArrayList<>();
            List<String> names = new ArrayList<>(List.of("a", "b", "c", "d", "e", "f"));
            java.util.Collections.shuffle(names, random);
            int removed = 1 + random.nextInt(5);
            DeletionId deletion = because(em -> {
                for (String name : names.subList(0, removed)) {
                    if (random.nextInt(6) == 0) {
                        em.flush();
                        em.clear();
                        steps.add("clear");
                    }
                    remove(em, name);
                    steps.add(name);
                    if (random.nextInt(3) > 0) {
                        em.flush();
                        steps.add("flush");
                    }
                }
                if (random.nextBoolean()) {
                    em.remove(train(em));
                    steps.add("train");
                }
            });
            undo(deletion);
            assertAsBefore(seed + ": " + steps);
        }
    }
}
