package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
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
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.hibernate.Hibernate;
import org.hibernate.annotations.ListIndexBase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Histories of ordered lists, by chance: elements are removed, taken out of the list or left in it, or their marks are taken back, others are
 * added at the end or put in between, and deletions are undone in any order. What was there keeps its order, and after an undo no place is empty.
 */
@ParameterizedClass
@CsvSource({
    "H2, COLUMN",
    "H2, MAPPED",
    "H2, TABLE",
    "H2, OWN_TABLE",
    "H2, SUBCLASS",
    "POSTGRESQL, COLUMN",
    "POSTGRESQL, MAPPED",
    "POSTGRESQL, TABLE",
    "POSTGRESQL, OWN_TABLE",
    "POSTGRESQL, SUBCLASS"
})
class ListHistoriesTest extends WorldTest {

    private static final int HISTORIES = Integer.getInteger("histories", 40);

    /** Where the places are. */
    enum Form {
        COLUMN(shelf -> shelf.inner.inColumn),
        MAPPED(shelf -> shelf.mapped),
        TABLE(shelf -> shelf.inTable),
        OWN_TABLE(shelf -> shelf.inOwnTable),
        SUBCLASS(shelf -> shelf.thick);

        @SuppressWarnings("ImmutableEnumChecker") // a getter
        private final Function<Shelf, List<? extends Book>> list;

        Form(Function<Shelf, List<? extends Book>> list) {
            this.list = list;
        }
    }

    @Embeddable
    static class Inner {
        @OneToMany
        @JoinColumn(name = "shelf_id")
        @OrderColumn(name = "place")
        @ListIndexBase(3)
        List<Book> inColumn = new ArrayList<>();
    }

    @Entity(name = "Shelf")
    static class Shelf {
        @Id
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        Inner inner = new Inner();

        @OneToMany(mappedBy = "shelf")
        @OrderColumn(name = "mapped_place")
        List<Book> mapped = new ArrayList<>();

        @ManyToMany
        @JoinTable(name = "shelf_links")
        @OrderColumn(name = "place")
        List<Book> inTable = new ArrayList<>();

        @OneToMany
        @JoinTable(name = "shelf_own")
        @OrderColumn(name = "place")
        List<Book> inOwnTable = new ArrayList<>();

        @OneToMany(mappedBy = "stands")
        @OrderColumn(name = "thick_place")
        List<Thick> thick = new ArrayList<>();
    }

