package dev.tenantsafety.hibernate.orm;

import org.hibernate.Hibernate;
import org.hibernate.HibernateException;
import org.hibernate.event.spi.EventSource;
import org.hibernate.event.spi.MergeContext;
import org.hibernate.event.spi.MergeEvent;
import org.hibernate.event.spi.MergeEventListener;

/** Takes back a mark of the same transaction, by {@code merge} of a copy that has the key, made of others', of what was removed. */
final class TakenBackMergeListener implements MergeEventListener {

    private final FactorySafety safety;

    TakenBackMergeListener(FactorySafety safety) {
        this.safety = safety;
    }

    @Override
    public void onMerge(MergeEvent event) throws HibernateException {
        takeBack(event);
    }

    @Override
    public void onMerge(MergeEvent event, MergeContext copied) throws HibernateException {
        takeBack(event);
    }

    private void takeBack(MergeEvent event) {
        EventSource session = event.getSession();
        Object original = event.getOriginal();
        if (original != null
                && UnloadedReference.of(original) == null
                && SessionBinding.of(session).marks().isAny()) {
            new TakenBack(safety, session).merged(Hibernate.unproxy(original));
        }
    }
}
