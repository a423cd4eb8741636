package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.ForeignRowException;
import dev.tenantsafety.scope.OpenScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.query.QueryFlushMode;
import org.hibernate.query.SelectionQuery;
import org.hibernate.type.AnyType;
import org.hibernate.type.ComponentType;
import org.hibernate.type.EntityType;
import org.hibernate.type.ForeignKeyDirection;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/**
 * What rows point at that several owners see, each of which sees other targets: a row that is for all may point at one of a tenant. As with
 * the links of collections, a scope does not cut a reference that leads out of it, be it to null or to a row of its own.
 */
final class CutReferences {

    private final FactorySafety safety;
    private final Map<EntityGuard, List<Reference>> references = new ConcurrentHashMap<>();

    CutReferences(FactorySafety safety) {
        this.safety = safety;
    }

    /**
     * A to-one, or an {@code @Any}, of an entity or of an embeddable in it.
     *
     * @param positions of the attribute in the entity, and then in each embeddable
     * @param path its path
     * @param type its type
     * @param embeddables those that it is in, outermost first
     * @param target what it leads to; null for any entity
     */
    private record Reference(
            List<Integer> positions,
            String path,
            Type type,
            List<ComponentType> embeddables,
            @Nullable EntityGuard target) {

        @Nullable
        Object in(@Nullable Object[] state) {
            Object value = state[positions.get(0)];
            for (int i = 0; i < embeddables.size() && value != null; i++) {
                value = value == LazyPropertyInitializer.UNFETCHED_PROPERTY
                        ? value
                        : embeddables.get(i).getPropertyValue(value, positions.get(i + 1));
            }
            return value;
        }

        boolean isByUniqueKey() {
            return type instanceof EntityType reference && !reference.isReferenceToPrimaryKey();
        }
    }

    /** Those of an entity that may lead to what a scope which sees the row does not see. */
    private List<Reference> of(EntityGuard guard) {
        return references.computeIfAbsent(guard, entity -> {
            List<Reference> found = new ArrayList<>();
            Type[] types = entity.persister().getPropertyTypes();
            for (int i = 0; i < types.length; i++) {
                add(entity, List.of(i), entity.persister().getPropertyNames()[i], types[i], List.of(), found);
            }
            return List.copyOf(found);
        });
    }

    private void add(
            EntityGuard guard,
            List<Integer> positions,
            String path,
            Type type,
            List<ComponentType> embeddables,
            List<Reference> found) {
        if (type instanceof ComponentType component) {
            List<ComponentType> inside = new ArrayList<>(embeddables);
            inside.add(component);
            for (int i = 0; i < component.getSubtypes().length; i++) {
                List<Integer> next = new ArrayList<>(positions);
                next.add(i);
                String part = path + "." + component.getPropertyNames()[i];
                add(guard, next, part, component.getSubtypes()[i], inside, found);
            }
        } else if (type instanceof AnyType && !guard.entity().isOwned()) {
            found.add(new Reference(positions, path, type, embeddables, null));
        } else if (type instanceof EntityType reference
                && reference.getForeignKeyDirection() == ForeignKeyDirection.FROM_PARENT) {
            EntityGuard target = safety.guard(reference.getAssociatedEntityName());
            if (target != null && target.entity().mayHideLinked(guard.entity())) {
                found.add(new Reference(positions, path, type, embeddables, target));
            }
        }
    }

    /** Checks what a session is about to change of a row, of which it has read the state before. */
    void check(
            SharedSessionContractImplementor session,
            EntityGuard guard,
            Object[] before,
            @Nullable Object[] state,
            Object id) {
        if (Reach.isAcross()) {
            return;
        }
        for (Reference reference : of(guard)) {
            Object was = reference.in(before);
            Object is = reference.in(state);
            if (was == is || is == LazyPropertyInitializer.UNFETCHED_PROPERTY) {
                continue;
            }
            Pointee target = was == null || was == LazyPropertyInitializer.UNFETCHED_PROPERTY
                    ? null
                    : Pointee.of(safety, session, was);
            if (target != null) {
                checkCut(session, guard, id, reference, target, is);
            } else if (reference.isByUniqueKey() || was == LazyPropertyInitializer.UNFETCHED_PROPERTY) {
                checkStored(session, guard, reference, state, id); // null was read of what is hidden
            }
        }
    }

