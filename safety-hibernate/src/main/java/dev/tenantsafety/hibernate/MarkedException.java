package dev.tenantsafety.hibernate;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.RawId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A marked (softly deleted) row, or what a marked owner has, was to be used as if it were alive. Nothing was changed. */
public final class MarkedException extends TenantSafetyException {

    private static final long serialVersionUID = 1;

    /** Not serialized: the message holds them. */
    private final transient @Nullable String entity;

    private final transient @Nullable Object id;
    private final transient @Nullable DeletionId deletion;

    /**
     * Creates a refusal that concerns no single row.
     *
     * @param message what is refused, and the next step
     */
    public MarkedException(String message) {
        this(message, null, null, null);
    }

    /**
     * Creates a refusal of one row.
     *
     * @param message which row, and the next step
     * @param entity the simple name of the entity, or null
     * @param id the row's ID, or null where it has none yet
     * @param deletion the deletion that marked it, or null where it is not known
     */
    public MarkedException(
            String message,
            @Nullable String entity,
            @RawId(reason = "of any entity, also one without typed IDs") @Nullable Object id,
            @Nullable DeletionId deletion) {
        super(message);
        this.entity = entity;
        this.id = id;
        this.deletion = deletion;
    }

    /**
     * Returns the entity that was refused.
     *
     * @return its simple name; empty if no single entity is concerned
     */
    public Optional<String> entity() {
        return Optional.ofNullable(entity);
    }

    /**
     * Returns the row that was refused.
     *
     * @return its ID; empty if no single row is concerned, or it has none yet
     */
    public Optional<Object> id() {
        return Optional.ofNullable(id);
    }

    /**
     * Returns the deletion that marked the row.
     *
     * @return its ID; empty where it is not known
     */
    public Optional<DeletionId> deletion() {
        return Optional.ofNullable(deletion);
    }
}
