package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.Project;
import dev.tenantsafety.hibernate.world.Ticket;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.LockModeType;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.RollbackException;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A row that was read with a lock is removed in the same transaction. */
@ParameterizedClass
@EnumSource(Database.class)
class LockedThenRemovedTest extends WorldTest {

    private final Ticket ticket = new Ticket(new Project("project"), "ticket");

    LockedThenRemovedTest(Database database) {
        super(new World(database));
        inA(em -> {
            em.persist(ticket.project);
            em.persist(ticket);
        });
    }

    @ParameterizedTest
    @EnumSource(LockModeType.class)
    void itIsMarked(LockModeType mode) {
        inA(em -> em.remove(em.find(Ticket.class, ticket.id, mode)));
        assertThat(world.count("ticket where deleted_at is not null")).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(LockModeType.class)
    void itIsMarkedAfterAFlush(LockModeType mode) {
        inA(em -> {
            em.remove(em.find(Ticket.class, ticket.id, mode));
            em.flush();
        });
        assertThat(world.count("ticket where deleted_at is not null")).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(LockModeType.class)
    void whatAnotherMarkedIsStale(LockModeType mode) {
        if (!mode.name().startsWith("OPTIMISTIC")) {
            return; // the other would wait
        }
        assertThatThrownBy(() -> inA(em -> {
                    em.find(Ticket.class, ticket.id, mode);
                    inA(other -> other.remove(other.find(Ticket.class, ticket.id)));
                }))
                .satisfiesAnyOf(e -> assertThat(e).isInstanceOf(OptimisticLockException.class), e -> assertThat(e)
                        .isInstanceOf(RollbackException.class));
    }
}
