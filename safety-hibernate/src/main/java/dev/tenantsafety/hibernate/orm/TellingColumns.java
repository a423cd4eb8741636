package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.scope.OpenScope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.mapping.AttributeMapping;
import org.hibernate.metamodel.mapping.CompositeIdentifierMapping;
import org.hibernate.metamodel.mapping.DiscriminatedAssociationModelPart;
import org.hibernate.metamodel.mapping.EmbeddableValuedModelPart;
import org.hibernate.metamodel.mapping.EntityIdentifierMapping;
import org.hibernate.metamodel.mapping.ModelPart;
import org.hibernate.metamodel.mapping.NonAggregatedIdentifierMapping;
import org.hibernate.metamodel.mapping.PluralAttributeMapping;
import org.hibernate.metamodel.mapping.SelectableMapping;
import org.hibernate.metamodel.mapping.internal.ToOneAttributeMapping;
import org.hibernate.persister.collection.AbstractCollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.mutation.EntityTableMapping;
import org.hibernate.query.sqm.tree.domain.SqmPath;
import org.hibernate.query.sqm.tree.domain.SqmTreatedPath;
import org.jspecify.annotations.Nullable;

/**
 * The columns that say which row one is, whose, what it points at and whether it is marked, in an entity and its subclasses. A statement
 * in HQL names attributes, of which several can have one column, and those of a subclass by the name of its parent: what it would write is
 * told by columns.
 */
final class TellingColumns {

    private final FactorySafety safety;
    private final List<EntityPersister> classes = new ArrayList<>();
    private final Set<String> keys = new HashSet<>();
    private final Set<String> owners = new HashSet<>();
    private final Set<String> paths = new HashSet<>();
    private final Set<String> marks = new HashSet<>();
    private final Set<String> references = new HashSet<>();

    /** Of references to what a scope that sees the row may not see. */
    private final Set<String> hidden = new HashSet<>();

    /** The same where the scope is of a site, and the rows of another site, or of none, may be pointed at. */
    private final Set<String> hiddenFromParts = new HashSet<>();

    private boolean isKeyLeadingOut;

    TellingColumns(FactorySafety safety, EntityGuard guard) {
        this.safety = safety;
        safety.andSubclasses(guard).forEach(each -> classes.add(each.persister()));
        readCollections(guard.persister().getFactory());
        SafeEntity.OwnerPath path = guard.entity().path();
        for (EntityPersister persister : classes) {
            readKey(persister);
            guard.entity().owners().forEach(owner -> read(persister.findAttributeMapping(owner.attribute()), owners));
            if (path != null) {
                read(persister.findAttributeMapping(path.attribute()), paths);
            }
            for (int i = 0; i < persister.getNumberOfAttributeMappings(); i++) {
                AttributeMapping attribute = persister.getAttributeMapping(i);
                if (attribute.getJavaType().getJavaTypeClass() == Tombstone.class) {
                    read(attribute, marks);
                }
                readReferences(attribute, references, EntityGuard::isWatched);
                readReferences(attribute, hidden, target -> target.entity().mayHideFrom(guard.entity()));
                readReferences(
                        attribute, hiddenFromParts, target -> target.entity().mayHideLinked(guard.entity()));
            }
        }
    }

    /** Columns that the collection of another entity writes here: which row has this one among its elements, and where. */
    private void readCollections(SessionFactoryImplementor factory) {
        factory.getMappingMetamodel().forEachCollectionDescriptor(collection -> {
            if (collection.isOneToMany()
                    && collection instanceof AbstractCollectionPersister elements
                    && classes.contains(elements.getElementPersister())) {
                for (String column : elements.getKeyColumnNames()) {
                    references.add(name(elements.getTableName(), column));
                }
            }
        });
    }

    private void readKey(EntityPersister persister) {
        EntityIdentifierMapping key = persister.getIdentifierMapping();
        read(key, keys);
        for (EntityTableMapping table : persister.getTableMappings()) {
            table.getKeyMapping()
                    .forEachKeyColumn((i, column) -> keys.add(name(table.getTableName(), column.getColumnName())));
        }
        Set<String> leading = new HashSet<>();
        if (key instanceof CompositeIdentifierMapping parts) {
            parts.getEmbeddableTypeDescriptor()
                    .forEachAttributeMapping((i, part) -> readReferences(part, leading, EntityGuard::isWatched));
        }
        isKeyLeadingOut |= !leading.isEmpty();
    }

