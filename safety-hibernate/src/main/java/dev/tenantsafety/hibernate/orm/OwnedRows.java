package dev.tenantsafety.hibernate.orm;

import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.mutation.DeleteCoordinator;
import org.hibernate.persister.entity.mutation.UpdateCoordinator;
import org.hibernate.persister.entity.mutation.UpdateCoordinatorStandard;
import org.hibernate.persister.state.internal.AbstractStateManagement;
import org.hibernate.persister.state.spi.StateManagement;

/**
 * How rows that somebody owns are written, and really deleted where they have no tombstone: for their owner only. Versions of rows that
 * are for all are not incremented by who may only read.
 */
public final class OwnedRows extends AbstractStateManagement {

    /** Where Hibernate looks for it, by this name. */
    public static final StateManagement INSTANCE = new OwnedRows();

    private OwnedRows() {}

    @Override
    public UpdateCoordinator createUpdateCoordinator(EntityPersister persister) {
        OwnerPredicate predicate = OwnerPredicate.of(persister);
        UpdateCoordinator standard = super.createUpdateCoordinator(persister);
        if (!(standard instanceof UpdateCoordinatorStandard)) {
            return standard;
        }
        return predicate == null
                ? new CheckedIncrements(persister)
                : new OwnedUpdates(persister, predicate).coordinator();
    }

    @Override
    public DeleteCoordinator createDeleteCoordinator(EntityPersister persister) {
        OwnerPredicate predicate = OwnerPredicate.of(persister);
        return predicate == null
                ? super.createDeleteCoordinator(persister)
                : new OwnedDeletes(persister, predicate).coordinator();
    }
}
