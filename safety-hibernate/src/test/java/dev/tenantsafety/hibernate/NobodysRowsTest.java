package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows of nobody that point at rows of somebody: a runner of jobs reads them before it knows whose scope to open. */
@ParameterizedClass
@EnumSource(Database.class)
class NobodysRowsTest extends WorldTest {

    @Entity(name = "Invoice")
    static class Invoice implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String text = "";

        @Embedded
        @Nullable
        Tombstone tombstone;

        /** Methods, and not the field alone: what an instance points at may be a proxy. */
        void pay() {
            text = "paid";
        }
    }

    @Entity(name = "Chore")
    @Unowned("a queue")
    static class Chore {
        @Id
        long id;

        @Nullable
        TenantId whose;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Invoice invoice;

        String state = "new";
    }

    NobodysRowsTest(Database database) {
        super(new World(database, List.of(Invoice.class, Chore.class), Map.of()));
    }

    @BeforeEach
    void aChore() {
        inA(em -> {
            Invoice invoice = new Invoice();
            invoice.id = 1;
            em.persist(invoice);
            Chore chore = new Chore();
            chore.id = 1;
            chore.whose = a;
            chore.invoice = invoice;
            em.persist(chore);
        });
    }

    @Test
    void areReadWithoutAScope() {
        world.without(em -> {
            Chore chore = em.createQuery("from Chore", Chore.class).getSingleResult();
            assertThat(em.createQuery("select c.state from Chore c", String.class)
                            .getResultList())
                    .hasSize(1);
            assertThat(em.createQuery("from Chore c where c.invoice.id = 1", Chore.class)
                            .getResultList())
                    .hasSize(1);
            chore.state = "taken";
        });
        world.without(em -> {
            Chore chore = em.find(Chore.class, 1L);
            assertThat(chore.state).isEqualTo("taken");
            assertThat(chore.whose).isEqualTo(a);
        });
        assertThat(world.count("Chore where invoice_id = 1")).isEqualTo(1);
    }

    @Test
    void butWhatTheyPointAtIsNot() {
        world.without(em -> {
            Chore chore = em.find(Chore.class, 1L);
            assertThatThrownBy(() -> Objects.requireNonNull(chore.invoice).pay())
                    .isInstanceOf(TenantSafetyException.class);
        });
        assertThatThrownBy(() -> world.without(em ->
                        em.createQuery("select c.invoice.text from Chore c").getResultList()))
                .isInstanceOf(TenantSafetyException.class);
    }

    @Test
    void theWorkIsDoneInTheScopeOfItsOwner() {
        TenantId owner = Objects.requireNonNull(World.transaction(world.safe, em -> em.find(Chore.class, 1L).whose));
        TenantScope.of(owner)
                .run(() -> world.without(em ->
                        Objects.requireNonNull(em.find(Chore.class, 1L).invoice).pay()));
        assertThat(world.count("Invoice where text = 'paid'")).isEqualTo(1);
    }
}
