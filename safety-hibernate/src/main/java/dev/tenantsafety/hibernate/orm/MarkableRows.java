package dev.tenantsafety.hibernate.orm;

import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.mutation.UpdateCoordinator;
import org.hibernate.persister.state.internal.AbstractStateManagement;
import org.hibernate.persister.state.spi.StateManagement;

/** How rows of an entity with a tombstone are written: as Hibernate writes any, but for the updates. */
public final class MarkableRows extends AbstractStateManagement {

    /** Where Hibernate looks for it, by this name. */
    public static final StateManagement INSTANCE = new MarkableRows();

    private MarkableRows() {}

    @Override
    public UpdateCoordinator createUpdateCoordinator(EntityPersister persister) {
        return new MarkableUpdates(persister);
    }
}
