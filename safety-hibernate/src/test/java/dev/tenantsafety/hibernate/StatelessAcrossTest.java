package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Column;
import jakarta.persistence.DiscriminatorColumn;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapKeyClass;
import jakarta.persistence.MapKeyJoinColumn;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.SecondaryTable;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.hibernate.StatelessSession;
import org.hibernate.annotations.AnyDiscriminatorValue;
import org.hibernate.annotations.AnyKeyJavaClass;
import org.hibernate.annotations.Bag;
import org.hibernate.annotations.CollectionId;
import org.hibernate.annotations.Generated;
import org.hibernate.annotations.ManyToAny;
import org.hibernate.annotations.SQLRestriction;
import org.hibernate.generator.EventType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A stateless session that works across tenants hands no row over, and links none to those of another tenant or to marked ones. */
@ParameterizedClass
@EnumSource(Database.class)
class StatelessAcrossTest extends WorldTest {

    private static final long OF_A = 1;
    private static final long OF_B = 1001;
    private static final long HIDDEN_OF_B = 1002;
    private static final long MARKED = 3;
    private static final long UNDER_MARKED = 1003;
    private static final long NEW = 50;

    @MappedSuperclass
    abstract static class Own {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        void give(@Nullable TenantId to) {
            tenant = to;
        }

        void is(long key, @Nullable TenantId owner) {
            id = key;
            tenant = owner;
            name = "n" + key;
        }
    }

    @Entity(name = "Box")
    static class Box extends Own implements SoftDeletable {
        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    /** Some of its rows are hidden. */
    @Entity(name = "Crate")
    @SQLRestriction("name <> 'hidden'")
    static class Crate extends Own {
        void hide() {
            name = "hidden";
        }
    }

    /** Its UPDATE does not ask for the owner, as it reads a value that the database makes. */
    @Entity(name = "Stamped")
    static class Stamped extends Own {
        @Generated(event = {EventType.INSERT, EventType.UPDATE})
        @Column(columnDefinition = "integer default 5")
        @Nullable
        Integer stamp;
    }

    /** A row of the second table may be missing. */
    @Entity(name = "Wide")
    @SecondaryTable(name = "wide_more")
    static class Wide extends Own {
        @Column(table = "wide_more")
        String more = "more";
    }

    @Entity(name = "Branch")
    static class Branch extends Own {
        @OwnedBy
        @Nullable
        SiteId site;

        void move(@Nullable SiteId to) {
            site = to;
        }
    }

    @MappedSuperclass
    abstract static class Through<T> {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        T up;

        String name = "";

        void is(long key, T owner) {
            id = key;
            up = owner;
        }

        void move(T to) {
            up = to;
        }
    }

    @Entity(name = "Part")
    @OwnedThrough("up")
    static class Part extends Through<Box> {}

    @Entity(name = "Joined")
    @OwnedThrough("up")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Joined extends Through<Box> {}

    @Entity(name = "JoinedMore")
    static class JoinedMore extends Joined {
        String more = "";
    }

    @Entity(name = "Deep")
    @OwnedThrough("up")
    static class Deep extends Through<Part> {
        @Version
        int version;
    }

    @Entity(name = "Deeper")
    @OwnedThrough("up")
    static class Deeper extends Through<Deep> {}

    @Entity(name = "Crated")
    @OwnedThrough("up")
    static class Crated extends Through<Crate> {}

    @Embeddable
    @DiscriminatorColumn(name = "kind")
    static class Place {
        String street = "street";

        @Override
        public boolean equals(Object other) {
            return other instanceof Place place && place.street.equals(street);
        }

        @Override
        public int hashCode() {
            return street.hashCode();
        }
    }

    @Embeddable
    static class Home extends Place {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Box box;
    }

    @Embeddable
    static class Seat {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Box box;

        String text = "text";

        @Override
        public boolean equals(Object other) {
            return other instanceof Seat seat && seat.text.equals(text);
        }

