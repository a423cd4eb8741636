package dev.tenantsafety.archunit;

import static dev.tenantsafety.archunit.Violations.shortly;
import static dev.tenantsafety.archunit.Violations.violations;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.guard.AllowsHardDelete;
import dev.tenantsafety.hibernate.OwnedBy;
import dev.tenantsafety.hibernate.OwnedThrough;
import dev.tenantsafety.hibernate.Shared;
import dev.tenantsafety.hibernate.SoftDeletable;
import dev.tenantsafety.hibernate.Unowned;
import dev.tenantsafety.id.TenantId;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import java.util.List;
import java.util.Map;
import org.hibernate.annotations.OnDelete;
import org.hibernate.annotations.OnDeleteAction;
import org.hibernate.annotations.SQLDelete;
import org.hibernate.annotations.SoftDelete;
import org.junit.jupiter.api.Test;

@SuppressWarnings({"unused", "deprecation"})
class MappingRulesTest {

    @Entity
    @SQLDelete(sql = "update x set deleted = true where id = ?")
    static class WithSql {
        @OneToMany
        @SQLDelete(sql = "update y set deleted = true where id = ?")
        List<Plain> links;
    }

    @Entity
    static class Plain {}

    @Test
    void sqlDelete() {
        assertThat(violations(MappingRules.NO_SQL_DELETE, WithSql.class, Plain.class))
                .containsExactly(
                        "Class <MappingRulesTest$WithSql> is mapped with @SQLDelete in (MappingRulesTest.java:0): bulk deletes and "
                                + "collections go past it. Implement SoftDeletable, or @AllowsHardDelete(reason = …, ticket = …, until = …).",
                        "Field <MappingRulesTest$WithSql.links> is mapped with @SQLDelete in (MappingRulesTest.java:0): bulk deletes and "
                                + "collections go past it. Implement SoftDeletable, or @AllowsHardDelete(reason = …, ticket = …, until = …).");
    }

    @Entity
    @SoftDelete
    static class SoftRoot {}

    @Entity
    @SoftDelete
    static class SoftSub extends Plain {}

    @Test
    void softDeleteOfSubclass() {
        assertThat(shortly(MappingRules.NO_SOFT_DELETE_OF_SUBCLASS, SoftRoot.class, SoftSub.class))
                .containsExactly("Class <MappingRulesTest$SoftSub> is mapped with @SoftDelete below its root");
    }

    @Entity
    static class Child {
        @ManyToOne
        @OnDelete(action = OnDeleteAction.CASCADE)
        Plain cascades;

        @ManyToOne
        @OnDelete(action = OnDeleteAction.SET_NULL)
        Plain nulls;
    }

    @Test
    void cascadeOfDatabase() {
        assertThat(shortly(MappingRules.NO_CASCADE_OF_DATABASE, Child.class))
                .containsExactly("Field <MappingRulesTest$Child.cascades> is mapped with @OnDelete(CASCADE)");
    }

    @Entity
    static class Protected implements SoftDeletable {
        @OneToMany(orphanRemoval = true)
        List<Plain> orphans;

        @OneToMany(cascade = CascadeType.ALL)
        Map<String, Plain> map;

        @OneToOne(cascade = {CascadeType.PERSIST, CascadeType.REMOVE})
        Plain one;

        @OneToMany(cascade = CascadeType.ALL, orphanRemoval = true)
        List<Protected> children;

        @OneToMany(cascade = CascadeType.PERSIST)
        List<Plain> stay;
    }

    @Entity
    static class NotProtected {
        @OneToMany(cascade = CascadeType.ALL)
        List<Plain> all;
    }

    @Test
    void cascades() {
        assertThat(shortly(MappingRules.NO_CASCADE_TO_UNPROTECTED, Protected.class, NotProtected.class))
                .containsExactly(
                        "Field <MappingRulesTest$Protected.map> cascades removal to Plain, which is not protected",
                        "Field <MappingRulesTest$Protected.one> cascades removal to Plain, which is not protected",
                        "Field <MappingRulesTest$Protected.orphans> cascades removal to Plain, which is not protected");
    }

    @Entity
    static class Links {
        @ManyToOne
        SoftRoot eager;

        @ManyToOne(fetch = FetchType.LAZY)
        SoftRoot lazy;

        @ManyToOne
        Plain plain;
    }

    @Test
    void eagerLinks() {
        assertThat(shortly(MappingRules.NO_EAGER_LINK_TO_SOFT_DELETED, Links.class))
                .containsExactly(
                        "Field <MappingRulesTest$Links.eager> is read at once with SoftRoot, which is mapped with @SoftDelete");
    }

    @MappedSuperclass
    static class Owned {
        @OwnedBy
        TenantId tenant;
    }

    @Entity
    static class ByField extends Owned {}

    @Entity
    static class ByHibernate {
        @org.hibernate.annotations.TenantId
        String tenant;
    }

    @Entity
    @OwnedThrough("parent")
    static class Through {}

    @Entity
    @Shared("reference data")
    static class Country {}

    @Entity
    @Unowned("jobs belong to nobody")
    static class Job {}

    @Entity
    @AllowsHardDelete(reason = "drafts", ticket = "OPS-1", until = "2999-12-31")
    static class Draft {}

    /** That its rows may be removed says nothing of whose they are. */
    @Test
    void ownershipHasAnExemptionOfItsOwn() {
        assertThat(shortly(OwnershipRules.EVERY_ENTITY_IS_DECLARED, Draft.class, Job.class))
                .containsExactly("Class <MappingRulesTest$Draft> does not say whose its rows are");
    }

    @Test
    void ownership() {
        assertThat(violations(
                        OwnershipRules.EVERY_ENTITY_IS_DECLARED,
                        Plain.class,
                        ByField.class,
                        ByHibernate.class,
                        Through.class,
                        Country.class,
                        Job.class,
                        Owned.class))
                .containsExactly(
                        "Class <MappingRulesTest$Plain> does not say whose its rows are in (MappingRulesTest.java:0): a query "
                                + "could reach the rows of all tenants. Put @OwnedBy on the attribute that holds the owner, or @OwnedThrough, "
                                + "@Shared or @Unowned on the class.");
    }
}
