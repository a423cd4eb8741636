package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.ForeignRowException;
import dev.tenantsafety.hibernate.Shared;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.scope.OpenScope;
import dev.tenantsafety.scope.TenantScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer;
import org.hibernate.engine.spi.SelfDirtinessTracker;
import org.hibernate.generator.Generator;
import org.hibernate.metamodel.mapping.ForeignKeyDescriptor;
import org.hibernate.metamodel.mapping.internal.ToOneAttributeMapping;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.sql.model.MutationOperationGroup;
import org.hibernate.type.ComponentType;
import org.jspecify.annotations.Nullable;

/** Looks at the rows of one entity as they pass: whose they are, and whether they are marked. */
final class EntityGuard {

    private static final int NONE = -1;
    private static final int UNKNOWN = -2;

    private final SafeEntity entity;
    private final EntityPersister persister;
    private final IdKind<?>[] ownerKinds;
    private final int[] ownerPositions;
    private final int tombstonePosition;
    private final int pathPosition;
    private final boolean shared;
    private int sharedKey = UNKNOWN;

    private final List<IdKind<?>> closable;

    /** Known once the persister is made; null before. */
    private volatile @Nullable OwnerIn ownerIn;

    /**
     * Which statements ask for a row's owners, on all levels.
     *
     * @param updates each UPDATE
     * @param deletes each DELETE
     * @param deletesOfKeys the last DELETE of a row
     */
    private record OwnerIn(boolean updates, boolean deletes, boolean deletesOfKeys) {}

    EntityGuard(SafeEntity entity, EntityPersister persister, List<IdKind<?>> closable) {
        this.entity = entity;
        this.persister = persister;
        this.closable = List.copyOf(closable);
        List<SafeEntity.OwnerColumn> owners = entity.owners();
        ownerKinds = owners.stream().map(SafeEntity.OwnerColumn::kind).toArray(IdKind<?>[]::new);
        ownerPositions = owners.stream()
                .mapToInt(owner -> position(persister, owner.attribute()))
                .toArray();
        Class<?> type = entity.mapping().getMappedClass();
        shared = Declarations.find(type, Shared.class) != null;
        SafeEntity.OwnerPath path = entity.path();
        pathPosition = path == null ? NONE : position(persister, path.attribute());
        tombstonePosition = entity.marking() == null
                ? NONE
                : position(persister, entity.marking().attribute());
    }

    private static int position(EntityPersister persister, String attribute) {
        return Arrays.asList(persister.getPropertyNames()).indexOf(attribute);
    }

