package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.MarkedException;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.mapping.SelectableMapping;
import org.hibernate.metamodel.mapping.internal.EntityCollectionPart;
import org.hibernate.metamodel.spi.MappingMetamodelImplementor;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.query.QueryFlushMode;
import org.jspecify.annotations.Nullable;

/** The keys of a map in a join table, of which each can be there once: a marked element keeps its key, as it keeps its link. */
final class LinkKeys {

    private static final int TOGETHER = 500;

    private final EntityGuard owner;
    private final EntityGuard element;
    private final CollectionPersister persister;

    LinkKeys(EntityGuard owner, EntityGuard element, CollectionPersister persister) {
        this.owner = owner;
        this.element = element;
        this.persister = persister;
    }

    static boolean areIn(CollectionPersister persister) {
        return !persister.isOneToMany() && !persister.isInverse() && isMap(persister);
    }

    /** Whether a column that no attribute of the elements has holds the keys. */
    static boolean isMap(CollectionPersister persister) {
        return switch (persister.getCollectionSemantics().getCollectionClassification()) {
            case MAP, SORTED_MAP, ORDERED_MAP ->
                persister.getAttributeMapping().getIndexMetadata().getIndexPropertyName() == null;
            default -> false;
        };
    }

    /** No element that is alive is about to get the key of one that is marked: the database would say so in its own words. */
    void check(
            SharedSessionContractImplementor session,
            PersistentCollection<?> map,
            Object of,
            Predicate<@Nullable Object> isMarked) {
        session.getJdbcCoordinator().executeBatch(); // marks of the same flush
        Set<List<String>> taken = taken(session, of);
        Iterator<?> entries = taken.isEmpty() ? Set.of().iterator() : map.entries(persister);
        while (entries.hasNext()) {
            Map.Entry<?, ?> entry = (Map.Entry<?, ?>) entries.next();
            if (taken.contains(columns(session, entry.getKey())) && !isMarked.test(entry.getValue())) {
                String path = persister
                        .getRole()
                        .substring(persister
                                        .getOwnerEntityPersister()
                                        .getEntityName()
                                        .length()
                                + 1);
                throw new MarkedException(
                        owner.name() + " " + of + "." + path + ": the key " + name(session, entry.getKey())
                                + " is held by a marked " + element.name()
                                + ", which an undo would bring back to it. Undo its deletion, or use another key.");
            }
        }
    }

    private String name(SharedSessionContractImplementor session, Object key) {
        EntityPersister entity =
                persister.getAttributeMapping().getIndexDescriptor() instanceof EntityCollectionPart part
                        ? part.getEntityMappingType().getEntityPersister()
                        : null;
        return entity == null
                ? String.valueOf(key)
                : SafeEntity.simpleName(entity.getEntityName()) + " " + entity.getIdentifier(key, session);
    }

    /** Takes a key apart into what its columns hold. */
    private List<String> columns(SharedSessionContractImplementor session, Object key) {
        List<String> values = new ArrayList<>();
        persister
                .getAttributeMapping()
                .getIndexDescriptor()
                .decompose(
                        key, 0, values, null, (position, all, nothing, value, column) -> all.add(text(value)), session);
        return values;
    }

    @SuppressWarnings("removal") // getKeyType()
    private Set<List<String>> taken(SharedSessionContractImplementor session, Object of) {
        EntityPersister elements = element.persister();
        List<SelectableMapping> columns = new ArrayList<>();
        persister
                .getAttributeMapping()
                .getIndexDescriptor()
                .forEachSelectable((position, column) -> columns.add(column));
        String sql = "select "
                + columns.stream()
                        .map(SelectableMapping::getSelectionExpression)
                        .collect(Collectors.joining(", "))
                + " from "
                + persister.getAttributeMapping().getKeyDescriptor().getKeyTable() + " where "
                + Statements.equal(MarkableLinks.columns(
                        persister.getAttributeMapping().getKeyDescriptor().getKeyPart()))
                + " and " + MarkableLinks.among(MarkableLinks.elementColumns(persister), elements) + " where "
                + Objects.requireNonNull(element.entity().marking()).deletedAt() + " is not null)";
        return session.doReturningWork(connection -> {
            Set<List<String>> keys = new HashSet<>();
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                persister.getKeyType().nullSafeSet(statement, of, 1, session);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        List<String> key = new ArrayList<>();
                        for (int i = 0; i < columns.size(); i++) {
                            key.add(text(columns.get(i)
                                    .getJdbcMapping()
                                    .getJdbcValueExtractor()
                                    .extract(rows, i + 1, session)));
                        }
                        keys.add(key);
                    }
                }
            }
            return keys;
        });
    }

    /** Of values that a database takes for the same. */
    private static String text(@Nullable Object value) {
        if (value instanceof BigDecimal number) {
            return number.stripTrailingZeros().toPlainString();
        }
        return value instanceof byte[] bytes ? Arrays.toString(bytes) : String.valueOf(value);
    }

    /** Whether a column of the elements holds their keys in a map, so that no key of the database keeps two from having the same. */
    static boolean areInElements(CollectionPersister map) {
        return map.isOneToMany() && isMap(map);
    }

    /** A map whose keys are in its elements. */
    interface OfElements {

        /**
         * Takes it.
         *
         * @param element of what it is
         * @param both HQL of pairs of elements, e and o, that have one key; to be gone on with " and …"
         * @param holder the entity that has it, and its attribute
         */
        void take(EntityGuard element, String both, String holder);
    }

    /** Gives all maps of an entity whose keys are in its rows. */
    static void inElements(
            MappingMetamodelImplementor metamodel, FactorySafety safety, SafeEntity entity, OfElements each) {
        metamodel.forEachCollectionDescriptor(map -> {
            EntityGuard element =
                    areInElements(map) ? safety.guard(map.getElementPersister().getEntityName()) : null;
            if (element != null && element.entity() == entity) {
                String owner = map.getOwnerEntityPersister().getEntityName();
                String path = map.getRole().substring(owner.length() + 1);
                each.take(
                        element,
                        "select id(e), id(o) from " + EntityGuard.hqlName(map.getOwnerEntityPersister()) + " p join p."
                                + path + " e join p." + path + " o where key(e) = key(o)",
                        SafeEntity.simpleName(owner) + "." + path);
            }
        });
    }

    /** What came back in the transaction that marked it has its key for itself, where a column of its table holds that. */
    @SuppressWarnings("removal") // QueryFlushMode moves to Jakarta Persistence in Hibernate 8
    static void checkTakenBack(
            SharedSessionContractImplementor session, FactorySafety safety, SafeEntity entity, Collection<Object> ids) {
        inElements(session.getFactory().getMappingMetamodel(), safety, entity, (element, both, holder) -> {
            for (List<Object> some : Chunks.of(List.copyOf(ids), TOGETHER)) {
                Object[] taken = session.createSelectionQuery(both + " and id(e) in (:ids) and e <> o", Object[].class)
                        .setParameterList("ids", some)
                        .setQueryFlushMode(QueryFlushMode.NO_FLUSH)
                        .setMaxResults(1)
                        .uniqueResult();
                if (taken != null) {
                    throw new MarkedException(element.name() + " " + taken[0] + " was taken back, and its key in "
                            + holder + " was given to " + element.name() + " " + taken[1]
                            + " in the meantime. Put one of them under another key.");
                }
            }
        });
    }
}
