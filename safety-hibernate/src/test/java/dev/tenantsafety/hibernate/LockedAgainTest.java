package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.ConstraintMode;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.ForeignKey;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.LockModeType;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.hibernate.annotations.NotFound;
import org.hibernate.annotations.NotFoundAction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A query with a lock and an outer join, whose rows Hibernate reads once more to lock them: with all that they refer to. */
@ParameterizedClass
@EnumSource(Database.class)
class LockedAgainTest extends WorldTest {

    @Entity(name = "Part")
    static class Part implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Base")
    @Shared("a catalog")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Base {
        @Id
        long id;

        String name = "";

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "part")
        @Nullable
        Part part;

        @ManyToMany
        Set<Part> linked = new HashSet<>();
    }

    @Entity(name = "Leaf")
    static class Leaf extends Base {
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "other")
        @Nullable
        Part other;

        @ManyToMany
        @JoinTable(name = "leaf_leaf")
        Set<Leaf> others = new HashSet<>();

        String more = "";

        void say(String said) {
            name = said;
            more = said;
        }
    }

    @Entity(name = "Doc")
    static class Doc {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        String name = "";

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Doc above;

        @ManyToOne
        @NotFound(action = NotFoundAction.IGNORE)
        @JoinColumn(name = "sort", foreignKey = @ForeignKey(ConstraintMode.NO_CONSTRAINT))
        @Nullable
        Base sort;

        @ManyToMany
        Set<Part> parts = new HashSet<>();

        void named(String given) {
            name = given;
        }

        @Nullable
        Base sorted() {
            return sort;
        }
    }

    private final SiteId first = SiteId.create();
    private final SiteId second = SiteId.create();

    LockedAgainTest(Database database) {
        super(new World(database, List.of(Part.class, Base.class, Leaf.class, Doc.class), Map.of()));
    }

    @BeforeEach
    void rows() {
        world.across(em -> em.persist(new Leaf()));
        world.in(b, em -> {
            Part part = new Part();
            part.id = 20;
            em.persist(part);
        });
        world.sql("update Base set part = 20", "update Leaf set other = 20");
        inA(em -> {
            Doc above = new Doc();
            above.id = 2;
            above.site = second;
            em.persist(above);
            Doc below = new Doc();
            below.id = 1;
            below.site = first;
            below.above = above;
            em.persist(below);
        });
    }

    private static <T> void each(EntityManager em, String query, Class<T> type, Consumer<T> change) {
        em.createQuery(query, type)
                .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                .getResultList()
                .forEach(change);
    }

    private void linksAre(String text) {
        assertThat(world.rows("select name, part from Base")).containsExactly(text + " | 20 | ");
        assertThat(world.rows("select more, other from Leaf")).containsExactly(text + " | 20 | ");
    }

    @Test
    @Shows("a query with a lock and an outer join, whose rows are read once more to lock them")
    void aSharedRowKeepsItsLinks() {
        inA(em -> each(em, "select x from Leaf x left join fetch x.linked", Leaf.class, x -> x.say("A")));
        linksAre("A");
        world.in(
                TenantId.create(),
                em -> each(em, "select x from Leaf x left join x.linked", Leaf.class, x -> x.say("C")));
        linksAre("C");
    }

    @Test
    void soItDoesOutsideOfScopes() {
        world.without(em -> each(em, "select x from Leaf x left join x.others", Leaf.class, x -> x.say("none")));
        linksAre("none");
    }

    /** It says which link it would write, as of each row that points out of the scope. */
    @Test
    void aStatelessUpdateIsRefused() {
        TenantScope.of(a)
                .run(() -> World.stateless(world.safe, session -> {
                    Leaf leaf = session.createQuery("select x from Leaf x left join x.linked", Leaf.class)
                            .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                            .getSingleResult();
                    leaf.say("stateless");
                    assertThatThrownBy(() -> session.update(leaf)).isInstanceOf(ForeignRowException.class);
                }));
        linksAre("");
    }

    @Test
    @Shows("a query with a lock and an outer join, whose rows are read once more to lock them")
    void aRowOfOneSiteKeepsThatToAnother() {
        TenantScope.of(a)
                .narrow(first)
                .run(() -> world.without(em ->
                        each(em, "select d from Doc d left join fetch d.parts", Doc.class, d -> d.named("changed"))));
        assertThat(world.rows("select name, above_id from Doc where id = 1")).containsExactly("changed | 2 | ");
    }

    /** As to Hibernate alone. */
    @Test
    void whatIsNotThereIsNull() {
        world.sql("update Doc set sort = 99");
        inA(em -> each(em, "select d from Doc d left join fetch d.parts", Doc.class, d -> {
            assertThat(d.sorted()).isNull();
            d.named("changed");
        }));
        assertThat(world.rows("select name from Doc where sort is null and id = 1"))
                .containsExactly("changed | ");
        world.sql("update Doc set sort = 0");
        inA(em -> each(em, "select d from Doc d left join fetch d.parts", Doc.class, d -> {
            assertThat(d.sorted()).isNotNull();
            d.named("again");
        }));
        assertThat(world.rows("select name, sort from Doc where id = 1")).containsExactly("again | 0 | ");
    }
}
