package dev.tenantsafety.samples.helpdesk;

import dev.tenantsafety.hibernate.OwnedBy;
import dev.tenantsafety.hibernate.SoftDeletable;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.id.AppId;
import dev.tenantsafety.id.SiteId;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An app on a site. */
@Entity
@Table(name = "app_installation")
public class AppInstallation implements SoftDeletable {

    @Id
    AppId id;

    @OwnedBy
    @Nullable
    @Column(name = "site_id")
    SiteId site;

    @ManyToOne(optional = false, fetch = FetchType.LAZY)
    @JoinColumn(name = "app_name")
    MarketplaceApp app;

    @Column(name = "installed_at")
    Instant installedAt;

    @Embedded
    @Nullable
    Tombstone tombstone;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it in
    protected AppInstallation() {}
}
