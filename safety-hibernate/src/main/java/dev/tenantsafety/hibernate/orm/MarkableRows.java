package dev.tenantsafety.hibernate.orm;

import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.mutation.InsertCoordinator;
import org.hibernate.persister.entity.mutation.UpdateCoordinator;
import org.hibernate.persister.state.internal.AbstractStateManagement;
import org.hibernate.persister.state.spi.StateManagement;

/** How rows of an entity with a tombstone are written: as Hibernate writes any, but for the updates and what is said of errors. */
public final class MarkableRows extends AbstractStateManagement {

    /** Where Hibernate looks for it, by this name. */
    public static final StateManagement INSTANCE = new MarkableRows();

    private MarkableRows() {}

    @Override
    public InsertCoordinator createInsertCoordinator(EntityPersister persister) {
        return new ExplainedInserts(persister);
    }

    @Override
    public UpdateCoordinator createUpdateCoordinator(EntityPersister persister) {
        return new MarkableUpdates(persister);
    }
}
