package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.IncludeDeleted;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The tenant comes from a token, and the site from a URL: one of another tenant is not entered. */
@ParameterizedClass
@EnumSource(Database.class)
class ScopeLevelsTest extends WorldTest {

    @Entity(name = "Region")
    static class Region {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    /** A site, which is its tenant's by way of a region. */
    @Entity(name = "Shop")
    @OwnedThrough("region")
    static class Shop {
        @Id
        SiteId id = SiteId.create();

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Region region;
    }

    /** Says its site alone. */
    @Entity(name = "Till")
    static class Till {
        @Id
        long id;

        @OwnedBy
        @Nullable
        SiteId site;

        String name = "";
    }

    /** Says both. */
    @Entity(name = "Receipt")
    static class Receipt {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        String text = "";

        void moveTo(SiteId now) {
            site = now;
            text = "moved";
        }
    }

    private final SiteId ours = SiteId.create();
    private final SiteId theirs = SiteId.create();

    ScopeLevelsTest(Database database) {
        super(new World(database, List.of(Region.class, Shop.class, Till.class, Receipt.class), Map.of()));
    }

    @BeforeEach
    void rows() {
        for (TenantId tenant : List.of(a, b)) {
            world.in(tenant, em -> {
                Region region = new Region();
                region.id = tenant.equals(a) ? 1 : 2;
                em.persist(region);
                Shop shop = new Shop();
                shop.id = tenant.equals(a) ? ours : theirs;
                shop.region = region;
                em.persist(shop);
            });
            TenantScope.of(tenant)
                    .narrow(tenant.equals(a) ? ours : theirs)
                    .run(() -> world.without(em -> {
                        Till till = new Till();
                        till.id = tenant.equals(a) ? 1 : 2;
                        em.persist(till);
                    }));
        }
    }

    @Test
    @Shows("a scope of a tenant and of a site whose row says another tenant")
    void aSiteOfAnotherTenantIsNotEntered() {
        Consumer<EntityManager> find = em -> em.find(Till.class, 2L);
        Consumer<EntityManager> update =
                em -> em.createQuery("update Till set name = 'stolen'").executeUpdate();
        Consumer<EntityManager> delete =
                em -> em.createQuery("delete from Till").executeUpdate();
        TenantScope scope = TenantScope.of(a).narrow(theirs);
        for (Consumer<EntityManager> work : List.of(find, update, delete)) {
            for (Runnable entered :
                    List.<Runnable>of(() -> scope.run(() -> world.without(work)), () -> IncludeDeleted.because("a test")
                            .run(() -> scope.run(() -> world.without(work))))) {
                assertThatThrownBy(entered::run)
                        .isInstanceOf(ForeignRowException.class)
                        .hasMessage("The scope of " + a + " and " + theirs + " cannot be entered: Shop " + theirs
                                + " does not belong to " + a + ". Narrow it to what belongs to that.");
            }
        }
        Consumer<StatelessSession> stateless = session -> session.get(Till.class, 2L);
        assertThatThrownBy(() -> scope.run(() -> World.stateless(world.safe, stateless)))
                .isInstanceOf(ForeignRowException.class);
        assertThat(world.rows("select name from Till where id = 2")).containsExactly(" | ");
        for (SiteId site : List.of(ours, SiteId.create())) { // and one that has no row
            TenantScope.of(a).narrow(site).run(() -> world.without(find));
        }
    }

    /** Or the tenant would not see what it has. */
    @Test
    void aRowOfASiteSaysItsTenant() {
        Consumer<EntityManager> persist = em -> {
            Receipt receipt = new Receipt();
            receipt.site = ours;
            em.persist(receipt);
            em.flush();
        };
        for (Runnable work : List.<Runnable>of(
                () -> CrossTenant.write("a test").run(() -> world.without(persist)),
                () -> TenantScope.of(ours).run(() -> world.without(persist)))) {
            assertThatThrownBy(work::run)
                    .isInstanceOf(ForeignRowException.class)
                    .hasMessageStartingWith("Receipt 0 would belong to " + ours
                            + ", and to no tenant, who would not see it. Set tenant, or create it inside TenantScope.of(tenant)"
                            + ".narrow(site).run(…).");
        }
        TenantScope.of(a).narrow(ours).run(() -> world.without(persist));
        assertThat(world.count("Receipt")).isOne();
    }

    @Test
    void anOwnerIsNotSetLater() {
        inA(em -> em.persist(new Receipt()));
        Consumer<EntityManager> managed = em -> {
            Objects.requireNonNull(em.find(Receipt.class, 0L)).moveTo(ours);
            em.flush();
        };
        Consumer<EntityManager> stateless = em -> World.stateless(world.safe, session -> {
            Receipt receipt = session.get(Receipt.class, 0L);
            receipt.moveTo(ours);
            session.update(receipt);
        });
        Map<String, Consumer<EntityManager>> ways = Map.of("managed", managed, "stateless", stateless);
        ways.forEach((name, work) -> {
            assertThat(catchThrowable(() -> inA(work)))
                    .as(name)
                    .isInstanceOf(ForeignRowException.class)
                    .hasMessageStartingWith(
                            "Receipt 0 was inserted without a site, and an update would hand it to " + ours);
        });
        assertThat(world.rows("select id, site from Receipt")).containsExactly("0 | null | ");
    }

    /** The insert is sent by the flush. */
    @Test
    void butBeforeItIsInserted() {
        inA(em -> {
            Receipt receipt = new Receipt();
            em.persist(receipt);
            receipt.moveTo(ours);
        });
        assertThat(world.rows("select tenant, site from Receipt"))
                .containsExactly(a.uuid() + " | " + ours.uuid() + " | ");
        assertThatThrownBy(() -> inA(em -> {
                    Receipt receipt = new Receipt();
                    receipt.id = 1;
                    em.persist(receipt);
                    receipt.moveTo(theirs);
                    em.flush();
                }))
                .isInstanceOf(ForeignRowException.class)
                .hasMessageContaining("does not belong to it");
    }
}
