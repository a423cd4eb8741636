package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapKeyColumn;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.hibernate.Hibernate;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The position or key of an element, which Hibernate writes from the inverse side too, is written in rows of the scope only. */
@ParameterizedClass
@EnumSource(Database.class)
class InverseIndexTest extends WorldTest {

    @Entity(name = "Shelf")
    static class Shelf {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToMany(mappedBy = "shelf")
        @OrderColumn(name = "position")
        List<Book> books = new ArrayList<>();

        @OneToMany(mappedBy = "shelf")
        @MapKeyColumn(name = "letter")
        Map<String, Volume> volumes = new HashMap<>();
    }

    @Entity(name = "Book")
    static class Book {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Shelf shelf;
    }

    @Entity(name = "Volume")
    @OwnedThrough("shelf")
    static class Volume {
        @Id
        long id;

        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        Shelf shelf = new Shelf();
    }

    private static final long OWN = 1;
    private static final long FOREIGN = 2;

    InverseIndexTest(Database database) {
        super(new World(database, List.of(Shelf.class, Book.class, Volume.class), Map.of()));
    }

    @BeforeEach
    void shelves() {
        inA(em -> fill(em, OWN));
        world.in(b, em -> fill(em, FOREIGN));
    }

    private static void fill(EntityManager em, long id) {
        Shelf shelf = new Shelf();
        shelf.id = id;
        em.persist(shelf);
        Book book = new Book();
        book.id = id;
        book.shelf = shelf;
        shelf.books.add(book);
        em.persist(book);
        Volume volume = new Volume();
        volume.id = id;
        volume.shelf = shelf;
        shelf.volumes.put("a", volume);
        em.persist(volume);
    }

    private List<String> foreignRows() {
        List<String> rows = new ArrayList<>(world.rows("select * from Book where id = " + FOREIGN));
        rows.addAll(world.rows("select * from Volume where id = " + FOREIGN));
        return rows;
    }

    private void isRefused(BiConsumer<EntityManager, Shelf> change) {
        List<String> before = foreignRows();
        for (boolean isLoaded : new boolean[] {false, true}) {
            assertThatThrownBy(() -> inA(em -> {
                        Shelf shelf = em.find(Shelf.class, OWN);
                        if (isLoaded) {
                            Hibernate.initialize(shelf.books);
                            Hibernate.initialize(shelf.volumes);
                        }
                        change.accept(em, shelf);
                    }))
                    .hasRootCauseInstanceOf(ForeignRowException.class);
        }
        assertThatThrownBy(() -> inA(em -> {
                    Shelf made = new Shelf();
                    made.id = 3;
                    change.accept(em, made);
                    em.persist(made);
                }))
                .hasRootCauseInstanceOf(ForeignRowException.class);
        assertThat(foreignRows()).isEqualTo(before);
    }

    @Test
    @Shows(
            value =
                    "positions and keys (`@OrderColumn`, `@MapKeyColumn`) that Hibernate writes from an inverse `@OneToMany`",
            in = Shows.NOT_PROTECTED)
    void positionsOfForeignRowsAreNotWritten() {
        isRefused((em, shelf) -> shelf.books.add(em.getReference(Book.class, FOREIGN)));
        isRefused((em, shelf) -> shelf.books.add(0, em.getReference(Book.class, FOREIGN)));
        isRefused((em, shelf) -> shelf.books.add(byHand()));
    }

    @Test
    @Shows(
            value =
                    "positions and keys (`@OrderColumn`, `@MapKeyColumn`) that Hibernate writes from an inverse `@OneToMany`",
            in = Shows.NOT_PROTECTED)
    void keysOfForeignRowsAreNotWritten() {
        isRefused((em, shelf) -> shelf.volumes.put("b", em.getReference(Volume.class, FOREIGN)));
    }

    private Book byHand() {
        Book book = new Book();
        book.id = FOREIGN;
        book.tenant = a;
        return book;
    }

    private void stateless(Consumer<StatelessSession> work) {
        TenantScope.of(a).run(() -> World.stateless(world.safe, work));
    }

    @Test
    void ownRowsTakeTheirPlaces() {
        inA(em -> {
            Shelf shelf = em.find(Shelf.class, OWN);
            Book book = new Book();
            book.id = 5;
            book.shelf = shelf;
            shelf.books.add(0, book);
            em.persist(book);
        });
        assertThat(world.rows("select id, position from Book where id <> " + FOREIGN))
                .containsExactly("1 | 1 | ", "5 | 0 | ");
        inA(em -> em.find(Shelf.class, OWN).books.add(em.getReference(Book.class, 5L)));
    }

    /** Hibernate leaves inverse collections to sessions. */
    @Test
    void statelessSessionsWriteNoPlaces() {
        Shelf changed = new Shelf();
        changed.id = OWN;
        changed.tenant = a;
        changed.books.add(byHand());
        List<String> before = foreignRows();
        stateless(session -> session.update(changed));
        stateless(session -> session.upsert(changed));
        assertThat(foreignRows()).isEqualTo(before);
    }
}
