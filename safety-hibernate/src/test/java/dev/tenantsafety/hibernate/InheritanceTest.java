package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapKey;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Version;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Hierarchies in one table, in several, and in one table per class; as entities and as elements. */
@ParameterizedClass
@EnumSource(Database.class)
class InheritanceTest {

    @MappedSuperclass
    abstract static class Base implements SoftDeletable {
        @Id
        LabelId id = LabelId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Version
        int version;

        String name = "";

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Holder")
    static class Holder extends Base {
        @OneToMany(mappedBy = "holder", cascade = CascadeType.ALL)
        Set<Single> singles = new HashSet<>();

        @OneToMany(mappedBy = "holder", cascade = CascadeType.ALL)
        @MapKey(name = "name")
        Map<String, Joined> joined = new HashMap<>();

        @OneToMany(mappedBy = "holder", cascade = CascadeType.ALL)
        Set<Union> unions = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "holder_joined_sub")
        Set<JoinedSub> linked = new HashSet<>();
    }

    @Entity(name = "Single")
    @Inheritance(strategy = InheritanceType.SINGLE_TABLE)
    static class Single extends Base {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Holder holder;
    }

    @Entity(name = "SingleSub")
    static class SingleSub extends Single {
        int extra = 1;
    }

    @Entity(name = "Joined")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Joined extends Base {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Holder holder;
    }

    @Entity(name = "JoinedSub")
    static class JoinedSub extends Joined {
        int extra = 2;
    }

    @Entity(name = "UnionBase")
    @Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
    static class Union extends Base {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Holder holder;
    }

    @Entity(name = "UnionSub")
    static class UnionSub extends Union {
        int extra = 3;
    }

    private final World world;
    private final TenantId a = TenantId.create();
    private final TenantId b = TenantId.create();

    InheritanceTest(Database database) {
        world = new World(
                database,
                List.of(
                        Holder.class,
                        Single.class,
                        SingleSub.class,
                        Joined.class,
                        JoinedSub.class,
                        Union.class,
                        UnionSub.class),
                Map.of());
        for (TenantId tenant : List.of(a, b)) {
            world.in(tenant, em -> {
                Holder holder = new Holder();
                for (Single single : List.of(new Single(), new SingleSub())) {
                    single.holder = holder;
                    holder.singles.add(single);
                }
                JoinedSub sub = new JoinedSub();
                sub.name = "sub";
                for (Joined joined : List.of(new Joined(), sub)) {
                    joined.holder = holder;
                    holder.joined.put(joined.name, joined);
                }
                for (Union union : List.of(new Union(), new UnionSub())) {
                    union.holder = holder;
                    holder.unions.add(union);
                }
                holder.linked.add(sub);
                em.persist(holder);
            });
        }
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void theDatabaseSaysTheSameOfOwnership() throws SQLException {
        MappedOwnership mapped = MappedOwnership.of(world.safe);
        OwnershipModel model = OwnershipModel.read(world.source(), mapped::addTo);
        assertThat(mapped.differences(model)).isEmpty();
        try (Connection connection = world.source().getConnection()) {
            assertThat(model.check(connection)).isEmpty();
        }
    }

    private void sees(TenantId tenant, int ofEach, int subs) {
        world.in(tenant, em -> {
            for (String entity : List.of("Single", "Joined", "UnionBase")) {
                assertThat(WorldTest.count(em, entity)).as(entity).isEqualTo(ofEach);
            }
            for (String entity : List.of("SingleSub", "JoinedSub", "UnionSub")) {
                assertThat(WorldTest.count(em, entity)).as(entity).isEqualTo(subs);
            }
            em.createQuery("from Holder", Holder.class).getResultList().forEach(holder -> {
                assertThat(holder.singles).hasSize(ofEach);
                assertThat(holder.joined).hasSize(ofEach);
                assertThat(holder.unions).hasSize(ofEach);
                assertThat(holder.linked).hasSize(subs);
            });
        });
    }

    @Test
    void scopesHoldInEachKindOfHierarchy() {
        sees(a, 2, 1);
        world.in(a, em -> {
            for (String entity : List.of("Single", "Joined", "UnionBase")) {
                assertThat(em.createQuery("update " + entity + " set name = 'mine'")
                                .executeUpdate())
                        .as(entity)
                        .isEqualTo(2);
            }
        });
        world.in(b, em -> assertThat(em.createQuery("from UnionBase u where u.name = 'mine'", Union.class)
                        .getResultList())
                .isEmpty());
    }

    @Test
    void subclassesAreMarkedAndComeBack() {
        DeletionId deletion = world.get(a, em -> Deletions.of(em).because("test", () -> {
            for (Class<?> entity : List.of(SingleSub.class, JoinedSub.class, UnionSub.class)) {
                em.createQuery("from " + entity.getSimpleName(), Object.class)
                        .getResultList()
                        .forEach(em::remove);
            }
        }));
        sees(a, 1, 0);
        sees(b, 2, 1);
        world.in(a, em -> assertThat(Deletions.of(em).undo(deletion).restored())
                .isEqualTo(Map.of("Single", 1L, "Joined", 1L, "Union", 1L)));
        sees(a, 2, 1);
    }

    @Test
    void aWholeGraphIsMarkedAndComesBack() {
        DeletionId deletion = world.get(a, em -> Deletions.of(em)
                .because(
                        "test",
                        () -> em.remove(
                                em.createQuery("from Holder", Holder.class).getSingleResult())));
        sees(a, 0, 0);
        sees(b, 2, 1);
        world.in(a, em -> assertThat(Deletions.of(em).undo(deletion).total()).isEqualTo(7));
        sees(a, 2, 1);
    }

    @Test
    void bulkDeletesAreRefusedInEachKindOfHierarchy() {
        for (String entity : List.of("Single", "SingleSub", "Joined", "JoinedSub", "UnionBase", "UnionSub")) {
            assertThatThrownBy(() -> world.in(
                            a, em -> em.createQuery("delete from " + entity).executeUpdate()))
                    .as(entity)
                    .isInstanceOf(HardDeleteRefusedException.class);
        }
        for (String table : List.of("Single", "Joined", "JoinedSub", "UnionBase", "UnionSub")) {
            assertThatThrownBy(
                            () -> world.in(a, em -> em.createNativeQuery("delete from " + table + " where id is null")
                                    .executeUpdate()))
                    .as(table)
                    .isInstanceOf(HardDeleteRefusedException.class);
        }
        sees(a, 2, 1);
    }
}