    private void readReferences(ModelPart part, Set<String> columns, Predicate<EntityGuard> leads) {
        if (part instanceof ToOneAttributeMapping one) {
            EntityGuard target =
                    safety.guard(one.getAssociatedEntityMappingType().getEntityName());
            if (target != null && leads.test(target)) {
                read(part, columns);
            }
        } else if (part instanceof DiscriminatedAssociationModelPart) {
            read(part, columns);
        } else if (part instanceof EmbeddableValuedModelPart embedded) {
            embedded.getEmbeddableTypeDescriptor()
                    .forEachAttributeMapping((i, each) -> readReferences(each, columns, leads));
        }
    }

    private static void read(@Nullable ModelPart part, Set<String> columns) {
        if (part != null && !(part instanceof PluralAttributeMapping)) {
            part.forEachSelectable((i, column) -> {
                if (!column.isFormula()) {
                    columns.add(name(column));
                }
            });
        }
    }

    private static String name(SelectableMapping column) {
        return name(column.getContainingTableExpression(), column.getSelectionExpression());
    }

    private static String name(String table, String column) {
        return (table + "." + column).toLowerCase(Locale.ROOT);
    }

    /** What an assignment to an attribute writes; columns of all subclasses that have one of the name. */
    Set<String> writtenBy(SqmPath<?> attribute) {
        List<String> names = new ArrayList<>();
        for (SqmPath<?> part = attribute; part.getLhs() != null; part = part.getLhs()) {
            if (!(part instanceof SqmTreatedPath)) {
                names.add(0, part.getNavigablePath().getLocalName());
            }
        }
        Set<String> columns = new HashSet<>();
        for (EntityPersister persister : classes) {
            read(part(persister, names), columns);
        }
        return columns;
    }

    /** The deepest part of a path that has columns in the entity's own tables. */
    private static @Nullable ModelPart part(EntityPersister persister, List<String> names) {
        ModelPart part = names.isEmpty() ? null : attribute(persister, names.get(0));
        for (String name : names.isEmpty() ? names : names.subList(1, names.size())) {
            if (!(part instanceof EmbeddableValuedModelPart embedded) || part instanceof ToOneAttributeMapping) {
                break;
            }
            ModelPart inner = embedded.getEmbeddableTypeDescriptor().findAttributeMapping(name);
            part = inner == null ? part : inner;
        }
        return part;
    }

    private static @Nullable ModelPart attribute(EntityPersister persister, String name) {
        EntityIdentifierMapping key = persister.getIdentifierMapping();
        ModelPart own = persister.findAttributeMapping(name);
        if (own != null) {
            return own;
        }
        if (name.equals(EntityIdentifierMapping.ID_ROLE_NAME) || name.equals(key.getAttributeName())) {
            return key;
        }
        return key instanceof NonAggregatedIdentifierMapping parts
                ? parts.getVirtualIdEmbeddable().findAttributeMapping(name)
                : null;
    }

    private static boolean isAny(Set<String> columns, Set<String> of) {
        return !Collections.disjoint(columns, of);
    }

    boolean isKey(Set<String> columns) {
        return isAny(columns, keys);
    }

    /** Whether keys have parts that are keys of rows that somebody owns, or that can be marked. */
    boolean isKeyLeadingOut() {
        return isKeyLeadingOut;
    }

    boolean isReference(Set<String> columns) {
        return isAny(columns, references);
    }

    /** Whether rows may point there at what a scope that sees them does not see. */
    boolean isHidden(Set<String> columns) {
        boolean isPart = OpenScope.current()
                .tenant()
                .map(scope -> scope.levels().size() > 1)
                .orElse(false);
        return isAny(columns, isPart ? hiddenFromParts : hidden);
    }

    boolean isOwner(Set<String> columns) {
        return isAny(columns, owners);
    }

    boolean isPath(Set<String> columns) {
        return isAny(columns, paths);
    }

    boolean isMark(Set<String> columns) {
        return isAny(columns, marks);
    }
}
