package dev.tenantsafety.hibernate.orm;

import org.jspecify.annotations.Nullable;

/**
 * What Hibernate takes for a session's tenant identifier. While a session is constructed Hibernate asks whether its identifier
 * is that of the root tenant, which is the one moment in the making of every session, stateful and stateless, at which its
 * filters can be set; the ticket leads from there back to the session.
 */
final class SessionTicket {

    /** One word for all: second-level cache entries are shared by all scopes, and looked at when they are read. */
    static final String TEXT = "tenant-safety";

    private @Nullable SessionBinding latest;

    void use(SessionBinding binding) {
        latest = binding;
    }

    void redeem() {
        if (latest != null) {
            latest.attach();
        }
    }

    @Override
    public String toString() {
        return TEXT;
    }
}
