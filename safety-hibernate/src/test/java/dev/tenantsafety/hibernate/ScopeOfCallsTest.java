package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.IncludeDeleted;
import dev.tenantsafety.scope.NoTenantScopeException;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.scope.TenantScopeConflictException;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Basic;
import jakarta.persistence.CascadeType;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.FindOption;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import jakarta.persistence.ManyToOne;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.hibernate.Hibernate;
import org.hibernate.KeyType;
import org.hibernate.OrderingMode;
import org.hibernate.RemovalsMode;
import org.hibernate.ReplicationMode;
import org.hibernate.Session;
import org.hibernate.SessionCheckMode;
import org.hibernate.annotations.NaturalId;
import org.hibernate.engine.spi.SessionImplementor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A session belongs to the scope of its first call, whatever that does: what is persisted is inserted later, maybe in another one. */
@ParameterizedClass
@EnumSource(Database.class)
class ScopeOfCallsTest extends WorldTest {

    @Entity(name = "Bill")
    static class Bill {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE)
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        @NaturalId
        String number = UUID.randomUUID().toString();

        @ElementCollection
        Set<String> words = new HashSet<>();

        /** Read at once, but with enhanced classes. */
        @Basic(fetch = FetchType.LAZY)
        String body = "";

        String body() {
            return body;
        }

        Set<String> words() {
            return words;
        }

