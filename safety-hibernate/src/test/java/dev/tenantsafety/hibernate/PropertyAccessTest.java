package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Annotations on getters are as good as those on fields, and the columns of the tombstone have the same names. */
@ParameterizedClass
@EnumSource(Database.class)
class PropertyAccessTest extends WorldTest {

    @Entity(name = "Card")
    static class Card implements SoftDeletable {
        private long number;

        private @Nullable TenantId owner;

        private @Nullable Tombstone stone;

        @Id
        public long getNumber() {
            return number;
        }

        public void setNumber(long number) {
            this.number = number;
        }

        @OwnedBy
        public @Nullable TenantId getOwner() {
            return owner;
        }

        public void setOwner(@Nullable TenantId owner) {
            this.owner = owner;
        }

        @Embedded
        public @Nullable Tombstone getStone() {
            return stone;
        }

        public void setStone(@Nullable Tombstone stone) {
            this.stone = stone;
        }
    }

    PropertyAccessTest(Database database) {
        super(new World(database, List.of(Card.class), Map.of()));
    }

    @Test
    void theTombstoneHasItsColumns() {
        inA(em -> {
            Card card = new Card();
            card.setNumber(1);
            em.persist(card);
        });
        DeletionId deletion =
                world.get(a, em -> Deletions.of(em).because("end", () -> em.remove(em.find(Card.class, 1L))));
        assertThat(world.rows("select count(*) from card where deleted_at is not null and deleted_by is not null"
                        + " and deletion_id is not null"))
                .containsExactly("1 | ");
        inA(em -> Deletions.of(em).undo(deletion));
        inA(em -> assertThat(em.find(Card.class, 1L).getStone()).isNull());
    }
}
