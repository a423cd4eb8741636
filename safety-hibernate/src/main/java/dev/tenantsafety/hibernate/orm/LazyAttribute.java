package dev.tenantsafety.hibernate.orm;

import java.util.List;
import java.util.function.Supplier;
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
 * A lazy attribute of a bytecode-enhanced instance. Hibernate reads all of a lazy group by one statement, as soon as a cascade or the program asks for
 * one of it, and joins what has no proxy (the partner of a one-to-one, what a reference by a unique key points at) with no filter. So where there
 * is such a one, each attribute of the group is read by itself, and a partner by a query: a hidden one is null, as it is in other classes.
 *
 * @param persister of the instance
 * @param name the attribute
 * @param instance whose attribute
 * @param entry of the instance
 * @param session that holds it
 */
record LazyAttribute(
        EntityPersister persister,
        String name,
        Object instance,
        EntityEntry entry,
        SharedSessionContractImplementor session) {

    /**
     * Reads it.
     *
     * @param group how Hibernate reads the group, without filters
     */
    @Nullable
    Object load(Supplier<@Nullable Object> group) {
        List<String> names = group();
        if (names.stream().map(this::type).noneMatch(type -> isPartner(type) || isByUniqueKey(type))) {
            Object read = group.get();
            names.forEach(this::leaveOutHidden);
            return HiddenPartners.isHidden(persister, persister.getPropertyIndex(name), read, session) ? null : read;
        }
        Type type = type(name);
        if (isPartner(type)) {
            return set(partner((OneToOneType) type));
        }
        return type instanceof EntityType reference ? set(reference(reference)) : set(value());
    }

    private List<String> group() {
        LazyAttributesMetadata lazy = persister.getBytecodeEnhancementMetadata().getLazyAttributesMetadata();
        return lazy.isLazyAttribute(name)
                ? lazy.getFetchGroupAttributeDescriptors(lazy.getFetchGroupName(name)).stream()
                        .map(LazyAttributeDescriptor::getName)
                        .toList()
                : List.of(name);
    }

    private Type type(String attribute) {
        return persister.getPropertyTypes()[persister.getPropertyIndex(attribute)];
    }

    /** A one-to-one whose foreign key the partner has, or that shares its key. */
    private boolean isPartner(Type type) {
        return type instanceof OneToOneType one
                && mayBeHidden(one)
                && (one.getForeignKeyDirection() == ForeignKeyDirection.TO_PARENT
                        || !Referrers.keepsVisible(persister.getMappedClass(), one.getPropertyName()));
    }

    private boolean isByUniqueKey(Type type) {
        return !(type instanceof OneToOneType)
                && type instanceof EntityType reference
                && reference.getRHSUniqueKeyPropertyName() != null
                && mayBeHidden(reference);
    }

    private boolean mayBeHidden(EntityType type) {
        return FactorySafety.of(session.getFactory()).guard(type.getAssociatedEntityName()) != null;
    }

    private EntityPersister target(EntityType type) {
        return session.getFactory().getMappingMetamodel().getEntityDescriptor(type.getAssociatedEntityName());
    }

    private @Nullable Object partner(OneToOneType type) {
        EntityPersister partners = target(type);
        String owner = owner(type, partners);
        return one(
                "from " + EntityGuard.hqlName(partners) + " p where " + (owner == null ? "id(p)" : "p." + owner)
                        + " = ?1",
                owner == null ? entry.getId() : instance);
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

    /** What it points at, found by its key. A hidden row is null where Hibernate has no proxy for it. */
    private @Nullable Object reference(EntityType type) {
        EntityPersister target = target(type);
        String unique = type.getRHSUniqueKeyPropertyName();
        if (unique == null) {
            String key = "fk(e." + name + ")"; // which HQL selects within a function only
            Object id = only(rows("coalesce(" + key + ", " + key + ")", ""));
            return id == null ? null : session.internalLoad(target.getEntityName(), id, false, type.isNullable());
        }
        Object key = only(rows("q." + unique, " join e." + name + " q"));
        return key == null ? null : one("from " + EntityGuard.hqlName(target) + " q where q." + unique + " = ?1", key);
    }

    private static @Nullable Object only(List<Object> rows) {
        return rows.isEmpty() ? null : rows.get(0);
    }

    /** The row is there, as the session holds it, whatever filters and restrictions say of it by now. */
    private @Nullable Object value() {
        List<Object> rows = rows("e." + name, "");
        if (rows.isEmpty()) {
            session.getFactory()
                    .getEntityNotFoundDelegate()
                    .handleEntityNotFound(persister.getEntityName(), entry.getId());
        }
        return rows.get(0);
    }

    private List<Object> rows(String expression, String join) {
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

    @SuppressWarnings("removal") // Hibernate 7 has nothing else
    private @Nullable Object one(String query, Object parameter) {
        return session.createSelectionQuery(query, Object.class)
                .setParameter(1, parameter)
                .setQueryFlushMode(org.hibernate.query.QueryFlushMode.NO_FLUSH)
                .getSingleResultOrNull();
    }

    /** What the session has marked. */
    private void leaveOutHidden(String attribute) {
        int property = persister.getPropertyIndex(attribute);
        if (HiddenPartners.isHidden(persister, property, persister.getValue(instance, property), session)) {
            set(property, null);
        }
    }

    private @Nullable Object set(@Nullable Object value) {
        set(persister.getPropertyIndex(name), value);
        return value;
    }

    private void set(int property, @Nullable Object value) {
        persister.setValue(instance, property, value);
        Object[] loaded = entry.getLoadedState();
        if (loaded != null) {
            loaded[property] = persister.getPropertyTypes()[property].deepCopy(value, session.getFactory());
        }
    }
}
