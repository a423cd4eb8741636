package dev.tenantsafety.id;

import dev.tenantsafety.TenantSafetyException;
import org.jspecify.annotations.Nullable;

/**
 * A kind of ID is not fit for use: another kind has its prefix, a prefix easily taken for it, or its tag, or its record
 * lacks one of the lines that keep other kinds out. The message says what to change. Every use of the kind throws it,
 * from the first on.
 */
public final class IllegalIdKindException extends TenantSafetyException {

    private static final long serialVersionUID = 1;

    IllegalIdKindException(String message) {
        super(message);
    }

    IllegalIdKindException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
