package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a bulk statement would write is told by columns, and not by the names of attributes. */
@ParameterizedClass
@EnumSource(Database.class)
class BulkColumnsTest extends WorldTest {

    @Entity(name = "Part")
    static class Part {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Column(name = "tenant", insertable = false, updatable = false)
        @Nullable
        UUID rawTenant;

        @Column(name = "id", insertable = false, updatable = false)
        @Nullable
        Long again;

        @Column(name = "album", insertable = false, updatable = false)
        @Nullable
        Long albumId;

        String name = "";
    }

    @Entity(name = "Ticket")
    static class Ticket implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Column(name = "deleted_at", insertable = false, updatable = false)
        @Nullable
        Instant deletedAt;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Embeddable
    static class Twin {
        @Column(name = "part_id", insertable = false, updatable = false)
        @Nullable
        Long inside;
    }

    @Embeddable
    static class Line {
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "beside_id")
        @Nullable
        Part beside;

        String text = "";
    }

    @Entity(name = "Comment")
    @OwnedThrough("part")
    static class Comment {
        @Id
        long id;

        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        @JoinColumn(name = "part_id")
        @Nullable
        Part part;

        @Column(name = "part_id", insertable = false, updatable = false)
        @Nullable
        Long partId;

        @Embedded
        Twin twin = new Twin();

        @Embedded
        Line line = new Line();

        @Column(name = "beside_id", insertable = false, updatable = false)
        @Nullable
        Long besideId;
    }

    @Entity(name = "Animal")
    @Inheritance(strategy = InheritanceType.SINGLE_TABLE)
    static class Animal {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "Dog")
    static class Dog extends Animal {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Part friend;

        String name = "";
    }

    @Entity(name = "Vehicle")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Vehicle {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "Car")
    static class Car extends Vehicle {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Part wheel;

        @Column(name = "id", insertable = false, updatable = false)
        @Nullable
        Long again;
    }

    @Entity(name = "Root")
    @Shared("a catalog")
    @Inheritance(strategy = InheritanceType.SINGLE_TABLE)
    static class Root {
        @Id
        long id;
    }

    @Entity(name = "Leaf")
    static class Leaf extends Root {
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "favorite_id")
        @Nullable
        Part favorite;

        @Column(name = "favorite_id", insertable = false, updatable = false)
        @Nullable
        Long favoriteId;
    }

    @Embeddable
    static class Shelf {
        @ManyToMany
        @JoinTable(
                name = "sort_shelved",
                joinColumns = @JoinColumn(name = "sort"),
                inverseJoinColumns = @JoinColumn(name = "part"))
        Set<Part> shelved = new HashSet<>();
    }

    @Entity(name = "Album")
    static class Album {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToMany
        @JoinColumn(name = "album")
        Set<Part> parts = new HashSet<>();
    }

    @Entity(name = "Shelved")
    @Shared("a catalog")
    static class Shelved {
        @Id
        long id;

        @Embedded
        Shelf shelf = new Shelf();
    }

    @Entity(name = "Plain")
    @Shared("a catalog")
    static class Plain {
        @Id
        long id;

        @ElementCollection
        List<String> words = new ArrayList<>();
    }

    BulkColumnsTest(Database database) {
        super(new World(
                database,
                List.of(
                        Part.class,
                        Ticket.class,
                        Comment.class,
                        Animal.class,
                        Dog.class,
                        Vehicle.class,
                        Car.class,
                        Root.class,
                        Leaf.class,
                        Album.class,
                        Shelved.class,
                        Plain.class),
                Map.of()));
    }

    @BeforeEach
    void rows() {
        world.in(b, em -> {
            em.persist(part(2));
            Album album = new Album();
            album.id = 2;
            em.persist(album);
        });
        inA(em -> {
            Part part = part(1);
            em.persist(part);
            Ticket ticket = new Ticket();
            ticket.id = 1;
            em.persist(ticket);
            Comment comment = new Comment();
            comment.id = 1;
            comment.part = part;
            em.persist(comment);
            Dog dog = new Dog();
            dog.id = 1;
            em.persist(dog);
            Car car = new Car();
            car.id = 1;
            em.persist(car);
            Leaf leaf = new Leaf();
            leaf.id = 1;
            em.persist(leaf);
            em.persist(new Shelved());
            em.persist(new Plain());
        });
        world.sql("insert into sort_shelved (sort, part) values (0, 2)");
    }

    private static Part part(long id) {
        Part part = new Part();
        part.id = id;
        return part;
    }

    private List<List<String>> all() {
        List<List<String>> all = new ArrayList<>();
        for (String table : List.of(
                "part", "ticket", "comment", "animal", "vehicle", "car", "root", "shelved", "sort_shelved", "plain")) {
            all.add(world.rows("select * from " + table));
        }
        return all;
    }

    private void isRefused(SoftAssertions checks, String what, Runnable work) {
        List<List<String>> before = all();
        checks.assertThatThrownBy(work::run).as(what).satisfies(thrown -> assertThat(causes(thrown))
                .anyMatch(TenantSafetyException.class::isInstance));
        checks.assertThat(all()).as(what).isEqualTo(before);
    }

    private static Consumer<EntityManager> bulk(String hql, Object... values) {
        return em -> {
            var query = em.createQuery(hql);
            for (int i = 0; i < values.length; i++) {
                query.setParameter(i + 1, values[i]);
            }
            query.executeUpdate();
        };
    }

    @Test
    @Shows("HQL or Criteria UPDATE of an attribute that has the column of an owner, path, tombstone, key or reference")
    void whatAnotherAttributeSaysIsNotWritten() {
        Part ofB = part(2);
        SoftAssertions.assertSoftly(checks -> {
            for (Map.Entry<String, Object[]> each : Map.<String, Object[]>ofEntries(
                            Map.entry("update Comment c set c.partId = ?1", new Object[] {2L}),
                            Map.entry("update Comment c set c.twin.inside = ?1", new Object[] {2L}),
                            Map.entry("update Comment c set c.besideId = ?1", new Object[] {2L}),
                            Map.entry("update Comment c set c.line.beside = ?1", new Object[] {ofB}),
                            Map.entry("update Comment c set c.line.beside.id = ?1", new Object[] {2L}),
                            Map.entry("update Part p set p.rawTenant = ?1", new Object[] {b.uuid()}),
                            Map.entry("update Part p set p.again = ?1", new Object[] {9L}),
                            Map.entry("update Part p set p.albumId = ?1", new Object[] {2L}),
                            Map.entry("update Ticket t set t.deletedAt = instant", new Object[] {}),
                            Map.entry("update Animal x set x.friend = ?1", new Object[] {ofB}),
                            Map.entry("update Animal x set x.friend.id = ?1", new Object[] {2L}),
                            Map.entry("update Dog x set x.friend.id = ?1", new Object[] {2L}),
                            Map.entry("update Vehicle x set x.wheel = ?1", new Object[] {ofB}),
                            Map.entry("update Car x set x.again = ?1", new Object[] {9L}),
                            Map.entry("update Root x set x.favorite = ?1", new Object[] {ofB}),
                            Map.entry("update Root x set x.favoriteId = ?1", new Object[] {2L}),
                            Map.entry("update Leaf x set x.favoriteId = ?1", new Object[] {2L}),
                            Map.entry("insert into Leaf (id, favorite) values (50, ?1)", new Object[] {ofB}),
                            Map.entry("insert into Leaf (id, favoriteId) values (50, ?1)", new Object[] {2L}),
                            Map.entry("insert into Root (id, favorite) values (51, ?1)", new Object[] {ofB}))
                    .entrySet()) {
                Consumer<EntityManager> work = bulk(each.getKey(), each.getValue());
                isRefused(checks, each.getKey(), () -> inA(work));
                isRefused(checks, each.getKey() + " across tenants", () -> world.across(work));
            }
            isRefused(
                    checks,
                    "by Criteria",
                    () -> inA(em -> {
                        var update = em.getCriteriaBuilder().createCriteriaUpdate(Part.class);
                        update.from(Part.class);
                        update.set("rawTenant", b.uuid());
                        em.createQuery(update).executeUpdate();
                    }));
            isRefused(checks, "stateless", () -> TenantScope.of(a)
                    .run(() -> World.stateless(
                            world.safe, session -> session.createMutationQuery("update Animal x set x.friend.id = 2")
                                    .executeUpdate())));
        });
    }

    @Test
    void linksOfOthersAreNotDeletedWithTheRowThatAllShare() {
        SoftAssertions.assertSoftly(checks -> {
            for (String hql : List.of("delete from Shelved", "delete from Shelved s where s.id = 0")) {
                isRefused(checks, hql, () -> inA(bulk(hql)));
                isRefused(checks, hql + " in no scope", () -> world.without(bulk(hql)));
                isRefused(checks, hql + " inside of work across tenants", () -> CrossTenant.write("test")
                        .run(() -> inA(bulk(hql))));
            }
        });
    }

    @Test
    void otherColumnsAreWritten() {
        inA(em -> {
            for (String hql : List.of(
                    "update Part p set p.name = 'x'",
                    "update Dog d set d.name = 'x'",
                    "update Dog d set d.friend = null",
                    "update Comment c set c.line.text = 'x'",
                    "update Comment c set c.line.beside = null",
                    "delete from Plain",
                    "insert into Leaf (id) values (60)")) {
                assertThat(em.createQuery(hql).executeUpdate()).as(hql).isOne();
            }
        });
        assertThat(world.rows("select id, name from part")).containsExactly("1 | x | ", "2 |  | ");
    }
}
