package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Basic;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapsId;
import jakarta.persistence.OneToOne;
import jakarta.persistence.PrimaryKeyJoinColumn;
import jakarta.persistence.SecondaryTable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hibernate.Hibernate;
import org.hibernate.Session;
import org.hibernate.annotations.Filter;
import org.hibernate.annotations.FilterDef;
import org.hibernate.annotations.LazyGroup;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Hibernate reads all of a lazy group of an enhanced instance by one statement. Where the partner of a one-to-one is in the group, that
 * statement joins it; what else is in the group is read also where that partner is marked.
 */
@ParameterizedClass
@EnumSource(Database.class)
class LazyGroupsTest extends WorldTest {

    @Entity(name = "Person")
    @Inheritance(strategy = InheritanceType.JOINED)
    @SecondaryTable(name = "person_more")
    static class Person {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToOne(mappedBy = "person", fetch = FetchType.LAZY)
        @Nullable
        Passport passport;

        @OneToOne(mappedBy = "person", fetch = FetchType.LAZY, cascade = CascadeType.PERSIST)
        @Nullable
        Photo photo;

        @Basic(fetch = FetchType.LAZY)
        @Nullable
        String life;

        @Basic(fetch = FetchType.LAZY)
        byte @Nullable [] print;

        @Basic(fetch = FetchType.LAZY)
        @Column(table = "person_more")
        @Nullable
        String more;

        @ManyToOne(fetch = FetchType.LAZY)
        @LazyGroup("DEFAULT")
        @Nullable
        Person boss;
    }

    @Entity(name = "Pilot")
    static class Pilot extends Person {
        @Basic(fetch = FetchType.LAZY)
        @Nullable
        String flights;
    }

    @Entity(name = "Passport")
    static class Passport implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToOne(fetch = FetchType.LAZY)
        @Nullable
        Person person;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Photo")
    static class Photo implements SoftDeletable {
        @Id
        long id; // 0 before it has the person's

        @MapsId
        @OneToOne(fetch = FetchType.LAZY)
        @Nullable
        Person person;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String title = "";

        @Embedded
        @Nullable
        Tombstone tombstone;

        protected Photo() {}

        Photo(Person person, String title) {
            this.person = person;
            this.title = title;
        }
    }

    @Entity(name = "Plant")
    @FilterDef(name = "named", defaultCondition = "name <> 'hidden'")
    @Filter(name = "named")
    @IdClass(PlantKey.class)
    static class Plant implements SoftDeletable {
        @Id
        @Nullable
        Long country;

        @Id
        @Nullable
        Long number;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @Basic(fetch = FetchType.LAZY)
        @Nullable
        String map;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "owner_code", referencedColumnName = "code")
        @Nullable
        Firm owner;

        @OneToOne(mappedBy = "plant", fetch = FetchType.LAZY, cascade = CascadeType.ALL)
        @Nullable
        Gate gate;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    static class PlantKey {
        @Nullable
        Long country;

        @Nullable
        Long number;

        PlantKey() {}

        PlantKey(long country, long number) {
            this.country = country;
            this.number = number;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof PlantKey key
                    && Objects.equals(key.country, country)
                    && Objects.equals(key.number, number);
        }

        @Override
        public int hashCode() {
            return Objects.hash(country, number);
        }
    }

    @Entity(name = "Firm")
    static class Firm {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Column(unique = true)
        String code = "";
    }

    @Entity(name = "Gate")
    static class Gate implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToOne(fetch = FetchType.LAZY)
        @Nullable
        Plant plant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Shop")
    static class Shop implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToOne(mappedBy = "shop", fetch = FetchType.LAZY, cascade = CascadeType.ALL)
        @Nullable
        Sign sign;

        @OneToOne(fetch = FetchType.LAZY)
        @PrimaryKeyJoinColumn
        @Nullable
        Extra extra;

        @Basic(fetch = FetchType.LAZY)
        @Nullable
        String hours;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Extra")
    static class Extra implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    /** Whose key is the reference itself. */
    @Entity(name = "Sign")
    static class Sign implements SoftDeletable {
        @Id
        @OneToOne(fetch = FetchType.LAZY)
        @Nullable
        Shop shop;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    LazyGroupsTest(Database database) {
        super(new World(
                database,
                List.of(
                        Person.class,
                        Pilot.class,
                        Passport.class,
                        Photo.class,
                        Plant.class,
                        Firm.class,
                        Gate.class,
                        Shop.class,
                        Sign.class,
                        Extra.class),
                Map.of()));
    }

    @BeforeEach
    void fill() {
        inA(em -> {
            Pilot boss = new Pilot();
            boss.id = 1;
            em.persist(boss);
            Pilot pilot = new Pilot();
            pilot.id = 2;
            pilot.life = "long";
            pilot.print = new byte[] {1, 2};
            pilot.more = "much";
            pilot.flights = "many";
            pilot.boss = boss;
            pilot.photo = new Photo(pilot, "first");
            em.persist(pilot);
            Passport passport = new Passport();
            passport.id = 3;
            passport.person = pilot;
            em.persist(passport);
        });
    }

    private void assertReadable(EntityManager em) {
        assertThat(em.find(Pilot.class, 2L).life).isEqualTo("long");
        em.clear();
        assertThat(em.find(Pilot.class, 2L).more).isEqualTo("much");
        em.clear();
        Pilot pilot = em.find(Pilot.class, 2L);
        assertThat(pilot.flights).isEqualTo("many");
        assertThat(pilot.print).containsExactly(1, 2);
        em.clear();
        assertThat(em.find(Person.class, 2L).boss)
                .extracting(boss -> Hibernate.unproxy(boss, Person.class).id)
                .isEqualTo(1L);
    }

