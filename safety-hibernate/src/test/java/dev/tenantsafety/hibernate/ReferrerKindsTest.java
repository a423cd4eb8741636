package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.SecondaryTable;
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

/** Each way in which a mapping can point at a row, and each in which a cascade can cover that. */
@ParameterizedClass
@EnumSource(Database.class)
class ReferrerKindsTest extends WorldTest {

    @MappedSuperclass
    abstract static class Row implements SoftDeletable {
        @Id
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Target")
    static class Target extends Row {
        /** Only this side knows of it, but the other has the column too. */
        @OneToMany(cascade = CascadeType.REMOVE)
        @JoinColumn(name = "target_id")
        Set<OneSided> oneSided = new HashSet<>();

        @OneToOne(mappedBy = "target", cascade = CascadeType.REMOVE)
        @Nullable
        Single single;

        @Embedded
        Parts parts = new Parts();
    }

    @Embeddable
    static class Parts {
        @OneToMany(mappedBy = "target", orphanRemoval = true)
        Set<Orphan> orphans = new HashSet<>();
    }

    @Entity(name = "OneSided")
    static class OneSided extends Row {
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "target_id", insertable = false, updatable = false)
        @Nullable
        Target target;

        @Column(name = "target_id")
        @Nullable
        String targetId;
    }

    @Entity(name = "Single")
    static class Single extends Row {
        @OneToOne(fetch = FetchType.LAZY)
        @Nullable
        Target target;
    }

    @Entity(name = "Orphan")
    static class Orphan extends Row {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Target target;
    }

    @Entity(name = "Shape")
    @Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
    static class Shape extends Row {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Target target;
    }

    @Entity(name = "Circle")
    static class Circle extends Shape {}

    @Entity(name = "Square")
    static class Square extends Shape {}

    @Entity(name = "Hidden")
    @org.hibernate.annotations.FilterDef(name = "shown", autoEnabled = true)
    @org.hibernate.annotations.Filter(name = "shown", condition = "hidden = false")
    static class Hidden extends Row {
        boolean hidden = true;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Target target;
    }

    @Entity(name = "Joined")
    static class Joined extends Row {
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinTable(name = "joined_target")
        @Nullable
        Target target;
    }

    @Entity(name = "Spread")
    @SecondaryTable(name = "spread_more")
    static class Spread extends Row {
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(table = "spread_more")
        @Nullable
        Target target;
    }

    @Embeddable
    static class KeyOfTwo implements java.io.Serializable {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Target target;

        int number;

        @Override
        public boolean equals(Object other) {
            return other instanceof KeyOfTwo key && key.number == number;
        }

        @Override
        public int hashCode() {
            return number;
        }
    }

    @Entity(name = "Keyed")
    static class Keyed {
        @EmbeddedId
        @Nullable
        KeyOfTwo key;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    ReferrerKindsTest(Database database) {
        super(new World(
                database,
                List.of(
                        Target.class,
                        OneSided.class,
                        Single.class,
                        Orphan.class,
                        Shape.class,
                        Circle.class,
                        Square.class,
                        Hidden.class,
                        Joined.class,
                        Spread.class,
                        Keyed.class),
                Map.of()));
    }

    private static <T extends Row> void with(EntityManager em, T made, String id, Consumer<T> change) {
        made.id = id;
        change.accept(made);
        em.persist(made);
    }

    private static Target target(EntityManager em) {
        return em.find(Target.class, "target");
    }

    @BeforeEach
    void rows() {
        inA(em -> with(em, new Target(), "target", made -> {}));
    }

    private void refused(String referrer) {
        assertThatThrownBy(() -> inA(em -> em.remove(target(em))))
                .hasRootCauseInstanceOf(StillReferencedException.class)
                .rootCause()
                .hasMessageContaining(referrer);
        inA(em -> assertThat(target(em)).isNotNull());
    }

    /** Added while the target is loaded already, so that no cascade of the session sees it. */
    private <T extends Row> void markedToo(T child, Consumer<T> change) {
        DeletionId deletion = world.get(a, em -> Deletions.of(em).because("test", () -> {
            Target target = target(em);
            org.hibernate.Hibernate.initialize(target.oneSided);
            org.hibernate.Hibernate.initialize(target.parts.orphans);
            inA(other -> with(other, child, "child", change));
            em.remove(target);
        }));
        inA(em -> assertThat(em.find(child.getClass(), "child")).isNull());
        inA(em -> assertThat(Deletions.of(em).undo(deletion).total()).isEqualTo(2));
        inA(em -> assertThat(em.find(child.getClass(), "child")).isNotNull());
    }

    private Target reference() {
        Target target = new Target();
        target.id = "target";
        return target;
    }

    @Test
    void aHierarchyOfATableEach() {
        inA(em -> with(em, new Circle(), "circle", made -> made.target = target(em)));
        refused("circle (target → Target target)");
    }

    @Test
    void aJoinTable() {
        inA(em -> with(em, new Joined(), "joined", made -> made.target = target(em)));
        refused("Joined joined (target → Target target)");
    }

    @Test
    void aRowThatAFilterOfTheApplicationHides() {
        inA(em -> with(em, new Hidden(), "hidden", made -> made.target = target(em)));
        refused("rows that are not listed");
    }

    @Test
    void aSecondaryTable() {
        inA(em -> with(em, new Spread(), "second", made -> made.target = target(em)));
        refused("Spread second (target → Target target)");
    }

    @Test
    void anEmbeddedKey() {
        inA(em -> {
            Keyed keyed = new Keyed();
            keyed.key = new KeyOfTwo();
            keyed.key.target = target(em);
            keyed.key.number = 7;
            em.persist(keyed);
        });
        refused("(key.target → Target target)");
    }

    @Test
    void aCascadeOfAOneToOneCovers() {
        markedToo(new Single(), made -> made.target = reference());
    }

    @Test
    void orphanRemovalInAnEmbeddableCovers() {
        markedToo(new Orphan(), made -> made.target = reference());
    }

    @Test
    void aCascadeThroughAColumnThatOnlyTheParentWritesCovers() {
        markedToo(new OneSided(), made -> made.targetId = "target");
    }
}
