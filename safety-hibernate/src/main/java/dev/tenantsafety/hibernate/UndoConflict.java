package dev.tenantsafety.hibernate;

import dev.tenantsafety.id.RawId;

/**
 * Why a row of a deletion cannot come back as things are.
 *
 * @param reason why the row cannot come back
 * @param entity the row's entity
 * @param id the row's ID
 * @param description one sentence, with what to do
 */
public record UndoConflict(
        Reason reason,
        String entity,

        @RawId(reason = "of any entity, also one without typed IDs")
        Object id,

        String description) {

    /** Why a row cannot come back. */
    public enum Reason {
        /** What the row belongs to is marked by another deletion, or stays marked because something stands in its way. */
        PARENT_MARKED,
        /** What the row points at is gone for good. */
        PARENT_MISSING,
        /** A row that is alive has the values of a key meanwhile. */
        KEY_TAKEN,
        /** The row was changed after the plan was made, or is gone. */
        ROW_CHANGED
    }

    @Override
    public String toString() {
        return description;
    }
}
