package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.ForeignRowException;
import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.scope.OpenScope;
import dev.tenantsafety.scope.TenantScope;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer;
import org.hibernate.engine.spi.EntityEntry;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.mapping.AttributeMapping;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/**
 * What a session knows of whose rows are: from what it holds, and, of what it does not hold, from the database, which it asks once
 * for each key in a transaction and scope, and for up to {@value #TOGETHER} keys at once.
 */
final class Reach {

    /** Of what points at a row otherwise than by an attribute of its entity. */
    static final int NO_ATTRIBUTE = -1;

    private static final int TOGETHER = 200;

    private final FactorySafety safety;
    private final SharedSessionContractImplementor session;

    /** Those that were found in the open scope, and alive. */
    private final Set<Row> inScope = new HashSet<>();

    /** Keys of collections that no row of others has. */
    private final Set<CollectionKeys.Key> keys = new HashSet<>();

    /**
     * A row that was looked for.
     *
     * @param entity the hierarchy
     * @param key its key
     */
    record Row(SafeEntity entity, Object key) {}

    Reach(FactorySafety safety, SharedSessionContractImplementor session) {
        this.safety = safety;
        this.session = session;
    }

    /** The scope, the transaction or a mark has changed what was known. */
    void forget() {
        inScope.clear();
        keys.clear();
    }

    void known(CollectionKeys.Key key) {
        keys.add(key);
    }

    boolean isKnown(CollectionKeys.Key key) {
        return keys.contains(key);
    }

    /** Whether the open scope has a row, which is alive unless the scope includes deleted ones. */
    boolean isInScope(EntityGuard guard, Object key) {
        return isInScope(guard, key, guard, NO_ATTRIBUTE);
    }

    /**
     * The same, for a row that others of an entity point at with an attribute. What else the session holds of those is likely to be
     * written next, and what it points at is looked for too.
     */
    boolean isInScope(EntityGuard guard, Object key, EntityGuard from, int attribute) {
        if (isKnown(guard, key)) {
            return true;
        }
        Set<Object> asked = new LinkedHashSet<>();
        asked.add(key);
        if (attribute != NO_ATTRIBUTE && session.isEventSource()) {
            addUnknown(guard, from.persister(), attribute, asked);
        }
        Rows.inScope(session, guard, asked).forEach(found -> inScope.add(new Row(guard.entity(), found)));
        return isKnown(guard, key);
    }

    /** Those of several keys whose rows the open scope does not have, alive unless it includes deleted ones. */
    Set<Object> missing(EntityGuard guard, Set<Object> keys) {
        Set<Object> missing = new LinkedHashSet<>(keys);
        missing.removeIf(key -> isKnown(guard, key));
        List<Object> unknown = List.copyOf(missing);
        for (List<Object> asked : Chunks.of(unknown, TOGETHER)) {
            Rows.inScope(session, guard, new LinkedHashSet<>(asked))
                    .forEach(found -> inScope.add(new Row(guard.entity(), found)));
        }
        missing.removeIf(key -> isKnown(guard, key));
        return missing;
    }

    private boolean isKnown(EntityGuard guard, Object key) {
        return inScope.contains(new Row(guard.entity(), key));
    }

    private void addUnknown(EntityGuard guard, EntityPersister from, int attribute, Set<Object> asked) {
        for (Map.Entry<Object, EntityEntry> held :
                session.getPersistenceContextInternal().reentrantSafeEntityEntries()) {
            if (asked.size() == TOGETHER) {
                return;
            }
            Object value = held.getValue().getPersister() == from ? from.getValue(held.getKey(), attribute) : null;
            Pointee pointee = value == null ? null : Pointee.of(safety, session, value);
            if (pointee != null
                    && pointee.instance() == null
                    && pointee.key() != null
                    && pointee.guard() != null
                    && pointee.guard().entity() == guard.entity()
                    && !isKnown(guard, pointee.key())) {
                asked.add(pointee.key());
            }
        }
    }

    /**
     * Whether a row is the scope's by all that it says and points at. What the session holds of the rows on its path is looked at in
     * memory; a row that it does not hold is looked for.
     */
    boolean isOwnedBy(TenantScope scope, EntityGuard guard, Object[] state, @Nullable Object id) {
        return guard.foreignOwner(scope, state, id) == null && isPathOwnedBy(scope, guard, state);
    }

