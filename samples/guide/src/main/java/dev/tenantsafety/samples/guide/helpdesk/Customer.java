package dev.tenantsafety.samples.guide.helpdesk;

import dev.tenantsafety.hibernate.SoftDeletable;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.id.TenantId;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;

// spotless:off
@Entity
public class Customer implements SoftDeletable {
    @Id TenantId id;                                          // the kind that owns: so this is where tenants have their row
    String name;
    @Embedded @Nullable Tombstone tombstone;
    // spotless:on

    @SuppressWarnings("NullAway.Init") // Hibernate fills it in
    protected Customer() {}

    public Customer(TenantId id, String name) {
        this.id = id;
        this.name = name;
    }
}
