package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.AccountId;
import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Entities whose rows are the owners, where no other entity has a column for them. */
class OwnerRootTest {

    @Entity(name = "Customer")
    static class Customer {
        @Id
        TenantId id = TenantId.create();
    }

    @Entity(name = "Invoice")
    @OwnedThrough("customer")
    static class Invoice {
        @Id
        LabelId id = LabelId.create();

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Customer customer;
    }

    @ParameterizedTest
    @EnumSource(Database.class)
    void anEntityWithATenantIdIsARoot(Database database) {
        Customer a = new Customer();
        Customer b = new Customer();
        try (World world = new World(database, List.of(Customer.class, Invoice.class), Map.of())) {
            for (Customer customer : List.of(a, b)) {
                world.in(customer.id, em -> {
                    em.persist(customer);
                    Invoice invoice = new Invoice();
                    invoice.customer = customer;
                    em.persist(invoice);
                });
            }
            world.in(a.id, em -> {
                assertThat(em.find(Customer.class, b.id)).isNull();
                assertThat(WorldTest.count(em, "Customer")).isEqualTo(1);
                assertThat(WorldTest.count(em, "Invoice")).isEqualTo(1);
            });
            assertThatThrownBy(() -> world.in(a.id, em -> {
                        Invoice invoice = new Invoice();
                        invoice.customer = em.getReference(Customer.class, b.id);
                        em.persist(invoice);
                    }))
                    .hasRootCauseInstanceOf(ForeignRowException.class);
        }
    }

    @Test
    void aLoneCustomerIsARoot() {
        assertThat(StartUp.problems(Customer.class)).isEmpty();
    }

    @Entity(name = "Organization")
    @OwnerRoot
    static class Organization {
        @Id
        AccountId id = new AccountId(0);
    }

    @MappedSuperclass
    @OwnedThrough("organization")
    abstract static class OfOrganization {
        @Id
        LabelId id = LabelId.create();

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Organization organization;
    }

    @Entity(name = "Ticket")
    static class Ticket extends OfOrganization {}

    @Entity(name = "Reply")
    @OwnedThrough("ticket")
    static class Reply {
        @Id
        LabelId id = LabelId.create();

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Ticket ticket;
    }

    @ParameterizedTest
    @EnumSource(Database.class)
    void anOwnKindIsARootByDeclaration(Database database) {
        AccountId a = new AccountId(1);
        AccountId b = new AccountId(2);
        try (World world = new World(database, List.of(Organization.class, Ticket.class, Reply.class), Map.of())) {
            for (AccountId account : List.of(a, b)) {
                world.in(account, em -> {
                    Organization organization = new Organization();
                    organization.id = account;
                    Ticket ticket = new Ticket();
                    ticket.organization = organization;
                    Reply reply = new Reply();
                    reply.ticket = ticket;
                    List.of(organization, ticket, reply).forEach(em::persist);
                });
            }
            world.in(a, em -> assertThat(WorldTest.count(em, "Reply")).isEqualTo(1));
            List<String> before = world.rows("select * from Ticket");
            world.in(a, em -> assertThat(em.createQuery("delete from Reply").executeUpdate())
                    .isEqualTo(1));
            assertThatThrownBy(() -> world.in(TenantId.create(), em -> WorldTest.count(em, "Reply")))
                    .isInstanceOf(RuntimeException.class);
            assertThat(world.rows("select * from Ticket")).isEqualTo(before);
            assertThat(world.count("Reply")).isEqualTo(1);
        }
    }

    @Entity(name = "Company")
    static class Company {
        @Id
        AccountId id = new AccountId(0);
    }

    @Entity(name = "Firm")
    static class Firm {
        @Id
        @GeneratedValue
        @Nullable
        UUID id;
    }

    @Entity(name = "OfCompany")
    @OwnedThrough("company")
    static class OfCompany {
        @Id
        LabelId id = LabelId.create();

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Company company;
    }

    @Entity(name = "OfFirm")
    @OwnedThrough("firm")
    static class OfFirm {
        @Id
        LabelId id = LabelId.create();

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Firm firm;
    }

    @Test
    void theMessageNamesTheRootOnlyAndHowToDeclareIt() {
        assertThat(StartUp.problems(Company.class, OfCompany.class))
                .containsExactly(
                        "Entity Company, the path to the owner of OfCompany, has no declared owner. Add to the class one of:"
                                + "  @OwnedBy TenantId tenant; (the dev.tenantsafety.id one)  @OwnedThrough(\"…\")  @Shared(\"why\")"
                                + "  @Unowned(\"why\")  @OwnerRoot (each row is an owner itself, of kind account)");
        assertThat(StartUp.problems(Firm.class, OfFirm.class))
                .containsExactly(
                        "Entity Firm, the path to the owner of OfFirm, has no declared owner. Add to the class one of:"
                                + "  @OwnedBy TenantId tenant; (the dev.tenantsafety.id one)  @OwnedThrough(\"…\")  @Shared(\"why\")"
                                + "  @Unowned(\"why\")  @OwnerRoot (each row is an owner itself). For @OwnerRoot: Make the @Id a TypedId: a TenantId for "
                                + "uuid keys, or a record whose kind is made by IdKind.ofLong for bigint keys.");
    }

    @Entity(name = "RawRoot")
    @OwnerRoot
    static class RawRoot {
        @Id
        long id;
    }

    @Entity(name = "OpenRoot")
    @OwnerRoot
    @Shared("everybody knows")
    static class OpenRoot {
        @Id
        TenantId id = TenantId.create();
    }

    @Test
    void aRootHasATypedIdAndRowsThatAreOwned() {
        assertThat(StartUp.problems(RawRoot.class))
                .containsExactly(
                        "Entity RawRoot is declared @OwnerRoot, but its ID is not a TypedId. Make the @Id a TypedId: a "
                                + "TenantId for uuid keys, or a record whose kind is made by IdKind.ofLong for bigint keys.");
        assertThat(StartUp.problems(OpenRoot.class))
                .containsExactly(
                        "Entity OpenRoot is declared @OwnerRoot and to have no owner (@Shared or @Unowned). Remove one of "
                                + "the annotations.");
    }
}
