package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Access;
import jakarta.persistence.AccessType;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Inheritance;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.Transient;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Annotations count on the root of a hierarchy and on its mapped superclasses, and are refused where they have no effect. */
class DeclarationTest {

    @MappedSuperclass
    abstract static class Keyed {
        @Id
        LabelId id = LabelId.create();
    }

    @Entity(name = "Top")
    static class Top extends Keyed {
        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    // ---- inherited

    @MappedSuperclass
    @OwnedThrough("top")
    abstract static class OfTop extends Keyed {
        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Top top;
    }

    @Entity(name = "Part")
    static class Part extends OfTop {}

    @Entity(name = "NobodysPart")
    @Unowned("a test")
    static class NobodysPart extends OfTop {}

    @MappedSuperclass
    @Shared("reference data")
    abstract static class Reference extends Keyed {}

    @Entity(name = "Country")
    static class Country extends Reference {}

    @MappedSuperclass
    @Unowned("jobs")
    abstract static class Job {
        @Id
        long id;
    }

    @Entity(name = "Mail")
    static class Mail extends Job {}

    @MappedSuperclass
    @UniqueAlive({"tenant", "name"})
    abstract static class Named extends Top0 implements SoftDeletable {
        String name = "";

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @MappedSuperclass
    abstract static class Top0 extends Keyed {
        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "Branch")
    @UniqueAlive("code")
    static class Branch extends Named {
        String code = "";
    }

    @Test
    void declarationsOfMappedSuperclassesAreInherited() {
        TenantId a = TenantId.create();
        TenantId b = TenantId.create();
        try (World world = new World(
                Database.POSTGRESQL,
                List.of(Top.class, Part.class, NobodysPart.class, Country.class, Mail.class, Branch.class),
                Map.of())) {
            world.in(a, em -> {
                Part part = new Part();
                part.top = new Top();
                em.persist(part.top);
                em.persist(part);
            });
            world.in(b, em -> assertThat(WorldTest.count(em, "Part")).isZero());
            world.in(a, em -> assertThat(WorldTest.count(em, "Part")).isEqualTo(1));
            world.without(em -> {
                assertThat(WorldTest.count(em, "Country")).isZero();
                assertThat(WorldTest.count(em, "Mail")).isZero();
                assertThat(WorldTest.count(em, "NobodysPart")).isZero();
            });
            assertThat(AliveKeys.of(world.safe).ddl())
                    .containsExactly(
                            "create unique index alive_Branch_code on Branch (code) where deleted_at is null",
                            "create unique index alive_Branch_tenant_name on Branch (tenant, name) where deleted_at is null");
            assertThat(MappedOwnership.of(world.safe)).isNotNull();
        }
    }

    // ---- without effect

    @Entity(name = "Root")
    @Inheritance
    static class Root extends Top0 {}

    @Entity(name = "Sub")
    @OwnedThrough("top")
    @UniqueAlive("name")
    static class Sub extends Root {
        String name = "";
    }

    @MappedSuperclass
    @Shared("between")
    abstract static class Between extends Root {}

    @Entity(name = "Below")
    @Unowned("below")
    static class Below extends Between {}

    @Test
    void declarationsOfSubclassesAreRefused() {
        assertThat(StartUp.problems(Root.class, Sub.class))
                .containsExactly(
                        "Entity Sub is a subclass and annotated @OwnedThrough, which has no effect there. Move it to the root "
                                + "of the hierarchy, Root.",
                        "Entity Sub is a subclass and annotated @UniqueAlive, which has no effect there. Move it to the root "
                                + "of the hierarchy, Root, or create a partial unique index in a migration.");
        assertThat(StartUp.problems(Root.class, Below.class))
                .hasSize(2)
                .anyMatch(problem -> problem.startsWith("Entity Below is a subclass and annotated @Unowned"))
                .anyMatch(problem -> problem.startsWith("Entity Below is a subclass and annotated @Shared"));
    }

    @OwnedThrough("top")
    interface OfSomething {}

    @Entity(name = "Implementing")
    static class Implementing extends Top0 implements OfSomething {}

    @Entity(name = "KeyOfNone")
    @UniqueAlive("tenant")
    static class KeyOfNone extends Top0 {}

    @Test
    void declarationsThatNothingReadsAreRefused() {
        assertThat(StartUp.problems(Implementing.class))
                .containsExactly(
                        "Entity Implementing implements an interface that is annotated @OwnedThrough, which has no "
                                + "effect there. Move the annotation to the class.");
        assertThat(StartUp.problems(KeyOfNone.class))
                .containsExactly(
                        "Entity KeyOfNone is @UniqueAlive(tenant), which has no effect because the entity is not "
                                + "SoftDeletable. Use a unique constraint, or add \"implements SoftDeletable\".");
    }

