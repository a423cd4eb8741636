package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.guard.SqlWords;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.mapping.CollectionPart;
import org.hibernate.metamodel.mapping.EntityDiscriminatorMapping;
import org.hibernate.metamodel.mapping.PluralAttributeMapping;
import org.hibernate.metamodel.mapping.SelectableMapping;
import org.hibernate.metamodel.mapping.internal.EntityCollectionPart;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/** What native SQL must not remove or change: the tables of entities, those of their collections, and ours. */
final class GuardedTables {

    private final StatementGuard statements;
    private final Map<String, EntityGuard> guards;

    private GuardedTables(StatementGuard statements, Map<String, EntityGuard> guards) {
        this.statements = statements;
        this.guards = guards;
    }

    static void protect(StatementGuard statements, Map<String, EntityGuard> guards, SessionFactoryImplementor factory) {
        GuardedTables tables = new GuardedTables(statements, guards);
        guards.values().stream()
                .filter(EntityGuard::isWatched)
                .sorted(Comparator.<EntityGuard>comparingInt(
                                guard -> guard.persister().getPropertyNames().length)
                        .thenComparing(EntityGuard::name)) // a class before its subclasses, for the message
                .forEach(tables::entity);
        guards.values().stream().filter(EntityGuard::isShared).forEach(tables::shared);
        factory.getMappingMetamodel().forEachEntityDescriptor((EntityPersister persister) -> {
            if (Refusals.isRecord(persister.getEntityName())) {
                tables.records(persister);
            }
        });
        factory.getMappingMetamodel().forEachCollectionDescriptor(tables::collection);
    }

    private void entity(EntityGuard guard) {
        SafeEntity entity = guard.entity();
        Set<Set<String>> keys = new HashSet<>();
        entity.owners().forEach(owner -> keys.add(Set.of(SqlWords.lastName(owner.column()))));
        SafeEntity.OwnerPath path = entity.path();
        if (path != null) {
            Set<String> columns = new HashSet<>();
            path.columns().forEach(column -> columns.add(SqlWords.lastName(column)));
            keys.add(columns);
        }
        SafeEntity.Marking marking = entity.marking();
        Set<String> marks = marking == null ? Set.of() : columns(guard.persister(), marking.attribute());
        Set<String> kinds = new HashSet<>();
        EntityDiscriminatorMapping discriminator = guard.persister().getDiscriminatorMapping();
        if (discriminator != null && discriminator.hasPhysicalColumn()) {
            discriminator.forEachSelectable((i, column) -> kinds.add(plain(column)));
        }
        guard.persister()
                .forEachMutableTable(
                        table -> { // each has columns of its own for the key
                            Set<String> ids = new HashSet<>();
                            table.getKeyMapping()
                                    .forEachKeyColumn(
                                            (i, column) -> ids.add(SqlWords.lastName(column.getColumnName())));
                            Set<Set<String>> all = new HashSet<>(keys);
                            all.add(ids);
                            Set<String> owners = new HashSet<>();
                            if (entity.isOwned()) {
                                all.forEach(owners::addAll);
                            }
                            GuardedTable guarded = new GuardedTable(
                                    guard.name(), guard.isMarkable(), all, owners, kinds, marks, false);
                            statements.protect(table.getTableName(), guarded);
                        });
    }

    private void shared(EntityGuard guard) {
        guard.persister().forEachMutableTable(table -> statements.share(table.getTableName(), guard.name()));
    }

    private void records(EntityPersister records) {
        Set<String> columns = columns(records, records.getPropertyNames());
        records.getIdentifierMapping().forEachSelectable((i, column) -> columns.add(plain(column)));
        statements.protect(
                records.getIdentifierTableMapping().getTableName(),
                new GuardedTable(
                        SafeEntity.simpleName(records.getEntityName()),
                        true,
                        Set.of(),
                        Set.of(),
                        Set.of(),
                        columns,
                        true));
    }

    /** A link is guarded by each of its ends that is owned. */
    private void collection(CollectionPersister collection) {
        EntityGuard owner = guards.get(collection.getOwnerEntityPersister().getEntityName());
        if (owner == null || collection.isOneToMany()) {
            return;
        }
        PluralAttributeMapping attribute = collection.getAttributeMapping();
        if (owner.isShared()) {
            statements.share(attribute.getSeparateCollectionTable(), owner.name() + "." + attribute.getAttributeName());
        }
        Set<Set<String>> keys = new HashSet<>();
        if (owner.entity().isOwned()) {
            Set<String> columns = new HashSet<>();
            attribute.getKeyDescriptor().getKeyPart().forEachSelectable((i, column) -> columns.add(plain(column)));
            keys.add(columns);
        }
        target(attribute.getElementDescriptor(), keys);
        target(attribute.getIndexDescriptor(), keys);
        if (!keys.isEmpty()) {
            Set<String> owners = new HashSet<>();
            keys.forEach(owners::addAll);
            String name = owner.name() + "." + attribute.getAttributeName();
            statements.protect(
                    attribute.getSeparateCollectionTable(),
                    new GuardedTable(name, false, keys, owners, Set.of(), Set.of(), false));
        }
    }

    private void target(@Nullable CollectionPart part, Collection<Set<String>> keys) {
        EntityGuard target = part instanceof EntityCollectionPart entity
                ? guards.get(entity.getEntityMappingType().getEntityName())
                : null;
        if (part != null && target != null && target.entity().isOwned()) {
            Set<String> columns = new HashSet<>();
            part.forEachSelectable((i, column) -> columns.add(plain(column)));
            keys.add(columns);
        }
    }

    private static Set<String> columns(EntityPersister persister, String... attributes) {
        Set<String> columns = new HashSet<>();
        for (String attribute : attributes) {
            persister.findAttributeMapping(attribute).forEachSelectable((i, column) -> columns.add(plain(column)));
        }
        return columns;
    }

    private static String plain(SelectableMapping column) {
        return SqlWords.lastName(column.getSelectionExpression());
    }
}