        @Override
        public int hashCode() {
            return text.hashCode();
        }
    }

    @Entity(name = "Ring")
    static class Ring extends Own {
        @ManyToMany
        @JoinTable(name = "ring_peer")
        Set<Box> peers = new HashSet<>();

        @OneToMany
        @JoinColumn(name = "ring_id")
        Set<Box> held = new HashSet<>();

        @OneToMany
        @JoinTable(name = "ring_list")
        @OrderColumn(name = "pos")
        List<Box> list = new ArrayList<>();

        @ManyToMany
        @CollectionId(column = @Column(name = "cid"), generator = "increment")
        @JoinTable(name = "ring_bag")
        @Bag
        Collection<Crate> bag = new ArrayList<>();

        @ManyToMany
        @JoinTable(name = "ring_pair")
        @MapKeyJoinColumn(name = "left_id")
        Map<Box, Box> pairs = new HashMap<>();

        @ElementCollection
        @MapKeyJoinColumn(name = "box_id")
        Map<Box, String> texts = new HashMap<>();

        @ElementCollection
        Set<Place> places = new HashSet<>();

        @ElementCollection
        @OrderColumn(name = "pos")
        List<Seat> seats = new ArrayList<>();

        @ElementCollection
        Map<String, Seat> seatsByName = new HashMap<>();

        @ElementCollection
        @MapKeyClass(Seat.class)
        Map<Seat, String> namesOfSeats = new HashMap<>();

        @ManyToAny(fetch = FetchType.LAZY)
        @AnyKeyJavaClass(Long.class)
        @AnyDiscriminatorValue(discriminator = "B", entity = Box.class)
        @Column(name = "what")
        @JoinTable(
                name = "ring_any",
                joinColumns = @JoinColumn(name = "ring_id"),
                inverseJoinColumns = @JoinColumn(name = "what_id"))
        Set<Object> anything = new HashSet<>();

        private static Home home(Box box) {
            Home home = new Home();
            home.box = box;
            return home;
        }

        static final Map<String, BiConsumer<Ring, Box>> WAYS = Map.ofEntries(
                Map.entry("peers", (ring, box) -> ring.peers = new HashSet<>(Set.of(box))),
                Map.entry("held", (ring, box) -> ring.held = new HashSet<>(Set.of(box))),
                Map.entry("list", (ring, box) -> ring.list = new ArrayList<>(List.of(box))),
                Map.entry("bag", (ring, box) -> ring.bag = new ArrayList<>(List.of(crate(box)))),
                Map.entry("values", (ring, box) -> ring.pairs = new HashMap<>(Map.of(first(ring), box))),
                Map.entry("keys", (ring, box) -> ring.pairs = new HashMap<>(Map.of(box, first(ring)))),
                Map.entry("texts", (ring, box) -> ring.texts = new HashMap<>(Map.of(box, "t"))),
                Map.entry("places", (ring, box) -> ring.places = new HashSet<>(Set.of(home(box)))),
                Map.entry("seats", (ring, box) -> ring.seats = new ArrayList<>(List.of(seat(box)))),
                Map.entry("by name", (ring, box) -> ring.seatsByName = new HashMap<>(Map.of("n", seat(box)))),
                Map.entry("seats as keys", (ring, box) -> ring.namesOfSeats = new HashMap<>(Map.of(seat(box), "n"))),
                Map.entry("anything", (ring, box) -> ring.anything = new HashSet<>(Set.of(box))));

        private static Seat seat(Box box) {
            Seat seat = new Seat();
            seat.box = box;
            return seat;
        }

        /** With the same key and owner. */
        private static Crate crate(Box box) {
            Crate crate = new Crate();
            crate.is(box.id, box.tenant);
            return crate;
        }

        private static Box first(Ring ring) {
            Box box = new Box();
            box.is(OF_A + 1, ring.tenant);
            return box;
        }
    }

