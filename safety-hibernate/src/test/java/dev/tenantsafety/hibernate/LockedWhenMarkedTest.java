package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A program locks a row so that it stays; where it was marked before, that is refused, as if it were gone. */
@ParameterizedClass
@EnumSource(Database.class)
class LockedWhenMarkedTest extends WorldTest {

    @Entity(name = "Box")
    @Inheritance(strategy = InheritanceType.SINGLE_TABLE)
    static class Box implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Crate")
    static class Crate extends Box {}

    @Entity(name = "Bag")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Bag implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Sack")
    static class Sack extends Bag {}

    /** Gives what was locked, if anything. */
    private static final Map<String, BiFunction<EntityManager, Object, @Nullable Object>> LOCKS = Map.of(
            "lock", (em, held) -> lock(em, held, LockModeType.PESSIMISTIC_WRITE),
            "read lock", (em, held) -> lock(em, held, LockModeType.PESSIMISTIC_READ),
            "find", (em, held) -> em.find(held.getClass(), 1L, LockModeType.PESSIMISTIC_WRITE),
            "refresh", LockedWhenMarkedTest::refresh);

    private static Object lock(EntityManager em, Object held, LockModeType mode) {
        em.lock(held, mode);
        return held;
    }

    private static Object refresh(EntityManager em, Object held) {
        em.refresh(held, LockModeType.PESSIMISTIC_WRITE);
        return held;
    }

    LockedWhenMarkedTest(Database database) {
        super(new World(database, List.of(Box.class, Crate.class, Bag.class, Sack.class), Map.of()));
    }

    private static Object made(boolean isBox) {
        Box box = new Crate();
        box.id = 1;
        Bag bag = new Sack();
        bag.id = 1;
        return isBox ? box : bag;
    }

    @Test
    void aLockOfWhatWasMarkedIsRefused() {
        for (boolean isBox : new boolean[] {true, false}) {
            Class<?> type = made(isBox).getClass();
            inA(em -> em.persist(made(isBox)));
            LOCKS.forEach((name, lock) -> {
                inA(em -> assertThat(lock.apply(em, em.find(type, 1L))).as(name).isNotNull());
                Throwable thrown = catchThrowable(() -> inA(em -> {
                    Object held = em.find(type, 1L);
                    inA(other -> other.remove(other.find(type, 1L)));
                    if (lock.apply(em, held) == null) {
                        throw new IllegalStateException("It is not there.");
                    }
                }));
                assertThat(thrown).as("%s of %s", name, type).isNotNull();
                world.sql("update " + (isBox ? "box" : "bag")
                        + " set deleted_at = null, deleted_by = null, deletion_id = null");
            });
        }
    }
}
