package dev.tenantsafety.hibernate.orm;

import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.mutation.UpdateCoordinatorStandard;

/** The updates of rows that are for all. A lock that increments the version is one, of which Hibernate tells no listener. */
final class SharedUpdates extends UpdateCoordinatorStandard {

    SharedUpdates(EntityPersister persister) {
        super(persister, persister.getFactory());
    }

    @Override
    public void forceVersionIncrement(
            Object id, Object currentVersion, Object nextVersion, SharedSessionContractImplementor session) {
        SessionBinding.of(session).checkIncrement(entityPersister(), id);
        super.forceVersionIncrement(id, currentVersion, nextVersion, session);
    }

    @Override
    public void forceVersionIncrement(
            Object id,
            Object currentVersion,
            Object nextVersion,
            boolean batching,
            SharedSessionContractImplementor session) {
        SessionBinding.of(session).checkIncrement(entityPersister(), id);
        super.forceVersionIncrement(id, currentVersion, nextVersion, batching, session);
    }
}
