package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.hibernate.Hibernate;
import org.hibernate.engine.spi.SessionImplementor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A row that all share, and that is loaded by its key together with what others own: in plans that Hibernate uses again. */
@ParameterizedClass
@EnumSource(Database.class)
class JoinedFetchesTest extends WorldTest {

    @Entity(name = "Part")
    static class Part {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    /** Says nothing of its owner, so that nothing but a filter keeps it apart. */
    @Entity(name = "Comment")
    @OwnedThrough("part")
    static class Comment {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Part part;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "thing")
        @Nullable
        Thing thing;
    }

    /** As {@link Comment}, but it says who owns it. */
    @Entity(name = "Note")
    static class Note implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "thing")
        @Nullable
        Thing thing;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Thing")
    @Shared("a catalog")
    static class Thing {
        @Id
        long id;

        @OneToMany(mappedBy = "thing", fetch = FetchType.EAGER)
        Set<Comment> comments = new HashSet<>();

        @OneToMany(mappedBy = "thing", fetch = FetchType.EAGER)
        Set<Note> notes = new HashSet<>();
    }

    @Embeddable
    static class Inner {
        @ManyToOne
        @JoinColumn(name = "inner_thing")
        @Nullable
        Thing thing;
    }

    @Embeddable
    static class Outer {
        @Embedded
        Inner inner = new Inner();

        String text = "";
    }

    @Entity(name = "InEmbeddable")
    @Unowned("of nobody")
    static class InEmbeddable {
        @Id
        long id;

        @Embedded
        Outer outer = new Outer();
    }

    @Entity(name = "InElements")
    @Shared("a catalog")
    static class InElements {
        @Id
        long id;

        @ElementCollection
        @OrderColumn
        List<Outer> outers = new ArrayList<>();
    }

    @Embeddable
    record ThingKey(
            @ManyToOne @JoinColumn(name = "key_thing") Thing thing, long number) {}

    @Entity(name = "InKey")
    @Shared("a catalog")
    static class InKey {
        @EmbeddedId
        @Nullable
        ThingKey id;
    }

    static class ThingAndNumber implements Serializable {
        private static final long serialVersionUID = 1;
        long thing;
        long number;

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof ThingAndNumber that && that.thing == thing && that.number == number;
        }

        @Override
        public int hashCode() {
            return Objects.hash(thing, number);
        }
    }

    @Entity(name = "InKeyClass")
    @IdClass(ThingAndNumber.class)
    @Shared("a catalog")
    static class InKeyClass {
        @Id
        @ManyToOne
        @Nullable
        Thing thing;

        @Id
        long number;
    }

    @Entity(name = "One")
    @Shared("a catalog")
    @Inheritance(strategy = InheritanceType.SINGLE_TABLE)
    static class One {
        @Id
        long id;
    }

    @Entity(name = "OneLeaf")
    static class OneLeaf extends One {
        @ManyToOne
        @Nullable
        Thing thing;
    }

    @Entity(name = "Joined")
    @Shared("a catalog")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Joined {
        @Id
        long id;
    }

    @Entity(name = "JoinedLeaf")
    static class JoinedLeaf extends Joined {
        @ManyToOne
        @Nullable
        Thing thing;
    }

    @Entity(name = "PerClass")
    @Shared("a catalog")
    @Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
    static class PerClass {
        @Id
        long id;
    }

    @Entity(name = "PerClassLeaf")
    static class PerClassLeaf extends PerClass {
        @ManyToOne
        @Nullable
        Thing thing;
    }

    /** Points at what has something eager in a subclass. */
    @Entity(name = "Above")
    @Shared("a catalog")
    static class Above {
        @Id
        long id;

        @ManyToOne
        @Nullable
        One one;
    }

    /** What is lazy is joined where a merge or refresh goes on to it. */
    @Entity(name = "Cascading")
    @Shared("a catalog")
    static class Cascading {
        @Id
        long id;

        @ManyToOne(
                fetch = FetchType.LAZY,
                cascade = {CascadeType.MERGE, CascadeType.REFRESH})
        @Nullable
        Thing thing;

        String text = "";

        void say(String said) {
            text = said;
        }
    }

    @Embeddable
    static class Words {
        String text = "";
    }

    @Entity(name = "Apart")
    @Shared("a catalog")
    static class Apart {
        @Id
        long id;

        @Embedded
        Words words = new Words();

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Thing thing;

        @ElementCollection(fetch = FetchType.EAGER)
        Set<Words> more = new HashSet<>();
    }

    @Entity(name = "ApartLeaf")
    static class ApartLeaf extends Apart {
        @OneToMany
        Set<Comment> comments = new HashSet<>();
    }

    JoinedFetchesTest(Database database) {
        super(new World(
                database,
                List.of(
                        Part.class,
                        Comment.class,
                        Note.class,
                        Thing.class,
                        InEmbeddable.class,
                        InElements.class,
                        InKey.class,
                        InKeyClass.class,
                        One.class,
                        OneLeaf.class,
                        Joined.class,
                        JoinedLeaf.class,
                        PerClass.class,
                        PerClassLeaf.class,
                        Above.class,
                        Cascading.class,
                        Apart.class,
                        ApartLeaf.class),
                Map.of()));
    }

    @BeforeEach
    void rows() {
        world.across(em -> {
            Thing thing = new Thing();
            thing.id = 1;
            em.persist(thing);
            InEmbeddable embeddable = new InEmbeddable();
            embeddable.outer.inner.thing = thing;
            em.persist(embeddable);
            InElements elements = new InElements();
            Outer outer = new Outer();
            outer.inner.thing = thing;
            elements.outers.add(outer);
            em.persist(elements);
            InKey key = new InKey();
            key.id = new ThingKey(thing, 1);
            em.persist(key);
            InKeyClass keyClass = new InKeyClass();
            keyClass.thing = thing;
            em.persist(keyClass);
            OneLeaf one = new OneLeaf();
            one.thing = thing;
            em.persist(one);
            JoinedLeaf joined = new JoinedLeaf();
            joined.thing = thing;
            em.persist(joined);
            PerClassLeaf perClass = new PerClassLeaf();
            perClass.thing = thing;
            em.persist(perClass);
            Above above = new Above();
            above.one = one;
            em.persist(above);
            Cascading cascading = new Cascading();
            cascading.thing = thing;
            em.persist(cascading);
        });
        fill(a, 1);
        fill(b, 2);
    }

    private void fill(TenantId owner, long id) {
        world.in(owner, em -> {
            Part part = new Part();
            part.id = id;
            em.persist(part);
            Comment comment = new Comment();
            comment.id = id;
            comment.part = part;
            comment.thing = em.getReference(Thing.class, 1L);
            em.persist(comment);
            Note note = new Note();
            note.id = id;
            note.thing = comment.thing;
            em.persist(note);
        });
    }

    private interface Find {
        <T> T byKey(Class<T> type, Object key);
    }

    private static final Map<String, Function<Find, @Nullable Thing>> LOADS = Map.of(
            "embeddable", find -> find.byKey(InEmbeddable.class, 0L).outer.inner.thing,
            "class of the key",
                    find -> {
                        ThingAndNumber key = new ThingAndNumber();
                        key.thing = 1;
                        return find.byKey(InKeyClass.class, key).thing;
                    },
            "single table", find -> ((OneLeaf) find.byKey(One.class, 0L)).thing,
            "joined", find -> ((JoinedLeaf) find.byKey(Joined.class, 0L)).thing,
            "per class", find -> ((PerClassLeaf) find.byKey(PerClass.class, 0L)).thing,
            "subclass of a reference",
                    find -> ((OneLeaf) Objects.requireNonNull(find.byKey(Above.class, 0L).one)).thing);

    private void sees(String what, @Nullable Thing thing, long id) {
        assertThat(Objects.requireNonNull(thing).comments)
                .as(what)
                .extracting(comment -> comment.id)
                .containsExactly(id);
        assertThat(thing.notes).as(what).extracting(note -> note.id).containsExactly(id);
    }

    private void eachSees(TenantId owner, long id) {
        LOADS.forEach((what, load) -> {
            world.in(owner, em -> sees(what, load.apply(em::find), id));
            TenantScope.of(owner)
                    .run(() -> World.stateless(world.safe, session -> sees(what, load.apply(session::get), id)));
        });
    }

    @Test
    @Shows(
            "what is fetched together with a row that all share: by an embeddable, a key, a subclass, or a cascade of `merge` and `refresh`")
    void eachSeesItsOwn() {
        eachSees(a, 1);
        eachSees(b, 2);
        inA(em -> em.remove(em.find(Note.class, 1L)));
        assertThat(world.<Collection<Note>>get(
                        a, em -> Objects.requireNonNull(((OneLeaf) em.find(One.class, 0L)).thing).notes))
                .isEmpty();
    }

    @Test
    void inElements() {
        inA(em -> sees("A", em.find(InElements.class, 0L).outers.get(0).inner.thing, 1));
        world.in(b, em -> sees("B", em.find(InElements.class, 0L).outers.get(0).inner.thing, 2));
        world.in(b, em -> sees("B", Hibernate.get(em.find(InElements.class, 0L).outers, 0).inner.thing, 2));
        TenantScope.of(b)
                .run(() -> World.stateless(world.safe, session -> {
                    InElements elements = session.get(InElements.class, 0L);
                    session.fetch(elements.outers);
                    sees("B", elements.outers.get(0).inner.thing, 2);
                }));
    }

    @Test
    void inAKey() {
        Function<EntityManager, Thing> load =
                em -> Objects.requireNonNull(em.find(InKey.class, new ThingKey(em.getReference(Thing.class, 1L), 1)).id)
                        .thing();
        for (TenantId owner : List.of(a, b)) {
            world.in(owner, em -> {
                Thing thing = load.apply(em);
                Hibernate.initialize(thing);
                sees("key", (Thing) Hibernate.unproxy(thing), owner.equals(a) ? 1 : 2);
            });
        }
    }

    @Test
    @Shows(
            "what is fetched together with a row that all share: by an embeddable, a key, a subclass, or a cascade of `merge` and `refresh`")
    void cascades() {
        for (TenantId owner : List.of(a, b)) {
            long id = owner.equals(a) ? 1 : 2;
            world.in(owner, em -> {
                Cascading cascading = em.find(Cascading.class, 0L);
                em.refresh(cascading);
                sees("refreshed", (Thing) Hibernate.unproxy(cascading.thing), id);
            });
            Cascading detached = world.get(owner, em -> em.find(Cascading.class, 0L));
            detached.say("said by " + id);
            world.in(owner, em -> sees("merged", (Thing) Hibernate.unproxy(em.merge(detached).thing), id));
        }
    }

    /** What leads to nothing that is filtered is loaded by the plan that Hibernate made once. */
    @Test
    void othersKeepTheirPlan() {
        inA(em -> {
            SessionImplementor session = em.unwrap(SessionImplementor.class);
            Function<Class<?>, Boolean> isAffected = type -> session.getEntityPersister(type.getName(), null)
                    .isAffectedByEnabledFilters(session.getLoadQueryInfluencers(), true);
            assertThat(em.find(Apart.class, 1L)).isNull();
            assertThat(isAffected.apply(Apart.class)).isFalse();
            assertThat(isAffected.apply(Cascading.class)).isFalse();
            assertThat(isAffected.apply(InElements.class)).isFalse();
            assertThat(isAffected.apply(One.class)).isTrue();
        });
    }
}
