package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.ForeignRowException;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.scope.IncludeDeleted;
import dev.tenantsafety.scope.OpenScope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.hibernate.StaleStateException;
import org.hibernate.StatelessSession;
import org.hibernate.engine.spi.SessionImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.generator.Generator;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.UnionSubclassEntityPersister;
import org.hibernate.query.QueryFlushMode;
import org.hibernate.query.SelectionQuery;
import org.hibernate.type.BasicType;
import org.jspecify.annotations.Nullable;

/** Looks for a row by its key. These are the statements that are needed to refuse, and are sent in no other case. */
final class Rows {

    private static final int CHUNK = 200;

    private Rows() {}

    /** Whether the open scope has a row, which is alive unless the scope includes deleted ones. */
    static boolean existsInScope(SharedSessionContractImplementor session, EntityGuard guard, Object id) {
        return exists(session, guard, id, "");
    }

    /** Refuses what is about to be done with a row that the open scope does not have. */
    static void checkInScope(SharedSessionContractImplementor session, EntityGuard guard, Object id, String what) {
        if (!existsInScope(session, guard, id)) {
            throw Refusals.notInScope(guard, id, what, OpenScope.current());
        }
    }

    /** Whether the open scope has a row that has a value in an attribute. */
    static boolean hasInScope(
            SharedSessionContractImplementor session,
            EntityGuard guard,
            Object id,
            String attribute,
            @Nullable Object value) {
        return value != null
                && !rows(session, guard, id, " and e." + attribute + " = :value")
                        .setParameter("value", value)
                        .list()
                        .isEmpty();
    }

    /** Those of several keys whose rows the open scope has, alive unless the scope includes deleted ones. */
    @SuppressWarnings("removal") // QueryFlushMode moves to Jakarta Persistence in Hibernate 8
    static Collection<?> inScope(SharedSessionContractImplementor session, EntityGuard guard, Set<Object> keys) {
        boolean isOneColumn = guard.persister().getIdentifierMapping().getJdbcTypeCount() == 1
                && guard.persister().getIdentifierType() instanceof BasicType<?>;
        if (keys.size() == 1 || !isOneColumn) {
            return keys.stream()
                    .filter(key -> existsInScope(session, guard, key))
                    .toList();
        }
        send(session);
        return session.createSelectionQuery(
                        "select id(e) from " + EntityGuard.hqlName(guard.persister()) + " e where id(e) in (:keys)",
                        Object.class)
                .setParameterList("keys", keys)
                .setQueryFlushMode(QueryFlushMode.NO_FLUSH)
                .list();
    }

    /** The owner of a row on a level, wherever it is; null if there is no such row. */
    static @Nullable TypedId<?> owner(
            SharedSessionContractImplementor session, EntityGuard guard, Object key, IdKind<?> kind) {
        return (TypedId<?>) query(session, guard, key, ownerExpression(guard.entity(), kind, "e"), "", Object.class)
                .uniqueResult();
    }

    /**
     * The owners of a row that the open scope has, on several levels, each null if it has none there; null if there is no such row. What
     * is on its path may be marked.
     */
    static @Nullable List<TypedId<?>> owners(
            SharedSessionContractImplementor session,
            EntityGuard guard,
            Object key,
            List<IdKind<?>> kinds,
            String condition) {
        String owners = kinds.stream()
                .map(kind -> ", " + ownerExpression(guard.entity(), kind, "e"))
                .collect(Collectors.joining());
        Supplier<Object @Nullable []> query = () -> query(session, guard, key, "1" + owners, condition, Object[].class)
                .uniqueResult();
        Object[] row = kinds.stream().allMatch(guard.entity()::isOwnLevel)
                ? query.get()
                : IncludeDeleted.because("whose the row is").call(query::get);
        if (row == null) {
            return null;
        }
        List<TypedId<?>> found = new ArrayList<>();
        for (int i = 1; i < row.length; i++) {
            found.add((TypedId<?>) row[i]);
        }
        return found;
    }

