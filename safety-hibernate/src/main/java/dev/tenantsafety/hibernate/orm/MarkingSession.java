package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.guard.AllowsHardDelete;
import dev.tenantsafety.hibernate.DeletionRefusedException;
import dev.tenantsafety.hibernate.ForeignRowException;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.scope.OpenScope;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.engine.spi.SessionImplementor;
import org.jspecify.annotations.Nullable;

/** A session with a transaction, seen as one that marks. */
public final class MarkingSession {

    private static final int CHUNK = 500;

    private final SessionImplementor session;
    private final SessionBinding binding;

    private MarkingSession(SessionImplementor session, SessionBinding binding) {
        this.session = session;
        this.binding = binding;
    }

    /**
     * Sees a session so.
     *
     * @param session with an active transaction
     * @return the same
     * @throws DeletionRefusedException if it has none, or its factory is without Tenant Safety
     */
    public static MarkingSession of(SessionImplementor session) {
        SessionBinding binding = SessionBinding.of(session);
        if (!binding.safety().isEnabled()) {
            throw new DeletionRefusedException("This session factory was built with " + SafetySettings.ENABLED
                    + "=false: nothing is marked there, and nothing can be undone.");
        }
        checkTransaction(session);
        return new MarkingSession(session, binding);
    }

    /** Without one, what is marked would be committed at once, and its record, which is written at the end, never. */
    static void checkTransaction(SessionImplementor session) {
        if (!session.isTransactionInProgress()) {
            throw new DeletionRefusedException(
                    "A deletion and its undoing need a transaction, and none is active in this session.");
        }
    }

    SessionImplementor session() {
        return session;
    }

    FactorySafety safety() {
        return binding.safety();
    }

    String actorOr(@Nullable String actor) {
        return actor == null ? safety().actor() : actor;
    }

    /**
     * One deletion of all that the work removes.
     *
     * @param actor who, or null for whom the settings name
     * @param reason why
     * @param work removes entities
     * @return the deletion
     */
    public DeletionId because(@Nullable String actor, String reason, Runnable work) {
        session.flush(); // what was removed before belongs to another deletion, orphans too
        Deletion deletion = binding.marks().begin(actorOr(actor), reason);
        boolean well = false;
        try {
            work.run();
            session.flush();
            well = true;
        } finally {
            binding.marks().end(well);
        }
        return deletion.id();
    }

    /**
     * Removes entities by key.
     *
     * @param entity their class
     * @param ids their IDs
     */
    public void removeAll(Class<?> entity, List<?> ids) {
        List<Object> found = new ArrayList<>();
        for (List<?> some : Chunks.of(ids, CHUNK)) {
            found.addAll(session.findMultiple(entity, new ArrayList<>(some)));
        }
        for (int i = 0; i < found.size(); i++) {
            if (found.get(i) == null) {
                throw new ForeignRowException(entity.getSimpleName() + " " + ids.get(i)
                        + " was to be marked, but there is no such row in the open scope, " + OpenScope.current()
                        + ". It may belong to somebody else, be marked already, or not exist.");
            }
        }
        binding.marks().holdingChecks(() -> markAll(found));
    }

    private void markAll(List<Object> found) {
        for (List<Object> some : Chunks.of(found, CHUNK)) {
            mark(some);
            session.flush();
        }
    }

    @AllowsHardDelete(
            reason = "only protected entities come here, and those are marked",
            ticket = "issue 3",
            until = "2028-12-31")
    private void mark(List<Object> entities) {
        entities.forEach(session::remove);
    }
}
