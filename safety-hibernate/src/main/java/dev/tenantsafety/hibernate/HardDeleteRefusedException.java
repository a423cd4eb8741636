package dev.tenantsafety.hibernate;

/** Something would have removed rows for good, past the marks that make a delete undoable. Nothing was changed. */
public final class HardDeleteRefusedException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    /**
     * A refusal.
     *
     * @param message the entity, the way on which it would have gone, and the safe call
     */
    public HardDeleteRefusedException(String message) {
        super(message);
    }
}
