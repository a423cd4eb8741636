package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.ForeignRowException;
import dev.tenantsafety.hibernate.MarkedException;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.scope.OpenScope;
import dev.tenantsafety.scope.TenantScope;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.type.EntityType;
import org.hibernate.type.ForeignKeyDirection;
import org.jspecify.annotations.Nullable;

/**
 * A row that is about to be written, and may point only at what is alive and has the same owner: in a scope, the scope's; in work
 * across tenants, its own.
 */
final class Referrer {

    private final FactorySafety safety;
    private final SharedSessionContractImplementor session;
    private final Reach reach;
    private final EntityGuard guard;
    private final Object[] state;
    private final @Nullable Object id;
    private final boolean isTold;

    /** Of the row itself, on the levels that were asked for. */
    private final Map<IdKind<?>, Optional<TypedId<?>>> owners = new HashMap<>();

    Referrer(
            FactorySafety safety,
            SharedSessionContractImplementor session,
            EntityGuard guard,
            Object[] state,
            @Nullable Object id) {
        this(safety, session, guard, state, id, false);
    }

    /** One that has had its references, if native SQL has told the truth: they may lead to marked rows that stay visible. */
    static Referrer told(
            FactorySafety safety,
            SharedSessionContractImplementor session,
            EntityGuard guard,
            Object[] state,
            Object id) {
        return new Referrer(safety, session, guard, state, id, true);
    }

    private Referrer(
            FactorySafety safety,
            SharedSessionContractImplementor session,
            EntityGuard guard,
            Object[] state,
            @Nullable Object id,
            boolean isTold) {
        this.safety = safety;
        this.session = session;
        this.reach = SessionBinding.of(session).reach();
        this.guard = guard;
        this.state = state;
        this.id = id;
        this.isTold = isTold;
    }

    /** Checks what one of its attributes, or of the elements of its collections, is about to point at. */
    void check(Object value, int attribute, String name) {
        Pointee target = Pointee.of(safety, session, value);
        EntityGuard known = target.guard();
        if (known == null || !target.isWatched()) {
            return;
        }
        if (isTold && known.entity().isVisibleWhenMarked()) {
            if (target.key() != null && !Rows.existsInBin(session, known, target.key())) {
                throw Refusals.notInScope(
                        known, target.key(), "is what " + where(name) + " would point at", OpenScope.current());
            }
            return;
        }
        checkOwner(target, known, attribute, name);
        checkAlive(target, known, attribute, name);
    }

    /** Checks the owner alone, of what may be marked. */
    void checkOwner(Object value, String name) {
        Pointee target = Pointee.of(safety, session, value);
        EntityGuard known = target.guard();
        if (known != null && known.entity().isOwned()) {
            checkOwner(target, known, Reach.NO_ATTRIBUTE, name);
        }
    }

    /**
     * Checks that what a row of one of its collections is about to point at has the same owner on each level that both have, where no
     * scope could be shown a part of the collection: it would not see the row whole, and would remove or overwrite what it does not see.
     */
    void checkSameOwners(@Nullable Object value, String name) {
        checkSameOwners(value, name, false);
    }

    /** The same of places and keys: what is closed is hidden from a row of no site, too. */
    void checkSamePlace(@Nullable Object value, String name) {
        checkSameOwners(value, name, true);
    }

    private void checkSameOwners(@Nullable Object value, String name, boolean isExact) {
        Pointee target = value == null ? null : Pointee.of(safety, session, value);
        EntityGuard known = target == null ? null : target.guard();
        if (target == null
                || known == null
                || known.entity().levels().size() < 2
                || guard.entity().levels().size() < 2) {
            return;
        }
        TenantScope scope = OpenScope.current().tenant().orElse(null);
        for (IdKind<?> kind : known.entity().levels()) {
            boolean isOpen = guard.entity().levels().contains(kind)
                    && (scope == null || scope.find(kind).isEmpty());
            TypedId<?> own = isOpen ? ownOwner(kind) : null;
            TypedId<?> its = isOpen && (own != null || isExact) ? reach.ownerOf(target, kind) : null;
            if (isOpen && !Objects.equals(own, its) && (own != null || isExact)) {
                throw foreign(
                        known,
                        target.key(),
                        name,
                        "belongs to " + (its == null ? "no " + kind.prefix() : its) + ", and the row to "
                                + (own == null ? "no " + kind.prefix() : own)
                                + ": a scope that sees the one and not the other would see a part of "
                                + SafeEntity.lastPart(name)
                                + ". Make the link an entity of its own, or, of entities that need no position, a Set");
            }
        }
    }

