package dev.tenantsafety.hibernate.world;

import dev.tenantsafety.hibernate.SoftDeletable;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.id.TenantId;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;

/** The tenant itself: its own row, by which all that it owns can be closed. */
@Entity
public class Customer implements SoftDeletable {
    @Id
    public TenantId id = TenantId.create();

    public String name = "";

    @Embedded
    public @Nullable Tombstone tombstone;

    protected Customer() {}

    public Customer(TenantId id, String name) {
        this.id = id;
        this.name = name;
    }
}
