package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.IncludeDeleted;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
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
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Links of marked rows stay in each form of collection, whatever is done to the collection. */
@ParameterizedClass
@EnumSource(Database.class)
class LinksOfMarkedTest extends WorldTest {

    @MappedSuperclass
    abstract static class Base implements SoftDeletable {
        @Id
        LabelId id = LabelId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

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

    @Entity(name = "Board")
    static class Board implements SoftDeletable {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToMany
        Set<Card> linked = new HashSet<>();

        @OneToMany
        @JoinTable(name = "board_joined")
        Set<Card> joined = new HashSet<>();

        @OneToMany(cascade = CascadeType.ALL, orphanRemoval = true)
        @JoinTable(name = "board_orphans")
        Set<Card> orphans = new HashSet<>();

        @OneToMany
        @JoinColumn(name = "in_set")
        Set<Card> set = new HashSet<>();

        @OneToMany
        @JoinColumn(name = "in_bag")
        List<Card> bag = new ArrayList<>();

        @OneToMany
        @JoinColumn(name = "in_list")
        @OrderColumn(name = "list_place")
        List<Card> list = new ArrayList<>();

        @OneToMany
        @JoinColumn(name = "in_map")
        @MapKeyColumn(name = "map_key")
        Map<String, Card> map = new HashMap<>();

        @OneToMany
        @JoinColumn(name = "page_board")
        Set<Page> pages = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "board_page")
        Set<Page> linkedPages = new HashSet<>();

        @OneToMany
        @JoinColumn(name = "flyer_board")
        Set<Leaflet> leaflets = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "board_leaflet")
        Set<Leaflet> linkedLeaflets = new HashSet<>();

        @Embedded
        @Nullable
        Tombstone tombstone;

