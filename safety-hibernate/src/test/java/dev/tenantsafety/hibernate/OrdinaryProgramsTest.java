package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.hibernate.world.CommentId;
import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.hibernate.world.TicketId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityGraph;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinTable;
import jakarta.persistence.LockModeType;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.SecondaryTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.hibernate.StatelessSession;
import org.hibernate.query.KeyedPage;
import org.hibernate.query.Order;
import org.hibernate.query.Page;
import org.hibernate.query.SelectionQuery;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What Hibernate alone does, done with us in place: each program runs on both, and gives the same. */
@ParameterizedClass
@EnumSource(Database.class)
class OrdinaryProgramsTest extends WorldTest {

    OrdinaryProgramsTest(Database database) {
        super(new World(database, List.of(Book.class, Leaf.class, Cover.class, Tag.class), Map.of()));
    }

    @Entity(name = "Book")
    @SecondaryTable(name = "book_extra")
    static class Book implements SoftDeletable {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        int number;

        @Column(table = "book_extra")
        @Nullable
        String blurb;

        @OneToMany(mappedBy = "book", cascade = CascadeType.PERSIST)
        List<Leaf> pages = new ArrayList<>();

        @OneToOne(mappedBy = "book", fetch = FetchType.LAZY)
        @Nullable
        Cover cover;

        @ManyToMany
        @JoinTable(name = "book_tag")
        Set<Tag> tags = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "book_topic")
        List<Tag> topics = new ArrayList<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Leaf")
    static class Leaf implements SoftDeletable {
        @Id
        TicketId id = TicketId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Book book;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Cover")
    static class Cover implements SoftDeletable {
        @Id
        CommentId id = CommentId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToOne(fetch = FetchType.LAZY)
        @Nullable
        Book book;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Tag")
    static class Tag {
        @Id
        String name = "";

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    private final List<ProjectId> books = new ArrayList<>();

    @BeforeEach
    void rows() {
        inA(em -> {
            for (int i = 0; i < 5; i++) {
                Book book = new Book();
                book.number = i;
                for (int j = 0; j < 3; j++) {
                    Leaf page = new Leaf();
                    page.book = book;
                    book.pages.add(page);
                }
                em.persist(book);
                books.add(book.id);
            }
            for (String name : List.of("x", "y", "z")) {
                Tag tag = new Tag();
                tag.name = name;
                em.persist(tag);
            }
        });
    }

    /** On Hibernate alone first, then with us. */
    private void both(Consumer<EntityManager> program) {
        EntityManagerFactory plain = world.plain();
        World.transaction(plain, em -> {
            program.accept(em);
            em.getTransaction().setRollbackOnly();
            return true;
        });
        inA(program);
    }

    private void bothStateless(Consumer<StatelessSession> program) {
        World.stateless(world.plain(), program);
        TenantScope.of(a).run(() -> World.stateless(world.safe, program));
    }

    private static List<Integer> numbers(List<Book> found) {
        assertThat(found).allSatisfy(book -> assertThat(book.pages).hasSize(3));
        return found.stream().map(book -> book.number).toList();
    }

    @Test
    void aPageWithAFetchedCollection() {
        both(em -> assertThat(
                        numbers(em.createQuery("from Book b left join fetch b.pages order by b.number", Book.class)
                                .setFirstResult(1)
                                .setMaxResults(2)
                                .getResultList()))
                .containsExactly(1, 2));
        both(em -> assertThat(numbers(em.createQuery("from Book b join fetch b.pages order by b.number", Book.class)
                        .setMaxResults(2)
                        .getResultList()))
                .containsExactly(0, 1));
        both(em -> assertThat(em.createQuery("from Book b left join fetch b.tags order by b.number", Book.class)
                        .setMaxResults(2)
                        .getResultList())
                .hasSize(2));
        both(em -> assertThat(em.createQuery("from Leaf l join fetch l.book b join fetch b.pages", Leaf.class)
                        .setMaxResults(2)
                        .getResultList())
                .hasSize(2));
    }

    @Test
    void aPageWithAnEntityGraph() {
        both(em -> {
            EntityGraph<Book> graph = em.createEntityGraph(Book.class);
            graph.addAttributeNodes("pages");
            assertThat(numbers(em.createQuery("from Book b order by b.number", Book.class)
                            .setHint("jakarta.persistence.fetchgraph", graph)
                            .setMaxResults(1)
                            .getResultList()))
                    .containsExactly(0);
        });
    }

