package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.GeneratedTypedId;
import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.IdKind.Backing;
import dev.tenantsafety.id.TypedId;
import java.util.EnumSet;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.generator.BeforeExecutionGenerator;
import org.hibernate.generator.EventType;
import org.hibernate.generator.EventTypeSets;
import org.hibernate.generator.GeneratorCreationContext;
import org.jspecify.annotations.Nullable;

/** Creates IDs of an attribute's kind. */
public final class TypedIdGeneration implements BeforeExecutionGenerator {

    private static final long serialVersionUID = 1;

    private final Class<?> type;

    TypedIdGeneration(IdKind<?> kind) {
        type = kind.type();
    }

    /**
     * For Hibernate.
     *
     * @param annotation the annotation
     * @param context the attribute
     */
    public TypedIdGeneration(GeneratedTypedId annotation, GeneratorCreationContext context) {
        type = context.getType().getReturnedClass();
        String where = SafeEntity.simpleName(context.getPersistentClass()) + "."
                + context.getProperty().getName();
        if (!TypedId.class.isAssignableFrom(type)) {
            throw new IllegalStateException(
                    where + " is @GeneratedTypedId, but its type is not a TypedId. Use @GeneratedValue.");
        }
        Backing backing = Kinds.of(type).backing();
        if (backing != Backing.UUID) {
            throw new IllegalStateException(where + " is @GeneratedTypedId, but its kind is backed by "
                    + (backing == Backing.NUMBER ? "a number. Use @GeneratedValue." : "a text. Assign its IDs."));
        }
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
    public Object generate(
            SharedSessionContractImplementor session, Object entity, @Nullable Object current, EventType event) {
        return current == null ? Kinds.of(type).create() : current;
    }
}
