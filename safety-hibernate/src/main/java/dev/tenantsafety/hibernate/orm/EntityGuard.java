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

    /**
     * Whether a row that was read is out of the scope, as the filters say it: also where it lacks an owner that the scope names. What is
     * about to be written may still take that one from the scope.
     */
    boolean isOutside(TenantScope scope, Object[] state, @Nullable Object id) {
        for (int i = 0; i < ownerKinds.length; i++) {
            if (state[ownerPositions[i]] == null && find(scope, ownerKinds[i]) != null) {
                return true;
            }
        }
        return foreignOwner(scope, state, id) != null;
    }

    /** The same of an instance. */
    @Nullable
    TypedId<?> foreignOwnerOf(TenantScope scope, Object instance, @Nullable Object id) {
        Object[] state = new Object[persister.getPropertyNames().length];
        for (int position : ownerPositions) {
            state[position] = persister.getValue(instance, position);
        }
        return foreignOwner(scope, state, id);
    }

    /** Whether a row in a cache is out of reach: somebody else's, or marked. */
    boolean isHidden(Object[] state, Object id, OpenScope scope) {
        boolean marked = tombstonePosition != NONE && state[tombstonePosition] != null;
        return (marked && !scope.includesDeleted())
                || scope.tenant().map(tenant -> isOutside(tenant, state, id)).orElse(false);
    }

    private static @Nullable TypedId<?> find(TenantScope scope, IdKind<?> kind) {
        return scope.find(kind).orElse(null);
    }

    /** Fills in the owners that are null from the open scope, in the state that will be written and in the instance. */
    void takeOwners(Object instance, Object[] state) {
        TenantScope scope = OpenScope.current().tenant().orElse(null);
        for (int i = 0; i < ownerKinds.length && scope != null; i++) {
            if (state[ownerPositions[i]] == null) {
                state[ownerPositions[i]] = find(scope, ownerKinds[i]);
                persister.setValue(instance, ownerPositions[i], state[ownerPositions[i]]);
            }
        }
    }

    /** A new row must have an owner, or be about to take one from the scope. */
    void checkSomebodyOwns(Object[] state, @Nullable Object id) {
        if (ownerKinds.length == 0) {
            return; // it is a unit itself, or owned through what it points at
        }
        TenantScope scope = OpenScope.current().tenant().orElse(null);
        for (int i = 0; i < ownerKinds.length; i++) {
            if (state[ownerPositions[i]] != null || (scope != null && find(scope, ownerKinds[i]) != null)) {
                return;
            }
        }
        throw new ForeignRowException(name() + " " + id + " would belong to nobody. Set "
                + entity.owners().get(0).attribute() + ", or create it inside TenantScope.of(…).run(…).");
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
