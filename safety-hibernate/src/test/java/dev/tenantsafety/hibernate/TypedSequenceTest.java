package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.hibernate.world.AccountId;
import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** JPA's own annotations generate typed IDs too. */
class TypedSequenceTest {

    @Entity(name = "Sequenced")
    @Unowned("a test of types")
    static class Sequenced {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "numbers")
        @SequenceGenerator(name = "numbers", sequenceName = "account_numbers", initialValue = 1000, allocationSize = 10)
        @Nullable
        AccountId id;
    }

    @Entity(name = "Tabled")
    @Unowned("a test of types")
    static class Tabled {
        @Id
        @GeneratedValue(strategy = GenerationType.TABLE)
        @Nullable
        AccountId id;
    }

    @Entity(name = "Automatic")
    @Unowned("a test of types")
    static class Automatic {
        @Id
        @GeneratedValue
        @Nullable
        AccountId id;
    }

    @Entity(name = "Identity")
    @Unowned("a test of types")
    static class Identity {
        @Id
        @GeneratedValue(strategy = GenerationType.IDENTITY)
        @Nullable
        AccountId id;
    }

    @Entity(name = "AutomaticUuid")
    @Unowned("a test of types")
    static class AutomaticUuid {
        @Id
        @GeneratedValue
        @Nullable
        LabelId id;
    }

    @Entity(name = "RandomUuid")
    @Unowned("a test of types")
    static class RandomUuid {
        @Id
        @GeneratedValue(strategy = GenerationType.UUID)
        @Nullable
        LabelId id;
    }

    @ParameterizedTest
    @EnumSource(Database.class)
    void generateTypedIds(Database database) {
        try (World world = new World(
                database,
                List.of(
                        Sequenced.class,
                        Tabled.class,
                        Automatic.class,
                        Identity.class,
                        AutomaticUuid.class,
                        RandomUuid.class),
                Map.of())) {
            world.without(em -> {
                Sequenced first = new Sequenced();
                Sequenced second = new Sequenced();
                List<Object> others =
                        List.of(new Tabled(), new Automatic(), new Identity(), new AutomaticUuid(), new RandomUuid());
                em.persist(first);
                em.persist(second);
                others.forEach(em::persist);
                em.flush();
                assertThat(List.of(first.id, second.id)).containsExactly(new AccountId(1000), new AccountId(1001));
                others.forEach(each -> assertThat(em.contains(each)).isTrue());
            });
            World.stateless(world.safe, session -> {
                Sequenced third = new Sequenced();
                session.insert(third);
                assertThat(third.id).isEqualTo(new AccountId(1002));
            });
            world.without(em ->
                    assertThat(em.find(Sequenced.class, new AccountId(1002))).isNotNull());
            assertThat(world.count("Automatic where id is not null")).isEqualTo(1);
        }
    }

    @Entity(name = "NumberedUuid")
    @Unowned("a test of types")
    static class NumberedUuid {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE)
        @Nullable
        LabelId id;
    }

    @Entity(name = "RandomNumber")
    @Unowned("a test of types")
    static class RandomNumber {
        @Id
        @GeneratedValue(strategy = GenerationType.UUID)
        @Nullable
        AccountId id;
    }

    @Test
    void aWayThatDoesNotFitTheKindIsRefused() {
        assertThat(StartUp.problems(NumberedUuid.class))
                .containsExactly(
                        "NumberedUuid.id takes numbers (SEQUENCE), but its kind is backed by a UUID. Use @GeneratedTypedId.");
        assertThat(StartUp.problems(RandomNumber.class))
                .containsExactly(
                        "RandomNumber.id takes UUIDs, but its kind is backed by a number. Use GenerationType.SEQUENCE or "
                                + "IDENTITY.");
    }
}
