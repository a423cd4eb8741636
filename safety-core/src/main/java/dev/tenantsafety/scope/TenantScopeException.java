package dev.tenantsafety.scope;

import dev.tenantsafety.TenantSafetyException;

/** Work reached for data that its scope does not hold, or for a scope it may not have. The message says what to do. */
public abstract sealed class TenantScopeException extends TenantSafetyException
        permits NoTenantScopeException,
                TenantScopeConflictException,
                CrossTenantExpiredException,
                CrossTenantReadOnlyException {

    private static final long serialVersionUID = 1;

    TenantScopeException(String message) {
        super(message);
    }
}
