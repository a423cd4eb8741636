package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.TenantId;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapsId;
import jakarta.persistence.OneToOne;
import jakarta.persistence.PrimaryKeyJoinColumn;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A path that is the ID: where Hibernate knows no column of it, the message says what to declare. */
class SharedKeyPathTest {

    @Entity(name = "Desk")
    static class Desk {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "Lamp")
    @OwnedThrough("desk")
    static class Lamp {
        @Id
        long id;

        @MapsId
        @OneToOne(optional = false, fetch = FetchType.LAZY)
        @JoinColumn(name = "desk_id")
        @Nullable
        Desk desk;
    }

    @Entity(name = "Loose")
    @OwnedThrough("desk")
    static class Loose {
        @Id
        long id;

        @OneToOne(optional = false, fetch = FetchType.LAZY)
        @PrimaryKeyJoinColumn
        @Nullable
        Desk desk;
    }

    @Entity(name = "Chair")
    @OwnedThrough("desk")
    static class Chair {
        @Id
        long id;

        @MapsId
        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @JoinColumn(name = "desk_id")
        @Nullable
        Desk desk;
    }

    @Test
    void aOneToOneByKeyIsRefusedWithAWayOut() {
        String why =
                ".desk is declared as path to the owner (@OwnedThrough), but leads to the row with the same key, and Hibernate "
                        + "knows no foreign key column of it. Declare it @MapsId @ManyToOne(optional = false, fetch = LAZY), which has the "
                        + "same column.";
        assertThat(StartUp.problems(Desk.class, Lamp.class, Loose.class))
                .containsExactlyInAnyOrder("Lamp" + why, "Loose" + why);
    }

    @Test
    void theWayOutStarts() {
        assertThat(StartUp.problems(Desk.class, Chair.class)).isEmpty();
    }
}
