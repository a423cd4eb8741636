package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.MarkedException;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.id.DeletionId;
import java.util.List;
import org.hibernate.HibernateException;
import org.hibernate.engine.spi.EntityEntry;
import org.hibernate.event.spi.EventSource;
import org.hibernate.event.spi.MergeContext;
import org.hibernate.event.spi.MergeEvent;
import org.hibernate.event.spi.MergeEventListener;
import org.hibernate.persister.entity.EntityPersister;

/**
 * Refuses to merge a copy of a marked row, or of somebody else's. Hibernate does not find such a row and would insert the copy
 * as new. Runs after Hibernate's own listener, and asks the database only where that is about to happen.
 */
final class MarkedMergeListener implements MergeEventListener {

    private final FactorySafety safety;

    MarkedMergeListener(FactorySafety safety) {
        this.safety = safety;
    }

    @Override
    public void onMerge(MergeEvent event) throws HibernateException {
        check(event);
    }

    @Override
    public void onMerge(MergeEvent event, MergeContext copied) throws HibernateException {
        check(event);
    }

    private static MarkedException whyNotMerged(EventSource session, EntityGuard guard, Object id) {
        Object[] marked = guard.isMarkable() ? Rows.markedAmong(session, guard, List.of(id)) : null;
        return marked == null
                ? new MarkedException(guard.name() + " " + id
                        + " cannot be merged: its row was deleted meanwhile, or is not in the open scope.")
                : Refusals.keyOfMarkedRow(guard, id, (DeletionId) marked[1], "merged");
    }

    private void check(MergeEvent event) {
        EventSource session = event.getSession();
        Object result = event.getResult();
        if (result == null || UnloadedReference.of(result) != null) {
            return;
        }
        EntityEntry entry = session.getPersistenceContextInternal().getEntry(result);
        if (entry == null) {
            return;
        }
        EntityPersister persister = entry.getPersister();
        EntityGuard guard = safety.guard(persister.getEntityName());
        if (guard == null || (guard.entity().isOpen() && !guard.isMarkable())) {
            return;
        }
        Tombstone tombstone = guard.tombstoneOf(result);
        if (tombstone != null && !SessionBinding.of(session).marks().isOurs(tombstone.deletionId())) {
            throw Refusals.markedRowWritten(guard, entry.getId(), tombstone);
        }
        if (!entry.isExistsInDatabase()
                && entry.getId() != null
                && Rows.existsAnywhere(session, guard, entry.getId())) {
            throw whyNotMerged(session, guard, entry.getId());
        }
    }
}
