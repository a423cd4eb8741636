package dev.tenantsafety.jdbc;

import dev.tenantsafety.TenantSafetyException;
import java.util.Arrays;

/** A database whose SQL we do not know. */
public final class UnsupportedDatabaseException extends TenantSafetyException {

    private static final long serialVersionUID = 1;

    UnsupportedDatabaseException(String product) {
        super("Tenant Safety does not know the database " + product + ". It knows " + Arrays.toString(Dialect.values())
                + ".");
    }
}
