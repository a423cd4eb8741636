package dev.tenantsafety.hibernate.orm;

import java.util.List;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.generator.values.GeneratedValues;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.mutation.InsertCoordinatorStandard;
import org.jspecify.annotations.Nullable;

/** Inserts as Hibernate does. A stateless session has no flush, so its errors are explained here. */
final class ExplainedInserts extends InsertCoordinatorStandard {

    private final EntityPersister persister;

    ExplainedInserts(EntityPersister persister) {
        super(persister, persister.getFactory());
        this.persister = persister;
    }

    @Override
    public @Nullable GeneratedValues insert(
            Object entity, @Nullable Object id, Object[] values, SharedSessionContractImplementor session) {
        try {
            return super.insert(entity, id, values, session);
        } catch (ConstraintViolationException e) {
            EntityGuard guard = SessionBinding.of(session).safety().guard(persister.getEntityName());
            throw session.isEventSource() || guard == null || id == null || !guard.hasKeyOfProgram()
                    ? e
                    : KeysOfMarked.why(session, guard, List.of(id), e);
        }
    }
}
