package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.id.TenantId;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.OrderColumn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.hibernate.annotations.Any;
import org.hibernate.annotations.AnyDiscriminatorValue;
import org.hibernate.annotations.AnyKeyJavaClass;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.ManyToAny;
import org.hibernate.annotations.SQLRestriction;
import org.hibernate.annotations.Subselect;
import org.hibernate.annotations.View;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Mappings that fail at their first use are refused when the session factory is built. */
class StartUpRefusalTest {

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

    @Entity(name = "Leaf")
    static class Leaf extends Marked {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Tree tree;

        @OneToOne(fetch = FetchType.LAZY)
        @Nullable
        Tree only;
    }

    @Entity(name = "Fixed")
    @Immutable
    static class Fixed extends Marked {}

    @Entity(name = "Selected")
    @Subselect("select * from Leaf")
    static class Selected extends Marked {}

    @Test
    void aMarkThatWouldNotBeWrittenIsRefused() {
        assertThat(StartUp.problems(Fixed.class))
                .containsExactly(
                        "Entity Fixed is SoftDeletable and read-only (@Immutable or @Subselect), so Hibernate never writes "
                                + "the mark. Remove \"implements SoftDeletable\", or make the entity writable.");
        assertThat(StartUp.problems(Tree.class, Leaf.class, Selected.class))
                .anyMatch(problem -> problem.startsWith("Entity Selected is SoftDeletable and read-only"));
    }

    // ---- a restriction that would hide marked rows from an undo

    @Entity(name = "Hiding")
    @SQLRestriction("deleted_at is null")
    static class Hiding extends Marked {}

    @Entity(name = "Narrow")
    @SQLRestriction("id > 0")
    static class Narrow extends Marked {}

    @Test
    void aRestrictionOnTheTombstoneIsRefused() {
        assertThat(StartUp.problems(Hiding.class))
                .containsExactly(
                        "Entity Hiding is SoftDeletable and has @SQLRestriction(\"deleted_at is null\"), which also hides "
                                + "marked rows from an undo. Remove @SQLRestriction; marked rows are filtered without it.");
        assertThat(StartUp.problems(Narrow.class)).isEmpty();
    }

    // ---- cascades from what is not marked to what is

    @Entity(name = "Tree")
    static class Tree extends Owned {}

    @Entity(name = "Cascading")
    static class Cascading extends Owned {
        @OneToMany(cascade = CascadeType.ALL)
        @JoinColumn(name = "cascading_id")
        Set<Twig> twigs = new HashSet<>();

        @OneToMany(mappedBy = "cascading", orphanRemoval = true)
        List<Twig> others = new ArrayList<>();

        @OneToOne(mappedBy = "single", cascade = CascadeType.REMOVE, fetch = FetchType.LAZY)
        @Nullable
        Twig single;
    }

    @Entity(name = "Twig")
    static class Twig extends Marked {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Cascading cascading;

        @OneToOne(fetch = FetchType.LAZY)
        @Nullable
        Cascading single;
    }

    @Entity(name = "Linking")
    static class Linking extends Owned {
        @OneToMany(cascade = CascadeType.ALL)
        @JoinTable
        Set<Bud> buds = new HashSet<>();

        @OneToOne(cascade = CascadeType.ALL, fetch = FetchType.LAZY)
        @Nullable
        Bud bud;
    }

    @Entity(name = "Bud")
    static class Bud extends Marked {}

    @Test
    void aCascadeThatLeavesMarkedRowsPointingAtNothingIsRefused() {
        String rest =
                " cascades REMOVE to Twig, whose marked rows keep referring to the Cascading that is hard-deleted: the delete "
                        + "fails by foreign key, or the rows lose their link. Make Cascading SoftDeletable too, or remove the cascade and "
                        + "orphanRemoval.";
        assertThat(StartUp.problems(Cascading.class, Twig.class))
                .containsExactlyInAnyOrder(
                        "Cascading.single" + rest, "Cascading.twigs" + rest, "Cascading.others" + rest);
        assertThat(StartUp.problems(Linking.class, Bud.class)).isEmpty();
    }

    // ---- references in places of their own

    @Embeddable
    static class Entry {
        @ManyToOne
        @Nullable
        Bud bud;
    }

    @Entity(name = "Listing")
    static class Listing extends Owned {
        @ElementCollection
        Set<Entry> entries = new HashSet<>();
    }

    @Test
    void anEagerReferenceInAnElementCollectionIsRefused() {
        assertThat(StartUp.problems(Listing.class, Bud.class))
                .singleElement()
                .asString()
                .startsWith("Listing.entries.bud is fetched eagerly, so a row whose Bud is marked");
    }

