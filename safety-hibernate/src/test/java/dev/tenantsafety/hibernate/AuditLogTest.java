package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.NoTenantScopeException;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.ManyToOne;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hibernate.annotations.Audited;
import org.hibernate.audit.AuditLog;
import org.hibernate.audit.AuditLogFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What Hibernate's own {@code @Audited} keeps of rows, read one by one: Hibernate asks no filter for it. */
@ParameterizedClass
@EnumSource(Database.class)
class AuditLogTest extends WorldTest {

    @Entity(name = "Place")
    static class Place implements SoftDeletable {
        @Id
        @Nullable
        SiteId id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Invoice")
    @Audited
    static class Invoice {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;
    }

    @Entity(name = "Line")
    @Audited
    @OwnedThrough("invoice")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Line {
        @Id
        long id;

        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        @Nullable
        Invoice invoice;

        String text = "";
    }

    @Entity(name = "Discount")
    @Audited
    static class Discount extends Line {
        int percent;
    }

    private final SiteId first = SiteId.create();
    private final SiteId second = SiteId.create();

    AuditLogTest(Database database) {
        super(new World(database, List.of(Place.class, Invoice.class, Line.class, Discount.class), Map.of()));
        fill(a, first, 1);
        fill(a, second, 3);
        fill(b, SiteId.create(), 5);
    }

    private void fill(TenantId tenant, SiteId site, long id) {
        world.in(tenant, em -> {
            Place place = new Place();
            place.id = site;
            em.persist(place);
        });
        TenantScope.of(tenant)
                .narrow(site)
                .run(() -> world.without(em -> {
                    Invoice invoice = new Invoice();
                    invoice.id = id;
                    em.persist(invoice);
                    for (Line line : List.of(new Line(), new Discount())) {
                        line.id = line instanceof Discount ? id + 1 : id;
                        line.invoice = invoice;
                        line.text = "line " + line.id;
                        em.persist(line);
                    }
                }));
    }

    /** Of now; the changesets are moments. */
    private <T> @Nullable T find(Class<T> type, long id) {
        return World.transaction(world.safe, em -> {
            try (AuditLog log = AuditLogFactory.create(em)) {
                return log.find(type, id, (Object) Instant.now().plusSeconds(5));
            }
        });
    }

    private void isRefused(TenantScope scope, long invoice) {
        assertThatThrownBy(() -> scope.call(() -> find(Invoice.class, invoice)))
                .isInstanceOf(ForeignRowException.class);
        assertThatThrownBy(() -> scope.call(() -> find(Line.class, invoice))).isInstanceOf(ForeignRowException.class);
        assertThatThrownBy(() -> scope.call(() -> find(Line.class, invoice + 1)))
                .isInstanceOf(ForeignRowException.class);
        assertThatThrownBy(() -> scope.call(() -> find(Discount.class, invoice + 1)))
                .isInstanceOf(ForeignRowException.class);
    }

    @Test
    @Shows("one row as it was, from the audit log of Hibernate's `@Audited` (`AuditLog.find`)")
    void rowsOfOthersAreRefused() {
        isRefused(TenantScope.of(a), 5);
        isRefused(TenantScope.of(a).narrow(first), 3);
        assertThatThrownBy(() -> find(Line.class, 1)).isInstanceOf(NoTenantScopeException.class);
    }

    @Test
    void ownRowsAreThere() {
        for (TenantScope scope : List.of(TenantScope.of(a), TenantScope.of(a).narrow(first))) {
            Line line = scope.call(() -> find(Line.class, 1));
            assertThat(Objects.requireNonNull(line).text).isEqualTo("line 1");
            Discount discount = scope.call(() -> find(Discount.class, 2));
            assertThat(Objects.requireNonNull(discount).text).isEqualTo("line 2");
        }
    }

    @Test
    void rowsOfAClosedSiteAreOutOfReach() {
        world.in(a, em -> em.remove(em.find(Place.class, second)));
        for (long id : List.of(3L, 4L)) {
            assertThatThrownBy(() -> TenantScope.of(a).call(() -> find(Line.class, id)))
                    .satisfies(thrown -> assertThat(causes(thrown))
                            .anyMatch(
                                    cause -> cause instanceof MarkedException || cause instanceof ForeignRowException));
        }
        assertThatThrownBy(() -> TenantScope.of(a).call(() -> find(Invoice.class, 3)))
                .isInstanceOf(MarkedException.class);
    }
}
