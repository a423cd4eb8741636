package dev.tenantsafety.archive;

import dev.tenantsafety.TenantSafetyException;
import java.nio.file.Path;

/**
 * An archive was refused, and nothing of it was given out. The message names the file, the part of it, what is wrong with
 * it, and what to do next; it fits on one line whatever the archive holds.
 */
public final class ArchiveRefusedException extends TenantSafetyException {

    private static final long serialVersionUID = 1;

    private final Reason reason;
    private final String file;
    private final String part;

    ArchiveRefusedException(Reason reason, Path file, String part, String problem) {
        super(file + ", " + part + ": " + problem);
        this.reason = reason;
        this.file = file.toString();
        this.part = part;
    }

    /**
     * What sort of thing is wrong, for programs.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }

    /**
     * The file that was refused.
     *
     * @return its path as it was handed over
     */
    public String file() {
        return file;
    }

    /**
     * The part of the file that is wrong.
     *
     * @return for example {@code table 2 ("public"."site"), chunk 3} or {@code line 7 of manifest.jsonl}
     */
    public String part() {
        return part;
    }

    /** What can be wrong with an archive. Where several things are, the reader names the one it meets first. */
    public enum Reason {
        /** No archive of ours: not a ZIP, or a ZIP of somebody else. */
        NOT_AN_ARCHIVE,
        /** An archive was begun, and its end is missing. */
        CUT_OFF,
        /** Bytes before, between or behind what an archive holds. */
        SURPLUS_BYTES,
        /** Written in a format that this version of the library does not know yet. */
        NEWER_FORMAT,
        /** Nobody signed it, and such archives were not asked for. */
        UNSIGNED,
        /** Signed by a key that is not among those that are trusted. */
        UNKNOWN_KEY,
        /** A trusted key is named, and the signature is not of that key. */
        WRONG_SIGNATURE,
        /** The bytes of the file, or of its seal, are not those that were sealed. */
        BROKEN_SEAL,
        /** The ZIP structure differs from what the manifest says: an entry is renamed, swapped, repeated, added or gone. */
        WRONG_ENTRY,
        /** The manifest cannot be read, or contradicts itself. */
        WRONG_MANIFEST,
        /** The manifest has no line that ends it. */
        INCOMPLETE,
        /** The IDs in the header are not all of the kind that it declares. */
        WRONG_UNITS,
        /** The bytes of a chunk, or its rows, are not those that the manifest lists. */
        WRONG_CHUNK,
        /** More than the limits of the reader allow. */
        TOO_LARGE,
        /** Encrypted, and the key for it was not handed over or does not fit. */
        LOCKED
    }
}
