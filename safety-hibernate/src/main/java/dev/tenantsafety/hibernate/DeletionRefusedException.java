package dev.tenantsafety.hibernate;

import dev.tenantsafety.TenantSafetyException;

/**
 * A deletion, or an undo, was asked for in a way that cannot be recorded: its reason or the name of its actor does not fit, no transaction is
 * active, or another deletion is under way. Nothing was changed.
 */
public final class DeletionRefusedException extends TenantSafetyException {

    private static final long serialVersionUID = 1;

    /**
     * Creates a refusal.
     *
     * @param message what does not fit, and the next step
     */
    public DeletionRefusedException(String message) {
        super(message);
    }
}
