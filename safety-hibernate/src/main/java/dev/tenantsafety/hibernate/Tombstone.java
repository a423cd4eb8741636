package dev.tenantsafety.hibernate;

import dev.tenantsafety.id.DeletionId;
import jakarta.persistence.Access;
import jakarta.persistence.AccessType;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.time.Instant;

/**
 * What stays on a row that was deleted: when, by whom, and by which deletion. A row that is alive has none (null).
 *
 * @param deletedAt when it was marked
 * @param deletedBy who did it, as the application names its users
 * @param deletionId the deletion, which marked this row and perhaps others
 */
@Embeddable
@Access(AccessType.FIELD) // or the names of columns are not read where the entity has annotations on its getters
public record Tombstone(
        @Column(name = "deleted_at") Instant deletedAt,
        @Column(name = "deleted_by") String deletedBy,
        @Column(name = "deletion_id") DeletionId deletionId) {}
