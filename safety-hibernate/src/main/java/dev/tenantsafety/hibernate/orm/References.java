package dev.tenantsafety.hibernate.orm;

import org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.type.AnyType;
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
        // whose the row is, not whose it would be: what it points at may be what says so
        check(new Referrer(safety, session, guard, before == null ? state : before, id), guard, state, before, id);
    }

    /** Checks the references that a row has by what native SQL said of it: those that are not new are written, too. */
    static void checkTold(
            FactorySafety safety,
            SharedSessionContractImplementor session,
            EntityGuard guard,
            Object[] state,
            Object id) {
        check(Referrer.told(safety, session, guard, state, id), guard, state, null, id);
    }

    private static void check(Referrer from, EntityGuard guard, Object[] state, Object @Nullable [] before, Object id) {
        Type key = guard.persister().getIdentifierType();
        if (before == null && key instanceof ComponentType) {
            check(
                    from,
                    key,
                    id,
                    null,
                    Reach.NO_ATTRIBUTE,
                    guard.persister().getIdentifierMapping().getAttributeName());
        }
        Type[] types = guard.persister().getPropertyTypes();
        for (int i = 0; i < types.length; i++) {
            Object value = state[i];
            if (value != null
                    && value != LazyPropertyInitializer.UNFETCHED_PROPERTY
                    && (before == null || value != before[i])) {
                Object was = before == null ? null : before[i];
                check(from, types[i], value, was, i, guard.persister().getPropertyNames()[i]);
            } else if (value != null
                    && value != LazyPropertyInitializer.UNFETCHED_PROPERTY
                    && types[i] instanceof EntityType) {
                from.checkAgain(value, guard.persister().getPropertyNames()[i]);
            }
        }
    }

    /** An embeddable is another one in what was read, also where no part of it has changed. */
    private static void check(
            Referrer from, Type type, Object value, @Nullable Object before, int attribute, String name) {
        if (type instanceof EntityType reference) {
            from.check(value, reference, attribute, name);
        } else if (type instanceof AnyType) {
            from.check(value, attribute, name);
        } else if (type instanceof ComponentType component && holdsReferences(component)) {
            Type[] types = component.getSubtypes();
            Object[] values = component.getPropertyValues(value);
            boolean isCompared = before != null && before != LazyPropertyInitializer.UNFETCHED_PROPERTY;
            Object[] read = isCompared ? component.getPropertyValues(before) : new Object[types.length];
            for (int i = 0; i < types.length; i++) {
                if (values[i] != null && values[i] != read[i]) {
                    String part = Referrers.isMapper(name) ? component.getPropertyNames()[i] : name;
                    check(from, types[i], values[i], read[i], Reach.NO_ATTRIBUTE, part);
                }
            }
        }
    }

    /** Whether values of a type are rows: of one entity, or of several ({@code @Any}). */
    static boolean leadsToRows(@Nullable Type type) {
        return type instanceof EntityType || type instanceof AnyType;
    }

    private static boolean holdsReferences(ComponentType component) {
        for (Type type : component.getSubtypes()) {
            if (leadsToRows(type) || type instanceof ComponentType) {
                return true;
            }
        }
        return false;
    }
}
