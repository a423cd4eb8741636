package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.ManyToOne;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Entities whose attributes are their key (@IdClass), some of which are references, and others that refer to them. */
@ParameterizedClass
@EnumSource(Database.class)
class ReferencesInKeysTest extends WorldTest {

    @Entity(name = "Street")
    static class Street implements SoftDeletable {
        @Id
        String name = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;

        protected Street() {}

        Street(String name) {
            this.name = name;
        }
    }

    record HouseKey(String street, int number) {}

    @Entity(name = "House")
    @IdClass(HouseKey.class)
    static class House implements SoftDeletable {
        @Id
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Street street;

        @Id
        int number;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    record PlotKey(String map, int number) {}

    @Entity(name = "Plot")
    @IdClass(PlotKey.class)
    static class Plot implements SoftDeletable {
        @Id
        String map = "map";

        @Id
        int number;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Plot up;

        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.CASCADE)
        @Nullable
        Plot whole;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        House house;

        @Embedded
        @Nullable
        Tombstone tombstone;

        protected Plot() {}

        Plot(int number) {
            this.number = number;
        }
    }

    private final HouseKey house = new HouseKey("street", 1);

    ReferencesInKeysTest(Database database) {
        super(new World(database, List.of(Street.class, House.class, Plot.class), Map.of()));
        inA(em -> {
            House one = new House();
            one.street = new Street("street");
            one.number = 1;
            em.persist(one.street);
            em.persist(one);
            for (int i = 1; i <= 3; i++) {
                em.persist(new Plot(i));
            }
        });
    }

    private DeletionId mark(Class<?> entity, Object... ids) {
        return world.get(a, em -> Deletions.of(em).because("test", () -> {
            for (Object id : ids) {
                em.remove(em.find(entity, id));
            }
        }));
    }

    private static PlotKey plot(int number) {
        return new PlotKey("map", number);
    }

    @Test
    void aReferenceInAKeyIsAConflictByItsOwnName() {
        DeletionId first = mark(House.class, house);
        DeletionId second = mark(Street.class, "street");
        inA(em -> assertThat(Deletions.of(em).planUndo(first).conflicts())
                .extracting(UndoConflict::toString)
                .containsExactly("House " + house + " belongs to Street street, which was deleted by " + second
                        + ". Undo that deletion first, or declare @OnTargetMarked(KEEP_VISIBLE) on House.street where "
                        + "the row may be alive without it."));
        inA(em -> Deletions.of(em).undo(second));
        inA(em -> assertThat(Deletions.of(em).undo(first).total()).isOne());
        inA(em -> assertThat(em.find(House.class, house)).isNotNull());
    }

    @Test
    void aRefusalNamesTheAttribute() {
        mark(House.class, house);
        mark(Street.class, "street");
        assertThatThrownBy(() -> inA(em -> {
                    House two = new House();
                    two.street = em.getReference(Street.class, "street");
                    two.number = 2;
                    em.persist(two);
                }))
                .rootCause()
                .hasMessageContaining("House HouseKey[street=street, number=2].street would point at");
    }

    @Test
    void whatHasAKeyOfSeveralIsRefusedWhileOthersReferToIt() {
        inA(em -> em.find(Plot.class, plot(1)).up = em.find(Plot.class, plot(2)));
        assertThatThrownBy(() -> mark(Plot.class, plot(2)))
                .isInstanceOf(StillReferencedException.class)
                .hasMessageContaining("Plot " + plot(1) + " (up → Plot " + plot(2) + ")");
        inA(em -> em.find(Plot.class, plot(1)).house = em.find(House.class, house));
        assertThatThrownBy(() -> mark(House.class, house))
                .isInstanceOf(StillReferencedException.class)
                .hasMessageContaining("Plot " + plot(1) + " (house → House " + house + ")");
        DeletionId deletion = mark(Plot.class, plot(3), plot(1), plot(2));
        inA(em -> assertThat(Deletions.of(em).undo(deletion).total()).isEqualTo(3));
    }

    @Test
    void itsReferrersAreMarkedToo() {
        inA(em -> em.find(Plot.class, plot(1)).whole = em.find(Plot.class, plot(2)));
        DeletionId deletion = mark(Plot.class, plot(2));
        assertThat(world.count("plot where deleted_at is null")).isOne();
        inA(em -> assertThat(Deletions.of(em).undo(deletion).total()).isEqualTo(2));
        inA(em -> assertThat(em.find(Plot.class, plot(1)).whole).isSameAs(em.find(Plot.class, plot(2))));
    }
}
