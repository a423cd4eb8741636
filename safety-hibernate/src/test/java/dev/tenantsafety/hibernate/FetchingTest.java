package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.DeviceId;
import dev.tenantsafety.hibernate.world.Label;
import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.hibernate.world.TicketId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.NoTenantScopeException;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityNotFoundException;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hibernate.Hibernate;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.BatchSize;
import org.hibernate.annotations.Fetch;
import org.hibernate.annotations.FetchMode;
import org.hibernate.stat.Statistics;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that Hibernate loads several at a time; with and without a batch size for all. */
@ParameterizedClass
@ValueSource(strings = {"-1", "8"})
class FetchingTest extends WorldTest {

    private final Statistics statistics;
    private ProjectId shelf = ProjectId.create();
    private TicketId marked = TicketId.create();
    private TicketId alive = TicketId.create();
    private TicketId ofB = TicketId.create();

    FetchingTest(String batchSize) {
        super(new World(
                Database.H2,
                List.of(Shelf.class, Book.class, Box.class),
                Map.of("hibernate.default_batch_fetch_size", batchSize, "hibernate.generate_statistics", "true")));
        statistics = world.safe.unwrap(SessionFactory.class).getStatistics();
    }

    @Entity(name = "Shelf")
    @BatchSize(size = 5)
    static class Shelf implements SoftDeletable {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToMany(mappedBy = "shelf")
        @Fetch(FetchMode.SUBSELECT)
        List<Book> books = new ArrayList<>();

        @OneToMany(mappedBy = "shelf")
        @BatchSize(size = 5)
        List<Box> boxes = new ArrayList<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Book")
    static class Book implements SoftDeletable {
        @Id
        TicketId id = TicketId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Shelf shelf;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Box")
    static class Box implements SoftDeletable {
        @Id
        DeviceId id = DeviceId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Shelf shelf;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Ledger")
    static class Ledger {
        @Id
        ProjectId id = ProjectId.create();
    }

    /** Two shelves for each tenant, with two books and two boxes on each; one book and one box of A are marked. */
    @BeforeEach
    void rows() {
        inA(em -> {
            Shelf first = shelf(em);
            shelf = first.id;
            alive = book(em, first);
            marked = book(em, first);
            em.persist(box(first));
            Box gone = box(first);
            em.persist(gone);
            full(em);
            em.flush();
            em.remove(em.find(Book.class, marked));
            em.remove(gone);
        });
        world.in(b, em -> {
            full(em);
            ofB = book(em, full(em));
        });
        statistics.clear();
    }

    private static Shelf shelf(EntityManager em) {
        Shelf shelf = new Shelf();
        em.persist(shelf);
        return shelf;
    }

    private static TicketId book(EntityManager em, Shelf shelf) {
        Book book = new Book();
        book.shelf = shelf;
        em.persist(book);
        return book.id;
    }

    private static Box box(Shelf shelf) {
        Box box = new Box();
        box.shelf = shelf;
        return box;
    }

    private static Shelf full(EntityManager em) {
        Shelf shelf = shelf(em);
        book(em, shelf);
        book(em, shelf);
        em.persist(box(shelf));
        em.persist(box(shelf));
        return shelf;
    }

    private static List<Shelf> shelves(EntityManager em) {
        return em.createQuery("from Shelf", Shelf.class).getResultList();
    }

    @Test
    void collectionsInABatch() {
        inA(em -> {
            assertThat(shelves(em)).extracting(s -> s.boxes.size()).containsExactlyInAnyOrder(1, 2);
            assertThat(statistics.getPrepareStatementCount()).isEqualTo(2);
        });
    }

    @Test
    void collectionsBySubselect() {
        inA(em -> {
            assertThat(shelves(em)).extracting(s -> s.books.size()).containsExactlyInAnyOrder(1, 2);
            assertThat(statistics.getPrepareStatementCount()).isEqualTo(2);
        });
    }

    @Test
    void collectionsByJoin() {
        inA(em -> {
            assertThat(em.createQuery("from Shelf s join fetch s.books", Shelf.class)
                            .getResultList())
                    .extracting(s -> s.books.size())
                    .containsExactlyInAnyOrder(1, 2);
            assertThat(statistics.getPrepareStatementCount()).isEqualTo(1);
        });
    }

