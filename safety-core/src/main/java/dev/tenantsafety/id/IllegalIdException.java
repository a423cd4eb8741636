package dev.tenantsafety.id;

import dev.tenantsafety.TenantSafetyException;

/**
 * A value is not an ID of the kind that was asked for. The message says what was expected, what came instead where that
 * can be told, and what to do next; it shows the input shortened and with unprintable characters escaped, so it may be
 * logged.
 */
public final class IllegalIdException extends TenantSafetyException {

    private static final long serialVersionUID = 1;

    private final IdRefusal refusal;

    /**
     * Wraps a refusal; its sentence becomes the message.
     *
     * @param refusal why the value was refused
     */
    public IllegalIdException(IdRefusal refusal) {
        super(refusal.sentence());
        this.refusal = refusal;
    }

    /**
     * Why the value was refused, for programs.
     *
     * @return the refusal
     */
    public IdRefusal refusal() {
        return refusal;
    }
}
