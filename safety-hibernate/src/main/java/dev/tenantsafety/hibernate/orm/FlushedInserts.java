package dev.tenantsafety.hibernate.orm;

import java.util.List;
import java.util.Map;
import org.hibernate.HibernateException;
import org.hibernate.event.internal.DefaultAutoFlushEventListener;
import org.hibernate.event.internal.DefaultFlushEventListener;
import org.hibernate.event.spi.AutoFlushEvent;
import org.hibernate.event.spi.EventSource;
import org.hibernate.event.spi.FlushEvent;
import org.hibernate.exception.ConstraintViolationException;

/** Sees the errors of flushes, which Hibernate's own listeners throw past all others, so that KeysOfMarked can explain them. */
final class FlushedInserts {

    private FlushedInserts() {}

    /** In the place of Hibernate's own listener. */
    static final class OnFlush extends DefaultFlushEventListener {

        @Override
        public void onFlush(FlushEvent event) throws HibernateException {
            explaining(event.getSession(), () -> super.onFlush(event));
        }

        @Override
        protected void performExecutions(EventSource session) {
            SessionBinding.of(session).marks().writeBeforeInserts();
            super.performExecutions(session);
        }
    }

    /** The same before a query. */
    static final class OnAutoFlush extends DefaultAutoFlushEventListener {

        @Override
        public void onAutoFlush(AutoFlushEvent event) throws HibernateException {
            explaining(event.getSession(), () -> super.onAutoFlush(event));
        }

        @Override
        protected void performExecutions(EventSource session) {
            SessionBinding.of(session).marks().writeBeforeInserts();
            super.performExecutions(session);
        }
    }

    private static void explaining(EventSource session, Runnable flush) {
        SessionMarks marks = SessionBinding.of(session).marks();
        marks.takeTried(); // of the flush before
        try {
            flush.run();
        } catch (ConstraintViolationException e) {
            RuntimeException why = e;
            for (Map.Entry<EntityGuard, List<Object>> tried : marks.takeTried().entrySet()) {
                why = why == e ? KeysOfMarked.why(session, tried.getKey(), tried.getValue(), e) : why;
            }
            throw why;
        }
    }
}
