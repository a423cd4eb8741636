package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.MapKey;
import jakarta.persistence.MapKeyColumn;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** Children that only their parent knows, while it is marked: those that the program keeps are cut loose; others stay with it. */
@ParameterizedClass
@CsvSource({
    "H2, LIST",
    "H2, SET",
    "H2, MAP",
    "H2, KEYED",
    "H2, TABLE",
    "H2, TABLE_LIST",
    "H2, ORPHANS",
    "POSTGRESQL, LIST",
    "POSTGRESQL, SET",
    "POSTGRESQL, MAP",
    "POSTGRESQL, KEYED",
    "POSTGRESQL, TABLE",
    "POSTGRESQL, TABLE_LIST",
    "POSTGRESQL, ORPHANS"
})
class ParentLinksTest extends WorldTest {

    /** How the parent knows them. */
    enum Form {
        LIST(box -> box.list, (box, item) -> box.list.add(item)),
        SET(box -> box.set, (box, item) -> box.set.add(item)),
        MAP(box -> box.map.values(), (box, item) -> box.map.put(item.name, item)),
        KEYED(box -> box.keyed.values(), (box, item) -> box.keyed.put("key of " + item.name, item)),
        TABLE(box -> box.table, (box, item) -> box.table.add(item)),
        TABLE_LIST(box -> box.tableList, (box, item) -> box.tableList.add(item)),
        ORPHANS(box -> box.orphans, (box, item) -> box.orphans.add(item));

        @SuppressWarnings("ImmutableEnumChecker") // a getter
        private final Function<Box, Collection<Item>> items;

        @SuppressWarnings("ImmutableEnumChecker") // an adder
        private final BiConsumer<Box, Item> add;

        Form(Function<Box, Collection<Item>> items, BiConsumer<Box, Item> add) {
            this.items = items;
            this.add = add;
        }
    }

    @MappedSuperclass
    abstract static class Base implements SoftDeletable {
        @Id
        String name = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Holder")
    @Inheritance(strategy = InheritanceType.SINGLE_TABLE)
    @UniqueAlive({"tenant", "label"})
    static class Holder extends Base {
        @Nullable
        String label;
    }

    /** A subclass: conflicts name the root. */
    @Entity(name = "Box")
    static class Box extends Holder {
        @OneToMany(cascade = CascadeType.ALL)
        @JoinColumn(name = "list_box")
        @OrderColumn(name = "list_place")
        List<Item> list = new ArrayList<>();

        @OneToMany(cascade = CascadeType.ALL)
        @JoinColumn(name = "set_box")
        Set<Item> set = new HashSet<>();

        @OneToMany(cascade = CascadeType.ALL)
        @JoinColumn(name = "map_box")
        @MapKey(name = "name")
        Map<String, Item> map = new HashMap<>();

        @OneToMany(cascade = CascadeType.ALL)
        @JoinColumn(name = "keyed_box")
        @MapKeyColumn(name = "map_key")
        Map<String, Item> keyed = new HashMap<>();

        @OneToMany(cascade = CascadeType.ALL)
        @JoinTable(name = "box_item")
        Set<Item> table = new HashSet<>();

        @OneToMany(cascade = CascadeType.ALL)
        @JoinTable(name = "box_item_list")
        @OrderColumn(name = "place")
        List<Item> tableList = new ArrayList<>();

        @OneToMany(cascade = CascadeType.ALL, orphanRemoval = true)
        @JoinColumn(name = "orphans_box")
        Set<Item> orphans = new HashSet<>();

        @OneToMany(cascade = CascadeType.ALL)
        @JoinColumn(name = "needed_box", nullable = false)
        Set<Needed> needed = new HashSet<>();

        /** Another way to hold the same items. */
        @OneToMany(cascade = CascadeType.PERSIST)
        @JoinColumn(name = "spare_box")
        Set<Item> spare = new HashSet<>();
    }

    @Entity(name = "Item")
    static class Item extends Base {}

    @Entity(name = "Needed")
    static class Needed extends Base {}

    private final Form form;

    ParentLinksTest(Database database, Form form) {
        super(new World(database, List.of(Holder.class, Box.class, Item.class, Needed.class), Map.of()));
        this.form = form;
        inA(em -> {
            Box box = named(new Box(), "box");
            for (String name : List.of("one", "two", "three")) {
                form.add.accept(box, named(new Item(), name));
            }
            box.needed.add(named(new Needed(), "needed"));
            box.label = "label";
            em.persist(box);
            em.persist(named(new Box(), "other"));
        });
    }

    private static <T extends Base> T named(T row, String name) {
        row.name = name;
        return row;
    }

    private static Box box(EntityManager em, String name) {
        return Objects.requireNonNull(em.find(Box.class, name));
    }

    private static Item item(EntityManager em, String name) {
        return Objects.requireNonNull(em.find(Item.class, name));
    }

    private DeletionId because(Consumer<EntityManager> work) {
        return world.get(a, em -> Deletions.of(em).because("test", () -> work.accept(em)));
    }

    private List<String> names(EntityManager em, String box) {
        return form.items.apply(box(em, box)).stream()
                .map(item -> item == null ? "-" : item.name)
                .sorted()
                .toList();
    }

