package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapKey;
import jakarta.persistence.MapKeyColumn;
import jakarta.persistence.MapKeyJoinColumn;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.hibernate.annotations.MapKeyJdbcTypeCode;
import org.hibernate.annotations.SortNatural;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A marked element of a map in a join table holds its key, whatever the key consists of. */
@ParameterizedClass
@EnumSource(Database.class)
class LinkKeysOfMarkedTest extends WorldTest {

    @MappedSuperclass
    abstract static class Base {
        @Id
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "Feast")
    static class Feast extends Base {}

    /** Has the key of another. */
    @Entity(name = "Eve")
    static class Eve {
        @Id
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Feast day;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "Guest")
    static class Guest extends Base implements SoftDeletable {
        @Column(name = "seated_at")
        int table;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Embeddable
    record Seat(int line, String place) {}

    @Entity(name = "Hall")
    static class Hall extends Base {
        @ManyToMany
        @JoinTable(name = "hall_days")
        @MapKeyJoinColumn(name = "map_day")
        Map<Feast, Guest> days = new HashMap<>();

        @OneToMany
        @JoinTable(name = "hall_hosts")
        @MapKeyJoinColumn(name = "map_day")
        Map<Feast, Guest> hosts = new HashMap<>();

        @ManyToMany
        @JoinTable(name = "hall_eves")
        @MapKeyJoinColumn(name = "map_eve")
        Map<Eve, Guest> eves = new HashMap<>();

        @ManyToMany
        @JoinTable(name = "hall_seats")
        Map<Seat, Guest> seats = new HashMap<>();

        @ManyToMany
        @JoinTable(name = "hall_owners")
        Map<TenantId, Guest> owners = new HashMap<>();

        @ManyToMany
        @JoinTable(name = "hall_prices")
        @MapKeyColumn(name = "price", precision = 10, scale = 2)
        Map<BigDecimal, Guest> prices = new HashMap<>();

        @ManyToMany
        @JoinTable(name = "hall_codes")
        @MapKeyJdbcTypeCode(SqlTypes.VARBINARY)
        Map<UUID, Guest> codes = new HashMap<>();

        @ManyToMany
        @JoinTable(name = "hall_times")
        Map<Instant, Guest> times = new HashMap<>();

        @ManyToMany
        @JoinTable(name = "hall_sorted")
        @SortNatural
        SortedMap<String, Guest> sorted = new TreeMap<>();

        @ManyToMany
        @JoinTable(name = "hall_ordered")
        @OrderBy("id")
        Map<String, Guest> ordered = new LinkedHashMap<>();

        @ManyToMany
        @JoinTable(name = "hall_by_table")
        @MapKey(name = "table")
        Map<Integer, Guest> byTable = new HashMap<>();

        @OneToMany
        @JoinColumn(name = "in_hall")
        @SortNatural
        SortedMap<String, Guest> column = new TreeMap<>();
    }

    private record Form(
            Function<Hall, Map<?, Guest>> map, BiFunction<EntityManager, Integer, Object> key, String name) {

        @SuppressWarnings("unchecked")
        void put(EntityManager em, int key, Guest guest) {
            ((Map<Object, Guest>) map.apply(hall(em))).put(this.key.apply(em, key), guest);
        }
    }

    private static final TenantId FIRST = TenantId.create();
    private static final TenantId SECOND = TenantId.create();

    private static final List<Form> FORMS = List.of(
            new Form(hall -> hall.prices, (em, key) -> new BigDecimal(key + ".50"), "prices: the key 1.50"),
            new Form(hall -> hall.codes, (em, key) -> new UUID(0, key), "codes: the key " + new UUID(0, 1)),
            new Form(hall -> hall.ordered, (em, key) -> "y" + key, "ordered: the key y1"),
            new Form(hall -> hall.days, (em, key) -> em.find(Feast.class, "day" + key), "days: the key Feast day1"),
            new Form(
                    hall -> hall.hosts,
                    (em, key) -> em.getReference(Feast.class, "day" + key),
                    "hosts: the key Feast day1"),
            new Form(hall -> hall.eves, LinkKeysOfMarkedTest::eve, "eves: the key Eve "),
            new Form(hall -> hall.seats, (em, key) -> new Seat(key, "a"), "seats: the key Seat[line=1, place=a]"),
            new Form(hall -> hall.owners, (em, key) -> key == 1 ? FIRST : SECOND, "owners: the key " + FIRST),
            new Form(hall -> hall.sorted, (em, key) -> "z" + key, "sorted: the key z1"),
            new Form(
                    hall -> hall.times,
                    (em, key) -> Instant.EPOCH.plusSeconds(key),
                    "times: the key 1970-01-01T00:00:01Z"));

