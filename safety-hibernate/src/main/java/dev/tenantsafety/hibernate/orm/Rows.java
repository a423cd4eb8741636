package dev.tenantsafety.hibernate.orm;

import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.query.QueryFlushMode;

/** Looks for a row by its key. These are the statements that are needed to refuse, and are sent in no other case. */
final class Rows {

    private Rows() {}

    /** Whether the open scope has a row that is alive. */
    @SuppressWarnings("removal") // QueryFlushMode moves to Jakarta Persistence in Hibernate 8
    static boolean existsInScope(SharedSessionContractImplementor session, EntityGuard guard, Object id) {
        return session.createSelectionQuery(
                                "select 1 from " + guard.persister().getEntityName() + " e where e.id = :id",
                                Integer.class)
                        .setParameter("id", id)
                        .setQueryFlushMode(QueryFlushMode.NO_FLUSH) // it is asked during a flush, too
                        .setMaxResults(1)
                        .uniqueResult()
                != null;
    }

    /** Whether there is a row with that key, whosever it is, alive or marked. */
    static boolean existsAnywhere(SharedSessionContractImplementor session, EntityGuard guard, Object id) {
        return Statements.exists(session, guard.persister(), id);
    }
}
