package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapKeyJoinColumn;
import jakarta.persistence.OneToMany;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A joined map of what is owned, whose keys are entities that nobody asks for in the query. */
@ParameterizedClass
@EnumSource(Database.class)
class JoinedMapsTest extends WorldTest {

    @Entity(name = "Region")
    @Shared("reference data")
    static class Region {
        @Id
        String id = "";
    }

    @Entity(name = "Plan")
    @Shared("reference data")
    static class Plan {
        @Id
        String id = "";

        @OneToMany(mappedBy = "plan")
        @MapKeyJoinColumn(name = "region", nullable = true)
        Map<Region, Contract> contracts = new HashMap<>();

        @OneToMany
        @JoinColumn(name = "offered")
        @MapKeyJoinColumn(name = "offered_region", nullable = true)
        Map<Region, Contract> offers = new HashMap<>();
    }

    @Entity(name = "Contract")
    static class Contract {
        @Id
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Plan plan;
    }

    JoinedMapsTest(Database database) {
        super(new World(database, List.of(Region.class, Plan.class, Contract.class), Map.of()));
        world.without(em -> {
            Region region = new Region();
            region.id = "north";
            em.persist(region);
            Plan plan = new Plan();
            plan.id = "plan";
            em.persist(plan);
        });
        List.of(a, b)
                .forEach(tenant -> world.in(tenant, em -> {
                    Plan plan = em.find(Plan.class, "plan");
                    Region region = em.find(Region.class, "north");
                    for (String name : List.of("contract", "offer", "none")) {
                        Contract contract = new Contract();
                        contract.id = name + " of " + tenant;
                        em.persist(contract);
                        if (name.equals("offer")) {
                            plan.offers.put(region, contract);
                        } else {
                            contract.plan = plan; // one without a key, too
                            if (name.equals("contract")) {
                                plan.contracts.put(region, contract);
                            }
                        }
                    }
                }));
    }

    private List<String> ids(String hql) {
        return world.get(a, em -> em.createQuery(hql, String.class).getResultList());
    }

    @Test
    void theirElementsAreThoseOfTheScope() {
        String own = "contract of " + a;
        assertThat(ids("select c.id from Plan p join p.contracts c")).containsExactlyInAnyOrder(own, "none of " + a);
        assertThat(ids("select c.id from Plan p left join p.contracts c where key(c).id = 'north'"))
                .containsExactly(own);
        assertThat(ids("select c.id from Plan p join p.offers c")).containsExactly("offer of " + a);
        assertThat(ids("select value(p.offers).id from Plan p")).containsExactly("offer of " + a);
        assertThat(ids("select max(c.id) from Plan p join p.offers c group by p.id"))
                .containsExactly("offer of " + a);
        assertThat(ids("select c.id from Plan p join p.offers c join p.contracts d"))
                .hasSize(2);
    }
}
