package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.hibernate.orm.TakenOut;
import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapKeyColumn;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.OrderColumn;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.hibernate.StaleStateException;
import org.hibernate.StatelessSession;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows that are marked are kept to the open scope, and marked ones left alone, on each path. */
@ParameterizedClass
@EnumSource(Database.class)
class ProtectedTest extends WorldTest {

    @Entity(name = "Shop")
    @Shared("a catalog")
    static class Shop implements SoftDeletable {
        @Id
        long id;

        String name = "shop";

        @OneToMany(mappedBy = "shop")
        List<Good> goods = new ArrayList<>();

        @ManyToMany
        @JoinTable(name = "shop_linked")
        Set<Good> linked = new HashSet<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Good")
    static class Good implements SoftDeletable {
        @Id
        LabelId id = LabelId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Shop shop;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Good other;

        @ManyToMany
        @JoinTable(name = "good_others")
        Set<Good> others = new HashSet<>();

        String name = "good";

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Part")
    @OwnedThrough("good")
    static class Part implements SoftDeletable {
        @Id
        LabelId id = LabelId.create();

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Good good;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    record SeatKey(String line, int number) implements Serializable {}

    @Entity(name = "Seat")
    @IdClass(SeatKey.class)
    static class Seat implements SoftDeletable {
        @Id
        String line = "a";

        @Id
        int number = 1;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String guest = "first";

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Embeddable
    static class PinKey implements Serializable {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Good good;

        int number;

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof PinKey key && key.number == number;
        }

        @Override
        public int hashCode() {
            return Objects.hash(number);
        }
    }

    @Entity(name = "Pin")
    static class Pin implements SoftDeletable {
        @EmbeddedId
        PinKey key = new PinKey();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Box")
    static class Box implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToMany(mappedBy = "box")
        @OrderColumn(name = "place")
        List<Item> items = new ArrayList<>();

        @OneToMany(mappedBy = "keyed")
        @MapKeyColumn(name = "letter")
        Map<String, Item> letters = new HashMap<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Item")
    static class Item implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Box box;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Box keyed;

        @OneToOne(fetch = FetchType.LAZY)
        @Nullable
        Hall hall;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Hall")
    @Shared("for all")
    static class Hall {
        @Id
        long id;

        @OneToOne(mappedBy = "hall", fetch = FetchType.LAZY)
        @Nullable
        Item item;

        @Nullable
        Item getItem() {
            return item;
        }
    }

    private final Good ofA = new Good();
    private final Good marked = new Good();
    private final Good ofB = new Good();
    private DeletionId deletion = DeletionId.create();

    ProtectedTest(Database database) {
        super(new World(
                database,
                List.of(Shop.class, Good.class, Part.class, Seat.class, Pin.class, Box.class, Item.class, Hall.class),
                Map.of()));
    }

    @BeforeEach
    void rows() {
        world.without(em -> {
            Shop shop = new Shop();
            shop.id = 1;
            em.persist(shop);
        });
        inA(em -> {
            persist(em, ofA);
            persist(em, marked);
            em.persist(new Seat());
            Part part = new Part();
            part.good = ofA;
            em.persist(part);
        });
        world.in(b, em -> persist(em, ofB));
        deletion =
                world.get(a, em -> Deletions.of(em).because("test", () -> em.remove(em.find(Good.class, marked.id))));
    }

    private static void persist(EntityManager em, Good good) {
        Shop shop = em.find(Shop.class, 1L);
        good.shop = shop;
        em.persist(good);
        shop.linked.add(good);
    }

    private List<String> all() {
        return Stream.of(
                        "shop",
                        "shop_linked",
                        "good",
                        "good_others",
                        "part",
                        "seat",
                        "pin",
                        "item",
                        "tenant_safety_deletion")
                .flatMap(table -> world.rows("select * from " + table).stream().map(row -> table + ": " + row))
                .toList();
    }

    private void refused(Class<? extends Throwable> refusal, Consumer<EntityManager> work) {
        unchanged(
                refusal,
                () -> inA(em -> {
                    work.accept(em);
                    em.flush();
                }));
    }

    private void unchanged(Class<? extends Throwable> refusal, Runnable work) {
        List<String> before = all();
        assertThatThrownBy(work::run)
                .satisfies(thrown -> assertThat(causes(thrown)).hasAtLeastOneElementOfType(refusal));
        assertThat(all()).isEqualTo(before);
    }

