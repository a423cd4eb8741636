package dev.tenantsafety.hibernate.orm;

import org.hibernate.Hibernate;
import org.hibernate.HibernateException;
import org.hibernate.event.spi.EventSource;
import org.hibernate.event.spi.MergeContext;
import org.hibernate.event.spi.MergeEvent;
import org.hibernate.event.spi.MergeEventListener;

/** Takes back a mark of the same transaction, by {@code merge} of what was removed, or of a copy that has its key. */
final class TakenBackMergeListener implements MergeEventListener {

    private final FactorySafety safety;

    TakenBackMergeListener(FactorySafety safety) {
        this.safety = safety;
    }

    @Override
    public void onMerge(MergeEvent event) throws HibernateException {
        takeBack(event, false);
    }

    @Override
    public void onMerge(MergeEvent event, MergeContext copied) throws HibernateException {
        takeBack(event, true);
    }

    private void takeBack(MergeEvent event, boolean isCascaded) {
        EventSource session = event.getSession();
        Object original = event.getOriginal();
        SessionMarks marks = SessionBinding.of(session).marks();
        if (original == null || UnloadedReference.of(original) != null || !marks.isAny()) {
            return;
        }
        Object instance = Hibernate.unproxy(original);
        if (marks.tombstoneFor(instance) == null) {
            new TakenBack(safety, session).merged(instance);
        } else if (!isCascaded
                // Hibernate alone refuses what is not written, and inserts the other
                || (marks.isWritten(instance) && WantedAgain.is(session, instance))) {
            marks.persisted(instance);
        }
    }
}
