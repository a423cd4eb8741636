package dev.tenantsafety.hibernate.orm;

import java.util.List;
import org.hibernate.bytecode.enhance.spi.interceptor.LazyAttributeDescriptor;
import org.hibernate.bytecode.enhance.spi.interceptor.LazyAttributesMetadata;
import org.hibernate.engine.spi.EntityEntry;
import org.hibernate.engine.spi.SessionImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.ComponentType;
import org.hibernate.type.EntityType;
import org.hibernate.type.ForeignKeyDirection;
import org.hibernate.type.OneToOneType;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/**
 * A lazy one-to-one of a bytecode-enhanced instance, whose foreign key the partner has. Hibernate reads it by a join that no filter reaches, as
 * soon as a cascade or the program asks for it, or for another attribute of its lazy group. So it is read by a query in place of that, and a
 * hidden partner is null, as it is in other classes.
 */
final class LazyPartner {

    private LazyPartner() {}

    /** Whether an attribute is one, of rows that may be hidden. */
    static boolean is(EntityPersister persister, String attribute, SharedSessionContractImplementor session) {
        return type(persister, attribute) instanceof OneToOneType type
                && type.getForeignKeyDirection() == ForeignKeyDirection.TO_PARENT
                && mayBeHidden(type, session);
    }

    /** Or a reference by a unique key, which Hibernate reads the same way. */
    private static boolean isJoined(
            EntityPersister persister, String attribute, SharedSessionContractImplementor session) {
        return type(persister, attribute) instanceof EntityType type
                && (type instanceof OneToOneType ? is(persister, attribute, session) : isByUniqueKey(type, session));
    }

    private static boolean isByUniqueKey(EntityType type, SharedSessionContractImplementor session) {
        return type.getRHSUniqueKeyPropertyName() != null && mayBeHidden(type, session);
    }

    private static boolean mayBeHidden(EntityType type, SharedSessionContractImplementor session) {
        return FactorySafety.of(session.getFactory()).guard(type.getAssociatedEntityName()) != null;
    }

    private static Type type(EntityPersister persister, String attribute) {
        return persister.getPropertyTypes()[persister.getPropertyIndex(attribute)];
    }

    /** Whether Hibernate would read one together with an attribute: it reads all of a lazy group by one statement. */
    static boolean isReadWith(EntityPersister persister, String attribute, SharedSessionContractImplementor session) {
        return group(persister, attribute).stream().anyMatch(one -> isJoined(persister, one, session));
    }

    static @Nullable Object load(
            EntityPersister persister,
            String attribute,
            Object instance,
            EntityEntry entry,
            SharedSessionContractImplementor session) {
        OneToOneType type = (OneToOneType) type(persister, attribute);
        EntityPersister partners =
                session.getFactory().getMappingMetamodel().getEntityDescriptor(type.getAssociatedEntityName());
        String owner = owner(type, partners);
        Object partner = one(
                "from " + EntityGuard.hqlName(partners) + " p where " + (owner == null ? "id(p)" : "p." + owner)
                        + " = ?1",
                owner == null ? entry.getId() : instance,
                session);
        return set(persister, attribute, instance, entry, partner, partner);
    }

    /** The attribute of the partner that points back, which may be its key; null if both have the same key. */
    private static @Nullable String owner(OneToOneType type, EntityPersister partners) {
        boolean isKey = partners.getIdentifierType() instanceof ComponentType key
                && key.isEmbedded()
                && key.getPropertyNames().length == 1
                && key.getSubtypes()[0] instanceof EntityType;
        return isKey && type.getRHSUniqueKeyPropertyName() == null
                ? ((ComponentType) partners.getIdentifierType()).getPropertyNames()[0]
                : type.getRHSUniqueKeyPropertyName();
    }

    /**
     * Reads an attribute that {@linkplain #isReadWith is read with} one without it. The row is there, as the session holds it, whatever filters and
     * restrictions say of it by now.
     */
    static @Nullable Object loadAlone(
            EntityPersister persister,
            String attribute,
            Object instance,
            EntityEntry entry,
            SharedSessionContractImplementor session) {
        Type type = type(persister, attribute);
        Object value = alone("e." + attribute, persister, entry, session);
        return set(persister, attribute, instance, entry, value, type.deepCopy(value, session.getFactory()));
    }

