package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Basic;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.hibernate.annotations.LazyGroup;
import org.hibernate.engine.spi.PersistentAttributeInterceptable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What links and references lead to rows of a site that is closed, and undos that fail in the middle. */
@ParameterizedClass
@EnumSource(Database.class)
class KeptWhileClosedTest extends WorldTest {

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

    @Entity(name = "Doc")
    static class Doc implements SoftDeletable {
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
    }

    /** Of the tenant. */
    @Entity(name = "Board")
    static class Board {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToMany
        @JoinTable(name = "board_docs")
        Set<Doc> docs = new HashSet<>();

        void link(Doc doc) {
            docs.add(doc);
        }

        void replace() {
            docs = new HashSet<>(docs);
        }

        void replaceUnread() {
            docs = new HashSet<>();
        }

        void clear() {
            docs.clear();
        }
    }

    @Entity(name = "Catalog")
    @Shared("for all")
    static class Catalog {
        @Id
        long id;

        @ManyToMany
        @JoinTable(name = "catalog_docs")
        Set<Doc> docs = new HashSet<>();

        void link(Doc doc) {
            docs.add(doc);
        }

        void replace() {
            docs = new HashSet<>(docs);
        }
    }

    /** Of a site, or of the tenant. */
    @Entity(name = "Page")
    static class Page {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Doc doc;

        @ElementCollection
        Map<Doc, Integer> counted = new HashMap<>();

        void count(Doc of) {
            counted.put(of, 1);
        }

        Map<Doc, Integer> counted() {
            return counted;
        }

        void cut() {
            doc = null;
        }
    }

    @Entity(name = "Letter")
    static class Letter implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @Basic(fetch = FetchType.LAZY)
        @LazyGroup("text")
        @Nullable
        String text = "written";

        @Embedded
        @Nullable
        Tombstone tombstone;

        void tear() {
            text = null;
        }

