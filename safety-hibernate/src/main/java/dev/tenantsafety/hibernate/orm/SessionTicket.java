package dev.tenantsafety.hibernate.orm;

import org.jspecify.annotations.Nullable;

/**
 * What Hibernate takes for a session's tenant identifier. At the end of the construction of every session, stateful and
 * stateless, Hibernate enables its tenant filter and hands it this identifier; the ticket leads from there back to the session.
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
