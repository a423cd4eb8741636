package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.hibernate.world.TicketId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OneToMany;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A collection within an embeddable, of which only the embeddable's owner knows. */
class EmbeddedCollectionTest extends WorldTest {

    EmbeddedCollectionTest() {
        super(new World(Database.H2, List.of(Shelf.class, Book.class), Map.of()));
    }

    @Embeddable
    static class Contents {
        @OneToMany(cascade = CascadeType.PERSIST)
        @JoinColumn(name = "shelf_id")
        Set<Book> books = new HashSet<>();
    }

    @Entity(name = "Shelf")
    static class Shelf implements SoftDeletable {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        Contents contents = new Contents();

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

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    private DeletionId delete(Consumer<EntityManager> work) {
        return world.get(a, em -> Deletions.of(em).because("end", () -> work.accept(em)));
    }

    @Test
    void itsOwnerStandsInTheWayWhileItIsMarked() {
        Shelf shelf = new Shelf();
        Book book = new Book();
        shelf.contents.books.add(book);
        inA(em -> em.persist(shelf));
        DeletionId first = delete(em -> em.remove(em.find(Book.class, book.id)));
        DeletionId second = delete(em -> em.remove(em.find(Shelf.class, shelf.id)));
        assertThatThrownBy(() -> inA(em -> Deletions.of(em).undo(first)))
                .isInstanceOf(UndoRefusedException.class)
                .hasMessageContaining("Book " + book.id + " belongs to Shelf " + shelf.id);
        inA(em -> Deletions.of(em).undo(second));
        inA(em -> Deletions.of(em).undo(first));
        inA(em -> assertThat(em.find(Shelf.class, shelf.id).contents.books).hasSize(1));
    }
}