    private void stateless(Consumer<StatelessSession> work) {
        TenantScope.of(a).run(() -> World.stateless(world.safe, work));
    }

    private List<String> names() {
        return world.rows("select name from good");
    }

    @Test
    @Shows(value = "HQL or Criteria UPDATE", in = Shows.PROTECTED)
    void bulkUpdatesReachAliveRowsInScope() {
        inA(em -> assertThat(em.createQuery("update Good set name = 'x'").executeUpdate())
                .isEqualTo(1));
        assertThat(names()).containsExactly("good | ", "good | ", "x | ");
        inA(em -> {
            var update = em.getCriteriaBuilder().createCriteriaUpdate(Good.class);
            update.from(Good.class);
            update.set("name", "y");
            assertThat(em.createQuery(update).executeUpdate()).isEqualTo(1);
        });
        assertThat(names()).containsExactly("good | ", "good | ", "y | ");
    }

    @Test
    @Shows(value = "HQL INSERT", in = Shows.PROTECTED)
    void bulkInsertsAreRefused() {
        refused(MarkedException.class, em -> em.createQuery("insert into Shop (id, name) values (2, 'x')")
                .executeUpdate());
        refused(ForeignRowException.class, em -> em.createQuery(
                        "insert into Good (id, tenant, name) values (:id, :tenant, 'x')")
                .setParameter("id", LabelId.create())
                .setParameter("tenant", a)
                .executeUpdate());
    }

    @Test
    @Shows(value = "HQL UPDATE of a key, or a part of it", in = Shows.PROTECTED)
    void keysAreNotUpdatedInBulk() {
        refused(ForeignRowException.class, em -> em.createQuery("update Good set id = :id")
                .setParameter("id", LabelId.create())
                .executeUpdate());
        refused(ForeignRowException.class, em -> em.createQuery("update Seat set number = 2")
                .executeUpdate());
        refused(ForeignRowException.class, em -> em.createQuery("update Pin set key.good.id = :id")
                .setParameter("id", ofB.id)
                .executeUpdate());
    }

    /** What looks at reads is taken out, and what was read is not so. */
    @Test
    @Shows(
            value =
                    "a change of a row that came into the session in a way that no filter sees (native SQL, a procedure, a cache)",
            in = Shows.PROTECTED)
    void theDatabaseItselfChangesARowForItsOwnerOnly() {
        TakenOut.reads(world.safe.unwrap(SessionFactoryImplementor.class));
        String asIfOfA = "select id, cast('" + a.uuid() + "' as uuid) as tenant, shop_id, other_id, name, deleted_at, "
                + "deleted_by, deletion_id from good where id = '" + ofB.id.uuid() + "'";
        refused(
                OptimisticLockException.class,
                em -> ((Good) em.createNativeQuery(asIfOfA, Good.class).getSingleResult()).name = "mine");
        refused(
                OptimisticLockException.class,
                em -> em.remove(em.createNativeQuery(asIfOfA, Good.class).getSingleResult()));
    }

    @Test
    @Shows(value = "work in `CrossTenant.write`", in = Shows.PROTECTED)
    void workAcrossTenantsLinksNothingToRowsOfOthersOrMarkedOnes() {
        for (Good target : List.of(ofB, marked)) {
            for (boolean isLink : new boolean[] {false, true}) {
                unchanged(
                        TenantSafetyException.class,
                        () -> world.across(em -> {
                            Good found = em.find(Good.class, ofA.id);
                            Good other = em.getReference(Good.class, target.id);
                            if (isLink) {
                                found.others.add(other);
                            } else {
                                found.other = other;
                            }
                        }));
            }
        }
    }

    @Test
    @Shows(value = "`StatelessSession` get, getMultiple, queries", in = Shows.PROTECTED)
    void aStatelessSessionReadsAliveRowsInScope() {
        List<LabelId> ids = List.of(ofA.id, marked.id, ofB.id);
        stateless(session -> {
            assertThat(ids)
                    .extracting(id -> session.get(Good.class, id) != null)
                    .containsExactly(true, false, false);
            assertThat(session.getMultiple(Good.class, ids))
                    .extracting(good -> good != null)
                    .containsExactly(true, false, false);
            assertThat(session.createSelectionQuery("select g.id from Good g", LabelId.class)
                            .list())
                    .containsExactly(ofA.id);
        });
    }