    /**
     * The same of a row that the session holds. What was read of it counts, and not what a program has made of that since; and as in the
     * filters, a row that lacks an owner which the scope names is not the scope's.
     */
    boolean isHeldOwnedBy(TenantScope scope, EntityGuard guard, Object instance, @Nullable Object id) {
        Object[] read = readOf(instance);
        return read == null
                ? isOwnedBy(scope, guard, guard.persister().getValues(instance), id)
                : !guard.isOutside(scope, read, id) && isPathOwnedBy(scope, guard, read);
    }

    /** What the session has read of a row, or has written; null if the row is new, or Hibernate keeps nothing of it. */
    private Object @Nullable [] readOf(Object instance) {
        EntityEntry entry = session.isEventSource()
                ? session.getPersistenceContextInternal().getEntry(instance)
                : null;
        return entry == null || !entry.isExistsInDatabase() ? null : entry.getLoadedState();
    }

    private boolean isPathOwnedBy(TenantScope scope, EntityGuard guard, Object[] state) {
        Object above = guard.path(state);
        if (above == null) {
            return true; // no path, or Hibernate refuses the null
        }
        Pointee owner = Pointee.of(safety, session, above);
        if (owner.guard() == null || owner.key() == null) {
            return true; // new: it is looked at when it is inserted
        }
        if (owner.instance() != null && isHeld(owner.instance())) {
            return isHeldOwnedBy(scope, owner.guard(), owner.instance(), owner.key());
        }
        return isInScope(owner.guard(), owner.key(), guard, guard.pathPosition());
    }

    /** What the session does not hold was made by hand, or comes from elsewhere: what it says of itself may be wrong. */
    boolean isHeld(Object instance) {
        return session.isEventSource()
                && session.getPersistenceContextInternal().getEntry(instance) != null;
    }

    /** Whether an attribute of an instance is what the database has, or will have by the next flush. */
    boolean isTrue(EntityGuard guard, Object instance, String attribute) {
        EntityEntry entry = session.isEventSource()
                ? session.getPersistenceContextInternal().getEntry(instance)
                : null;
        if (entry == null) {
            return false;
        }
        EntityPersister persister = guard.persister();
        boolean isStored = entry.isExistsInDatabase();
        if (isStored && entry.getLoadedState() != null && isAsRead(entry, persister, instance, attribute)) {
            return true;
        }
        AttributeMapping mapped = persister.findAttributeMapping(attribute);
        if (mapped == null || (isStored && !entry.isModifiableEntity())) {
            return false;
        }
        boolean[] isWritten = {true};
        mapped.forEachSelectable(
                (i, column) -> isWritten[0] &= isStored ? column.isUpdateable() : column.isInsertable());
        return isWritten[0];
    }

    private static boolean isAsRead(EntityEntry entry, EntityPersister persister, Object instance, String attribute) {
        int position = List.of(persister.getPropertyNames()).indexOf(attribute);
        Object[] read = entry.getLoadedState();
        return position >= 0
                && read != null
                && persister.getPropertyTypes()[position].isEqual(
                        read[position], persister.getValue(instance, position));
    }

    /** The owner of a row on a level, by what it says or points at, wherever it is; null if it has none there. */
    @Nullable
    TypedId<?> ownerOf(EntityGuard guard, Object[] state, @Nullable Object id, IdKind<?> kind) {
        for (TypedId<?> owner : guard.owners(state, id)) {
            if (owner.kind().equals(kind)) {
                return owner;
            }
        }
        Object above = guard.path(state);
        return above == null ? null : ownerOf(Pointee.of(safety, session, above), kind);
    }

    /** The same by what the session holds alone; null where it does not hold what says it. */
    @Nullable
    TypedId<?> heldOwnerOf(EntityGuard guard, Object[] state, @Nullable Object id, IdKind<?> kind) {
        for (TypedId<?> owner : guard.owners(state, id)) {
            if (owner.kind().equals(kind)) {
                return owner;
            }
        }
        Object above = guard.path(state);
        if (above == null || above == LazyPropertyInitializer.UNFETCHED_PROPERTY) {
            return null;
        }
        Pointee pointee = Pointee.of(safety, session, above);
        Object[] read = pointee.instance() == null ? null : readOf(pointee.instance());
        return pointee.guard() == null || read == null ? null : heldOwnerOf(pointee.guard(), read, pointee.key(), kind);
    }

