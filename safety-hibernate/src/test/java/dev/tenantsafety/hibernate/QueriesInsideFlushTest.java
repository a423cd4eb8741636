package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A flush looks for rows by queries, in the middle of which nothing is judged: half of what it marks and repoints is written then. */
@ParameterizedClass
@EnumSource(Database.class)
class QueriesInsideFlushTest extends WorldTest {

    @MappedSuperclass
    abstract static class Base implements SoftDeletable {
        @Id
        String name = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Shelf")
    static class Shelf extends Base {
        @OneToMany(cascade = CascadeType.ALL)
        @JoinColumn(name = "shelf_name")
        Set<Book> books = new HashSet<>();
    }

    @Entity(name = "Book")
    static class Book extends Base {}

    @Entity(name = "Author")
    static class Author extends Base {}

    @Entity(name = "Letter")
    static class Letter extends Base {
        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.CASCADE)
        @Nullable
        Author author;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Author reader;
    }

    QueriesInsideFlushTest(Database database) {
        super(new World(database, List.of(Shelf.class, Book.class, Author.class, Letter.class), Map.of()));
        inA(em -> {
            Shelf shelf = named(new Shelf(), "shelf");
            shelf.books.add(named(new Book(), "book"));
            em.persist(shelf);
            for (String name : List.of("first", "second", "third")) {
                em.persist(named(new Author(), name));
            }
            Letter letter = named(new Letter(), "letter");
            letter.author = em.find(Author.class, "first");
            letter.reader = em.find(Author.class, "second");
            em.persist(letter);
        });
    }

    private static <T extends Base> T named(T row, String name) {
        row.name = name;
        return row;
    }

    private static Author author(EntityManager em, String name) {
        return Objects.requireNonNull(em.find(Author.class, name));
    }

    @Test
    void aCollectionThatIsChangedBesideAMarkThatGoesOn() {
        inA(em -> {
            Shelf shelf = Objects.requireNonNull(em.find(Shelf.class, "shelf"));
            Book book = shelf.books.iterator().next();
            shelf.books.remove(book);
            em.remove(book);
            shelf.books.add(named(new Book(), "another"));
            em.remove(author(em, "first"));
        });
        assertThat(world.count("Letter where deleted_at is not null")).isOne();
        assertThat(world.rows("select name from Book where deleted_at is null")).containsExactly("another | ");
    }

    @Test
    void aReferrerThatIsRepointedToARowThatIsLookedFor() {
        inA(em -> {
            Author second = author(em, "second"); // loaded, and so written, first
            Letter letter = Objects.requireNonNull(em.find(Letter.class, "letter"));
            em.remove(second);
            letter.reader = em.getReference(Author.class, "third");
        });
        assertThat(world.rows("select reader_name from Letter where deleted_at is null"))
                .containsExactly("third | ");
        assertThat(world.count("Author where deleted_at is not null")).isOne();
    }
}
