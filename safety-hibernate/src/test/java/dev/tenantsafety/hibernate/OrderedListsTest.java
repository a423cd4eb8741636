package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.hibernate.Hibernate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** Elements of ordered lists keep their places while they are marked, and come back to them. */
@ParameterizedClass
@CsvSource({
    "H2, COLUMN",
    "H2, MAPPED",
    "H2, TABLE",
    "H2, SHARED",
    "POSTGRESQL, COLUMN",
    "POSTGRESQL, MAPPED",
    "POSTGRESQL, TABLE",
    "POSTGRESQL, SHARED"
})
class OrderedListsTest extends WorldTest {

    /** Where the places are. */
    enum Form {
        COLUMN(holder -> holder.inColumn),
        MAPPED(holder -> holder.mapped),
        TABLE(holder -> holder.inTable),
        SHARED(holder -> holder.shared);

        @SuppressWarnings("ImmutableEnumChecker") // a getter
        private final Function<Holder, List<Part>> list;

        Form(Function<Holder, List<Part>> list) {
            this.list = list;
        }
    }

    @Entity(name = "Holder")
    static class Holder {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToMany(cascade = CascadeType.PERSIST)
        @JoinColumn(name = "holder_id")
        @OrderColumn(name = "place")
        List<Part> inColumn = new ArrayList<>();

        @OneToMany(mappedBy = "holder", cascade = CascadeType.PERSIST)
        @OrderColumn(name = "mapped_place")
        List<Part> mapped = new ArrayList<>();

        @OneToMany(cascade = CascadeType.PERSIST)
        @JoinTable(name = "holder_part")
        @OrderColumn(name = "place")
        List<Part> inTable = new ArrayList<>();

        @ManyToMany(cascade = CascadeType.PERSIST)
        @JoinTable(name = "holder_shared")
        @OrderColumn(name = "place")
        List<Part> shared = new ArrayList<>();
    }

    @Entity(name = "Part")
    static class Part implements SoftDeletable {
        @Id
        LabelId id = LabelId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "mapped_holder")
        @Nullable
        Holder holder;

        String name = "";

        @Embedded
        @Nullable
        Tombstone tombstone;

        protected Part() {}