    @Test
    void referencesInABatch() {
        inA(em -> {
            List<Book> books = em.createQuery("from Book", Book.class).getResultList();
            assertThat(books).hasSize(3);
            books.forEach(book -> Hibernate.initialize(book.shelf));
            assertThat(books).allSatisfy(book -> assertThat(
                            ((Shelf) Hibernate.unproxy(Objects.requireNonNull(book.shelf))).tenant)
                    .isEqualTo(a));
            assertThat(statistics.getPrepareStatementCount()).isEqualTo(2);
        });
    }

    @Test
    void aMarkedRowInABatchOfReferencesIsNotThere() {
        // A mark is refused while books stand there; one that was made elsewhere is not.
        world.sql(
                "update shelf set deleted_at = now(), deleted_by = 'past us', deletion_id = random_uuid() where id = '"
                        + shelf.uuid() + "'");
        inA(em -> {
            Book book = em.find(Book.class, alive);
            List<Book> all = em.createQuery("from Book", Book.class).getResultList();
            Book other = all.stream().filter(each -> each != book).findFirst().orElseThrow();
            Hibernate.initialize(other.shelf);
            assertThatThrownBy(() -> Hibernate.initialize(book.shelf)).isInstanceOf(EntityNotFoundException.class);
        });
        assertThat(world.rows("select shelf_id from book")).doesNotContain("null | ");
    }

    @Test
    void rowsByTheirIds() {
        inA(em -> {
            List<Book> found = em.unwrap(Session.class).findMultiple(Book.class, List.of(alive, marked, ofB));
            assertThat(found).hasSize(3);
            assertThat(found.get(0).id).isEqualTo(alive);
            assertThat(found.get(1)).isNull();
            assertThat(found.get(2)).isNull();
            assertThat(statistics.getPrepareStatementCount()).isEqualTo(1);
        });
    }

    @Test
    void rowsByTheirIdsWhenSomeAreInTheSession() {
        inA(em -> {
            Book managed = em.find(Book.class, alive);
            em.remove(managed);
            // Hibernate asks nobody about what it has in the session
            assertThat(em.unwrap(Session.class).findMultiple(Book.class, List.of(alive, ofB)))
                    .containsExactly(null, null);
            assertThat(em.find(Book.class, alive)).isNull();
        });
    }

    @Test
    void aFactoryWithoutUsDoesNotDisturbOneWithUs() {
        try (World other = new World(Database.H2, List.of(Ledger.class), Map.of("tenant-safety.enabled", "false"))) {
            other.without(em -> em.persist(new Ledger()));
            inA(em -> {
                other.without(theirs -> assertThat(count(theirs, "Ledger")).isEqualTo(1));
                assertThat(count(em, "Book")).isEqualTo(3);
            });
            other.without(theirs -> theirs.remove(
                    theirs.createQuery("from Ledger", Ledger.class).getSingleResult()));
            assertThat(other.count("ledger")).isZero();
        }
        world.without(em -> assertThatThrownBy(() -> count(em, "Book")).isInstanceOf(NoTenantScopeException.class));
        inA(em -> assertThatThrownBy(() -> em.createQuery("delete from Book").executeUpdate())
                .isInstanceOf(HardDeleteRefusedException.class));
    }

    @Test
    void twoFactoriesWithUsKeepTheirOwnMarks() {
        try (World other = new World(Database.H2, List.of(Label.class), Map.of())) {
            other.in(a, em -> em.persist(new Label("urgent")));
            inA(em -> {
                em.remove(em.find(Book.class, alive));
                other.in(a, theirs -> {
                    theirs.remove(theirs.createQuery("from Label", Label.class).getSingleResult());
                    assertThat(count(theirs, "Label")).isZero();
                });
            });
            assertThat(other.rows("select marked from tenant_safety_deletion")).containsExactly("Label 1 | ");
            assertThat(world.rows("select marked from tenant_safety_deletion"))
                    .containsExactlyInAnyOrder("Book 1 | ", "Book 1, Box 1 | ");
        }
        inA(em -> assertThat(count(em, "Book")).isEqualTo(2));
    }
}