    /** What HQL finds the owner by. */
    static String ownerExpression(SafeEntity entity, IdKind<?> kind, String path) {
        for (SafeEntity.OwnerColumn owner : entity.owners()) {
            if (owner.kind().equals(kind)) {
                return path + "." + owner.attribute();
            }
        }
        SafeEntity.OwnerPath above = entity.path();
        return above == null || kind.equals(entity.unit())
                ? "id(" + path + ")"
                : ownerExpression(above.target(), kind, path + "." + above.attribute());
    }

    /** Whether the open scope has a row that is alive. */
    static boolean isAlive(SharedSessionContractImplementor session, EntityGuard guard, Object id) {
        return exists(session, guard, id, isAlive(guard));
    }

    private static String isAlive(EntityGuard guard) {
        return " and e." + Objects.requireNonNull(guard.entity().marking()).attribute() + ".deletionId is null";
    }

    /** The owners that a row has in its columns, in their order, if the open scope has it and it is alive; otherwise null. */
    static @Nullable List<TypedId<?>> ownersIfAlive(
            SharedSessionContractImplementor session, EntityGuard guard, Object id) {
        List<IdKind<?>> kinds = new ArrayList<>();
        guard.entity().owners().forEach(owner -> kinds.add(owner.kind()));
        return owners(session, guard, id, kinds, guard.isMarkable() ? isAlive(guard) : "");
    }

    /** Whether the open scope has a row, alive or marked. */
    static boolean existsInBin(SharedSessionContractImplementor session, EntityGuard guard, Object id) {
        return inBin(session, reading -> existsInScope(reading, guard, id));
    }

    /** Looks with marked rows in sight. */
    static boolean inBin(SharedSessionContractImplementor session, Predicate<SharedSessionContractImplementor> look) {
        String why = "what a row points at";
        return session instanceof SessionImplementor stateful
                ? BesideSession.inBin(stateful, why, reading -> look.test((SharedSessionContractImplementor) reading))
                : IncludeDeleted.because(why).call(() -> look.test(session));
    }

    /** Rows that a stateless session has yet to write are looked for too. */
    private static void send(SharedSessionContractImplementor session) {
        if (!session.isEventSource()) {
            session.getJdbcCoordinator().executeBatch();
        }
    }

    private static boolean exists(
            SharedSessionContractImplementor session, EntityGuard guard, Object id, String condition) {
        return !rows(session, guard, id, condition).list().isEmpty();
    }

    private static SelectionQuery<Integer> rows(
            SharedSessionContractImplementor session, EntityGuard guard, Object id, String condition) {
        return query(session, guard, id, "1", condition, Integer.class).setMaxResults(1);
    }

    @SuppressWarnings("removal") // QueryFlushMode moves to Jakarta Persistence in Hibernate 8
    private static <R> SelectionQuery<R> query(
            SharedSessionContractImplementor session,
            EntityGuard guard,
            Object id,
            String selected,
            String condition,
            Class<R> type) {
        send(session);
        return session.createSelectionQuery(
                        "select " + selected + " from " + EntityGuard.hqlName(guard.persister())
                                + " e where id(e) = :id" + condition,
                        type)
                .setParameter("id", id)
                .setQueryFlushMode(QueryFlushMode.NO_FLUSH); // it is asked during a flush, too
    }

    /** The instance of a row that a session holds; null if it holds none. */
    static @Nullable Object held(SharedSessionContractImplementor session, EntityPersister persister, Object id) {
        return session.getPersistenceContextInternal().getEntity(session.generateEntityKey(id, persister));
    }

    /** No row that is about to be inserted has the key of a marked one: asked once a flush, for keys that are made of others'. */
    static void checkKeysAreFree(SharedSessionContractImplementor session, EntityGuard guard) {
        List<Object> keys = SessionBinding.of(session).marks().insertedKeys(guard);
        for (List<Object> some : Chunks.of(keys, CHUNK)) {
            checkKeysAreFree(session, guard, some);
        }
    }

    private static void checkKeysAreFree(
            SharedSessionContractImplementor session, EntityGuard guard, List<Object> keys) {
        Object[] row = markedAmong(session, guard, keys);
        if (row != null) {
            throw Refusals.keyOfMarkedRow(guard, row[0], (DeletionId) row[1], "inserted");
        }
    }

