package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.hibernate.world.Customer;
import dev.tenantsafety.hibernate.world.Site;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.IncludeDeleted;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Version;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a site owns that was removed is seen in the bin of its tenant, and not changed there. */
@ParameterizedClass
@EnumSource(Database.class)
class ClosedSitesInBinTest extends WorldTest {

    @Entity(name = "Door")
    static class Door implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        @Version
        int version;

        String name = "";

        @ElementCollection
        Set<String> words = new HashSet<>();

        @Embedded
        @Nullable
        Tombstone tombstone;

        void rename() {
            name = "changed";
        }
    }

    /** Really deleted. */
    @Entity(name = "Crate")
    static class Crate {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        String name = "";

        void rename() {
            name = "changed";
        }
    }

    /** By a path. */
    @Entity(name = "Hinge")
    @OwnedThrough("door")
    static class Hinge {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Door door;

        String name = "";

        void rename() {
            name = "changed";
        }
    }

    private final SiteId site = SiteId.create();
    private final SiteId open = SiteId.create();

    ClosedSitesInBinTest(Database database) {
        super(new World(
                database,
                Stream.concat(World.ENTITIES.stream(), Stream.of(Door.class, Crate.class, Hinge.class))
                        .toList(),
                Map.of()));
    }

    @BeforeEach
    void sites() {
        inA(em -> {
            em.persist(new Customer(a, "a"));
            em.persist(new Site(site, "closed"));
            em.persist(new Site(open, "open"));
        });
        fill(site, 1);
        fill(open, 2);
        inA(em -> em.remove(em.find(Site.class, site)));
    }

    private void fill(SiteId owner, long id) {
        TenantScope.of(a)
                .narrow(owner)
                .run(() -> world.without(em -> {
                    Door door = door(id, owner);
                    em.persist(door);
                    em.persist(crate(id, owner));
                    Hinge hinge = new Hinge();
                    hinge.id = id;
                    hinge.door = door;
                    em.persist(hinge);
                }));
    }

    private Door door(long id, @Nullable SiteId owner) {
        Door door = new Door();
        door.id = id;
        door.tenant = a;
        door.site = owner;
        door.words.add("word");
        return door;
    }

    private Crate crate(long id, @Nullable SiteId owner) {
        Crate crate = new Crate();
        crate.id = id;
        crate.tenant = a;
        crate.site = owner;
        return crate;
    }

    private List<String> rows() {
        return Stream.of(
                        "select id, name, version, site, deletion_id from door order by id",
                        "select * from door_words order by door_id, words",
                        "select id, name, site from crate order by id",
                        "select id, name, door_id from hinge order by id")
                .flatMap(sql -> world.rows(sql).stream())
                .toList();
    }

    private void isRefused(SoftAssertions checks, String what, Runnable work) {
        List<String> before = rows();
        checks.assertThatThrownBy(() -> IncludeDeleted.because("test").run(work))
                .as(what)
                .satisfies(thrown -> assertThat(causes(thrown)).anyMatch(TenantSafetyException.class::isInstance));
        checks.assertThat(rows()).as(what).isEqualTo(before);
    }

    private static final Map<String, Consumer<EntityManager>> WRITES = Map.ofEntries(
            Map.entry("update", em -> em.find(Door.class, 1L).rename()),
            Map.entry("update of what is really deleted", em -> em.find(Crate.class, 1L)
                    .rename()),
            Map.entry("update by a path", em -> em.find(Hinge.class, 1L).rename()),
            Map.entry("elements", em -> em.find(Door.class, 1L).words.add("another")),
            Map.entry("no elements", em -> em.find(Door.class, 1L).words.clear()),
            Map.entry("mark", em -> em.remove(em.find(Door.class, 1L))),
            Map.entry("mark by its key", em -> Deletions.of(em).mark(Door.class, List.of(1L), "test")),
            Map.entry("delete", em -> em.remove(em.find(Crate.class, 1L))),
            Map.entry("delete by a path", em -> em.remove(em.find(Hinge.class, 1L))),
            Map.entry("increment", em -> em.find(Door.class, 1L, LockModeType.OPTIMISTIC_FORCE_INCREMENT)),
            Map.entry("increment at once", em -> em.find(Door.class, 1L, LockModeType.PESSIMISTIC_FORCE_INCREMENT)),
            Map.entry("bulk update", em -> em.createQuery("update Crate set name = 'x'")
                    .executeUpdate()),
            Map.entry("bulk delete", em -> em.createQuery("delete from Crate").executeUpdate()),
            Map.entry("bulk delete by a path", em -> em.createQuery("delete from Hinge")
                    .executeUpdate()));

    @Test
    @Shows("`IncludeDeleted` in a tenant's scope, and what its marked sites own")
    void isNotChanged() {
        SoftAssertions.assertSoftly(checks -> WRITES.forEach((what, write) -> {
            isRefused(checks, what, () -> TenantScope.of(a).run(() -> world.without(write)));
            isRefused(checks, what + " across tenants", () -> CrossTenant.write("test")
                    .run(() -> world.without(write)));
        }));
    }

    @Test
    void isNotChangedByAStatelessSession() {
        Map<String, Consumer<StatelessSession>> writes = Map.of(
                "insert", session -> session.insert(door(9, site)),
                "insert of what is really deleted", session -> session.insert(crate(9, site)),
                "update", session -> session.update(door(1, site)),
                "update without saying the site", session -> session.update(crate(1, null)),
                "update of what is really deleted", session -> session.update(crate(1, site)),
                "upsert", session -> session.upsert(crate(1, site)),
                "upsert without saying the site", session -> session.upsert(crate(1, null)),
                "upsert of a new one", session -> session.upsert(crate(9, site)),
                "delete", session -> session.delete(crate(1, site)),
                "delete without saying the site", session -> session.delete(crate(1, null)));
        SoftAssertions.assertSoftly(checks -> writes.forEach((what, write) -> {
            isRefused(checks, what, () -> TenantScope.of(a).run(() -> World.stateless(world.safe, write)));
            isRefused(checks, what + " across tenants", () -> CrossTenant.write("test")
                    .run(() -> World.stateless(world.safe, write)));
        }));
    }

    @Test
    void isSeenThereAndComesBack() {
        IncludeDeleted.because("test")
                .run(() -> inA(em -> {
                    assertThat(em.createQuery("select id from Door order by id", Long.class)
                                    .getResultList())
                            .containsExactly(1L, 2L);
                    assertThat(em.createQuery("select id from Hinge order by id", Long.class)
                                    .getResultList())
                            .containsExactly(1L, 2L);
                }));
        inA(em -> Deletions.of(em)
                .undo(em.createQuery("select id from DeletionRecord", dev.tenantsafety.id.DeletionId.class)
                        .getSingleResult()));
        inA(em -> em.find(Door.class, 1L).rename());
        assertThat(world.rows("select name from door where id = 1")).containsExactly("changed | ");
    }

    @Test
    void whatOpenSitesOwnIsChangedThere() {
        IncludeDeleted.because("test")
                .run(() -> inA(em -> {
                    em.find(Door.class, 2L).rename();
                    em.find(Hinge.class, 2L).rename();
                    em.remove(em.find(Crate.class, 2L));
                    em.persist(door(9, open));
                    em.persist(crate(9, null));
                }));
        assertThat(world.rows("select name from door where id = 2")).containsExactly("changed | ");
        assertThat(world.rows("select id from crate where id > 1")).containsExactly("9 | ");
    }
}
