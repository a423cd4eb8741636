package dev.tenantsafety.hibernate.orm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.hibernate.Filter;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.IndexedCollection;
import org.hibernate.mapping.ToOne;
import org.hibernate.metamodel.mapping.CollectionPart;
import org.hibernate.metamodel.mapping.internal.ManyToManyCollectionPart;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.sql.ast.tree.from.TableGroup;
import org.hibernate.sql.ast.tree.from.TableReference;
import org.hibernate.sql.ast.tree.predicate.FilterPredicate;
import org.hibernate.sql.ast.tree.predicate.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a map that are rows of an entity with a tombstone ({@code @MapKeyJoinColumn}). An entry whose key is marked is left out where
 * the map is read, and its row stays, like the link to a marked element. Hibernate has filters on elements only, so this one is our own.
 */
final class MarkableKeys {

    private final EntityPersister entity;
    private final List<String> columns;
    private final List<String> targets;
    private final String table;

    private MarkableKeys(ManyToManyCollectionPart part) {
        entity = part.getEntityMappingType().getEntityPersister();
        columns = MarkableLinks.columns(part.getForeignKeyDescriptor().getKeyPart());
        targets = MarkableLinks.columns(part.getForeignKeyDescriptor().getTargetPart());
        table = part.getForeignKeyDescriptor().getKeyTable();
    }

    /** Those of a collection, if it has any, which is known once its attribute is mapped. */
    static final class OfMap {

        private final CollectionPersister persister;

        /** One or none; null before. */
        private volatile @Nullable List<MarkableKeys> known;

        OfMap(CollectionPersister persister) {
            this.persister = persister;
        }

        void restrict(Consumer<Predicate> predicates, TableGroup tables, Map<String, Filter> enabled) {
            List<MarkableKeys> keys = known;
            if (keys == null) {
                MarkableKeys read = of(persister);
                keys = read == null ? List.of() : List.of(read);
                known = keys;
            }
            keys.forEach(each -> each.restrict(predicates, tables, enabled));
        }
    }

    /** Returns the entity of a map's keys; null if they are none, or attributes of the elements, which are referrers. */
    static @Nullable String entityOf(Collection collection) {
        boolean isAttribute =
                collection instanceof org.hibernate.mapping.Map map && map.getMapKeyPropertyName() != null;
        return !isAttribute
                        && collection instanceof IndexedCollection indexed
                        && indexed.getIndex() instanceof ToOne key
                ? key.getReferencedEntityName()
                : null;
    }

    /** Returns the same, once there are persisters. */
    static @Nullable EntityPersister entityOf(CollectionPersister persister) {
        ManyToManyCollectionPart part = part(persister);
        return part == null ? null : part.getEntityMappingType().getEntityPersister();
    }

    /** Returns null if no key can be marked. */
    static @Nullable MarkableKeys of(CollectionPersister persister) {
        ManyToManyCollectionPart part = part(persister);
        return part == null
                        || !MarkableUpdates.isMarkable(
                                part.getEntityMappingType().getEntityPersister())
                ? null
                : new MarkableKeys(part);
    }

    private static @Nullable ManyToManyCollectionPart part(CollectionPersister persister) {
        CollectionPart index = persister.getAttributeMapping().getIndexDescriptor();
        return index instanceof ManyToManyCollectionPart part
                        && persister.getAttributeMapping().getIndexMetadata().getIndexPropertyName() == null
                ? part
                : null;
    }

    /** Restricts what is read to entries with keys that are alive, where a session leaves marked rows out. */
    private void restrict(Consumer<Predicate> predicates, TableGroup tables, Map<String, Filter> enabled) {
        Filter filter = enabled.get(Filters.ALIVE);
        if (filter != null) {
            TableReference holder = tables.getTableReference(tables.getNavigablePath(), table);
            FilterPredicate alive = new FilterPredicate();
            alive.applyFragment(
                    alive(Objects.requireNonNull(holder == null ? tables.getPrimaryTableReference() : holder)
                            .getIdentificationVariable()),
                    filter,
                    List.of());
            predicates.accept(alive);
        }
    }

    /** True for the rows with keys that are alive, of a table that the keys are in, or an alias of it. */
    String alive(String rows) {
        List<String> equal = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            equal.add("marked." + targets.get(i) + " = " + rows + "." + columns.get(i));
        }
        // not the other way around: a row of an element's table may have no key
        return "not exists (select 1 from " + MarkableLinks.table(entity) + " marked where "
                + String.join(" and ", equal) + " and marked."
                + MarkableUpdates.deletedAt(entity).getSelectionExpression() + " is not null)";
    }
}
