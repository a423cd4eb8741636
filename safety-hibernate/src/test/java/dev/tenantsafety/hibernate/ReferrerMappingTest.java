package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenantsafety.hibernate.world.Country;
import dev.tenantsafety.hibernate.world.Customer;
import dev.tenantsafety.hibernate.world.Label;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToOne;
import jakarta.persistence.SecondaryTable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What start-up says of {@link OnTargetMarked}, and which references of the rows of a unit are looked at. */
class ReferrerMappingTest {

    private static List<String> problems(Class<?>... entities) {
        Throwable thrown = catchThrowable(() -> new World(Database.H2, List.of(entities), Map.of()).close());
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnsafeMappingException unsafe) {
                return unsafe.problems();
            }
        }
        throw new AssertionError("started, or failed otherwise", thrown);
    }

    @Entity(name = "Useless")
    static class Useless {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OnTargetMarked(ReferrerAction.RESTRICT)
        String name = "";

        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.KEEP_VISIBLE)
        @Nullable
        Country country;

        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.CASCADE)
        @Nullable
        Label label;

        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.CASCADE)
        @Nullable
        Customer customer;
    }

    @Embeddable
    static class Corner {
        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.SET_NULL)
        @Nullable
        Stubborn of;
    }

    @Entity(name = "Stubborn")
    @SecondaryTable(name = "stubborn_more")
    static class Stubborn implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        @OnTargetMarked(ReferrerAction.SET_NULL)
        @Nullable
        Stubborn needed;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(nullable = false)
        @OnTargetMarked(ReferrerAction.SET_NULL)
        @Nullable
        Stubborn neededByTheDatabase;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(updatable = false)
        @OnTargetMarked(ReferrerAction.SET_NULL)
        @Nullable
        Stubborn written;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(table = "stubborn_more")
        @OnTargetMarked(ReferrerAction.SET_NULL)
        @Nullable
        Stubborn elsewhere;

        @Embedded
        @Nullable
        Corner corner;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Test
    void whatCannotBeSetToNullAndBackIsRefused() {
        assertThat(problems(Stubborn.class)).hasSize(5).allSatisfy(problem -> assertThat(problem)
                .matches("Stubborn\\.(needed|neededByTheDatabase|written|elsewhere|corner\\.of) is "
                        + "@OnTargetMarked\\(SET_NULL\\), which needs a writable.*"));
    }

    @Test
    void anActionThatCannotBeTakenIsRefused() {
        assertThat(problems(Useless.class, Country.class, Label.class, Customer.class))
                .containsExactlyInAnyOrder(
                        "Useless.name has @OnTargetMarked, but is no to-one attribute with a foreign key of its own. Put it on "
                                + "the attribute that points.",
                        "Useless.country has @OnTargetMarked, but rows of Country are never marked. Take it out, or make that "
                                + "entity SoftDeletable.",
                        "Useless.label is @OnTargetMarked(CASCADE), but rows of Useless cannot be marked. Make that entity "
                                + "SoftDeletable, or declare another action.",
                        "Useless.customer is @OnTargetMarked(CASCADE), but rows of Useless cannot be marked. Make that entity "
                                + "SoftDeletable, or declare another action.");
    }

    @Entity(name = "Front")
    static class Front implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.KEEP_VISIBLE)
        @Nullable
        Back back;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Back")
    static class Back implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToOne(mappedBy = "back")
        @Nullable
        Front front;

        @OneToOne(mappedBy = "other")
        @Nullable
        Other other;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Other")
    static class Other {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToOne(fetch = FetchType.LAZY)
        @Nullable
        Back other;

        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.KEEP_VISIBLE)
        @Nullable
        Front front;
    }

    @Test
    void anInverseToWhatStaysVisibleIsRefused() {
        assertThat(problems(Front.class, Back.class, Other.class))
                .containsExactly(
                        "Back.front is an inverse one-to-one to Front, whose marked rows stay visible "
                                + "(KEEP_VISIBLE), and would show them too. Take it out and query Front, or declare another action.");
    }

    @Entity(name = "Sole")
    static class Sole implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Under")
    @OwnedThrough("sole")
    static class Under {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.KEEP_VISIBLE)
        @Nullable
        Sole sole;
    }

    @Test
    void aPathThatStaysVisibleIsRefused() {
        assertThat(problems(Sole.class, Under.class))
                .containsExactly(
                        "Under.sole is the path to the owner (@OwnedThrough) and @OnTargetMarked(KEEP_VISIBLE), so a row would be seen "
                                + "whose owner row is marked, and could not be written. Declare another action, or give the row its own @OwnedBy.");
    }

    @Entity(name = "Branch")
    static class Branch implements SoftDeletable {
        @Id
        SiteId id = SiteId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Desk")
    static class Desk {
        @Id
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Branch branch;
    }

    /** Owned by the tenant alone. */
    @Entity(name = "Contract")
    static class Contract {
        @Id
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Branch branch;
    }

    @Test
    void whatAUnitOwnsIsClosedWithItAndOtherRowsAreReferrers() {
        TenantId tenant = TenantId.create();
        try (World world = new World(Database.H2, List.of(Branch.class, Desk.class, Contract.class), Map.of())) {
            world.in(tenant, em -> {
                Branch branch = new Branch();
                em.persist(branch);
                Desk desk = new Desk();
                desk.id = "desk";
                desk.site = branch.id;
                desk.branch = branch;
                em.persist(desk);
                Branch second = new Branch();
                em.persist(second);
                Contract contract = new Contract();
                contract.id = "contract";
                contract.branch = second;
                em.persist(contract);
            });
            SiteId closed = world.get(tenant, em -> em.createQuery("select d.branch.id from Desk d", SiteId.class)
                    .getSingleResult());
            SiteId rented = world.get(tenant, em -> em.createQuery("select c.branch.id from Contract c", SiteId.class)
                    .getSingleResult());
            world.in(tenant, em -> em.remove(em.find(Branch.class, closed)));
            assertThatThrownBy(() -> world.in(tenant, em -> em.remove(em.find(Branch.class, rented))))
                    .hasRootCauseInstanceOf(StillReferencedException.class)
                    .rootCause()
                    .hasMessageContaining("Contract contract (branch → Branch " + rented + ")");
        }
    }
}
