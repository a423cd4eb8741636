package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.scope.NoTenantScopeException;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A scope that names no owner on any level of an entity tells its rows from those of others by nothing, so it writes none. */
@ParameterizedClass
@EnumSource(Database.class)
class ScopeOfOtherLevelTest extends WorldTest {

    @Entity(name = "Part")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Part {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @Version
        long version;

        @ElementCollection
        Set<String> words = new HashSet<>();

        Part with(long key, @Nullable TenantId owner, String called) {
            id = key;
            tenant = owner;
            name = called;
            words = new HashSet<>(Set.of(called));
            return this;
        }
    }

    @Entity(name = "Bolt")
    static class Bolt extends Part {
        String pitch = "";
    }

    @Entity(name = "Ticket")
    static class Ticket implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @Embedded
        @Nullable
        Tombstone tombstone;

        Ticket with(long key, @Nullable TenantId owner, String called) {
            id = key;
            tenant = owner;
            name = called;
            return this;
        }
    }

    @Entity(name = "Comment")
    @OwnedThrough("part")
    static class Comment {
        @Id
        long id;

        String name = "";

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Part part;

        Comment with(long key, @Nullable Part to, String called) {
            id = key;
            part = to;
            name = called;
            return this;
        }
    }

    @Entity(name = "Desk")
    static class Desk {
        @Id
        long id;

        @OwnedBy
        @Nullable
        SiteId site;

        String name = "";

        Desk with(long key, @Nullable SiteId owner, String called) {
            id = key;
            site = owner;
            name = called;
            return this;
        }
    }

    @Entity(name = "Shelf")
    static class Shelf implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        SiteId site;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    /** Owned on both levels, one of which is enough. */
    @Entity(name = "Lamp")
    static class Lamp {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        String name = "";

        Lamp with(long key, String called) {
            id = key;
            name = called;
            return this;
        }
    }

    /** A unit: the key says whose it is. */
    @Entity(name = "Customer")
    static class Customer {
        @Id
        @Nullable
        TenantId id;

        String name = "";

        static Customer of(TenantId id, String name) {
            Customer made = new Customer();
            made.id = id;
            made.name = name;
            return made;
        }
    }

    private static final List<String> TABLES =
            List.of("part", "bolt", "part_words", "ticket", "comment", "desk", "lamp", "customer");

    private final SiteId siteOfB = SiteId.create();
    private final SiteId site = SiteId.create();

    ScopeOfOtherLevelTest(Database database) {
        super(new World(
                database,
                List.of(
                        Part.class,
                        Bolt.class,
                        Ticket.class,
                        Comment.class,
                        Desk.class,
                        Shelf.class,
                        Lamp.class,
                        Customer.class),
                Map.of()));
    }

    @BeforeEach
    void rows() {
        world.in(b, em -> {
            em.persist(Customer.of(b, "ofB"));
            Part part = new Part().with(20, null, "ofB");
            em.persist(part);
            em.persist(new Bolt().with(21, null, "ofB"));
            em.persist(new Ticket().with(20, null, "ofB"));
            em.persist(new Ticket().with(21, null, "ofB"));
            em.persist(new Comment().with(20, part, "ofB"));
        });
        TenantScope.of(b).narrow(siteOfB).run(() -> world.without(em -> em.persist(new Desk().with(20, null, "ofB"))));
    }

    private List<String> all() {
        List<String> all = new ArrayList<>();
        TABLES.forEach(table -> world.rows("select * from " + table).forEach(row -> all.add(table + ": " + row)));
        return all;
    }

    private void isRefused(String what, Runnable work) {
        List<String> before = all();
        Throwable thrown = catchThrowable(work::run);
        assertThat(all()).as(what).isEqualTo(before);
        assertThat(causes(thrown)).as(what).anyMatch(cause -> cause instanceof NoTenantScopeException);
    }

    private void stateless(TypedId<?> scope, String what, Consumer<StatelessSession> work) {
        isRefused(what, () -> TenantScope.of(scope).run(() -> World.stateless(world.safe, work)));
    }

    private void session(TypedId<?> scope, String what, Consumer<EntityManager> work) {
        isRefused(what, () -> world.in(scope, work));
    }

    /** All writes of a row of B, whatever the instance says of its owner. */
    private void refusesAll(TypedId<?> scope, @Nullable TypedId<?> says, LongFunction<Object> row) {
        String what = row.apply(20).getClass().getSimpleName() + " that says " + says + ": ";
        stateless(scope, what + "update", s -> s.update(row.apply(20)));
        stateless(scope, what + "updateMultiple", s -> s.updateMultiple(List.of(row.apply(20))));
        stateless(scope, what + "upsert", s -> s.upsert(row.apply(20)));
        stateless(scope, what + "upsert of a new one", s -> s.upsert(row.apply(99)));
        stateless(scope, what + "insert", s -> s.insert(row.apply(99)));
        stateless(scope, what + "insertMultiple", s -> s.insertMultiple(List.of(row.apply(99))));
        session(scope, what + "persist", em -> em.persist(row.apply(99)));
        session(scope, what + "merge", em -> em.merge(row.apply(20)));
        if (!(row.apply(20) instanceof SoftDeletable)) {
            stateless(scope, what + "delete", s -> s.delete(row.apply(20)));
            stateless(scope, what + "deleteMultiple", s -> s.deleteMultiple(List.of(row.apply(20))));
        }
    }

    @Test
    @Shows("a scope that names no owner on any level of the entity: that of a site, of what only tenants own")
    void ofASiteWhatTenantsOwn() {
        for (TenantId says : new TenantId[] {b, a, null}) {
            refusesAll(site, says, id -> new Part().with(id, says, "changed"));
            refusesAll(site, says, id -> new Bolt().with(id + 1, says, "changed"));
            refusesAll(site, says, id -> new Ticket().with(id, says, "changed"));
            refusesAll(site, says, id -> new Comment().with(id, new Part().with(20, says, "changed"), "changed"));
        }
    }

    @Test
    void ofATenantWhatSitesOwn() {
        for (SiteId says : new SiteId[] {siteOfB, site, null}) {
            refusesAll(a, says, id -> new Desk().with(id, says, "changed"));
        }
    }

    @Test
    void norTheRowOfAUnit() {
        stateless(site, "update", s -> s.update(Customer.of(b, "changed")));
        stateless(site, "upsert", s -> s.upsert(Customer.of(b, "changed")));
        stateless(site, "insert", s -> s.insert(Customer.of(a, "new")));
        stateless(site, "delete", s -> s.delete(Customer.of(b, "ofB")));
        session(site, "persist", em -> em.persist(Customer.of(a, "new")));
        session(site, "merge", em -> em.merge(Customer.of(b, "changed")));
    }

    @Test
    @Shows("a scope that names no owner on any level of the entity: that of a site, of what only tenants own")
    void marksNothing() {
        Ticket held = world.get(b, em -> em.find(Ticket.class, 20L));
        session(site, "remove", em -> em.remove(em.getReference(Ticket.class, 20L)));
        session(site, "mark", em -> Deletions.of(em).mark(Ticket.class, List.of(20L), "test"));
        session(site, "merge", em -> em.remove(em.merge(held)));
        DeletionId deletion = world.get(b, em -> Deletions.of(em).mark(Ticket.class, List.of(21L), "test"));
        session(site, "undo", em -> Deletions.of(em).undo(deletion));
    }

    /** What only sites own is in no deletion of a tenant's scope, and is in the way of none. */
    @Test
    void anUndoAsksForWhatTheScopeReaches() {
        DeletionId deletion = world.get(b, em -> Deletions.of(em).mark(Ticket.class, List.of(21L), "test"));
        world.in(b, em -> assertThat(Deletions.of(em).undo(deletion).restored()).isEqualTo(Map.of("Ticket", 1L)));
    }

    /** Half a deletion would come back. */
    @Test
    void aDeletionOfBothLevelsIsUndoneInTheScopeOfBoth() {
        DeletionId[] deletion = new DeletionId[1];
        TenantScope both = TenantScope.of(b).narrow(siteOfB);
        both.run(() -> world.without(em -> {
            Shelf shelf = new Shelf();
            shelf.id = 1;
            em.persist(shelf);
        }));
        both.run(() -> world.without(em -> deletion[0] = Deletions.of(em).because("end", () -> {
            em.remove(em.find(Ticket.class, 21L));
            em.remove(em.find(Shelf.class, 1L));
        })));
        session(b, "undo", em -> Deletions.of(em).undo(deletion[0]));
        both.run(() -> world.without(
                em -> assertThat(Deletions.of(em).undo(deletion[0]).restored())
                        .isEqualTo(Map.of("Ticket", 1L, "Shelf", 1L))));
    }

    /** Native SQL reads past the filters, and a collection of a detached row by its key. */
    @Test
    void loadsNothing() {
        session(site, "native", em -> em.createNativeQuery("select * from ticket", Ticket.class)
                .getResultList());
        session(site, "of a path", em -> em.createNativeQuery("select * from comment", Comment.class)
                .getResultList());
        Part held = world.get(b, em -> em.find(Part.class, 20L));
        stateless(site, "fetch", s -> s.fetch(held.words));
    }

    /** Each level is enough, of an entity that is owned on several. */
    @Test
    @Shows("a scope that names no owner on any level of the entity: that of a site, of what only tenants own")
    void oneOfTheLevelsIsEnough() {
        for (TypedId<?> scope : List.<TypedId<?>>of(a, site)) {
            world.in(scope, em -> em.persist(new Lamp().with(1, "new")));
            world.in(scope, em -> em.find(Lamp.class, 1L).with(1, "changed"));
            Lamp held = world.get(scope, em -> em.find(Lamp.class, 1L));
            TenantScope.of(scope).run(() -> World.stateless(world.safe, s -> s.update(held.with(1, "again"))));
            assertThat(world.rows("select name from lamp")).containsExactly("again | ");
            TenantScope.of(scope).run(() -> World.stateless(world.safe, s -> s.delete(held)));
            assertThat(world.rows("select name from lamp")).isEmpty();
        }
    }
}
