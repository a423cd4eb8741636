package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.id.DeletionId;
import java.util.List;
import java.util.Locale;
import org.hibernate.dialect.CockroachDialect;
import org.hibernate.dialect.Dialect;
import org.hibernate.dialect.PostgreSQLDialect;
import org.hibernate.engine.spi.SessionImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.mapping.UniqueKey;
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
        if (error.getKind() != ConstraintViolationException.ConstraintKind.UNIQUE
                || isOfAnotherKey(guard, error.getConstraintName())) {
            return error;
        }
        for (List<Object> some : Chunks.of(keys, CHUNK)) {
            Object[] row = look(session, guard, some);
            if (row != null) {
                RuntimeException refusal = Refusals.keyOfMarkedRow(guard, row[0], (DeletionId) row[1], "inserted");
                refusal.initCause(error);
                return refusal;
            }
        }
        return error;
    }

    /** Whether a constraint is known to be another than that of the primary key, so that an ordinary duplicate costs no look. */
    private static boolean isOfAnotherKey(EntityGuard guard, @Nullable String constraint) {
        String named = constraint == null ? "" : constraint.toLowerCase(Locale.ROOT);
        return AliveKeyReading.tables(guard.entity()).stream()
                .flatMap(table -> table.getUniqueKeys().values().stream())
                .map(UniqueKey::getName)
                .anyMatch(name -> name != null && named.contains(name.toLowerCase(Locale.ROOT)));
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
