package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.Unowned;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.RawId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Index;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What an undo has to set back: a reference that was set to null, as it says of itself, when its target was marked. */
@Entity
@Unowned("references of all tenants stand in it")
@Table(
        name = ReferenceSetToNull.TABLE,
        indexes = @Index(name = "tenant_safety_reference_set_to_null_deletion", columnList = "deletion_id"))
class ReferenceSetToNull {

    static final String TABLE = "tenant_safety_reference_set_to_null";
    private static final int LONGEST_KEY = 4000;

    @Id
    @RawId(reason = "nobody names it")
    private UUID id;

    @Column(name = "deletion_id", nullable = false)
    private DeletionId deletion;

    /** As HQL names it, which outlives the class. */
    @Column(name = "entity", nullable = false)
    private String entity;

    @Column(name = "attribute", nullable = false)
    private String attribute;

    @Column(name = "referrer_id", nullable = false, length = LONGEST_KEY)
    private String referrer;

    @Column(name = "target_id", nullable = false, length = LONGEST_KEY)
    private String target;

    @Column(name = "settled_at")
    private @Nullable Instant settledAt;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init") // Hibernate fills it in
    protected ReferenceSetToNull() {}

    ReferenceSetToNull(DeletionId deletion, String entity, String attribute, String referrer, String target) {
        this.id = DeletionId.create().uuid(); // in the order in which they are made
        this.deletion = deletion;
        this.entity = entity;
        this.attribute = attribute;
        this.referrer = referrer;
        this.target = target;
    }

    UUID id() {
        return id;
    }

    DeletionId deletion() {
        return deletion;
    }

    String entity() {
        return entity;
    }

    String attribute() {
        return attribute;
    }

    String referrer() {
        return referrer;
    }

    String target() {
        return target;
    }

    /** When it was set back, or found to point at another row; null before. */
    @Nullable
    Instant settledAt() {
        return settledAt;
    }
}
