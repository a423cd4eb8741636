package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.hibernate.DeletionRecord;
import dev.tenantsafety.hibernate.ForeignRowException;
import dev.tenantsafety.hibernate.HardDeleteRefusedException;
import dev.tenantsafety.hibernate.MarkedException;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.hibernate.UnguardedSessionException;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.CrossTenantReadOnlyException;
import dev.tenantsafety.scope.NoTenantScopeException;
import dev.tenantsafety.scope.OpenScope;
import dev.tenantsafety.scope.TenantScope;
import java.util.function.Supplier;
import org.hibernate.Version;
import org.jspecify.annotations.Nullable;

/** The sentences of refusals: what, why, and what to do instead. */
final class Refusals {

    private Refusals() {}

    /** Whether an entity is one of ours. */
    static boolean isRecord(@Nullable String entityName) {
        return DeletionRecord.class.getName().equals(entityName)
                || ReferenceSetToNull.class.getName().equals(entityName);
    }

    static HardDeleteRefusedException recordsStay(String path, String entityName) {
        return new HardDeleteRefusedException(
                path + " " + SafeEntity.simpleName(entityName)
                        + " would remove or change records of deletions, of which nobody knows then who made them and why. Leave them.");
    }

    static ForeignRowException recordsAreOurs(String entityName) {
        return new ForeignRowException("A " + SafeEntity.simpleName(entityName)
                + " was about to be inserted, and only deletions insert theirs. Use Deletions.because(\"…\", …).");
    }

    static UnguardedSessionException withoutGate() {
        return new UnguardedSessionException("A session of Hibernate " + Version.getVersionString()
                + " was constructed without the gate that keeps it to its scope, so it may not read or write. Use a version that "
                + "Tenant Safety was tried with: " + String.join(", ", HibernateVersions.TRIED) + ".");
    }

    static NoTenantScopeException noScope(SafeEntity entity, @Nullable TenantScope open) {
        return noScope(entity, "", open);
    }

    private static NoTenantScopeException noScope(SafeEntity entity, String which, @Nullable TenantScope open) {
        return NoTenantScopeException.forOwned(entity.name() + which, entity.levels(), open);
    }

    /** Refuses all rows of an entity that somebody owns where none is in reach: no scope is open, or one that names none of its levels. */
    static void checkReachable(OpenScope now, SafeEntity entity) {
        if (isOutOfReach(now, entity)) {
            throw noScope(entity, now.tenant().orElse(null));
        }
    }

    /** The same for a row that an attribute points at. */
    static void checkReachable(OpenScope now, SafeEntity entity, Supplier<String> attribute) {
        if (isOutOfReach(now, entity)) {
            throw noScope(
                    entity,
                    ", which " + attribute.get() + " would point at,",
                    now.tenant().orElse(null));
        }
    }

    private static boolean isOutOfReach(OpenScope now, SafeEntity entity) {
        TenantScope scope = now.tenant().orElse(null);
        return entity.isOwned() && (scope == null ? now.isEmpty() : !entity.isNamedBy(scope));
    }

    static ForeignRowException foreignRow(EntityGuard guard, @Nullable Object id, TenantScope scope, String what) {
        return new ForeignRowException(
                guard.name() + " " + id + " " + what + ", but is not in the open scope, " + scope
                        + ". Reach across tenants with CrossTenant.read(\"…\") or CrossTenant.write(\"…\") where that is meant.",
                guard.name(),
                id);
    }

    /** Refuses a change of rows that are somebody's, or all's, in work that reads across tenants. */
    static void checkNotReadOnly(OpenScope scope, EntityGuard guard, @Nullable Object id) {
        CrossTenant.Grant grant = scope.crossTenant().orElse(null);
        if (grant != null && !grant.writing() && (guard.entity().isOwned() || guard.isShared())) {
            throw new CrossTenantReadOnlyException(id == null ? guard.name() : guard.name() + " " + id, grant);
        }
    }

    static ForeignRowException notInScope(EntityGuard guard, Object id, String what, Object scope) {
        return new ForeignRowException(
                guard.name() + " " + id + " " + what + ", but there is no such row in the open scope, " + scope
                        + ". It may belong to somebody else, be marked, or not exist.",
                guard.name(),
                id);
    }

