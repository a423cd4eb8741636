package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.scope.OpenScope;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.hibernate.engine.spi.EntityEntry;
import org.hibernate.engine.spi.PersistenceContext;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.engine.spi.Status;
import org.hibernate.persister.collection.CollectionPersister;
import org.jspecify.annotations.Nullable;

/**
 * The rows that a flush writes by statements that do not ask whose they are. They are looked for, {@value #TOGETHER} at once: what a
 * session holds may have come in by a way that no filter sees, and may have been marked since.
 */
final class WrittenRows {

    private static final int TOGETHER = 200;

    private final SharedSessionContractImplementor session;

    /** Those that this flush has found there, and alive. */
    private final Set<Reach.Row> seen = new HashSet<>();

    /** Those that this flush is going to update. */
    private final Map<EntityGuard, Set<Object>> scheduled = new LinkedHashMap<>();

    WrittenRows(SharedSessionContractImplementor session) {
        this.session = session;
    }

    /** A row was inserted by this session: the flush under way need not look for it. */
    void inserted(EntityGuard guard, @Nullable Object id) {
        if (id != null && guard.isLookedForWhenWritten()) {
            seen.add(new Reach.Row(guard.entity(), id));
        }
    }

    /** A row will be updated by the flush under way. */
    void scheduled(EntityGuard guard, Object id) {
        scheduled.computeIfAbsent(guard, g -> new LinkedHashSet<>()).add(id);
    }

    /** A row is being updated. */
    void checkUpdated(EntityGuard guard, Object id) {
        check(guard, id, "was about to be updated", others -> {
            Set<Object> keys = scheduled.getOrDefault(guard, Set.of());
            keys.forEach(others);
        });
    }

    /** A row is being deleted. */
    void checkDeleted(EntityGuard guard, Object id) {
        check(guard, id, "was about to be deleted", others -> {
            for (Map.Entry<Object, EntityEntry> held :
                    session.getPersistenceContextInternal().reentrantSafeEntityEntries()) {
                EntityEntry entry = held.getValue();
                if (entry.getStatus() == Status.DELETED && entry.getPersister() == guard.persister()) {
                    others.accept(entry.getId());
                }
            }
        });
    }

    /** A row whose collection is written, while no UPDATE of its own looks at it, must not have gone or been marked meanwhile. */
    void checkOwner(EntityGuard guard, Object id, CollectionPersister collection) {
        check(guard, id, "has a collection that was about to be written", others -> {
            PersistenceContext held = session.getPersistenceContextInternal();
            held.forEachCollectionEntry(
                    (other, entry) -> {
                        boolean isWritten = entry.isDoupdate() || entry.isDorecreate() || entry.isDoremove();
                        EntityEntry owner = other.getOwner() == null ? null : held.getEntry(other.getOwner());
                        if (isWritten && collection == entry.getLoadedPersister() && owner != null) {
                            others.accept(owner.getId()); // its key may be another
                        }
                    },
                    false);
        });
    }

    private void check(EntityGuard guard, Object id, String what, Consumer<Consumer<Object>> others) {
        if (!guard.isWatched() || isSeen(guard, id)) {
            return;
        }
        Set<Object> asked = new LinkedHashSet<>();
        asked.add(id);
        others.accept(other -> {
            if (asked.size() < TOGETHER && !isSeen(guard, other)) {
                asked.add(other);
            }
        });
        Collection<?> found = Rows.inScope(session, guard, asked);
        found.forEach(key -> seen.add(new Reach.Row(guard.entity(), key)));
        if (!isSeen(guard, id)) {
            throw Refusals.notInScope(guard, id, what, OpenScope.current());
        }
    }

    private boolean isSeen(EntityGuard guard, Object id) {
        return seen.contains(new Reach.Row(guard.entity(), id));
    }

    /** What was seen in one flush may be otherwise in the next. */
    void flushed() {
        seen.clear();
        scheduled.clear();
    }
}
