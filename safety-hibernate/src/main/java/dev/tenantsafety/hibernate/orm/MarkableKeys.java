package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.id.IdKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.hibernate.Filter;
import org.hibernate.engine.spi.SessionFactoryImplementor;
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
 * The keys of a map that are rows of an entity ({@code @MapKeyJoinColumn}). An entry whose key is marked is left out where the map is
 * read, and its row stays, like the link to a marked element; so is one whose key is somebody else's. Hibernate has filters on elements
 * only, so this one is our own.
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
                ManyToManyCollectionPart part = part(persister);
                keys = part == null ? List.of() : List.of(new MarkableKeys(part));
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

    /**
     * Restricts what is read to entries with keys that are alive, where a session leaves marked rows out, and that are in the open scope:
     * what a query asks of a key is asked of the key's own row.
     */
    private void restrict(Consumer<Predicate> predicates, TableGroup tables, Map<String, Filter> enabled) {
        TableReference holder = tables.getTableReference(tables.getNavigablePath(), table);
        String rows = Objects.requireNonNull(holder == null ? tables.getPrimaryTableReference() : holder)
                .getIdentificationVariable();
        Filter alive = enabled.get(Filters.ALIVE);
        if (alive != null && MarkableUpdates.isMarkable(entity)) {
            restrict(predicates, alive(rows), alive, List.of());
        }
        SessionFactoryImplementor factory = entity.getFactory();
        FactorySafety safety = FactorySafety.of(factory);
        SafeEntity safe = safety.mapping().entities().get(entity.getRootEntityName());
        if (safe != null) {
            Conditions conditions =
                    new Conditions(factory.getJdbcServices().getDialect(), factory.getSqlStringGenerationContext());
            for (IdKind<?> kind : safe.levels()) {
                Filter owner = enabled.get(Filters.ownedBy(kind));
                String owned = conditions.ownedBy(
                        safe, kind, "marked", ":" + Filters.ownedBy(kind) + "." + Filters.OWNER_PARAMETER);
                if (owner != null && owned != null) {
                    restrict(predicates, owned(rows, owned), owner, List.of(Filters.OWNER_PARAMETER));
                }
                EntityGuard units = safety.units(kind);
                Filter open = enabled.get(Filters.openUnits(kind));
                String inOpen = units == null ? null : conditions.inOpenUnit(safe, units.entity(), kind, "marked");
                if (open != null && inOpen != null) {
                    restrict(predicates, owned(rows, inOpen), open, List.of());
                }
            }
        }
    }

    private static void restrict(
            Consumer<Predicate> predicates, String condition, Filter filter, List<String> parameters) {
        FilterPredicate predicate = new FilterPredicate();
        predicate.applyFragment(condition, filter, parameters);
        predicates.accept(predicate);
    }

    /** True for the rows whose keys are somebody's, or that have none. */
    private String owned(String rows, String condition) {
        return "(" + rows + "." + columns.get(0) + " is null or exists (select 1 from " + MarkableLinks.table(entity)
                + " marked where " + equal(rows) + " and " + condition + "))";
    }

    private String equal(String rows) {
        List<String> equal = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            equal.add("marked." + targets.get(i) + " = " + rows + "." + columns.get(i));
        }
        return String.join(" and ", equal);
    }

    /** True for the rows with keys that are alive, of a table that the keys are in, or an alias of it. */
    String alive(String rows) {
        // not the other way around: a row of an element's table may have no key
        return "not exists (select 1 from " + MarkableLinks.table(entity) + " marked where "
                + equal(rows) + " and marked."
                + MarkableUpdates.deletedAt(entity).getSelectionExpression() + " is not null)";
    }
}
