package dev.tenantsafety.hibernate.orm;

import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.mutation.UpdateCoordinatorStandard;

/** Updates of which those that increment a version are looked at: Hibernate tells no listener of a lock that does. */
class CheckedIncrements extends UpdateCoordinatorStandard {

    CheckedIncrements(EntityPersister persister) {
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
