package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.DeletionRecord;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.scope.OpenScope;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.event.spi.EventSource;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/**
 * What a session has marked. All that a transaction marks is one deletion, unless a deletion was opened with a reason of its
 * own; each is recorded in our table, once, at the end.
 */
final class SessionMarks {

    /** How an instance came to be marked. */
    private enum Way {
        REMOVED,
        ORPHANED
    }

    private final FactorySafety safety;
    private final SharedSessionContractImplementor session;
    private final IdentityHashMap<Object, Way> marked = new IdentityHashMap<>();
    private final Set<DeletionId> ours = new HashSet<>();
    private @Nullable Deletion explicit;
    private @Nullable Deletion ofTransaction;

    SessionMarks(FactorySafety safety, SharedSessionContractImplementor session) {
        this.safety = safety;
        this.session = session;
    }

    /** Whether this session made the deletion, in the transaction under way. */
    boolean isOurs(DeletionId deletion) {
        return ours.contains(deletion);
    }

    void mark(EntityGuard guard, Object instance, boolean orphaned) {
        Deletion deletion = current();
        guard.mark(instance, deletion.tombstone());
        deletion.marked(guard, 1);
        marked.put(instance, orphaned ? Way.ORPHANED : Way.REMOVED);
    }

    /** Takes back a mark that this session made and that was not meant to last. */
    boolean lift(EntityGuard guard, Object instance, boolean onlyOrphans) {
        Way way = marked.get(instance);
        if (way == null || (onlyOrphans && way != Way.ORPHANED)) {
            return false;
        }
        Tombstone tombstone = guard.tombstoneOf(instance);
        guard.mark(instance, null);
        marked.remove(instance);
        if (tombstone != null) {
            for (Deletion deletion : new Deletion[] {explicit, ofTransaction}) {
                if (deletion != null && deletion.id().equals(tombstone.deletionId())) {
                    deletion.marked(guard, -1);
                }
            }
        }
        return true;
    }

    boolean isMarkedHere(Object instance) {
        return marked.containsKey(instance);
    }

    private Deletion current() {
        if (explicit != null) {
            return explicit;
        }
        if (ofTransaction == null) {
            Deletion deletion = new Deletion(safety.actor(), null);
            ofTransaction = deletion;
            ours.add(deletion.id());
            EventSource source = session.asEventSource();
            source.getActionQueue()
                    .registerCallback((org.hibernate.engine.spi.TransactionCompletionCallbacks.BeforeCompletionCallback)
                            completing -> record(deletion));
            source.getActionQueue()
                    .registerCallback((org.hibernate.engine.spi.TransactionCompletionCallbacks.AfterCompletionCallback)
                            (success, completed) -> forget());
        }
        return ofTransaction;
    }

    /** Begins a deletion of its own. */
    Deletion begin(String actor, String reason) {
        if (explicit != null) {
            throw new IllegalStateException("A deletion is already under way in this session, " + explicit.id()
                    + "; one deletion does not begin inside another.");
        }
        Deletion deletion = new Deletion(actor, reason);
        ours.add(deletion.id());
        explicit = deletion;
        return deletion;
    }

    void end(boolean well) {
        Deletion deletion = explicit;
        explicit = null;
        if (well && deletion != null) {
            record(deletion);
        }
    }

    private void record(Deletion deletion) {
        if (!deletion.hasMarked()) {
            return;
        }
        DeletionRecord record = deletion.record(OpenScope.current().toString());
        EntityPersister persister = session.getEntityPersister(DeletionRecord.class.getName(), record);
        persister.getInsertCoordinator().insert(record, record.id(), persister.getValues(record), session);
        session.getJdbcCoordinator().executeBatch();
    }

    private void forget() {
        ofTransaction = null;
        marked.clear();
        ours.clear();
        if (explicit != null) {
            ours.add(explicit.id());
        }
    }
}