    /** Checks the owner of what it no longer points at. Work across tenants may cut each link, and work in no scope none. */
    void checkCut(Object value, String name) {
        TenantScope scope = OpenScope.current().tenant().orElse(null);
        Pointee target = Pointee.of(safety, session, value);
        EntityGuard known = target.guard();
        Object key = target.key();
        if (known != null) {
            Refusals.checkReachable(OpenScope.current(), known.entity());
        }
        if (scope != null && known != null && key != null && !isInScope(target, known, scope, Reach.NO_ATTRIBUTE)) {
            throw Refusals.notInScope(
                    known, key, "is linked to " + where(name) + ", and the link was about to be cut", scope);
        }
    }

    private void checkOwner(Pointee target, EntityGuard known, int attribute, String name) {
        Refusals.checkReachable(OpenScope.current(), known.entity(), () -> where(name));
        TenantScope scope = OpenScope.current().tenant().orElse(null);
        if (scope == null) {
            checkOwnersAgree(target, known, name);
        } else if (known.entity().isOwned()) {
            checkInScope(target, known, scope, attribute, name);
        }
    }

    /**
     * The same for a reference by another key than the primary one: what is written is what the instance says of that key, and only of an
     * instance that the session holds, and has read it of or will write it to, is it known to be so.
     */
    void check(Object value, EntityType type, int attribute, String name) {
        check(value, attribute, name);
        String unique = type.getRHSUniqueKeyPropertyName();
        if (!type.isReferenceToPrimaryKey()
                && unique != null
                && type.getForeignKeyDirection() == ForeignKeyDirection.FROM_PARENT) {
            checkUniqueKey(value, unique, name);
        }
    }

    private void checkUniqueKey(Object value, String unique, String name) {
        Pointee target = Pointee.of(safety, session, value);
        EntityGuard known = target.guard();
        Object instance = target.instance();
        Object key = target.key();
        if (known != null
                && instance != null
                && key != null
                && known.isWatched()
                && !reach.isTrue(known, instance, unique)
                && !Rows.hasInScope(
                        session, known, key, unique, known.persister().getPropertyValue(instance, unique))) {
            throw Refusals.notInScope(
                    known, key, "is what " + where(name) + " would point at by its " + unique, OpenScope.current());
        }
    }

    private void checkInScope(Pointee target, EntityGuard known, TenantScope scope, int attribute, String name) {
        Object instance = target.instance();
        Object key = target.key();
        if (isInScope(target, known, scope, attribute)) {
            if (instance != null && reach.isHeld(instance)) {
                reach.checkHeldOpen(known, instance, key);
            }
            return;
        }
        if (instance == null || !(key == null || reach.isHeld(instance))) {
            throw Refusals.notInScope(
                    known, Objects.requireNonNull(key), "is what " + where(name) + " would point at", scope);
        }
        throw foreign(known, key, name, "is not in the open scope, " + scope);
    }

    /** By what the session holds of it, or else by what the database has. */
    private boolean isInScope(Pointee target, EntityGuard known, TenantScope scope, int attribute) {
        Object instance = target.instance();
        Object key = target.key();
        if (instance != null && reach.isHeld(instance)) {
            return reach.isHeldOwnedBy(scope, known, instance, key);
        }
        if (instance != null && key == null) {
            return reach.isOwnedBy(scope, known, known.persister().getValues(instance), null);
        }
        return key == null || reach.isInScope(known, key, guard, attribute);
    }

