package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.hibernate.world.Customer;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.IncludeDeleted;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.hibernate.Hibernate;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Work across tenants writes nothing into a closed tenant, and where it only reads, nothing at all, shared rows included. */
@ParameterizedClass
@EnumSource(Database.class)
class ClosedOrReadOnlyTest extends WorldTest {

    @Entity(name = "Item")
    static class Item implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @OneToMany(mappedBy = "item")
        Set<Part> parts = new HashSet<>();

        @Embedded
        @Nullable
        Tombstone tombstone;

        /** A method, and not the field alone: what an instance points at may be a proxy. */
        String name() {
            return name;
        }
    }

    @Entity(name = "Part")
    @OwnedThrough("item")
    static class Part implements SoftDeletable {
        @Id
        long id;

        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        @Nullable
        Item item;

        String name = "";

        @ElementCollection
        Set<String> tags = new HashSet<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Sort")
    @Shared("a catalog")
    static class Sort {
        @Id
        long id;

        String name = "";

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Item sample;
    }

    ClosedOrReadOnlyTest(Database database) {
        super(new World(database, List.of(Customer.class, Item.class, Part.class, Sort.class), Map.of()));
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            em.persist(new Customer(a, "A"));
            Item item = new Item();
            item.id = 1;
            em.persist(item);
            em.persist(part(item, 1));
            em.persist(part(item, 2));
            em.persist(sort(1, item));
        });
    }

    private static Part part(Item item, long id) {
        Part part = new Part();
        part.id = id;
        part.item = item;
        part.tags.add("red");
        return part;
    }

    private static Sort sort(long id, @Nullable Item sample) {
        Sort sort = new Sort();
        sort.id = id;
        sort.sample = sample;
        return sort;
    }

    private List<List<String>> all() {
        return List.of(
                world.rows("select id, name, deleted_at from Part"),
                world.rows("select * from Part_tags"),
                world.rows("select id, name, deleted_at from Item"),
                world.rows("select id, name, sample_id from Sort"));
    }

    private void refused(Runnable work) {
        List<List<String>> before = all();
        assertThatThrownBy(work::run).satisfies(thrown -> assertThat(causes(thrown))
                .anyMatch(cause -> cause instanceof TenantSafetyException));
        assertThat(all()).isEqualTo(before);
    }

    @Test
    @Shows(value = "work in `CrossTenant.write`", in = Shows.PROTECTED)
    void nothingIsPutIntoAClosedTenantByAPath() {
        inA(em -> em.remove(em.find(Customer.class, a)));
        for (Consumer<EntityManager> work : List.<Consumer<EntityManager>>of(
                em -> em.persist(part(em.find(Item.class, 1L), 9)),
                em -> em.find(Part.class, 1L).name = "changed",
                em -> em.find(Part.class, 1L).tags.add("x"),
                em -> em.find(Part.class, 1L).tags.clear(),
                em -> em.remove(em.find(Part.class, 1L)))) {
            refused(() -> world.across(em -> IncludeDeleted.because("bin").run(() -> {
                work.accept(em);
                em.flush();
            })));
        }
        for (Consumer<EntityManager> work : List.<Consumer<EntityManager>>of(
                em -> em.persist(part(em.getReference(Item.class, 1L), 9)),
                em -> em.merge(part(em.getReference(Item.class, 1L), 9)))) {
            refused(() -> world.across(work));
        }
        world.across(em -> assertThat(em.find(Part.class, 1L)).isNull());
        for (Consumer<StatelessSession> work : List.<Consumer<StatelessSession>>of(
                session -> session.insert(part(item(1), 9)),
                session -> session.update(part(item(1), 1)),
                session -> session.upsert(part(item(1), 1)),
                session -> session.upsert(part(item(1), 9)))) {
            refused(() -> CrossTenant.write("test").run(() -> World.stateless(world.safe, work)));
        }
    }

    private Item item(long id) {
        Item item = new Item();
        item.id = id;
        item.tenant = a;
        return item;
    }

    @Test
    void nothingSharedIsWrittenWhereOnlyReadingIsAllowed() {
        for (String hql : List.of(
                "update Sort set name = 'x'",
                "delete from Sort",
                "insert into Sort (id, name) values (9, 'x')",
                "insert into Sort (id, name) select id + 10, name from Sort")) {
            refused(() -> CrossTenant.read("test")
                    .run(() -> world.without(em -> em.createQuery(hql).executeUpdate())));
        }
        for (Consumer<StatelessSession> work : List.<Consumer<StatelessSession>>of(
                session -> session.insert(sort(9, null)),
                session -> session.update(sort(1, null)),
                session -> session.upsert(sort(1, null)),
                session -> session.upsert(sort(9, null)),
                session -> session.delete(sort(1, null)))) {
            refused(() -> CrossTenant.read("test").run(() -> World.stateless(world.safe, work)));
        }
        for (Consumer<EntityManager> work : List.<Consumer<EntityManager>>of(
                em -> em.persist(sort(9, null)),
                em -> em.merge(sort(9, null)),
                em -> em.merge(sort(1, null)),
                em -> em.remove(em.getReference(Sort.class, 1L)))) {
            refused(() -> CrossTenant.read("test").run(() -> world.without(work)));
        }
    }

    @Test
    void whatASharedRowPointsAtIsNotReadWithoutAScope() {
        world.without(em -> {
            Sort sort = em.find(Sort.class, 1L);
            assertThat(sort.name).isEmpty();
            assertThatThrownBy(() -> Objects.requireNonNull(sort.sample).name())
                    .isInstanceOf(TenantSafetyException.class);
        });
        world.in(b, em -> {
            Sort sort = em.find(Sort.class, 1L);
            assertThatThrownBy(() -> Objects.requireNonNull(sort.sample).name()).isInstanceOf(RuntimeException.class);
        });
        inA(em -> assertThat(
                        Objects.requireNonNull(em.find(Sort.class, 1L).sample).name())
                .isEmpty());
    }

    @Test
    void aMarkedElementIsNoMemberOfAnOwnedCollection() {
        inA(em -> em.remove(em.find(Part.class, 2L)));
        inA(em -> {
            Item item = em.find(Item.class, 1L);
            assertThat(Hibernate.size(item.parts)).isEqualTo(1);
            assertThat(Hibernate.contains(item.parts, em.find(Part.class, 1L))).isTrue();
            for (String hql : List.of(
                    "select count(i) from Item i where size(i.parts) = 1",
                    "select count(i) from Item i join i.parts p",
                    "select count(p) from Part p, Item i where p member of i.parts",
                    "select count(i) from Item i where exists (select 1 from i.parts p where p.id = 1)")) {
                assertThat(em.createQuery(hql, Long.class).getSingleResult())
                        .as(hql)
                        .isEqualTo(1);
            }
            assertThat(em.createQuery(
                                    "select count(i) from Item i where exists (select 1 from i.parts p where p.id = 2)",
                                    Long.class)
                            .getSingleResult())
                    .isZero();
        });
    }
}
