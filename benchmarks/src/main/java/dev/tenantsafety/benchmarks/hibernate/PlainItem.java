package dev.tenantsafety.benchmarks.hibernate;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Index;
import jakarta.persistence.Table;
import java.util.UUID;
import org.hibernate.annotations.SoftDelete;
import org.hibernate.annotations.SoftDeleteType;
import org.hibernate.annotations.TenantId;
import org.jspecify.annotations.Nullable;

/** The same item with what Hibernate has itself. */
@Entity
@Table(name = "plain_item", indexes = @Index(columnList = "tenant"))
@SoftDelete(strategy = SoftDeleteType.TIMESTAMP)
class PlainItem implements Item {

    @Id
    UUID id = UUID.randomUUID();

    @TenantId
    @Nullable
    UUID tenant;

    String title = "title";
    int number;

    @Override
    public Object key() {
        return id;
    }

    @Override
    public void change() {
        number++;
    }
}
