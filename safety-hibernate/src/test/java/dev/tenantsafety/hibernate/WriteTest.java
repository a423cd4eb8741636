package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.hibernate.orm.TakenOut;
import dev.tenantsafety.hibernate.world.Customer;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.CrossTenantReadOnlyException;
import dev.tenantsafety.scope.IncludeDeleted;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Cacheable;
import jakarta.persistence.CascadeType;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Where all writes meet: however a row came into a session, it is written for its owner only. The reads by which rows of others
 * come in are let through here, by native SQL that says what is not so, and by taking out what looks at reads.
 */
@ParameterizedClass
@EnumSource(Database.class)
class WriteTest extends WorldTest {

    private static final Map<String, Object> CACHE = Map.of(
            "hibernate.cache.use_second_level_cache", "true",
            "hibernate.cache.region.factory_class", "jcache",
            "hibernate.javax.cache.provider", "com.github.benmanes.caffeine.jcache.spi.CaffeineCachingProvider",
            "hibernate.javax.cache.missing_cache_strategy", "create");

    @Entity(name = "Sort")
    @Shared("a catalog")
    static class Sort {
        @Id
        long id;

        String name = "";

        @ElementCollection
        Set<String> aliases = new HashSet<>();
    }

    @Entity(name = "Kind")
    @Shared("a catalog")
    static class Kind implements SoftDeletable {
        @Id
        long id;

        String name = "";

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Item")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Item implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @ElementCollection
        Set<String> tags = new HashSet<>();

