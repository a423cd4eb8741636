package dev.tenantsafety.hibernate.orm;

import org.hibernate.Hibernate;
import org.hibernate.HibernateException;
import org.hibernate.event.spi.EventSource;
import org.hibernate.event.spi.PersistContext;
import org.hibernate.event.spi.PersistEvent;
import org.hibernate.event.spi.PersistEventListener;
import org.jspecify.annotations.Nullable;

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
        Object instance = inPlaceOfMarked(event);
        if (instance != null) {
            SessionBinding.of(event.getSession()).marks().persisted(instance);
        }
    }

    @Override
    public void onPersist(PersistEvent event, PersistContext context) throws HibernateException {
        if (!onFlush) {
            Object instance = inPlaceOfMarked(event);
            EventSource session = event.getSession();
            SessionMarks marks = SessionBinding.of(session).marks();
            if (instance != null && marks.holds(instance) && WantedAgain.is(session, instance)) {
                marks.persisted(instance);
            }
        } else if (isLeftOut(event, context)) {
            context.add(Hibernate.unproxy(event.getObject())); // as if it were persisted already
        } else {
            Object instance = inPlaceOfMarked(event);
            if (instance != null) {
                EventSource session = event.getSession();
                SessionBinding.of(session)
                        .marks()
                        .reattached(instance, context, () -> new ChildrenOfMarked(safety, session));
            }
        }
    }

    /** A new instance that only marked ones lead to is not inserted. */
    private boolean isLeftOut(PersistEvent event, PersistContext context) {
        EventSource session = event.getSession();
        SessionMarks marks = SessionBinding.of(session).marks();
        if (!marks.holdsAny() || UnloadedReference.of(event.getObject()) != null) {
            return false;
        }
        Object instance = Hibernate.unproxy(event.getObject());
        return session.getPersistenceContextInternal().getEntry(instance) == null
                && marks.childrenOfMarked(context, () -> new ChildrenOfMarked(safety, session))
                        .contains(instance);
    }

    /** The instance, which takes the place of a marked one with its key; null for one that is not loaded, as what was marked was. */
    private @Nullable Object inPlaceOfMarked(PersistEvent event) {
        if (UnloadedReference.of(event.getObject()) != null) {
            return null;
        }
        EventSource session = event.getSession();
        Object instance = Hibernate.unproxy(event.getObject());
        if (SessionBinding.of(session).marks().holdsAny()) {
            new TakenBack(safety, session)
                    .persisted(instance, onFlush ? TakenBack.Moment.FLUSH : TakenBack.Moment.PERSIST);
        }
        return instance;
    }
}
