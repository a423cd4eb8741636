package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.Label;
import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a record says of a deletion: the rows that are marked in the end, and an actor who fits. */
@ParameterizedClass
@EnumSource(Database.class)
class RecordOfTakenBackTest extends WorldTest {

    private final LabelId first;
    private final LabelId second;

    RecordOfTakenBackTest(Database database) {
        super(new World(database));
        Label one = new Label("one");
        Label two = new Label("two");
        inA(em -> List.of(one, two).forEach(em::persist));
        first = one.id;
        second = two.id;
    }

    private static Label label(EntityManager em, LabelId id) {
        return Objects.requireNonNull(em.find(Label.class, id));
    }

    private List<String> records() {
        return world.rows("select marked from tenant_safety_deletion where undone_at is null");
    }

    @Test
    void aDeletionAllOfWhoseMarksAreTakenBackHasNoRecord() {
        DeletionId deletion = world.get(a, em -> {
            Label label = label(em, first);
            DeletionId made = Deletions.of(em).because("test", () -> em.remove(label));
            assertThat(Deletions.of(em).find(made)).isPresent();
            em.persist(label);
            return made;
        });
        assertThat(records()).isEmpty();
        inA(em -> {
            assertThat(Deletions.of(em).find(deletion)).isEmpty();
            assertThat(em.find(Label.class, first)).isNotNull();
        });
    }

    @Test
    void oneThatLosesSomeSaysWhatIsLeft() {
        inA(em -> {
            Label label = label(em, first);
            Deletions.of(em).because("test", () -> {
                em.remove(label);
                em.remove(label(em, second));
            });
            em.persist(label);
        });
        assertThat(records()).containsExactly("Label 1 | ");
    }

    @Test
    void oneThatWasUndoneKeepsItsRecord() {
        DeletionId deletion = world.get(a, em -> {
            Label label = label(em, first);
            DeletionId made = Deletions.of(em).because("test", () -> em.remove(label));
            Deletions.of(em).undo(made);
            em.persist(label);
            return made;
        });
        inA(em -> assertThat(Deletions.of(em).find(deletion).orElseThrow().undoneAt())
                .isPresent());
    }

    @Test
    void anActorWhoDoesNotFitIsRefusedBeforeAnythingIsWritten() {
        String name = "x".repeat(256);
        String expected = "The name of an actor has at most 255 characters, and this one has 256: ";
        inA(em -> assertThatThrownBy(() -> Deletions.of(em).by(name).because("test", () -> em.remove(label(em, first))))
                .isInstanceOf(DeletionRefusedException.class)
                .hasMessageStartingWith(expected));
        EntityManagerFactory factory = world.jpa(Map.of("tenant-safety.actor", (Supplier<String>) () -> name));
        dev.tenantsafety.scope.TenantScope.of(a)
                .run(() -> World.transaction(factory, em -> {
                    assertThatThrownBy(() -> em.remove(label(em, first)))
                            .isInstanceOf(DeletionRefusedException.class)
                            .hasMessageStartingWith(expected);
                    return true;
                }));
        assertThat(world.count("label where deleted_at is not null")).isZero();
        DeletionId deletion = world.get(
                a, em -> Deletions.of(em).by("y".repeat(255)).because("test", () -> em.remove(label(em, first))));
        inA(em -> {
            UndoPlan plan = Deletions.of(em).by(name).planUndo(deletion);
            assertThatThrownBy(plan::execute)
                    .isInstanceOf(DeletionRefusedException.class)
                    .hasMessageStartingWith(expected);
        });
        assertThat(world.count("label where deleted_at is not null")).isOne();
    }
}
