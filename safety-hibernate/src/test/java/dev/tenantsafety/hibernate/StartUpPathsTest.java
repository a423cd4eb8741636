package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.id.TenantId;
import jakarta.persistence.AttributeOverride;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.SecondaryTable;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.hibernate.annotations.JoinFormula;
import org.hibernate.annotations.OnDelete;
import org.hibernate.annotations.OnDeleteAction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Paths to owners that lead nowhere for certain, and lists whose rows would go for good, are refused when the factory is built. */
class StartUpPathsTest {

    @MappedSuperclass
    abstract static class Owned {
        @Id
        LabelId id = LabelId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @MappedSuperclass
    abstract static class Marked extends Owned implements SoftDeletable {
        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Head")
    static class Head extends Owned {
        @Column(unique = true)
        long number;
    }

    @Entity(name = "Catalog")
    @Shared("for all")
    static class Catalog {
        @Id
        long id;
    }

    private static void refused(String problem, Class<?>... entities) {
        assertThat(StartUp.problems(entities)).contains(problem);
    }

    // ---- paths

    @Entity(name = "ByNumber")
    @OwnedThrough("head")
    static class ByNumber {
        @Id
        long id;

        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        @JoinColumn(referencedColumnName = "number")
        @Nullable
        Head head;
    }

    @Entity(name = "ByFormula")
    @OwnedThrough("head")
    static class ByFormula {
        @Id
        long id;

        @Nullable
        LabelId other;

        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        @JoinFormula("other")
        @Nullable
        Head head;
    }

    @Test
    void aPathByAnotherKeyOrAFormulaIsRefused() {
        refused(
                "ByNumber.head is declared as path to the owner (@OwnedThrough), but does not refer to the primary key of "
                        + "Head by columns of its own. Remove its @JoinFormula or referencedColumnName.",
                Head.class,
                ByNumber.class);
        assertThat(StartUp.problems(Head.class, ByFormula.class)).anySatisfy(problem -> assertThat(problem)
                .startsWith("ByFormula.head is declared as path to the owner (@OwnedThrough), but is not a to-one "
                        + "attribute with a foreign key of its own."));
    }

    @Entity(name = "Elsewhere")
    @SecondaryTable(name = "elsewhere_more")
    @OwnedThrough("head")
    static class Elsewhere {
        @Id
        long id;

        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        @JoinColumn(table = "elsewhere_more")
        @Nullable
        Head head;
    }

    @Test
    void aPathInASecondaryTableIsRefused() {
        refused(
                "Elsewhere.head is declared as path to the owner (@OwnedThrough) and mapped to the secondary table "
                        + "elsewhere_more. Map it to the entity's own table, Elsewhere.",
                Head.class,
                Elsewhere.class);
    }

    @Embeddable
    static class Key implements Serializable {
        private static final long serialVersionUID = 1;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Head head;

        int number;

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && key.number == number;
        }

        @Override
        public int hashCode() {
            return Objects.hash(number);
        }
    }

    @Entity(name = "Keyed")
    @OwnedThrough("head")
    static class Keyed {
        @EmbeddedId
        Key id = new Key();
    }

    @Test
    void aPathInTheIdIsRefused() {
        refused(
                "Keyed.head is declared as path to the owner (@OwnedThrough), but is a part of the ID. Add a @MapsId "
                        + "to-one attribute beside an @EmbeddedId, and name that.",
                Head.class,
                Keyed.class);
    }

    @Entity(name = "Listed")
    @OwnedThrough("catalog")
    static class Listed {
        @Id
        long id;

        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        @Nullable
        Catalog catalog;
    }

    @Test
    void aPathToWhatHasNoOwnerIsRefused() {
        refused(
                "Listed.catalog is declared as path to the owner (@OwnedThrough), but Catalog has no owner (@Shared or "
                        + "@Unowned). Declare an owner for Catalog, or name another attribute.",
                Catalog.class,
                Listed.class);
    }

    @Entity(name = "Named")
    @OwnedThrough("name")
    static class Named {
        @Id
        long id;