        void word(String word) {
            words.add(word);
        }
    }

    @Entity(name = "Entry")
    @OwnedThrough("bill")
    static class Entry {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY, cascade = CascadeType.ALL)
        @Nullable
        Bill bill;
    }

    private final SiteId first = SiteId.create();
    private final SiteId second = SiteId.create();

    ScopeOfCallsTest(Database database) {
        super(new World(database, List.of(Bill.class, Entry.class, Receipt.class), Map.of()));
    }

    private static Entry entry() {
        Entry entry = new Entry();
        entry.bill = new Bill();
        return entry;
    }

    private static Bill replica() {
        Bill bill = new Bill();
        bill.id = 7000;
        return bill;
    }

    private static Map<String, Consumer<EntityManager>> creating() {
        Map<String, Consumer<EntityManager>> calls = new LinkedHashMap<>();
        calls.put("persist", em -> em.persist(new Bill()));
        calls.put("persist, by a cascade", em -> em.persist(entry()));
        calls.put("merge", em -> em.merge(new Bill()));
        calls.put("replicate", em -> replicate(em.unwrap(Session.class)));
        return calls;
    }

    @SuppressWarnings("deprecation") // it is there
    private static void replicate(Session session) {
        session.replicate(replica(), ReplicationMode.OVERWRITE);
    }

    private List<Map.Entry<TenantScope, TenantScope>> pairs() {
        TenantScope whole = TenantScope.of(a);
        return List.of(
                Map.entry(whole, TenantScope.of(b)),
                Map.entry(whole.narrow(first), whole.narrow(second)),
                Map.entry(whole.narrow(first), whole),
                Map.entry(whole, whole.narrow(first)));
    }

    @Test
    @Shows("a row that was persisted in one scope and is inserted in another, by a flush or a commit there")
    void nobodyElsesFlushInsertsARow() {
        creating().forEach((name, call) -> pairs().forEach(pair -> assertThatThrownBy(() -> world.without(em -> {
                    pair.getKey().run(() -> call.accept(em));
                    pair.getValue().run(em::flush);
                }))
                .as("%s in %s, flushed in %s", name, pair.getKey(), pair.getValue())
                .isInstanceOf(TenantScopeConflictException.class)));
        assertThat(world.count("bill")).isZero();
    }

    @Test
    void soItIsOutsideOfTransactions() {
        try (EntityManager em = world.safe.createEntityManager()) {
            TenantScope.of(a).run(() -> em.persist(new Bill()));
            assertThatThrownBy(() -> TenantScope.of(b).run(() -> {
                        em.getTransaction().begin();
                        em.getTransaction().commit();
                    }))
                    .hasRootCauseInstanceOf(TenantScopeConflictException.class);
        }
        try (EntityManager em = world.safe.createEntityManager()) {
            TenantScope.of(a).run(() -> {
                em.persist(new Bill());
                em.getTransaction().begin();
                em.getTransaction().commit();
            });
        }
        assertThat(world.rows("select tenant from bill")).containsExactly(a.uuid() + " | ");
    }

    @Test
    void aLoopOverTenantsTakesASessionEach() {
        assertThatThrownBy(() -> world.without(em -> {
                    for (TenantId each : List.of(a, b)) {
                        TenantScope.of(each).run(() -> em.persist(new Bill()));
                    }
                }))
                .isInstanceOf(TenantScopeConflictException.class);
        for (TenantId each : List.of(a, b)) {
            world.in(each, em -> em.persist(new Bill()));
        }
        assertThat(world.rows("select tenant from bill")).containsExactlyInAnyOrder(a.uuid() + " | ", b.uuid() + " | ");
    }

    @Test
    void heldRowsAreOfTheirScopeToo() {
        Bill made = new Bill();
        TenantScope.of(a)
                .narrow(first)
                .run(() -> world.without(em -> {
                    made.word("word");
                    em.persist(made);
                }));
        Map<String, Consumer<EntityManager>> calls = new LinkedHashMap<>();
        calls.put("lock", em -> em.lock(held(em), LockModeType.PESSIMISTIC_WRITE));
        calls.put("a lock to read", em -> em.lock(held(em), LockModeType.PESSIMISTIC_READ));
        calls.put("refresh", em -> em.refresh(held(em)));
        calls.put("multi-load", em -> em.unwrap(Session.class)
                .findMultiple(Bill.class, List.of(made.id), SessionCheckMode.ENABLED));
        calls.put("multi-load by natural ID", em -> em.unwrap(Session.class)
                .findMultiple(Bill.class, List.of(made.number), KeyType.NATURAL));
        calls.put("elements", em -> Hibernate.initialize(held(em).words()));
        calls.put("their size", em -> Hibernate.size(held(em).words()));
        if (Boolean.getBoolean("tests.enhanced")) {
            calls.put("a lazy attribute", em -> held(em).body());
        }
        calls.forEach((name, call) -> {
            for (TenantScope other : List.of(TenantScope.of(b), TenantScope.of(a))) {
                assertThatThrownBy(() -> reading(made, em -> other.run(() -> call.accept(em))))
                        .as("%s in %s", name, other)
                        .isInstanceOf(TenantScopeConflictException.class);
            }
            assertThatThrownBy(
                            () -> reading(made, em -> CrossTenant.read("a test").run(() -> call.accept(em))))
                    .as("%s, reading across tenants", name)
                    .isInstanceOf(TenantScopeConflictException.class);
            assertThat(catchThrowable(() -> reading(made, call)))
                    .as("%s in no scope", name)
                    .isInstanceOf(NoTenantScopeException.class);
            reading(made, em -> TenantScope.of(a).narrow(first).run(() -> IncludeDeleted.because("a test")
                    .run(() -> call.accept(em))));
        });
    }

    @Entity(name = "Receipt")
    static class Receipt implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @NaturalId
        String number = "";

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Test
    void whatIsMarkedIsNotGivenForAliveByMultiLoads() {
        inA(em -> {
            for (int i = 1; i <= 2; i++) {
                Receipt receipt = new Receipt();
                receipt.id = i;
                receipt.number = "number " + i;
                em.persist(receipt);
            }
        });
        inA(em -> em.remove(em.find(Receipt.class, 1L)));
        inA(em -> {
            Session session = em.unwrap(Session.class);
            IncludeDeleted.because("a test").run(() -> em.find(Receipt.class, 1L));
            Receipt alive = em.find(Receipt.class, 2L);
            for (FindOption option : List.of(SessionCheckMode.ENABLED, SessionCheckMode.DISABLED)) {
                assertThat(session.findMultiple(Receipt.class, List.of(1L, 2L), option))
                        .containsExactly(null, alive);
                assertThat(session.findMultiple(
                                Receipt.class, List.of(1L, 2L), option, OrderingMode.UNORDERED, RemovalsMode.EXCLUDE))
                        .containsExactly(alive);
                assertThat(session.findMultiple(
                                Receipt.class, List.of("number 1", "number 2"), option, KeyType.NATURAL))
                        .containsExactly(null, alive);
            }
            IncludeDeleted.because("a test").run(() -> assertThat(session.findMultiple(Receipt.class, List.of(1L, 2L)))
                    .doesNotContainNull()
                    .hasSize(2));
        });
    }

    /** What the session has read already: to ask for it reads nothing. */
    private static Bill held(EntityManager em) {
        SessionImplementor session = em.unwrap(SessionImplementor.class);
        return (Bill)
                session.getPersistenceContext().reentrantSafeEntityEntries()[0].getKey();
    }

    private void reading(Bill made, Consumer<EntityManager> call) {
        world.without(em -> {
            TenantScope.of(a).narrow(first).run(() -> Objects.requireNonNull(em.find(Bill.class, made.id)));
            call.accept(em);
        });
    }
}
