package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.ForeignRowException;
import dev.tenantsafety.hibernate.OwnedBy;
import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.scope.OpenScope;
import dev.tenantsafety.scope.TenantScope;
import java.util.EnumSet;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.generator.BeforeExecutionGenerator;
import org.hibernate.generator.EventType;
import org.hibernate.generator.EventTypeSets;
import org.hibernate.generator.GeneratorCreationContext;
import org.jspecify.annotations.Nullable;

/** Fills in whose a new row is, from the open scope. */
public final class OwnerGeneration implements BeforeExecutionGenerator {

    private static final long serialVersionUID = 1;

    private final String attribute;
    private final Class<?> type;

    /**
     * For Hibernate.
     *
     * @param annotation the annotation
     * @param context the attribute
     */
    public OwnerGeneration(OwnedBy annotation, GeneratorCreationContext context) {
        this(context);
    }

    OwnerGeneration(GeneratorCreationContext context) {
        attribute = SafeEntity.simpleName(context.getPersistentClass()) + "."
                + context.getProperty().getName();
        type = context.getType().getReturnedClass();
    }

    @Override
    public EnumSet<EventType> getEventTypes() {
        return EventTypeSets.INSERT_ONLY;
    }

    @Override
    public boolean allowAssignedIdentifiers() {
        return true;
    }

    @Override
    public @Nullable Object generate(
            SharedSessionContractImplementor session, Object entity, @Nullable Object current, EventType event) {
        TenantScope scope = OpenScope.current().tenant().orElse(null);
        if (scope == null || !SessionBinding.of(session).safety().isEnabled()) {
            return current;
        }
        TypedId<?> owner = scope.find(Kinds.of(type)).orElse(null);
        if (current != null && owner != null && !current.equals(owner)) {
            throw new ForeignRowException(
                    attribute + " is " + current + ", but the row is created in the scope of " + scope
                            + ". Leave the attribute null, and it takes the scope's owner; or open the scope of the other.");
        }
        return current == null ? owner : current;
    }
}
