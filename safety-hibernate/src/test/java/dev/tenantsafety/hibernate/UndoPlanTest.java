package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.MapsId;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A plan finds what stands in the way, so that what it promises can be executed. */
@ParameterizedClass
@EnumSource(Database.class)
class UndoPlanTest extends WorldTest {

    @MappedSuperclass
    abstract static class Base implements SoftDeletable {
        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @MappedSuperclass
    abstract static class Keyed extends Base {
        @Id
        LabelId id = LabelId.create();
    }

    @Entity(name = "Folder")
    static class Folder extends Base {
        @Id
        ProjectId id = ProjectId.create();

        @OneToMany(cascade = CascadeType.PERSIST)
        @JoinTable(name = "folder_leaf")
        Set<Leaf> leaves = new HashSet<>();
    }

    @Entity(name = "Leaf")
    static class Leaf extends Keyed {}

    @Entity(name = "Paper")
    @Inheritance(strategy = InheritanceType.SINGLE_TABLE)
    static class Paper extends Keyed {}

    @Entity(name = "Letter")
    static class Letter extends Paper {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Folder folder;
    }

    @Embeddable
    static class Shelf {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Folder folder;
    }

    @Entity(name = "Book")
    static class Book extends Keyed {
        @Embedded
        Shelf shelf = new Shelf();
    }

    @Entity(name = "Cover")
    static class Cover extends Base {
        @Id
        @Nullable
        ProjectId id;

        @MapsId
        @OneToOne(fetch = FetchType.LAZY)
        @Nullable
        Folder folder;
    }

    /** Unique among all tenants. */
    @Entity(name = "Address")
    @UniqueAlive("name")
    static class Address extends Keyed {}

    @Entity(name = "Shape")
    @Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
    abstract static class Shape extends Keyed {}

    @Entity(name = "Circle")
    static class Circle extends Shape {}

    private final Folder folder = new Folder();

    UndoPlanTest(Database database) {
        super(new World(
                database,
                List.of(
                        Folder.class,
                        Leaf.class,
                        Paper.class,
                        Letter.class,
                        Book.class,
                        Cover.class,
                        Address.class,
                        Shape.class,
                        Circle.class),
                Map.of()));
    }

    @BeforeEach
    void folder() {
        inA(em -> em.persist(folder));
    }

    private DeletionId delete(TenantId tenant, Consumer<EntityManager> work) {
        return world.get(tenant, em -> Deletions.of(em).because("test", () -> work.accept(em)));
    }

    private DeletionId remove(Class<?> entity) {
        return delete(a, em -> em.createQuery("from " + entity.getSimpleName(), Object.class)
                .getResultList()
                .forEach(em::remove));
    }

    private void needsItsFolder(Class<?> entity) {
        DeletionId first = remove(entity);
        DeletionId second = remove(Folder.class);
        inA(em -> assertThat(Deletions.of(em).planUndo(first).conflicts())
                .extracting(UndoConflict::description)
                .singleElement()
                .asString()
                .contains(" belongs to Folder " + folder.id + ", which was deleted by " + second));
        inA(em -> Deletions.of(em).undo(second));
        inA(em -> assertThat(Deletions.of(em).undo(first).total()).isEqualTo(1));
    }

    @Test
    void parentsOfSubclasses() {
        inA(em -> {
            Letter letter = new Letter();
            letter.folder = em.find(Folder.class, folder.id);
            em.persist(letter);
        });
        needsItsFolder(Letter.class);
    }

    @Test
    void parentsInEmbeddables() {
        inA(em -> {
            Book book = new Book();
            book.shelf.folder = em.find(Folder.class, folder.id);
            em.persist(book);
        });
        needsItsFolder(Book.class);
    }

    @Test
    void parentsInJoinTables() {
        inA(em -> em.find(Folder.class, folder.id).leaves.add(new Leaf()));
        needsItsFolder(Leaf.class);
    }

    @Test
    void parentsWhoseKeyIsTheOwn() {
        inA(em -> {
            Cover cover = new Cover();
            cover.folder = em.find(Folder.class, folder.id);
            em.persist(cover);
        });
        needsItsFolder(Cover.class);
    }

    private static Address address(String name) {
        Address made = new Address();
        made.name = name;
        return made;
    }

    @Test
    void aKeyThatSomebodyElseTook() {
        inA(em -> em.persist(address("info@example.org")));
        DeletionId deletion = remove(Address.class);
        Address other = address("info@example.org");
        world.in(b, em -> em.persist(other));
        assertThatThrownBy(() -> inA(em -> Deletions.of(em).undo(deletion)))
                .isInstanceOf(UndoRefusedException.class)
                .hasMessageContaining("cannot come back: name was taken meanwhile by a row outside the open scope.")
                .hasMessageNotContaining(b.toString())
                .hasMessageNotContaining(other.id.toString());
        assertThat(world.count("address where deleted_at is null")).isEqualTo(1);
    }

    @Test
    void twoRowsOfOneDeletionWithOneKey() {
        DeletionId deletion = delete(a, em -> {
            for (int i = 0; i < 2; i++) {
                Address made = address("info@example.org");
                em.persist(made);
                em.flush();
                em.remove(made);
                em.flush();
            }
        });
        inA(em -> {
            UndoPlan plan = Deletions.of(em).planUndo(deletion);
            assertThat(plan.conflicts())
                    .extracting(UndoConflict::reason)
                    .containsExactly(UndoConflict.Reason.KEY_TAKEN);
            assertThat(plan.toString())
                    .contains(
                            "which the same deletion marked later. Only one of them can be alive: with UndoPolicy.SKIP that one.");
        });
        inA(em -> assertThat(Deletions.of(em)
                        .planUndo(deletion)
                        .execute(UndoPolicy.SKIP)
                        .total())
                .isOne());
        assertThat(world.count("address where deleted_at is null")).isOne();
    }

    @Test
    void aHierarchyWhoseRootHasNoTable() {
        inA(em -> {
            em.persist(new Circle());
            em.persist(new Leaf());
        });
        DeletionId leaf = remove(Leaf.class);
        inA(em -> assertThat(Deletions.of(em).undo(leaf).total()).isEqualTo(1));
        DeletionId circle = remove(Circle.class);
        assertThat(world.count("circle where deleted_at is null")).isZero();
        inA(em -> {
            Deletions.of(em).undo(circle);
            assertThat(Deletions.of(em).find(circle).orElseThrow().undoneAt()).isPresent();
        });
        assertThat(world.count("circle where deleted_at is null")).isEqualTo(1);
    }

    @Test
    void aChildThatCameWhileItsParentWasBeingMarked() {
        DeletionId deletion = remove(Folder.class);
        Letter letter = new Letter();
        inA(em -> em.persist(letter));
        world.sql("update paper set folder_id = '" + folder.id.uuid() + "'"); // as another session that saw it alive
        inA(em -> assertThat(Deletions.of(em).planUndo(deletion).conflicts()).isEmpty());
        inA(em -> Deletions.of(em).undo(deletion));
        inA(em -> assertThat(em.createQuery("select l.folder.id from Letter l", ProjectId.class)
                        .getSingleResult())
                .isEqualTo(folder.id));
    }
}
