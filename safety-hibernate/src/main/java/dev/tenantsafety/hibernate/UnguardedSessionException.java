package dev.tenantsafety.hibernate;

import dev.tenantsafety.TenantSafetyException;

/**
 * A session or session factory is without the parts that keep it to its scope, so it is not let near any row. Nothing was
 * changed.
 */
public final class UnguardedSessionException extends TenantSafetyException {

    private static final long serialVersionUID = 1;

    /**
     * Creates a refusal.
     *
     * @param message what is missing, and the next step
     */
    public UnguardedSessionException(String message) {
        super(message);
    }
}
