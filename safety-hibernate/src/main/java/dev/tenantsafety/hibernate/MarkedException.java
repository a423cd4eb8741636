package dev.tenantsafety.hibernate;

/** A marked (softly deleted) row, or what a marked unit owns, was to be used as if it were alive. Nothing was changed. */
public final class MarkedException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    /**
     * A refusal.
     *
     * @param message what is marked, by which deletion, and what to do
     */
    public MarkedException(String message) {
        super(message);
    }
}
