package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Hibernate can be told to write without a transaction. A deletion has a record, which is written at the end of one. */
@ParameterizedClass
@EnumSource(Database.class)
class OutsideTransactionTest extends WorldTest {

    @Entity(name = "Note")
    static class Note implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    OutsideTransactionTest(Database database) {
        super(new World(database, List.of(Note.class), Map.of("hibernate.allow_update_outside_transaction", "true")));
    }

    @Test
    void nothingIsMarked() {
        inA(em -> {
            Note note = new Note();
            note.id = 1;
            em.persist(note);
        });
        TenantScope.of(a).run(() -> {
            try (EntityManager em = world.safe.createEntityManager()) {
                em.remove(em.find(Note.class, 1L));
                assertThatThrownBy(em::flush)
                        .isInstanceOf(DeletionRefusedException.class)
                        .hasMessage(
                                "A deletion and its undoing need a transaction, and none is active in this session.");
            }
        });
        assertThat(world.rows("select deleted_at from Note")).containsExactly("null | ");
    }
}
