package dev.tenantsafety.hibernate.orm;

import org.hibernate.HibernateException;
import org.hibernate.event.spi.AutoFlushEvent;
import org.hibernate.event.spi.AutoFlushEventListener;
import org.hibernate.event.spi.FlushEvent;
import org.hibernate.event.spi.FlushEventListener;

/** Takes back marks of the same transaction, by new instances with their keys that the flush is about to find. Runs before it. */
final class TakenBackFlushListener implements FlushEventListener, AutoFlushEventListener {

    private static final long serialVersionUID = 1;

    private final transient FactorySafety safety;

    TakenBackFlushListener(FactorySafety safety) {
        this.safety = safety;
    }

    @Override
    public void onFlush(FlushEvent event) throws HibernateException {
        new TakenBack(safety, event.getSession()).beforeFlush();
    }

    @Override
    public void onAutoFlush(AutoFlushEvent event) throws HibernateException {
        if (!event.getSession().getPersistenceContextInternal().isFlushing()) { // by a query in the middle of one
            new TakenBack(safety, event.getSession()).beforeFlush();
        }
    }
}