    /** The key and the deletion of a marked row of the open scope that has one of several keys; null if there is none. */
    static Object @Nullable [] markedAmong(
            SharedSessionContractImplementor session, EntityGuard guard, List<Object> keys) {
        return BesideSession.inBin(
                (SessionImplementor) session, "keys of new rows", reading -> markedAmong(reading, guard, keys));
    }

    /** The same in a session of ours that reads marked rows. */
    static Object @Nullable [] markedAmong(StatelessSession reading, EntityGuard guard, List<Object> keys) {
        SessionBinding.of((SharedSessionContractImplementor) reading).readPastRestrictions();
        String deletion = Objects.requireNonNull(guard.entity().marking()).attribute() + ".deletionId";
        EntityPersister root = guard.persister().getRootEntityDescriptor().getEntityPersister();
        return reading.createSelectionQuery(
                        "select id(e), e." + deletion + " from " + EntityGuard.hqlName(root) + " e where e." + deletion
                                + " is not null and id(e) in (:keys)",
                        Object[].class)
                .setParameterList("keys", keys)
                .setMaxResults(1)
                .uniqueResult();
    }

    /**
     * What to say of a row that was not written, because no row had its key, its version and its owner. A stateless session has not
     * looked for it before.
     */
    static RuntimeException whyNotWritten(
            SharedSessionContractImplementor session,
            EntityPersister persister,
            Object @Nullable [] state,
            Object id,
            StaleStateException stale) {
        SessionBinding binding = SessionBinding.of(session);
        EntityGuard guard = binding.safety().guard(persister.getEntityName());
        if (session.isEventSource() || guard == null) {
            return stale;
        }
        RuntimeException why = existsInScope(session, guard, id)
                ? otherOwner(session, guard, state, id)
                : Refusals.notInScope(guard, id, "was about to be written", OpenScope.current());
        if (why != null) {
            why.initCause(stale);
        }
        return why == null ? stale : why;
    }

    private static @Nullable RuntimeException otherOwner(
            SharedSessionContractImplementor session, EntityGuard guard, Object @Nullable [] state, Object id) {
        for (TypedId<?> said : state == null ? List.<TypedId<?>>of() : guard.owners(state, id)) {
            TypedId<?> owner = owner(session, guard, id, said.kind());
            if (owner != null && !owner.equals(said)) {
                return Refusals.handedOver(guard, id, owner, said);
            }
            if (owner == null) {
                return Refusals.setLater(guard, id, said);
            }
        }
        return null;
    }

    /**
     * No other table of a hierarchy with a table per class has the key of a new row, as the rows of its collections would be those of
     * both. Where Hibernate makes the key it has none; and no constraint of the database sees it.
     */
    static void checkNoSibling(SharedSessionContractImplementor session, EntityGuard guard, Object id) {
        if (guard.persister() instanceof UnionSubclassEntityPersister
                && mayBeAssigned(guard.persister().getGenerator())) {
            List<EntityPersister> siblings = SessionBinding.of(session).safety().hierarchy(guard.entity()).stream()
                    .map(EntityGuard::persister)
                    .filter(persister -> persister != guard.persister() && !persister.isAbstract())
                    .toList();
            if (!siblings.isEmpty() && Statements.exists(session, siblings, id)) {
                throw new ForeignRowException(
                        guard.name() + " " + id + " would be a second row with this key: one of another class of "
                                + guard.entity().name()
                                + " has it. It may belong to somebody else, or be marked. Use another key.",
                        guard.name(),
                        id);
            }
        }
    }

    private static boolean mayBeAssigned(Generator key) {
        return key.allowAssignedIdentifiers() || !key.generatesSometimes();
    }

    /** Whether there is a row with that key, whosever it is, alive or marked. */
    static boolean existsAnywhere(SharedSessionContractImplementor session, EntityGuard guard, Object id) {
        send(session);
        return Statements.exists(session, guard.persister(), id);
    }
}
