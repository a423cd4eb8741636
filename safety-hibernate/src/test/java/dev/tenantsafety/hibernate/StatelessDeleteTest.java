package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.Customer;
import dev.tenantsafety.hibernate.world.Note;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.CrossTenantReadOnlyException;
import dev.tenantsafety.scope.IncludeDeleted;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A stateless session deletes what it never read, of which only the key is known. */
@ParameterizedClass
@EnumSource
class StatelessDeleteTest {

    private final World world;
    private final TenantId tenant = TenantId.create();
    private final Note note = new Note(SiteId.create(), "note");

    StatelessDeleteTest(Database database) {
        world = new World(database);
        world.in(tenant, em -> {
            em.persist(new Customer(tenant, "customer"));
            em.persist(note);
        });
    }

    @AfterEach
    void close() {
        world.close();
    }

    private void delete() {
        World.stateless(world.safe, session -> session.delete(note));
    }

    @Test
    void whoMayOnlyReadAcrossTenantsDeletesNothing() {
        assertThatThrownBy(() -> CrossTenant.read("report").run(this::delete))
                .isInstanceOf(CrossTenantReadOnlyException.class);
        assertThat(world.count("note")).isEqualTo(1);
        CrossTenant.write("clean up").run(this::delete);
        assertThat(world.count("note")).isZero();
    }

    @Test
    void whatAClosedTenantOwnsIsNotDeleted() {
        world.in(tenant, em -> em.remove(em.find(Customer.class, tenant)));
        assertThatThrownBy(() -> IncludeDeleted.because("bin")
                        .run(() -> TenantScope.of(tenant).run(this::delete)))
                .isInstanceOf(MarkedException.class);
        assertThat(world.count("note")).isEqualTo(1);
    }
}
