package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.IncludeDeleted;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.hibernate.Hibernate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A collection that was read for one row, and is set in another: Hibernate removes the rows of the first, by a key that the collection
 * brings along.
 */
@ParameterizedClass
@EnumSource(Database.class)
class CollectionsOfOthersTest extends WorldTest {

    @Embeddable
    static class Shelf {
        @ManyToMany
        @JoinTable(name = "box_shelved")
        Set<Kid> shelved = new HashSet<>();
    }

    @Entity(name = "Box")
    static class Box implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Column(unique = true)
        @Nullable
        String code;

        @ElementCollection
        Set<String> words = new HashSet<>();

        @ElementCollection
        @OrderColumn
        List<String> steps = new ArrayList<>();

        @ElementCollection
        List<String> bag = new ArrayList<>();

        @ElementCollection
        Map<String, String> named = new HashMap<>();

        @ElementCollection
        @CollectionTable(joinColumns = @JoinColumn(name = "code", referencedColumnName = "code"))
        Set<String> aliases = new HashSet<>();

        @OneToMany
        @JoinColumn(name = "box")
        Set<Kid> kids = new HashSet<>();

        @ManyToMany
        @OrderColumn
        List<Kid> linked = new ArrayList<>();

        @Embedded
        Shelf shelf = new Shelf();

        @Embedded
        @Nullable
        Tombstone tombstone;

        Object collection(String name) {
            return switch (name) {
                case "words" -> words;
                case "steps" -> steps;
                case "bag" -> bag;
                case "named" -> named;
                case "aliases" -> aliases;
                case "kids" -> kids;
                case "linked" -> linked;
                default -> shelf.shelved;
            };
        }

