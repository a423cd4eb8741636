package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.scope.IncludeDeleted;
import java.util.List;
import java.util.Objects;
import org.hibernate.StatelessSession;
import org.hibernate.engine.spi.SessionImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.query.QueryFlushMode;

/** Looks for a row by its key. These are the statements that are needed to refuse, and are sent in no other case. */
final class Rows {

    private static final int CHUNK = 200;

    private Rows() {}

    /** Whether the open scope has a row, which is alive unless the scope includes deleted ones. */
    static boolean existsInScope(SharedSessionContractImplementor session, EntityGuard guard, Object id) {
        return exists(session, guard, id, "");
    }

    /** Whether the open scope has a row that is alive. */
    static boolean isAlive(SharedSessionContractImplementor session, EntityGuard guard, Object id) {
        SafeEntity.Marking marking = Objects.requireNonNull(guard.entity().marking());
        return exists(session, guard, id, " and e." + marking.attribute() + ".deletionId is null");
    }

    @SuppressWarnings("removal") // QueryFlushMode moves to Jakarta Persistence in Hibernate 8
    private static boolean exists(
            SharedSessionContractImplementor session, EntityGuard guard, Object id, String condition) {
        return session.createSelectionQuery(
                                "select 1 from " + guard.persister().getEntityName() + " e where e.id = :id"
                                        + condition,
                                Integer.class)
                        .setParameter("id", id)
                        .setQueryFlushMode(QueryFlushMode.NO_FLUSH) // it is asked during a flush, too
                        .setMaxResults(1)
                        .uniqueResult()
                != null;
    }

    /** No row that is about to be inserted has the key of a marked one: asked once a flush, for keys that are made of others'. */
    static void checkKeysAreFree(SharedSessionContractImplementor session, EntityGuard guard) {
        List<Object> keys = SessionBinding.of(session).marks().insertedKeys(guard);
        for (int from = 0; from < keys.size(); from += CHUNK) {
            checkKeysAreFree(session, guard, keys.subList(from, Math.min(keys.size(), from + CHUNK)));
        }
    }

    private static void checkKeysAreFree(
            SharedSessionContractImplementor session, EntityGuard guard, List<Object> keys) {
        String deletion = Objects.requireNonNull(guard.entity().marking()).attribute() + ".deletionId";
        String query = "select id(e), e." + deletion + " from "
                + guard.persister().getEntityName() + " e where e." + deletion + " is not null and id(e) in (:keys)";
        IncludeDeleted.because("keys of new rows").run(() -> {
            // beside the session, whose filters stay as they are
            try (StatelessSession reading = ((SessionImplementor) session)
                    .statelessWithOptions()
                    .connection()
                    .openStatelessSession()) {
                reading.createSelectionQuery(query, Object[].class)
                        .setParameterList("keys", keys)
                        .setMaxResults(1)
                        .getResultList()
                        .forEach(row -> {
                            throw Refusals.keyOfMarkedRow(guard, row[0], (DeletionId) row[1]);
                        });
            }
        });
    }

    /** Whether there is a row with that key, whosever it is, alive or marked. */
    static boolean existsAnywhere(SharedSessionContractImplementor session, EntityGuard guard, Object id) {
        return Statements.exists(session, guard.persister(), id);
    }
}
