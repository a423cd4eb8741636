package dev.tenantsafety.hibernate;

/** A row of another owner than the open scope's was reached for, pointed at or written. Nothing was changed. */
public final class ForeignRowException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    /**
     * A refusal.
     *
     * @param message which row, whose it is where that may be said, and what to do
     */
    public ForeignRowException(String message) {
        super(message);
    }
}
