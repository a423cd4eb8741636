package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.id.DeletionId;
import java.util.List;
import org.hibernate.dialect.CockroachDialect;
import org.hibernate.dialect.Dialect;
import org.hibernate.dialect.PostgreSQLDialect;
import org.hibernate.engine.spi.SessionImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.exception.ConstraintViolationException;
import org.jspecify.annotations.Nullable;

/**
 * Says which deletion keeps the key of a row that the database did not insert. Looks after the fact, so that an insert costs no statement more,
 * and in the open scope only: of a key that somebody else's row has, the database's error says all there is to say.
 */
final class KeysOfMarked {

    private static final int CHUNK = 200;

    private KeysOfMarked() {}

    /** A refusal that names the deletion, or the error itself where none has a key of these. */
    static RuntimeException why(
            SharedSessionContractImplementor session,
            EntityGuard guard,
            List<Object> keys,
            ConstraintViolationException error) {
        if (error.getKind() != ConstraintViolationException.ConstraintKind.UNIQUE) {
            return error;
        }
        for (int from = 0; from < keys.size(); from += CHUNK) {
            Object[] row = look(session, guard, keys.subList(from, Math.min(keys.size(), from + CHUNK)));
            if (row != null) {
                RuntimeException refusal = Refusals.keyOfMarkedRow(guard, row[0], (DeletionId) row[1], "inserted");
                refusal.initCause(error);
                return refusal;
            }
        }
        return error;
    }

    private static Object @Nullable [] look(
            SharedSessionContractImplementor session, EntityGuard guard, List<Object> keys) {
        boolean isInTransaction = session instanceof SessionImplementor
                && takesStatements(session.getJdbcServices().getDialect());
        return isInTransaction
                ? Rows.markedAmong(session, guard, keys)
                : SessionBinding.of(session)
                        .safety()
                        .besideTransactions()
                        .look(session.getFactory(), reading -> Rows.markedAmong(reading, guard, keys));
    }

    /** Whether a transaction goes on after an error of one of its statements. */
    private static boolean takesStatements(Dialect dialect) {
        return !(dialect instanceof PostgreSQLDialect || dialect instanceof CockroachDialect);
    }
}
