package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.IdKind.Backing;
import dev.tenantsafety.id.TypedId;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import org.hibernate.boot.spi.InFlightMetadataCollector;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.generator.BeforeExecutionGenerator;
import org.hibernate.generator.EventType;
import org.hibernate.generator.Generator;
import org.hibernate.generator.GeneratorCreationContext;
import org.hibernate.mapping.BasicValue;
import org.hibernate.mapping.GeneratorCreator;
import org.hibernate.mapping.KeyValue;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.RootClass;
import org.hibernate.type.BasicType;
import org.jspecify.annotations.Nullable;

/** Makes typed IDs of the numbers that Hibernate takes from a sequence or a table, which it gives for integral types only. */
final class TypedNumberGeneration implements BeforeExecutionGenerator {

    private static final long serialVersionUID = 1;

    private final BeforeExecutionGenerator numbers;
    private final transient IdKind<?> kind;

    private TypedNumberGeneration(BeforeExecutionGenerator numbers, IdKind<?> kind) {
        this.numbers = numbers;
        this.kind = kind;
    }

    /** Before Hibernate creates the generators, which then declare their sequences and tables. */
    static void addTo(InFlightMetadataCollector metadata) {
        BasicType<Long> numbers =
                Objects.requireNonNull(metadata.getTypeConfiguration().getBasicTypeForJavaType(Long.class));
        for (PersistentClass mapping : metadata.getEntityBindingMap().values()) {
            Property id = mapping.getIdentifierProperty();
            GeneratedValue generated = id == null || !(mapping instanceof RootClass)
                    ? null
                    : Members.find(mapping.getMappedClass(), id.getName(), GeneratedValue.class);
            if (generated != null && generated.strategy() != GenerationType.IDENTITY) {
                kind(mapping.getIdentifier())
                        .ifPresent(kind -> generate((BasicValue) mapping.getIdentifier(), kind, generated, numbers));
            }
        }
    }

    private static void generate(BasicValue id, IdKind<?> kind, GeneratedValue generated, BasicType<Long> numbers) {
        GenerationType strategy = generated.strategy();
        boolean isOurs =
                strategy == GenerationType.UUID // which no kind of numbers can take: the mapping is refused later
                        || (strategy == GenerationType.AUTO
                                && generated.generator().isEmpty()
                                && kind.backing() == Backing.UUID);
        if (isOurs) {
            id.setCustomIdGeneratorCreator(context -> new TypedIdGeneration(kind));
        } else if (kind.backing() == Backing.NUMBER) {
            id.setCustomIdGeneratorCreator(wrapped(id.getCustomIdGeneratorCreator(), kind, numbers));
        }
    }

    private static Optional<IdKind<?>> kind(KeyValue id) {
        return id instanceof BasicValue basic
                        && basic.getType() instanceof BasicType<?> type
                        && type.getJavaTypeDescriptor() instanceof TypedIdJavaType<?> javaType
                ? Optional.of(javaType.kind())
                : Optional.empty();
    }

    private static GeneratorCreator wrapped(GeneratorCreator creator, IdKind<?> kind, BasicType<Long> numbers) {
        return context -> {
            Generator generator = creator.createGenerator(ofNumbers(context, numbers));
            return generator instanceof BeforeExecutionGenerator before
                    ? new TypedNumberGeneration(before, kind)
                    : generator;
        };
    }

    /** The same context, but for the type; a proxy, because what else a context has differs between versions. */
    private static GeneratorCreationContext ofNumbers(GeneratorCreationContext context, BasicType<Long> numbers) {
        return (GeneratorCreationContext) Proxy.newProxyInstance(
                GeneratorCreationContext.class.getClassLoader(),
                new Class<?>[] {GeneratorCreationContext.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("getType")) {
                        return numbers;
                    }
                    try {
                        return method.invoke(context, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Override
    public EnumSet<EventType> getEventTypes() {
        return numbers.getEventTypes();
    }

    @Override
    public boolean allowAssignedIdentifiers() {
        return numbers.allowAssignedIdentifiers();
    }

    @Override
    public @Nullable Object generate(
            SharedSessionContractImplementor session, Object entity, @Nullable Object current, EventType event) {
        Object given = current instanceof TypedId<?> id ? (Object) id.number() : current;
        Object number = numbers.generate(session, entity, given, event);
        return number instanceof Number made ? kind.of(made.longValue()) : number;
    }
}