    /** Alive items whose box is marked. */
    private long dangling() {
        long count = 0;
        for (String link : List.of("list_box", "set_box", "map_box", "keyed_box", "orphans_box", "spare_box")) {
            count += world.count("Item i join Holder h on i." + link
                    + " = h.name where i.deleted_at is null and h.deleted_at is not null");
        }
        for (String[] table : new String[][] {{"box_item", "table_name"}, {"box_item_list", "tableList_name"}}) {
            count += world.count(
                    table[0] + " l join Item i on l." + table[1]
                            + " = i.name join Holder h on l.Box_name = h.name where i.deleted_at is null and h.deleted_at is not null");
        }
        return count;
    }

    @Test
    void aMarkThatIsTakenBackCutsLoose() {
        DeletionId[] deletion = new DeletionId[1];
        inA(em -> {
            Item kept = item(em, "two");
            deletion[0] = Deletions.of(em).because("test", () -> em.remove(box(em, "box")));
            em.persist(kept);
        });
        assertThat(dangling()).isZero();
        inA(em -> {
            assertThat(item(em, "two")).isNotNull();
            Deletions.of(em).undo(deletion[0]);
        });
        inA(em -> assertThat(names(em, "box")).containsExactly("one", "three"));
    }

    @Test
    void beforeTheFlushToo() {
        inA(em -> {
            Item kept = item(em, "two");
            em.remove(box(em, "box"));
            em.persist(kept);
        });
        assertThat(dangling()).isZero();
        inA(em -> assertThat(item(em, "two")).isNotNull());
    }

    @Test
    void withItsParentItStaysWhereItIs() {
        inA(em -> {
            Item kept = item(em, "two");
            Box box = box(em, "box");
            em.remove(box);
            em.flush();
            em.persist(kept);
            em.flush();
            em.persist(box);
        });
        inA(em -> assertThat(names(em, "box")).contains("two"));
    }

    @Test
    void anUndoOfTheSameTransactionFindsItThere() {
        inA(em -> {
            Item kept = item(em, "two");
            DeletionId deletion = Deletions.of(em).because("test", () -> em.remove(box(em, "box")));
            em.persist(kept);
            em.flush();
            Deletions.of(em).undo(deletion);
        });
        inA(em -> assertThat(names(em, "box")).containsExactly("one", "three", "two"));
    }

    @Test
    void whatIsMovedIsCutLoose() {
        for (EntityManagerFactory factory : List.of(world.plain(), world.safe)) {
            dev.tenantsafety.scope.TenantScope.of(a)
                    .run(() -> World.transaction(factory, em -> {
                        Box made = named(new Box(), "made by " + factory.hashCode());
                        made.tenant = a;
                        Item moved = named(new Item(), "moved by " + factory.hashCode());
                        moved.tenant = a;
                        form.add.accept(made, moved);
                        em.persist(made);
                        em.flush();
                        em.clear();
                        Box from = box(em, made.name);
                        Item item = item(em, moved.name);
                        form.items.apply(from).remove(item);
                        box(em, "other").spare.add(item);
                        em.remove(from);
                        return true;
                    }));
        }
        assertThat(dangling()).isZero();
        inA(em -> assertThat(box(em, "other").spare).hasSize(2));
    }

    @Test
    void whatIsMovedIntoTheSameCollectionOfAnotherIsThere() {
        DeletionId deletion = because(em -> {
            Item item = item(em, "two");
            form.items.apply(box(em, "box")).remove(item);
            form.add.accept(box(em, "other"), item);
            em.remove(box(em, "box"));
        });
        assertThat(dangling()).isZero();
        inA(em -> assertThat(names(em, "other")).containsExactly("two"));
        inA(em -> Deletions.of(em).undo(deletion));
        inA(em -> assertThat(names(em, "box")).containsExactly("one", "three"));
        inA(em -> assertThat(names(em, "other")).containsExactly("two"));
    }

    @Test
    void whatIsTakenBackAndMovedIsCutLoose() {
        inA(em -> {
            Item kept = item(em, "two");
            em.remove(box(em, "box"));
            em.flush();
            em.persist(kept);
            box(em, "other").spare.add(kept);
        });
        assertThat(dangling()).isZero();
        inA(em -> assertThat(box(em, "other").spare).hasSize(1));
    }

    @Test
    void aColumnThatCannotBeNullRefuses() {
        assertThatThrownBy(() -> inA(em -> {
                    Needed kept = Objects.requireNonNull(em.find(Needed.class, "needed"));
                    em.remove(box(em, "box"));
                    em.flush();
                    em.persist(kept);
                }))
                .rootCause()
                .isInstanceOf(MarkedException.class)
                .hasMessageStartingWith(
                        "Needed needed belongs to a Box (Box.needed), which the same transaction marks");
    }

    @Test
    void childrenOfAParentThatIsSkippedStayMarked() {
        DeletionId deletion = because(em -> em.remove(box(em, "box")));
        inA(em -> {
            Box taker = named(new Box(), "taker");
            taker.label = "label";
            em.persist(taker);
        });
        inA(em -> {
            UndoReport report = Deletions.of(em).planUndo(deletion).execute(UndoPolicy.SKIP);
            assertThat(report.total()).isZero();
            assertThat(report.skipped()).hasSize(5);
        });
        assertThat(dangling()).isZero();
        inA(em -> box(em, "taker").label = "free");
        inA(em -> Deletions.of(em).undo(deletion));
        inA(em -> assertThat(names(em, "box")).containsExactly("one", "three", "two"));
    }
}
