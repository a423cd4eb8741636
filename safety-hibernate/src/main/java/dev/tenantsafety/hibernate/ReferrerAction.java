package dev.tenantsafety.hibernate;

/** Specifies what happens to an alive row when the row that it points at is marked. See {@link OnTargetMarked}. */
public enum ReferrerAction {

    /**
     * Refuses the mark with a {@link StillReferencedException}, as a foreign key refuses a DELETE. The default where no REMOVE
     * cascade of the target covers the reference.
     */
    RESTRICT,

    /**
     * Allows the mark and keeps the target visible through this attribute: getters, fetches and paths of queries such as
     * {@code select t.assignee.name} return the marked row, which cannot be changed. Queries on the target itself, {@code find}
     * and collections leave it out. For references that state what was, such as an author.
     */
    KEEP_VISIBLE,

    /**
     * Marks the referrer too, by the same deletion, so that one undo restores both. The default where a REMOVE cascade of the
     * target covers the reference: it reaches children that another session added in the meantime. The referrer must be
     * {@link SoftDeletable}.
     */
    CASCADE,

    /**
     * Sets the attribute to null, and an undo of the mark sets it back, unless it points at another row by then. The attribute
     * must be a writable, optional to-one of the entity itself, by the primary key of the target; both keys have one column.
     * What is to be set back is kept in our table {@code tenant_safety_reference_set_to_null}, which is mapped where an
     * attribute declares this.
     */
    SET_NULL
}