        Part(String name) {
            this.name = name;
        }
    }

    private final Form form;
    private final Holder holder = new Holder();

    OrderedListsTest(Database database, Form form) {
        super(new World(database, List.of(Holder.class, Part.class), Map.of()));
        this.form = form;
        inA(em -> {
            for (String name : List.of("A", "B", "C", "D")) {
                add(holder, name);
            }
            em.persist(holder);
        });
    }

    private void add(Holder to, String name) {
        Part part = new Part(name);
        part.holder = form == Form.MAPPED ? to : null;
        form.list.apply(to).add(part);
    }

    private Holder holder(EntityManager em) {
        return (Holder) Hibernate.unproxy(em.find(Holder.class, holder.id));
    }

    private List<Part> list(EntityManager em) {
        return form.list.apply(holder(em));
    }

    private Part part(EntityManager em, String name) {
        return em.createQuery("from Part where name = :name", Part.class)
                .setParameter("name", name)
                .getSingleResult();
    }

    /** As it is done where a foreign key would refuse. */
    private DeletionId takeOutAndMark(String name) {
        return world.get(a, em -> Deletions.of(em).because("test", () -> {
            Part part = part(em, name);
            list(em).remove(part);
            em.remove(part);
        }));
    }

    private DeletionId mark(String name) {
        return world.get(a, em -> Deletions.of(em).because("test", () -> em.remove(part(em, name))));
    }

    private void takeOut(String name) {
        inA(em -> list(em).removeIf(part -> part != null && part.name.equals(name)));
        inA(em -> em.createQuery("from Part where name = :name", Part.class)
                .setParameter("name", name)
                .getResultList()
                .forEach(part -> part.holder = null));
    }

    private void undo(DeletionId deletion) {
        inA(em -> assertThat(Deletions.of(em).undo(deletion).total()).isEqualTo(1));
    }

    private List<String> names() {
        return world.get(a, em -> list(em).stream()
                .map(part -> part == null ? "-" : part.name)
                .toList());
    }

    @Test
    @Shows("an `@OrderColumn` list")
    void comesBackToItsPlace() {
        DeletionId deletion = takeOutAndMark("B");
        assertThat(names()).containsExactly("A", "C", "D");
        undo(deletion);
        assertThat(names()).containsExactly("A", "B", "C", "D");
    }

    /** Such a row is inserted, and marked, before its list is written: with its reference and without its place, by which none of the list was read. */
    @Test
    void whatWasNewWhenItWasMarkedComesLast() {
        DeletionId deletion = world.get(a, em -> Deletions.of(em).because("test", () -> {
            Holder now = holder(em);
            for (String name : List.of("X", "Y")) {
                add(now, name);
                Part part = form.list.apply(now).get(4);
                em.persist(part);
                em.remove(part);
                form.list.apply(now).remove(part);
            }
        }));
        boolean isReferred = form == Form.MAPPED;
        if (isReferred) {
            takeOut("D");
            inA(em -> add(holder(em), "E"));
        }
        inA(em -> assertThat(Deletions.of(em).undo(deletion).total()).isEqualTo(2));
        assertThat(names().subList(0, 4)).containsExactly("A", "B", "C", isReferred ? "E" : "D");
        assertThat(names().subList(4, names().size()))
                .containsExactlyInAnyOrderElementsOf(isReferred ? List.of("X", "Y") : List.of());
    }

    @Test
    void comesBackWhereAnotherWasTakenOutMeanwhile() {
        DeletionId deletion = mark("B");
        takeOut("A");
        undo(deletion);
        assertThat(names()).containsExactly("B", "C", "D");
    }

    @Test
    @Shows("an `@OrderColumn` list")
    void comesBackWhereOthersCameMeanwhile() {
        DeletionId deletion = takeOutAndMark("B");
        inA(em -> add(holder(em), "E"));
        assertThat(names()).containsExactly("A", "C", "D", "E");
        undo(deletion);
        assertThat(names()).containsExactly("A", "B", "C", "D", "E");
    }

    @Test
    void severalComeBackInAnyOrder() {
        DeletionId first = takeOutAndMark("B");
        DeletionId second = takeOutAndMark("C");
        assertThat(names()).containsExactly("A", "D");
        undo(first);
        assertThat(names()).containsExactly("A", "B", "D");
        undo(second);
        assertThat(names()).hasSize(4).doesNotContain("-").startsWith("A").endsWith("D");
    }

    @Test
    void allComeBackTogether() {
        DeletionId deletion = world.get(a, em -> Deletions.of(em).because("test", () -> {
            List<Part> all = List.copyOf(list(em));
            list(em).clear();
            all.forEach(em::remove);
        }));
        assertThat(names()).isEmpty();
        inA(em -> add(holder(em), "E"));
        inA(em -> assertThat(Deletions.of(em).undo(deletion).total()).isEqualTo(4));
        assertThat(names()).hasSize(5).doesNotContain("-").containsSubsequence("A", "B", "C", "D");
    }

    @Test
    void aListThatIsReplacedWhileOneIsMarked() {
        DeletionId deletion = mark("B");
        inA(em -> {
            Holder found = holder(em);
            List<Part> others = new ArrayList<>(
                    form.list.apply(found).stream().filter(Objects::nonNull).toList());
            switch (form) {
                case COLUMN -> found.inColumn = others;
                case MAPPED -> found.mapped = others;
                case TABLE -> found.inTable = others;
                case SHARED -> found.shared = others;
            }
        });
        undo(deletion);
        assertThat(names()).hasSize(4).doesNotContain("-").contains("A", "B", "C", "D");
    }
}