        String name = "";

        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        @Nullable
        Head head;
    }

    @Test
    void aPathThatIsNoReferenceIsRefused() {
        assertThat(StartUp.problems(Head.class, Named.class)).anySatisfy(problem -> assertThat(problem)
                .startsWith("Named.name is declared as path to the owner (@OwnedThrough), but is not a to-one "
                        + "attribute with a foreign key of its own.")
                .contains("head → Head"));
    }

    @Entity(name = "Direct")
    static class Direct {
        @Id
        long id;

        @OwnedBy
        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        @Nullable
        Head head;
    }

    @Test
    void anAssociationAsOwnerIsRefused() {
        refused(
                "Direct.head is declared as owner, but is an association. Take @OwnedBy off, and declare "
                        + "@OwnedThrough(\"head\") on the class.",
                Head.class,
                Direct.class);
    }

    // ---- rows that would go for good, or lose their places

    @Entity(name = "Line")
    static class Line extends Marked {}

    @Entity(name = "Bill")
    static class Bill extends Marked {
        @OneToMany(cascade = CascadeType.ALL, orphanRemoval = true)
        @JoinColumn(name = "bill_id")
        @OrderColumn
        List<Line> ordered = new ArrayList<>();

        @OneToMany
        @JoinColumn(name = "other_bill_id")
        @OnDelete(action = OnDeleteAction.CASCADE)
        Set<Line> dropped = new HashSet<>();

        @ElementCollection
        @OnDelete(action = OnDeleteAction.CASCADE)
        Set<String> words = new HashSet<>();
    }

    @Test
    void listsThatLoseRowsOrPlacesAreRefused() {
        assertThat(StartUp.problems(Bill.class, Line.class))
                .containsExactlyInAnyOrder(
                        "Bill.ordered keeps its order in a column (@OrderColumn) and removes orphans: the positions move up, "
                                + "and an undo puts two elements in one place. Order by a column of the element (@OrderBy) instead.",
                        "Bill.dropped is @OnDelete(CASCADE), so the database hard-deletes rows past every mark. Remove "
                                + "@OnDelete.",
                        "Bill.words is @OnDelete(CASCADE), so the database hard-deletes rows past every mark. Remove "
                                + "@OnDelete.");
    }

    @Entity(name = "Elsewhen")
    @SecondaryTable(name = "elsewhen_more")
    static class Elsewhen extends Owned implements SoftDeletable {
        @Embedded
        @AttributeOverride(name = "deletedAt", column = @Column(name = "deleted_at", table = "elsewhen_more"))
        @AttributeOverride(name = "deletedBy", column = @Column(name = "deleted_by", table = "elsewhen_more"))
        @AttributeOverride(name = "deletionId", column = @Column(name = "deletion_id", table = "elsewhen_more"))
        @Nullable
        Tombstone tombstone;
    }

    @Test
    void aTombstoneInASecondaryTableIsRefused() {
        refused(
                "Elsewhen.tombstone is declared as Tombstone and mapped to the secondary table elsewhen_more. Map it to the "
                        + "entity's own table, Elsewhen.",
                Elsewhen.class);
    }

    // ---- annotations where Hibernate does not look

    @Entity(name = "ByGetter")
    static class ByGetter {
        private long id;

        @OwnedBy
        private @Nullable TenantId tenant;

        @Id
        public long getId() {
            return id;
        }

        public void setId(long id) {
            this.id = id;
        }

        public @Nullable TenantId getTenant() {
            return tenant;
        }

        public void setTenant(TenantId tenant) {
            this.tenant = tenant;
        }
    }

    @Test
    void anAnnotationOnAFieldWhereGettersAreReadIsRefused() {
        assertThat(StartUp.problems(ByGetter.class))
                .anyMatch(problem ->
                        problem.equals("@OwnedBy on ByGetter.tenant has no effect, because Hibernate reads the "
                                + "annotations of this entity from getters. Move it to the getter."));
    }
}
