package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityNotFoundException;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.hibernate.Hibernate;
import org.hibernate.LazyInitializationException;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a detached instance loads, in a session that Hibernate opens for it ({@code hibernate.enable_lazy_load_no_trans}) or in a
 * stateless one, is in the scope that is open then.
 */
@ParameterizedClass
@EnumSource(Database.class)
class LazyLoadOutsideTest extends WorldTest {

    @Entity(name = "Sort")
    @Shared("a catalog")
    static class Sort {
        @Id
        long id;

        @OneToMany(mappedBy = "sort")
        Set<Ticket> tickets = new HashSet<>();

        @ManyToMany
        Set<Ticket> linked = new HashSet<>();
    }

    @Entity(name = "Ticket")
    static class Ticket {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Sort sort;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Remark first;

        @OneToMany(mappedBy = "ticket")
        Set<Remark> remarks = new HashSet<>();

        @ManyToMany
        Set<Remark> linked = new HashSet<>();

        @OneToMany
        @JoinColumn(name = "kept_by")
        Set<Remark> kept = new HashSet<>();

        @ElementCollection
        Set<String> tags = new HashSet<>();

        @ElementCollection
        @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
        Set<String> cached = new HashSet<>();
    }

    @Entity(name = "Remark")
    @OwnedThrough("ticket")
    static class Remark implements SoftDeletable {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Ticket ticket;

        @ElementCollection
        Set<String> tags = new HashSet<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    private static final Map<String, Function<Ticket, Collection<?>>> COLLECTIONS = new LinkedHashMap<>();

    static {
        COLLECTIONS.put("mapped by", ticket -> ticket.remarks);
        COLLECTIONS.put("join table", ticket -> ticket.linked);
        COLLECTIONS.put("join column", ticket -> ticket.kept);
        COLLECTIONS.put("elements", ticket -> ticket.tags);
        COLLECTIONS.put("cached elements", ticket -> ticket.cached);
    }

    private static final Map<String, Object> SETTINGS = new HashMap<>(CacheTest.CACHES);

    static {
        SETTINGS.put("hibernate.enable_lazy_load_no_trans", "true");
    }

    LazyLoadOutsideTest(Database database) {
        super(new World(database, List.of(Sort.class, Ticket.class, Remark.class), SETTINGS));
    }

    /** Each tenant has a ticket with two remarks, of which the second is marked. */
    @BeforeEach
    void rows() {
        world.without(em -> {
            Sort sort = new Sort();
            sort.id = 1;
            em.persist(sort);
        });
        inA(em -> persist(em, 1));
        inA(em -> em.remove(em.find(Remark.class, 11L)));
        world.in(b, em -> persist(em, 2));
        world.in(b, em -> em.remove(em.find(Remark.class, 21L)));
        inA(em -> Hibernate.initialize(em.find(Ticket.class, 1L).cached)); // into the cache
    }

    private static void persist(EntityManager em, long id) {
        Ticket ticket = new Ticket();
        ticket.id = id;
        ticket.tags.add("t");
        ticket.cached.add("c");
        ticket.sort = em.find(Sort.class, 1L);
        ticket.sort.linked.add(ticket);
        em.persist(ticket);
        for (long key = id * 10; key < id * 10 + 2; key++) {
            Remark remark = new Remark();
            remark.id = key;
            remark.ticket = ticket;
            remark.tags.add("r");
            em.persist(remark);
            ticket.linked.add(remark);
            ticket.kept.add(remark);
            if (key == id * 10) {
                ticket.first = remark;
            }
        }
    }

    private Ticket detached() {
        return world.get(a, em -> em.find(Ticket.class, 1L));
    }

    private Remark detachedRemark() {
        return world.get(a, em -> em.find(Remark.class, 10L));
    }

    private Sort detachedSort() {
        return world.get(a, em -> em.find(Sort.class, 1L));
    }

    private static boolean isRefusal(@Nullable Throwable thrown) {
        return thrown != null
                && causes(thrown).stream()
                        .anyMatch(cause -> cause instanceof TenantSafetyException
                                || cause instanceof EntityNotFoundException
                                || cause instanceof LazyInitializationException);
    }

