package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.orm.Referrers.ReferringAttribute;
import java.util.List;
import java.util.Map;
import org.hibernate.HibernateException;
import org.hibernate.event.spi.AutoFlushEvent;
import org.hibernate.event.spi.AutoFlushEventListener;
import org.hibernate.event.spi.EventSource;
import org.hibernate.event.spi.FlushEvent;
import org.hibernate.event.spi.FlushEventListener;

/**
 * Looks after each flush whether alive rows point at what it has marked. Runs after Hibernate's own listener, so that all that the flush
 * has changed counts: a referrer that was removed or points elsewhere now is none.
 */
final class ReferrerListener implements FlushEventListener, AutoFlushEventListener {

    private static final long serialVersionUID = 1;

    private final transient Map<String, List<ReferringAttribute>> referrers;

    ReferrerListener(Map<String, List<ReferringAttribute>> referrers) {
        this.referrers = referrers;
    }

    @Override
    public void onFlush(FlushEvent event) throws HibernateException {
        check(event.getSession());
    }

    @Override
    public void onAutoFlush(AutoFlushEvent event) throws HibernateException {
        // A query in the middle of a flush, such as ours that look for rows, is told of as well: half of it is written
        // then.
        if (!event.getSession().getPersistenceContextInternal().isFlushing()) {
            check(event.getSession());
        }
    }

    private void check(EventSource session) {
        SessionMarks marks = SessionBinding.of(session).marks();
        Map<EntityGuard, List<Object>> written = marks.takeUnchecked();
        if (!written.isEmpty()) {
            new ReferrerCheck(session, referrers).check(written);
        }
    }
}
