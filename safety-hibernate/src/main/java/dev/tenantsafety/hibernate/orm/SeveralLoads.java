package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.scope.OpenScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.hibernate.Hibernate;
import org.hibernate.RemovalsMode;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.loader.ast.spi.MultiLoadOptions;
import org.hibernate.loader.ast.spi.MultiNaturalIdLoadOptions;
import org.hibernate.loader.ast.spi.MultiNaturalIdLoader;
import org.hibernate.metamodel.mapping.EntityMappingType;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/**
 * Loads of several keys at once ({@code findMultiple}). What the session holds comes from there without a question to a filter or a
 * listener; what is marked among it is treated as Hibernate treats what the session has removed.
 */
final class SeveralLoads {

    private SeveralLoads() {}

    static List<?> load(
            EntityPersister persister,
            MultiLoadOptions options,
            SharedSessionContractImplementor session,
            Supplier<? extends List<?>> load) {
        FactorySafety safety = FactorySafety.of(session.getFactory());
        EntityGuard guard = safety.guard(persister.getEntityName());
        if (guard == null || !guard.isWatched()) {
            return load.get();
        }
        SessionBinding.of(session).checkHeld(guard);
        List<?> loaded = load.get();
        if (OpenScope.current().includesDeleted()
                || options.getRemovalsMode() == RemovalsMode.INCLUDE
                || loaded.stream().noneMatch(each -> isMarked(safety, each))) {
            return loaded;
        }
        List<@Nullable Object> alive = new ArrayList<>(loaded);
        if (options.getRemovalsMode() == RemovalsMode.EXCLUDE) {
            alive.removeIf(each -> isMarked(safety, each));
        } else {
            alive.replaceAll(each -> isMarked(safety, each) ? null : each);
        }
        return alive;
    }

    /** The same by natural IDs. */
    static <E> MultiNaturalIdLoader<E> load(EntityPersister persister, MultiNaturalIdLoader<E> loader) {
        return new MultiNaturalIdLoader<>() {
            @Override
            @SuppressWarnings("unchecked") // what the loader gave, or null
            public <K> List<E> multiLoad(
                    K[] naturalIds, MultiNaturalIdLoadOptions options, SharedSessionContractImplementor session) {
                return (List<E>)
                        load(persister, options, session, () -> loader.multiLoad(naturalIds, options, session));
            }

            @Override
            public EntityMappingType getLoadable() {
                return loader.getLoadable();
            }
        };
    }

    private static boolean isMarked(FactorySafety safety, @Nullable Object each) {
        if (each == null || !Hibernate.isInitialized(each)) {
            return false;
        }
        Object instance = Objects.requireNonNull(Hibernate.unproxy(each));
        EntityGuard guard = safety.guard(Hibernate.getClass(instance).getName());
        return guard != null && guard.isMarkable() && guard.tombstoneOf(instance) != null;
    }
}
