package dev.tenantsafety.hibernate.world;

import dev.tenantsafety.hibernate.OwnedBy;
import dev.tenantsafety.hibernate.SoftDeletable;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.id.TenantId;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;

@Entity
public class Label implements SoftDeletable {
    @Id
    public LabelId id = LabelId.create();

    @OwnedBy
    public @Nullable TenantId tenant;

    public String name = "";

    @Embedded
    public @Nullable Tombstone tombstone;

    protected Label() {}

    public Label(String name) {
        this.name = name;
    }
}
