package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.LockModeType;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.SecondaryTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.cfg.Configuration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.ScrollPosition;
import org.springframework.data.domain.Sort;
import org.springframework.data.domain.Window;
import org.springframework.data.jpa.repository.EntityGraph;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.support.JpaRepositoryFactory;
import org.springframework.data.jpa.repository.support.SimpleJpaRepository;

/** Locks, lists, batches and repositories: each program gives with us what it gives on Hibernate alone. */
@ParameterizedClass
@EnumSource(Database.class)
class OrdinaryWorkTest extends WorldTest {

    @Entity(name = "Shelf")
    static class Shelf implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @OneToMany
        @JoinColumn(name = "shelf_id")
        @OrderColumn(name = "place")
        List<Volume> inColumn = new ArrayList<>();

        @OneToMany(mappedBy = "shelf")
        @OrderColumn(name = "mapped_place")
        List<Volume> mapped = new ArrayList<>();

        @ManyToMany
        @JoinTable(name = "shelf_volume")
        @OrderColumn(name = "place")
        List<Volume> inTable = new ArrayList<>();

        @OneToMany(mappedBy = "shelf", cascade = CascadeType.ALL, orphanRemoval = true)
        List<Sign> signs = new ArrayList<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Volume")
    @SecondaryTable(name = "volume_extra")
    static class Volume implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @Column(table = "volume_extra")
        @Nullable
        String remark;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "mapped_shelf")
        @Nullable
        Shelf shelf;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Sign")
    static class Sign implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        @Nullable
        Shelf shelf;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Sheet")
    static class Sheet {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        protected Sheet() {}

        Sheet(long id, String name) {
            this.id = id;
            this.name = name;
        }
    }

    /** The same, as Hibernate alone knows owners. */
    @Entity(name = "PlainSheet")
    static class PlainSheet {
        @Id
        long id;

        @org.hibernate.annotations.TenantId
        @Nullable
        String tenant;

        String name = "";

        protected PlainSheet() {}

        PlainSheet(long id, String name) {
            this.id = id;
            this.name = name;
        }
    }

    interface Shelves extends JpaRepository<Shelf, Long> {

        @EntityGraph(attributePaths = "signs")
        Page<Shelf> findByNameStartingWith(String name, Pageable page);

        @EntityGraph(attributePaths = "signs")
        Optional<Shelf> findFirstByOrderByIdDesc();

        Window<Shelf> findFirst2ByNameStartingWith(String name, ScrollPosition position, Sort sort);
    }

    OrdinaryWorkTest(Database database) {
        super(new World(database, List.of(Shelf.class, Volume.class, Sign.class, Sheet.class), Map.of()));
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            List<Volume> volumes = LongStream.rangeClosed(1, 5)
                    .mapToObj(OrdinaryWorkTest::volume)
                    .toList();
            volumes.forEach(em::persist);
            for (long id = 1; id <= 5; id++) {
                Shelf shelf = new Shelf();
                shelf.id = id;
                shelf.name = "s" + id;
                for (long i = 1; i <= 3; i++) {
                    Sign sign = new Sign();
                    sign.id = 10 * id + i;
                    sign.shelf = shelf;
                    shelf.signs.add(sign);
                }
                if (id == 1) {
                    for (Volume volume : volumes.subList(0, 3)) {
                        shelf.inColumn.add(volume);
                        shelf.inTable.add(volume);
                        shelf.mapped.add(volume);
                        volume.shelf = shelf;
                    }
                }
                em.persist(shelf);
            }
            for (long id = 1; id <= 100; id++) {
                em.persist(new Sheet(id, "x"));
            }
        });
    }

    private static Volume volume(long id) {
        Volume volume = new Volume();
        volume.id = id;
        volume.name = "v" + id;
        volume.remark = id == 1 ? "first" : null;
        return volume;
    }

    /** Gives the same on Hibernate alone and with us. */
    private void same(Function<EntityManager, Object> program, Object expected) {
        assertThat(inTransaction(world.plain(), program))
                .as("on Hibernate alone")
                .isEqualTo(expected);
        assertThat(TenantScope.of(a).call(() -> inTransaction(world.safe, program)))
                .isEqualTo(expected);
    }

    private static Object inTransaction(EntityManagerFactory factory, Function<EntityManager, Object> program) {
        return World.transaction(factory, em -> {
            Object result = program.apply(em);
            em.getTransaction().setRollbackOnly();
            return result;
        });
    }

    private static void written(EntityManager em) {
        em.flush();
        em.clear();
    }

    @Test
    void aLockOfARowWithASecondaryTable() {
        same(em -> String.valueOf(em.find(Volume.class, 1L, LockModeType.PESSIMISTIC_WRITE).remark), "first");
        same(
                em -> {
                    Volume volume = em.find(Volume.class, 1L);
                    em.lock(volume, LockModeType.PESSIMISTIC_WRITE);
                    em.refresh(volume, LockModeType.PESSIMISTIC_WRITE);
                    volume.remark = "now";
                    written(em);
                    return String.valueOf(em.find(Volume.class, 1L).remark);
                },
                "now");
    }

    @Test
    void aChildIsRemovedFromBothSides() {
        for (boolean isListFirst : List.of(true, false)) {
            same(
                    em -> {
                        Shelf shelf = em.find(Shelf.class, 1L);
                        Sign sign = em.find(Sign.class, 11L);
                        if (isListFirst) {
                            shelf.signs.remove(sign);
                        }
                        sign.shelf = null;
                        if (!isListFirst) {
                            shelf.signs.remove(sign);
                        }
                        written(em);
                        return em.find(Shelf.class, 1L).signs.size() + " " + em.find(Sign.class, 11L);
                    },
                    "2 null");
        }
    }

    @Test
    void orderedLists() {
        for (Function<Shelf, List<Volume>> list : List.<Function<Shelf, List<Volume>>>of(
                shelf -> shelf.inColumn, shelf -> shelf.inTable, shelf -> shelf.mapped)) {
            same(em -> changed(em, list, volumes -> volumes.add(em.find(Volume.class, 4L))), List.of(1L, 2L, 3L, 4L));
            same(
                    em -> changed(em, list, volumes -> {
                        volumes.add(0, em.find(Volume.class, 4L));
                        volumes.add(2, em.find(Volume.class, 5L));
                        return true;
                    }),
                    List.of(4L, 1L, 5L, 2L, 3L));
            same(em -> changed(em, list, volumes -> volumes.add(volumes.remove(0))), List.of(2L, 3L, 1L));
            same(
                    em -> changed(em, list, volumes -> {
                        Volume removed = volumes.remove(0);
                        removed.shelf = null;
                        return true;
                    }),
                    List.of(2L, 3L));
        }
    }

    private static Object changed(
            EntityManager em, Function<Shelf, List<Volume>> list, Predicate<List<Volume>> change) {
        Shelf shelf = em.find(Shelf.class, 1L);
        assertThat(change.test(list.apply(shelf))).isTrue();
        list.apply(shelf).forEach(volume -> volume.shelf = shelf);
        written(em);
        return list.apply(em.find(Shelf.class, 1L)).stream()
                .map(volume -> volume.id)
                .toList();
    }

    @Test
    void batchesOfAStatelessSession() {
        for (int size : List.of(1, 7, 50)) {
            sameStateless(
                    session -> {
                        session.setJdbcBatchSize(size);
                        List<Sheet> made = LongStream.range(1_000, 1_100)
                                .mapToObj(id -> new Sheet(id, "made"))
                                .toList();
                        made.forEach(sheet -> sheet.tenant = a);
                        session.insertMultiple(made);
                        made.forEach(sheet -> sheet.name = "changed");
                        session.updateMultiple(made);
                        List<Sheet> old = session.createSelectionQuery("from Sheet where id <= 100", Sheet.class)
                                .list();
                        session.deleteMultiple(old.subList(0, 40));
                        old.subList(40, 100).forEach(sheet -> sheet.name = "upserted");
                        session.upsertMultiple(old.subList(40, 100));
                        session.upsertMultiple(
                                List.of(owned(new Sheet(2_000, "new")), owned(new Sheet(2_000, "again"))));
                        return session.createSelectionQuery(
                                        "select concat(name, count(*)) from Sheet group by name order by name",
                                        String.class)
                                .list();
                    },
                    List.of("again1", "changed100", "upserted60"));
            sameStateless(
                    session -> {
                        session.setJdbcBatchSize(size);
                        List<Volume> volumes = session.createSelectionQuery("from Volume order by id", Volume.class)
                                .list();
                        volumes.forEach(volume -> volume.remark = volume.id < 3 ? "new" : null);
                        session.updateMultiple(volumes);
                        return session.createSelectionQuery(
                                        "select count(*) from Volume where remark = 'new'", Long.class)
                                .getSingleResult();
                    },
                    2L);
        }
    }

    private Sheet owned(Sheet sheet) {
        sheet.tenant = a;
        return sheet;
    }

    private void sameStateless(Function<StatelessSession, Object> program, Object expected) {
        assertThat(stateless(world.plain(), program)).as("on Hibernate alone").isEqualTo(expected);
        assertThat(TenantScope.of(a).call(() -> stateless(world.safe, program))).isEqualTo(expected);
    }

    private static Object stateless(EntityManagerFactory factory, Function<StatelessSession, Object> program) {
        try (StatelessSession session = factory.unwrap(SessionFactory.class).openStatelessSession()) {
            session.beginTransaction();
            Object result = program.apply(session);
            session.getTransaction().rollback();
            return result;
        }
    }

    @Test
    void aCopyWithoutItsOwnerIsSaved() {
        for (boolean isMerge : List.of(true, false)) {
            String name = "copy " + isMerge;
            inA(em -> {
                Sheet copy = new Sheet(1, name);
                Sheet saved =
                        isMerge ? em.merge(copy) : new SimpleJpaRepository<Sheet, Long>(Sheet.class, em).save(copy);
                em.flush();
                assertThat(saved.tenant).isEqualTo(a);
            });
            assertThat(world.count("Sheet where id = 1 and name = '" + name + "' and tenant = '" + a.uuid() + "'"))
                    .isEqualTo(1);
        }
    }

    /** What is above is what Hibernate does with its own annotation. */
    @Test
    void aCopyWithoutItsOwnerIsSavedByHibernateAlone() {
        Configuration configuration = new Configuration().addAnnotatedClass(PlainSheet.class);
        configuration.getProperties().put("hibernate.connection.datasource", world.source());
        configuration.getProperties().put("hibernate.hbm2ddl.auto", "create-drop");
        configuration.getProperties().put("tenant-safety.enabled", "false");
        try (SessionFactory factory = configuration.buildSessionFactory()) {
            for (String name : List.of("first", "copy")) {
                try (Session session =
                        factory.withOptions().tenantIdentifier((Object) "A").openSession()) {
                    session.beginTransaction();
                    session.merge(new PlainSheet(1, name));
                    session.getTransaction().commit();
                }
            }
            assertThat(world.rows("select name, tenant from PlainSheet")).containsExactly("copy | A | ");
        }
    }

    private static Shelves shelves(EntityManager em) {
        return new JpaRepositoryFactory(em).getRepository(Shelves.class);
    }

    @Test
    void pagesOfARepositoryWithAnEntityGraph() {
        same(
                em -> {
                    Page<Shelf> page = shelves(em).findByNameStartingWith("s", PageRequest.of(1, 2, Sort.by("name")));
                    return page.getTotalElements() + " " + signs(page.getContent());
                },
                "5 [s3 3, s4 3]");
        same(em -> signs(shelves(em).findFirstByOrderByIdDesc().stream().toList()), "[s5 3]");
    }

    private static String signs(List<Shelf> shelves) {
        return shelves.stream()
                .map(shelf -> shelf.name + " " + shelf.signs.size())
                .toList()
                .toString();
    }

    @Test
    void windowsByKeyOfARepository() {
        same(
                em -> {
                    List<String> names = new ArrayList<>();
                    ScrollPosition position = ScrollPosition.keyset();
                    Window<Shelf> window;
                    do {
                        window = shelves(em).findFirst2ByNameStartingWith("s", position, Sort.by("name"));
                        window.forEach(shelf -> names.add(shelf.name));
                        position = window.positionAt(window.size() - 1);
                    } while (window.hasNext());
                    return names;
                },
                List.of("s1", "s2", "s3", "s4", "s5"));
    }
}
