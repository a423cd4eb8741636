package dev.tenantsafety.samples.helpdesk;

import dev.tenantsafety.hibernate.Shared;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** What can be installed on a site. */
@Entity
@Shared("reference data")
@Table(name = "marketplace_app")
public class MarketplaceApp {

    @Id
    String name;

    @Column(name = "is_legacy")
    boolean isLegacy;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it in
    protected MarketplaceApp() {}
}