    /**
     * The owner on a level, also where a row says another level alone, whose unit has a row that says it: a row of a site is the
     * tenant's who owns the site.
     */
    @Nullable
    TypedId<?> ownerAbove(EntityGuard guard, Function<IdKind<?>, @Nullable TypedId<?>> owners, IdKind<?> kind) {
        TypedId<?> own = guard.entity().levels().contains(kind) ? owners.apply(kind) : null;
        if (own != null) {
            return own;
        }
        for (IdKind<?> level : guard.entity().levels()) {
            EntityGuard units = level.equals(kind) ? null : safety.units(level);
            TypedId<?> unit = units != null && units.entity().levels().contains(kind) ? owners.apply(level) : null;
            if (unit != null && units != null) {
                return Rows.owner(session, units, unit, kind);
            }
        }
        return null;
    }

    /** The levels that a row has, or whose units it belongs to. */
    Set<IdKind<?>> levelsAbove(EntityGuard guard) {
        Set<IdKind<?>> levels = new LinkedHashSet<>(guard.entity().levels());
        for (IdKind<?> level : guard.entity().levels()) {
            EntityGuard units = safety.units(level);
            if (units != null) {
                levels.addAll(units.entity().levels());
            }
        }
        return levels;
    }

    /** Within a scope too, a row does not change its owner: what it is owned through must have the same on the levels that the scope leaves open. */
    void checkPathKept(EntityGuard guard, Object[] before, Object[] state, Object id) {
        SafeEntity.OwnerPath path = guard.entity().path();
        Object was = guard.path(before);
        Object is = guard.path(state);
        if (path == null
                || was == is
                || was == null
                || is == null
                || was == LazyPropertyInitializer.UNFETCHED_PROPERTY
                || is == LazyPropertyInitializer.UNFETCHED_PROPERTY) {
            return;
        }
        Pointee from = Pointee.of(safety, session, was);
        Pointee to = Pointee.of(safety, session, is);
        if (from.key() != null && from.key().equals(to.key())) {
            return;
        }
        for (IdKind<?> kind : openLevels(path.target())) {
            TypedId<?> ofOld = ownerOf(from, kind);
            TypedId<?> ofNew = ownerOf(to, kind);
            if (!Objects.equals(ofOld, ofNew)) {
                throw Refusals.handedOver(guard, id, nameOf(ofOld, kind), nameOf(ofNew, kind));
            }
        }
    }

    private static Object nameOf(@Nullable TypedId<?> owner, IdKind<?> kind) {
        return owner == null ? "no " + kind.prefix() : owner;
    }

    /** Whether work across tenants is under way, and no tenant's scope inside it. */
    static boolean isAcross() {
        OpenScope now = OpenScope.current();
        return now.crossTenant().isPresent() && now.tenant().isEmpty();
    }

    /** The levels of an entity of which the open scope names no owner. */
    static List<IdKind<?>> openLevels(SafeEntity entity) {
        TenantScope scope = OpenScope.current().tenant().orElse(null);
        return entity.levels().stream()
                .filter(kind -> scope == null || scope.find(kind).isEmpty())
                .toList();
    }

    /** The same of what a reference leads to. Only work across tenants asks for it, and of levels that the open scope does not name. */
    @Nullable
    TypedId<?> ownerOf(Pointee pointee, IdKind<?> kind) {
        EntityGuard guard = pointee.guard();
        if (guard == null || !guard.entity().levels().contains(kind)) {
            return null;
        }
        if (pointee.instance() != null && (pointee.key() == null || isHeld(pointee.instance()))) {
            Object[] read = readOf(pointee.instance());
            Object[] said = read == null ? guard.persister().getValues(pointee.instance()) : read;
            return ownerOf(guard, said, pointee.key(), kind);
        }
        if (pointee.key() == null) {
            return null;
        }
        List<TypedId<?>> owners = Rows.owners(session, guard, pointee.key(), List.of(kind), "");
        if (owners == null) { // hidden by a restriction of the mapping, or in a closed unit: it is somebody's, and not
            // known whose
            throw Refusals.notInScope(
                    guard, pointee.key(), "is what a row would be owned through, or point at", OpenScope.current());
        }
        return owners.get(0);
    }

