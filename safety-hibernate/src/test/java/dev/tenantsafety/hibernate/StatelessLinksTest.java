package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.MapKeyColumn;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.hibernate.Hibernate;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A stateless session writes all links of a collection anew; those to marked elements are not among what it has. */
@ParameterizedClass
@EnumSource(Database.class)
class StatelessLinksTest extends WorldTest {

    @Entity(name = "Leaf")
    static class Leaf implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Tree")
    static class Tree {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @ManyToMany
        @JoinTable(name = "tree_set")
        Set<Leaf> set = new HashSet<>();

        @OneToMany
        @JoinColumn(name = "tree")
        Set<Leaf> own = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "tree_list")
        @OrderColumn(name = "pos")
        List<Leaf> list = new ArrayList<>();

        @ManyToMany
        @JoinTable(name = "tree_map")
        @MapKeyColumn(name = "called")
        Map<String, Leaf> map = new HashMap<>();

        void grow(Leaf leaf) {
            set.add(leaf);
            own.add(leaf);
            list.add(leaf);
            map.put("leaf " + leaf.id, leaf);
        }

        void rename(String now) {
            name = now;
        }

        Collection<Leaf> set() {
            return set;
        }

        Collection<Leaf> own() {
            return own;
        }

        List<Leaf> list() {
            return list;
        }

        Map<String, Leaf> map() {
            return map;
        }
    }

    private static final String LINKS = "select 'set' as kind, tree_id, set_id from tree_set "
            + "union all select 'own', tree, id from leaf union all select 'list', pos, list_id from tree_list "
            + "union all select 'map', tree_id, map_id from tree_map order by 1, 3";

    StatelessLinksTest(Database database) {
        super(new World(database, List.of(Leaf.class, Tree.class), Map.of()));
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            Tree tree = new Tree();
            for (int i = 1; i <= 3; i++) {
                Leaf leaf = new Leaf();
                leaf.id = i;
                em.persist(leaf);
                tree.grow(leaf);
            }
            em.persist(tree);
        });
    }

    private void write(Function<Tree, Object> collection, BiConsumer<StatelessSession, Tree> write) {
        TenantScope.of(a)
                .run(() -> World.stateless(world.safe, session -> {
                    Tree tree = session.get(Tree.class, 0L);
                    session.fetch(collection.apply(tree));
                    write.accept(session, tree);
                }));
    }

    @Test
    void thoseThatAreNotInOrderStay() {
        List<String> links = world.rows(LINKS);
        inA(em -> em.remove(em.find(Leaf.class, 2L)));
        for (Function<Tree, Object> collection : List.<Function<Tree, Object>>of(Tree::set, Tree::own)) {
            write(collection, (session, tree) -> {
                assertThat((Collection<?>) collection.apply(tree)).hasSize(2);
                tree.rename("updated");
                session.update(tree);
            });
            write(collection, (session, tree) -> {
                tree.rename("upserted");
                session.upsert(tree);
            });
        }
        assertThat(world.rows("select name from tree")).containsExactly("upserted | ");
        assertThat(world.rows(LINKS)).isEqualTo(links);
    }

    @Test
    void thoseThatAreInOrderAreNotWritten() {
        List<String> links = world.rows(LINKS);
        inA(em -> em.remove(em.find(Leaf.class, 2L)));
        for (Function<Tree, Object> collection : List.<Function<Tree, Object>>of(Tree::list, Tree::map)) {
            assertThatThrownBy(() -> write(collection, (session, tree) -> {
                        if (Hibernate.isInitialized(tree.list())) {
                            Collections.reverse(tree.list());
                        }
                        session.update(tree);
                    }))
                    .isInstanceOf(MarkedException.class)
                    .hasMessageContaining("has marked elements, which keep their places or keys");
        }
        assertThat(world.rows(LINKS)).isEqualTo(links);
    }
}
