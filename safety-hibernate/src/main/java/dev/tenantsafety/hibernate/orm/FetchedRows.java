package dev.tenantsafety.hibernate.orm;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Set;
import org.hibernate.Hibernate;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.mapping.AttributeMapping;
import org.hibernate.metamodel.mapping.EmbeddableValuedModelPart;
import org.hibernate.metamodel.mapping.ManagedMappingType;
import org.hibernate.metamodel.mapping.PluralAttributeMapping;
import org.hibernate.persister.collection.CollectionPersister;
import org.jspecify.annotations.Nullable;

/** The entities that a query has read with others, into attributes of certain names. */
final class FetchedRows {

    private final SharedSessionContractImplementor session;
    private final Set<String> attributes;
    private final Set<Object> found = Collections.newSetFromMap(new IdentityHashMap<>());

    private FetchedRows(SharedSessionContractImplementor session, Set<String> attributes) {
        this.session = session;
        this.attributes = attributes;
    }

    /** Returns what such attributes of an entity hold, if it is loaded, and of what these hold in turn. */
    static Set<Object> read(SharedSessionContractImplementor session, Object result, Set<String> attributes) {
        FetchedRows rows = new FetchedRows(session, attributes);
        if (session.getFactory().getMappingMetamodel().findEntityDescriptor(Hibernate.getClassLazy(result)) != null) {
            rows.readEntity(result);
        }
        return rows.found;
    }

    private void readEntity(Object entity) {
        Object instance = Hibernate.unproxy(entity);
        read(session.getEntityPersister(null, instance), instance);
    }

    private void read(ManagedMappingType type, Object instance) {
        for (int i = 0; i < type.getNumberOfAttributeMappings(); i++) {
            AttributeMapping attribute = type.getAttributeMapping(i);
            if (!Hibernate.isPropertyInitialized(instance, attribute.getAttributeName())) {
                continue;
            }
            Object value = attribute.getValue(instance);
            if (value != null && attribute instanceof EmbeddableValuedModelPart part) {
                read(part.getEmbeddableTypeDescriptor(), value);
            } else if (attributes.contains(attribute.getAttributeName())) {
                add(attribute, value);
            }
        }
    }

    private void add(AttributeMapping attribute, @Nullable Object value) {
        if (attribute instanceof PluralAttributeMapping plural) {
            if (value instanceof PersistentCollection<?> collection && collection.wasInitialized()) {
                addElements(plural.getCollectionDescriptor(), collection);
            }
        } else {
            add(value);
        }
    }

    private void addElements(CollectionPersister persister, PersistentCollection<?> collection) {
        Iterator<?> rows = collection.entries(persister);
        for (int i = 0; rows.hasNext(); i++) {
            Object row = rows.next();
            add(collection.getElement(row));
            if (persister.hasIndex()) {
                add(collection.getIndex(row, i, persister));
            }
        }
    }

    private void add(@Nullable Object value) {
        if (value == null
                || !Hibernate.isInitialized(value)
                || session.getFactory().getMappingMetamodel().findEntityDescriptor(Hibernate.getClass(value)) == null) {
            return;
        }
        Object instance = Hibernate.unproxy(value);
        if (found.add(instance)) {
            readEntity(instance);
        }
    }
}
