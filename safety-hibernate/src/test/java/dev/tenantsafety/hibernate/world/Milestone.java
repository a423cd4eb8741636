package dev.tenantsafety.hibernate.world;

import dev.tenantsafety.hibernate.OwnedBy;
import dev.tenantsafety.hibernate.SoftDeletable;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.id.TenantId;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Does not know its project, and has an ID of another making. */
@Entity
public class Milestone implements SoftDeletable {
    @Id
    @GeneratedValue
    public @Nullable UUID id;

    @OwnedBy
    public @Nullable TenantId tenant;

    public String name = "";

    @Embedded
    public @Nullable Tombstone tombstone;

    protected Milestone() {}

    public Milestone(String name) {
        this.name = name;
    }
}
