package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.hibernate.Session;
import org.hibernate.query.NativeQuery;
import org.hibernate.query.QueryProducer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows that are joined to others without a filter: by native SQL, and where an enhanced instance loads an attribute. */
@ParameterizedClass
@EnumSource(Database.class)
class JoinedRowsTest extends WorldTest {

    @Entity(name = "Hall")
    @Shared("for all")
    static class Hall {
        @Id
        long id;

        @OneToMany(mappedBy = "hall")
        Set<Seat> seats = new HashSet<>();

        @OneToOne(mappedBy = "only", fetch = FetchType.LAZY)
        @Nullable
        Seat seat;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "best_code", referencedColumnName = "code")
        @Nullable
        Seat best;

        @Nullable
        Seat getSeat() {
            return seat;
        }

        @Nullable
        Seat getBest() {
            return best;
        }
    }

    @Entity(name = "Guest")
    static class Guest {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "Seat")
    @OwnedThrough("guest")
    static class Seat {
        @Id
        long id;

        @Column(unique = true)
        String code = "";

        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        Guest guest = new Guest();

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Hall hall;

        @OneToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "only_id")
        @Nullable
        Hall only;
    }

    private static final long OWN = 1;
    private static final long FOREIGN = 2;
    private static final long BOTH = 3;

    JoinedRowsTest(Database database) {
        super(new World(database, List.of(Hall.class, Guest.class, Seat.class), Map.of()));
    }

    @BeforeEach
    void halls() {
        world.without(em -> {
            for (long id : new long[] {OWN, FOREIGN, BOTH}) {
                Hall hall = new Hall();
                hall.id = id;
                em.persist(hall);
            }
        });
        inA(em -> fill(em, OWN));
        world.in(b, em -> fill(em, FOREIGN));
        world.sql(
                "update Seat set only_id = id where id < 10",
                "update Hall set best_code = '1' where id = 1",
                "update Hall set best_code = '2' where id = 2");
    }

    private static void fill(EntityManager em, long id) {
        Guest guest = new Guest();
        guest.id = id;
        em.persist(guest);
        for (long each : new long[] {id, id + 10}) {
            Seat seat = new Seat();
            seat.id = each;
            seat.code = String.valueOf(each);
            seat.guest = guest;
            seat.hall = em.find(Hall.class, each == id ? id : BOTH);
            em.persist(seat);
        }
    }

    private static NativeQuery<Hall> query(QueryProducer session, long id) {
        return session.createNativeQuery(
                        "select {h.*}, {s.*} from Hall h join Seat s on s.hall_id = h.id where h.id = " + id,
                        Hall.class)
                .addEntity("h", Hall.class)
                .addJoin("s", "h.seats");
    }

    private void isRefused(Function<EntityManager, @Nullable Object> read) {
        assertThatThrownBy(() -> world.get(a, em -> List.of(String.valueOf(read.apply(em)))))
                .isInstanceOf(ForeignRowException.class);
    }

    @Test
    @Shows(
            value = "native query that loads entities, also with `addJoin` and `addFetch`, in a `StatelessSession` too",
            in = Shows.NOT_PROTECTED)
    void elementsThatANativeQueryJoinsAreLookedAt() {
        inA(em -> assertThat(query(em.unwrap(Session.class), OWN).list().get(0).seats)
                .hasSize(1));
        isRefused(em -> query(em.unwrap(Session.class), FOREIGN).list());
        isRefused(em -> query(em.unwrap(Session.class), BOTH).list());
        isRefused(
                em -> query(em.unwrap(Session.class), FOREIGN).getResultStream().toList());
        TenantScope.of(a)
                .run(() -> World.stateless(world.safe, session -> {
                    assertThat(query(session, OWN).list()).hasSize(1);
                    assertThatThrownBy(() -> query(session, FOREIGN).list()).isInstanceOf(ForeignRowException.class);
                }));
    }

    private @Nullable Object ofOthers(Function<EntityManager, @Nullable Object> read) {
        Object[] got = {null};
        inA(em -> {
            try {
                got[0] = read.apply(em);
            } catch (ForeignRowException e) {
                got[0] = null; // an enhanced instance has no way to tell before
                em.clear();
            }
        });
        return got[0];
    }

    @Test
    @Shows(
            value =
                    "LAZY attributes of bytecode-enhanced entities that are not found by a primary key (`mappedBy`, `referencedColumnName`)",
            in = Shows.NOT_PROTECTED)
    void whatAnAttributeLoadsIsTheScopes() {
        inA(em -> {
            assertThat(em.find(Hall.class, OWN).getSeat()).isNotNull();
            assertThat(em.find(Hall.class, OWN).getBest()).isNotNull();
        });
        assertThat(ofOthers(em -> em.find(Hall.class, FOREIGN).getSeat())).isNull();
        assertThat(ofOthers(em -> em.find(Hall.class, FOREIGN).getBest())).isNull();
    }
}
