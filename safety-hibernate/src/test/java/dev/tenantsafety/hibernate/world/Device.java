package dev.tenantsafety.hibernate.world;

import dev.tenantsafety.hibernate.OwnedBy;
import dev.tenantsafety.hibernate.SoftDeletable;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.id.TenantId;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import org.jspecify.annotations.Nullable;

/** In several tables. */
@Entity
@Inheritance(strategy = InheritanceType.JOINED)
public class Device implements SoftDeletable {
    @Id
    public DeviceId id = DeviceId.create();

    @OwnedBy
    public @Nullable TenantId tenant;

    public String name = "";

    @Embedded
    public @Nullable Tombstone tombstone;

    protected Device() {}

    public Device(String name) {
        this.name = name;
    }
}
