package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.NoTenantScopeException;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.OrderColumn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.hibernate.Hibernate;
import org.hibernate.StatelessSession;
import org.hibernate.annotations.Any;
import org.hibernate.annotations.AnyDiscriminatorValue;
import org.hibernate.annotations.AnyKeyJavaClass;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows that are for all can be written where no scope is open, and link nothing there that somebody owns. */
@ParameterizedClass
@EnumSource(Database.class)
class ReferencesOutsideScopesTest extends WorldTest {

    @Entity(name = "Part")
    static class Part {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "board")
        @Nullable
        Sort board;
    }

    /** Says nothing of its owner. */
    @Entity(name = "Comment")
    @OwnedThrough("part")
    static class Comment {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Part part;
    }

    @Embeddable
    static class Line {
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "line_part")
        @Nullable
        Part part;

        String text = "";

        static Line of(Part part) {
            Line line = new Line();
            line.part = part;
            return line;
        }
    }

    @Embeddable
    static class Shelf {
        @ManyToMany
        @JoinTable(name = "sort_shelved")
        Set<Part> shelved = new HashSet<>();
    }

    @Entity(name = "Sort")
    @Shared("a catalog")
    @Inheritance
    static class Sort {
        @Id
        long id;

        String name = "";

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Part one;

        @OneToOne(fetch = FetchType.LAZY)
        @Nullable
        Comment comment;

        @Any(fetch = FetchType.LAZY)
        @AnyKeyJavaClass(Long.class)
        @AnyDiscriminatorValue(discriminator = "P", entity = Part.class)
        @Column(name = "any_type")
        @JoinColumn(name = "any_id")
        @Nullable
        Object any;

        @Embedded
        Line line = new Line();

        @Embedded
        Shelf shelf = new Shelf();

        @ManyToMany
        @JoinTable(name = "sort_linked")
        Set<Part> linked = new HashSet<>();

        @OneToMany
        @JoinColumn(name = "pinned")
        Set<Part> pins = new HashSet<>();

        @OneToMany(mappedBy = "board")
        @OrderColumn(name = "place")
        List<Part> placed = new ArrayList<>();

        void rename(String called) {
            name = called;
        }
    }

    @Entity(name = "SpecialSort")
    static class SpecialSort extends Sort {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Part favorite;
    }

    @Entity(name = "Job")
    @Unowned("work that is done at night")
    static class Job {
        @Id
        long id;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Part part;
    }

    @Embeddable
    static class Place {
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "part_id")
        @Nullable
        Part part;

        long number;

        @Override
        public boolean equals(Object other) {
            return other instanceof Place place && place.number == number;
        }

        @Override
        public int hashCode() {
            return Objects.hash(number);
        }
    }

    @Entity(name = "Seat")
    @Shared("a catalog")
    static class Seat {
        @EmbeddedId
        Place place = new Place();
    }

    private static final List<String> TABLES = List.of("part", "sort", "sort_shelved", "sort_linked", "job", "seat");

    /** All ways in which a row of a catalog can point at one that somebody owns. */
    private static final Map<String, Reference> REFERENCES = new LinkedHashMap<>();

    private interface Reference {
        void set(SpecialSort from, Part to, Comment comment);
    }

    static {
        REFERENCES.put("one", (from, to, comment) -> from.one = to);
        REFERENCES.put("comment", (from, to, comment) -> from.comment = comment);
        REFERENCES.put("favorite", (from, to, comment) -> from.favorite = to);
        REFERENCES.put("any", (from, to, comment) -> from.any = to);
        REFERENCES.put("line", (from, to, comment) -> from.line = Line.of(to));
        REFERENCES.put("shelf", (from, to, comment) -> from.shelf.shelved.add(to));
        REFERENCES.put("linked", (from, to, comment) -> from.linked.add(to));
        REFERENCES.put("pins", (from, to, comment) -> from.pins.add(to));
        REFERENCES.put("placed", (from, to, comment) -> from.placed.add(to));
    }

    /** Those that are in columns of the row itself. */
    private static final List<String> TO_ONE = List.of("one", "comment", "favorite", "any", "line");

    /** What a stateless session does not write: collections in embeddables, and positions in inverse ones. */
    private static final List<String> LEFT_ALONE = List.of("shelf", "placed");

    ReferencesOutsideScopesTest(Database database) {
        super(new World(
                database,
                List.of(Part.class, Comment.class, Sort.class, SpecialSort.class, Job.class, Seat.class),
                Map.of()));
    }

    private @Nullable Part part;
    private @Nullable Comment comment;

    @BeforeEach
    void rows() {
        world.without(em -> {
            SpecialSort sort = new SpecialSort();
            sort.id = 1;
            em.persist(sort);
        });
        inA(em -> {
            part = new Part();
            part.id = 10;
            em.persist(part);
            comment = new Comment();
            comment.id = 10;
            comment.part = part;
            em.persist(comment);
        });
    }

    private List<String> all() {
        List<String> all = new ArrayList<>();
        TABLES.forEach(table -> world.rows("select * from " + table).forEach(row -> all.add(table + ": " + row)));
        return all;
    }

    private void isRefused(String what, Consumer<EntityManager> work) {
        isRefused(what, () -> world.without(work));
    }

    private void isRefusedStateless(String what, Consumer<StatelessSession> work) {
        isRefused(what, () -> World.stateless(world.safe, work));
    }

    private void isRefused(String what, Runnable work) {
        List<String> before = all();
        Throwable thrown = catchThrowable(work::run);
        assertThat(all()).as(what).isEqualTo(before);
        assertThat(causes(thrown)).as(what).anyMatch(cause -> cause instanceof NoTenantScopeException);
    }

    private SpecialSort sort(long id, Reference reference) {
        SpecialSort made = new SpecialSort();
        made.id = id;
        set(made, reference);
        return made;
    }

    private void set(SpecialSort from, Reference reference) {
        reference.set(from, Objects.requireNonNull(part), Objects.requireNonNull(comment));
    }

    @Test
    @Shows("a row that is for all, where no scope is open, and a reference of its to what somebody owns")
    void newRowsPointAtNothing() {
        REFERENCES.forEach((name, reference) -> {
            isRefused("persist " + name, em -> em.persist(sort(2, reference)));
            if (LEFT_ALONE.contains(name)) {
                return;
            }
            isRefusedStateless("insert " + name, s -> s.insert(sort(2, reference)));
            isRefusedStateless("insertMultiple " + name, s -> s.insertMultiple(List.of(sort(2, reference))));
            isRefusedStateless("upsert of a new one " + name, s -> s.upsert(sort(2, reference)));
        });
        isRefused("key", em -> {
            Seat seat = new Seat();
            seat.place.part = part;
            em.persist(seat);
        });
        isRefused("unowned", em -> {
            Job job = new Job();
            job.part = part;
            em.persist(job);
        });
    }

    @Test
    @Shows("a row that is for all, where no scope is open, and a reference of its to what somebody owns")
    void changedOnesNeither() {
        REFERENCES.forEach((name, reference) -> {
            isRefused("change " + name, em -> set(em.find(SpecialSort.class, 1L), reference));
            if (LEFT_ALONE.contains(name)) {
                return;
            }
            isRefusedStateless("update " + name, s -> s.update(sort(1, reference)));
            isRefusedStateless("upsert " + name, s -> s.upsert(sort(1, reference)));
        });
    }

    /** What was read in a scope is not cut where none is open. */
    @Test
    void noneIsCut() {
        world.across(em -> {
            SpecialSort sort = em.find(SpecialSort.class, 1L);
            sort.linked.add(em.find(Part.class, 10L));
            sort.pins.add(em.find(Part.class, 10L));
        });
        for (String name : List.of("linked", "pins")) {
            isRefused(name, em -> {
                SpecialSort sort = TenantScope.of(a).call(() -> {
                    SpecialSort found = em.find(SpecialSort.class, 1L);
                    Hibernate.initialize(found.linked);
                    Hibernate.initialize(found.pins);
                    return found;
                });
                (name.equals("pins") ? sort.pins : sort.linked).clear();
            });
        }
    }

    @Test
    @Shows("a row that is for all, where no scope is open, and a reference of its to what somebody owns")
    void theRestIsWritten() {
        world.across(em -> TO_ONE.forEach(
                name -> set(em.find(SpecialSort.class, 1L), Objects.requireNonNull(REFERENCES.get(name)))));
        world.without(em -> em.find(SpecialSort.class, 1L).rename("renamed"));
        assertThat(world.rows("select name, one_id, line_part, favorite_id from sort"))
                .containsExactly("renamed | 10 | 10 | 10 | ");
        World.stateless(world.safe, s -> {
            s.insert(sort(3, (from, to, its) -> {}));
            s.update(sort(3, (from, to, its) -> from.name = "changed"));
            s.delete(sort(3, (from, to, its) -> {}));
        });
        world.without(em -> em.persist(sort(4, (from, to, its) -> {})));
        assertThat(world.count("sort")).isEqualTo(2);
    }
}