    private void checkCut(
            SharedSessionContractImplementor session,
            EntityGuard guard,
            Object id,
            Reference reference,
            Pointee was,
            @Nullable Object is) {
        EntityGuard known = was.guard();
        if (known == null
                || was.key() == null
                || was.key().equals(is == null ? null : UnloadedReference.keyOf(session, is))) {
            return;
        }
        Reach reach = SessionBinding.of(session).reach();
        Object instance = was.instance();
        boolean isOwn = instance != null
                && reach.isHeld(instance)
                && OpenScope.current()
                        .tenant()
                        .map(scope -> reach.isHeldOwnedBy(scope, known, instance, was.key()))
                        .orElse(false);
        if (!isOwn) {
            checkReachable(guard, id, reference, known);
            if (!Rows.existsInBin(session, known, was.key()) && Rows.existsAnywhere(session, known, was.key())) {
                throw refusal(guard, id, reference, known);
            }
        }
    }

    /** The same where nothing was read of the row, as in a stateless session: its references are looked for. */
    void checkStored(SharedSessionContractImplementor session, EntityGuard guard, @Nullable Object[] state, Object id) {
        if (!Reach.isAcross()) {
            of(guard).stream()
                    .filter(reference -> reference.target() != null
                            && reference.target().entity().mayHideFrom(guard.entity()))
                    .forEach(reference -> checkStored(session, guard, reference, state, id));
        }
    }

    private static void checkStored(
            SharedSessionContractImplementor session,
            EntityGuard guard,
            Reference reference,
            @Nullable Object[] state,
            Object id) {
        EntityGuard target = Objects.requireNonNull(reference.target());
        Object is = reference.in(state);
        if (is == LazyPropertyInitializer.UNFETCHED_PROPERTY) {
            return;
        }
        // what is hidden is another row than one that is seen, and a reference by another key is never an unloaded one
        Object key = is == null || reference.isByUniqueKey() ? null : UnloadedReference.keyOf(session, is);
        boolean isInReach = !OpenScope.current().isEmpty();
        String hidden = isInReach ? " and id(t) is null" : "";
        String join = isInReach ? " left join e." + reference.path() + " t" : "";
        boolean isCut = Rows.inBin(session, reading -> isStored(reading, guard, reference, join, hidden, key, id));
        if (isCut) {
            checkReachable(guard, id, reference, target);
            throw refusal(guard, id, reference, target);
        }
    }

    /** Whether a row has another reference than it will have, to what is hidden. */
    @SuppressWarnings("removal") // QueryFlushMode moves to Jakarta Persistence in Hibernate 8
    private static boolean isStored(
            SharedSessionContractImplementor session,
            EntityGuard guard,
            Reference reference,
            String join,
            String hidden,
            @Nullable Object key,
            Object id) {
        String foreignKey = "fk(e." + reference.path() + ")";
        SelectionQuery<Integer> query = session.createSelectionQuery(
                "select 1 from " + EntityGuard.hqlName(guard.persister()) + " e" + join + " where id(e) = :id and "
                        + foreignKey + " is not null" + hidden + (key == null ? "" : " and " + foreignKey + " <> :key"),
                Integer.class);
        if (key != null) {
            query.setParameter("key", key);
        }
        return query.setParameter("id", id)
                        .setQueryFlushMode(QueryFlushMode.NO_FLUSH)
                        .setMaxResults(1)
                        .uniqueResult()
                != null;
    }

    private static void checkReachable(EntityGuard guard, Object id, Reference reference, EntityGuard target) {
        Refusals.checkReachable(
                OpenScope.current(), target.entity(), () -> guard.name() + " " + id + "." + reference.path());
    }

    private static ForeignRowException refusal(EntityGuard guard, Object id, Reference reference, EntityGuard target) {
        return new ForeignRowException(
                guard.name() + " " + id + "." + reference.path() + " points at a " + target.name()
                        + " that is not in the open scope, " + OpenScope.current()
                        + ", and was about to be changed. Change it in the scope that owns the " + target.name()
                        + ", or in CrossTenant.write(\"…\").",
                guard.name(),
                id);
    }
}