    private final SiteId site = SiteId.create();

    StatelessAcrossTest(Database database) {
        super(new World(
                database,
                List.of(
                        Box.class,
                        Crate.class,
                        Stamped.class,
                        Wide.class,
                        Branch.class,
                        Part.class,
                        Joined.class,
                        JoinedMore.class,
                        Deep.class,
                        Deeper.class,
                        Crated.class,
                        Place.class,
                        Home.class,
                        Ring.class),
                Map.of()));
    }

    @BeforeEach
    void rows() {
        for (TenantId tenant : List.of(a, b)) {
            long id = tenant.equals(a) ? OF_A : OF_B;
            world.in(tenant, em -> {
                Box box = new Box();
                for (Own own : List.of(box, new Crate(), new Stamped(), new Wide(), new Branch(), new Ring())) {
                    own.is(id, tenant);
                    if (own instanceof Branch branch) {
                        branch.move(site);
                    }
                    em.persist(own);
                }
                Box second = new Box();
                second.is(id + 1, tenant);
                em.persist(second);
                Part part = new Part();
                part.is(id, box);
                em.persist(part);
                JoinedMore joined = new JoinedMore();
                joined.is(id, box);
                em.persist(joined);
                Deep deep = new Deep();
                deep.is(id, part);
                em.persist(deep);
                Deeper deeper = new Deeper();
                deeper.is(id, deep);
                em.persist(deeper);
                Crated crated = new Crated();
                crated.is(id, em.getReference(Crate.class, id));
                em.persist(crated);
            });
        }
    }

    private void across(Consumer<StatelessSession> work) {
        CrossTenant.write("test").run(() -> World.stateless(world.safe, work));
    }

    private static Box box(long id, @Nullable TenantId tenant) {
        Box box = new Box();
        box.is(id, tenant);
        return box;
    }

    private static final Map<String, BiConsumer<StatelessSession, Object>> WRITES = Map.of(
            "update",
            StatelessSession::update,
            "upsert",
            StatelessSession::upsert,
            "updateMultiple",
            (session, row) -> session.updateMultiple(List.of(row)),
            "upsertMultiple",
            (session, row) -> session.upsertMultiple(List.of(row)));

    private <T> void refuses(Class<T> type, Object key, BiConsumer<StatelessSession, T> change) {
        WRITES.forEach((name, write) -> assertThatThrownBy(() -> across(session -> {
                    T row = Objects.requireNonNull(session.get(type, key));
                    change.accept(session, row);
                    write.accept(session, row);
                }))
                .as("%s of a %s", name, type.getSimpleName())
                .isInstanceOf(ForeignRowException.class));
    }

    @Test
    void aPathIsNotLedToAnotherTenant() {
        refuses(Part.class, OF_B, (session, row) -> row.move(session.get(Box.class, OF_A)));
        refuses(Part.class, OF_B, (session, row) -> row.move(box(OF_A, a)));
        refuses(Part.class, OF_B, (session, row) -> row.move(box(OF_A, b))); // a lie
        refuses(JoinedMore.class, OF_B, (session, row) -> row.move(session.get(Box.class, OF_A)));
        refuses(Joined.class, OF_B, (session, row) -> row.move(session.get(Box.class, OF_A)));
        refuses(Deep.class, OF_B, (session, row) -> row.move(session.get(Part.class, OF_A)));
        refuses(Deeper.class, OF_B, (session, row) -> row.move(session.get(Deep.class, OF_A)));
        refuses(Crated.class, OF_B, (session, row) -> row.move(session.get(Crate.class, OF_A)));
        assertThat(world.rows("select up_id from part order by 1")).containsExactly(OF_A + " | ", OF_B + " | ");
        assertThat(world.rows("select up_id from deeper order by 1")).containsExactly(OF_A + " | ", OF_B + " | ");
    }