        void named(String given) {
            name = given;
        }
    }

    private final SiteId first = SiteId.create();
    private final SiteId second = SiteId.create();

    KeptWhileClosedTest(Database database) {
        super(new World(
                database,
                List.of(Shop.class, Doc.class, Board.class, Catalog.class, Page.class, Letter.class),
                Map.of()));
    }

    @BeforeEach
    void rows() {
        world.across(em -> em.persist(new Catalog()));
        inA(em -> {
            Board board = new Board();
            em.persist(board);
            for (SiteId site : List.of(first, second)) {
                Shop shop = new Shop();
                shop.id = site;
                em.persist(shop);
                Doc doc = new Doc();
                doc.id = site.equals(first) ? 1 : 2;
                doc.site = site;
                em.persist(doc);
                board.link(doc);
                em.find(Catalog.class, 0L).link(doc);
            }
            Page page = new Page();
            page.id = 1;
            page.site = first;
            page.doc = em.find(Doc.class, 2L);
            em.persist(page);
        });
    }

    private DeletionId close(SiteId site) {
        return world.get(a, em -> Deletions.of(em).because("a test", () -> em.remove(em.find(Shop.class, site))));
    }

    private static Board board(EntityManager em) {
        return Objects.requireNonNull(em.find(Board.class, 0L));
    }

    /** It comes back with the site. */
    @Test
    @Shows("a collection that is replaced, or whose entity is removed, while it has elements of others")
    void linksToRowsOfAClosedSiteAreNotReplaced() {
        DeletionId closed = close(first);
        Runnable across = () -> CrossTenant.write("a test")
                .run(() -> world.without(em -> {
                    Objects.requireNonNull(em.find(Catalog.class, 0L)).replace();
                    em.flush();
                }));
        List<Consumer<EntityManager>> ways = List.of(
                em -> board(em).replace(),
                em -> board(em).replaceUnread(),
                em -> Objects.requireNonNull(em.find(Catalog.class, 0L)).replace(),
                em -> em.remove(board(em)));
        for (Consumer<EntityManager> way : ways) {
            assertThatThrownBy(() -> inA(em -> {
                        way.accept(em);
                        em.flush();
                    }))
                    .isInstanceOf(ForeignRowException.class);
        }
        assertThatThrownBy(across::run).isInstanceOf(ForeignRowException.class);
        inA(em -> board(em).clear());
        inA(em -> Deletions.of(em).undo(closed));
        assertThat(world.rows("select docs_id from board_docs")).containsExactly("1 | ");
        assertThat(world.count("catalog_docs")).isEqualTo(2);
        inA(em -> board(em).replace());
        assertThat(world.count("board_docs")).isOne();
    }

    /** Keys that are rows are in no place that could be left empty. */
    @Test
    void keysAreOfTheSameSiteAndHiddenWithIt() {
        assertThatThrownBy(() -> inA(em -> {
                    Page page = new Page();
                    page.id = 2;
                    page.count(em.find(Doc.class, 1L));
                    em.persist(page);
                    em.flush();
                }))
                .isInstanceOf(ForeignRowException.class)
                .hasMessageContaining("Doc 1 is what Page 2.counted would point at, but belongs to " + first
                        + ", and the row to no site");
        inA(em -> {
            Page page = new Page();
            page.id = 2;
            em.persist(page);
        });
        world.sql("insert into Page_counted (Page_id, counted_KEY, counted) values (2, 1, 1), (2, 2, 1)");
        DeletionId closed = close(first);
        inA(em -> {
            Page page = Objects.requireNonNull(em.find(Page.class, 2L));
            assertThat(page.counted()).hasSize(1);
            page.counted().clear();
        });
        inA(em -> Deletions.of(em).undo(closed));
        assertThat(world.rows("select counted_KEY from Page_counted")).containsExactly("1 | ");
    }

    /** Its getter cannot be asked there. */
    @Test
    void aSiteDoesNotCutWhatItDoesNotSee() {
        List<Consumer<EntityManager>> ways = List.of(
                em -> Objects.requireNonNull(em.find(Page.class, 1L)).cut(),
                em -> {
                    Page copy = new Page();
                    copy.id = 1;
                    em.merge(copy);
                },
                em -> em.createQuery("update Page set doc = null").executeUpdate());
        for (Consumer<EntityManager> way : ways) {
            Throwable thrown = catchThrowable(() -> TenantScope.of(a)
                    .narrow(first)
                    .run(() -> world.without(em -> {
                        way.accept(em);
                        em.flush();
                    })));
            boolean isMerge = ways.indexOf(way) == 1; // of an enhanced copy, which writes what it has been given
            if (!isMerge || !PersistentAttributeInterceptable.class.isAssignableFrom(Page.class)) {
                assertThat(thrown).isInstanceOf(ForeignRowException.class);
            }
            assertThat(world.rows("select doc_id from Page where id = 1")).containsExactly("2 | ");
        }
        inA(em -> Objects.requireNonNull(em.find(Page.class, 1L)).cut());
        assertThat(world.rows("select doc_id from Page where id = 1")).containsExactly("null | ");
    }

    /** The commit of what cannot be committed fails, or rolls back, as the transactions of a program are. */
    private static void attempt(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            assertThat(e).isNotNull();
        }
    }

    /** Who catches the error to show it does not commit a half. */
    @Test
    void anUndoThatFailsInTheMiddleIsNotCommitted() {
        inA(em -> em.persist(new Letter()));
        DeletionId deletion = world.get(a, em -> Deletions.of(em).because("a test", () -> {
            em.remove(em.find(Doc.class, 1L));
            em.remove(em.find(Letter.class, 0L));
            em.remove(em.find(Shop.class, second));
        }));
        for (String table : List.of("Doc", "Letter", "Shop")) {
            world.sql("alter table " + table + " add constraint stays check (deleted_at is not null or "
                    + (table.equals("Letter")
                            ? "name = 'x'"
                            : table.equals("Doc") ? "id > 1" : "id <> '" + second.uuid() + "'")
                    + ")");
            attempt(() ->
                    inA(em -> assertThat(catchThrowable(() -> Deletions.of(em).undo(deletion)))
                            .as(table)
                            .isNotNull()));
            world.sql("alter table " + table + " drop constraint stays");
            for (String kept :
                    List.of("Doc where id = 1 and", "Letter where", "Shop where id = '" + second.uuid() + "' and")) {
                assertThat(world.count(kept + " deleted_at is not null"))
                        .as(kept)
                        .isOne();
            }
        }
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(world.count("Letter where deleted_at is null")).isOne();
    }

    @Test
    void aDeletionWhoseRecordFailsIsNotCommitted() {
        world.sql("alter table tenant_safety_deletion add constraint never check (reason <> 'fails')");
        attempt(() -> inA(em -> assertThat(catchThrowable(
                        () -> Deletions.of(em).because("fails", () -> em.remove(em.find(Doc.class, 1L)))))
                .isNotNull()));
        world.sql("alter table tenant_safety_deletion drop constraint never");
        assertThat(world.count("Doc where deleted_at is not null")).isZero();
    }

    /** What was set before it was read, and before the mark, is not what the row has. */
    @Test
    void aLazyAttributeIsReadAgainAfterAnUndo() {
        inA(em -> em.persist(new Letter()));
        TenantScope.of(a).run(() -> {
            try (EntityManager em = world.safe.createEntityManager()) {
                em.getTransaction().begin();
                Letter letter = Objects.requireNonNull(em.find(Letter.class, 0L));
                DeletionId deletion = Deletions.of(em).because("a test", () -> {
                    letter.tear();
                    em.remove(letter);
                });
                Deletions.of(em).undo(deletion);
                letter.named("again");
                em.getTransaction().commit();
            }
        });
        assertThat(world.rows("select name, text from Letter")).containsExactly("again | written | ");
    }
}
