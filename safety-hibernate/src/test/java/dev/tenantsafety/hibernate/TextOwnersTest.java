package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.RealmId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** IDs that are backed by texts, as keys, as owners and on paths to owners. */
@ParameterizedClass
@EnumSource(Database.class)
class TextOwnersTest {

    @Entity(name = "Realm")
    @OwnerRoot
    static class Realm implements SoftDeletable {
        @Id
        RealmId id = new RealmId("none");

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Client")
    static class Client implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        RealmId realm = new RealmId("none");

        String name = "";

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Role")
    @OwnedThrough("realm")
    static class Role {
        @Id
        long id;

        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        @Nullable
        Realm realm;
    }

    @Entity(name = "Generated")
    @Unowned("a test of types")
    static class Generated {
        @Id
        @GeneratedValue
        @Nullable
        RealmId id;
    }

    private static final RealmId A = new RealmId("O'Brien \\ 😀");
    private static final RealmId B = new RealmId("o'brien \\ 😀");

    private final World world;

    TextOwnersTest(Database database) {
        world = new World(database, List.of(Realm.class, Client.class, Role.class), Map.of());
        long id = 0;
        for (RealmId owner : List.of(A, B)) {
            long key = ++id;
            world.in(owner, em -> {
                Realm realm = new Realm();
                realm.id = owner;
                Client client = new Client();
                client.id = key;
                client.realm = owner;
                Role role = new Role();
                role.id = key;
                role.realm = realm;
                List.of(realm, client, role).forEach(em::persist);
            });
        }
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void theColumnsAreTexts() {
        assertThat(world.rows("select realm from Client order by id").toString())
                .contains(A.text(), B.text());
    }

    @Test
    void eachRealmSeesItsOwnRows() {
        world.in(A, em -> {
            for (String entity : List.of("Realm", "Client", "Role")) {
                assertThat(WorldTest.count(em, entity)).isEqualTo(1);
            }
            assertThat(em.find(Realm.class, A)).isNotNull();
            assertThat(em.find(Realm.class, B)).isNull();
            assertThat(em.find(Client.class, 2L)).isNull();
            assertThat(em.createQuery("from Client where realm = :realm", Client.class)
                            .setParameter("realm", A)
                            .getResultList())
                    .hasSize(1);
        });
    }

    @Test
    void rowsOfAnotherRealmAreNotWritten() {
        List<String> before = world.rows("select * from Client");
        assertThatThrownBy(() -> world.in(A, em -> {
                    Client client = new Client();
                    client.id = 9;
                    client.realm = B;
                    em.persist(client);
                }))
                .hasRootCauseInstanceOf(ForeignRowException.class);
        assertThatThrownBy(() -> world.in(A, em -> {
                    Role role = new Role();
                    role.id = 9;
                    role.realm = em.getReference(Realm.class, B);
                    em.persist(role);
                }))
                .hasRootCauseInstanceOf(ForeignRowException.class);
        world.in(A, em -> assertThat(
                        em.createQuery("update Client set name = 'changed'").executeUpdate())
                .isEqualTo(1));
        assertThat(world.rows("select * from Client where id = 2")).isSubsetOf(before);
    }

    @Test
    void aMarkedClientComesBack() {
        List<String> before = world.rows("select * from Client order by id");
        DeletionId deletion = world.get(A, removed(Client.class, 1L));
        world.in(A, em -> assertThat(WorldTest.count(em, "Client")).isZero());
        world.in(A, em -> Deletions.of(em).undo(deletion));
        assertThat(world.rows("select * from Client order by id")).isEqualTo(before);
    }

    /** What a marked realm owns is closed, though its keys are texts that take quoting. */
    @Test
    void aMarkedRealmIsClosed() {
        world.in(A, em -> {
            em.remove(em.find(Role.class, 1L));
            em.flush();
        });
        world.in(A, em -> em.remove(em.find(Realm.class, A)));
        assertThatThrownBy(() -> world.in(A, em -> em.find(Client.class, 1L))).isInstanceOf(RuntimeException.class);
        world.in(B, em -> assertThat(em.find(Client.class, 2L)).isNotNull());
    }

    @Test
    void noKeyIsGenerated() {
        assertThat(StartUp.problems(Generated.class))
                .containsExactly(
                        "Generated.id is generated, but its kind is backed by a text. Remove @GeneratedValue and assign its IDs.");
    }

    private static <E extends SoftDeletable> Function<jakarta.persistence.EntityManager, DeletionId> removed(
            Class<E> type, Object id) {
        return em -> {
            E found = em.find(type, id);
            em.remove(found);
            em.flush();
            Tombstone tombstone = found instanceof Client client ? client.tombstone : null;
            assertThat(tombstone).isNotNull();
            return tombstone.deletionId();
        };
    }
}
