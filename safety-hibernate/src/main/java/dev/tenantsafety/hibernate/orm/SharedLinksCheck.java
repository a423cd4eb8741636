package dev.tenantsafety.hibernate.orm;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.hibernate.boot.Metadata;
import org.hibernate.mapping.Any;
import org.hibernate.mapping.Component;
import org.hibernate.mapping.IndexedCollection;
import org.hibernate.mapping.ManyToOne;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.Selectable;
import org.hibernate.mapping.ToOne;
import org.hibernate.mapping.Value;
import org.jspecify.annotations.Nullable;

/**
 * Finds rows that several owners would share and that no filter can part. A shared row can be linked with rows of several owners, each of
 * which sees its own; but Hibernate filters elements only: not keys, not what embeddables refer to, not what the row itself names
 * ({@code @Any}); and of elements that have a position or a key it removes and overwrites those that it does not see.
 */
final class SharedLinksCheck {

    private final Metadata metadata;
    private final Map<String, SafeEntity> entities;
    private final List<String> problems;

    SharedLinksCheck(Metadata metadata, Map<String, SafeEntity> entities, List<String> problems) {
        this.metadata = metadata;
        this.entities = entities;
        this.problems = problems;
    }

    void check() {
        for (PersistentClass mapping : metadata.getEntityBindings()) {
            SafeEntity owner = entity(mapping);
            if (owner != null) {
                mapping.getProperties().forEach(property -> checkProperty(owner, property, name(mapping, property)));
            }
        }
        for (org.hibernate.mapping.Collection collection : metadata.getCollectionBindings()) {
            SafeEntity owner = entity(collection.getOwner());
            if (owner != null) {
                checkCollection(owner, collection, SafeEntity.simpleName(collection));
            }
        }
    }

    private static String name(PersistentClass mapping, Property property) {
        return SafeEntity.simpleName(mapping) + "." + property.getName();
    }

    private @Nullable SafeEntity entity(@Nullable PersistentClass mapping) {
        return SafeEntity.of(entities, mapping);
    }

    /** An association of that kind that is fetched eagerly is joined without filters. */
    private void checkProperty(SafeEntity owner, Property property, String where) {
        if (property.getValue() instanceof Component component) {
            component.getProperties().forEach(part -> checkProperty(owner, part, where + "." + part.getName()));
        } else if (property.getValue() instanceof Any any && !any.isLazy()) {
            hidden(
                    any,
                    target -> target.mayHideLinked(owner),
                    names -> problems.add(
                            where + " is fetched eagerly, past every filter, and refers to " + names + ", which "
                                    + owner.name() + " does not share its owner with. Add fetch = FetchType.LAZY."));
        }
    }

    private void checkCollection(SafeEntity owner, org.hibernate.mapping.Collection collection, String where) {
        Value element = collection.getElement();
        if (element instanceof Any || element instanceof Component) {
            hidden(
                    owner,
                    element,
                    names -> problems.add(where + " refers to " + names + " in its elements, which "
                            + owner.name()
                            + " does not share its owner with: a scope would read and remove the elements of others."
                            + fix(owner)));
        }
        if (!(collection instanceof IndexedCollection indexed)) {
            return;
        }
        if (collection instanceof org.hibernate.mapping.Map map && map.getMapKeyPropertyName() != null) {
            return; // the key is an attribute of the element
        }
        hidden(
                owner,
                indexed.getIndex(),
                names -> problems.add(where + " has " + names + " as keys, which "
                        + owner.name()
                        + " does not share its owner with: a scope would read the keys of others, and remove them."
                        + fix(owner)));
        if (element instanceof ManyToOne && !collection.isInverse() && hasColumns(indexed.getIndex())) {
            hidden(
                    owner,
                    element,
                    names -> problems.add(where + " gives each " + names
                            + " a position or key, which owners would take from each other: " + owner.name()
                            + " does not share its owner with " + names + ". Make it a Set."));
        }
    }

    private static String fix(SafeEntity owner) {
        return " Make the link an entity of its own, with an owner and a to-one to " + owner.name() + ".";
    }

    private static boolean hasColumns(Value index) {
        return index.getSelectables().stream().noneMatch(Selectable::isFormula);
    }

    /** Hands on which entities a value refers to whose rows may be hidden from a scope that sees the row with the value. */
    private void hidden(SafeEntity owner, Value value, Consumer<String> problem) {
        hidden(value, target -> target.mayHideFrom(owner), problem);
    }

    private void hidden(Value value, Predicate<SafeEntity> mayHide, Consumer<String> problem) {
        Collection<String> names = new TreeSet<>();
        for (PersistentClass target : targets(value)) {
            SafeEntity entity = entity(target);
            if (entity != null && mayHide.test(entity)) {
                names.add(SafeEntity.simpleName(target));
            }
        }
        if (!names.isEmpty()) {
            problem.accept(String.join(" and ", names));
        }
    }

    private List<PersistentClass> targets(Value value) {
        List<PersistentClass> targets = new ArrayList<>();
        if (value instanceof Component component) {
            component.getProperties().forEach(part -> targets.addAll(targets(part.getValue())));
        } else if (value instanceof ToOne one) {
            targets.add(metadata.getEntityBinding(one.getReferencedEntityName()));
        } else if (value instanceof Any any) {
            Map<?, String> named = any.getMetaValues();
            metadata.getEntityBindings().stream()
                    .filter(target -> named == null || named.isEmpty() || named.containsValue(target.getEntityName()))
                    .forEach(targets::add);
        }
        return targets;
    }
}
