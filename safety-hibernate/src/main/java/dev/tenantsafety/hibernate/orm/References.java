package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.ForeignRowException;
import dev.tenantsafety.hibernate.MarkedException;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.scope.OpenScope;
import dev.tenantsafety.scope.TenantScope;
import java.util.Arrays;
import org.hibernate.Hibernate;
import org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.ComponentType;
import org.hibernate.type.EntityType;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/** What a row points at must be in the same scope. */
final class References {

    private References() {}

    /** Checks the references that are new since the state before; all, if there was none. */
    static void check(
            FactorySafety safety,
            SharedSessionContractImplementor session,
            EntityGuard guard,
            Object[] state,
            Object @Nullable [] before,
            Object id) {
        if (OpenScope.current().tenant().isEmpty()) {
            return; // only work across tenants comes here without one
        }
        Type[] types = guard.persister().getPropertyTypes();
        for (int i = 0; i < types.length; i++) {
            Object value = state[i];
            if (value != null
                    && value != LazyPropertyInitializer.UNFETCHED_PROPERTY
                    && (before == null || value != before[i])) {
                String attribute = guard.persister().getPropertyNames()[i];
                check(safety, session, types[i], value, () -> guard.name() + " " + id + "." + attribute);
            }
        }
    }

    private static void check(
            FactorySafety safety,
            SharedSessionContractImplementor session,
            Type type,
            Object value,
            java.util.function.Supplier<String> where) {
        if (type instanceof EntityType) {
            checkReference(safety, session, value, where);
        } else if (type instanceof ComponentType component && holdsReferences(component)) {
            Type[] types = component.getSubtypes();
            Object[] values = component.getPropertyValues(value);
            for (int i = 0; i < types.length; i++) {
                if (values[i] != null) {
                    check(safety, session, types[i], values[i], where);
                }
            }
        }
    }

    /** Whether an attribute points at rows that somebody owns, or that can be marked. */
    static boolean leadsOut(FactorySafety safety, EntityPersister persister, String attribute) {
        int index = Arrays.asList(persister.getPropertyNames()).indexOf(attribute);
        return index >= 0 && leadsOut(safety, persister.getPropertyTypes()[index]);
    }

    private static boolean leadsOut(FactorySafety safety, Type type) {
        if (type instanceof EntityType reference) {
            EntityGuard target = safety.guard(reference.getAssociatedEntityName());
            return target != null && (target.entity().isOwned() || target.isMarkable());
        }
        return type instanceof ComponentType component
                && Arrays.stream(component.getSubtypes()).anyMatch(part -> leadsOut(safety, part));
    }

    private static boolean holdsReferences(ComponentType component) {
        for (Type type : component.getSubtypes()) {
            if (type instanceof EntityType || type instanceof ComponentType) {
                return true;
            }
        }
        return false;
    }

    /** One that was loaded has been looked at already, and one that was created will be; one that was not is looked for. */
    static void checkReference(
            FactorySafety safety,
            SharedSessionContractImplementor session,
            Object value,
            java.util.function.Supplier<String> where) {
        UnloadedReference unloaded = UnloadedReference.of(value);
        if (unloaded != null) {
            EntityGuard target = safety.guard(unloaded.entityName());
            if (target != null
                    && (target.entity().isOwned() || target.isMarkable())
                    && !Rows.existsInScope(session, target, unloaded.key())) {
                throw Refusals.notInScope(
                        target, unloaded.key(), "is what " + where.get() + " would point at", OpenScope.current());
            }
            return;
        }
        Object instance = Hibernate.unproxy(value);
        EntityPersister persister = session.getEntityPersister(null, instance);
        EntityGuard target = safety.guard(persister.getEntityName());
        TenantScope scope = OpenScope.current().tenant().orElse(null);
        if (target != null && scope != null) {
            checkInstance(session, target, instance, persister, scope, where);
        }
    }

    private static void checkInstance(
            SharedSessionContractImplementor session,
            EntityGuard target,
            Object instance,
            EntityPersister persister,
            TenantScope scope,
            java.util.function.Supplier<String> where) {
        Object key = persister.getIdentifier(instance, session);
        if (target.entity().isOwned() && target.foreignOwnerOf(scope, instance, key) != null) {
            throw new ForeignRowException(target.name() + " " + key + " is what " + where.get()
                    + " would point at, but is not in the open scope, " + scope + ".");
        }
        // What the session does not hold was made by hand, or comes from elsewhere: what it says of itself may be
        // wrong.
        boolean isHeld = session.isEventSource()
                && session.getPersistenceContextInternal().getEntry(instance) != null;
        if (!isHeld && target.entity().isOwned() && !Rows.existsInScope(session, target, key)) {
            throw Refusals.notInScope(target, key, "is what " + where.get() + " would point at", scope);
        }
        Tombstone tombstone = target.tombstoneOf(instance);
        if (tombstone != null && !OpenScope.current().includesDeleted()) {
            throw new MarkedException(target.name() + " " + key + " is what " + where.get()
                    + " would point at, but was deleted by " + tombstone.deletionId() + ".");
        }
    }
}
