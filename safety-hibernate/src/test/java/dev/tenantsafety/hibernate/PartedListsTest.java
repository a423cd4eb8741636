package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A list of what is shared, or of a tenant, has elements of several owners, each with places of their own; an undo moves those of one. */
@ParameterizedClass
@EnumSource(Database.class)
class PartedListsTest extends WorldTest {

    @Entity(name = "Chart")
    @Shared("for all")
    static class Chart {
        @Id
        long id;

        @OneToMany
        @JoinColumn(name = "chart_id")
        @OrderColumn(name = "place")
        List<Track> tracks = new ArrayList<>();

        @OneToMany(mappedBy = "sorted")
        @OrderColumn(name = "sorted_place")
        List<Track> inverse = new ArrayList<>();
    }

    @Entity(name = "Depot")
    static class Depot {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToMany
        @JoinColumn(name = "depot_id")
        @OrderColumn(name = "depot_place")
        List<Track> tracks = new ArrayList<>();
    }

    @Entity(name = "Track")
    static class Track implements SoftDeletable {
        @Id
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Chart sorted;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    PartedListsTest(Database database) {
        super(new World(database, List.of(Chart.class, Depot.class, Track.class), Map.of()));
    }

    private void fill(TenantScope scope, String name, Function<EntityManager, List<Track>> list, boolean isInverse) {
        for (int i = 0; i < 3; i++) {
            String id = name + i;
            scope.run(() -> world.without(em -> {
                Track track = new Track();
                track.id = id;
                if (isInverse) {
                    track.sorted = em.find(Chart.class, 1L);
                }
                em.persist(track);
                list.apply(em).add(track);
            }));
        }
    }

    private List<String> rowsOf(String name) {
        return world.rows("select * from track where id like '" + name + "%'");
    }

    private void undoLeavesOthersAlone(
            TenantScope own, TenantScope other, Function<EntityManager, List<Track>> list, boolean isInverse) {
        fill(own, "own", list, isInverse);
        fill(other, "other", list, isInverse);
        List<String> before = rowsOf("other");
        DeletionId[] deletion = new DeletionId[1];
        own.run(() -> world.without(
                em -> deletion[0] = Deletions.of(em).because("test", () -> em.remove(em.find(Track.class, "own1")))));
        own.run(() -> world.without(em -> Deletions.of(em).undo(deletion[0])));
        assertThat(rowsOf("other")).isEqualTo(before);
        Map.of("own", own, "other", other)
                .forEach((name, scope) -> scope.run(() -> world.without(em -> assertThat(list.apply(em))
                        .extracting(track -> track.id)
                        .containsExactly(name + "0", name + "1", name + "2"))));
    }

    @Test
    @Shows("an `@OrderColumn` list of what is shared, or owned on fewer levels than its elements")
    void ofASharedRow() {
        world.without(em -> {
            Chart chart = new Chart();
            chart.id = 1;
            em.persist(chart);
        });
        undoLeavesOthersAlone(TenantScope.of(a), TenantScope.of(b), em -> em.find(Chart.class, 1L).tracks, false);
    }

    @Test
    void ofASharedRowInverse() {
        world.without(em -> {
            Chart chart = new Chart();
            chart.id = 1;
            em.persist(chart);
        });
        undoLeavesOthersAlone(TenantScope.of(a), TenantScope.of(b), em -> em.find(Chart.class, 1L).inverse, true);
    }

    @Test
    void ofATenantWithElementsOfSites() {
        inA(em -> {
            Depot depot = new Depot();
            depot.id = 1;
            em.persist(depot);
        });
        List<TypedId<?>> sites = List.of(SiteId.create(), SiteId.create());
        undoLeavesOthersAlone(
                TenantScope.of(a).narrow(sites.get(0)),
                TenantScope.of(a).narrow(sites.get(1)),
                em -> em.find(Depot.class, 1L).tracks,
                false);
    }
}
