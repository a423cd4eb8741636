package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.hibernate.world.TicketId;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hibernate.ScrollableResults;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What is read past all filters is looked at as the filters would have. */
@ParameterizedClass
@EnumSource(Database.class)
class ReadingPastFiltersTest extends WorldTest {

    ReadingPastFiltersTest(Database database) {
        super(new World(database, List.of(Sheet.class, Cell.class), Map.of()));
    }

    @Entity(name = "Sheet")
    static class Sheet {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;
    }

    @Entity(name = "Cell")
    @OwnedThrough("sheet")
    static class Cell {
        @Id
        TicketId id = TicketId.create();

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        Sheet sheet = new Sheet();
    }

    private Sheet sheet(TenantId owner) {
        return world.get(owner, em -> {
            Sheet sheet = new Sheet();
            em.persist(sheet);
            Cell cell = new Cell();
            cell.sheet = sheet;
            em.persist(cell);
            return sheet;
        });
    }

    @Test
    void aRowWithoutAnOwnerThatTheScopeNamesIsNotInIt() {
        Sheet ofTheTenant = sheet(a);
        TenantScope.of(a)
                .narrow(SiteId.create())
                .run(() -> world.without(em -> {
                    assertThat(em.find(Sheet.class, ofTheTenant.id)).isNull();
                    assertThatThrownBy(() -> em.createNativeQuery("select * from sheet", Sheet.class)
                                    .getResultList())
                            .isInstanceOf(ForeignRowException.class);
                    em.clear();
                }));
        inA(em -> assertThat(em.unwrap(Session.class)
                        .createNativeQuery("select * from sheet", Sheet.class)
                        .getResultList())
                .hasSize(1));
    }

    @Test
    @Shows(
            value = "native query that loads entities, also with `addJoin` and `addFetch`, in a `StatelessSession` too",
            in = Shows.NOT_PROTECTED)
    void whatANativeQueryStreamsIsLookedAt() {
        sheet(a);
        inA(em -> {
            try (Stream<Cell> cells = cells(em)) {
                assertThat(cells.toList()).hasSize(1);
            }
        });
        sheet(b);
        assertThatThrownBy(() -> inA(em -> {
                    try (Stream<Cell> cells = cells(em)) {
                        cells.forEach(cell -> {});
                    }
                }))
                .isInstanceOf(ForeignRowException.class);
        assertThatThrownBy(() -> inA(em -> {
                    try (ScrollableResults<Cell> cells = em.unwrap(Session.class)
                            .createNativeQuery("select * from cell", Cell.class)
                            .scroll()) {
                        while (cells.next()) {
                            cells.get();
                        }
                    }
                }))
                .isInstanceOf(ForeignRowException.class);
    }

    private static Stream<Cell> cells(EntityManager em) {
        return em.unwrap(Session.class)
                .createNativeQuery("select * from cell", Cell.class)
                .getResultStream();
    }
}
