package dev.tenantsafety.hibernate.orm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer;
import org.hibernate.engine.spi.EntityUniqueKey;
import org.hibernate.engine.spi.PersistenceContext;
import org.hibernate.event.spi.EventSource;
import org.hibernate.metamodel.mapping.EntityMappingType;
import org.hibernate.metamodel.spi.MappingMetamodelImplementor;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.ComponentType;
import org.hibernate.type.EntityType;
import org.hibernate.type.ForeignKeyDirection;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/**
 * By what the session finds an instance beside its ID. Hibernate keeps instances by what they point at, for one-to-ones of the other side, and by unique
 * keys that references use ({@code referencedColumnName}), and takes those that it deletes out of there. What is marked is taken out, too: a row that is
 * read later has no partner in it, and its key may be that of a new row by then.
 */
final class KeysInContext {

    /** By the root of a hierarchy, the attributes that references use in place of the ID. */
    private volatile @Nullable Map<String, Set<String>> unique;

    void forget(EventSource session, Object instance, EntityPersister persister, Object[] loaded) {
        forEachReference(
                session,
                "",
                persister.getPropertyNames(),
                persister.getPropertyTypes(),
                loaded,
                (path, type, id) -> forget(session, instance, persister, path, type, id));
        Set<String> keys = unique(session.getFactory().getMappingMetamodel())
                .getOrDefault(persister.getRootEntityName(), Set.of());
        for (String name : keys) {
            int property = List.of(persister.getPropertyNames()).indexOf(name);
            Object value = property < 0 ? null : loaded[property];
            if (value != null && value != LazyPropertyInitializer.UNFETCHED_PROPERTY) {
                forget(session, instance, persister, name, persister.getPropertyTypes()[property], value);
            }
        }
    }

    private static void forget(
            EventSource session, Object instance, EntityPersister persister, String path, Type type, Object value) {
        PersistenceContext context = session.getPersistenceContextInternal();
        for (String entity : names(persister)) {
            EntityUniqueKey key = new EntityUniqueKey(entity, path, value, type, session.getFactory());
            if (context.getEntity(key) == instance) {
                context.addEntity(key, null);
            }
        }
    }

    private Map<String, Set<String>> unique(MappingMetamodelImplementor metamodel) {
        Map<String, Set<String>> known = unique;
        if (known == null) {
            Map<String, Set<String>> read = new HashMap<>();
            metamodel.forEachEntityDescriptor(entity -> unique(metamodel, entity.getPropertyTypes(), read));
            unique = known = read;
        }
        return known;
    }

    private static void unique(MappingMetamodelImplementor metamodel, Type[] types, Map<String, Set<String>> read) {
        for (Type type : types) {
            if (type instanceof ComponentType embedded) {
                unique(metamodel, embedded.getSubtypes(), read);
            } else if (type instanceof EntityType reference
                    && reference.getForeignKeyDirection() == ForeignKeyDirection.FROM_PARENT
                    && reference.getRHSUniqueKeyPropertyName() != null) {
                String root = metamodel
                        .getEntityDescriptor(reference.getAssociatedEntityName())
                        .getRootEntityName();
                read.computeIfAbsent(root, name -> new HashSet<>()).add(reference.getRHSUniqueKeyPropertyName());
            }
        }
    }

    /** Of the entity, and of those that it extends. */
    private static List<String> names(EntityPersister persister) {
        List<String> names = new ArrayList<>();
        for (EntityMappingType type = persister; type != null; type = type.getSuperMappingType()) {
            names.add(type.getEntityName());
        }
        return names;
    }

    @FunctionalInterface
    private interface ReferenceVisitor {
        void reference(String path, EntityType type, Object id);
    }

    private static void forEachReference(
            EventSource session,
            String prefix,
            String[] names,
            Type[] types,
            @Nullable Object[] values,
            ReferenceVisitor visitor) {
        for (int i = 0; i < types.length; i++) {
            Object value = values[i];
            if (value == null || value == LazyPropertyInitializer.UNFETCHED_PROPERTY) {
                continue;
            }
            if (types[i] instanceof ComponentType embedded) {
                forEachReference(
                        session,
                        prefix + names[i] + ".",
                        embedded.getPropertyNames(),
                        embedded.getSubtypes(),
                        embedded.getPropertyValues(value, session),
                        visitor);
            } else if (types[i] instanceof EntityType reference
                    && reference.isReferenceToPrimaryKey()
                    && reference.getForeignKeyDirection() == ForeignKeyDirection.FROM_PARENT) {
                Object id = UnloadedReference.keyOf(session, value);
                if (id != null) {
                    visitor.reference(prefix + names[i], reference, id);
                }
            }
        }
    }
}
