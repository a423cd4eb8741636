package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Map;
import org.hibernate.Session;
import org.hibernate.procedure.ProcedureCall;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Entities that a stored procedure or function returns, past all filters. */
@ParameterizedClass
@EnumSource(Database.class)
public class ProcedureTest extends WorldTest {

    @Entity(name = "Crate")
    static class Crate implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Shop")
    static class Shop implements SoftDeletable {
        @Id
        SiteId id = SiteId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Toy")
    @OwnedThrough("crate")
    static class Toy {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        Crate crate;
    }

    /** How H2 runs Java as a function. */
    public static ResultSet toys(Connection connection) throws SQLException {
        return connection.createStatement().executeQuery("select * from Toy");
    }

    /** The same. */
    public static ResultSet crates(Connection connection) throws SQLException {
        return connection.createStatement().executeQuery("select * from Crate");
    }

    private final Database database;

    ProcedureTest(Database database) {
        super(new World(database, List.of(Crate.class, Toy.class, Shop.class), Map.of()));
        this.database = database;
    }

    @BeforeEach
    void aToyOfEach() {
        inA(em -> persist(em, 1));
        world.in(b, em -> persist(em, 2));
        if (database == Database.H2) {
            String here = ProcedureTest.class.getName();
            world.sql(
                    "create alias all_toys for '" + here + ".toys'",
                    "create alias all_crates for '" + here + ".crates'");
        } else {
            world.sql(
                    "create function all_toys() returns setof toy language sql as 'select * from toy'",
                    "create function all_crates() returns setof crate language sql as 'select * from crate'");
        }
    }

    private static void persist(EntityManager em, long id) {
        Crate crate = new Crate();
        crate.id = id;
        em.persist(crate);
        Toy toy = new Toy();
        toy.id = id;
        toy.crate = crate;
        em.persist(toy);
    }

    private List<?> call(EntityManager em, String name, Class<?> type) {
        if (database == Database.H2) {
            return em.createStoredProcedureQuery(name, type).getResultList();
        }
        ProcedureCall call = em.unwrap(Session.class).createStoredProcedureCall(name, type);
        return call.markAsFunctionCall(Types.REF_CURSOR).getResultList();
    }

    @Test
    @Shows("stored procedure or function that returns entities to a session")
    void rowsOfOthersAreRefused() {
        for (Class<?> type : List.of(Crate.class, Toy.class)) {
            String name = type == Crate.class ? "all_crates" : "all_toys";
            assertThatThrownBy(() -> inA(em -> call(em, name, type)))
                    .isInstanceOf(ForeignRowException.class)
                    .hasMessageStartingWith(type.getSimpleName() + " 2 ");
        }
    }

    @Test
    void ownRowsAreLoaded() {
        world.sql("delete from Toy where id = 2", "delete from Crate where id = 2");
        inA(em -> {
            assertThat(call(em, "all_crates", Crate.class)).hasSize(1);
            assertThat(call(em, "all_toys", Toy.class)).hasSize(1);
        });
    }

    @Test
    @Shows(value = "stored procedure or function that returns entities to a session", in = Shows.PROTECTED)
    void markedRowsAreRefused() {
        inA(em -> {
            em.remove(em.find(Toy.class, 1L));
            em.remove(em.find(Crate.class, 1L));
        });
        world.sql("delete from Toy where id = 2", "delete from Crate where id = 2");
        assertThatThrownBy(() -> inA(em -> call(em, "all_crates", Crate.class))).isInstanceOf(MarkedException.class);
    }

    @Test
    @Shows("stored procedure or function that returns entities to a session")
    void rowsOfAClosedSiteAreRefused() {
        Shop shop = new Shop();
        inA(em -> em.persist(shop));
        world.sql(
                "delete from Toy where id = 2",
                "delete from Crate where id = 2",
                "update Crate set site = '" + shop.id.uuid() + "'");
        inA(em -> assertThat(call(em, "all_crates", Crate.class)).hasSize(1));
        inA(em -> em.remove(em.find(Shop.class, shop.id)));
        for (Class<?> type : List.of(Crate.class, Toy.class)) {
            String name = type == Crate.class ? "all_crates" : "all_toys";
            assertThatThrownBy(() -> inA(em -> call(em, name, type))).isInstanceOf(ForeignRowException.class);
            assertThatThrownBy(() -> CrossTenant.read("a test").run(() -> world.without(em -> call(em, name, type))))
                    .isInstanceOf(ForeignRowException.class);
        }
    }
}
