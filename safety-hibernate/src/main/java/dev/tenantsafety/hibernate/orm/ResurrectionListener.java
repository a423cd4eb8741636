package dev.tenantsafety.hibernate.orm;

import org.hibernate.Hibernate;
import org.hibernate.HibernateException;
import org.hibernate.event.spi.EventSource;
import org.hibernate.event.spi.PersistContext;
import org.hibernate.event.spi.PersistEvent;
import org.hibernate.event.spi.PersistEventListener;

/**
 * Takes back a mark of the same transaction: by {@code persist} of what was removed, and by putting back into a collection what
 * had been taken out of one. Runs before Hibernate's own listener.
 */
final class ResurrectionListener implements PersistEventListener {

    private final FactorySafety safety;
    private final boolean onFlush;

    ResurrectionListener(FactorySafety safety, boolean onFlush) {
        this.safety = safety;
        this.onFlush = onFlush;
    }

    @Override
    public void onPersist(PersistEvent event) throws HibernateException {
        lift(event);
    }

    @Override
    public void onPersist(PersistEvent event, PersistContext context) throws HibernateException {
        lift(event);
    }

    private void lift(PersistEvent event) {
        EventSource session = event.getSession();
        if (UnloadedReference.of(event.getObject()) != null) {
            return; // what was marked was loaded
        }
        Object instance = Hibernate.unproxy(event.getObject());
        SessionMarks marks = SessionBinding.of(session).marks();
        if (marks.isAny()) {
            new TakenBack(safety, session).persisted(instance, onFlush);
        }
        if (onFlush) {
            marks.reattached(instance);
        } else {
            marks.persisted(instance);
        }
    }
}