    /** The kinds of units that can be marked, and of which the rows may be. */
    List<IdKind<?>> closable() {
        return closable;
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

    /** The name in HQL. Where the session factory insists on JPQL, names of classes are none there. */
    static String hqlName(EntityPersister persister) {
        String jpaName = persister.getJpaEntityName();
        boolean isStrict = persister
                .getFactory()
                .getSessionFactoryOptions()
                .getJpaCompliance()
                .isJpaQueryComplianceEnabled();
        return isStrict && jpaName != null ? jpaName : persister.getEntityName();
    }

    /** Whether the rows are somebody's, or can be marked. */
    boolean isWatched() {
        return entity.isOwned() || isMarkable();
    }

    boolean isMarkable() {
        return tombstonePosition != NONE;
    }

    /** Whether rows have keys that are made of others', so that one which is added again has the key that it had. */
    boolean hasKeyOfOthers() {
        return persister.getIdentifierType() instanceof ComponentType || sharedKey() != NONE;
    }

    /** Whether the program says which keys rows have, so that one which is added again may have the key that it had. */
    boolean hasKeyOfProgram() {
        Generator generator = persister.getGenerator();
        return hasKeyOfOthers() || generator.allowAssignedIdentifiers() || !generator.generatesSometimes();
    }

    /** The to-one attribute whose foreign key is the row's own key, by its position; or -1. */
    int sharedKey() {
        if (sharedKey == UNKNOWN) {
            sharedKey = findSharedKey();
        }
        return sharedKey;
    }

    private int findSharedKey() {
        List<String> key = MarkableLinks.keysIn(persister, null);
        for (int i = 0; i < persister.getPropertyNames().length; i++) {
            if (persister.findAttributeMapping(persister.getPropertyNames()[i]) instanceof ToOneAttributeMapping one
                    && one.getForeignKeyDescriptor() != null
                    && MarkableLinks.columns(one.getForeignKeyDescriptor().getKeyPart())
                            .equals(key)
                    && one.getSideNature() == ForeignKeyDescriptor.Nature.KEY) {
                return i;
            }
        }
        return NONE;
    }

    @Nullable
    Tombstone tombstone(Object @Nullable [] state) {
        return tombstonePosition == NONE || state == null ? null : (Tombstone) state[tombstonePosition];
    }

    /** Whether a row is marked, in whatever form its state is. */
    boolean isMarkedIn(Object[] state) {
        return tombstonePosition != NONE && state[tombstonePosition] != null;
    }

    @Nullable
    Tombstone tombstoneOf(Object instance) {
        return tombstonePosition == NONE ? null : (Tombstone) persister.getValue(instance, tombstonePosition);
    }

    void mark(Object instance, @Nullable Tombstone tombstone) {
        set(
                persister,
                instance,
                tombstonePosition,
                Objects.requireNonNull(entity.marking()).attribute(),
                tombstone);
    }

    /** Sets an attribute, so that a flush writes it. */
    static void set(
            EntityPersister persister, Object instance, int position, String attribute, @Nullable Object value) {
        persister.setValue(instance, position, value);
        if (instance instanceof SelfDirtinessTracker enhanced) {
            // Of an enhanced instance, Hibernate writes what the instance says has changed; its own setter does not
            // tell it.
            enhanced.$$_hibernate_trackChange(attribute);
        }
    }

    @Nullable
    Object versionOf(Object instance) {
        return persister.isVersioned() ? persister.getVersion(instance) : null;
    }

    /** Takes the mark from an instance, and what it did to the version. */
    void giveBack(Object instance, @Nullable Object version) {
        mark(instance, null);
        if (persister.isVersioned()) {
            persister.setValue(instance, persister.getVersionPropertyIndex(), version);
        }
    }

    /** Marks a state, and returns the position of the tombstone in it. */
    int mark(Object[] state, Tombstone tombstone) {
        state[tombstonePosition] = tombstone;
        return tombstonePosition;
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

    /** The owners that a row names itself, by columns or, of a unit, by its key. */
    List<TypedId<?>> owners(Object[] state, @Nullable Object id) {
        List<TypedId<?>> owners = new ArrayList<>();
        for (int position : ownerPositions) {
            if (state[position] != null) {
                owners.add((TypedId<?>) state[position]);
            }
        }
        if (entity.unit() != null && id instanceof TypedId<?> own) {
            owners.add(own);
        }
        return owners;
    }

    /** Whether a row says an owner in each column for one. */
    boolean saysAllOwners(Object[] state) {
        return Arrays.stream(ownerPositions).noneMatch(position -> state[position] == null);
    }

    /** The same of a row that is about to be inserted, which takes from the scope what it does not say. */
    List<TypedId<?>> ownersToBe(@Nullable TenantScope scope, Object[] state, @Nullable Object id) {
        List<TypedId<?>> owners = owners(state, id);
        for (int i = 0; i < ownerKinds.length; i++) {
            TypedId<?> taken = scope == null || state[ownerPositions[i]] != null ? null : find(scope, ownerKinds[i]);
            if (taken != null) {
                owners.add(taken);
            }
        }
        return owners;
    }

    /** Whether a scope names one owner, and rows here have that one and no other. */
    boolean isOwnedAsNamedBy(TenantScope scope) {
        return ownerKinds.length == 1
                && entity.unit() == null
                && scope.levels().size() == 1
                && scope.levels().get(0).kind().equals(ownerKinds[0]);
    }

    /** What a row that is owned through others points at, or null. */
    @Nullable
    Object path(Object[] state) {
        return pathPosition == NONE ? null : state[pathPosition];
    }

    /** Whether a state has what the row points at, which an enhanced instance may not have loaded. */
    boolean isPathIn(Object[] state) {
        return pathPosition != NONE && state[pathPosition] != LazyPropertyInitializer.UNFETCHED_PROPERTY;
    }

    /** Whether each UPDATE of a row asks for its owners, on all levels. */
    boolean isOwnerInUpdates() {
        return ownerIn().updates();
    }

    /** Whether a stateless session that updates a row sends an UPDATE at all, before it writes the row's collections. */
    boolean isUpdated(Object[] state) {
        MutationOperationGroup all = persister.getUpdateCoordinator().getStaticMutationOperationGroup();
        return all != null
                && all.getNumberOfOperations() > 0
                && Arrays.stream(state).noneMatch(value -> value == LazyPropertyInitializer.UNFETCHED_PROPERTY);
    }

    /** The same of each DELETE. */
    boolean isOwnerInDeletes() {
        return ownerIn().deletes();
    }

    /** The same of the last DELETE of a row, after those of its other tables. */
    boolean isOwnerInDeletesOfKeys() {
        return ownerIn().deletesOfKeys();
    }

    /** Whether rows are looked for when they, or their collections, are written: no statement of theirs asks for their owners. */
    boolean isLookedForWhenWritten() {
        return persister.hasCollections() || !isOwnerInUpdates() || !isOwnerInDeletesOfKeys();
    }

    private OwnerIn ownerIn() {
        OwnerIn known = ownerIn;
        if (known == null) {
            OwnerPredicate predicate = OwnerPredicate.of(persister);
            known = new OwnerIn(
                    predicate != null && predicate.isInUpdates(),
                    predicate != null && predicate.isInDeletes(),
                    predicate != null && predicate.isInDeletesOfKeys());
            ownerIn = known;
        }
        return known;
    }

    int pathPosition() {
        return pathPosition;
    }

    /** Whether these rows are for all, and not of nobody. */
    boolean isShared() {
        return shared;
    }

    static @Nullable TypedId<?> find(TenantScope scope, IdKind<?> kind) {
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

    /** Fills in the owners that are null from those of the row. */
    void keepOwners(Object instance, Object[] loaded) {
        for (int position : ownerPositions) {
            if (persister.getValue(instance, position) == null) {
                persister.setValue(instance, position, loaded[position]);
            }
        }
    }

    /** Whether a state lacks an owner that the row should say. */
    boolean hasNoOwner(Object[] state) {
        for (int position : ownerPositions) {
            if (state[position] == null) {
                return true;
            }
        }
        return false;
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

    /**
     * Refuses a change of owner, in whatever scope. An owner that is merely missing, as in a copy that was merged without it, is put
     * back in the state that will be written and in the instance.
     */
    void keepOwners(Object[] before, Object[] after, Object instance, Object id) {
        for (int position : ownerPositions) {
            keepOwner(before[position], after, position, instance, id);
        }
    }

    /** The same in an instance, of which no state was taken yet. */
    void keepOwnersIn(Object instance, Object[] before, Object id) {
        for (int position : ownerPositions) {
            Object is = persister.getValue(instance, position);
            if (is != before[position] && before[position] != LazyPropertyInitializer.UNFETCHED_PROPERTY) {
                Object[] after = before.clone();
                after[position] = is;
                keepOwner(before[position], after, position, instance, id);
            }
        }
    }

    /** Puts the owners that an instance has been given into the state that will be inserted. */
    void giveOwners(Object instance, Object[] state) {
        for (int position : ownerPositions) {
            Object is = persister.getValue(instance, position);
            if (is != null) {
                state[position] = is;
            }
        }
    }

    /** The same, by the owners that the row has in its columns, in their order. */
    void keepOwners(List<TypedId<?>> before, Object[] after, Object instance, Object id) {
        for (int i = 0; i < ownerPositions.length; i++) {
            keepOwner(before.get(i), after, ownerPositions[i], instance, id);
        }
    }

    private void keepOwner(@Nullable Object was, Object[] after, int position, Object instance, Object id) {
        Object is = after[position];
        if (was != null && is == null) {
            after[position] = was;
            persister.setValue(instance, position, was);
        } else if (was != null && !was.equals(is)) {
            throw Refusals.handedOver(this, id, was, is);
        } else if (was == null && is != null) {
            throw Refusals.setLater(this, id, is);
        }
    }
}
