package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToOne;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hibernate.annotations.NotFound;
import org.hibernate.annotations.NotFoundAction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A reference that is null where its row is not found, which a row out of the scope is not. */
@ParameterizedClass
@EnumSource(Database.class)
class NotFoundIgnoredTest extends WorldTest {

    @Entity(name = "Part")
    static class Part {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Embeddable
    static class Place {
        @OneToOne
        @NotFound(action = NotFoundAction.IGNORE)
        @Nullable
        Part inner;
    }

    @Entity(name = "Base")
    @Shared("a catalog")
    static class Base {
        @Id
        long id;
    }

    @Entity(name = "Leaf")
    static class Leaf extends Base {
        @ManyToOne
        @NotFound(action = NotFoundAction.IGNORE)
        @Nullable
        Part part;

        @ManyToOne
        @NotFound(action = NotFoundAction.IGNORE)
        @JoinTable(name = "leaf_part")
        @Nullable
        Part joined;

        @Embedded
        Place place = new Place();
    }

    @Entity(name = "Sited")
    static class Sited {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        @ManyToOne
        @NotFound(action = NotFoundAction.IGNORE)
        @Nullable
        Sited above;
    }

    @Entity(name = "Mine")
    static class Mine {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne
        @NotFound(action = NotFoundAction.IGNORE)
        @Nullable
        Part part;

        @ManyToOne
        @NotFound(action = NotFoundAction.IGNORE)
        @Nullable
        Catalog catalog;
    }

    @Entity(name = "Catalog")
    @Shared("a catalog")
    static class Catalog {
        @Id
        long id;

        String name = "";

        @ManyToMany
        @NotFound(action = NotFoundAction.IGNORE)
        Set<Part> linked = new HashSet<>();

        void link(Part part) {
            linked.add(part);
        }

        void unlink() {
            linked.clear();
        }
    }

    NotFoundIgnoredTest(Database database) {
        super(new World(database, List.of(Part.class, Mine.class, Catalog.class), Map.of()));
    }

    @Test
    void isRefusedWhereTheRowMayBeOutOfTheScope() {
        assertThat(StartUp.problems(Part.class, Base.class, Leaf.class, Sited.class))
                .containsExactlyInAnyOrder(
                        problem("Leaf.part", "Part"),
                        problem("Leaf.joined", "Part"),
                        problem("Leaf.place.inner", "Part"),
                        problem("Sited.above", "Sited"));
    }

    private static String problem(String attribute, String target) {
        return attribute + " is @NotFound(IGNORE), so it is null while its " + target
                + " is out of the scope that sees the row, and the next update of the row wipes the link. Remove @NotFound, and "
                + "add fetch = FetchType.LAZY.";
    }

    /** Elements of collections are filtered, and none is written for what is hidden. */
    @Test
    void linksOfOthersStay() {
        world.across(em -> em.persist(new Catalog()));
        for (TenantId owner : List.of(b, a)) {
            world.in(owner, em -> {
                Part part = new Part();
                part.id = owner.equals(a) ? 1 : 2;
                em.persist(part);
                em.find(Catalog.class, 0L).link(part);
            });
        }
        inA(em -> {
            assertThat(em.find(Catalog.class, 0L).linked)
                    .extracting(part -> part.id)
                    .containsExactly(1L);
            em.find(Catalog.class, 0L).unlink();
        });
        assertThat(world.rows("select linked_id from Catalog_Part")).containsExactly("2 | ");
    }
}