    // ---- @OwnedBy elsewhere

    @Embeddable
    static class Ownership {
        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "Embedding")
    static class Embedding extends Keyed {
        @Embedded
        Ownership ownership = new Ownership();
    }

    @Entity(name = "Listing")
    static class Listing extends Top0 {
        @ElementCollection
        Set<Ownership> all = new HashSet<>();
    }

    @Test
    void anOwnerInAnEmbeddableIsRefused() {
        assertThat(StartUp.problems(Embedding.class))
                .anyMatch(problem ->
                        problem.equals("@OwnedBy on Embedding.ownership.tenant is within an embeddable, where it has "
                                + "no effect. Move the attribute to the entity itself."));
        assertThat(StartUp.problems(Listing.class))
                .anyMatch(problem -> problem.startsWith("@OwnedBy on Listing.all.tenant is within an embeddable"));
    }

    @Embeddable
    static class OwnedKey implements Serializable {
        @OwnedBy
        @Nullable
        TenantId tenant;

        long number;
    }

    @Entity(name = "OwnedByKey")
    static class OwnedByKey {
        @EmbeddedId
        @Nullable
        OwnedKey key;
    }

    record TenantAndNumber(TenantId tenant, long number) {}

    @Entity(name = "OwnedByIdClass")
    @IdClass(TenantAndNumber.class)
    static class OwnedByIdClass {
        @Id
        @OwnedBy
        @Nullable
        TenantId tenant;

        @Id
        long number;
    }

    @Entity(name = "OwnedById")
    static class OwnedById {
        @Id
        @OwnedBy
        @Nullable
        SiteId site;
    }

    @Test
    void anOwnerInAnIdIsRefused() {
        String fix =
                "Give the owner an attribute and a column of its own, or add a @MapsId to-one attribute that leads to the owner "
                        + "and name it in @OwnedThrough.";
        assertThat(StartUp.problems(OwnedByKey.class))
                .anyMatch(problem -> problem.equals(
                        "@OwnedBy on OwnedByKey.key.tenant is within an embeddable, where it has no effect. " + fix));
        assertThat(StartUp.problems(OwnedByIdClass.class))
                .anyMatch(problem -> problem.equals(
                        "@OwnedBy on OwnedByIdClass.tenant has no effect: the attribute is a part of the ID. " + fix));
        assertThat(StartUp.problems(OwnedById.class))
                .anyMatch(problem -> problem.startsWith(
                        "@OwnedBy on OwnedById.site has no effect: the attribute is a part of the ID."));
    }

    @Entity(name = "NotPersistent")
    static class NotPersistent extends Top0 {
        @OwnedBy
        @Transient
        @Nullable
        SiteId site;

        @OwnedBy
        static @Nullable SiteId common;
    }

    static class PlainBase {
        @OwnedBy
        @Nullable
        SiteId site;

        @Id
        LabelId id = LabelId.create();
    }

    @Entity(name = "OnTheOther")
    @Access(AccessType.FIELD)
    static class OnTheOther extends Keyed {
        @Nullable
        TenantId tenant;

        @OwnedBy
        public @Nullable TenantId getTenant() {
            return tenant;
        }
    }

    @Entity(name = "OfPlainBase")
    static class OfPlainBase extends PlainBase {
        @Id
        UUID key = UUID.randomUUID();

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Test
    void anOwnerThatHibernateDoesNotSeeIsRefused() {
        assertThat(StartUp.problems(NotPersistent.class))
                .containsExactly(
                        "@OwnedBy on NotPersistent.site has no effect: the attribute is not persistent. Make it a persistent "
                                + "attribute of the entity, or remove the annotation.",
                        "@OwnedBy on NotPersistent.common has no effect: the attribute is not persistent. Make it a persistent "
                                + "attribute of the entity, or remove the annotation.");
        assertThat(StartUp.problems(OfPlainBase.class))
                .singleElement()
                .asString()
                .startsWith("@OwnedBy on OfPlainBase.site has no effect: the attribute is not persistent.");
        assertThat(StartUp.problems(OnTheOther.class))
                .containsExactly(
                        "@OwnedBy on OnTheOther.tenant has no effect, because Hibernate reads the annotations of this "
                                + "entity from fields. Move it to the field.");
    }

    @Entity(name = "AnnotatedGetter")
    static class AnnotatedGetter extends Keyed {
        @OwnedBy
        @Nullable
        TenantId tenant;

        @Deprecated
        public @Nullable TenantId getTenant() {
            return tenant;
        }
    }

    @Test
    void anOwnerWhoseGetterHasOtherAnnotationsIsSeen() {
        assertThat(StartUp.problems(AnnotatedGetter.class)).isEmpty();
    }
}
