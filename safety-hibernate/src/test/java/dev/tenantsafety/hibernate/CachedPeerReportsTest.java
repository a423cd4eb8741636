package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.scope.TenantScopeConflictException;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.hibernate.Hibernate;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What users of other libraries reported of caches; the numbers are those of docs/peer-reports.md. */
@ParameterizedClass
@EnumSource(Database.class)
class CachedPeerReportsTest extends WorldTest {

    @Entity(name = "Crate")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Crate implements SoftDeletable {
        @Id
        LabelId id = LabelId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "crate";

        /** Without a cascade. */
        @OneToMany(mappedBy = "crate")
        @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
        List<Bottle> bottles = new ArrayList<>();

        @Embedded
        @Nullable
        Tombstone tombstone;

        String name() {
            return name;
        }

        List<Bottle> bottles() {
            return bottles;
        }
    }

    @Entity(name = "Bottle")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Bottle implements SoftDeletable {
        @Id
        LabelId id = LabelId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Crate crate;

        @Embedded
        @Nullable
        Tombstone tombstone;

        Bottle in(Crate place) {
            crate = place;
            place.bottles().add(this);
            return this;
        }

        Crate crate() {
            return Objects.requireNonNull(crate);
        }
    }

    private final Crate made = new Crate();
    private final Bottle only = new Bottle().in(made);
    private final LabelId crate = made.id;
    private final LabelId bottle = only.id;

    CachedPeerReportsTest(Database database) {
        super(new World(database, List.of(Crate.class, Bottle.class), CacheTest.CACHES));
        inA(em -> {
            em.persist(made);
            em.persist(only);
        });
    }

    private long hits() {
        return world.safe.unwrap(SessionFactory.class).getStatistics().getSecondLevelCacheHitCount();
    }

    private static Bottle bottle(EntityManager em, LabelId id) {
        return em.find(Bottle.class, id);
    }

    /** The session of A reads nothing more in B, and what A left unread fills no cache for B, nor for A. */
    @Test
    void report88ALazyLoadInAnotherScopeIsRefusedAndFillsNoCache() {
        world.safe.getCache().evictAll();
        try (EntityManager em = world.safe.createEntityManager()) {
            TenantScope ofA = TenantScope.of(a);
            Crate read = ofA.call(() -> em.find(Crate.class, crate));
            Bottle unread = ofA.call(() -> em.getReference(Bottle.class, bottle));
            TenantScope.of(b).run(() -> {
                assertThatThrownBy(() -> read.bottles().size()).isInstanceOf(TenantScopeConflictException.class);
                assertThatThrownBy(() -> Hibernate.initialize(unread)).isInstanceOf(TenantScopeConflictException.class);
            });
        }
        world.in(b, em -> {
            assertThat(em.find(Crate.class, crate)).isNull();
            assertThat(em.find(Bottle.class, bottle)).isNull();
        });
        for (int i = 0; i < 2; i++) {
            inA(em -> assertThat(em.find(Crate.class, crate).bottles()).hasSize(1));
        }
        assertThat(hits()).isPositive();
    }

    @Test
    void report91ACachedRowDoesNotPointAtAMarkedOne() {
        inA(em -> assertThat(bottle(em, bottle).crate().name()).isEqualTo("crate"));
        assertThatThrownBy(() -> inA(em -> em.remove(em.find(Crate.class, crate))))
                .satisfies(thrown ->
                        assertThat(causes(thrown)).hasAtLeastOneElementOfType(StillReferencedException.class));
        long before = hits();
        inA(em -> assertThat(bottle(em, bottle).crate().name()).isEqualTo("crate"));
        assertThat(hits()).isGreaterThan(before);
    }
}