    @Test
    @Shows(value = "`StatelessSession` insert, update, upsert", in = Shows.PROTECTED)
    void aStatelessSessionWritesAliveRowsInScope() {
        for (Good target : List.of(ofB, marked)) {
            Good lie = new Good();
            lie.id = target.id;
            lie.tenant = a;
            lie.name = "mine";
            unchanged(ForeignRowException.class, () -> stateless(session -> session.update(lie)));
            unchanged(TenantSafetyException.class, () -> stateless(session -> session.upsert(lie)));
            unchanged(
                    StaleStateException.class, // the owner and the mark stand in its statement
                    () -> stateless(session -> {
                        session.setJdbcBatchSize(10);
                        session.update(lie);
                    }));
        }
        staleInABatch(b);
        inA(em -> em.remove(em.find(Seat.class, new SeatKey("a", 1))));
        staleInABatch(a);
    }

    private void staleInABatch(TenantId tenant) {
        Seat seat = new Seat();
        seat.tenant = tenant;
        seat.guest = "third";
        unchanged(StaleStateException.class, () -> TenantScope.of(tenant)
                .run(() -> World.stateless(world.safe, session -> {
                    session.setJdbcBatchSize(10);
                    session.update(seat);
                })));
    }

    private void nativelyRefused(Class<? extends Throwable> refusal, String... statements) {
        for (String sql : statements) {
            refused(refusal, em -> em.createNativeQuery(sql).executeUpdate());
        }
    }

    @Test
    @Shows(
            value =
                    "native UPDATE, MERGE or ON CONFLICT UPDATE that sets a column of an owner, path or key, also of a link",
            in = Shows.PROTECTED)
    void nativeSqlSetsNoOwnerPathOrKey() {
        String id = "'" + ofB.id.uuid() + "'";
        nativelyRefused(
                ForeignRowException.class,
                "update good set tenant = '" + b.uuid() + "'",
                "update good set id = " + id,
                "update part set good_id = " + id,
                "update seat set number = 2",
                "update pin set good_id = " + id,
                "merge into part using shop on 1 = 1 when matched then update set good_id = " + id,
                "insert into good (id) values (" + id + ") on conflict (id) do update set tenant = null");
    }

    @Test
    @Shows("the same of a column of the tombstone, or the discriminator")
    void nativeSqlSetsNoTombstone() {
        String id = "'" + ofB.id.uuid() + "'";
        for (String column : List.of("deleted_at", "deleted_by", "deletion_id")) {
            nativelyRefused(
                    MarkedException.class,
                    "update good set " + column + " = null",
                    "update shop set " + column + " = null",
                    "merge into good using shop on 1 = 1 when matched then update set " + column + " = null",
                    "insert into good (id) values (" + id + ") on conflict (id) do update set " + column + " = null");
        }
    }

    @Test
    @Shows("any change of records of deletions: bulk, native, `remove`, stateless, managed")
    void recordsAreNotChanged() {
        for (String hql : List.of(
                "update DeletionRecord set reason = 'x'",
                "delete from DeletionRecord",
                "insert into DeletionRecord (id, actor, at, scope, marked) select r.id, 'x', r.at, 'x', 'x' from DeletionRecord r")) {
            refused(TenantSafetyException.class, em -> em.createQuery(hql).executeUpdate());
        }
        nativelyRefused(
                TenantSafetyException.class,
                "update tenant_safety_deletion set reason = 'x'",
                "update tenant_safety_deletion set undone_at = null",
                "delete from tenant_safety_deletion",
                "truncate table tenant_safety_deletion",
                "drop table tenant_safety_deletion");
        refused(TenantSafetyException.class, em -> em.find(DeletionRecord.class, deletion)
                .undone(Instant.EPOCH, "me"));
        refused(TenantSafetyException.class, em -> em.remove(em.find(DeletionRecord.class, deletion)));
        DeletionRecord forged = new DeletionRecord(deletion, "me", null, Instant.EPOCH, "all", "Good 1");
        refused(TenantSafetyException.class, em -> em.merge(forged));
        for (Consumer<StatelessSession> work : List.<Consumer<StatelessSession>>of(
                session -> session.update(forged),
                session -> session.upsert(forged),
                session -> session.delete(forged),
                session -> session.insert(
                        new DeletionRecord(DeletionId.create(), "me", null, Instant.EPOCH, "all", "Good 1")))) {
            unchanged(TenantSafetyException.class, () -> stateless(work));
        }
    }

