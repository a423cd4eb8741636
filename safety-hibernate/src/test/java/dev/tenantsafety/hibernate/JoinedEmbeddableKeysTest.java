package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.AttributeOverride;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapKey;
import jakarta.persistence.OneToMany;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A joined map of what is owned and can be marked, whose keys are embeddables. */
@ParameterizedClass
@EnumSource(Database.class)
class JoinedEmbeddableKeysTest extends WorldTest {

    @Embeddable
    static class Place {
        @Nullable
        String town;

        @Nullable
        String street;

        protected Place() {}

        Place(String town) {
            this.town = town;
            this.street = "street";
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Place place && String.valueOf(town).equals(place.town);
        }

        @Override
        public int hashCode() {
            return String.valueOf(town).hashCode();
        }
    }

    @Entity(name = "Chain")
    @Shared("reference data")
    static class Chain {
        @Id
        String id = "";

        @OneToMany(mappedBy = "chain")
        @AttributeOverride(name = "key.town", column = @Column(name = "inverse_town"))
        @AttributeOverride(name = "key.street", column = @Column(name = "inverse_street"))
        Map<Place, Shop> inverse = new HashMap<>();

        @OneToMany(mappedBy = "chain")
        @MapKey(name = "place")
        Map<Place, Shop> byPlace = new HashMap<>();
    }

    @Embeddable
    record Spot(
            @Column(nullable = false) String town,
            @Column(nullable = false) String street) {}

    @Entity(name = "Shop")
    static class Shop implements SoftDeletable {
        @Id
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Chain chain;

        @Embedded
        @Nullable
        Place place;

        @ManyToMany
        @JoinTable(name = "shop_linked")
        Map<Spot, Shop> linked = new HashMap<>();
    }

    JoinedEmbeddableKeysTest(Database database) {
        super(new World(database, List.of(Chain.class, Shop.class), Map.of()));
        world.without(em -> {
            Chain chain = new Chain();
            chain.id = "chain";
            em.persist(chain);
        });
        List.of(b, a)
                .forEach(tenant -> world.in(tenant, em -> {
                    Chain chain = em.find(Chain.class, "chain");
                    for (String name : List.of("seen", "marked")) {
                        Shop shop = new Shop();
                        shop.id = name + (tenant.equals(a) ? "" : " of b");
                        shop.chain = chain;
                        shop.place = new Place(shop.id);
                        em.persist(shop);
                    }
                }));
        world.sql("update Shop set inverse_town = id, inverse_street = 'street'");
        inA(em -> {
            Shop shop = em.find(Shop.class, "seen");
            shop.linked.put(new Spot("seen", "street"), shop);
            shop.linked.put(new Spot("marked", "street"), em.find(Shop.class, "marked"));
        });
        inA(em -> em.remove(em.find(Shop.class, "marked")));
    }

    @Test
    void itsElementsAreThoseThatOneSees() {
        List<String> wrong = new ArrayList<>();
        for (String hql : List.of(
                "select count(*) from @ e",
                "select count(e.id) from @ e",
                "select count(e) from @ e where e.place.town is not null",
                "select count(key(e).town) from @ e",
                "select count(e) from @ e where key(e).town is not null",
                "select count(e) from @ e left join e.chain c",
                "select count(distinct e.id) from @ e left join e.linked l",
                "select count(e) from Chain x, @ e where x is not null",
                "select sum((select count(*) from p.# e)) from ^ p",
                "select sum(size(p.#)) from ^ p",
                "select count(p) from ^ p where exists (select 1 from p.# e where e.id <> 'seen')",
                "select count(value(p.#)) from ^ p",
                "select count(*) from ^ p join p.# e on key(e).street = 'street'")) {
            for (String path : List.of("inverse", "byPlace", "linked")) {
                String parent = path.equals("linked") ? "Shop" : "Chain";
                for (String join : List.of("join", "left join", "right join")) {
                    if (join.equals("join") || hql.contains("@")) {
                        String query = hql.replace("@", parent + " p " + join + " p." + path)
                                .replace("^", parent)
                                .replace("#", path);
                        try {
                            long counted = world.get(a, em -> em.createQuery(query, Number.class)
                                    .getSingleResult()
                                    .longValue());
                            if (counted != (query.contains("exists") ? 0 : 1)) {
                                wrong.add(counted + " of " + query);
                            }
                        } catch (RuntimeException e) {
                            wrong.add(query + ": " + e);
                        }
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }
}
