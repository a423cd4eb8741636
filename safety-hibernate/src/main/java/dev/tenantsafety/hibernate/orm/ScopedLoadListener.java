package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.scope.OpenScope;
import org.hibernate.Hibernate;
import org.hibernate.HibernateException;
import org.hibernate.event.internal.DefaultLoadEventListener;
import org.hibernate.event.spi.LoadEvent;

/**
 * Looks at loads by key that no filter sees: of what the session already holds.
 */
final class ScopedLoadListener extends DefaultLoadEventListener {

    private final FactorySafety safety;

    ScopedLoadListener(FactorySafety safety) {
        this.safety = safety;
    }

    @Override
    public void onLoad(LoadEvent event, LoadType asked) throws HibernateException {
        EntityGuard guard = safety.guard(event.getEntityClassName());
        if (guard == null) {
            super.onLoad(event, asked);
            return;
        }
        LoadType type = isLockedAgain(event, guard, asked) ? INTERNAL_LOAD_LAZY : asked;
        OpenScope scope = OpenScope.current();
        SessionBinding.of(event.getSession()).reconcile();
        boolean isReference = type == INTERNAL_LOAD_LAZY; // of a row that is loaded, and refused itself when it is used
        if (scope.isEmpty() && guard.entity().isOwned() && !isReference) {
            throw Refusals.noScope(guard.entity(), null);
        }
        super.onLoad(event, type);
        if (type == GET && event.getResult() != null && guard.isMarkable() && !scope.includesDeleted()) {
            hideMarked(event);
        }
    }

    /** A row that is there may be hidden, and is null then; one that is not there is null or an error to Hibernate, too. */
    private static boolean isLockedAgain(LoadEvent event, EntityGuard guard, LoadType asked) {
        return (asked == INTERNAL_LOAD_EAGER || asked == INTERNAL_LOAD_NULLABLE)
                && StatementOrigin.isLockedAgain()
                && (asked == INTERNAL_LOAD_EAGER
                        || Rows.existsAnywhere(event.getSession(), guard, event.getEntityId()));
    }

    /** What this session has marked is gone for whoever looks for it by key, as after any remove. */
    private void hideMarked(LoadEvent event) {
        Object instance = Hibernate.unproxy(event.getResult());
        EntityGuard guard = safety.guard(
                event.getSession().getEntityPersister(null, instance).getEntityName());
        if (guard != null && guard.tombstoneOf(instance) != null) {
            event.setResult(null);
        }
    }
}
