package dev.tenantsafety.hibernate.orm;

import org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.ComponentType;
import org.hibernate.type.EntityType;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/**
 * What a row points at whose mark is taken back: at nothing that stays marked, though the row has pointed at it before. While it was
 * marked itself, it was no referrer that would have kept its target from being marked.
 */
final class TakenBackReferences {

    private final Referrer from;

    private TakenBackReferences(Referrer from) {
        this.from = from;
    }

    /** Checks all references of a row: in its attributes, its embeddables and its key. */
    static void check(
            FactorySafety safety,
            SharedSessionContractImplementor session,
            EntityGuard guard,
            Object[] state,
            Object id) {
        EntityPersister persister = guard.persister();
        TakenBackReferences references = new TakenBackReferences(new Referrer(safety, session, guard, state, id));
        references.check(
                persister.getMappedClass(), "", persister.getPropertyNames(), persister.getPropertyTypes(), state);
        if (persister.getIdentifierType() instanceof ComponentType key
                && persister.getIdentifierPropertyName() != null) {
            references.check(
                    key.getReturnedClass(),
                    persister.getIdentifierPropertyName() + ".",
                    key.getPropertyNames(),
                    key.getSubtypes(),
                    key.getPropertyValues(id));
        }
    }

    private void check(
            @Nullable Class<?> declaring, String prefix, String[] names, Type[] types, @Nullable Object[] values) {
        for (int i = 0; i < types.length; i++) {
            Object value = values[i];
            if (value == null || value == LazyPropertyInitializer.UNFETCHED_PROPERTY) {
                continue;
            }
            if (types[i] instanceof EntityType && !Referrers.keepsVisible(declaring, names[i])) {
                from.check(value, Reach.NO_ATTRIBUTE, prefix + names[i]);
            } else if (types[i] instanceof ComponentType component) {
                boolean isKey = Referrers.isMapper(names[i]); // whose attributes are the entity's own
                check(
                        isKey ? declaring : component.getReturnedClass(),
                        isKey ? prefix : prefix + names[i] + ".",
                        component.getPropertyNames(),
                        component.getSubtypes(),
                        component.getPropertyValues(value));
            }
        }
    }
}