    private static @Nullable Object alone(
            String expression, EntityPersister persister, EntityEntry entry, SharedSessionContractImplementor session) {
        List<Object> rows = rows(expression, "", persister, entry, session);
        if (rows.isEmpty()) {
            session.getFactory()
                    .getEntityNotFoundDelegate()
                    .handleEntityNotFound(persister.getEntityName(), entry.getId());
        }
        return rows.get(0);
    }

    private static List<Object> rows(
            String expression,
            String join,
            EntityPersister persister,
            EntityEntry entry,
            SharedSessionContractImplementor session) {
        return BesideSession.inBin((SessionImplementor) session, "lazy attributes", reading -> {
            SessionBinding.of((SharedSessionContractImplementor) reading).readPastRestrictions();
            return reading.createSelectionQuery(
                            "select " + expression + " from " + EntityGuard.hqlName(persister) + " e" + join
                                    + " where id(e) = ?1",
                            Object.class)
                    .setParameter(1, entry.getId())
                    .getResultList();
        });
    }

    /** The same of a reference, which is found by its key; a hidden row is null where Hibernate has no proxy for it. */
    static @Nullable Object loadReference(
            EntityPersister persister,
            String attribute,
            Object instance,
            EntityEntry entry,
            SharedSessionContractImplementor session) {
        EntityType type = (EntityType) type(persister, attribute);
        EntityPersister target =
                session.getFactory().getMappingMetamodel().getEntityDescriptor(type.getAssociatedEntityName());
        String unique = type.getRHSUniqueKeyPropertyName();
        Object value;
        if (unique == null) {
            String key = "fk(e." + attribute + ")"; // which HQL selects within a function only
            Object id = only(rows("coalesce(" + key + ", " + key + ")", "", persister, entry, session));
            value = id == null ? null : session.internalLoad(target.getEntityName(), id, false, type.isNullable());
        } else {
            Object key = only(rows("q." + unique, " join e." + attribute + " q", persister, entry, session));
            value = key == null
                    ? null
                    : one("from " + EntityGuard.hqlName(target) + " q where q." + unique + " = ?1", key, session);
        }
        return set(persister, attribute, instance, entry, value, value);
    }

    private static @Nullable Object only(List<Object> rows) {
        return rows.isEmpty() ? null : rows.get(0);
    }

    /**
     * Takes what the session has marked out of a lazy group that was read.
     *
     * @return whether the attribute that was asked for is one
     */
    static boolean leaveOutHidden(
            EntityPersister persister,
            String attribute,
            Object instance,
            EntityEntry entry,
            SharedSessionContractImplementor session) {
        boolean isHidden = false;
        for (String each : group(persister, attribute)) {
            int property = persister.getPropertyIndex(each);
            if (HiddenPartners.isHidden(persister, property, persister.getValue(instance, property), session)) {
                set(persister, each, instance, entry, null, null);
                isHidden |= each.equals(attribute);
            }
        }
        return isHidden;
    }

    private static List<String> group(EntityPersister persister, String attribute) {
        LazyAttributesMetadata lazy = persister.getBytecodeEnhancementMetadata().getLazyAttributesMetadata();
        return lazy.isLazyAttribute(attribute)
                ? lazy.getFetchGroupAttributeDescriptors(lazy.getFetchGroupName(attribute)).stream()
                        .map(LazyAttributeDescriptor::getName)
                        .toList()
                : List.of(attribute);
    }

    @SuppressWarnings("removal") // Hibernate 7 has nothing else
    private static @Nullable Object one(String query, Object owner, SharedSessionContractImplementor session) {
        return session.createSelectionQuery(query, Object.class)
                .setParameter(1, owner)
                .setQueryFlushMode(org.hibernate.query.QueryFlushMode.NO_FLUSH)
                .getSingleResultOrNull();
    }

    private static @Nullable Object set(
            EntityPersister persister,
            String attribute,
            Object instance,
            EntityEntry entry,
            @Nullable Object value,
            @Nullable Object copy) {
        int property = persister.getPropertyIndex(attribute);
        persister.setValue(instance, property, value);
        Object[] loaded = entry.getLoadedState();
        if (loaded != null) {
            loaded[property] = copy;
        }
        return value;
    }
}
