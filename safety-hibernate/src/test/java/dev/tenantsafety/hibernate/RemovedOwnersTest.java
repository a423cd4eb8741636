package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.MapKeyJoinColumn;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A row without a tombstone goes for good, with all its links: also those to marked rows, for which there is no way back to it. */
@ParameterizedClass
@EnumSource(Database.class)
class RemovedOwnersTest extends WorldTest {

    @Entity(name = "Coin")
    static class Coin implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Purse")
    static class Purse {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToMany
        @JoinTable(name = "purse_set")
        Set<Coin> set = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "purse_list")
        @OrderColumn(name = "pos")
        List<Coin> list = new ArrayList<>();

        @ElementCollection
        @JoinTable(name = "purse_map")
        @MapKeyJoinColumn(name = "coin_id")
        Map<Coin, String> map = new HashMap<>();

        @OneToMany
        @JoinColumn(name = "purse")
        Set<Coin> own = new HashSet<>();

        void put(Coin coin) {
            set.add(coin);
            list.add(coin);
            map.put(coin, "coin");
            own.add(coin);
        }

        List<Object> all() {
            return List.of(set, list, map, own);
        }

        void turn() {
            list.add(list.remove(0));
        }
    }

    private static final List<String> LINKS = List.of("purse_set", "purse_list", "purse_map", "purse");

    RemovedOwnersTest(Database database) {
        super(new World(database, List.of(Coin.class, Purse.class), Map.of()));
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            Purse purse = new Purse();
            purse.id = 1;
            for (int i = 1; i <= 3; i++) {
                Coin coin = new Coin();
                coin.id = i;
                em.persist(coin);
                purse.put(coin);
            }
            em.persist(purse);
        });
    }

    private static void mark(EntityManager em, long id) {
        em.remove(Objects.requireNonNull(em.find(Coin.class, id)));
    }

    private static void remove(EntityManager em) {
        em.remove(Objects.requireNonNull(em.find(Purse.class, 1L)));
    }

    private void removes(Consumer<Consumer<EntityManager>> scope) {
        DeletionId deletion = world.get(a, em -> Deletions.of(em).because("a test", () -> mark(em, 2)));
        scope.accept(RemovedOwnersTest::remove);
        LINKS.forEach(table -> assertThat(world.count(table)).as(table).isZero());
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(world.rows("select id, deletion_id, purse from coin order by id"))
                .containsExactly("1 | null | null | ", "2 | null | null | ", "3 | null | null | ");
    }

    @Test
    @Shows("a row that is not `SoftDeletable` is removed, with links to marked rows")
    void itsLinksGoWithIt() {
        removes(this::inA);
    }

    @Test
    void soTheyDoAcrossTenants() {
        removes(work -> CrossTenant.write("a test").run(() -> world.without(work)));
    }

    @Test
    void soTheyDoInAStatelessSession() {
        removes(work -> TenantScope.of(a)
                .run(() -> World.stateless(world.safe, session -> {
                    Purse purse = session.get(Purse.class, 1L);
                    purse.all().forEach(session::fetch); // it removes those of collections that it has
                    session.delete(purse);
                })));
    }

    @Test
    void soTheyDoWhereTheListWasWrittenSince() {
        inA(em -> mark(em, 1));
        inA(em -> em.find(Purse.class, 1L).turn()); // what is marked is out of the way now
        inA(RemovedOwnersTest::remove);
        LINKS.forEach(table -> assertThat(world.count(table)).as(table).isZero());
    }

    @Test
    void bothInOneFlush() {
        inA(em -> {
            mark(em, 3);
            remove(em);
        });
        LINKS.forEach(table -> assertThat(world.count(table)).as(table).isZero());
    }
}