    @Test
    @Shows(
            value =
                    "a reference to a row of somebody else, or a marked one: a to-one, `@Any`, an element or key of a collection, a part of an `@EmbeddedId`; by an instance made by hand, by `getReference` of a bytecode-enhanced class",
            in = Shows.PROTECTED)
    void aPartOfAKeyLeadsToAliveRowsInScope() {
        for (Good target : List.of(ofB, marked)) {
            Good byHand = new Good();
            byHand.id = target.id;
            byHand.tenant = a;
            refused(TenantSafetyException.class, em -> em.persist(pin(byHand)));
            refused(TenantSafetyException.class, em -> em.persist(pin(em.getReference(Good.class, target.id))));
        }
        inA(em -> em.persist(pin(em.getReference(Good.class, ofA.id))));
        assertThat(world.count("pin")).isEqualTo(1);
    }

    private static Pin pin(Good good) {
        Pin pin = new Pin();
        pin.key.good = good;
        return pin;
    }

    private static Seat again() {
        Seat again = new Seat();
        again.guest = "again";
        return again;
    }

    @Test
    @Shows(
            "`persist` of a new instance with the key of one that the same transaction removed (an `@Id` that the program sets, `@EmbeddedId`, `@IdClass`, `@MapsId`), or `merge` of a copy, or a cascade of the flush that finds one")
    void anIdClassIsAddedAgainInTheSameTransaction() {
        for (boolean isFlushed : new boolean[] {false, true}) {
            inA(em -> {
                em.remove(em.find(Seat.class, new SeatKey("a", 1)));
                if (isFlushed) {
                    em.flush();
                }
                em.persist(again());
            });
            assertThat(world.rows("select guest from seat where deleted_at is null"))
                    .containsExactly("again | ");
        }
    }

    @Test
    @Shows("the same in a later transaction")
    void anIdClassIsNotAddedAgainLater() {
        DeletionId left = world.get(
                a, em -> Deletions.of(em).because("left", () -> em.remove(em.find(Seat.class, new SeatKey("a", 1)))));
        List<String> before = all();
        assertThatThrownBy(() -> inA(em -> em.persist(again())))
                .rootCause()
                .isInstanceOf(MarkedException.class)
                .hasMessageContaining(left.toString());
        assertThat(all()).isEqualTo(before);
    }

    @Test
    @Shows(value = "collections, also those of `@Shared` entities", in = Shows.PROTECTED)
    void collectionsOfSharedEntitiesHaveAliveElementsInScope() {
        inA(em -> {
            Shop shop = em.find(Shop.class, 1L);
            assertThat(shop.goods).extracting(good -> good.id).containsExactly(ofA.id);
            assertThat(shop.linked).extracting(good -> good.id).containsExactly(ofA.id);
            assertThat(em.createQuery("select g.id from Shop s join s.linked g", LabelId.class)
                            .getResultList())
                    .containsExactly(ofA.id);
        });
    }

    private void item(TenantId owner, long id) {
        world.without(em -> {
            Hall hall = new Hall();
            hall.id = id;
            em.persist(hall);
        });
        world.in(owner, em -> {
            Box box = new Box();
            box.id = id;
            em.persist(box);
            Item item = new Item();
            item.id = id;
            item.hall = em.find(Hall.class, id);
            em.persist(item);
        });
    }

    @Test
    @Shows(
            value =
                    "positions and keys (`@OrderColumn`, `@MapKeyColumn`) that Hibernate writes from an inverse `@OneToMany`",
            in = Shows.PROTECTED)
    void positionsAndKeysOfForeignRowsAreNotWritten() {
        item(a, 1);
        item(b, 2);
        refused(ForeignRowException.class, em -> em.find(Box.class, 1L).items.add(em.getReference(Item.class, 2L)));
        refused(
                ForeignRowException.class,
                em -> em.find(Box.class, 1L).letters.put("a", em.getReference(Item.class, 2L)));
    }

    @Test
    @Shows(
            value =
                    "LAZY attributes of bytecode-enhanced entities that are not found by a primary key (`mappedBy`, `referencedColumnName`)",
            in = Shows.PROTECTED)
    void aLazyAttributeLoadsNoRowOfOthers() {
        item(a, 1);
        item(b, 2);
        inA(em -> assertThat(em.find(Hall.class, 1L).getItem()).isNotNull());
        Item[] got = {null};
        try {
            inA(em -> got[0] = em.find(Hall.class, 2L).getItem());
        } catch (ForeignRowException e) {
            got[0] = null; // an enhanced instance has no way to tell before
        }
        assertThat(got[0]).isNull();
    }
}
