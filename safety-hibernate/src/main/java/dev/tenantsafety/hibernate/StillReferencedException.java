package dev.tenantsafety.hibernate;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.id.RawId;
import java.util.List;

/**
 * Rows were to be marked while alive rows point at them, and no cascade or {@link OnTargetMarked} covers those. The transaction
 * can only be rolled back.
 */
public final class StillReferencedException extends TenantSafetyException {

    private static final long serialVersionUID = 1;

    /** Not serialized: the message holds them. */
    private final transient List<Referrer> referrers;

    /**
     * Creates a refusal.
     *
     * @param message which rows, and the next step
     * @param referrers the referrers that the open scope may know of
     */
    public StillReferencedException(String message, List<Referrer> referrers) {
        super(message);
        this.referrers = List.copyOf(referrers);
    }

    /**
     * Returns the alive rows that point at rows which were to be marked.
     *
     * @return at most 10; empty if all of them are outside the open scope, and after serialization; unmodifiable
     */
    public List<Referrer> referrers() {
        return referrers == null ? List.of() : referrers;
    }

    /**
     * Describes an alive row and the row that it points at.
     *
     * @param entity the simple name of the referrer's entity
     * @param id the referrer's ID
     * @param attribute the attribute that points, with a dot before each part of an embeddable
     * @param target the simple name of the entity that the attribute points at
     * @param targetId the ID of the row that was to be marked
     */
    public record Referrer(
            String entity,

            @RawId(reason = "of any entity, also one without typed IDs")
            Object id,

            String attribute,
            String target,

            @RawId(reason = "of any entity, also one without typed IDs")
            Object targetId) {

        /**
         * Creates a description.
         *
         * @param entity the referrer's entity
         * @param id the referrer
         * @param attribute the attribute that points
         * @param target the entity that it points at
         * @param targetId the row that it points at
         */
        @RawId(reason = "of any entities, also those without typed IDs")
        public Referrer {}

        @Override
        public String toString() {
            return entity + " " + id + " (" + attribute + " → " + target + " " + targetId + ")";
        }
    }
}
