package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.hibernate.Session;
import org.hibernate.annotations.Filter;
import org.hibernate.annotations.FilterDef;
import org.hibernate.annotations.FilterJoinTable;
import org.hibernate.annotations.ParamDef;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Filters of the application's own, beside ours: what has an OR in it opens nothing. */
@ParameterizedClass
@EnumSource(Database.class)
class OtherFiltersTest extends WorldTest {

    private static final String OR = "1 = 1 or 2 = :two";

    @Entity(name = "Shelf")
    @FilterDef(name = "wide", parameters = @ParamDef(name = "two", type = Integer.class), applyToLoadByKey = true)
    @Filter(name = "wide", condition = OR)
    static class Shelf implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        int width;

        @OneToMany(mappedBy = "shelf")
        @Filter(name = "wide", condition = OR)
        Set<Book> books = new HashSet<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Book")
    @OwnedThrough("shelf")
    static class Book {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        Shelf shelf;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Topic topic;
    }

    @Entity(name = "Topic")
    @Shared("a catalog")
    static class Topic {
        @Id
        long id;

        @OneToMany(mappedBy = "topic")
        @Filter(name = "wide", condition = OR)
        Set<Book> books = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "topic_shelf")
        @Filter(name = "wide", condition = OR)
        @FilterJoinTable(name = "wide", condition = OR)
        Set<Shelf> shelves = new HashSet<>();
    }

    @Entity(name = "Tall")
    @Filter(name = "wide", condition = OR)
    static class Tall extends Shelf {}

    OtherFiltersTest(Database database) {
        super(new World(database, List.of(Shelf.class, Book.class, Topic.class), Map.of()));
    }

    @BeforeEach
    void aShelfOfEach() {
        world.without(em -> {
            Topic topic = new Topic();
            topic.id = 1;
            em.persist(topic);
        });
        inA(em -> persist(em, 1));
        world.in(b, em -> persist(em, 2));
    }

    private static void persist(EntityManager em, long id) {
        Shelf shelf = new Shelf();
        shelf.id = id;
        em.persist(shelf);
        Book book = new Book();
        book.id = id;
        book.shelf = shelf;
        book.topic = em.find(Topic.class, 1L);
        em.persist(book);
        em.find(Topic.class, 1L).shelves.add(shelf);
    }

    private void filtered(Consumer<EntityManager> work) {
        inA(em -> {
            em.unwrap(Session.class).enableFilter("wide").setParameter("two", 2);
            work.accept(em);
        });
    }

    @Test
    @Shows("a `@Filter` of yours, with an OR in it")
    void queriesStayInTheScope() {
        filtered(em -> {
            assertThat(em.createQuery("select s.id from Shelf s", Long.class).getResultList())
                    .containsExactly(1L);
            assertThat(em.createQuery("select b.id from Shelf s join s.books b", Long.class)
                            .getResultList())
                    .containsExactly(1L);
            assertThat(em.createQuery("select b.id from Topic t join t.books b", Long.class)
                            .getResultList())
                    .containsExactly(1L);
            assertThat(em.createQuery("select s.id from Topic t join t.shelves s", Long.class)
                            .getResultList())
                    .containsExactly(1L);
            assertThat(em.find(Topic.class, 1L).books).hasSize(1);
            assertThat(em.find(Topic.class, 1L).shelves).hasSize(1);
            assertThat(em.find(Shelf.class, 2L)).isNull();
        });
    }

    @Test
    @Shows(value = "a `@Filter` of yours, with an OR in it", in = Shows.PROTECTED)
    void bulkStatementsStayInTheScope() {
        filtered(em -> {
            assertThat(em.createQuery("update Shelf set width = 5").executeUpdate())
                    .isEqualTo(1);
            assertThat(em.createQuery("delete from Book").executeUpdate()).isEqualTo(1);
        });
        assertThat(world.count("Shelf where width = 5")).isEqualTo(1);
        assertThat(world.count("Book")).isEqualTo(1);
    }

    @Test
    void nothingIsLinkedToARowOfOthers() {
        assertThatThrownBy(() -> filtered(em -> {
                    Book book = new Book();
                    book.id = 3;
                    book.shelf = em.getReference(Shelf.class, 2L);
                    em.persist(book);
                    em.flush();
                }))
                .isInstanceOf(ForeignRowException.class);
    }

    @Test
    void onASubclassTheyAreRefused() {
        assertThat(StartUp.problems(Shelf.class, Book.class, Topic.class, Tall.class))
                .singleElement()
                .asString()
                .contains("Tall has the filter wide, whose condition has an OR");
    }
}
