package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.IncludeDeleted;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hibernate.Hibernate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A reference that says what was goes on showing what it points at, marked or not. */
@ParameterizedClass
@EnumSource(Database.class)
class KeepVisibleTest extends WorldTest {

    @MappedSuperclass
    abstract static class Row implements SoftDeletable {
        @Id
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Author")
    @Inheritance(strategy = InheritanceType.SINGLE_TABLE)
    static class Author extends Row {
        String name = "";

        String getName() {
            return name;
        }
    }

    @Entity(name = "Editor")
    static class Editor extends Author {
        String desk = "";
    }

    @Entity(name = "Article")
    static class Article extends Row {
        String title = "";

        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.KEEP_VISIBLE)
        @Nullable
        Author author;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Author reviewer;

        @ManyToMany
        Set<Author> readers = new HashSet<>();
    }

    private DeletionId deletion = DeletionId.create();

    KeepVisibleTest(Database database) {
        super(new World(database, List.of(Author.class, Editor.class, Article.class), Map.of()));
    }

    private static Author author(EntityManager em, Author made, String id) {
        made.id = id;
        made.name = id + " name";
        em.persist(made);
        return made;
    }

    private static Article article(EntityManager em) {
        return em.find(Article.class, "article");
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            Article article = new Article();
            article.id = "article";
            article.author = author(em, new Editor(), "ann");
            article.readers.add(article.author);
            em.persist(article);
            Article other = new Article();
            other.id = "other";
            other.author = author(em, new Author(), "bob");
            other.reviewer = author(em, new Author(), "cid");
            em.persist(other);
        });
        deletion = world.get(a, em -> Deletions.of(em).mark(Author.class, List.of("ann"), "left"));
    }

    @Test
    void gettersAndFetchesShowTheMarkedRow() {
        inA(em -> assertThat(article(em).author.getName()).isEqualTo("ann name"));
        inA(em -> assertThat(em.createQuery("from Article a join fetch a.author order by a.id", Article.class)
                        .getResultList())
                .hasSize(2)
                .allSatisfy(article ->
                        assertThat(Hibernate.isInitialized(article.author)).isTrue()));
        inA(em -> assertThat(em.createQuery(
                                "from Article a left join fetch a.author left join fetch a.reviewer", Article.class)
                        .getResultList())
                .hasSize(2));
        inA(em -> {
            var graph = em.createEntityGraph(Article.class);
            graph.addAttributeNodes("author");
            Article found = em.find(Article.class, "article", Map.of("jakarta.persistence.fetchgraph", graph));
            assertThat(Hibernate.isInitialized(found.author)).isTrue();
        });
    }

    @Test
    void pathsOfQueriesDropNoRows() {
        inA(em -> {
            assertThat(em.createQuery("select a.author.name from Article a order by a.author.name", String.class)
                            .getResultList())
                    .containsExactly("ann name", "bob name");
            assertThat(em.createQuery("select x.name from Article a join a.author x order by x.name", String.class)
                            .getResultList())
                    .containsExactly("ann name", "bob name");
            assertThat(em.createQuery("select a.id from Article a where a.author.name = 'ann name'", String.class)
                            .getResultList())
                    .containsExactly("article");
            var criteria = em.getCriteriaBuilder().createQuery(String.class);
            var article = criteria.from(Article.class);
            criteria.select(article.get("author").get("name"))
                    .orderBy(em.getCriteriaBuilder().asc(article.get("id")));
            assertThat(em.createQuery(criteria).getResultList()).containsExactly("ann name", "bob name");
        });
    }

    @Test
    void theMarkedRowIsFoundInNoOtherWay() {
        inA(em -> {
            assertThat(em.find(Author.class, "ann")).isNull();
            assertThat(em.createQuery("select x.id from Author x order by x.id", String.class)
                            .getResultList())
                    .containsExactly("bob", "cid");
            assertThat(em.createQuery("select x.id from Article a join Author x on x.id = a.author.id", String.class)
                            .getResultList())
                    .containsExactly("bob");
            assertThat(article(em).author.getName()).isNotEmpty();
            assertThat(article(em).readers).isEmpty();
            assertThat(em.createQuery("select r.id from Article a join a.readers r", String.class)
                            .getResultList())
                    .isEmpty();
            assertThat(em.find(Author.class, "ann")).isNull();
            assertThatThrownBy(() -> em.createNativeQuery("select * from Author where id = 'ann'", Author.class)
                            .getResultList())
                    .isInstanceOf(MarkedException.class);
            em.clear();
        });
        world.in(b, em -> assertThat(
                        em.createQuery("from Article", Article.class).getResultList())
                .isEmpty());
        inA(em -> em.remove(em.find(Author.class, "bob")));
        inA(em -> em.remove(em.find(Article.class, "other")));
        inA(em -> em.createNativeQuery("update Article set author_id = null where id = 'other'")
                .executeUpdate());
        inA(em -> assertThatThrownBy(() -> em.getReference(Author.class, "bob").getName())
                .isInstanceOf(jakarta.persistence.EntityNotFoundException.class));
    }

    @Test
    void theMarkedRowIsReadOnlyAndTakesNoNewReferrers() {
        assertThatThrownBy(() -> inA(em -> {
                    Author shown = (Author) Hibernate.unproxy(article(em).author);
                    shown.name = "changed";
                }))
                .hasStackTraceContaining("is not to be changed");
        assertThatThrownBy(() -> inA(em -> em.find(Article.class, "other").author = article(em).author))
                .hasStackTraceContaining("Author ann is what Article other.author would point at, but");
        assertThatThrownBy(() -> inA(
                        em -> em.find(Article.class, "other").author = (Author) Hibernate.unproxy(article(em).author)))
                .hasRootCauseInstanceOf(MarkedException.class);
        inA(em -> article(em).title = "changed"); // the reference stays as it is
        inA(em -> assertThat(article(em).author.getName()).isEqualTo("ann name"));
        inA(em -> {
            assertThat(article(em).author.getName()).isNotEmpty();
            article(em).title = "changed again";
        });
    }

    @Test
    void anUndoRestoresIt() {
        inA(em -> assertThat(Deletions.of(em).undo(deletion).total()).isEqualTo(1));
        inA(em -> {
            assertThat(em.find(Author.class, "ann")).isNotNull();
            assertThat(article(em).readers).hasSize(1);
        });
    }

    @Test
    void anUndoOfTheReferrerDoesNotAskForItsTarget() {
        DeletionId later = world.get(a, em -> Deletions.of(em).mark(Article.class, List.of("article"), "old"));
        inA(em -> assertThat(Deletions.of(em).undo(later).total()).isEqualTo(1));
        inA(em -> assertThat(article(em).author.getName()).isEqualTo("ann name"));
    }

    @Test
    void otherReferencesToTheEntityAreStillChecked() {
        assertThatThrownBy(() -> inA(em -> em.remove(em.find(Author.class, "cid"))))
                .hasRootCauseInstanceOf(StillReferencedException.class);
        TenantScope.of(a).run(() -> IncludeDeleted.because("bin")
                .run(() -> world.without(em -> assertThat(
                                em.createQuery("from Author", Author.class).getResultList())
                        .hasSize(3))));
    }
}
