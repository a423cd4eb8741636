package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.SecondaryTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * RIGHT and FULL joins of a subclass preserve rows of its siblings too, as Hibernate writes them: also these are in the scope and alive. That a
 * row has no partner was told by the key in the subclass's own table, which no sibling has.
 */
@ParameterizedClass
@EnumSource(Database.class)
class SubclassJoinsTest extends WorldTest {

    @Entity(name = "Colour")
    @Shared("a catalog")
    static class Colour {
        @Id
        long id;
    }

    @Entity(name = "Asset")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Asset implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Car")
    @SecondaryTable(name = "car_more")
    static class Car extends Asset {
        int wheels;

        @Column(table = "car_more")
        @Nullable
        String more;
    }

    @Entity(name = "House")
    static class House extends Asset {
        int floors;
    }

    @Entity(name = "Villa")
    static class Villa extends House {
        int pools;
    }

    @Entity(name = "Bill")
    @Inheritance(strategy = InheritanceType.SINGLE_TABLE)
    @SecondaryTable(name = "bill_more")
    static class Bill implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @Column(table = "bill_more")
        @Nullable
        String more;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Tax")
    static class Tax extends Bill {}

    @Entity(name = "Fee")
    static class Fee extends Bill {}

    @Entity(name = "Pet")
    @Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
    static class Pet implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Cat")
    static class Cat extends Pet {}

    @Entity(name = "Persian")
    static class Persian extends Cat {}

    @Entity(name = "Dog")
    static class Dog extends Pet {}

    private final Database database;

    SubclassJoinsTest(Database database) {
        super(new World(
                database,
                List.of(
                        Colour.class,
                        Asset.class,
                        Car.class,
                        House.class,
                        Villa.class,
                        Bill.class,
                        Tax.class,
                        Fee.class,
                        Pet.class,
                        Cat.class,
                        Persian.class,
                        Dog.class),
                Map.of()));
        this.database = database;
    }

    @BeforeEach
    void rows() {
        world.without(em -> {
            Colour colour = new Colour();
            colour.id = 1;
            em.persist(colour);
        });
        inA(em -> {
            persist(em, 10, "mine");
            persist(em, 20, "marked");
        });
        world.in(b, em -> persist(em, 30, "foreign"));
        inA(em -> {
            for (int i = 0; i < 4; i++) {
                em.remove(em.find(Asset.class, 20L + i));
                em.remove(em.find(Pet.class, 20L + i));
            }
            em.remove(em.find(Bill.class, 20L));
            em.remove(em.find(Bill.class, 21L));
        });
    }

    private static void persist(EntityManager em, long id, String name) {
        long next = id;
        for (Asset asset : List.of(new Asset(), new Car(), new House(), new Villa())) {
            asset.id = next++;
            asset.name = name;
            em.persist(asset);
        }
        next = id;
        for (Bill bill : List.of(new Tax(), new Fee())) {
            bill.id = next++;
            bill.name = name;
            bill.more = name;
            em.persist(bill);
        }
        next = id;
        for (Pet pet : List.of(new Pet(), new Cat(), new Persian(), new Dog())) {
            pet.id = next++;
            pet.name = name;
            em.persist(pet);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Asset", "Car", "House", "Villa", "Bill", "Tax", "Fee", "Pet", "Cat", "Persian", "Dog"})
    void whatASubclassPreservesIsInTheScope(String entity) {
        List<String> joins = new ArrayList<>(List.of(
                "select o.name from Colour c right join " + entity + " o on 1 = 0",
                "select o.name from Colour c left join " + entity + " l on l.id = 0 right join " + entity
                        + " o on 1 = 0",
                "select (select max(o.name) from Colour c2 right join " + entity + " o on 1 = 0) from Colour c",
                "select x.name from (select o.name as name from Colour c right join " + entity + " o on 1 = 0) x",
                "select o.name from Colour c cross join " + entity + " o"));
        if (database == Database.POSTGRESQL) {
            joins.add("select o.name from Colour c full join " + entity + " o on c.id = o.id where c.id is null");
        }
        for (String join : joins) {
            inA(em -> assertThat(em.createQuery(join, String.class).getResultList())
                    .as(join)
                    .containsOnly("mine"));
            world.in(b, em -> assertThat(em.createQuery(join, String.class).getResultList())
                    .as(join)
                    .containsOnly("foreign"));
        }
    }
}
