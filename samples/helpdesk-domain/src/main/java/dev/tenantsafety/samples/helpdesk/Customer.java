package dev.tenantsafety.samples.helpdesk;

import dev.tenantsafety.hibernate.SoftDeletable;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.id.TenantId;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import org.jspecify.annotations.Nullable;

/** Who pays: the tenant. */
@Entity
public class Customer implements SoftDeletable {

    @Id
    TenantId id;

    String name;

    @ManyToOne(optional = false, fetch = FetchType.LAZY)
    @JoinColumn(name = "country_code")
    Country country;

    @Embedded
    @Nullable
    Tombstone tombstone;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it in
    protected Customer() {}
}