    /** Work across tenants writes rows of several, and links none of one with those of another. */
    private void checkOwnersAgree(Pointee target, EntityGuard known, String name) {
        for (IdKind<?> kind : reach.levelsAbove(guard)) {
            TypedId<?> own = reach.ownerAbove(guard, this::ownOwner, kind);
            TypedId<?> its = own == null ? null : reach.ownerAbove(known, each -> reach.ownerOf(target, each), kind);
            if (its != null && !its.equals(own)) {
                throw foreign(known, target.key(), name, "belongs to " + its + ", and the row to " + own);
            }
            if (own != null && its == null && isHidden(target, known, kind)) {
                throw Refusals.notInScope(
                        known,
                        Objects.requireNonNull(target.key()),
                        "is what " + where(name) + " would point at",
                        OpenScope.current());
            }
        }
    }

    private @Nullable TypedId<?> ownOwner(IdKind<?> kind) {
        return owners.computeIfAbsent(kind, k -> Optional.ofNullable(reach.ownerOf(guard, state, id, k)))
                .orElse(null);
    }

    /** Whether its owner is not known, as there is no such row, or none that is shown (a restriction of the mapping). */
    private boolean isHidden(Pointee target, EntityGuard known, IdKind<?> kind) {
        Object instance = target.instance();
        return target.key() != null
                && known.entity().levels().contains(kind)
                && (instance == null || !reach.isHeld(instance))
                && !Rows.existsInScope(session, known, target.key());
    }

    /** Whether it is this row, of whatever class of its hierarchy. One that the database gives its key has none before. */
    boolean is(EntityGuard other, Object key) {
        return guard.entity() == other.entity() && (id == null || id.equals(key));
    }

    private void checkAlive(Pointee target, EntityGuard known, int attribute, String name) {
        if (!known.isMarkable()) {
            return;
        }
        Object instance = target.instance();
        Object key = target.key();
        boolean isHeld = instance != null && reach.isHeld(instance);
        if (key != null && !isHeld && !isAlive(known, key, attribute)) {
            throw Refusals.notInScope(known, key, "is what " + where(name) + " would point at", OpenScope.current());
        }
        if (instance == null) {
            return;
        }
        Tombstone tombstone = known.tombstoneOf(instance);
        if (tombstone != null && !isMarkedToo(tombstone)) {
            throw markedTarget(known, key, tombstone, name);
        }
    }

    /**
     * Checks a reference that is not new, and that an UPDATE writes again: this session may have marked what it leads to, when the row pointed
     * there no longer, as after an update in bulk.
     */
    void checkAgain(Object value, String name) {
        SessionMarks marks = SessionBinding.of(session).marks();
        if (!marks.holdsAny() || !safety.isRestricting(guard.persister().getEntityName(), name)) {
            return;
        }
        Pointee target = Pointee.of(safety, session, value);
        EntityGuard known = target.guard();
        Object instance = target.instance();
        Tombstone tombstone = known == null || instance == null ? null : known.tombstoneOf(instance);
        if (known != null
                && instance != null
                && tombstone != null
                && marks.holds(instance)
                && !isMarkedToo(tombstone)) {
            throw markedTarget(known, target.key(), tombstone, name);
        }
    }

    private MarkedException markedTarget(EntityGuard known, @Nullable Object key, Tombstone tombstone, String name) {
        return new MarkedException(
                known.name() + " " + key + " is what " + where(name) + " would point at, but was deleted by "
                        + tombstone.deletionId() + ".",
                known.name(),
                key,
                tombstone.deletionId());
    }

    private boolean isAlive(EntityGuard known, Object key, int attribute) {
        return OpenScope.current().includesDeleted()
                ? Rows.isAlive(session, known, key)
                : reach.isInScope(known, key, guard, attribute);
    }

    /** A new row that its transaction inserts, and marks with what it points at. */
    private boolean isMarkedToo(Tombstone target) {
        SessionMarks marks = SessionBinding.of(session).marks();
        Object instance = id != null && session.isEventSource() && marks.isOurs(target.deletionId())
                ? Rows.held(session, guard.persister(), id)
                : null;
        return instance != null && marks.tombstoneFor(instance) != null;
    }

    private ForeignRowException foreign(EntityGuard known, @Nullable Object key, String name, String why) {
        return new ForeignRowException(
                known.name() + " " + key + " is what " + where(name) + " would point at, but " + why + ".",
                known.name(),
                key);
    }

    private String where(String name) {
        return guard.name() + " " + id + "." + name;
    }
}
