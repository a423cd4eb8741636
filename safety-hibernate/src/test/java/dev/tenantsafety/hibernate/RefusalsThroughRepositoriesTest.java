package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.Label;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.EntityManager;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.orm.jpa.EntityManagerFactoryUtils;

/** A deletion that is refused is told as itself, also where Spring translates what a repository throws. */
class RefusalsThroughRepositoriesTest extends WorldTest {

    private static final String LONG_NAME = "x".repeat(256);

    RefusalsThroughRepositoriesTest() {
        super(new World(
                Database.H2, World.ENTITIES, Map.of("tenant-safety.actor", (Supplier<String>) () -> LONG_NAME)));
    }

    private void assertToldAsItself(Consumer<EntityManager> work) {
        inA(em -> assertThatThrownBy(() -> work.accept(em)).satisfies(thrown -> {
            assertThat(thrown).isInstanceOf(DeletionRefusedException.class);
            DataAccessException translated =
                    EntityManagerFactoryUtils.convertJpaAccessExceptionIfPossible((RuntimeException) thrown);
            assertThat(translated).isNull();
        }));
    }

    @Test
    void anActorWhoseNameIsTooLong() {
        Label label = new Label("one");
        inA(em -> em.persist(label));
        assertToldAsItself(em -> em.remove(em.find(Label.class, label.id)));
        assertToldAsItself(em -> Deletions.of(em).by(LONG_NAME).because("test", () -> {}));
    }

    @Test
    void aReasonThatDoesNotFit() {
        assertToldAsItself(em -> Deletions.of(em).because(" ", () -> {}));
        assertToldAsItself(em -> Deletions.of(em).because("x".repeat(1001), () -> {}));
    }

    @Test
    void aDeletionInsideAnother() {
        assertToldAsItself(em -> Deletions.of(em)
                .by("me")
                .because("outer", () -> Deletions.of(em).by("me").because("inner", () -> {})));
    }

    @Test
    void aSessionWithoutATransaction() {
        try (EntityManager em = world.safe.createEntityManager()) {
            assertThatThrownBy(() -> Deletions.of(em).because("test", () -> {}))
                    .isInstanceOf(DeletionRefusedException.class);
        }
    }

    @Test
    void aSessionFactoryWithoutTenantSafety() {
        assertThatThrownBy(() -> World.transaction(
                        world.plain(), em -> Deletions.of(em).by("me").because("test", () -> {})))
                .isInstanceOf(DeletionRefusedException.class);
    }
}
