package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.hibernate.world.TicketId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.hibernate.Hibernate;
import org.hibernate.annotations.Fetch;
import org.hibernate.annotations.FetchMode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An eager to-one leads, by bad data, to a row of another tenant, owned by itself or through another. */
@ParameterizedClass
@EnumSource(Database.class)
class EagerReferenceTest extends WorldTest {

    @Entity(name = "Shelf")
    static class Shelf {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "shelf";
    }

    @Entity(name = "Chest")
    @OwnedThrough("shelf")
    static class Chest {
        @Id
        LabelId id = LabelId.create();

        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        @Nullable
        Shelf shelf;

        String name = "chest";
    }

    @Entity(name = "Slip")
    static class Slip {
        @Id
        TicketId id = TicketId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.EAGER)
        @JoinColumn(name = "chest")
        @Nullable
        Chest chest;

        @ManyToOne(fetch = FetchType.EAGER)
        @Fetch(FetchMode.SELECT)
        @JoinColumn(name = "selected")
        @Nullable
        Chest selected;

        @ManyToOne(fetch = FetchType.EAGER)
        @JoinColumn(name = "shelf")
        @Nullable
        Shelf shelf;

        String text = "";
    }

    private final Slip slip = new Slip();

    EagerReferenceTest(Database database) {
        super(new World(database, List.of(Shelf.class, Chest.class, Slip.class), Map.of()));
        inA(em -> em.persist(slip));
        world.in(b, em -> {
            Shelf shelf = new Shelf();
            em.persist(shelf);
            Chest chest = new Chest();
            chest.shelf = shelf;
            em.persist(chest);
        });
    }

    enum Way {
        FIND(em -> em.find(Slip.class, TicketId.create())),
        QUERY(em -> em.createQuery("from Slip", Slip.class).getSingleResult()),
        JOIN(em -> em.createQuery(
                        "from Slip s left join fetch s.chest left join fetch s.selected left join fetch s.shelf",
                        Slip.class)
                .getSingleResult()),
        NATIVE(em -> em.createNativeQuery("select * from slip", Slip.class).getSingleResult()),
        REFERENCE(
                em -> em.createQuery("select s.id from Slip s", TicketId.class).getSingleResult());

        @SuppressWarnings("ImmutableEnumChecker") // functions without state
        final Function<EntityManager, Object> load;

        Way(Function<EntityManager, Object> load) {
            this.load = load;
        }
    }

    private Slip load(EntityManager em, Way way) {
        if (way == Way.FIND) {
            return em.find(Slip.class, slip.id);
        }
        if (way == Way.REFERENCE) {
            return (Slip) Hibernate.unproxy(em.getReference(Slip.class, slip.id));
        }
        return (Slip) way.load.apply(em);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void givesNothingAwayAndKeepsTheLink(Way way) {
        for (String column : List.of("chest", "selected", "shelf")) {
            world.sql(
                    "update slip set chest = null, selected = null, shelf = null",
                    "update slip set " + column + " = (select id from " + (column.equals("shelf") ? "shelf" : "chest")
                            + ")");
            Slip[] found = new Slip[1];
            Throwable thrown = catchThrowable(() -> TenantScope.of(a)
                    .run(() -> World.transaction(world.safe, em -> {
                        found[0] = load(em, way);
                        found[0].text = "changed";
                        String name = found[0].chest != null
                                ? found[0].chest.name
                                : found[0].selected != null
                                        ? found[0].selected.name
                                        : found[0].shelf != null ? found[0].shelf.name : null;
                        assertThat(name).as(way + " " + column).isNull();
                        return true;
                    })));
            assertThat(thrown).as(way + " " + column).isNotInstanceOf(AssertionError.class);
            assertThat(world.count("slip where " + column + " is not null"))
                    .as(way + " " + column)
                    .isEqualTo(1);
        }
    }
}
