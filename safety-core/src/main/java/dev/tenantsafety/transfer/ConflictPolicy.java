package dev.tenantsafety.transfer;

/** What becomes of a row that is to be restored and is there already, with the same key and the same owner. */
public enum ConflictPolicy {
    /** It stays as it is; only rows that are missing are written. */
    INSERT_MISSING,
    /** It is replaced where it is older, by the column that says so; see {@link Restore#newerBy}. */
    REPLACE_OLDER,
    /** It is replaced where it differs. */
    REPLACE_ALL,
    /** The restore is refused. */
    FAIL
}
