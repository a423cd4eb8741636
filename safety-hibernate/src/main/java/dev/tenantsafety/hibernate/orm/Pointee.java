package dev.tenantsafety.hibernate.orm;

import org.hibernate.Hibernate;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/**
 * What a reference leads to.
 *
 * @param guard of its entity; null if that is not known to us
 * @param key its key; null if it is new and has none yet
 * @param instance the instance, with its state; null if it was not loaded
 */
record Pointee(
        @Nullable EntityGuard guard,
        @Nullable Object key,
        @Nullable Object instance) {

    static Pointee of(FactorySafety safety, SharedSessionContractImplementor session, Object value) {
        UnloadedReference unloaded = UnloadedReference.of(value);
        if (unloaded != null) {
            return new Pointee(safety.guard(unloaded.entityName()), unloaded.key(), null);
        }
        Object instance = Hibernate.unproxy(value);
        EntityPersister persister = session.getEntityPersister(null, instance);
        return new Pointee(
                safety.guard(persister.getEntityName()), persister.getIdentifier(instance, session), instance);
    }

    /** Whether the rows of its entity are somebody's, or can be marked. */
    boolean isWatched() {
        return guard != null && guard.isWatched();
    }
}
