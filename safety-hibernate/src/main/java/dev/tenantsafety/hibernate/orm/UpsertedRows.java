package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.id.TypedId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.hibernate.engine.spi.SharedSessionContractImplementor;

/**
 * The rows that a stateless session upserts, each of which is looked for before: the statement asks nobody whose the row is that has its
 * key. Where the last row of an entity was new, the next one is taken to be, so that one question is enough for most.
 */
final class UpsertedRows {

    private final SharedSessionContractImplementor session;
    private final Set<EntityGuard> lastWasNew = new HashSet<>();

    /** Of the row that was found last. */
    private List<TypedId<?>> owners = List.of();

    /** What has the key of a row. */
    enum Found {
        NOTHING,
        ROW_IN_SCOPE,
        ROW_OUT_OF_SCOPE
    }

    UpsertedRows(SharedSessionContractImplementor session) {
        this.session = session;
    }

    /** Returns the owners in the columns of the row that was found last in scope, in the order of the columns. */
    List<TypedId<?>> owners() {
        return owners;
    }

    /** Looks for the row with a key: one of the open scope is alive, also where the scope includes deleted ones. */
    Found find(EntityGuard guard, Object id) {
        if (lastWasNew.contains(guard) && !Rows.existsAnywhere(session, guard, id)) {
            return Found.NOTHING;
        }
        List<TypedId<?>> found = Rows.ownersIfAlive(session, guard, id);
        boolean isInScope = found != null;
        owners = found == null ? List.of() : found;
        if (isInScope || lastWasNew.remove(guard) || Rows.existsAnywhere(session, guard, id)) {
            lastWasNew.remove(guard);
            return isInScope ? Found.ROW_IN_SCOPE : Found.ROW_OUT_OF_SCOPE;
        }
        lastWasNew.add(guard);
        return Found.NOTHING;
    }
}
