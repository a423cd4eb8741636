package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.Customer;
import dev.tenantsafety.hibernate.world.Site;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A row of a tenant and a site is of a site of that tenant, as far as sites have rows that say so. */
@ParameterizedClass
@EnumSource(Database.class)
class OwnersOfUnitsTest extends WorldTest {

    @Entity(name = "Door")
    static class Door implements SoftDeletable {
        @Id
        long id = 1;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        @Embedded
        @Nullable
        Tombstone tombstone;

        Door() {}

        Door(@Nullable TenantId tenant, @Nullable SiteId site) {
            this.tenant = tenant;
            this.site = site;
        }
    }

    private final SiteId ofA = SiteId.create();
    private final SiteId ofB = SiteId.create();

    OwnersOfUnitsTest(Database database) {
        super(new World(
                database,
                Stream.concat(World.ENTITIES.stream(), Stream.of(Door.class)).toList(),
                Map.of()));
    }

    @BeforeEach
    void sites() {
        inA(em -> {
            em.persist(new Customer(a, "a"));
            em.persist(new Site(ofA, "of a"));
        });
        world.in(b, em -> {
            em.persist(new Customer(b, "b"));
            em.persist(new Site(ofB, "of b"));
        });
    }

    private void refused(TenantScope scope, Door door) {
        for (Consumer<StatelessSession> write :
                List.<Consumer<StatelessSession>>of(session -> session.insert(door), session -> session.upsert(door))) {
            assertThatThrownBy(() -> scope.run(() -> World.stateless(world.safe, write)))
                    .isInstanceOf(ForeignRowException.class)
                    .hasMessageContaining("Door 1 was about to be written for tenant_");
        }
        assertThatThrownBy(() -> scope.run(() -> world.without(em -> em.persist(door))))
                .rootCause()
                .isInstanceOf(ForeignRowException.class)
                .hasMessageEndingWith(" does not belong to it.");
        assertThat(world.count("door")).isZero();
    }

    @Test
    @Shows(
            "a row that says a tenant and a site (two `@OwnedBy`, or one and the scope), where the row of that site says another tenant")
    void aSiteOfAnotherTenantIsRefused() {
        refused(TenantScope.of(a), new Door(null, ofB));
        assertThatThrownBy(() -> TenantScope.of(a).narrow(ofB).run(() -> world.without(em -> em.persist(new Door()))))
                .isInstanceOf(ForeignRowException.class)
                .hasMessageContaining("Site " + ofB + " does not belong to " + a);
        refused(TenantScope.of(ofA), new Door(b, null));
    }

    @Test
    void soItIsInWorkAcrossTenants() {
        assertThatThrownBy(() -> world.across(em -> em.persist(new Door(a, ofB))))
                .rootCause()
                .isInstanceOf(ForeignRowException.class);
        world.across(em -> em.persist(new Door(b, ofB)));
        assertThat(world.count("door")).isOne();
    }

    @Test
    void aSiteOfTheTenantIsTaken() {
        inA(em -> em.persist(new Door(null, ofA)));
        TenantScope.of(a)
                .narrow(ofA)
                .run(() -> world.without(em -> {
                    Door second = new Door();
                    second.id = 2;
                    em.persist(second);
                }));
        assertThat(world.rows("select site from door")).containsExactly(ofA.uuid() + " | ", ofA.uuid() + " | ");
    }

    @Test
    void aSiteThatIsMadeInTheSameFlushIsTaken() {
        SiteId made = SiteId.create();
        inA(em -> {
            em.persist(new Door(null, made));
            em.persist(new Site(made, "made"));
        });
        assertThat(world.count("door")).isOne();
    }

    @Test
    void aMarkedSiteIsRefused() {
        inA(em -> em.remove(em.find(Site.class, ofA)));
        assertThatThrownBy(() -> inA(em -> em.persist(new Door(null, ofA))))
                .rootCause()
                .isInstanceOf(MarkedException.class);
        assertThat(world.count("door")).isZero();
    }
}
