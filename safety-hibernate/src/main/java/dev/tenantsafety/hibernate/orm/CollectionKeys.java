package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.ForeignRowException;
import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.scope.OpenScope;
import dev.tenantsafety.scope.TenantScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.engine.spi.CollectionEntry;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.mapping.Collection;
import org.hibernate.metamodel.mapping.ForeignKeyDescriptor;
import org.hibernate.metamodel.mapping.SelectableMapping;
import org.hibernate.persister.collection.AbstractCollectionPersister;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.ComponentType;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a collection whose rows refer to its owner by another key than the primary one ({@code referencedColumnName}). Hibernate
 * takes such a key from what an instance says, when the collection is read and when it is written; and the instance may say another than
 * its row has. No row of others may have it.
 */
final class CollectionKeys {

    private static final int TOGETHER = 100;

    private final AbstractCollectionPersister persister;

    /**
     * A key that was looked for.
     *
     * @param role the collection
     * @param values of the key's columns
     */
    record Key(String role, List<?> values) {}

    CollectionKeys(AbstractCollectionPersister persister) {
        this.persister = persister;
    }

    /** Whether the key of a collection is that of a row, which says by itself whose it is. */
    static boolean isPrimary(Collection collection) {
        return collection.getReferencedPropertyName() == null;
    }

    /**
     * Refuses a collection of a row that the open scope cannot reach, and a key that a row outside of it has. What else the session holds of these
     * collections is likely to be next.
     */
    void check(SharedSessionContractImplementor session, @Nullable Object key) {
        EntityGuard owner = FactorySafety.of(session.getFactory())
                .guard(persister.getOwnerEntityPersister().getEntityName());
        if (owner != null) {
            SessionBinding.of(session).checkHeld(owner);
        }
        if (key != null) {
            DetachedOwner.check(session, persister, key);
        }
        TenantScope scope = OpenScope.current().tenant().orElse(null);
        if (key == null || scope == null || persister.getCollectionType().useLHSPrimaryKey()) {
            return;
        }
        List<TypedId<?>> owners = owner == null
                ? List.of()
                : owner.entity().levels().stream()
                        .flatMap(kind -> scope.find(kind).<TypedId<?>>map(id -> id).stream())
                        .toList();
        if (owner == null || owners.isEmpty()) {
            return;
        }
        Reach reach = SessionBinding.of(session).reach();
        Map<Key, Object> asked = new LinkedHashMap<>();
        add(reach, key, asked);
        if (asked.isEmpty()) {
            return;
        }
        session.getPersistenceContextInternal()
                .forEachCollectionEntry((collection, entry) -> addHeld(reach, collection, entry, asked), false);
        List<Map.Entry<Key, Object>> all = new ArrayList<>(asked.entrySet());
        for (List<Map.Entry<Key, Object>> some : Chunks.of(all, TOGETHER)) {
            if (isForeign(session, owner.entity(), owners, some)) {
                throw new ForeignRowException(
                        owner.name() + "." + role() + " has the key " + values(key)
                                + ", or another one that this session holds, of a row that is not in the open scope, "
                                + OpenScope.current() + ". Hibernate takes it from what the " + owner.name()
                                + " says: load it by find or a query, and change no attribute that referencedColumnName names.");
            }
            some.forEach(found -> reach.known(found.getKey()));
        }
    }

    /** Refuses what a stateless session would write: it takes the ID of the owner for the key, which may be that of another row. */
    void checkWritten(
            SharedSessionContractImplementor session, @Nullable PersistentCollection<?> collection, Object key) {
        if (session.isEventSource() || persister.getCollectionType().useLHSPrimaryKey()) {
            check(session, key);
            return;
        }
        EntityGuard owner = FactorySafety.of(session.getFactory())
                .guard(persister.getOwnerEntityPersister().getEntityName());
        if (owner != null
                && owner.isWatched()
                && (collection == null || collection.entries(persister).hasNext())) {
            throw new ForeignRowException(owner.name() + "." + role() + " is kept by another key than the @Id of "
                    + owner.name()
                    + ", and a stateless session would write it by that @Id, so rows of others. Use a session or "
                    + "entity manager.");
        }
    }

