package dev.tenantsafety.samples.helpdesk;

import dev.tenantsafety.hibernate.OwnedBy;
import dev.tenantsafety.hibernate.SoftDeletable;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;

/** What a customer works on: its users, projects and tickets. */
@Entity
public class Site implements SoftDeletable {

    @Id
    SiteId id;

    @OwnedBy
    @Nullable
    @Column(name = "customer_id")
    TenantId customer;

    String name;

    String plan;

    @Embedded
    @Nullable
    Tombstone tombstone;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it in
    protected Site() {}

    /** Who pays for it. */
    public @Nullable TenantId customer() {
        return customer;
    }
}
