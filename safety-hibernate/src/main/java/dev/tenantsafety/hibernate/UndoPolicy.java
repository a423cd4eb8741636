package dev.tenantsafety.hibernate;

/** What an undo does about rows that cannot come back. */
public enum UndoPolicy {
    /** Nothing comes back as long as there is a conflict. */
    REFUSE,
    /** The rows without a conflict come back; the others stay marked by the same deletion, and are reported. */
    SKIP
}