        List<Collection<? extends Base>> all() {
            return List.of(
                    linked,
                    joined,
                    orphans,
                    set,
                    bag,
                    list,
                    map.values(),
                    pages,
                    linkedPages,
                    leaflets,
                    linkedLeaflets);
        }
    }

    private final Board board = new Board();
    private final List<LabelId> first = new ArrayList<>();

    LinksOfMarkedTest(Database database) {
        super(new World(
                database,
                List.of(Board.class, Card.class, Sheet.class, Page.class, Leaflet.class, Flyer.class),
                Map.of()));
    }

    private <T extends Base> T named(EntityManager em, String name, T made) {
        made.name = name;
        em.persist(made);
        if (name.equals("first")) {
            first.add(made.id);
        }
        return made;
    }

    @BeforeEach
    void two() {
        inA(em -> {
            for (String name : List.of("first", "second")) {
                board.linked.add(named(em, name, new Card()));
                board.joined.add(named(em, name, new Card()));
                board.orphans.add(named(em, name, new Card()));
                board.set.add(named(em, name, new Card()));
                board.bag.add(named(em, name, new Card()));
                board.list.add(named(em, name, new Card()));
                board.map.put(name, named(em, name, new Card()));
                board.pages.add(named(em, name, new Page()));
                board.linkedPages.add(named(em, name, new Page()));
                board.leaflets.add(named(em, name, new Flyer()));
                board.linkedLeaflets.add(named(em, name, new Flyer()));
            }
            em.persist(board);
        });
    }

    private static boolean isFirst(Base element) {
        return element.name.equals("first");
    }

    /** All of the first of each collection come back into it. */
    private void comeBack(DeletionId deletion, int sizeAfter) {
        inA(em -> assertThat(Deletions.of(em).undo(deletion).total()).isEqualTo(first.size()));
        inA(em -> {
            List<Collection<? extends Base>> all =
                    em.find(Board.class, board.id).all();
            for (int i = 0; i < all.size(); i++) {
                assertThat(all.get(i)).as("collection " + i).hasSize(sizeAfter).doesNotContainNull();
                assertThat(all.get(i)).as("collection " + i).anyMatch(LinksOfMarkedTest::isFirst);
            }
            assertThat(em.find(Board.class, board.id).map).containsKey("first");
        });
    }

    private DeletionId markFirst() {
        return world.get(a, em -> Deletions.of(em)
                .because("test", () -> em.find(Board.class, board.id).all().forEach(elements -> elements.stream()
                        .filter(LinksOfMarkedTest::isFirst)
                        .forEach(em::remove))));
    }

    @Test
    @Shows("a collection that is cleared, replaced, or loses an element that is removed in the same flush")
    void takenOutAndRemoved() {
        DeletionId deletion = world.get(a, em -> Deletions.of(em).because("test", () -> {
            for (Collection<? extends Base> elements :
                    em.find(Board.class, board.id).all()) {
                Base element = elements.stream()
                        .filter(LinksOfMarkedTest::isFirst)
                        .findFirst()
                        .orElseThrow();
                elements.remove(element);
                em.remove(element);
            }
        }));
        inA(em -> assertThat(em.find(Board.class, board.id).all())
                .allSatisfy(elements -> assertThat(elements).hasSize(1)));
        comeBack(deletion, 2);
    }

    @Test
    @Shows("a collection that is cleared, replaced, or loses an element that is removed in the same flush")
    void clearedAndRemoved() {
        DeletionId deletion = world.get(a, em -> Deletions.of(em).because("test", () -> {
            Board found = em.find(Board.class, board.id);
            found.all().forEach(elements -> {
                elements.stream().filter(LinksOfMarkedTest::isFirst).forEach(em::remove);
                if (elements != found.orphans) {
                    elements.clear();
                }
            });
            found.orphans.removeIf(LinksOfMarkedTest::isFirst);
        }));
        inA(em -> org.hibernate.Hibernate.initialize(em.find(Board.class, board.id).orphans));
        inA(em -> Deletions.of(em).undo(deletion));
        inA(em -> assertThat(em.find(Board.class, board.id).all())
                .allSatisfy(elements -> assertThat(elements).anyMatch(LinksOfMarkedTest::isFirst)));
    }

    @Test
    @Shows("a collection that is cleared, replaced, or loses an element that is removed in the same flush")
    void replacedWhileMarked() {
        DeletionId deletion = markFirst();
        inA(em -> {
            Board found = em.find(Board.class, board.id);
            found.linked = new HashSet<>();
            found.joined = new HashSet<>();
            found.orphans.removeIf(element -> false);
            found.set = new HashSet<>();
            found.bag = new ArrayList<>();
            found.list = new ArrayList<>();
            found.map = new HashMap<>();
            found.pages = new HashSet<>();
            found.linkedPages = new HashSet<>();
            found.leaflets = new HashSet<>();
            found.linkedLeaflets = new HashSet<>();
        });
        inA(em -> Deletions.of(em).undo(deletion));
        inA(em -> assertThat(em.find(Board.class, board.id).all())
                .allSatisfy(elements -> assertThat(elements).anyMatch(LinksOfMarkedTest::isFirst)));
    }

    @Test
    void clearedWhereMarkedOnesAreSeen() {
        DeletionId deletion = markFirst();
        IncludeDeleted.because("bin")
                .run(() -> inA(em -> {
                    Board found = em.find(Board.class, board.id);
                    found.all().forEach(elements -> {
                        if (elements != found.orphans) {
                            elements.clear();
                        }
                    });
                }));
        inA(em -> {
            Board found = em.find(Board.class, board.id);
            found.all().forEach(elements -> assertThat(elements).hasSize(elements == found.orphans ? 1 : 0));
        });
        inA(em -> Deletions.of(em).undo(deletion));
        inA(em -> assertThat(em.find(Board.class, board.id).all())
                .allSatisfy(elements -> assertThat(elements).anyMatch(LinksOfMarkedTest::isFirst)));
    }

    @Test
    void putBackInTheSameTransaction() {
        inA(em -> {
            Board found = em.find(Board.class, board.id);
            for (Set<Card> set : List.of(found.linked, found.joined, found.orphans, found.set)) {
                Card card = set.stream()
                        .filter(LinksOfMarkedTest::isFirst)
                        .findFirst()
                        .orElseThrow();
                set.remove(card);
                em.remove(card);
                em.flush();
                em.persist(card);
                set.add(card);
                em.flush();
                set.remove(card);
                em.remove(card);
                em.flush();
                em.persist(card);
                set.add(card);
            }
        });
        inA(em -> assertThat(em.find(Board.class, board.id).all())
                .allSatisfy(elements -> assertThat(elements).hasSize(2)));
    }

    @Test
    void aChangeOfWhatIsAliveIsWritten() {
        inA(em -> em.find(Board.class, board.id).all().forEach(Collection::clear));
        inA(em -> assertThat(em.find(Board.class, board.id).all())
                .allSatisfy(elements -> assertThat(elements).isEmpty()));
    }
}
