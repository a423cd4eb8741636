package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.scope.OpenScope;
import dev.tenantsafety.scope.TenantScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the owners of a row that a stateless session updates or upserts. The session says nothing of what was there before, so the
 * database is asked whose the row is, where neither the scope nor the statement names all its owners: one question a row.
 */
final class StoredOwners {

    private final SharedSessionContractImplementor session;
    private final EntityGuard guard;
    private final Object[] state;
    private final Object id;

    /** Null across tenants. */
    private final @Nullable TenantScope scope;

    StoredOwners(SharedSessionContractImplementor session, EntityGuard guard, Object[] state, Object id) {
        this.session = session;
        this.guard = guard;
        this.state = state;
        this.id = id;
        this.scope = OpenScope.current().tenant().orElse(null);
    }

    /** Refuses an update that would hand the row over. An owner that is merely missing is put back. */
    void keepInUpdate(Object instance) {
        List<IdKind<?>> path = kindsOfPath();
        if (OpenScope.current().isEmpty() || (path.isEmpty() && areColumnsCompared())) {
            return;
        }
        List<IdKind<?>> kinds = new ArrayList<>(path);
        guard.entity().owners().forEach(owner -> kinds.add(owner.kind()));
        List<TypedId<?>> stored = stored(kinds);
        guard.keepOwners(stored.subList(path.size(), kinds.size()), state, instance, id);
        checkPath(path, stored);
    }

    /** The same of an upsert, whose statement asks for no owner, of a row that was found. */
    void keepInUpsert(Object instance, List<TypedId<?>> columns) {
        guard.keepOwners(columns, state, instance, id);
        keepPath();
    }

    /** The same of its path alone: a row that a session holds by what native SQL said of it writes the path that was said. */
    void keepPath() {
        List<IdKind<?>> path = kindsOfPath();
        if (!path.isEmpty()) {
            checkPath(path, stored(path));
        }
    }

    private List<TypedId<?>> stored(List<IdKind<?>> kinds) {
        List<TypedId<?>> stored = Rows.owners(session, guard, id, kinds, "");
        if (stored == null) {
            throw Refusals.notInScope(guard, id, "was about to be written", OpenScope.current());
        }
        return stored;
    }

    /** Whether the scope or the statement compares the owners in all columns. */
    private boolean areColumnsCompared() {
        if (scope != null) {
            return guard.isOwnerInUpdates()
                    || guard.entity().owners().stream()
                            .allMatch(owner -> scope.find(owner.kind()).isPresent());
        }
        return guard.entity().owners().isEmpty()
                || (guard.isOwnerInUpdates()
                        && (!guard.persister().hasCollections() || guard.isUpdated(state))
                        && guard.saysAllOwners(state));
    }

    private void checkPath(List<IdKind<?>> kinds, List<TypedId<?>> stored) {
        for (int i = 0; i < kinds.size(); i++) {
            TypedId<?> was = stored.get(i);
            TypedId<?> is =
                    was == null ? null : SessionBinding.of(session).reach().ownerOf(guard, state, id, kinds.get(i));
            if (was != null && !was.equals(is)) {
                throw Refusals.handedOver(guard, id, was, Objects.requireNonNullElse(is, "nobody"));
            }
        }
    }

    /** The levels of its path that the scope leaves open: also within a tenant, a row does not change its site. */
    private List<IdKind<?>> kindsOfPath() {
        SafeEntity entity = guard.entity();
        SafeEntity.OwnerPath path = entity.path();
        return path == null || !guard.isPathIn(state)
                ? List.of()
                : Reach.openLevels(path.target()).stream()
                        .filter(kind -> !entity.isOwnLevel(kind))
                        .toList();
    }
}
