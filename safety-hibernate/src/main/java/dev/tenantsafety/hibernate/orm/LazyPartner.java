package dev.tenantsafety.hibernate.orm;

import org.hibernate.engine.spi.EntityEntry;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.ForeignKeyDirection;
import org.hibernate.type.OneToOneType;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/**
 * A lazy one-to-one of a bytecode-enhanced instance, whose foreign key the partner has. Hibernate reads it by a join that no filter reaches, as
 * soon as a cascade or the program asks. So it is read by a query in place of that, and a hidden partner is null, as it is in other classes.
 */
final class LazyPartner {

    private LazyPartner() {}

    /** Whether an attribute is one, of rows that may be hidden. */
    static boolean is(EntityPersister persister, String attribute, SharedSessionContractImplementor session) {
        return type(persister, attribute) instanceof OneToOneType type
                && type.getForeignKeyDirection() == ForeignKeyDirection.TO_PARENT
                && FactorySafety.of(session.getFactory()).guard(type.getAssociatedEntityName()) != null;
    }

    private static Type type(EntityPersister persister, String attribute) {
        return persister.getPropertyTypes()[persister.getPropertyIndex(attribute)];
    }

    @SuppressWarnings("removal") // Hibernate 7 has nothing else
    static @Nullable Object load(
            EntityPersister persister,
            String attribute,
            Object instance,
            EntityEntry entry,
            SharedSessionContractImplementor session) {
        OneToOneType type = (OneToOneType) type(persister, attribute);
        String owner = type.getRHSUniqueKeyPropertyName();
        Object partner = session.createSelectionQuery(
                        "from "
                                + EntityGuard.hqlName(session.getFactory()
                                        .getMappingMetamodel()
                                        .getEntityDescriptor(type.getAssociatedEntityName()))
                                + " p where " + (owner == null ? "id(p) = ?1" : "id(p." + owner + ") = ?1"),
                        Object.class)
                .setParameter(1, entry.getId())
                .setQueryFlushMode(org.hibernate.query.QueryFlushMode.NO_FLUSH)
                .getSingleResultOrNull();
        int property = persister.getPropertyIndex(attribute);
        persister.setValue(instance, property, partner);
        Object[] loaded = entry.getLoadedState();
        if (loaded != null) {
            loaded[property] = partner;
        }
        return partner;
    }
}
