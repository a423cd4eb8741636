package dev.tenantsafety.benchmarks.hibernate;

import dev.tenantsafety.hibernate.OwnedBy;
import dev.tenantsafety.hibernate.SoftDeletable;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.id.TenantId;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Index;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/** An item with us. */
@Entity
@Table(name = "safe_item", indexes = @Index(columnList = "tenant"))
class SafeItem implements Item, SoftDeletable {

    @Id
    ItemId id = ItemId.KIND.create();

    @OwnedBy
    @Nullable
    TenantId tenant;

    String title = "title";
    int number;

    @Embedded
    @Nullable
    Tombstone tombstone;

    @Override
    public Object key() {
        return id;
    }

    @Override
    public void change() {
        number++;
    }
}