    /** @param isManaged whether the row is of a session, which knows what it has read */
    static ForeignRowException hiddenLink(
            EntityGuard guard, Object id, String attribute, EntityGuard target, boolean isManaged) {
        return new ForeignRowException(
                guard.name() + " " + id + "." + attribute + " points at a " + target.name()
                        + " that is marked or not in the open scope, " + OpenScope.current()
                        + (isManaged
                                ? ", so it reads as null, and it was set to null without being read. Leave it as it is; or cut the link where "
                                        + "the " + target.name() + " is seen."
                                : ", so it was read as null, and a stateless session would write that. Use a session or entity manager, "
                                        + "which leaves it as it is."),
                guard.name(),
                id);
    }

    static MarkedException markedRowLoaded(EntityGuard guard, Object id, Tombstone tombstone) {
        return new MarkedException(
                guard.name() + " " + id + " was deleted by " + tombstone.deletionId()
                        + ", and a query that no filter reaches was about to load it. Leave marked rows out (deleted_at is null), or "
                        + "see them with IncludeDeleted.because(\"…\").",
                guard.name(),
                id,
                tombstone.deletionId());
    }

    static MarkedException markedInList(EntityGuard guard, Object id, DeletionId deletion, String list) {
        return new MarkedException(
                guard.name() + " " + id + " was deleted by " + deletion + " since " + list
                        + " was read, which was about to be written with it. Read the list again, and change it then.",
                guard.name(),
                id,
                deletion);
    }

    static MarkedException markedRowWritten(EntityGuard guard, Object id, Tombstone tombstone) {
        return new MarkedException(
                guard.name() + " " + id + " was deleted by " + tombstone.deletionId()
                        + " and is not to be changed. Undo that deletion first.",
                guard.name(),
                id,
                tombstone.deletionId());
    }

    static MarkedException markedEarlier(EntityGuard guard, Object id, Tombstone tombstone) {
        return new MarkedException(
                guard.name() + " " + id + " was deleted by " + tombstone.deletionId()
                        + " in an earlier transaction of this session, which keeps it as it was then and writes nothing of it. Undo that "
                        + "deletion, if nobody has, and refresh(…) it, or use a new session.",
                guard.name(),
                id,
                tombstone.deletionId());
    }

    static MarkedException keyOfMarkedRow(EntityGuard guard, Object id, DeletionId deletion, String what) {
        return new MarkedException(
                guard.name() + " " + id + " cannot be " + what + ": a row with this key was deleted by " + deletion
                        + " and keeps it. Undo that deletion with Deletions.of(entityManager).undo(…), and change the row; or use "
                        + "another key.",
                guard.name(),
                id,
                deletion);
    }

    static ForeignRowException goesNoFurther(TenantSafetyException refused) {
        ForeignRowException further = new ForeignRowException(
                "This session was refused a row while it loaded it, and holds parts of it, so it neither reads nor writes any more: "
                        + refused.getMessage() + " Roll back, and clear the session or use a new one.");
        further.initCause(refused);
        return further;
    }

    static HardDeleteRefusedException hardDelete(String path, EntityGuard guard) {
        return new HardDeleteRefusedException(
                path + " on " + guard.name() + " would remove rows for good. Use remove(…) of a "
                        + "session or entity manager, which marks, or Deletions.mark(" + guard.name()
                        + ".class, …) for many; rows go for good only with tenant-safety-purge, after retention.",
                guard.name());
    }

    static ForeignRowException handedOver(EntityGuard guard, Object id, Object was, Object is) {
        return new ForeignRowException(
                guard.name() + " " + id + " belongs to " + was + ", and an update would hand it to " + is
                        + ". A row does not change its owner; create one for the other owner instead.",
                guard.name(),
                id);
    }

    static ForeignRowException setLater(EntityGuard guard, Object id, Object is) {
        return new ForeignRowException(
                guard.name() + " " + id + " was inserted without a "
                        + ((TypedId<?>) is).kind().prefix()
                        + ", and an update would hand it to " + is
                        + ". An owner is written once: set it before persist(…), or create "
                        + "the row inside the scope of its owner; of a row that is there, create another.",
                guard.name(),
                id);
    }
}
