package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.scope.OpenScope;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.hibernate.Hibernate;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/**
 * The entities of a native query. Its SQL may say of a row what is not so, by a join that has two columns of one name or by an
 * expression in place of a column, and a stateless session does not say what it loads (Hibernate user guide, "Stateless sessions");
 * so each row is looked for, many at once.
 */
final class NativeRows {

    private final FactorySafety safety;
    private final SharedSessionContractImplementor session;
    private final Set<String> fetched;
    private final Map<EntityGuard, Set<Object>> keys = new LinkedHashMap<>();

    /**
     * Of one query.
     *
     * @param fetched the attributes that are read with its entities (addJoin, addFetch)
     */
    NativeRows(FactorySafety safety, SharedSessionContractImplementor session, Set<String> fetched) {
        this.safety = safety;
        this.session = session;
        this.fetched = fetched;
    }

    /** Refuses rows that the open scope does not have. */
    void check(Collection<?> rows) {
        rows.forEach(this::look);
        keys.forEach((guard, all) -> {
            for (Object key : SessionBinding.of(session).reach().missing(guard, all)) {
                if (Rows.existsAnywhere(session, guard, key)) { // if not, it was removed since it was read
                    throw Refusals.notInScope(guard, key, "was about to be loaded", OpenScope.current());
                }
            }
        });
    }

    private void look(@Nullable Object row) {
        if (row instanceof Object[] values) {
            for (Object value : values) {
                look(value);
            }
        } else if (row != null) {
            EntityGuard guard = safety.guard(Hibernate.getClassLazy(row).getName());
            if (guard != null) {
                look(guard, Hibernate.unproxy(row));
            }
            if (!fetched.isEmpty()) {
                FetchedRows.read(session, row, fetched).forEach(this::lookAtFetched);
            }
        }
    }

    private void lookAtFetched(Object instance) {
        EntityGuard guard =
                safety.guard(session.getEntityPersister(null, instance).getEntityName());
        if (guard != null && guard.isWatched()) {
            look(guard, instance);
        }
    }

    private void look(EntityGuard guard, Object instance) {
        Object id = guard.persister().getIdentifier(instance, session);
        Tombstone tombstone = guard.tombstoneOf(instance);
        boolean isOurs = tombstone != null && SessionBinding.of(session).marks().isOurs(tombstone.deletionId());
        if (tombstone != null
                && !isOurs
                && guard.entity().isVisibleWhenMarked()
                && !OpenScope.current().includesDeleted()) {
            throw Refusals.markedRowLoaded(guard, id, tombstone); // what a reference may load, a query may not
        }
        if (session.isEventSource()) {
            SessionBinding.of(session).toldBySql(instance);
        } else {
            SessionBinding.of(session).checkLoaded(guard, guard.persister().getValues(instance), id);
        }
        if (guard.isWatched() && !isOurs) {
            keys.computeIfAbsent(guard, of -> new LinkedHashSet<>()).add(id);
        }
    }
}
