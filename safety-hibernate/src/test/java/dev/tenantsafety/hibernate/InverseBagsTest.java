package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.DeletionId;
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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A List on the other side of a join table writes nothing, whatever its filters hide. Hibernate refused to write it anew (user guide,
 * "Bidirectional @ManyToMany", whose helper methods change both sides).
 */
@ParameterizedClass
@EnumSource(Database.class)
class InverseBagsTest extends WorldTest {

    @Entity(name = "Post")
    static class Post implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToMany
        @JoinTable(name = "post_label")
        Set<Label> labels = new HashSet<>();

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinTable(name = "post_blog")
        @Nullable
        Blog blog;

        @Embedded
        @Nullable
        Tombstone tombstone;

        void add(Label label) {
            labels.add(label);
            label.posts.add(this);
        }

        void drop(Label label) {
            labels.remove(label);
            label.posts.remove(this);
        }
    }

    @Entity(name = "Label")
    static class Label implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToMany(mappedBy = "labels")
        List<Post> posts = new ArrayList<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Blog")
    static class Blog implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToMany(mappedBy = "blog")
        List<Post> posts = new ArrayList<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    InverseBagsTest(Database database) {
        super(new World(database, List.of(Post.class, Label.class, Blog.class), Map.of()));
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            Label label = new Label();
            label.id = 1;
            em.persist(label);
            Blog blog = new Blog();
            blog.id = 1;
            em.persist(blog);
            for (long id = 1; id <= 3; id++) {
                Post post = new Post();
                post.id = id;
                em.persist(post);
                if (id < 3) {
                    post.add(label);
                    post.blog = blog;
                }
            }
        });
    }

    private static Post post(EntityManager em, long id) {
        return em.find(Post.class, id);
    }

    private List<Long> posts(String of) {
        return world.get(
                a, em -> em.createQuery("select p.id from " + of + " x join x.posts p order by p.id", Long.class)
                        .getResultList());
    }

    @Test
    void bothSidesAreChanged() {
        inA(em -> {
            Label label = em.find(Label.class, 1L);
            assertThat(label.posts).hasSize(2);
            post(em, 3).add(label);
        });
        assertThat(posts("Label")).containsExactly(1L, 2L, 3L);
        inA(em -> post(em, 1).drop(em.find(Label.class, 1L)));
        assertThat(posts("Label")).containsExactly(2L, 3L);
    }

    @Test
    void alsoWhileOneIsMarked() {
        DeletionId deletion = world.get(a, em -> Deletions.of(em).mark(Post.class, List.of(2L), "spam"));
        inA(em -> {
            Label label = em.find(Label.class, 1L);
            assertThat(label.posts).hasSize(1);
            post(em, 3).add(label);
            post(em, 1).drop(label);
        });
        assertThat(posts("Label")).containsExactly(3L);
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(posts("Label")).containsExactly(2L, 3L);
    }

    @Test
    void theOtherSideOfAReferenceInAJoinTable() {
        DeletionId deletion = world.get(a, em -> Deletions.of(em).mark(Post.class, List.of(2L), "spam"));
        inA(em -> {
            Blog blog = em.find(Blog.class, 1L);
            Post gone = blog.posts.remove(0);
            gone.blog = null;
            Post come = post(em, 3);
            come.blog = blog;
            blog.posts.add(come);
        });
        assertThat(posts("Blog")).containsExactly(3L);
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(posts("Blog")).containsExactly(2L, 3L);
    }

    @Entity(name = "Leaf")
    static class Leaf implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToMany
        Set<Root> roots = new HashSet<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Root")
    static class Root implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToMany(mappedBy = "roots")
        @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
        List<Leaf> leaves = new ArrayList<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Test
    void oneThatIsCachedIsNamedAtStartUp() {
        assertThat(StartUp.problems(Leaf.class, Root.class))
                .containsExactly(
                        "Root.leaves is a List on the other side of a join table and cached, and Hibernate fails when it changes while a "
                                + "filter is on. Make it a Set, or remove its @Cache.");
    }
}