    @Test
    void whatIsBesideAMarkedPartnerIsRead() {
        inA(this::assertReadable);
        inA(em -> em.remove(em.find(Passport.class, 3L)));
        inA(this::assertReadable);
        inA(em -> assertThat(em.find(Pilot.class, 2L).passport).isNull());
    }

    @Test
    void whatWasReadSoIsWrittenAsAnyOther() {
        inA(em -> em.remove(em.find(Passport.class, 3L)));
        inA(em -> {
            Pilot pilot = em.find(Pilot.class, 2L);
            assertThat(pilot.print).isNotNull();
            pilot.print[0] = 7;
            pilot.life += " and happy";
        });
        inA(em -> {
            Pilot pilot = em.find(Pilot.class, 2L);
            assertThat(pilot.print).containsExactly(7, 2);
            assertThat(pilot.life).isEqualTo("long and happy");
            assertThat(pilot.more).isEqualTo("much");
        });
    }

    /** The key of the new one is 0 until it has that of its partner. */
    @Test
    void aPartnerThatSharesAPrimitiveKeyIsReplaced() {
        inA(em -> {
            Pilot pilot = em.find(Pilot.class, 2L);
            Photo first = pilot.photo;
            assertThat(first).isNotNull();
            pilot.photo = null;
            em.remove(first);
            em.flush();
            pilot.photo = new Photo(pilot, "second");
            em.persist(pilot.photo);
        });
        assertThat(world.rows("select person_id, title, deleted_at from Photo"))
                .containsExactly("2 | second | null | ");
    }

    @BeforeEach
    void plants() {
        inA(em -> {
            Firm firm = new Firm();
            firm.id = 1;
            firm.code = "f";
            em.persist(firm);
            Plant plant = new Plant();
            plant.country = 1L;
            plant.number = 2L;
            plant.name = "first";
            plant.map = "a map";
            plant.owner = firm;
            plant.gate = new Gate();
            plant.gate.id = 3;
            plant.gate.plant = plant;
            em.persist(plant);
            Shop shop = new Shop();
            shop.id = 1;
            shop.sign = new Sign();
            shop.sign.shop = shop;
            shop.hours = "nine to five";
            em.persist(shop);
            Extra extra = new Extra();
            extra.id = 1;
            em.persist(extra);
        });
    }

    private static Plant plant(EntityManager em) {
        return Hibernate.unproxy(em.find(Plant.class, new PlantKey(1, 2)), Plant.class);
    }

    /** A null in its place would be written over it. */
    @Test
    void whatAFilterHidesByNowIsReadAllTheSame() {
        inA(em -> {
            em.unwrap(Session.class).enableFilter("named");
            Plant plant = plant(em);
            plant.name = "hidden";
            em.flush();
            assertThat(plant.map).isEqualTo("a map");
            assertThat(plant.owner).isNotNull();
            assertThat(plant.gate).isNotNull();
            plant.name = "seen";
        });
        inA(em -> assertThat(plant(em).map).isEqualTo("a map"));
    }

    @Test
    void aRemovedRowIsReadAndTakenBackWithItsLazyParts() {
        inA(em -> {
            Plant plant = plant(em);
            em.remove(plant);
            em.flush();
            assertThat(plant.map).isEqualTo("a map");
            em.persist(plant);
            plant.name = "back";
        });
        inA(em -> {
            assertThat(plant(em).map).isEqualTo("a map");
            assertThat(plant(em).gate).isNotNull();
        });
    }

    @Test
    void aReferenceBesideAMarkedPartnerIsReadAndTakesNothingBack() {
        inA(em -> {
            em.remove(em.find(Gate.class, 3L));
            em.flush();
            Plant plant = plant(em);
            assertThat(plant.owner).isNotNull();
            assertThat(plant.gate).isNull();
            em.merge(plant);
        });
        inA(em -> {
            assertThat(em.find(Gate.class, 3L)).isNull();
            assertThat(plant(em).owner).isNotNull();
        });
    }

    @Test
    void aHolderIsRemovedWithItsPartner() {
        inA(em -> {
            em.remove(plant(em));
            em.remove(em.createQuery("from Shop", Shop.class).getSingleResult());
        });
        inA(em -> {
            assertThat(em.find(Gate.class, 3L)).isNull();
            assertThat(em.createQuery("from Sign", Sign.class).getResultList()).isEmpty();
        });
    }

    @Test
    void aPartnerWhoseKeyIsTheReferenceIsFound() {
        inA(em -> assertThat(em.createQuery("from Shop", Shop.class).getSingleResult().sign)
                .isNotNull());
        inA(em -> em.remove(em.createQuery("from Sign", Sign.class).getSingleResult()));
        inA(em -> assertThat(em.createQuery("from Shop", Shop.class).getSingleResult().sign)
                .isNull());
    }

    @Test
    void whatIsBesideAMarkedPartnerWithTheSameKeyIsRead() {
        inA(em -> assertThat(em.find(Shop.class, 1L).extra).isNotNull());
        inA(em -> {
            em.remove(em.find(Extra.class, 1L));
            em.flush();
            assertThat(em.find(Shop.class, 1L).hours).isEqualTo("nine to five");
            assertThat(em.find(Shop.class, 1L).extra).isNull();
        });
        inA(em -> {
            assertThat(em.find(Shop.class, 1L).hours).isEqualTo("nine to five");
            assertThat(em.find(Shop.class, 1L).extra).isNull();
        });
    }
}
