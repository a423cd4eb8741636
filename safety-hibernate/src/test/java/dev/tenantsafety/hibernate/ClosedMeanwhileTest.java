package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Version;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.hibernate.StatelessSession;
import org.hibernate.annotations.SQLRestriction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a session holds of a site that is closed meanwhile, and rows whose owner cannot be seen. */
@ParameterizedClass
@EnumSource(Database.class)
class ClosedMeanwhileTest extends WorldTest {

    /** A site. */
    @Entity(name = "Shop")
    static class Shop implements SoftDeletable {
        @Id
        SiteId id = SiteId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Box")
    static class Box {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        @Version
        int version;

        String name = "";

        @ElementCollection
        Set<String> words = new HashSet<>();

        void named(String given) {
            name = given;
        }

        void say(String word) {
            words.add(word);
        }
    }

    @Entity(name = "Kid")
    @OwnedThrough("box")
    static class Kid {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Box box;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Owned owned;

        String name = "";

        Kid() {}

        Kid(long id, @Nullable Box box, @Nullable Owned owned) {
            this.id = id;
            this.box = box;
            this.owned = owned;
        }

        void named(String given) {
            name = given;
        }

        void moveTo(Box to) {
            box = to;
            name = "moved";
        }
    }

    /** Of the tenant, and points at what is in its sites. */
    @Entity(name = "Owned")
    static class Owned {
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
        Till till;

        void pointAt(@Nullable Box to) {
            box = to;
        }

        void pointAt(Till to) {
            till = to;
        }
    }

    /** Of a site alone. */
    @Entity(name = "Till")
    static class Till {
        @Id
        long id;

        @OwnedBy
        @Nullable
        SiteId site;
    }

    @Entity(name = "Archived")
    @SQLRestriction("gone = 0")
    static class Archived {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        int gone;
    }

    @Entity(name = "Under")
    @OwnedThrough("archived")
    static class Under {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Archived archived;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Owned owned;
    }

    /** Protected. */
    @Entity(name = "Note")
    static class Note implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        @Embedded
        @Nullable
        Tombstone tombstone;

        Note() {}

        Note(long id) {
            this.id = id;
        }
    }

    /** Protected, with a key that programs give. */
    @Entity(name = "Page")
    static class Page implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    private final SiteId first = SiteId.create();
    private final SiteId second = SiteId.create();
    private final SiteId theirs = SiteId.create();

    ClosedMeanwhileTest(Database database) {
        super(new World(
                database,
                List.of(
                        Shop.class,
                        Box.class,
                        Kid.class,
                        Owned.class,
                        Till.class,
                        Archived.class,
                        Under.class,
                        Page.class,
                        Note.class),
                Map.of()));
    }

    @BeforeEach
    void rows() {
        int number = 0;
        for (SiteId site : List.of(first, second, theirs)) {
            long id = ++number;
            TenantId owner = site.equals(theirs) ? b : a;
            world.in(owner, em -> {
                Shop shop = new Shop();
                shop.id = site;
                em.persist(shop);
                Owned owned = new Owned();
                owned.id = id;
                em.persist(owned);
                Archived archived = new Archived();
                archived.id = id;
                archived.gone = 1;
                em.persist(archived);
            });
            TenantScope.of(owner)
                    .narrow(site)
                    .run(() -> world.without(em -> {
                        Box box = new Box();
                        box.id = id;
                        em.persist(box);
                        em.persist(new Kid(id, box, null));
                        Till till = new Till();
                        till.id = id;
                        em.persist(till);
                    }));
        }
    }