    private void addHeld(
            Reach reach, PersistentCollection<?> collection, CollectionEntry entry, Map<Key, Object> asked) {
        CollectionPersister of =
                entry.getLoadedPersister() == null ? entry.getCurrentPersister() : entry.getLoadedPersister();
        Object key = entry.getLoadedKey() == null ? entry.getCurrentKey() : entry.getLoadedKey();
        if (of == persister && key != null && !(collection.wasInitialized() && !collection.isDirty())) {
            add(reach, key, asked);
        }
    }

    private void add(Reach reach, Object key, Map<Key, Object> asked) {
        Key read = new Key(persister.getRole(), values(key));
        if (!reach.isKnown(read)) {
            asked.put(read, key);
        }
    }

    /** As they are now: a key of several columns is the owner itself, whose attributes may change. */
    private List<?> values(Object key) {
        return persister.getKeyType() instanceof ComponentType several
                ? Collections.unmodifiableList(Arrays.asList(several.getPropertyValues(key)))
                : List.of(key);
    }

    private String role() {
        return SafeEntity.lastPart(persister.getRole());
    }

    private boolean isForeign(
            SharedSessionContractImplementor session,
            SafeEntity owner,
            List<TypedId<?>> owners,
            List<Map.Entry<Key, Object>> keys) {
        List<Object> values = new ArrayList<>();
        keys.forEach(key -> values.add(key.getValue()));
        List<IdKind<?>> kinds = new ArrayList<>();
        owners.forEach(id -> kinds.add(id.kind()));
        return Statements.existsByKeys(session, sql(owner, kinds, keys.size()), persister, values, owners);
    }

    private String sql(SafeEntity owner, List<IdKind<?>> kinds, int keys) {
        SessionFactoryImplementor factory = persister.getFactory();
        Conditions conditions =
                new Conditions(factory.getJdbcServices().getDialect(), factory.getSqlStringGenerationContext());
        EntityPersister entity = persister.getOwnerEntityPersister();
        SelectableMapping[] columns = ownersColumns();
        String table = columns[0].getContainingTableExpression();
        String root = MarkableLinks.table(entity);
        StringBuilder sql = new StringBuilder("select 1 from ").append(root).append(" o");
        String alias = "o";
        if (!table.equals(root)) { // of a subclass, or a secondary one
            alias = "k";
            List<String> of = MarkableLinks.keysIn(entity, table);
            List<String> key = MarkableLinks.keysIn(entity, null);
            List<String> joined = new ArrayList<>();
            for (int i = 0; i < key.size(); i++) {
                joined.add("k." + of.get(i) + " = o." + key.get(i));
            }
            sql.append(" join ").append(table).append(" k on ").append(String.join(" and ", joined));
        }
        List<String> equal = new ArrayList<>();
        for (SelectableMapping column : columns) {
            equal.add(alias + "." + column.getSelectionExpression() + " = ?");
        }
        List<String> owned = new ArrayList<>();
        kinds.forEach(kind -> owned.add(conditions.ownedBy(owner, kind, "o", "?")));
        return sql.append(" where (")
                .append(String.join(" or ", Collections.nCopies(keys, "(" + String.join(" and ", equal) + ")")))
                .append(") and (case when ")
                .append(String.join(" and ", owned))
                .append(" then 1 else 0 end) = 0")
                .toString();
    }

    /** The columns that those of the key refer to, in their order. */
    private SelectableMapping[] ownersColumns() {
        ForeignKeyDescriptor key = persister.getAttributeMapping().getKeyDescriptor();
        String[] names = persister.getKeyColumnNames();
        SelectableMapping[] columns = new SelectableMapping[names.length];
        for (int i = 0; i < names.length; i++) {
            for (int j = 0; j < key.getKeyPart().getJdbcTypeCount(); j++) {
                if (key.getKeyPart().getSelectable(j).getSelectionExpression().equals(names[i])) {
                    columns[i] = key.getTargetPart().getSelectable(j);
                }
            }
        }
        return columns;
    }
}
