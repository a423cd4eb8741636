package dev.tenantsafety.hibernate;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.id.RawId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A row of another owner than the open scope's was reached for, pointed at or written. Nothing was changed. */
public final class ForeignRowException extends TenantSafetyException {

    private static final long serialVersionUID = 1;

    /** Not serialized: the message holds them. */
    private final transient @Nullable String entity;

    private final transient @Nullable Object id;

    /**
     * Creates a refusal that concerns no single row.
     *
     * @param message what is refused, and the next step
     */
    public ForeignRowException(String message) {
        this(message, null, null);
    }

    /**
     * Creates a refusal of one row.
     *
     * @param message which row, and the next step
     * @param entity the simple name of the entity, or null
     * @param id the row's ID, or null where it has none yet
     */
    public ForeignRowException(
            String message,
            @Nullable String entity,
            @RawId(reason = "of any entity, also one without typed IDs") @Nullable Object id) {
        super(message);
        this.entity = entity;
        this.id = id;
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
}