    LinkKeysOfMarkedTest(Database database) {
        super(new World(database, List.of(Feast.class, Eve.class, Guest.class, Hall.class), Map.of()));
        inA(em -> {
            for (int i = 1; i <= 2; i++) {
                Feast day = named(new Feast(), "day" + i);
                em.persist(day);
                Eve eve = new Eve();
                eve.day = day;
                em.persist(eve);
            }
            em.persist(named(new Hall(), "hall"));
            for (Form form : FORMS) {
                Guest guest = named(new Guest(), "old" + FORMS.indexOf(form));
                em.persist(guest);
                form.put(em, 1, guest);
            }
        });
    }

    private static <T extends Base> T named(T made, String id) {
        made.id = id;
        return made;
    }

    private static Hall hall(EntityManager em) {
        return em.find(Hall.class, "hall");
    }

    private static Object eve(EntityManager em, int key) {
        return em.createQuery("from Eve e where e.day.id = :day", Eve.class)
                .setParameter("day", "day" + key)
                .getSingleResult();
    }

    private static void putNew(EntityManager em, Form form, int key) {
        Guest guest = named(new Guest(), "new" + key + FORMS.indexOf(form));
        em.persist(guest);
        form.put(em, key, guest);
    }

    @Test
    @Shows("a `@MapKeyColumn` map")
    void anotherElementDoesNotGetItsKey() {
        for (Form form : FORMS) {
            int at = FORMS.indexOf(form);
            assertThatThrownBy(() -> inA(em -> {
                        em.remove(em.find(Guest.class, "old" + at));
                        putNew(em, form, 1);
                    }))
                    .as(form.name())
                    .satisfies(e -> assertThat(causes(e)).anySatisfy(cause -> assertThat(cause)
                            .isInstanceOf(MarkedException.class)
                            .hasMessageContaining("Hall hall." + form.name())
                            .hasMessageContaining(" is held by a marked Guest")));
            DeletionId deletion = Objects.requireNonNull(world.get(
                    a, em -> Deletions.of(em).because("test", () -> em.remove(em.find(Guest.class, "old" + at)))));
            assertThatThrownBy(() -> inA(em -> putNew(em, form, 1)))
                    .as(form.name())
                    .satisfies(e -> assertThat(causes(e)).anyMatch(MarkedException.class::isInstance));
            inA(em -> putNew(em, form, 2));
            inA(em -> Deletions.of(em).undo(deletion));
            inA(em -> assertThat(form.map().apply(hall(em)).values())
                    .as(form.name())
                    .extracting(guest -> guest.id)
                    .containsExactlyInAnyOrder("old" + at, "new2" + at));
        }
    }

    @Test
    void theMarkIsSeenThatIsStillInABatch() {
        EntityManagerFactory batching = world.jpa(Map.of("hibernate.jdbc.batch_size", "50"));
        for (Form form : FORMS) {
            assertThatThrownBy(() -> TenantScope.of(a)
                            .run(() -> World.transaction(batching, em -> {
                                em.remove(em.find(Guest.class, "old" + FORMS.indexOf(form)));
                                putNew(em, form, 1);
                                return true;
                            })))
                    .as(form.name())
                    .satisfies(e -> assertThat(causes(e)).anyMatch(MarkedException.class::isInstance));
        }
    }

    /** No column of the links holds it. */
    @Test
    void aKeyThatIsAnAttributeOfTheElementsIsHeldByNone() {
        inA(em -> hall(em).byTable.put(0, em.find(Guest.class, "old0")));
        inA(em -> {
            assertThat(hall(em).byTable).hasSize(1);
            em.remove(em.find(Guest.class, "old0"));
            hall(em).byTable.put(0, em.find(Guest.class, "old1"));
        });
        inA(em -> assertThat(hall(em).byTable.get(0).id).isEqualTo("old1"));
    }

    private static int size(Map<?, ?> map) {
        return ((PersistentCollection<?>) map).getSize();
    }

    @Test
    void theSizeOfASortedMapIsThatOfWhatOneSees() {
        inA(em -> {
            Form form = FORMS.get(FORMS.size() - 2);
            putNew(em, form, 2);
            for (Guest guest : List.copyOf(hall(em).sorted.values())) {
                hall(em).column.put(guest.id, guest);
            }
        });
        inA(em -> assertThat(List.of(size(hall(em).sorted), size(hall(em).column)))
                .containsExactly(2, 2));
        inA(em -> em.remove(hall(em).sorted.get("z1")));
        inA(em -> assertThat(List.of(size(hall(em).sorted), size(hall(em).column)))
                .containsExactly(1, 1));
    }

    @Test
    void anEqualNumberIsTheSameKey() {
        inA(em -> em.remove(em.find(Guest.class, "old0")));
        assertThatThrownBy(() -> inA(em -> {
                    Guest guest = named(new Guest(), "another");
                    em.persist(guest);
                    hall(em).prices.put(new BigDecimal("1.5"), guest);
                }))
                .satisfies(e -> assertThat(causes(e)).anyMatch(MarkedException.class::isInstance));
    }
}
