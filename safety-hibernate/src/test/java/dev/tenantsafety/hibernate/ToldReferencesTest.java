package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.IncludeDeleted;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** References that are not what they seem: told by native SQL, made by hand, written in a view of the bin. */
@ParameterizedClass
@EnumSource(Database.class)
class ToldReferencesTest extends WorldTest {

    @Entity(name = "Harbor")
    static class Harbor implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Pilot")
    static class Pilot implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Ship")
    static class Ship {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Harbor harbor;

        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.KEEP_VISIBLE)
        @Nullable
        Pilot pilot;

        String name = "ship";
    }

    @Entity(name = "Load")
    @OwnedThrough("harbor")
    static class Load {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Harbor harbor;

        String name = "load";
    }

    private static final long MARKED = 3;
    private static final long OF_B = 2;

    ToldReferencesTest(Database database) {
        super(new World(database, List.of(Harbor.class, Pilot.class, Ship.class, Load.class), Map.of()));
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            harbor(em, 1);
            harbor(em, MARKED);
            Ship ship = new Ship();
            ship.id = 1;
            ship.harbor = em.find(Harbor.class, 1L);
            ship.pilot = em.find(Pilot.class, MARKED);
            em.persist(ship);
            Load load = new Load();
            load.id = 1;
            load.harbor = ship.harbor;
            em.persist(load);
        });
        world.in(b, em -> harbor(em, OF_B));
        inA(em -> {
            em.remove(em.find(Harbor.class, MARKED));
            em.remove(em.find(Pilot.class, MARKED));
        });
    }

    private static void harbor(EntityManager em, long id) {
        Harbor harbor = new Harbor();
        harbor.id = id;
        em.persist(harbor);
        Pilot pilot = new Pilot();
        pilot.id = id;
        em.persist(pilot);
    }

    private void refused(Runnable work) {
        List<String> before = world.rows("select id, harbor_id, pilot_id, name from ship");
        assertThatThrownBy(work::run).satisfies(thrown -> assertThat(causes(thrown))
                .as("%s", thrown)
                .hasAtLeastOneElementOfType(TenantSafetyException.class));
        assertThat(world.rows("select id, harbor_id, pilot_id, name from ship")).isEqualTo(before);
    }

    private static Ship told(EntityManager em, String harbor, String pilot) {
        return (Ship) em.createNativeQuery(
                        "select id, tenant, " + harbor + " as harbor_id, " + pilot + " as pilot_id, name from ship",
                        Ship.class)
                .getSingleResult();
    }

    @Test
    @Shows(
            value =
                    "a reference to a row of somebody else, or a marked one: a to-one, `@Any`, an element or key of a collection, a part of an `@EmbeddedId`; by an instance made by hand, by `getReference` of a bytecode-enhanced class",
            in = Shows.NOT_PROTECTED)
    void whatNativeSqlSaysOfAReferenceIsNotWritten() {
        refused(() -> inA(em -> told(em, "2", "pilot_id").name = "y"));
        refused(() -> inA(em -> told(em, "3", "pilot_id").name = "y"));
        refused(() -> inA(em -> told(em, "harbor_id", "2").name = "y"));
        inA(em -> told(em, "harbor_id", "pilot_id").name = "y"); // the marked pilot stays visible through it
        assertThat(world.rows("select name, harbor_id, pilot_id from ship")).containsExactly("y | 1 | 3 | ");
    }

    /** Work across tenants may point at all, and has only what was said. */
    @Test
    void whatNativeSqlSaysOfAPathHandsNoRowOver() {
        List<String> before = world.rows("select * from load");
        for (String said : List.of("2", "harbor_id")) {
            Runnable work = () -> CrossTenant.write("test")
                    .run(() -> world.without(em -> ((Load) em.createNativeQuery(
                                            "select id, " + said + " as harbor_id, name from load", Load.class)
                                    .getSingleResult())
                            .name = "y"));
            if (said.equals("2")) {
                assertThatThrownBy(work::run).satisfies(thrown -> assertThat(causes(thrown))
                        .as("%s", thrown)
                        .hasAtLeastOneElementOfType(ForeignRowException.class));
                assertThat(world.rows("select * from load")).isEqualTo(before);
            } else {
                work.run();
            }
        }
        assertThat(world.rows("select id, name, harbor_id from load")).containsExactly("1 | y | 1 | ");
    }

    private static Ship second(@Nullable Harbor harbor) {
        Ship ship = new Ship();
        ship.id = 2;
        ship.harbor = harbor;
        return ship;
    }

    private static Harbor byHand(long id, TenantId tenant) {
        Harbor harbor = new Harbor();
        harbor.id = id;
        harbor.tenant = tenant;
        return harbor;
    }

    @Test
    void aMarkedRowIsReferredToInNoScope() {
        for (Function<EntityManager, Harbor> harbor : List.<Function<EntityManager, Harbor>>of(
                em -> em.getReference(Harbor.class, MARKED), em -> byHand(MARKED, a))) {
            refused(() -> inA(em -> em.persist(second(harbor.apply(em)))));
            refused(() -> IncludeDeleted.because("test").run(() -> inA(em -> em.persist(second(harbor.apply(em))))));
            refused(() -> CrossTenant.write("test")
                    .run(() -> world.without(em -> {
                        Ship ship = second(harbor.apply(em));
                        ship.tenant = a;
                        em.persist(ship);
                    })));
        }
        refused(() ->
                IncludeDeleted.because("test").run(() -> inA(em -> em.persist(second(em.find(Harbor.class, MARKED))))));
    }

    @Test
    void whatAStatelessSessionHasYetToSendIsFound() {
        TenantScope.of(a)
                .run(() -> World.stateless(world.safe, session -> {
                    session.setJdbcBatchSize(5);
                    Harbor harbor = byHand(9, a);
                    session.insert(harbor);
                    Ship ship = second(harbor);
                    session.insert(ship);
                    ship.name = "x";
                    session.update(ship);
                    session.upsert(ship);
                }));
        assertThat(world.rows("select id, name, harbor_id from ship where id = 2"))
                .containsExactly("2 | x | 9 | ");
    }
}
