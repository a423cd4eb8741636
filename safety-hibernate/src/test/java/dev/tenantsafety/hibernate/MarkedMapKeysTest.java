package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.IncludeDeleted;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.CollectionTable;
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
import jakarta.persistence.MapKeyJoinColumn;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.hibernate.Hibernate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** An entry of a map whose key is a marked row is left out, and its row stays, whatever is done to the map. */
@ParameterizedClass
@EnumSource(Database.class)
class MarkedMapKeysTest extends WorldTest {

    @MappedSuperclass
    abstract static class Base implements SoftDeletable {
        @Id
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Card")
    static class Card extends Base {}

    @Entity(name = "Sheet")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Sheet extends Base {}

    @Entity(name = "Page")
    static class Page extends Sheet {}

    @Entity(name = "Leaflet")
    @Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
    abstract static class Leaflet extends Base {}

    @Entity(name = "Flyer")
    static class Flyer extends Leaflet {}

    /** Not protected. */
    @Entity(name = "Pin")
    static class Pin {
        @Id
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "Part")
    static class Part extends Base {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Board board;
    }

    @Embeddable
    record Spot(int x, String y) {}

    @Entity(name = "Board")
    static class Board extends Base {

        @ElementCollection
        @CollectionTable(name = "board_texts")
        @MapKeyJoinColumn(name = "card")
        @Column(name = "said")
        Map<Card, String> texts = new HashMap<>();

        @ElementCollection
        @CollectionTable(name = "board_spots")
        @MapKeyJoinColumn(name = "card")
        Map<Card, Spot> spots = new HashMap<>();

        @ElementCollection
        @CollectionTable(name = "board_pages")
        @MapKeyJoinColumn(name = "page")
        @Column(name = "said")
        Map<Page, String> pages = new HashMap<>();

        @ElementCollection
        @CollectionTable(name = "board_leaflets")
        @MapKeyJoinColumn(name = "leaflet")
        @Column(name = "said")
        Map<Leaflet, String> leaflets = new HashMap<>();

        @ManyToMany
        @JoinTable(name = "board_linked")
        @MapKeyJoinColumn(name = "card")
        Map<Card, Part> linked = new HashMap<>();

        @ManyToMany
        @JoinTable(name = "board_pinned")
        @MapKeyJoinColumn(name = "card")
        Map<Card, Pin> pinned = new HashMap<>();

        @ManyToMany
        @JoinTable(name = "board_self")
        @MapKeyJoinColumn(name = "card")
        Map<Card, Card> self = new HashMap<>();

        @OneToMany
        @JoinTable(name = "board_joined")
        @MapKeyJoinColumn(name = "card")
        Map<Card, Part> joined = new HashMap<>();

        @OneToMany
        @JoinColumn(name = "in_column")
        @MapKeyJoinColumn(name = "column_card", nullable = true)
        Map<Card, Part> column = new HashMap<>();

        @OneToMany
        @JoinColumn(name = "in_board")
        @MapKeyJoinColumn(name = "pin_card", nullable = true)
        Map<Card, Pin> pins = new HashMap<>();

        @OneToMany
        @JoinColumn(name = "page_board")
        @MapKeyJoinColumn(name = "page_card", nullable = true)
        Map<Card, Page> columnPages = new HashMap<>();

        @OneToMany(cascade = CascadeType.ALL, orphanRemoval = true)
        @JoinColumn(name = "orphan_board")
        @MapKeyJoinColumn(name = "orphan_page", nullable = true)
        Map<Page, Part> orphans = new HashMap<>();

        @OneToMany(mappedBy = "board")
        @MapKeyJoinColumn(name = "inverse_card", nullable = true)
        Map<Card, Part> inverse = new HashMap<>();
    }

    private interface Setter {
        void set(Board board, Map<?, ?> map);
    }

    private record Form(Class<? extends Base> key, Class<?> element, Function<Board, Map<?, ?>> get, Setter set) {}

    private static final Map<String, Form> FORMS = new LinkedHashMap<>();

