package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.scope.IncludeDeleted;
import java.util.Objects;
import org.hibernate.StatelessSession;
import org.hibernate.engine.spi.SessionImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.query.QueryFlushMode;

/** Looks for a row by its key. These are the statements that are needed to refuse, and are sent in no other case. */
final class Rows {

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
                                "select 1 from " + guard.persister().getEntityName() + " e where id(e) = :id"
                                        + condition,
                                Integer.class)
                        .setParameter("id", id)
                        .setQueryFlushMode(QueryFlushMode.NO_FLUSH) // it is asked during a flush, too
                        .setMaxResults(1)
                        .uniqueResult()
                != null;
    }

    /** Whether a collection has an element that is marked, and that Hibernate therefore does not have. */
    static boolean hasMarkedElement(
            SharedSessionContractImplementor session, EntityGuard owner, Object id, String path, EntityGuard element) {
        SafeEntity.Marking marking = Objects.requireNonNull(element.entity().marking());
        String query = "select 1 from " + owner.persister().getEntityName() + " o join o." + path
                + " e where id(o) = :id and e." + marking.attribute() + ".deletionId is not null";
        return IncludeDeleted.because("links of " + owner.name() + " " + id).call(() -> {
            // beside the session, whose filters stay as they are
            try (StatelessSession reading = ((SessionImplementor) session)
                    .statelessWithOptions()
                    .connection()
                    .openStatelessSession()) {
                return reading.createSelectionQuery(query, Integer.class)
                                .setParameter("id", id)
                                .setMaxResults(1)
                                .uniqueResult()
                        != null;
            }
        });
    }

    /** Whether there is a row with that key, whosever it is, alive or marked. */
    static boolean existsAnywhere(SharedSessionContractImplementor session, EntityGuard guard, Object id) {
        return Statements.exists(session, guard.persister(), id);
    }
}