        void take(String name, Box other) {
            switch (name) {
                case "words" -> words = other.words;
                case "steps" -> steps = other.steps;
                case "bag" -> bag = other.bag;
                case "named" -> named = other.named;
                case "aliases" -> aliases = other.aliases;
                case "kids" -> kids = other.kids;
                case "linked" -> linked = other.linked;
                default -> shelf = other.shelf;
            }
        }
    }

    @Entity(name = "Kid")
    static class Kid {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "Sort")
    @Shared("a catalog")
    static class Sort {
        @Id
        long id;

        @ElementCollection
        Set<String> words = new HashSet<>();

        void take(Set<String> others) {
            words = others;
        }
    }

    private static final List<String> COLLECTIONS =
            List.of("words", "steps", "bag", "named", "aliases", "kids", "linked", "shelf");

    private static final boolean IS_ENHANCED = Boolean.getBoolean("tests.enhanced");

    private static final List<String> TABLES = List.of(
            "box",
            "box_words",
            "box_steps",
            "box_bag",
            "box_named",
            "box_aliases",
            "box_kid",
            "box_shelved",
            "kid",
            "sort_words");

    private long next = 100;

    CollectionsOfOthersTest(Database database) {
        super(new World(database, List.of(Box.class, Kid.class, Sort.class), Map.of()));
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            fill(em, 1);
            fill(em, 2);
            fill(em, 3);
        });
        world.in(b, em -> fill(em, 11));
        CrossTenant.write("a catalog").run(() -> world.without(em -> em.persist(new Sort())));
    }

    private static void fill(EntityManager em, long id) {
        Kid kid = new Kid();
        kid.id = id;
        em.persist(kid);
        Box box = new Box();
        box.id = id;
        box.code = "code " + id;
        box.words.add("word " + id);
        box.steps.add("step " + id);
        box.bag.add("bagged " + id);
        box.named.put("name", "named " + id);
        box.aliases.add("alias " + id);
        box.kids.add(kid);
        box.linked.add(kid);
        box.shelf.shelved.add(kid);
        em.persist(box);
    }

    private List<String> all() {
        List<String> all = new ArrayList<>();
        TABLES.forEach(table -> world.rows("select * from " + table).forEach(row -> all.add(table + ": " + row)));
        return all;
    }

    /** In all forms in which it can be taken. */
    private enum Form {
        AS_IT_IS,
        NOT_LOADED,
        CLEARED
    }

    private Box held(TenantId owner, long id, String name, Form form) {
        Box held = world.get(owner, em -> {
            Box box = em.find(Box.class, id);
            if (form != Form.NOT_LOADED) {
                Hibernate.initialize(box.collection(name));
            }
            return box;
        });
        if (form == Form.CLEARED) {
            Object collection = held.collection(name);
            if (collection instanceof Map<?, ?> map) {
                map.clear();
            } else {
                ((Collection<?>) collection).clear();
            }
        }
        return held;
    }

    private void isRefused(String what, Runnable work) {
        List<String> before = all();
        Throwable thrown = catchThrowable(work::run);
        if (IS_ENHANCED && what.endsWith(Form.NOT_LOADED.name())) {
            // An enhanced owner does not look at it, and only lets go of what it had itself.
            assertThat(all())
                    .as(what)
                    .containsAll(before.stream()
                            .filter(row -> row.contains(" 11 | "))
                            .toList());
            return;
        }
        assertThat(all()).as(what).isEqualTo(before);
        assertThat(causes(thrown)).as(what).anyMatch(cause -> cause instanceof TenantSafetyException);
    }

    private void each(BiConsumer<String, Form> check) {
        for (String name : COLLECTIONS) {
            for (Form form : Form.values()) {
                check.accept(name, form);
            }
        }
    }

    @Test
    @Shows("a collection that was read for another row and is set in this one (`box.words = other.words`)")
    void thoseOfAnotherTenantAreNotTaken() {
        each((name, form) -> {
            Box taken = held(b, 11, name, form);
            isRefused(name + " " + form, () -> inA(em -> em.find(Box.class, 1L).take(name, taken)));
        });
    }

    @Test
    void norByANewRow() {
        each((name, form) -> {
            Box taken = held(b, 11, name, form);
            isRefused(
                    name + " " + form,
                    () -> inA(em -> {
                        Box made = new Box();
                        made.id = next++;
                        made.code = "new " + made.id;
                        made.take(name, taken);
                        em.persist(made);
                    }));
        });
    }

    @Test
    void norInTheBin() {
        each((name, form) -> {
            Box taken = held(b, 11, name, form);
            isRefused(name + " " + form, () -> IncludeDeleted.because("test")
                    .run(() -> inA(em -> em.find(Box.class, 1L).take(name, taken))));
        });
    }

    @Test
    @Shows("a collection that was read for another row and is set in this one (`box.words = other.words`)")
    void thoseOfAMarkedRowStayWithIt() {
        each((name, form) -> {
            List<String> before = all();
            Box taken = held(a, 2, name, form);
            var deletion =
                    world.get(a, em -> Deletions.of(em).because("test", () -> em.remove(em.find(Box.class, 2L))));
            Consumer<EntityManager> take = em -> em.find(Box.class, 1L).take(name, taken);
            isRefused(name + " " + form, () -> inA(take));
            isRefused(name + " " + form, () -> IncludeDeleted.because("test").run(() -> inA(take)));
            inA(em -> Deletions.of(em).undo(deletion));
            if (IS_ENHANCED && form == Form.NOT_LOADED) {
                return; // see above
            }
            assertThat(all()).as(name + " " + form).isEqualTo(before);
        });
    }

    @Test
    void aSharedRowTakesNone() {
        for (Form form : Form.values()) {
            Box taken = held(b, 11, "words", form);
            Consumer<EntityManager> take = em -> em.find(Sort.class, 0L).take(taken.words);
            isRefused("in a scope, " + form, () -> inA(take));
            isRefused("in none, " + form, () -> world.without(take));
        }
    }

    /** As plain Hibernate does: they leave the row that they were read for. */
    @Test
    @Shows("a collection that was read for another row and is set in this one (`box.words = other.words`)")
    void thoseOfARowOfOnesOwnAreTaken() {
        Box taken = held(a, 2, "words", Form.AS_IT_IS);
        inA(em -> em.find(Box.class, 1L).take("words", taken));
        assertThat(world.rows("select words from box_words order by words"))
                .containsExactly("word 11 | ", "word 2 | ", "word 3 | ");
        TenantScope.of(a)
                .run(() -> world.without(em -> {
                    assertThat(em.find(Box.class, 1L).words).containsExactly("word 2");
                    assertThat(em.find(Box.class, 2L).words).isEmpty();
                }));
    }
}
