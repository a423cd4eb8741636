package dev.tenantsafety.hibernate;

import dev.tenantsafety.TenantSafetyException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A statement or call would have hard-deleted rows, past the marks that make a delete undoable. Nothing was changed. */
public final class HardDeleteRefusedException extends TenantSafetyException {

    private static final long serialVersionUID = 1;

    /** Not serialized: the message holds it. */
    private final transient @Nullable String entity;

    /**
     * Creates a refusal that concerns no single entity.
     *
     * @param message what is refused, and the safe call
     */
    public HardDeleteRefusedException(String message) {
        this(message, null);
    }

    /**
     * Creates a refusal.
     *
     * @param message the entity, the path on which its rows would have gone, and the safe call
     * @param entity the simple name of the entity, or null
     */
    public HardDeleteRefusedException(String message, @Nullable String entity) {
        super(message);
        this.entity = entity;
    }

    /**
     * Returns the entity whose rows would have gone.
     *
     * @return its simple name; empty if no single entity is concerned
     */
    public Optional<String> entity() {
        return Optional.ofNullable(entity);
    }
}