        @OneToMany(mappedBy = "item", cascade = CascadeType.ALL)
        List<Part> parts = new ArrayList<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Part")
    @OwnedThrough("item")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Part implements SoftDeletable {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        Item item;

        String name = "";

        @ElementCollection
        Set<String> tags = new HashSet<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    /** Not protected: its rows are really deleted. */
    @Entity(name = "Remark")
    @OwnedThrough("item")
    static class Remark {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        Item item;

        String text = "";

        @Version
        int version;

        @ManyToMany
        Set<Item> links = new HashSet<>();
    }

    WriteTest(Database database) {
        super(new World(
                database,
                List.of(Customer.class, Sort.class, Kind.class, Item.class, Part.class, Remark.class),
                CACHE));
    }

    @BeforeEach
    void rows() {
        long id = 1;
        for (TenantId tenant : List.of(a, b)) {
            long first = id;
            world.in(tenant, em -> {
                em.persist(new Customer(tenant, "customer"));
                Item item = item(first);
                em.persist(item);
                em.persist(part(item, first));
                em.persist(remark(item, first));
            });
            id++;
        }
        world.without(em -> {
            Sort sort = new Sort();
            sort.id = 1;
            sort.aliases.add("one");
            em.persist(sort);
        });
        world.safe.getCache().evictAll();
    }

    private static Item item(long id) {
        Item item = new Item();
        item.id = id;
        item.tags.add("red");
        return item;
    }

    private static Part part(Item item, long id) {
        Part part = new Part();
        part.id = id;
        part.item = item;
        part.tags.add("blue");
        return part;
    }

    private static Remark remark(Item item, long id) {
        Remark remark = new Remark();
        remark.id = id;
        remark.item = item;
        return remark;
    }

    private List<String> rowsOfB() {
        List<String> rows = new ArrayList<>();
        rows.addAll(world.rows("select * from Item where id = 2"));
        rows.addAll(world.rows("select * from Part where id = 2"));
        rows.addAll(world.rows("select * from Remark where id = 2"));
        rows.addAll(world.rows("select * from Item_tags where Item_id = 2"));
        rows.addAll(world.rows("select * from Part_tags where Part_id = 2"));
        rows.addAll(world.rows("select * from Remark_Item where Remark_id = 2"));
        rows.addAll(world.rows("select * from Sort"));
        rows.addAll(world.rows("select * from Sort_aliases"));
        return rows;
    }

    private void refused(Class<? extends TenantSafetyException> refusal, Consumer<EntityManager> work) {
        List<String> before = rowsOfB();
        assertThatThrownBy(() -> inA(em -> {
                    work.accept(em);
                    em.flush();
                }))
                .isInstanceOf(refusal);
        assertThat(rowsOfB()).isEqualTo(before);
    }

    /** What looks at rows that are read is taken out, so that a row of somebody else gets into the session. */
    private void readsAreNotLookedAt() {
        TakenOut.reads(world.safe.unwrap(SessionFactoryImplementor.class));
    }

    private static <E> E leaked(EntityManager em, Class<E> entity, String sql) {
        return entity.cast(em.createNativeQuery(sql, entity).getSingleResult());
    }

    @Test
    @Shows(
            value =
                    "a change of a row that came into the session in a way that no filter sees (native SQL, a procedure, a cache)",
            in = Shows.PROTECTED)
    void aRowThatLeakedInIsNotChanged() {
        readsAreNotLookedAt();
        refused(
                ForeignRowException.class,
                em -> leaked(em, Item.class, "select * from Item where id = 2").name = "mine");
    }

    @Test
    @Shows(
            "a change of a row that came into the session in a way that no filter sees (native SQL, a procedure, a cache)")
    void aRowOwnedThroughOthersThatLeakedInIsNotChanged() {
        readsAreNotLookedAt();
        refused(
                ForeignRowException.class,
                em -> leaked(em, Part.class, "select * from Part where id = 2").name = "mine");
        refused(
                ForeignRowException.class,
                em -> leaked(em, Remark.class, "select * from Remark where id = 2").text = "mine");
    }

    @Test
    void aRowOwnedThroughOthersThatLeakedInIsNotMarkedOrDeleted() {
        readsAreNotLookedAt();
        refused(ForeignRowException.class, em -> em.remove(leaked(em, Part.class, "select * from Part where id = 2")));
        refused(
                ForeignRowException.class,
                em -> em.remove(leaked(em, Remark.class, "select * from Remark where id = 2")));
    }

    @Test
    @Shows("a write of a collection (`@ElementCollection`, join table)")
    void theCollectionsOfARowThatLeakedInAreNotWritten() {
        readsAreNotLookedAt();
        refused(ForeignRowException.class, em -> leaked(em, Part.class, "select * from Part where id = 2")
                .tags
                .add("mine"));
        refused(ForeignRowException.class, em -> leaked(em, Part.class, "select * from Part where id = 2")
                .tags
                .clear());
        refused(
                ForeignRowException.class,
                em -> leaked(em, Item.class, "select * from Item where id = 2").tags = new HashSet<>());
        refused(ForeignRowException.class, em -> leaked(em, Remark.class, "select * from Remark where id = 2")
                .links
                .add(em.find(Item.class, 1L)));
    }

    /** Two faults at once: the row is read past all filters, and what was read of it is not so. */
    @Test
    @Shows(
            value =
                    "a change of a row that came into the session in a way that no filter sees (native SQL, a procedure, a cache)",
            in = Shows.NOT_PROTECTED)
    void theDatabaseItselfChangesARowForItsOwnerOnly() {
        readsAreNotLookedAt();
        for (Consumer<Remark> work : List.<Consumer<Remark>>of(remark -> remark.text = "mine", remark -> {})) {
            List<String> before = rowsOfB();
            assertThatThrownBy(() -> inA(em -> {
                        Remark remark = leaked(
                                em, Remark.class, "select id, 1 as item_id, text, version from Remark where id = 2");
                        work.accept(remark);
                        if (remark.text.isEmpty()) {
                            em.remove(remark);
                        }
                        em.flush();
                    }))
                    .isInstanceOf(jakarta.persistence.OptimisticLockException.class);
            assertThat(rowsOfB()).isEqualTo(before);
        }
    }

    @Test
    @Shows(value = "second-level cache", in = Shows.PROTECTED)
    void theCacheGivesNobodyTheRowsOfOthers() {
        org.hibernate.stat.Statistics statistics =
                world.safe.unwrap(SessionFactory.class).getStatistics();
        statistics.setStatisticsEnabled(true);
        world.in(b, em -> {
            em.find(Item.class, 2L);
            em.find(Part.class, 2L);
        });
        assertThat(statistics.getSecondLevelCachePutCount()).isGreaterThanOrEqualTo(2);
        inA(em -> {
            assertThat(em.find(Part.class, 2L)).isNull();
            assertThat(em.find(Item.class, 2L)).isNull();
            org.hibernate.Session session = em.unwrap(org.hibernate.Session.class);
            assertThat(session.findMultiple(Part.class, List.of(1L, 2L)).get(1)).isNull();
            assertThat(session.findMultiple(Item.class, List.of(1L, 2L)).get(1)).isNull();
        });
        TenantScope.of(a)
                .run(() -> World.stateless(world.safe, session -> {
                    assertThat(session.get(Part.class, 2L)).isNull();
                    assertThat(session.get(Item.class, 2L)).isNull();
                    assertThat(session.getMultiple(Item.class, List.of(1L, 2L)))
                            .extracting(i -> i != null)
                            .containsExactly(true, false);
                    assertThat(session.getMultiple(Part.class, List.of(1L, 2L)))
                            .extracting(i -> i != null)
                            .containsExactly(true, false);
                }));
        World.stateless(world.safe, session -> assertThatThrownBy(() -> session.get(Item.class, 2L))
                .isInstanceOf(TenantSafetyException.class));
    }

    @Test
    @Shows(value = "second-level cache", in = Shows.PROTECTED)
    void theCacheGivesNobodyMarkedRows() {
        inA(em -> em.find(Part.class, 1L));
        inA(em -> em.remove(em.find(Part.class, 1L)));
        inA(em -> IncludeDeleted.because("bin")
                .run(() -> assertThat(em.find(Part.class, 1L)).isNotNull()));
        inA(em -> assertThat(em.find(Part.class, 1L)).isNull());
        TenantScope.of(a)
                .run(() -> World.stateless(world.safe, session -> {
                    assertThat(session.get(Part.class, 1L)).isNull();
                }));
    }

    @Test
    @Shows(value = "a write of a collection (`@ElementCollection`, join table)", in = Shows.PROTECTED)
    void collectionsAreNotWrittenInAReadOnlyScope() {
        for (Consumer<EntityManager> work : List.<Consumer<EntityManager>>of(
                em -> em.find(Item.class, 1L).tags.add("x"),
                em -> em.find(Item.class, 1L).tags.clear(),
                em -> em.find(Item.class, 1L).tags = new HashSet<>(),
                em -> em.find(Sort.class, 1L).name = "x",
                em -> em.find(Sort.class, 1L).aliases.add("x"),
                em -> em.remove(em.find(Sort.class, 1L)))) {
            assertThatThrownBy(() -> CrossTenant.read("test").run(() -> world.without(work)))
                    .satisfies(thrown -> assertThat(root(thrown)).isInstanceOf(CrossTenantReadOnlyException.class));
        }
    }

    @Test
    @Shows(value = "a write of a collection (`@ElementCollection`, join table)", in = Shows.PROTECTED)
    void collectionsOfMarkedRowsAreNotWritten() {
        inA(em -> em.persist(item(30)));
        inA(em -> em.remove(em.find(Item.class, 30L)));
        for (Consumer<Item> work : List.<Consumer<Item>>of(
                item -> item.tags.add("x"), item -> item.tags.clear(), item -> item.tags = new HashSet<>())) {
            assertThatThrownBy(() -> inA(em -> IncludeDeleted.because("bin").run(() -> {
                        work.accept(em.find(Item.class, 30L));
                        em.flush();
                    })))
                    .isInstanceOf(MarkedException.class);
        }
        assertThat(world.count("Item_tags where Item_id = 30")).isEqualTo(1);
    }

    @Test
    void collectionsOfARowThatWasMarkedMeanwhileAreNotWritten() {
        inA(em -> em.persist(item(30)));
        assertThatThrownBy(() -> inA(em -> {
                    Item read = em.find(Item.class, 30L);
                    inA(other -> other.remove(other.find(Item.class, 30L)));
                    read.tags.add("late");
                }))
                .satisfies(thrown -> assertThat(root(thrown)).isInstanceOf(ForeignRowException.class));
        assertThat(world.count("Item_tags where Item_id = 30")).isEqualTo(1);
    }

    @Test
    void collectionsAreNotWrittenInAClosedOwner() {
        inA(em -> em.remove(em.find(Customer.class, a)));
        assertThatThrownBy(() -> inA(em -> IncludeDeleted.because("bin").run(() -> {
                    em.find(Item.class, 1L).tags.add("x");
                    em.flush();
                })))
                .isInstanceOf(MarkedException.class);
    }

    private static Throwable root(Throwable thrown) {
        return thrown.getCause() == null ? thrown : root(thrown.getCause());
    }

    @Test
    void aFlushOutsideOfAnyScopeWritesNoCollection() {
        EntityManager em = world.safe.createEntityManager();
        try (em) {
            em.getTransaction().begin();
            TenantScope.of(a).run(() -> em.find(Item.class, 1L).tags.add("x"));
            assertThatThrownBy(em::flush).isInstanceOf(TenantSafetyException.class);
            em.getTransaction().rollback();
        }
    }

    @Test
    @Shows(value = "work in `CrossTenant.write`", in = Shows.NOT_PROTECTED)
    void workAcrossTenantsLinksNothingAcrossThem() {
        for (Consumer<EntityManager> work : List.<Consumer<EntityManager>>of(
                em -> em.find(Remark.class, 1L).item = em.getReference(Item.class, 2L),
                em -> em.find(Remark.class, 1L).item = em.find(Item.class, 2L),
                em -> em.find(Remark.class, 1L).links.add(em.find(Item.class, 2L)),
                em -> em.find(Remark.class, 1L).links.add(em.getReference(Item.class, 2L)))) {
            assertThatThrownBy(() -> world.across(work))
                    .satisfies(thrown -> assertThat(root(thrown)).isInstanceOf(ForeignRowException.class));
        }
        world.across(em -> em.find(Remark.class, 1L).links.add(em.getReference(Item.class, 1L)));
        assertThat(world.count("Remark_Item")).isEqualTo(1);
    }

    @Test
    @Shows(value = "work in `CrossTenant.write`", in = Shows.NOT_PROTECTED)
    void workAcrossTenantsLinksNothingToMarkedRows() {
        inA(em -> {
            Item other = item(3);
            em.persist(other);
        });
        inA(em -> em.remove(em.find(Item.class, 3L)));
        assertThatThrownBy(
                        () -> world.across(em -> em.find(Remark.class, 1L).links.add(em.getReference(Item.class, 3L))))
                .satisfies(thrown -> assertThat(root(thrown)).isInstanceOf(ForeignRowException.class));
    }

    @Test
    @Shows(value = "work in `CrossTenant.write`", in = Shows.PROTECTED)
    void workAcrossTenantsPutsNothingIntoAClosedOwner() {
        inA(em -> em.remove(em.find(Customer.class, a)));
        assertThatThrownBy(() -> world.across(em -> {
                    Item item = item(9);
                    item.tenant = a;
                    em.persist(item);
                }))
                .satisfies(thrown -> assertThat(root(thrown)).isInstanceOf(MarkedException.class));
    }

    @Test
    @Shows(value = "HQL UPDATE of a key, or a part of it", in = Shows.PROTECTED)
    void theKeyOfAnOwnerIsNotChangedInBulk() {
        for (String hql : List.of("update Customer set id = :b", "update Customer set name = 'x', id = :b")) {
            assertThatThrownBy(() ->
                            inA(em -> em.createQuery(hql).setParameter("b", b).executeUpdate()))
                    .satisfies(thrown -> assertThat(root(thrown)).isInstanceOf(ForeignRowException.class));
        }
        assertThat(world.count("Customer where id = '" + a.uuid() + "'")).isEqualTo(1);
    }

    @Test
    @Shows(value = "HQL INSERT", in = Shows.PROTECTED)
    void marksAreNotLiftedByAnInsertInBulk() {
        for (String change : List.of("name = excluded.name", "tombstone.deletedAt = null")) {
            assertThatThrownBy(() -> world.without(em -> em.createQuery(
                                    "insert into Kind (id, name) values (1, 'y') on conflict (id) do update set "
                                            + change)
                            .executeUpdate()))
                    .satisfies(thrown -> assertThat(root(thrown)).isInstanceOf(MarkedException.class));
        }
    }

    @Test
    @Shows("any change of records of deletions: bulk, native, `remove`, stateless, managed")
    void aDeletionIsNotForged() {
        assertThatThrownBy(() -> inA(em -> em.persist(new DeletionRecord(
                        dev.tenantsafety.id.DeletionId.create(),
                        "nobody",
                        null,
                        java.time.Instant.now(),
                        "all",
                        "Item 1"))))
                .satisfies(thrown -> assertThat(root(thrown)).isInstanceOf(ForeignRowException.class));
    }

    @Test
    void aNewRowIsChangedBeforeItIsWritten() {
        inA(em -> {
            Item item = item(20);
            em.persist(item);
            item.name = "changed";
            Item merged = em.merge(item(21));
            merged.name = "changed";
        });
        assertThat(world.count("Item where name = 'changed' and tenant = '" + a.uuid() + "'"))
                .isEqualTo(2);
    }

    @Test
    @Shows(value = "a copy without its owner that is merged (a JSON body)", in = Shows.PROTECTED)
    void aCopyWithoutItsOwnerIsMerged() {
        inA(em -> {
            Item fromJson = item(1);
            fromJson.name = "renamed";
            em.merge(fromJson);
        });
        inA(em -> {
            assertThat(em.find(Item.class, 1L).name).isEqualTo("renamed");
            assertThat(em.find(Item.class, 1L).tenant).isEqualTo(a);
        });
    }

    @Test
    void theSameKeyIsAskedForOnce() {
        org.hibernate.stat.Statistics statistics =
                world.safe.unwrap(SessionFactory.class).getStatistics();
        statistics.setStatisticsEnabled(true);
        long[] plain = {0};
        inA(em -> {
            statistics.clear();
            for (int i = 0; i < 1000; i++) {
                em.persist(remark(em.getReference(Item.class, 1L), 100 + i));
            }
            em.flush();
            plain[0] = statistics.getPrepareStatementCount();
        });
        // one INSERT for each without batches, and one look for the item; Hibernate itself does not look
        assertThat(plain[0]).isBetween(1000L, 1003L);
    }

    @Test
    void whatManyRowsPointAtIsAskedForTogether() {
        inA(em -> {
            for (int i = 0; i < 300; i++) {
                Item item = item(1000 + i);
                em.persist(item);
                em.persist(part(item, 1000 + i));
            }
        });
        org.hibernate.stat.Statistics statistics =
                world.safe.unwrap(SessionFactory.class).getStatistics();
        statistics.setStatisticsEnabled(true);
        inA(em -> {
            List<Part> parts =
                    em.createQuery("from Part where id >= 1000", Part.class).getResultList();
            statistics.clear();
            parts.forEach(part -> part.name = "changed");
            em.flush();
            assertThat(statistics.getPrepareStatementCount()).isBetween(300L, 302L);
        });
    }
}
