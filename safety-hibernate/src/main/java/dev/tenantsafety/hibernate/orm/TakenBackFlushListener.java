package dev.tenantsafety.hibernate.orm;

import org.hibernate.HibernateException;
import org.hibernate.event.spi.AutoFlushEvent;
import org.hibernate.event.spi.AutoFlushEventListener;
import org.hibernate.event.spi.EventSource;
import org.hibernate.event.spi.FlushEvent;
import org.hibernate.event.spi.FlushEventListener;

/**
 * Removes what an earlier transaction removed and did not flush, and takes back marks of the same transaction, by new instances with their keys
 * that the flush is about to find. Runs before it.
 */
final class TakenBackFlushListener implements FlushEventListener, AutoFlushEventListener {

    private static final long serialVersionUID = 1;

    private final transient FactorySafety safety;

    TakenBackFlushListener(FactorySafety safety) {
        this.safety = safety;
    }

    @Override
    public void onFlush(FlushEvent event) throws HibernateException {
        beforeFlush(event.getSession());
    }

    private void beforeFlush(EventSource session) {
        SessionMarks marks = SessionBinding.of(session).marks();
        marks.flushing();
        marks.removeUnflushed();
        new TakenBack(safety, session).beforeFlush();
    }

    @Override
    public void onAutoFlush(AutoFlushEvent event) throws HibernateException {
        if (!event.getSession().getPersistenceContextInternal().isFlushing()) { // by a query in the middle of one
            beforeFlush(event.getSession());
        }
    }
}
