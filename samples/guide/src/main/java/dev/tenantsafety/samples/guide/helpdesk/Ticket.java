package dev.tenantsafety.samples.guide.helpdesk;

import static jakarta.persistence.FetchType.LAZY;

import dev.tenantsafety.hibernate.OwnedBy;
import dev.tenantsafety.hibernate.SoftDeletable;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import org.jspecify.annotations.Nullable;

// spotless:off
@Entity
public class Ticket implements SoftDeletable {
    @Id TicketId id = TicketId.create();
    @OwnedBy @Nullable TenantId tenant;                       // the kind of the ID says which level
    @OwnedBy @Nullable SiteId site;
    @ManyToOne(fetch = LAZY) Project project;
    String title;
    @Embedded @Nullable Tombstone tombstone;
    // spotless:on

    @SuppressWarnings("NullAway.Init") // Hibernate fills it in
    protected Ticket() {}

    public Ticket(Project project, String title) {
        this.project = project;
        this.title = title;
    }
}