    @Test
    void aPathOfARowMadeByHandIsNotEither() {
        WRITES.forEach((name, write) -> assertThatThrownBy(() -> across(session -> {
                    Part row = new Part();
                    row.is(OF_B, box(OF_A, a));
                    write.accept(session, row);
                }))
                .as(name)
                .isInstanceOf(ForeignRowException.class));
    }

    @Test
    void aPathMovesWithinItsTenant() {
        WRITES.forEach((name, write) -> assertThatCode(() -> across(session -> {
                    Part row = session.get(Part.class, OF_B);
                    row.move(session.get(Box.class, OF_B + 1));
                    write.accept(session, row);
                    row.move(session.get(Box.class, OF_B));
                    write.accept(session, row);
                }))
                .as(name)
                .doesNotThrowAnyException());
    }

    @Test
    void anOwnerIsNotChanged() {
        for (Class<? extends Own> type : List.of(Box.class, Crate.class, Stamped.class, Wide.class, Ring.class)) {
            refuses(type, OF_B, (session, row) -> row.give(a));
        }
        refuses(Branch.class, OF_B, (session, row) -> row.give(a));
        refuses(Branch.class, OF_B, (session, row) -> row.move(SiteId.create()));
        assertThat(world.rows("select count(*) from branch where site = '" + site.uuid() + "'"))
                .containsExactly("2 | ");
    }

    @Test
    void anUpsertInTheScopeOfATenantMovesNoRowToAnotherSite() {
        assertThatThrownBy(() -> TenantScope.of(a)
                        .run(() -> World.stateless(world.safe, session -> {
                            Branch row = session.get(Branch.class, OF_A);
                            row.move(SiteId.create());
                            session.upsert(row);
                        })))
                .isInstanceOf(ForeignRowException.class);
    }

    @Test
    void anOwnerThatIsMissingIsKept() {
        WRITES.forEach((name, write) -> across(session -> {
            for (Class<? extends Own> type : List.of(Box.class, Wide.class, Ring.class, Branch.class)) {
                Own row = Objects.requireNonNull(session.get(type, OF_B));
                row.give(null);
                if (row instanceof Branch branch) {
                    branch.move(null);
                }
                write.accept(session, row);
                assertThat(row.tenant).isEqualTo(b);
            }
        }));
        assertThat(world.rows("select count(*) from branch where site = '" + site.uuid() + "'"))
                .containsExactly("2 | ");
    }

    @Test
    void newRowsAreUpserted() {
        across(session -> session.upsertMultiple(List.of(box(NEW, a), box(NEW + 1, b))));
        across(session -> {
            Part part = new Part();
            part.is(NEW, box(OF_B, b));
            session.upsert(part);
        });
        assertThat(world.rows("select up_id from part where id = " + NEW)).containsExactly(OF_B + " | ");
    }

    @Test
    void aRowUnderAMarkedOneIsNotHandedOver() {
        world.in(b, em -> {
            Box box = box(UNDER_MARKED, b);
            em.persist(box);
            Part part = new Part();
            part.is(UNDER_MARKED, box);
            em.persist(part);
            Deep deep = new Deep();
            deep.is(UNDER_MARKED, part);
            em.persist(deep);
        });
        world.sql("update box set deleted_at = current_timestamp, deletion_id = '" + a.uuid() + "' where id = "
                + UNDER_MARKED);
        refuses(Part.class, UNDER_MARKED, (session, row) -> row.move(session.get(Box.class, OF_A)));
        refuses(Deep.class, UNDER_MARKED, (session, row) -> row.move(session.get(Part.class, OF_A)));
        refuses(Deep.class, OF_A, (session, row) -> row.move(session.get(Part.class, UNDER_MARKED)));
    }

