package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.id.AppId;
import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.annotations.ConcreteProxy;
import org.hibernate.annotations.NotFound;
import org.hibernate.annotations.NotFoundAction;
import org.hibernate.annotations.OnDelete;
import org.hibernate.annotations.OnDeleteAction;
import org.hibernate.annotations.SQLDelete;
import org.hibernate.annotations.SQLUpdate;
import org.hibernate.annotations.SoftDelete;
import org.hibernate.annotations.Temporal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Mappings with which a session factory does not start, and what it says. */
class MappingTest {

    private static List<String> problems(Class<?>... entities) {
        return problems(Map.of(), entities);
    }

    private static List<String> problems(Map<String, Object> settings, Class<?>... entities) {
        Throwable thrown = catchThrowable(() -> new World(Database.H2, List.of(entities), settings).close());
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnsafeMappingException unsafe) {
                return unsafe.problems();
            }
        }
        if (thrown != null) {
            throw new AssertionError(thrown);
        }
        return List.of();
    }

    @Entity(name = "Parent")
    static class Parent implements SoftDeletable {
        @Id
        LabelId id = LabelId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Test
    void aSafeOneStarts() {
        assertThat(problems(Parent.class)).isEmpty();
    }

    @Test
    void anOnlyOwnerIsNotNull() {
        try (World world = new World(Database.H2)) {
            String nullable =
                    "select is_nullable from information_schema.columns where column_name = '%s' and table_name = '%s'";
            assertThat(world.rows(nullable.formatted("TENANT", "LABEL"))).containsExactly("NO | ");
            assertThat(world.rows(nullable.formatted("SITE", "NOTE"))).containsExactly("YES | ");
        }
    }

    @Entity(name = "Lister")
    static class Lister {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToMany
        List<Parent> parents = new ArrayList<>();
    }

    @Test
    void aListInAJoinTableCannotKeepLinksOfMarkedRows() {
        assertThat(problems(Parent.class, Lister.class))
                .containsExactly(
                        "Lister.parents is a List in a join table, all of whose rows Hibernate writes anew with each "
                                + "change (user guide, \"Bags\"), and loses the links of marked rows. Make it a Set, or give it an "
                                + "@OrderColumn.");
    }

    @Entity(name = "Coupon")
    static class Coupon {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "Campaign")
    @Shared("of all tenants")
    static class Campaign {
        @Id
        long id;

        @ManyToMany
        List<Coupon> coupons = new ArrayList<>();
    }

    @Test
    void aListInAJoinTableCannotKeepLinksOfHiddenRows() {
        assertThat(problems(Coupon.class, Campaign.class))
                .containsExactly(
                        "Campaign.coupons is a List in a join table, all of whose rows Hibernate writes anew with each change"
                                + " (user guide, \"Bags\"), and it may hold rows of Coupon that the scope does not see. Make it a Set.");
    }

    @Entity(name = "Undeclared")
    static class Undeclared {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Parent parent;
    }

    @Test
    void somebodyMustOwnTheRows() {
        assertThat(problems(Parent.class, Undeclared.class))
                .containsExactly(
                        "Entity Undeclared has no declared owner. Candidate: parent → Parent. Add to the class one of:"
                                + "  @OwnedBy TenantId tenant; (the dev.tenantsafety.id one)  @OwnedThrough(\"…\")"
                                + "  @Shared(\"why\")  @Unowned(\"why\")");
    }

    @Entity(name = "Contradiction")
    @Shared("for all")
    static class Contradiction {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "Silent")
    @Unowned(" ")
    static class Silent {
        @Id
        long id;
    }

    @Test
    void anExceptionHasAReasonAndNoOwner() {
        assertThat(problems(Contradiction.class))
                .containsExactly(
                        "Entity Contradiction is declared to have no owner (@Shared or @Unowned) and to have one. Remove "
                                + "one of the annotations.");
        assertThat(problems(Silent.class))
                .containsExactly("Entity Silent is declared @Unowned without a reason. Give the annotation one.");
    }

    @Entity(name = "RawOwner")
    static class RawOwner {
        @Id
        long id;

        @OwnedBy
        @Nullable
        UUID tenant;
    }

    @Entity(name = "TwoOwners")
    static class TwoOwners {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        TenantId buyer;
    }

    @Test
    void anOwnerIsATypedIdAndOneOfItsKind() {
        assertThat(problems(RawOwner.class))
                .anyMatch(problem -> problem.startsWith(
                        "RawOwner.tenant is declared as owner, but its type (UUID) is not a TypedId"));
        assertThat(problems(TwoOwners.class))
                .singleElement()
                .asString()
                .contains("is a second owner of kind tenant, beside");
    }

    @Entity(name = "Nullable")
    @OwnedThrough("parent")
    static class OptionalPath {
        @Id
        long id;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Parent parent;
    }

    @Entity(name = "NoPath")
    @OwnedThrough("nothing")
    static class NoPath {
        @Id
        long id;
    }

    @Entity(name = "Circle")
    @OwnedThrough("circle")
    static class Circle {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Circle circle;
    }

    @Test
    void aPathLeadsToAnOwner() {
        assertThat(problems(Parent.class, OptionalPath.class))
                .containsExactly(
                        "OptionalPath.parent is declared as path to the owner (@OwnedThrough) and is nullable, so a row may "
                                + "have no owner. Add @ManyToOne(optional = false).");
        assertThat(problems(NoPath.class))
                .anyMatch(problem -> problem.startsWith(
                        "NoPath.nothing is declared as path to the owner (@OwnedThrough), but is not a"));
        assertThat(problems(Circle.class)).anyMatch(problem -> problem.startsWith("@OwnedThrough leads in a circle"));
    }

    @Entity(name = "NoTombstone")
    static class NoTombstone implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "NotDeclared")
    static class NotDeclared {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Test
    void aTombstoneAndItsDeclarationGoTogether() {
        assertThat(problems(NoTombstone.class))
                .singleElement()
                .asString()
                .contains("has 0 attributes of type Tombstone");
        assertThat(problems(NotDeclared.class)).singleElement().asString().contains("Add \"implements SoftDeletable\"");
    }

    @Entity(name = "SqlDeleted")
    @SQLDelete(sql = "update SqlDeleted set deleted_at = current_timestamp where id = ?")
    static class SqlDeleted extends Marked {}

    @Entity(name = "SqlUpdated")
    @SQLUpdate(sql = "update SqlUpdated set tenant = ?, deleted_at = ?, deleted_by = ?, deletion_id = ? where id = ?")
    static class SqlUpdated extends Marked {}

    @Entity(name = "Versions")
    @Temporal
    static class Versions extends Marked {}

    @Entity(name = "HibernateDeleted")
    @SoftDelete
    static class HibernateDeleted extends Marked {}

    @jakarta.persistence.MappedSuperclass
    abstract static class Marked implements SoftDeletable {
        @Id
        LabelId id = LabelId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Root")
    @Inheritance(strategy = InheritanceType.SINGLE_TABLE)
    static class Root extends Marked {}

    @Entity(name = "SoftDeletedSubclass")
    @SoftDelete
    static class SoftDeletedSubclass extends Root {}

    @Test
    void otherWaysOfMarkingAreRefused() {
        assertThat(problems(SqlDeleted.class))
                .singleElement()
                .asString()
                .contains("Remove @SQLDelete (and @SQLRestriction)");
        assertThat(problems(SqlUpdated.class)).singleElement().asString().contains("Remove @SQLUpdate");
        assertThat(problems(Versions.class)).singleElement().asString().contains("Hibernate's @Temporal or @Audited");
        assertThat(problems(HibernateDeleted.class)).anyMatch(problem -> problem.contains("Remove @SoftDelete"));
        assertThat(problems(Root.class, SoftDeletedSubclass.class))
                .anyMatch(problem -> problem.startsWith(
                        "Entity SoftDeletedSubclass is SoftDeletable and has Hibernate's @SoftDelete"));
    }

    @Entity(name = "PlainRoot")
    @Inheritance(strategy = InheritanceType.SINGLE_TABLE)
    static class PlainRoot {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "MarkedSubclass")
    static class MarkedSubclass extends PlainRoot implements SoftDeletable {
        @Embedded
        @Nullable
        Tombstone tombstone;

        @OwnedBy
        @Nullable
        SiteId site;
    }

    @Test
    void whatHoldsForAHierarchyIsSaidAtItsRoot() {
        assertThat(problems(PlainRoot.class, MarkedSubclass.class))
                .anyMatch(problem -> problem.contains("Move \"implements SoftDeletable\" and the Tombstone there"))
                .anyMatch(problem -> problem.startsWith(
                        "@OwnedBy on MarkedSubclass.site has no effect in a subclass. Move the attribute"));
    }

    @Entity(name = "Eager")
    static class Eager {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne
        @Nullable
        Parent parent;
    }

    @Entity(name = "Ignoring")
    static class Ignoring {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @NotFound(action = NotFoundAction.IGNORE)
        @Nullable
        Parent parent;
    }

    @Test
    void linksThatWouldBeWipedAreRefused() {
        assertThat(problems(Parent.class, Eager.class))
                .containsExactly(
                        "Eager.parent is fetched eagerly, so a row whose Parent is marked cannot be loaded, or loses "
                                + "its link. Add fetch = FetchType.LAZY.");
        assertThat(problems(Parent.class, Ignoring.class)).anyMatch(problem -> problem.contains("Remove @NotFound"));
    }

    @Entity(name = "Cascading")
    static class Cascading extends Marked {
        @ManyToOne(fetch = FetchType.LAZY)
        @OnDelete(action = OnDeleteAction.CASCADE)
        @Nullable
        Parent parent;
    }

    @Entity(name = "Unprotected")
    @OwnedThrough("owner")
    static class Unprotected {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Owner owner;
    }

    @Entity(name = "Owner")
    static class Owner extends Marked {
        @OneToMany(mappedBy = "owner", cascade = CascadeType.ALL)
        List<Unprotected> parts = new ArrayList<>();

        @OneToMany(cascade = CascadeType.PERSIST, orphanRemoval = true)
        @OrderColumn
        List<Parent> ordered = new ArrayList<>();
    }

    @Test
    void rowsThatWouldGoForGoodAreRefused() {
        assertThat(problems(Parent.class, Cascading.class))
                .anyMatch(problem -> problem.startsWith(
                        "Cascading.parent is @OnDelete(CASCADE), so the database hard-deletes rows of "
                                + "Cascading past every mark"));
        assertThat(problems(Parent.class, Owner.class, Unprotected.class))
                .anyMatch(problem ->
                        problem.startsWith("Owner.parts cascades REMOVE to Unprotected, whose rows are hard-deleted"));
    }

    @Test
    void aForeignKeyOfTheDatabaseThatRemovesRowsIsRefused() {
        World world = new World(Database.POSTGRESQL, List.of(Parent.class, Child.class), Map.of());
        world.sql(
                "alter table Child add constraint silent foreign key (parent_id) references Parent on delete cascade");
        Throwable thrown = catchThrowable(() -> world.jpa(Map.of()));
        assertThat(thrown)
                .rootCause()
                .isInstanceOf(UnsafeMappingException.class)
                .hasMessageContaining("Foreign key silent of table Child is ON DELETE CASCADE");
        world.jpa(Map.of("tenant-safety.check-schema", "false"));
        world.close();
    }

    @Test
    void soIsOneOfATableOfASubclass() {
        try (World world = new World(Database.POSTGRESQL, World.ENTITIES, Map.of())) {
            world.sql("alter table Printer add constraint silent foreign key (id) references Label on delete cascade");
            assertThat(catchThrowable(() -> world.jpa(Map.of())))
                    .rootCause()
                    .isInstanceOf(UnsafeMappingException.class)
                    .hasMessageContaining("Foreign key silent of table Printer is ON DELETE CASCADE");
        }
    }

    @Entity(name = "Shape")
    @ConcreteProxy
    @Inheritance
    static class Shape {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "RoundShape")
    static class RoundShape extends Shape {}

    @Test
    void aReferenceThatReadsTheClassOfItsRowIsRefused() {
        assertThat(StartUp.problems(Shape.class, RoundShape.class))
                .containsExactly(
                        "Entity Shape has @ConcreteProxy, so a reference to a row reads its class, also where the row is "
                                + "somebody else's or marked. Remove @ConcreteProxy.");
    }

    @Entity(name = "Child")
    static class Child extends Marked {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Parent parent;
    }

    record UnknownId(UUID uuid) implements TypedId<UnknownId> {
        static final IdKind<UnknownId> KIND = IdKind.of("unknown", UnknownId.class, UnknownId::new);

        UnknownId {
            KIND.check(uuid);
        }

        @Override
        public IdKind<UnknownId> kind() {
            return KIND;
        }

        @Override
        public String toString() {
            return KIND.format(this);
        }
    }

    @Entity(name = "Serialized")
    @Unowned("a test")
    static class Serialized {
        @Id
        long id;

        @Nullable
        UnknownId unknown;
    }

    @Test
    void anIdThatWouldBeSerializedIsNoticed() {
        assertThat(problems(Serialized.class))
                .containsExactly(
                        "Serialized.unknown is a UnknownId, whose kind no IdKindProvider names, so Hibernate would store it "
                                + "as a serialized object. Add the kind to an IdKindProvider "
                                + "(META-INF/services/dev.tenantsafety.id.IdKindProvider).");
    }

    @Entity(name = "Keyed")
    @UniqueAlive({"tenant", "slug"})
    static class Keyed extends Marked {
        String slug = "";

        @Column(unique = true)
        String number = "";

        @Nullable
        AppId app;
    }

    @Entity(name = "WrongKey")
    @UniqueAlive("nothing")
    static class WrongKey extends Marked {}

    @Test
    void keysAmongTheLivingNameAttributes() {
        assertThat(problems(WrongKey.class)).singleElement().asString().contains("WrongKey is @UniqueAlive(nothing)");
    }

    @Test
    void aKeyThatCountsMarkedRowsIsNamed() {
        try (World world = new World(Database.POSTGRESQL, List.of(Keyed.class), Map.of())) {
            AliveKeys keys = AliveKeys.of(world.safe);
            assertThat(keys.blocking())
                    .containsExactly(
                            "Keyed: the unique key (number) of table Keyed counts marked rows too, so a value cannot be "
                                    + "used again after a delete. Replace it by @UniqueAlive, or keep it where that is meant.");
            assertThat(keys.ddl())
                    .containsExactly(
                            "create unique index alive_Keyed_tenant_slug on Keyed (tenant, slug) where deleted_at is null");
            world.sql(keys.ddl().get(0));
        }
    }

    @Test
    void whereThereAreNoPartialIndexesThatIsSaid() {
        try (World world = new World(Database.H2, List.of(Keyed.class), Map.of())) {
            assertThat(catchThrowable(() -> AliveKeys.of(world.safe).ddl()))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("has no partial indexes");
        }
    }

    @Test
    void aValueCanBeUsedAgainAndThenStandsInTheWayOfAnUndo() {
        TenantId tenant = TenantId.create();
        try (World world = new World(Database.POSTGRESQL, List.of(Keyed.class), Map.of())) {
            world.sql(AliveKeys.of(world.safe).ddl().get(0));
            world.in(tenant, em -> em.persist(keyed("1")));
            var deletion = world.get(tenant, em -> Deletions.of(em)
                    .because(
                            "test",
                            () -> em.remove(
                                    em.createQuery("from Keyed", Keyed.class).getSingleResult())));
            world.in(tenant, em -> em.persist(keyed("2")));
            List<String> before = world.rows("select * from Keyed");
            assertThat(catchThrowable(
                            () -> world.in(tenant, em -> Deletions.of(em).undo(deletion))))
                    .isInstanceOf(UndoRefusedException.class)
                    .hasMessageContaining("cannot come back: tenant, slug was taken meanwhile by Keyed ");
            assertThat(world.rows("select * from Keyed")).isEqualTo(before);
        }
    }

    private static Keyed keyed(String number) {
        Keyed keyed = new Keyed();
        keyed.slug = "acme";
        keyed.number = number;
        return keyed;
    }

    @Test
    void otherwiseConfiguredPlacesOfOursAreNamed() {
        Throwable thrown = catchThrowable(() -> new World(
                        Database.H2,
                        List.of(Parent.class),
                        Map.of(
                                "hibernate.query.sqm.translator",
                                "org.hibernate.query.sqm.sql.StandardSqmTranslatorFactory"))
                .close());
        assertThat(thrown).hasMessageContaining("Tenant Safety needs the setting hibernate.query.sqm.translator");
    }
}
