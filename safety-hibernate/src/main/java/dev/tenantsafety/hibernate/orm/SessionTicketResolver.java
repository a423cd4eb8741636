package dev.tenantsafety.hibernate.orm;

import org.hibernate.context.spi.CurrentTenantIdentifierResolver;

/** Gives each session a ticket of its own. */
final class SessionTicketResolver implements CurrentTenantIdentifierResolver<Object> {

    @Override
    public Object resolveCurrentTenantIdentifier() {
        return new SessionTicket();
    }

    /** False: a current session (thread or JTA bound) may be asked for in another scope; the binding compares those itself. */
    @Override
    public boolean validateExistingCurrentSessions() {
        return false;
    }

    /**
     * Returns false for every session: only then does Hibernate enable its tenant filter with the session's ticket, by which
     * {@link TicketFilter} puts ours in its place. A root session also bypasses the second-level cache since 7.4.13.
     */
    @Override
    public boolean isRoot(Object identifier) {
        return false;
    }
}
