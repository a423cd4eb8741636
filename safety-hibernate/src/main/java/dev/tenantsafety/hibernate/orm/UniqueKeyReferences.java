package dev.tenantsafety.hibernate.orm;

import java.util.List;
import java.util.Map;
import org.hibernate.boot.Metadata;
import org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.mapping.Component;
import org.hibernate.mapping.Join;
import org.hibernate.mapping.OneToOne;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.ToOne;
import org.hibernate.mapping.Value;
import org.hibernate.query.QueryFlushMode;
import org.hibernate.type.EntityType;
import org.hibernate.type.ForeignKeyDirection;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/**
 * To-one attributes by another key than the primary one ({@code referencedColumnName}). Hibernate knows no key to make a proxy of, so it
 * reads their rows at once, lazy or not; a row that is hidden is null then, and an UPDATE of all columns would wipe the link. So entities
 * with such attributes write what has changed and nothing else.
 */
final class UniqueKeyReferences {

    private final Metadata metadata;
    private final Map<String, SafeEntity> entities;
    private final List<String> problems;

    UniqueKeyReferences(Metadata metadata, Map<String, SafeEntity> entities, List<String> problems) {
        this.metadata = metadata;
        this.entities = entities;
        this.problems = problems;
    }

    void keep() {
        for (PersistentClass mapping : metadata.getEntityBindings()) {
            boolean isAny = false;
            for (Property property : mapping.getProperties()) {
                InverseOneToOne.readAtOnce(property);
                isAny |= isHideable(property.getValue());
                checkParts(property.getValue(), SafeEntity.simpleName(mapping) + "." + property.getName());
            }
            mapping.getJoins().forEach(join -> checkSecondary(mapping, join));
            if (isAny) {
                mapping.setDynamicUpdate(true);
                mapping.getSubclassClosure().forEach(subclass -> subclass.setDynamicUpdate(true));
            }
        }
        metadata.getCollectionBindings()
                .forEach(collection -> checkParts(collection.getElement(), SafeEntity.simpleName(collection)));
    }

    /** A row of a secondary table is removed where all that is read of it is null, and inserted where none was. */
    private void checkSecondary(PersistentClass mapping, Join join) {
        for (Property property : join.getProperties()) {
            if (isHideable(property.getValue()) && property.getValue() instanceof ToOne toOne) {
                String target = SafeEntity.simpleName(toOne.getReferencedEntityName());
                problems.add(SafeEntity.simpleName(mapping) + "." + property.getName() + " refers to " + target + " by "
                        + toOne.getReferencedPropertyName() + " in the secondary table "
                        + join.getTable().getName()
                        + ", whose row is removed with the link, or inserted again, while what it leads to is hidden. Refer to the @Id of "
                        + target + ", or move the attribute to the table of the entity.");
            }
        }
    }

    /** An embeddable is written with all of its columns. */
    private void checkParts(Value value, String where) {
        if (value instanceof Component component) {
            for (Property part : component.getProperties()) {
                String path = where + "." + part.getName();
                if (isHideable(part.getValue()) && part.getValue() instanceof ToOne toOne) {
                    String target = SafeEntity.simpleName(toOne.getReferencedEntityName());
                    problems.add(path + " refers to " + target + " by " + toOne.getReferencedPropertyName()
                            + " in an embeddable, which is written as a whole, so the link is wiped while its row is hidden. Refer to "
                            + "the @Id of " + target + ", or move the attribute to the entity.");
                }
                checkParts(part.getValue(), path);
            }
        }
    }

    private boolean isHideable(Value value) {
        if (!(value instanceof ToOne toOne)
                || toOne.isReferenceToPrimaryKey()
                || (toOne instanceof OneToOne one && !one.isConstrained())) {
            return false;
        }
        PersistentClass target = metadata.getEntityBinding(toOne.getReferencedEntityName());
        SafeEntity entity = SafeEntity.of(entities, target);
        return entity != null && (entity.isOwned() || entity.marking() != null);
    }

    /**
     * Looks whether an attribute that is null, and was not read, has a link to a row that is hidden. Asks for none but these attributes.
     *
     * @param before what a session has read, of which an enhanced instance may have left an attribute out; null for a stateless session,
     *     which has read nothing and writes all columns
     */
    static void checkHidden(
            FactorySafety safety,
            SharedSessionContractImplementor session,
            EntityGuard guard,
            Object @Nullable [] before,
            Object[] state,
            Object id) {
        Type[] types = guard.persister().getPropertyTypes();
        for (int i = 0; i < types.length; i++) {
            if (state[i] == null
                    && (before == null || before[i] == LazyPropertyInitializer.UNFETCHED_PROPERTY)
                    && types[i] instanceof EntityType reference
                    && !reference.isReferenceToPrimaryKey()
                    && reference.getForeignKeyDirection() == ForeignKeyDirection.FROM_PARENT) {
                EntityGuard target = safety.guard(reference.getAssociatedEntityName());
                String attribute = guard.persister().getPropertyNames()[i];
                if (target != null && isHidden(session, guard, attribute, id)) {
                    throw Refusals.hiddenLink(guard, id, attribute, target, before != null);
                }
            }
        }
    }

    @SuppressWarnings("removal") // QueryFlushMode moves to Jakarta Persistence in Hibernate 8
    private static boolean isHidden(
            SharedSessionContractImplementor session, EntityGuard guard, String attribute, Object id) {
        return session.createSelectionQuery(
                                "select 1 from " + EntityGuard.hqlName(guard.persister()) + " e left join e."
                                        + attribute
                                        + " t where id(e) = :id and fk(e." + attribute
                                        + ") is not null and id(t) is null",
                                Integer.class)
                        .setParameter("id", id)
                        .setQueryFlushMode(QueryFlushMode.NO_FLUSH)
                        .setMaxResults(1)
                        .uniqueResult()
                != null;
    }
}
