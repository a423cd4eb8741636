package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenantsafety.hibernate.world.Customer;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.IncludeDeleted;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.OneToMany;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Collections of an entity without a version, whose own row no statement writes: they are written where their entity may be. */
@ParameterizedClass
@EnumSource(Database.class)
class UnversionedCollectionsTest extends WorldTest {

    @Entity(name = "Plan")
    static class Plan implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ElementCollection
        Set<String> tags = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "plan_step")
        Set<Step> steps = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "plan_bag")
        List<Step> bag = new ArrayList<>();

        @OneToMany
        @JoinColumn(name = "plan_id")
        Set<Bit> bits = new HashSet<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Step")
    static class Step {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "Bit")
    static class Bit {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    private static final long OWN = 1;
    private static final long MARKED = 2;
    private static final long CLOSED = 3;

    /** What each plan has has this key times ten; a step and a bit that nothing has, this and one. */
    private static final long TEN = 10;

    /** Of those that are marked meanwhile. */
    private static final long FIRST = 100;

    private long next = FIRST;

    private final TenantId closed = TenantId.create();

    UnversionedCollectionsTest(Database database) {
        super(new World(database, List.of(Customer.class, Plan.class, Step.class, Bit.class), Map.of()));
    }

    @BeforeEach
    void plans() {
        inA(em -> {
            persist(em, OWN);
            persist(em, MARKED);
        });
        inA(em -> em.remove(em.find(Plan.class, MARKED)));
        world.in(closed, em -> {
            em.persist(new Customer(closed, "closed"));
            persist(em, CLOSED);
        });
        world.in(closed, em -> em.remove(em.find(Customer.class, closed)));
    }

    private static void persist(EntityManager em, long id) {
        for (long part = id * TEN; part < id * TEN + 2; part++) {
            Step step = new Step();
            step.id = part;
            em.persist(step);
            Bit bit = new Bit();
            bit.id = part;
            em.persist(bit);
        }
        Plan plan = new Plan();
        plan.id = id;
        plan.tags.add("red");
        plan.steps.add(em.find(Step.class, id * TEN));
        plan.bag.add(em.find(Step.class, id * TEN));
        plan.bits.add(em.find(Bit.class, id * TEN));
        em.persist(plan);
    }

    private List<String> links() {
        List<String> rows = new ArrayList<>();
        for (String table : List.of("Plan_tags", "plan_step", "plan_bag", "Bit")) {
            world.rows("select * from " + table).forEach(row -> rows.add(table + ": " + row));
        }
        return rows;
    }

    /** What is changed of a plan, where another one's element may come in. */
    private static Map<String, BiConsumer<EntityManager, Plan>> changes() {
        Map<String, BiConsumer<EntityManager, Plan>> changes = new LinkedHashMap<>();
        changes.put("add a tag", (em, plan) -> plan.tags.add("new"));
        changes.put("add a step", (em, plan) -> plan.steps.add(em.find(Step.class, plan.id * TEN + 1)));
        changes.put("add to the bag", (em, plan) -> plan.bag.add(em.find(Step.class, plan.id * TEN + 1)));
        changes.put("add a bit", (em, plan) -> plan.bits.add(em.find(Bit.class, plan.id * TEN + 1)));
        changes.put("clear tags", (em, plan) -> plan.tags.clear());
        changes.put("clear steps", (em, plan) -> plan.steps.clear());
        changes.put("clear the bag", (em, plan) -> plan.bag.clear());
        changes.put("clear bits", (em, plan) -> plan.bits.clear());
        changes.put("replace tags", (em, plan) -> plan.tags = new HashSet<>());
        changes.put("replace steps", (em, plan) -> plan.steps = new HashSet<>());
        changes.put("replace the bag", (em, plan) -> plan.bag = new ArrayList<>());
        changes.put("replace bits", (em, plan) -> plan.bits = new HashSet<>());
        return changes;
    }

    /** Tries a change in a situation. */
    interface Situation {
        void change(BiConsumer<EntityManager, Plan> change);
    }

    /** What is refused, and with what, by the place where it is. */
    private Map<String, Situation> situations() {
        Map<String, Situation> situations = new LinkedHashMap<>();
        situations.put(
                "CrossTenantReadOnlyException: work across tenants that reads", change -> CrossTenant.read("test")
                        .run(() -> world.without(em -> change.accept(em, em.find(Plan.class, OWN)))));
        situations.put("MarkedException: a marked row in the bin", change -> IncludeDeleted.because("bin")
                .run(() -> inA(em -> change.accept(em, em.find(Plan.class, MARKED)))));
        situations.put("MarkedException: a row of a closed owner", change -> IncludeDeleted.because("bin")
                .run(() -> world.in(closed, em -> change.accept(em, em.find(Plan.class, CLOSED)))));
        situations.put("NoTenantScopeException: a flush outside of any scope", change -> {
            try (EntityManager em = world.safe.createEntityManager()) {
                em.getTransaction().begin();
                try {
                    TenantScope.of(a).run(() -> change.accept(em, em.find(Plan.class, OWN)));
                    em.flush();
                    em.getTransaction().commit();
                } finally {
                    if (em.getTransaction().isActive()) {
                        em.getTransaction().rollback();
                    }
                }
            }
        });
        situations.put(
                "ForeignRowException: a row that is marked meanwhile",
                change -> inA(em -> {
                    Plan read = em.find(Plan.class, next);
                    inA(other -> other.remove(other.find(Plan.class, next)));
                    next++;
                    change.accept(em, read);
                }));
        return situations;
    }

    @Test
    void areNotWrittenWhereTheirEntityMayNotBe() {
        inA(em -> {
            for (long id = FIRST; id < FIRST + changes().size(); id++) {
                persist(em, id);
            }
        });
        List<String> before = links();
        List<String> failed = new ArrayList<>();
        situations().forEach((where, situation) -> changes().forEach((what, change) -> {
            Throwable thrown = catchThrowable(() -> situation.change(change));
            String refusal = where.substring(0, where.indexOf(':'));
            if (thrown == null
                    || causes(thrown).stream()
                            .noneMatch(cause -> cause.getClass().getSimpleName().equals(refusal))) {
                failed.add(what + " of " + where + ": " + thrown);
            }
        }));
        assertThat(links()).as("%s", failed).isEqualTo(before);
        assertThat(failed).isEmpty();
    }

    @Test
    void areWrittenWhereTheirEntityMayBe() {
        changes().forEach((name, change) -> {
            List<String> before = links();
            inA(em -> change.accept(em, em.find(Plan.class, OWN)));
            if (!name.startsWith("replace")) { // what was cleared is replaced by as little
                assertThat(links()).as(name).isNotEqualTo(before);
            }
        });
    }
}
