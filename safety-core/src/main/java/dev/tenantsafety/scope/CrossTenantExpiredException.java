package dev.tenantsafety.scope;

import java.time.Duration;

/** The time that work across tenants gave itself is over. */
public final class CrossTenantExpiredException extends TenantScopeException {

    private static final long serialVersionUID = 1;

    CrossTenantExpiredException(String reason, Duration bound) {
        super("The time for reaching across tenants (\"" + reason + "\", " + bound.toSeconds()
                + " s) is over. Give it the time it needs with within(…), or do less in one go.");
    }
}