    /** All that a detached ticket or remark of A can load, which is read when this is called. */
    private Map<String, Supplier<Collection<?>>> loads() {
        Map<String, Supplier<Collection<?>>> loads = new LinkedHashMap<>();
        COLLECTIONS.forEach((name, collection) -> {
            Collection<?> loaded = collection.apply(detached());
            loads.put(name, () -> List.copyOf(loaded));
        });
        Set<String> elements = detachedRemark().tags;
        loads.put("elements of what is owned through others", () -> List.copyOf(elements));
        Remark first = Objects.requireNonNull(detached().first);
        loads.put("to-one", () -> {
            Hibernate.initialize(first);
            return List.of(first);
        });
        Ticket ticket = Objects.requireNonNull(detachedRemark().ticket);
        loads.put("to-one of what is owned through others", () -> {
            Hibernate.initialize(ticket);
            return List.of(ticket);
        });
        return loads;
    }

    @Test
    void itsOwnerSeesWhatIsAlive() {
        loads().forEach((name, load) -> {
            if (name.startsWith("to-one")) {
                return;
            }
            Collection<?> loaded = TenantScope.of(a).call(load::get);
            assertThat(loaded).as(name).hasSize(1);
        });
    }

    @Test
    void othersAndNobodyAreRefused() {
        Map<String, Function<Supplier<Collection<?>>, Collection<?>>> places = new HashMap<>();
        places.put("B", load -> TenantScope.of(b).call(load::get));
        places.put("nobody", Supplier::get);
        List<String> leaked = new ArrayList<>();
        places.forEach((who, place) -> loads().forEach((name, load) -> {
            List<Object> loaded = new ArrayList<>();
            Throwable thrown = catchThrowable(() -> loaded.addAll(place.apply(load)));
            if (thrown == null ? !loaded.isEmpty() : !isRefusal(thrown)) {
                leaked.add(who + ", " + name + ": " + loaded + thrown);
            }
        }));
        assertThat(leaked).isEmpty();
    }

    @Test
    void collectionsOfWhatIsSharedAreThoseOfTheOpenScope() {
        for (Function<Sort, Set<Ticket>> collection :
                List.<Function<Sort, Set<Ticket>>>of(sort -> sort.tickets, sort -> sort.linked)) {
            for (TenantId tenant : List.of(a, b)) {
                Set<Ticket> tickets = collection.apply(detachedSort());
                assertThat(TenantScope.of(tenant).call(() -> List.copyOf(tickets)))
                        .extracting(ticket -> ticket.tenant)
                        .containsExactly(tenant);
            }
            Set<Ticket> tickets = collection.apply(detachedSort());
            assertThat(isRefusal(catchThrowable(() -> Hibernate.initialize(tickets))))
                    .isTrue();
        }
    }

    @Test
    void whatAStatelessSessionFetchesForADetachedInstance() {
        List<String> leaked = new ArrayList<>();
        COLLECTIONS.forEach((name, collection) -> {
            TenantScope.of(a)
                    .run(() -> World.stateless(world.safe, session -> {
                        Ticket own = session.get(Ticket.class, 1L);
                        session.fetch(collection.apply(own));
                        assertThat(collection.apply(own)).as(name).hasSize(1);
                    }));
            Ticket detached = detached();
            Throwable thrown = catchThrowable(() -> TenantScope.of(b)
                    .run(() -> World.stateless(world.safe, session -> session.fetch(collection.apply(detached)))));
            Collection<?> fetched = collection.apply(detached);
            if (thrown == null ? Hibernate.isInitialized(fetched) && !fetched.isEmpty() : !isRefusal(thrown)) {
                leaked.add(name + ": " + thrown);
            }
        });
        Remark remark = detachedRemark();
        Throwable thrown = catchThrowable(
                () -> TenantScope.of(b).run(() -> World.stateless(world.safe, session -> session.fetch(remark.tags))));
        if (!isRefusal(thrown)) {
            leaked.add("elements of what is owned through others: " + thrown);
        }
        assertThat(leaked).isEmpty();
    }
}
