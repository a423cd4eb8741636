package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A lateral join gives no row more for rows of others or marked ones that select the same, also where Hibernate emulates LATERAL. */
@ParameterizedClass
@EnumSource(Database.class)
class LateralJoinsTest extends WorldTest {

    @Entity(name = "Region")
    @Shared("a catalog")
    static class Region {
        @Id
        long id;

        String name = "region";

        @OneToMany(mappedBy = "region")
        Set<Shop> shops = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "region_links")
        Set<Shop> linked = new HashSet<>();
    }

    @Entity(name = "Shop")
    static class Shop implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "shop";

        @ManyToOne(fetch = FetchType.LAZY)
        Region region;

        @ElementCollection
        Set<String> words = new HashSet<>(Set.of("word"));

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Shelf")
    @OwnedThrough("shop")
    static class Shelf {
        @Id
        long id;

        String name = "shelf";

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        Shop shop;
    }

    LateralJoinsTest(Database database) {
        super(new World(database, List.of(Region.class, Shop.class, Shelf.class), Map.of()));
    }

    @BeforeEach
    void shops() {
        World.transaction(world.plain(), em -> {
            Region region = new Region();
            region.id = 1;
            em.persist(region);
            persist(em, region, 1, a);
            persist(em, region, 2, b);
            persist(em, region, 3, a);
            return true;
        });
        inA(em -> em.remove(em.find(Shop.class, 3L)));
    }

    private static void persist(EntityManager em, Region region, long id, TenantId tenant) {
        Shop shop = new Shop();
        shop.id = id;
        shop.tenant = tenant;
        shop.region = region;
        region.linked.add(shop);
        em.persist(shop);
        if (id != 3) {
            Shelf shelf = new Shelf();
            shelf.id = id;
            shelf.shop = shop;
            em.persist(shelf);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select l.n from Region r left join lateral (select x.name as n from Shop s join s.region x where x = r) l on 1 = 1",
                "select l.n from Region r join lateral (select s.name as n from Shop s where s.region = r) l on 1 = 1",
                "select l.n from Region r join lateral (select s.name as n from Shop s) l on 1 = 1",
                "select l.n from Region r join lateral (select s.name as n from Shelf s where s.shop.region = r) l on 1 = 1",
                "select l.n from Region r join lateral (select s.name as n from Shop s cross join Shelf t) l on 1 = 1",
                "select l.n from Region r join lateral (select t.name as n from Shop s, Shelf t where t.shop = s) l on 1 = 1",
                "select l.n from Region r join lateral (select t.name as n from Region s right join Shop t on t.region = s) l on 1 = 1",
                "select l.n from Region r join lateral (select s.name as n from r.shops s) l on 1 = 1",
                "select l.n from Region r join lateral (select s.name as n from r.linked s) l on 1 = 1",
                "select l.n from Region r join lateral (select s.name as n from Shop s union select s.name as n from Shop s) l on 1 = 1",
                "select l.n from Region r join lateral (select s.name as n from Shop s where s.region = r order by s.id limit 5) l on 1 = 1",
                "select l.n from Region r join lateral (select (select max(t.name) from Shop t) as n from Shop s where s.region = r) l on 1 = 1",
                "select l.n from Shelf t join lateral (select x.name as n from Region x where t.shop.name <> '') l on 1 = 1",
                "select l.n from Shelf t join lateral (select x.name as n from Region x where x = t.shop.region) l on 1 = 1",
                "select r.name from Region r where exists (select 1 from Region q join lateral (select s.name as n from Shop s where s.region = r) l)",
            })
    void countNoRowsOfOthers(String query) {
        inA(em ->
                assertThat(em.createQuery(query, String.class).getResultList()).hasSize(1));
    }

    @Test
    void refuseElementsWithoutAFilter() {
        String query = "select l.n from Shop r join lateral (select w as n from r.words w) l on 1 = 1";
        if (world.isUpperCase()) { // H2, which has no LATERAL
            assertThatThrownBy(
                            () -> inA(em -> em.createQuery(query, String.class).getResultList()))
                    .isInstanceOf(ForeignRowException.class)
                    .hasMessageContaining("Shop.words");
        } else {
            inA(em -> assertThat(em.createQuery(query, String.class).getResultList())
                    .hasSize(1));
        }
    }

    @Test
    void withACteInASubquery() {
        inA(em -> assertThat(em.createQuery(
                                "select r.name, (with c as (select s.name as n from Shop s) select count(*) from c c) from Region r",
                                Object[].class)
                        .getResultList()
                        .get(0)[1])
                .isEqualTo(1L));
    }
}