    @SuppressWarnings("unchecked")
    private static void form(
            String name,
            Class<? extends Base> key,
            Class<?> element,
            Function<Board, Map<?, ?>> get,
            java.util.function.BiConsumer<Board, Map<Object, Object>> set) {
        FORMS.put(name, new Form(key, element, get, (board, map) -> set.accept(board, (Map<Object, Object>) map)));
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // for brevity
    private static <T> T cast(Object map) {
        return (T) map;
    }

    static {
        form("texts", Card.class, String.class, b -> b.texts, (b, m) -> b.texts = cast(m));
        form("spots", Card.class, Spot.class, b -> b.spots, (b, m) -> b.spots = cast(m));
        form("pages", Page.class, String.class, b -> b.pages, (b, m) -> b.pages = cast(m));
        form("leaflets", Flyer.class, String.class, b -> b.leaflets, (b, m) -> b.leaflets = cast(m));
        form("linked", Card.class, Part.class, b -> b.linked, (b, m) -> b.linked = cast(m));
        form("pinned", Card.class, Pin.class, b -> b.pinned, (b, m) -> b.pinned = cast(m));
        form("self", Card.class, Card.class, b -> b.self, (b, m) -> b.self = cast(m));
        form("joined", Card.class, Part.class, b -> b.joined, (b, m) -> b.joined = cast(m));
        form("column", Card.class, Part.class, b -> b.column, (b, m) -> b.column = cast(m));
        form("pins", Card.class, Pin.class, b -> b.pins, (b, m) -> b.pins = cast(m));
        form("columnPages", Card.class, Page.class, b -> b.columnPages, (b, m) -> b.columnPages = cast(m));
        form("orphans", Page.class, Part.class, b -> b.orphans, (b, m) -> b.orphans = cast(m));
        form("inverse", Card.class, Part.class, b -> b.inverse, (b, m) -> b.inverse = cast(m));
    }

    MarkedMapKeysTest(Database database) {
        super(new World(
                database,
                List.of(
                        Card.class,
                        Sheet.class,
                        Page.class,
                        Leaflet.class,
                        Flyer.class,
                        Pin.class,
                        Part.class,
                        Board.class),
                Map.of()));
    }

    @BeforeEach
    void fill() {
        inA(em -> {
            Board board = new Board();
            board.id = "board";
            em.persist(board);
            for (String key : List.of("k0", "k1", "k2", "k3")) {
                for (Class<? extends Base> type : List.of(Card.class, Page.class, Flyer.class)) {
                    em.persist(made(type, key));
                }
            }
            FORMS.forEach((name, form) -> {
                for (int i = 0; i < 3; i++) {
                    put(form, board, em.find(form.key(), "k" + i), value(em, name, "v" + i));
                }
            });
        });
    }

    private static Object made(Class<?> type, String id) {
        try {
            Object made = type.getDeclaredConstructor().newInstance();
            if (made instanceof Base base) {
                base.id = id;
            } else {
                ((Pin) made).id = id;
            }
            return made;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object value(EntityManager em, String name, String id) {
        Class<?> type = FORMS.get(name).element();
        if (type == String.class) {
            return id;
        }
        if (type == Spot.class) {
            return new Spot(1, id);
        }
        Object made = made(type, name + id);
        em.persist(made);
        return made;
    }

    private static void put(Form form, Board board, Object key, Object value) {
        MarkedMapKeysTest.<Map<Object, Object>>cast(form.get().apply(board)).put(key, value);
        if (value instanceof Part part && form.equals(FORMS.get("inverse"))) {
            part.board = board;
        }
    }

    private DeletionId delete(Consumer<EntityManager> work) {
        return world.get(a, em -> Deletions.of(em).because("test", () -> work.accept(em)));
    }

    private DeletionId deleteKeys() {
        return delete(MarkedMapKeysTest::removeKeys);
    }

    private static void removeKeys(EntityManager em) {
        em.remove(em.find(Card.class, "k0"));
        em.remove(em.find(Page.class, "k0"));
        em.remove(em.find(Flyer.class, "k0"));
    }

    private static Board board(EntityManager em) {
        return em.find(Board.class, "board");
    }

    private static String seen(Map<?, ?> map) {
        Map<String, String> all = new TreeMap<>();
        map.forEach((key, value) -> all.put(
                ((Base) Hibernate.unproxy(key)).id,
                value instanceof Base base
                        ? ((Base) Hibernate.unproxy(base)).id
                        : value instanceof Pin pin ? ((Pin) Hibernate.unproxy(pin)).id : "" + value));
        return all.toString();
    }

    private static List<String> seen(EntityManager em) {
        List<String> all = new ArrayList<>();
        FORMS.forEach((name, form) -> all.add(name + seen(form.get().apply(board(em)))));
        return all;
    }

    private List<String> seen() {
        return world.get(a, MarkedMapKeysTest::seen);
    }

    private List<String> rows() {
        List<String> all = new ArrayList<>();
        for (String table : List.of(
                "board_texts",
                "board_spots",
                "board_pages",
                "board_leaflets",
                "board_linked",
                "board_pinned",
                "board_self",
                "board_joined")) {
            world.rows("select * from " + table).forEach(row -> all.add(table + " " + row));
        }
        for (String columns : List.of(
                "part p where in_column is not null or orphan_board is not null or board_id is not null",
                "pin p where in_board is not null",
                "page p where page_board is not null")) {
            world.rows("select * from " + columns).forEach(row -> all.add(columns.substring(0, 4) + " " + row));
        }
        return all;
    }

    @Test
    @Shows("a map with entities as keys (`@MapKeyJoinColumn`)")
    void anEntryWithAMarkedKeyIsLeftOut() {
        List<String> before = seen();
        List<String> rows = rows();
        DeletionId deletion = deleteKeys();
        assertThat(rows()).isEqualTo(rows);
        assertThat(seen())
                .allSatisfy(map -> assertThat(map).doesNotContain("k0").contains("k1", "k2"));
        inA(em -> FORMS.forEach((name, form) -> {
            assertThat(em.createQuery("select size(b." + name + ") from Board b", Integer.class)
                            .getSingleResult())
                    .as(name)
                    .isEqualTo(2);
            assertThat(em.createQuery("select key(e).id from Board b join b." + name + " e", String.class)
                            .getResultList())
                    .as(name)
                    .containsExactlyInAnyOrder("k1", "k2");
        }));
        FORMS.forEach((name, form) -> inA(em -> {
            Board board = em.createQuery("from Board b left join fetch b." + name, Board.class)
                    .getSingleResult();
            assertThat(Hibernate.isInitialized(form.get().apply(board))).isTrue();
            assertThat(form.get().apply(board)).as(name).hasSize(2);
        }));
        IncludeDeleted.because("test").run(() -> assertThat(seen()).isEqualTo(before));
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(seen()).isEqualTo(before);
    }

    /** Hibernate puts the filters of a joined collection where it joins the keys, which it does only for those who ask for keys. */
    @Test
    void joinsLeaveOutMarkedElementsAndKeys() {
        List<String> ofEntities = List.of("linked", "self", "joined", "column", "columnPages");
        delete(em -> {
            removeKeys(em);
            for (String name : ofEntities) {
                em.remove(em.find(FORMS.get(name).element(), name + "v1"));
            }
        });
        List<String> wrong = new ArrayList<>();
        for (String hql : List.of(
                "select count(*) from Board b join b.@ e",
                "select count(e) from Board b join b.@ e",
                "select count(key(e)) from Board b join b.@ e",
                "select count(e) from Board b left join b.@ e",
                "select count(e) from Board b, Board c join c.@ e where b = c",
                "select count(value(b.@)) from Board b",
                "select sum((select count(*) from b.@ e)) from Board b",
                "select sum(size(b.@)) from Board b")) {
            FORMS.keySet()
                    .forEach(name -> inA(em -> {
                        String query = hql.replace("@", name);
                        long counted =
                                ((Number) em.createQuery(query, Object.class).getSingleResult()).longValue();
                        if (counted != (ofEntities.contains(name) ? 1 : 2)) {
                            wrong.add(counted + " of " + query);
                        }
                    }));
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void itsRowStaysWhenTheMapIsChanged() {
        DeletionId deletion = deleteKeys();
        inA(em -> FORMS.forEach((name, form) -> {
            if (!name.equals("inverse")) {
                put(form, board(em), em.find(form.key(), "k1"), value(em, name, "w1"));
                form.get().apply(board(em)).remove(em.find(form.key(), "k2"));
                put(form, board(em), em.find(form.key(), "k3"), value(em, name, "w3"));
            }
        }));
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(seen()).allSatisfy(map -> assertThat(map)
                .satisfiesAnyOf(m -> assertThat(m).startsWith("inverse"), m -> assertThat(m)
                        .contains("k0=", "v0", "k1=", "w1", "k3=", "w3")
                        .doesNotContain("k2", "v1")));
    }

    @Test
    void itsRowStaysWhenTheMapIsCleared() {
        stays(board -> FORMS.values().forEach(form -> form.get().apply(board).clear()));
    }

    @Test
    void itsRowStaysWhenTheMapIsReplaced() {
        stays(board -> FORMS.forEach((name, form) -> {
            if (!name.equals("orphans")) { // which Hibernate refuses
                form.set().set(board, new HashMap<>());
            }
        }));
    }

    private void stays(Consumer<Board> work) {
        List<String> before = seen();
        DeletionId deletion = deleteKeys();
        List<String> hidden =
                rows().stream().filter(row -> row.contains("v0 |")).toList();
        inA(em -> work.accept(board(em)));
        assertThat(rows()).containsAll(hidden);
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(seen()).allSatisfy(map -> assertThat(map).contains("k0=", "v0"));
        assertThat(before).hasSize(FORMS.size());
    }

    @Test
    void anEntryThatIsTakenOutWithItsKeyComesBack() {
        comesBack((form, board) -> form.get().apply(board).keySet().removeIf(key -> ((Base) key).id.equals("k0")));
    }

    @Test
    void anEntryThatIsClearedWithItsKeyComesBack() {
        List<String> before = seen();
        DeletionId deletion = delete(em -> {
            FORMS.values().forEach(form -> form.get().apply(board(em)).clear());
            removeKeys(em);
        });
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(seen()).allSatisfy(map -> assertThat(map).contains("k0=", "v0"));
        assertThat(before).hasSize(FORMS.size());
    }

    @Test
    void anEntryOfAMapThatIsReplacedWithItsKeyComesBack() {
        comesBack((form, board) -> {
            if (!form.equals(FORMS.get("orphans"))) {
                Map<Object, Object> rest = new HashMap<>(form.get().apply(board));
                rest.keySet().removeIf(key -> ((Base) key).id.equals("k0"));
                form.set().set(board, rest);
            }
        });
    }

    private void comesBack(java.util.function.BiConsumer<Form, Board> cut) {
        List<String> before = seen();
        List<String> rows = rows();
        DeletionId deletion = delete(em -> {
            FORMS.values().forEach(form -> cut.accept(form, board(em)));
            removeKeys(em);
        });
        assertThat(rows()).hasSameSizeAs(rows);
        assertThat(seen())
                .allSatisfy(map -> assertThat(map).doesNotContain("k0").contains("k1", "k2"));
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(seen()).isEqualTo(before);
    }

    @Test
    void anEntryIsPutBackWhenItsKeyIsAliveAgain() {
        inA(em -> {
            Map<Card, String> texts = board(em).texts;
            Card card = em.find(Card.class, "k0");
            texts.remove(card);
            em.remove(card);
            em.flush();
            em.persist(card);
            texts.put(card, "again");
        });
        inA(em -> assertThat(seen(board(em).texts)).contains("k0=again"));
    }

    @Test
    void aKeyOfSomebodyElseIsNeitherWrittenNorRead() {
        world.in(b, em -> {
            for (Class<? extends Base> type : List.of(Card.class, Page.class, Flyer.class)) {
                em.persist(made(type, "foreign"));
            }
        });
        FORMS.forEach((name, form) -> {
            if (!name.equals("inverse")) {
                assertThatThrownBy(() -> inA(em ->
                                put(form, board(em), em.getReference(form.key(), "foreign"), value(em, name, "x"))))
                        .as(name)
                        .satisfies(e -> assertThat(causes(e)).anyMatch(TenantSafetyException.class::isInstance));
            }
        });
        world.sql(
                "update board_texts set card = 'foreign' where card = 'k1'",
                "update board_pages set page = 'foreign' where page = 'k1'",
                "update board_leaflets set leaflet = 'foreign' where leaflet = 'k1'",
                "update board_linked set card = 'foreign' where card = 'k1'",
                "update part set column_card = 'foreign' where column_card = 'k1'",
                "update part set inverse_card = 'foreign' where inverse_card = 'k1'");
        for (String name : List.of("texts", "pages", "leaflets", "linked", "column", "inverse")) {
            Form form = Objects.requireNonNull(FORMS.get(name));
            inA(em -> assertThat(form.get().apply(board(em)).keySet())
                    .as(name)
                    .noneMatch(key -> ((Base) Hibernate.unproxy(key)).id.equals("foreign")));
        }
    }
}