    @Entity(name = "Pointing")
    static class Pointing extends Owned {
        @Any
        @AnyKeyJavaClass(LabelId.class)
        @AnyDiscriminatorValue(discriminator = "B", entity = Bud.class)
        @Column(name = "what")
        @JoinColumn(name = "what_id")
        @Nullable
        Object what;
    }

    @Entity(name = "PointingLazily")
    static class PointingLazily extends Owned {
        @Any(fetch = FetchType.LAZY)
        @AnyKeyJavaClass(LabelId.class)
        @AnyDiscriminatorValue(discriminator = "B", entity = Bud.class)
        @Column(name = "what")
        @JoinColumn(name = "what_id")
        @Nullable
        Object what;
    }

    @Entity(name = "PointingToPlain")
    static class PointingToPlain extends Owned {
        @Any
        @AnyKeyJavaClass(LabelId.class)
        @AnyDiscriminatorValue(discriminator = "T", entity = Tree.class)
        @Column(name = "what")
        @JoinColumn(name = "what_id")
        @Nullable
        Object what;
    }

    @Entity(name = "PointingToMany")
    static class PointingToMany extends Owned {
        @ManyToAny
        @AnyKeyJavaClass(LabelId.class)
        @AnyDiscriminatorValue(discriminator = "B", entity = Bud.class)
        @Column(name = "what")
        @JoinTable(
                name = "pointing_many",
                joinColumns = @JoinColumn(name = "owner_id"),
                inverseJoinColumns = @JoinColumn(name = "what_id"))
        Set<Object> all = new HashSet<>();
    }

    @Test
    void anEagerReferenceToAnyIsRefusedWhereItMayBeMarked() {
        assertThat(StartUp.problems(Pointing.class, Bud.class))
                .containsExactly(
                        "Pointing.what is fetched eagerly, so its row cannot be loaded once the Bud it refers to is marked. "
                                + "Add fetch = FetchType.LAZY.");
        assertThat(StartUp.problems(PointingLazily.class, Bud.class)).isEmpty();
        assertThat(StartUp.problems(PointingToPlain.class, Tree.class)).isEmpty();
        assertThat(StartUp.problems(PointingToMany.class, Bud.class))
                .containsExactly(
                        "PointingToMany.all is fetched eagerly, so its row cannot be loaded once the Bud it refers to is "
                                + "marked. Add fetch = FetchType.LAZY.");
    }

    @Entity(name = "Seen")
    @View(query = "select id, tenant from Bud")
    static class Seen {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "SeenOnly")
    @Immutable
    @View(query = "select id, tenant from Bud")
    static class SeenOnly {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    /** PostgreSQL deletes through it. */
    @Test
    void aWritableView() {
        assertThat(StartUp.problems(Bud.class, Seen.class))
                .containsExactly(
                        "Entity Seen is a writable @View: a remove hard-deletes the rows of the table behind it. Add @Immutable.");
        assertThat(StartUp.problems(Bud.class, SeenOnly.class)).isEmpty();
    }

    @Entity(name = "Row")
    static class Row extends Marked {
        @ManyToMany
        @JoinTable(name = "row_buds")
        @OrderColumn(name = "place")
        Bud @Nullable [] buds;
    }

    /** The link of a row that was marked in the same flush went with the element in its place. */
    @Test
    void anArrayOfProtectedEntities() {
        assertThat(StartUp.problems(Bud.class, Row.class))
                .containsExactly(
                        "Row.buds is an array of SoftDeletable entities, and loses the links of marked rows when it changes. "
                                + "Make it a List with an @OrderColumn.");
    }

    @Embeddable
    static class Papers {
        @OneToOne(mappedBy = "of", fetch = FetchType.LAZY)
        @Nullable
        Licence licence;
    }

    @Entity(name = "Driver")
    static class Driver extends Marked {
        @Embedded
        Papers papers = new Papers();
    }

    @Entity(name = "Licence")
    static class Licence extends Marked {
        @OneToOne(fetch = FetchType.LAZY)
        @Nullable
        Driver of;
    }

    /** No driver could be found whose licence is marked. */
    @Test
    void anInverseOneToOneInAnEmbeddable() {
        assertThat(StartUp.problems(Driver.class, Licence.class))
                .containsExactly(
                        "Driver.papers.licence is an inverse one-to-one in an embeddable, and where its Licence is hidden,"
                                + " no Driver could be found. Move it to the entity itself.");
    }
}
