package dev.tenantsafety.hibernate.orm;

import java.util.function.Supplier;
import org.hibernate.engine.spi.EntityEntry;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.metamodel.mapping.PluralAttributeMapping;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.JoinedSubclassEntityPersister;
import org.hibernate.persister.entity.UnionSubclassEntityPersister;
import org.hibernate.persister.internal.StandardPersisterClassResolver;
import org.jspecify.annotations.Nullable;

/** Names the classes that read and write what filters are on, for Hibernate, which makes them. */
public final class FilteredPersisters extends StandardPersisterClassResolver {

    private static final long serialVersionUID = 1;

    /** For Hibernate, which is told its name. */
    public FilteredPersisters() {}

    @Override
    public Class<? extends EntityPersister> getEntityPersisterClass(PersistentClass entity) {
        Class<? extends EntityPersister> standard = super.getEntityPersisterClass(entity);
        if (standard == JoinedSubclassEntityPersister.class) {
            return JoinedTables.class;
        }
        return standard == UnionSubclassEntityPersister.class ? TablePerClass.class : OneTable.class;
    }

    /** Loads a lazy attribute of an enhanced instance: what it points at is joined without filters. Elements of collections have theirs. */
    static @Nullable Object load(
            EntityPersister persister,
            String attribute,
            Object instance,
            SharedSessionContractImplementor session,
            Supplier<@Nullable Object> load) {
        if (persister.findAttributeMapping(attribute) instanceof PluralAttributeMapping) {
            return load.get();
        }
        SessionBinding binding = SessionBinding.of(session);
        EntityGuard guard = FactorySafety.of(session.getFactory()).guard(persister.getEntityName());
        if (guard != null) {
            binding.checkHeld(guard);
        }
        EntityEntry entry = session.getPersistenceContextInternal().getEntry(instance);
        return entry == null
                ? binding.unfiltered(load)
                : new LazyAttribute(persister, attribute, instance, entry, session)
                        .load(() -> binding.unfiltered(load));
    }

    @Override
    public Class<? extends CollectionPersister> getCollectionPersisterClass(Collection collection) {
        return collection.isOneToMany() ? FilteredElements.class : FilteredLinks.class;
    }
}