    private void close(TenantId owner, SiteId site) {
        Thread other = new Thread(() -> world.in(owner, em -> em.remove(em.find(Shop.class, site))));
        other.start();
        try {
            other.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> state() {
        List<String> all = world.rows("select * from Box");
        all.addAll(world.rows("select * from Kid"));
        all.addAll(world.rows("select * from Box_words"));
        all.addAll(world.rows("select id, box_id from Owned"));
        return all;
    }

    /** One session, two transactions, with or without a scope of its own for each. */
    private void isRefused(Consumer<EntityManager> work) {
        List<String> before = state();
        try (EntityManager em = world.safe.createEntityManager()) {
            TenantScope.of(a).run(() -> {
                em.getTransaction().begin();
                em.find(Box.class, 1L);
                em.find(Kid.class, 1L);
                em.getTransaction().commit();
            });
            close(a, first);
            assertThatThrownBy(() -> TenantScope.of(a).run(() -> {
                        em.getTransaction().begin();
                        work.accept(em);
                        em.flush();
                        em.getTransaction().commit();
                    }))
                    .isInstanceOf(TenantSafetyException.class);
            if (em.getTransaction().isActive()) {
                em.getTransaction().rollback();
            }
        }
        assertThat(state()).isEqualTo(before);
        world.sql("update Shop set deleted_at = null, deleted_by = null, deletion_id = null");
    }

    private static Box box(EntityManager em) {
        return Objects.requireNonNull(em.find(Box.class, 1L));
    }

    @Test
    @Shows("what a session holds of a site that is closed meanwhile, in its next transaction")
    void nothingOfAClosedSiteIsWritten() {
        isRefused(em -> box(em).named("changed"));
        isRefused(em -> box(em).say("added"));
        isRefused(em -> Objects.requireNonNull(em.find(Kid.class, 1L)).named("changed"));
        isRefused(em -> em.remove(em.find(Kid.class, 1L)));
        isRefused(em -> em.persist(new Kid(9, box(em), null)));
        isRefused(em -> em.lock(box(em), LockModeType.PESSIMISTIC_FORCE_INCREMENT));
        isRefused(em -> Objects.requireNonNull(em.find(Owned.class, 1L)).pointAt(box(em)));
    }

    @Test
    @Shows("what a session holds of a site that is closed meanwhile, in its next transaction")
    void norIsOneEnteredAgain() {
        TenantScope.of(a).narrow(first).run(() -> {
            try (EntityManager em = world.safe.createEntityManager()) {
                em.getTransaction().begin();
                box(em);
                em.getTransaction().commit();
                close(a, first);
                em.getTransaction().begin();
                for (int i = 0; i < 2; i++) { // the second time by who caught the first
                    assertThatThrownBy(
                                    () -> em.createQuery("from Box", Box.class).getResultList())
                            .isInstanceOf(MarkedException.class)
                            .hasMessageContaining("cannot be entered");
                }
                em.getTransaction().rollback();
            }
        });
    }

    /** In work across tenants, too. */
    @Test
    void norIsAnythingPutThere() {
        close(b, theirs);
        Consumer<EntityManager> alone = em -> em.persist(new Kid(9, em.getReference(Box.class, 3L), null));
        Consumer<EntityManager> ofA =
                em -> em.persist(new Kid(9, em.getReference(Box.class, 3L), em.find(Owned.class, 1L)));
        for (Consumer<EntityManager> work : List.of(alone, ofA)) {
            assertThatThrownBy(() -> CrossTenant.write("a test")
                            .run(() -> world.without(em -> {
                                work.accept(em);
                                em.flush();
                            })))
                    .isInstanceOf(TenantSafetyException.class);
        }
        Box box = new Box();
        box.id = 3;
        for (Consumer<StatelessSession> write : List.<Consumer<StatelessSession>>of(
                session -> session.insert(new Kid(9, box, session.get(Owned.class, 1L))),
                session -> session.upsert(new Kid(9, box, session.get(Owned.class, 1L))))) {
            assertThatThrownBy(() -> CrossTenant.write("a test").run(() -> World.stateless(world.safe, write)))
                    .isInstanceOf(TenantSafetyException.class);
        }
        assertThat(world.count("Kid")).isEqualTo(3);
    }

    /** A restriction hides who owns the row above. */
    @Test
    void whatIsOwnedByNobodyKnowsWhom() {
        assertThatThrownBy(() -> CrossTenant.write("a test")
                        .run(() -> world.without(em -> {
                            Under under = new Under();
                            under.archived = em.getReference(Archived.class, 3L);
                            under.owned = em.find(Owned.class, 1L);
                            em.persist(under);
                            em.flush();
                        })))
                .isInstanceOf(ForeignRowException.class)
                .hasMessageContaining("Archived 3");
        assertThat(world.count("Under")).isZero();
    }

    /** One says its tenant, the other its site, whose row says the tenant. */
    @Test
    void whatSaysItsSiteAloneIsItsTenants() {
        assertThatThrownBy(() -> CrossTenant.write("a test")
                        .run(() -> world.without(em -> {
                            Objects.requireNonNull(em.find(Owned.class, 1L)).pointAt(em.find(Till.class, 3L));
                            em.flush();
                        })))
                .isInstanceOf(ForeignRowException.class)
                .hasMessageContaining(
                        "Till 3 is what Owned 1.till would point at, but belongs to " + b + ", and the row to " + a);
        world.across(em -> Objects.requireNonNull(em.find(Owned.class, 1L)).pointAt(em.find(Till.class, 1L)));
        assertThat(world.rows("select till_id from Owned where id = 1")).containsExactly("1 | ");
    }

    @Test
    @Shows("a row whose path would lead to another owner, also to another site of the same tenant")
    void aRowDoesNotChangeItsSite() {
        Consumer<EntityManager> managed = em -> {
            Objects.requireNonNull(em.find(Kid.class, 1L)).moveTo(em.getReference(Box.class, 2L));
            em.flush();
        };
        Consumer<EntityManager> stateless = em -> World.stateless(world.safe, session -> {
            Kid kid = session.get(Kid.class, 1L);
            kid.moveTo(session.get(Box.class, 2L));
            session.update(kid);
        });
        for (Consumer<EntityManager> move : List.of(managed, stateless)) {
            assertThatThrownBy(() -> inA(move))
                    .isInstanceOf(ForeignRowException.class)
                    .hasMessageContaining("Kid 1 belongs to " + first + ", and an update would hand it to " + second);
        }
        assertThat(world.rows("select box_id from Kid where id = 1")).containsExactly("1 | ");
        TenantScope.of(a)
                .narrow(first)
                .run(() -> world.without(em -> {
                    Box box = new Box();
                    box.id = 7;
                    em.persist(box);
                }));
        inA(em -> Objects.requireNonNull(em.find(Kid.class, 1L)).moveTo(em.getReference(Box.class, 7L)));
        assertThat(world.rows("select box_id from Kid where id = 1")).containsExactly("7 | ");
    }

    /** The row with that key is not theirs. */
    @Test
    void noRowOfAnotherOwnerTakesTheKeyOfARemovedOne() {
        inA(em -> {
            Page page = new Page();
            page.name = "of A";
            em.persist(page);
        });
        assertThatThrownBy(() -> world.across(em -> {
                    em.remove(em.find(Page.class, 0L));
                    Page page = new Page();
                    page.tenant = b;
                    page.name = "of B";
                    em.persist(page);
                    em.flush();
                }))
                .isInstanceOf(ForeignRowException.class)
                .hasMessageContaining("Page 0 belongs to " + a + ", and an update would hand it to " + b);
        assertThat(world.rows("select name from Page where deleted_at is null")).containsExactly("of A | ");
    }

    @Test
    void norDoesAnythingComeBackThere() {
        TenantScope.of(a).narrow(first).run(() -> world.without(em -> em.persist(new Note(1))));
        DeletionId deletion =
                world.get(a, em -> Deletions.of(em).because("a test", () -> em.remove(em.find(Note.class, 1L))));
        DeletionId closed =
                world.get(a, em -> Deletions.of(em).because("a test", () -> em.remove(em.find(Shop.class, first))));
        assertThatThrownBy(() -> inA(em -> Deletions.of(em).undo(deletion)))
                .isInstanceOf(UndoRefusedException.class)
                .hasMessageContaining("Note 1 belongs to Shop " + first + ", which was deleted by " + closed
                        + ". Undo that deletion first.");
        assertThat(world.count("Note where deleted_at is not null")).isOne();
        inA(em -> Deletions.of(em).undo(closed));
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(world.count("Note where deleted_at is null")).isOne();
    }

    /** It has taken its owner from the scope by then. */
    @Test
    void aNewOneThatSaysItsOwnerTakesTheKeyOfOneThatIsNotInsertedYet() {
        inA(em -> {
            Page page = new Page();
            em.persist(page);
            em.remove(page);
            Page next = new Page();
            next.tenant = a;
            next.name = "next";
            em.persist(next);
        });
        assertThat(world.rows("select name from Page where deleted_at is null")).containsExactly("next | ");
    }
}
