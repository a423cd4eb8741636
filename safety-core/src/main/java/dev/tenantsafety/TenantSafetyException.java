package dev.tenantsafety;

import org.jspecify.annotations.Nullable;

/**
 * The parent of every refusal of this library. It extends neither {@link IllegalStateException} nor
 * {@link IllegalArgumentException}, which Spring's repositories translate to {@code InvalidDataAccessApiUsageException}
 * ({@code EntityManagerFactoryUtils.convertJpaAccessExceptionIfPossible}), so it reaches callers as itself.
 *
 * <p>Subclasses carry what programs need (entity, ID, deletion, kinds) in accessors; the message is for people.
 */
public abstract class TenantSafetyException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /**
     * Creates a refusal.
     *
     * @param message what is wrong, with the offending ID, table or file, and the next step
     */
    protected TenantSafetyException(String message) {
        super(message);
    }

    /**
     * Creates a refusal that something else caused.
     *
     * @param message what is wrong, with the offending ID, table or file, and the next step
     * @param cause what caused it, or null
     */
    protected TenantSafetyException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
