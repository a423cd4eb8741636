package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.hibernate.world.TicketId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.SecondaryTable;
import jakarta.persistence.Version;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.hibernate.Session;
import org.hibernate.StatelessSession;
import org.hibernate.engine.spi.PersistentAttributeInterceptable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A to-one by a unique key is null while its row is hidden: Hibernate reads it at once, and must not write that back. */
@ParameterizedClass
@EnumSource(Database.class)
class UniqueKeyReferenceTest extends WorldTest {

    @Entity(name = "Numbered")
    static class Numbered implements SoftDeletable {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Column(unique = true)
        long number;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    /** Not protected. */
    @Entity(name = "Rack")
    static class Rack {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Column(unique = true)
        long number;

        String name = "";

        void say(long said) {
            number = said;
        }

        void named(String given) {
            name = given;
        }
    }

    @Entity(name = "Memo")
    static class Memo {
        @Id
        TicketId id = TicketId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "proj", referencedColumnName = "number")
        @Nullable
        Numbered proj;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "rack", referencedColumnName = "number")
        @Nullable
        Rack rack;

        String text = "";
    }

    @Entity(name = "Base")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Base implements SoftDeletable {
        @Id
        TicketId id = TicketId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Version
        long version;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "proj", referencedColumnName = "number")
        @Nullable
        Numbered proj;

        String text = "";

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Sub")
    static class Sub extends Base {
        String more = "";
    }

    @Entity(name = "Sample")
    @Shared("a catalog")
    static class Sample {
        @Id
        long id;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "rack", referencedColumnName = "number")
        @Nullable
        Rack rack;

        String text = "";
    }

    @Entity(name = "Fixed")
    static class Fixed {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Column(unique = true, updatable = false)
        long number;

        void say(long said) {
            number = said;
        }
    }

    @Entity(name = "Pinned")
    static class Pinned {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "fixed", referencedColumnName = "number")
        @Nullable
        Fixed fixed;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "rack", referencedColumnName = "number")
        @Nullable
        Rack rack;
    }

    private final Memo memo = new Memo();

    UniqueKeyReferenceTest(Database database) {
        super(new World(
                database,
                List.of(
                        Numbered.class,
                        Rack.class,
                        Memo.class,
                        Base.class,
                        Sub.class,
                        Sample.class,
                        Fixed.class,
                        Pinned.class),
                Map.of()));
        inA(em -> {
            Numbered proj = new Numbered();
            proj.number = 7;
            em.persist(proj);
            Rack rack = new Rack();
            rack.number = 8;
            em.persist(rack);
            memo.proj = proj;
            memo.rack = rack;
            em.persist(memo);
        });
    }

    /** As a transaction leaves it that inserts the memo at the moment of the mark; and bad data. */
    private void hide() {
        world.sql(
                "update numbered set deleted_at = current_timestamp, deleted_by = 'x', deletion_id = '01930000-0000-7000-8000-000000000000'",
                "update rack set tenant = '" + b.uuid() + "'");
    }

    private void isKept() {
        assertThat(world.rows("select proj, rack, text from memo")).containsExactly("7 | 8 | changed | ");
    }

    @Test
    void anInstanceMadeByHandDoesNotLieAboutThatKey() {
        world.in(b, em -> {
            Rack rack = new Rack();
            rack.number = 9;
            em.persist(rack);
        });
        Rack lie = new Rack();
        lie.id = Objects.requireNonNull(memo.rack).id;
        lie.number = 9;
        Rack truth = new Rack();
        truth.id = lie.id;
        truth.number = 8;
        for (Rack rack : List.of(truth, lie)) {
            Consumer<EntityManager> persist = em -> {
                Memo made = new Memo();
                made.rack = rack;
                em.persist(made);
                em.flush();
            };
            Consumer<EntityManager> insert = em -> World.stateless(world.safe, session -> {
                Memo made = new Memo();
                made.rack = rack;
                session.insert(made);
            });
            for (Consumer<EntityManager> write : List.of(persist, insert)) {
                if (rack == truth) {
                    inA(write);
                } else {
                    assertThatThrownBy(() -> inA(write)).isInstanceOf(ForeignRowException.class);
                }
            }
        }
        assertThat(world.count("memo where rack = 9")).isZero();
    }

    @Test
    @Shows("a to-one by another key than the primary one (`referencedColumnName`), which Hibernate reads at once")
    void anUpdateKeepsTheLink() {
        hide();
        inA(em -> em.find(Memo.class, memo.id).text = "changed");
        isKept();
    }

    @Test
    void aMergeKeepsTheLink() {
        hide();
        Memo copy = world.get(a, em -> em.find(Memo.class, memo.id));
        copy.text = "changed";
        inA(em -> em.merge(copy));
        isKept();
    }

    /** An instance that nobody read says null, and the enhanced one, into which it is merged, has not read what it says. */
    @Test
    void aMergeOfAnInstanceMadeByHandKeepsTheLinkOrIsRefused() {
        hide();
        Throwable thrown = catchThrowable(() -> inA(em -> {
            Memo made = new Memo();
            made.id = memo.id;
            made.text = "changed";
            em.merge(made);
        }));
        if (PersistentAttributeInterceptable.class.isAssignableFrom(Memo.class)) {
            assertThat(thrown)
                    .hasRootCauseInstanceOf(ForeignRowException.class)
                    .hasStackTraceContaining(
                            "Memo " + memo.id + ".proj points at a Numbered that is marked or not in the open scope, ");
            assertThat(world.rows("select proj, rack, text from memo")).containsExactly("7 | 8 |  | ");
        } else {
            assertThat(thrown).isNull();
            isKept();
        }
    }

    /** It writes all columns, but those that an enhanced instance has not read. */
    @Test
    @Shows("a to-one by another key than the primary one (`referencedColumnName`), which Hibernate reads at once")
    void aStatelessUpdateKeepsTheLinkOrIsRefused() {
        hide();
        Throwable thrown = catchThrowable(() -> TenantScope.of(a)
                .run(() -> World.stateless(world.safe, session -> {
                    Memo found = session.get(Memo.class, memo.id);
                    found.text = "changed";
                    session.update(found);
                })));
        boolean isEnhanced = PersistentAttributeInterceptable.class.isAssignableFrom(Memo.class);
        if (!isEnhanced) {
            assertThat(thrown)
                    .isInstanceOf(ForeignRowException.class)
                    .hasMessageStartingWith(
                            "Memo " + memo.id + ".proj points at a Numbered that is marked or not in the open scope, ");
        }
        assertThat(world.rows("select proj, rack from memo")).containsExactly("7 | 8 | ");
    }

    @Test
    void aStatelessWriteOfASharedRowKeepsTheLinkOrIsRefused() {
        inA(em -> em.persist(new Sample()));
        world.sql("update sample set rack = 8");
        hide();
        for (BiConsumer<StatelessSession, Sample> write : List.<BiConsumer<StatelessSession, Sample>>of(
                StatelessSession::update,
                StatelessSession::upsert,
                (session, sample) -> session.upsertMultiple(List.of(sample)))) {
            Throwable thrown = catchThrowable(() -> TenantScope.of(a)
                    .run(() -> World.stateless(
                            world.safe, session -> write.accept(session, session.get(Sample.class, 0L)))));
            if (!PersistentAttributeInterceptable.class.isAssignableFrom(Sample.class)) {
                assertThat(thrown).isInstanceOf(ForeignRowException.class);
            }
            assertThat(world.rows("select rack from sample")).containsExactly("8 | ");
        }
    }

    @Test
    void aLinkThatIsSeenCanBeCut() {
        inA(em -> em.find(Memo.class, memo.id).proj = null);
        assertThat(world.rows("select proj, rack from memo")).containsExactly("null | 8 | ");
        TenantScope.of(a).run(() -> World.stateless(world.safe, session -> cut(session)));
        assertThat(world.rows("select proj, rack from memo")).containsExactly("null | null | ");
    }

    private void cut(StatelessSession session) {
        Memo found = session.get(Memo.class, memo.id);
        found.rack = null;
        session.update(found);
    }

    @Test
    void aProtectedReferrerAndASubclassKeepTheLink() {
        Sub sub = new Sub();
        inA(em -> {
            sub.proj = em.find(Memo.class, memo.id).proj;
            em.persist(sub);
        });
        hide();
        inA(em -> {
            Sub found = em.find(Sub.class, sub.id);
            found.text = "changed";
            found.more = "changed";
        });
        assertThat(world.rows("select proj, text from base")).containsExactly("7 | changed | ");
        assertThat(world.rows("select more from sub")).containsExactly("changed | ");
        inA(em -> em.remove(em.find(Sub.class, sub.id)));
        assertThat(world.rows("select proj, text from base where deleted_at is not null"))
                .containsExactly("7 | changed | ");
    }

    @Embeddable
    static class Place {
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "proj", referencedColumnName = "number")
        @Nullable
        Numbered proj;

        int shelf;
    }

    @Entity(name = "Filed")
    static class Filed {
        @Id
        TicketId id = TicketId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Place place;
    }

    @Test
    void inAnEmbeddableItIsRefusedAtStartUp() {
        assertThat(StartUp.problems(Numbered.class, Filed.class))
                .containsExactly(
                        "Filed.place.proj refers to Numbered by number in an embeddable, which is written as a whole, so "
                                + "the link is wiped while its row is hidden. Refer to the @Id of Numbered, or move the attribute to the "
                                + "entity.");
    }

    @Entity(name = "Beside")
    @SecondaryTable(name = "more")
    static class Beside {
        @Id
        TicketId id = TicketId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "rack", table = "more", referencedColumnName = "number")
        @Nullable
        Rack rack;

        @Column(table = "more")
        @Nullable
        String text;
    }

    @Test
    void inASecondaryTableItIsRefusedAtStartUp() {
        assertThat(StartUp.problems(Rack.class, Beside.class))
                .containsExactly(
                        "Beside.rack refers to Rack by number in the secondary table more, whose row is removed with the "
                                + "link, or inserted again, while what it leads to is hidden. Refer to the @Id of Rack, or move the "
                                + "attribute to the table of the entity.");
    }

    /** What is written of the reference is what the instance says, and that is not always what is in its row. */
    @Test
    void aManagedInstanceDoesNotLieAboutThatKey() {
        world.in(b, em -> {
            Rack rack = new Rack();
            rack.number = 9;
            em.persist(rack);
            Fixed fixed = new Fixed();
            fixed.id = 2;
            fixed.number = 9;
            em.persist(fixed);
        });
        inA(em -> {
            Fixed fixed = new Fixed();
            fixed.id = 1;
            fixed.number = 8;
            em.persist(fixed);
        });
        List<BiConsumer<EntityManager, Pinned>> lies = List.of(
                (em, pinned) -> {
                    Fixed fixed = em.find(Fixed.class, 1L);
                    fixed.say(9);
                    pinned.fixed = fixed;
                },
                (em, pinned) -> {
                    Rack rack = em.find(Rack.class, Objects.requireNonNull(memo.rack).id);
                    em.unwrap(Session.class).setReadOnly(rack, true);
                    rack.say(9);
                    pinned.rack = rack;
                });
        for (BiConsumer<EntityManager, Pinned> lie : lies) {
            assertThatThrownBy(() -> inA(em -> {
                        Pinned pinned = new Pinned();
                        lie.accept(em, pinned);
                        em.persist(pinned);
                        em.flush();
                    }))
                    .isInstanceOf(ForeignRowException.class)
                    .hasMessageContaining(" would point at by its number");
        }
        assertThat(world.count("Pinned")).isZero();
        inA(em -> {
            Pinned pinned = new Pinned();
            pinned.fixed = em.find(Fixed.class, 1L);
            Rack rack = em.find(Rack.class, Objects.requireNonNull(memo.rack).id);
            rack.named("told nothing of its number");
            pinned.rack = rack;
            em.persist(pinned);
        });
        assertThat(world.rows("select fixed, rack from Pinned")).containsExactly("8 | 8 | ");
    }

    /** One that comes with its key. */
    @Test
    void aNewOneCanBeReferredToAtOnce() {
        inA(em -> {
            Rack rack = new Rack();
            rack.number = 11;
            em.persist(rack);
            Pinned pinned = new Pinned();
            pinned.rack = rack;
            em.persist(pinned);
        });
        assertThat(world.rows("select rack from Pinned")).containsExactly("11 | ");
    }
}
