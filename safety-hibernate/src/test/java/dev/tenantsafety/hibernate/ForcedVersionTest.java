package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.Customer;
import dev.tenantsafety.hibernate.world.Project;
import dev.tenantsafety.hibernate.world.Ticket;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.CrossTenantReadOnlyException;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.LockModeType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A lock that increments the version of a row writes the row. */
@ParameterizedClass
@EnumSource
class ForcedVersionTest {

    private final World world;
    private final TenantId tenant = TenantId.create();
    private final Ticket ticket = new Ticket(new Project("project"), "ticket");

    ForcedVersionTest(Database database) {
        world = new World(database);
        world.in(tenant, em -> {
            em.persist(new Customer(tenant, "customer"));
            em.persist(ticket.project);
            em.persist(ticket);
        });
    }

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"OPTIMISTIC_FORCE_INCREMENT", "PESSIMISTIC_FORCE_INCREMENT"})
    void whoMayOnlyReadAcrossTenantsIncrementsNone(LockModeType mode) {
        assertThatThrownBy(() -> CrossTenant.read("report")
                        .run(() -> world.without(em -> em.find(Ticket.class, ticket.id, mode))))
                .satisfies(thrown -> assertThat(thrown)
                        .satisfiesAnyOf(
                                e -> assertThat(e).isInstanceOf(CrossTenantReadOnlyException.class),
                                e -> assertThat(e).rootCause().isInstanceOf(CrossTenantReadOnlyException.class)));
        assertThat(world.rows("select version from ticket")).containsExactly("0 | ");
        world.in(tenant, em -> em.find(Ticket.class, ticket.id, mode));
        assertThat(world.rows("select version from ticket")).containsExactly("1 | ");
    }
}
