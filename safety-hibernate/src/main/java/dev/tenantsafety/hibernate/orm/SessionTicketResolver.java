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

    /** True for all: Hibernate's own tenant filter stays off, ours are on. */
    @Override
    public boolean isRoot(Object identifier) {
        if (identifier instanceof SessionTicket ticket) {
            ticket.redeem();
        }
        return true;
    }
}