    @Test
    void aHiddenRowIsNeitherHandedOverNorLinked() {
        world.in(b, em -> {
            Crate crate = new Crate();
            crate.is(HIDDEN_OF_B, b);
            crate.hide();
            em.persist(crate);
        });
        assertThatThrownBy(() -> across(session -> {
                    Crated row = session.get(Crated.class, OF_A);
                    Crate crate = new Crate();
                    crate.is(HIDDEN_OF_B, a);
                    row.move(crate);
                    session.update(row);
                }))
                .isInstanceOf(ForeignRowException.class);
        assertThatThrownBy(() -> across(session -> {
                    Crate crate = new Crate();
                    crate.is(HIDDEN_OF_B, a);
                    session.update(crate);
                }))
                .isInstanceOf(TenantSafetyException.class);
    }

    /** Ways to write a row of A with a link. */
    private final Map<String, BiConsumer<BiConsumer<Ring, StatelessSession>, StatelessSession>> links = Map.of(
            "update", (link, session) -> old(link, session, StatelessSession::update),
            "updateMultiple", (link, session) -> old(link, session, (s, ring) -> s.updateMultiple(List.of(ring))),
            "upsert", (link, session) -> old(link, session, StatelessSession::upsert),
            "insert", (link, session) -> made(link, session, StatelessSession::insert),
            "insertMultiple", (link, session) -> made(link, session, (s, ring) -> s.insertMultiple(List.of(ring))),
            "upsert of a new row", (link, session) -> made(link, session, StatelessSession::upsert));

    private void old(
            BiConsumer<Ring, StatelessSession> link,
            StatelessSession session,
            BiConsumer<StatelessSession, Ring> write) {
        Ring ring = new Ring();
        ring.is(OF_A, a);
        link.accept(ring, session);
        write.accept(session, ring);
    }

    private void made(
            BiConsumer<Ring, StatelessSession> link,
            StatelessSession session,
            BiConsumer<StatelessSession, Ring> write) {
        Ring ring = new Ring();
        ring.is(NEW, a);
        link.accept(ring, session);
        write.accept(session, ring);
    }

    /** Writes a link in each collection in each way. */
    private void everyLink(LongFunction<Box> target, Consumer<Runnable> expected, long id) {
        Ring.WAYS.forEach((way, put) -> links.forEach((name, write) -> expected.accept(() -> across(session -> {
            write.accept((ring, s) -> put.accept(ring, target.apply(id)), session);
            throw new Accepted(way + " by " + name);
        }))));
    }

    /** Rolls back what was accepted. */
    private static final class Accepted extends RuntimeException {
        private static final long serialVersionUID = 1;

        Accepted(String what) {
            super(what);
        }
    }

    @Test
    void noCollectionLinksTwoTenants() {
        everyLink(
                id -> box(id, b), work -> assertThatThrownBy(work::run).isInstanceOf(ForeignRowException.class), OF_B);
        everyLink(
                id -> box(id, a), // a lie
                work -> assertThatThrownBy(work::run).isInstanceOf(ForeignRowException.class),
                OF_B);
    }

    @Test
    void noCollectionLinksAMarkedRow() {
        inA(em -> em.persist(box(MARKED, a)));
        inA(em -> em.remove(em.find(Box.class, MARKED)));
        everyLink(
                id -> box(id, a),
                work -> assertThatThrownBy(work::run).isInstanceOf(TenantSafetyException.class),
                MARKED);
    }

    @Test
    void collectionsLinkRowsOfOneTenant() {
        everyLink(id -> box(id, a), work -> assertThatThrownBy(work::run).isInstanceOf(Accepted.class), OF_A);
    }

    /** With enhanced classes too, as the class itself writes the field. */
    @Test
    void aSessionHandsNothingOver() {
        for (Class<? extends Own> type : List.of(Box.class, Crate.class, Stamped.class, Wide.class, Ring.class)) {
            assertThatThrownBy(() -> world.across(
                            em -> Objects.requireNonNull(em.find(type, OF_B)).give(a)))
                    .as(type.getSimpleName())
                    .satisfies(thrown -> assertThat(causes(thrown)).anyMatch(ForeignRowException.class::isInstance));
        }
    }
}