    @Test
    void aPageByKeyWithAFetchedCollection() {
        both(em -> {
            SelectionQuery<Book> query = em.unwrap(org.hibernate.Session.class)
                    .createSelectionQuery("from Book b left join fetch b.pages", Book.class);
            KeyedPage<Book> page = Page.first(2).keyedBy(Order.asc(Book.class, "number"));
            assertThat(query.getKeyedResultList(page).getResultList()).hasSize(2);
        });
    }

    @Test
    void aPageLeavesMarkedElementsOut() {
        inA(em -> em.remove(em.find(Book.class, books.get(0)).pages.get(0)));
        inA(em -> assertThat(em.createQuery("from Book b left join fetch b.pages order by b.number", Book.class)
                        .setMaxResults(1)
                        .getSingleResult()
                        .pages)
                .hasSize(2));
    }

    @Test
    @DisabledIfSystemProperty(
            named = "tests.enhanced",
            matches = "true",
            disabledReason = "a marked child is refused there in place of null: docs/hibernate.md, not covered")
    void aParentWithoutAChild() {
        both(em -> assertThat(em.find(Book.class, books.get(0)).cover).isNull());
        both(em -> {
            Cover cover = new Cover();
            cover.tenant = a;
            cover.book = em.getReference(Book.class, books.get(1));
            em.persist(cover);
            em.flush();
            em.clear();
            assertThat(em.find(Book.class, books.get(1)).cover).isNotNull();
        });
        both(em -> assertThat(em.createQuery("from Book b left join fetch b.cover", Book.class)
                        .getResultList())
                .hasSize(5));
        inA(em -> em.remove(Objects.requireNonNull(em.find(Book.class, books.get(1)).cover)));
        inA(em -> assertThat(em.find(Book.class, books.get(1)).cover).isNull());
    }

    @Test
    void aColumnOfASecondaryTable() {
        both(em -> em.find(Book.class, books.get(0)).blurb = "first");
        both(em -> {
            Book book = em.find(Book.class, books.get(1));
            book.blurb = "made";
            em.flush();
            book.blurb = "changed";
            em.flush();
            book.blurb = null;
            em.flush();
        });
        inA(em -> assertThat(em.find(Book.class, books.get(0)).blurb).isEqualTo("first"));
        assertThat(world.count("book_extra")).isEqualTo(1);
    }

    @Test
    void aLockWithAFetchedReference() {
        both(em -> assertThat(em.createQuery("from Leaf l left join fetch l.book where l.book.number = 1", Leaf.class)
                        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                        .getResultList())
                .hasSize(3));
    }

    @Test
    void aListOfLinks() {
        both(em -> em.find(Book.class, books.get(0)).topics.add(em.find(Tag.class, "x")));
        both(em -> {
            List<Tag> topics = em.find(Book.class, books.get(0)).topics;
            topics.clear();
            topics.add(em.find(Tag.class, "y"));
            em.flush();
            topics.add(em.find(Tag.class, "z"));
        });
        inA(em -> assertThat(em.find(Book.class, books.get(0)).topics)
                .extracting(tag -> tag.name)
                .containsExactlyInAnyOrder("y", "z"));
    }

    @Test
    @DisabledIfSystemProperty(named = "tests.enhanced", matches = "true", disabledReason = "Hibernate alone fails, too")
    void aStatelessSessionWritesLinks() {
        ProjectId[] made = new ProjectId[1];
        bothStateless(session -> {
            Tag tag = session.get(Tag.class, "x");
            Book book = new Book();
            book.tenant = a;
            book.tags.add(tag);
            session.insert(book);
            made[0] = book.id;
        });
        bothStateless(session -> {
            Book book = session.get(Book.class, made[0]);
            book.tags = new HashSet<>(List.of(session.get(Tag.class, "y"), session.get(Tag.class, "z")));
            session.update(book);
        });
        assertThat(world.count("book_tag")).isEqualTo(3);
        bothStateless(session -> {
            Book book = session.get(Book.class, made[0]);
            book.tags = new HashSet<>(List.of(session.get(Tag.class, "x")));
            session.upsert(book);
        });
        inA(em -> assertThat(em.find(Book.class, made[0]).tags)
                .extracting(tag -> tag.name)
                .containsExactly("x"));
    }
}
