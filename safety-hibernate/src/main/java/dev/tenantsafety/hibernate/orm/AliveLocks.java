package dev.tenantsafety.hibernate.orm;

import jakarta.persistence.Timeout;
import org.hibernate.dialect.lock.LockingStrategy;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.entity.EntityPersister;

/**
 * Locks of rows that a session holds. Hibernate finds them by their keys and versions, so one without a version is found when it was marked
 * since it was read; without us it would be gone, and the lock refused.
 */
final class AliveLocks implements LockingStrategy {

    private final EntityPersister persister;
    private final LockingStrategy strategy;

    private AliveLocks(EntityPersister persister, LockingStrategy strategy) {
        this.persister = persister;
        this.strategy = strategy;
    }

    static LockingStrategy of(EntityPersister persister, LockingStrategy strategy) {
        return persister.isVersioned() ? strategy : new AliveLocks(persister, strategy);
    }

    @Override
    public void lock(
            Object id, Object version, Object instance, Timeout timeout, SharedSessionContractImplementor session) {
        strategy.lock(id, version, instance, timeout, session);
        check(id, instance, session);
    }

    private void check(Object id, Object instance, SharedSessionContractImplementor session) {
        EntityGuard guard = FactorySafety.of(session.getFactory()).guard(persister.getEntityName());
        if (guard != null && guard.isMarkable() && guard.tombstoneOf(instance) == null) {
            Rows.checkInScope(session, guard, id, "was locked");
        }
    }
}