    @Entity(name = "Book")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Book implements SoftDeletable {
        @Id
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Shelf shelf;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Thick")
    static class Thick extends Book {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Shelf stands;
    }

    private final Form form;

    ListHistoriesTest(Database database, Form form) {
        super(new World(database, List.of(Shelf.class, Book.class, Thick.class), Map.of()));
        this.form = form;
    }

    @Test
    void keepTheOrder() {
        for (int seed = 1; seed <= HISTORIES; seed++) {
            new History(seed).play();
        }
    }

    private final class History {

        private final Random random;
        private final String id;
        private final List<String> log = new ArrayList<>();

        /** All elements that there ever were, in their order; of those that were put in between, to the right of what was alive there. */
        private final List<String> all = new ArrayList<>();

        private final Set<String> between = new HashSet<>();
        private final List<List<String>> pairs = new ArrayList<>();
        private final Map<DeletionId, Set<String>> deletions = new LinkedHashMap<>();
        private char next = 'a';
        private boolean isUndone;

        History(int seed) {
            random = new Random(seed);
            id = "shelf" + seed;
            log.add("seed " + seed);
        }

        void play() {
            inA(em -> {
                Shelf shelf = new Shelf();
                shelf.id = id;
                em.persist(shelf);
                for (int i = 0; i < 5; i++) {
                    append(em, shelf);
                }
            });
            for (int step = 0; step < 8; step++) {
                step();
                check();
            }
            while (!deletions.isEmpty()) {
                undo();
                check();
            }
        }

        private void step() {
            isUndone = false;
            switch (random.nextInt(8)) {
                case 0 -> inA(em -> append(em, shelf(em)));
                case 1 -> inA(this::insert);
                case 2 -> undo();
                case 3 -> inA(this::takeBack);
                default -> remove();
            }
        }

        private Shelf shelf(EntityManager em) {
            return Objects.requireNonNull(em.find(Shelf.class, id));
        }

        @SuppressWarnings("unchecked")
        private List<Book> list(Shelf shelf) {
            return (List<Book>) form.list.apply(shelf);
        }

        private Book made(EntityManager em, Shelf shelf, String name) {
            Book book = form == Form.SUBCLASS ? new Thick() : new Book();
            book.id = id + name;
            link(book, shelf);
            em.persist(book);
            return book;
        }

        private void link(Book book, @Nullable Shelf shelf) {
            if (form == Form.MAPPED) {
                book.shelf = shelf;
            } else if (book instanceof Thick thick) {
                thick.stands = shelf;
            }
        }

        private void append(EntityManager em, Shelf shelf) {
            String name = String.valueOf(next++);
            log.add("append " + name);
            list(shelf).add(made(em, shelf, name));
            all.add(name);
        }

        private void insert(EntityManager em) {
            Shelf shelf = shelf(em);
            List<String> alive = alive();
            if (alive.isEmpty()) {
                return;
            }
            String before = alive.get(random.nextInt(alive.size()));
            String name = String.valueOf(next++);
            log.add("insert " + name + " before " + before);
            Book found = em.find(Book.class, id + before);
            list(shelf).add(list(shelf).indexOf(found), made(em, shelf, name));
            int at = alive.indexOf(before);
            pairs.add(List.of(name, before));
            if (at > 0) {
                pairs.add(List.of(alive.get(at - 1), name));
            }
            between.add(name);
            all.add(all.indexOf(before), name);
        }

        private void takeBack(EntityManager em) {
            List<String> alive = alive();
            if (!alive.isEmpty()) {
                String name = alive.get(random.nextInt(alive.size()));
                log.add("take back " + name);
                Object book = Hibernate.unproxy(em.find(Book.class, id + name));
                em.remove(book);
                em.flush();
                em.persist(book);
            }
        }

        private List<String> alive() {
            List<String> alive = new ArrayList<>(all);
            deletions.values().forEach(alive::removeAll);
            return alive;
        }

        private void remove() {
            Set<String> gone = new HashSet<>();
            boolean isCut = random.nextBoolean();
            boolean isFlushed = random.nextBoolean();
            boolean isCleared = isFlushed && random.nextBoolean();
            boolean isInverse = form == Form.MAPPED || form == Form.SUBCLASS;
            // else a marked element is in what is written, and that is refused
            boolean isAppended = (isInverse || isCut || isCleared) && random.nextInt(4) == 0;
            int count = 1 + random.nextInt(2);
            DeletionId deletion = world.get(a, em -> Deletions.of(em).because("test", () -> {
                for (int i = 0; i < count; i++) {
                    List<String> alive = alive();
                    alive.removeAll(gone);
                    if (alive.isEmpty()) {
                        return;
                    }
                    String name = alive.get(random.nextInt(alive.size()));
                    log.add("remove " + name + (isCut ? " cut" : "") + (isFlushed ? " flush" : "")
                            + (isCleared ? " clear" : ""));
                    gone.add(name);
                    Shelf shelf = shelf(em);
                    Book book = (Book) Hibernate.unproxy(em.find(Book.class, id + name));
                    if (isCut) {
                        list(shelf).remove(book);
                        link(book, null);
                    }
                    em.remove(book);
                    if (isFlushed) {
                        em.flush();
                    }
                    if (isCleared) {
                        em.clear();
                    }
                }
                if (isAppended) {
                    append(em, shelf(em));
                }
            }));
            if (!gone.isEmpty()) {
                deletions.put(deletion, gone);
            }
        }

        private void undo() {
            if (deletions.isEmpty()) {
                return;
            }
            DeletionId deletion = List.copyOf(deletions.keySet()).get(random.nextInt(deletions.size()));
            log.add("undo " + deletions.get(deletion));
            inA(em -> Deletions.of(em).undo(deletion));
            deletions.remove(deletion);
            isUndone = true;
        }

        private void check() {
            List<String> names = world.get(a, em -> list(shelf(em)).stream()
                    .map(book -> book == null ? "-" : book.id.substring(id.length()))
                    .toList());
            if (isUndone) {
                assertThat(names).as("%s", log).doesNotContain("-");
            }
            List<String> there = new ArrayList<>(names);
            there.removeIf(name -> name.equals("-"));
            List<String> alive = alive();
            assertThat(there).as("%s", log).containsExactlyInAnyOrderElementsOf(alive);
            pairs.stream()
                    .filter(there::containsAll)
                    .forEach(pair -> assertThat(there).as("%s", log).containsSubsequence(pair));
            alive.removeAll(between);
            there.removeAll(between);
            assertThat(there).as("%s", log).isEqualTo(alive);
        }
    }
}
