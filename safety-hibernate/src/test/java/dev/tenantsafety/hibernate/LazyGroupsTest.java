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
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapsId;
import jakarta.persistence.OneToOne;
import jakarta.persistence.SecondaryTable;
import java.util.List;
import java.util.Map;
import org.hibernate.Hibernate;
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

    LazyGroupsTest(Database database) {
        super(new World(database, List.of(Person.class, Pilot.class, Passport.class, Photo.class), Map.of()));
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
}