    /**
     * Whether the units that a row says it is owned by are open and, where units have owners themselves, have the same ones: those of the
     * scope, and those that the row says. The units that the scope names were seen open when it was bound.
     */
    void checkOwners(EntityGuard guard, Object[] state, @Nullable Object id) {
        TenantScope scope = OpenScope.current().tenant().orElse(null);
        if (scope != null && guard.isOwnedAsNamedBy(scope)) {
            return;
        }
        if (scope == null) {
            for (IdKind<?> kind : guard.entity().levels()) {
                checkOpen(kind.equals(guard.entity().unit()) ? null : ownerOf(guard, state, id, kind));
            }
        } else {
            SessionBinding.of(session).checkUnitsOpen(OpenScope.current(), guard, state, id);
        }
        List<TypedId<?>> owners = guard.ownersToBe(scope, state, id);
        owners.forEach(owner -> checkWhole(guard, id, owner, owners));
        for (TypedId<?> owner : owners) {
            if (!owner.kind().equals(guard.entity().unit())) {
                if (scope != null && scope.find(owner.kind()).isEmpty()) {
                    checkOpen(owner);
                }
                owners.forEach(other -> checkUnit(guard, id, owner, other));
                if (scope != null) {
                    scope.levels().forEach(other -> checkUnit(guard, id, owner, other));
                }
            }
        }
    }

    /** A row of a site is one of the site's tenant, and says so where it says its tenant: that one would not see it otherwise. */
    private void checkWhole(EntityGuard guard, @Nullable Object id, TypedId<?> unit, List<TypedId<?>> owners) {
        EntityGuard units = unit.kind().equals(guard.entity().unit()) ? null : safety.units(unit.kind());
        for (SafeEntity.OwnerColumn column : guard.entity().owners()) {
            IdKind<?> kind = column.kind();
            if (units != null
                    && !kind.equals(unit.kind())
                    && units.entity().levels().contains(kind)
                    && owners.stream().noneMatch(owner -> owner.kind().equals(kind))) {
                throw new ForeignRowException(
                        guard.name() + " " + id + " would belong to " + unit + ", and to no " + kind.prefix()
                                + ", who would not see it. Set " + column.attribute()
                                + ", or create it inside TenantScope.of("
                                + kind.prefix() + ").narrow(" + unit.kind().prefix() + ").run(…).",
                        guard.name(),
                        id);
            }
        }
    }

    /** A row that the session holds may be in a unit that was closed since. */
    void checkHeldOpen(EntityGuard guard, Object instance, @Nullable Object id) {
        Object[] read = readOf(instance);
        if (read != null) {
            SessionBinding.of(session).checkUnitsOpen(OpenScope.current(), guard, read, id);
        }
    }

    private void checkOpen(@Nullable TypedId<?> owner) {
        if (owner != null) {
            safety.markedUnits().check(safety.mapping().units(), session, List.of(owner));
        }
    }

    /** The row of a unit, where it has one, must say the same of who owns the unit. */
    private void checkUnit(EntityGuard guard, @Nullable Object id, TypedId<?> unit, TypedId<?> owner) {
        if (owner.kind().equals(unit.kind())) {
            return;
        }
        EntityGuard units = safety.units(unit.kind());
        if (units == null || !units.entity().levels().contains(owner.kind()) || safety.isOwner(unit, owner)) {
            return;
        }
        TypedId<?> its = Rows.owner(session, units, unit, owner.kind());
        if (owner.equals(its)) {
            safety.seenOwner(unit, owner);
        } else if (its != null || Rows.existsAnywhere(session, units, unit)) {
            throw new ForeignRowException(
                    guard.name() + " " + id + " was about to be written for " + owner + ", but " + units.name() + " "
                            + unit + " does not belong to it.",
                    guard.name(),
                    id);
        }
    }
}
