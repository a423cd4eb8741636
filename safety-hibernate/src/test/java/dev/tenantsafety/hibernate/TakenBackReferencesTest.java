package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A row whose mark is taken back after it was written points at nothing that stays marked, as no other row that is alive does. */
@ParameterizedClass
@EnumSource(Database.class)
class TakenBackReferencesTest extends WorldTest {

    @Embeddable
    static class Lent {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Rider to;
    }

    @Entity(name = "Rider")
    static class Rider implements SoftDeletable {
        @Id
        String name = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Rider boss;

        @OneToMany(mappedBy = "rider", cascade = CascadeType.ALL, orphanRemoval = true)
        List<Helmet> helmets = new ArrayList<>();

        @OneToMany(mappedBy = "rider", cascade = CascadeType.ALL)
        List<Badge> badges = new ArrayList<>();

        @Embedded
        @Nullable
        Tombstone tombstone;

        protected Rider() {}

        Rider(String name) {
            this.name = name;
        }
    }

    @Entity(name = "Helmet")
    static class Helmet implements SoftDeletable {
        @Id
        String name = "helmet";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Rider rider;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    record BadgeKey(String name, String rider) {}

    @Entity(name = "Badge")
    @IdClass(BadgeKey.class)
    static class Badge implements SoftDeletable {
        @Id
        String name = "badge";

        @Id
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Rider rider;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Bike")
    static class Bike implements SoftDeletable {
        @Id
        String name = "bike";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Rider owner;

        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.KEEP_VISIBLE)
        @Nullable
        Rider maker;

        @Embedded
        @Nullable
        Lent lent;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    TakenBackReferencesTest(Database database) {
        super(new World(database, List.of(Rider.class, Helmet.class, Badge.class, Bike.class), Map.of()));
        inA(em -> {
            Rider rider = new Rider("rider");
            rider.boss = rider;
            Helmet helmet = new Helmet();
            helmet.rider = rider;
            rider.helmets.add(helmet);
            em.persist(rider);
            em.persist(new Rider("other"));
            em.persist(new Bike());
        });
    }

    private static Rider rider(EntityManager em) {
        return em.find(Rider.class, "rider");
    }

    private static Bike bike(EntityManager em) {
        return em.find(Bike.class, "bike");
    }

    private static Helmet helmet(EntityManager em) {
        return em.find(Helmet.class, "helmet");
    }

    private void assertRefused(String message, Consumer<EntityManager> work) {
        assertThatThrownBy(() -> inA(work)).rootCause().satisfies(e -> assertThat(e)
                .isInstanceOf(MarkedException.class)
                .hasMessageStartingWith(message + " would point at, but was deleted by "));
        assertThat(world.count("rider where deleted_at is null")).isEqualTo(2);
    }

    @Test
    void aCascadedChildAlone() {
        assertRefused("Rider rider is what Helmet helmet.rider", em -> {
            Helmet helmet = helmet(em);
            em.remove(rider(em));
            em.flush();
            em.persist(helmet);
        });
    }

    @Test
    void aReferrerThatWasRemovedFirst() {
        inA(em -> bike(em).owner = rider(em));
        assertRefused("Rider rider is what Bike bike.owner", em -> {
            Bike bike = bike(em);
            em.remove(bike);
            em.remove(rider(em));
            em.flush();
            em.persist(bike);
        });
    }

    @Test
    void aReferrerInAnEmbeddable() {
        inA(em -> {
            bike(em).lent = new Lent();
            Objects.requireNonNull(bike(em).lent).to = rider(em);
        });
        assertRefused("Rider rider is what Bike bike.lent.to", em -> {
            Bike bike = bike(em);
            em.remove(bike);
            em.remove(rider(em));
            em.flush();
            em.persist(bike);
        });
    }

    @Test
    void aReferrerInAKey() {
        inA(em -> {
            Badge badge = new Badge();
            badge.rider = rider(em);
            em.persist(badge);
        });
        assertRefused("Rider rider is what Badge BadgeKey[name=badge, rider=rider].rider", em -> {
            Badge badge = em.find(Badge.class, new BadgeKey("badge", "rider"));
            em.remove(rider(em));
            em.flush();
            em.persist(badge);
        });
    }

    @Test
    void oneAfterTheOther() {
        inA(em -> bike(em).owner = rider(em));
        assertRefused("Rider rider is what Bike bike.owner", em -> {
            Bike bike = bike(em);
            em.remove(bike);
            em.flush();
            em.remove(rider(em));
            em.flush();
            em.persist(bike);
        });
    }

    @Test
    void bothAreTakenBack() {
        inA(em -> bike(em).owner = rider(em));
        inA(em -> {
            Bike bike = bike(em);
            Rider rider = rider(em);
            em.remove(bike);
            em.remove(rider);
            em.flush();
            em.persist(bike);
            em.persist(rider); // and its children, by cascade
        });
        assertThat(world.count("rider where deleted_at is null")).isEqualTo(2);
        assertThat(world.count("helmet where deleted_at is null")).isOne();
        assertThat(world.count("bike where deleted_at is null")).isOne();
        assertThat(world.count("tenant_safety_deletion")).isZero();
    }

    @Test
    void itPointsElsewhereMeanwhile() {
        inA(em -> bike(em).owner = rider(em));
        inA(em -> {
            Bike bike = bike(em);
            em.remove(bike);
            em.remove(rider(em));
            em.flush();
            bike.owner = em.find(Rider.class, "other");
            em.persist(bike);
        });
        assertThat(world.rows("select name, owner_name from bike where deleted_at is null"))
                .containsExactly("bike | other | ");
    }

    @Test
    void whatStaysVisibleMayBeMarked() {
        inA(em -> bike(em).maker = em.find(Rider.class, "other"));
        DeletionId deletion =
                world.get(a, em -> Deletions.of(em).because("x", () -> em.remove(em.find(Rider.class, "other"))));
        inA(em -> {
            Bike bike = bike(em);
            em.remove(bike);
            em.flush();
            em.persist(bike);
        });
        assertThat(world.count("bike where deleted_at is null and maker_name = 'other'"))
                .isOne();
        inA(em -> assertThat(Deletions.of(em).undo(deletion).total()).isOne());
    }

    @Test
    void anOrphanThatWasPutBackBeforeItsParentWasRemovedGoesWithIt() {
        DeletionId deletion = world.get(a, em -> Deletions.of(em).because("x", () -> {
            Rider rider = rider(em);
            Helmet helmet = rider.helmets.remove(0);
            em.flush();
            rider.helmets.add(helmet);
            em.remove(rider);
        }));
        assertThat(world.count("helmet where deleted_at is null")).isZero();
        inA(em -> assertThat(Deletions.of(em).undo(deletion).total()).isEqualTo(2));
    }
}
