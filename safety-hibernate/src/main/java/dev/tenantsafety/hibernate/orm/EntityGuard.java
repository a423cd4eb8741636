package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.ForeignRowException;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.scope.OpenScope;
import dev.tenantsafety.scope.TenantScope;
import java.util.Arrays;
import java.util.List;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/** Looks at the rows of one entity as they pass: whose they are, and whether they are marked. */
final class EntityGuard {

    private static final int NONE = -1;

    private final SafeEntity entity;
    private final EntityPersister persister;
    private final IdKind<?>[] ownerKinds;
    private final int[] ownerPositions;
    private final int tombstonePosition;

    EntityGuard(SafeEntity entity, EntityPersister persister) {
        this.entity = entity;
        this.persister = persister;
        List<SafeEntity.OwnerColumn> owners = entity.owners();
        ownerKinds = owners.stream().map(SafeEntity.OwnerColumn::kind).toArray(IdKind<?>[]::new);
        ownerPositions = owners.stream()
                .mapToInt(owner -> position(persister, owner.attribute()))
                .toArray();
        tombstonePosition = entity.marking() == null
                ? NONE
                : position(persister, entity.marking().attribute());
    }

    private static int position(EntityPersister persister, String attribute) {
        return Arrays.asList(persister.getPropertyNames()).indexOf(attribute);
    }

    SafeEntity entity() {
        return entity;
    }

    EntityPersister persister() {
        return persister;
    }

    String name() {
        return SafeEntity.simpleName(persister.getEntityName());
    }

    boolean isMarkable() {
        return tombstonePosition != NONE;
    }

    @Nullable
    Tombstone tombstone(Object @Nullable [] state) {
        return tombstonePosition == NONE || state == null ? null : (Tombstone) state[tombstonePosition];
    }

    @Nullable
    Tombstone tombstoneOf(Object instance) {
        return tombstonePosition == NONE ? null : (Tombstone) persister.getValue(instance, tombstonePosition);
    }

    void mark(Object instance, @Nullable Tombstone tombstone) {
        persister.setValue(instance, tombstonePosition, tombstone);
    }

    /** The first owner of a row, of those that the scope names too, that is another than the scope's; or null. */
    @Nullable
    TypedId<?> foreignOwner(TenantScope scope, Object[] state, @Nullable Object id) {
        for (int i = 0; i < ownerKinds.length; i++) {
            TypedId<?> owner = (TypedId<?>) state[ownerPositions[i]];
            TypedId<?> expected = find(scope, ownerKinds[i]);
            if (expected != null && owner != null && !expected.equals(owner)) {
                return owner;
            }
        }
        IdKind<?> unit = entity.unit();
        if (unit != null && id instanceof TypedId<?> own) {
            TypedId<?> expected = find(scope, unit);
            if (expected != null && !expected.equals(own)) {
                return own;
            }
        }
        return null;
    }

    /** Whether a row in a cache is out of reach: somebody else's, or marked. */
    boolean isHidden(Object[] state, Object id, OpenScope scope) {
        boolean marked = tombstonePosition != NONE && state[tombstonePosition] != null;
        return (marked && !scope.includesDeleted())
                || scope.tenant()
                        .map(tenant -> foreignOwner(tenant, state, id) != null)
                        .orElse(false);
    }

    private static @Nullable TypedId<?> find(TenantScope scope, IdKind<?> kind) {
        for (TypedId<?> level : scope.levels()) {
            if (level.kind().type() == kind.type()) {
                return level;
            }
        }
        return null;
    }

    /** The owner must not change, in whatever scope. */
    void checkOwnersStay(Object[] before, Object[] after, Object id) {
        for (int i = 0; i < ownerKinds.length; i++) {
            Object was = before[ownerPositions[i]];
            Object is = after[ownerPositions[i]];
            if (was != null && !was.equals(is)) {
                throw new ForeignRowException(
                        name() + " " + id + " belongs to " + was + ", and an update would hand it to " + is
                                + ". A row does not change its owner; create one for the other owner instead.");
            }
        }
    }
}
