package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.ForeignRowException;
import dev.tenantsafety.hibernate.MarkedException;
import dev.tenantsafety.scope.IncludeDeleted;
import dev.tenantsafety.scope.OpenScope;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.engine.spi.SessionImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.mapping.PluralAttributeMapping;
import org.hibernate.persister.collection.AbstractCollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.query.QueryFlushMode;
import org.hibernate.query.SelectionQuery;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a collection that a session sees, and those that are hidden from it. Hibernate asks for the size of a collection, and
 * removes all of its rows, past the filters.
 */
final class Visible {

    private final AbstractCollectionPersister persister;

    Visible(AbstractCollectionPersister persister) {
        this.persister = persister;
    }

    int size(SharedSessionContractImplementor session, Object key) {
        if (isPositioned()) {
            Integer last = query(session, "select max(index(e))", "", key, Integer.class)
                    .getSingleResultOrNull();
            int base = persister.getAttributeMapping().getIndexMetadata().getListIndexBase();
            return last == null ? 0 : last + 1 - Math.max(base, 0);
        }
        return Math.toIntExact(count(session, key));
    }

    private boolean isPositioned() {
        return switch (persister.getCollectionSemantics().getCollectionClassification()) {
            case LIST, ARRAY -> persister.hasIndex();
            default -> false;
        };
    }

    private long count(SharedSessionContractImplementor session, Object key) {
        String keys = key(session) == null ? "" : " join key(e) k";
        return Objects.requireNonNull(
                query(session, "select count(*)", keys, "", key, Long.class).getSingleResult());
    }

    boolean contains(SharedSessionContractImplementor session, Object key, Object element) {
        return query(session, "select 1", " and e = :element", key, Integer.class)
                        .setParameter("element", element)
                        .setMaxResults(1)
                        .uniqueResult()
                != null;
    }

    private <R> SelectionQuery<R> query(
            SharedSessionContractImplementor session, String selection, String condition, Object key, Class<R> type) {
        return query(session, selection, "", condition, key, type);
    }

    @SuppressWarnings("removal") // QueryFlushMode moves to Jakarta Persistence in Hibernate 8
    private <R> SelectionQuery<R> query(
            SharedSessionContractImplementor session,
            String selection,
            String joins,
            String condition,
            Object key,
            Class<R> type) {
        EntityPersister owner = persister.getOwnerEntityPersister();
        String path = path();
        String keyPath = persister.getCollectionType().useLHSPrimaryKey()
                ? "id"
                : Objects.requireNonNull(persister.getCollectionType().getLHSPropertyName());
        return session.createSelectionQuery(
                        selection + " from " + EntityGuard.hqlName(owner) + " o join o." + path + " e" + joins
                                + " where o." + keyPath + " = :key" + condition,
                        type)
                .setParameter("key", key)
                .setQueryFlushMode(QueryFlushMode.NO_FLUSH); // it is asked during a flush, too
    }

    private String path() {
        return persister
                .getRole()
                .substring(persister.getOwnerEntityPersister().getEntityName().length() + 1);
    }

    /**
     * Whether no element can be hidden from a session that sees the entity: both are owned on the same levels, as those of a collection that is
     * written as a whole are linked within one site alone.
     */
    boolean isWhole(SharedSessionContractImplementor session) {
        EntityGuard owner = owner(session);
        EntityGuard element = element(session);
        return owner != null
                && element != null
                && !element.isMarkable()
                && !element.entity().mayHideFrom(owner.entity())
                && Filters.withoutOurs(session.getLoadQueryInfluencers().getEnabledFilters())
                        .isEmpty();
    }

    private static boolean mayHide(EntityGuard owner, EntityGuard element) {
        return element.entity().mayHideLinked(owner.entity());
    }

    /** All rows of the collection are about to be removed: none of them may be one of others. */
    void checkRemoval(SharedSessionContractImplementor session, Object key) {
        EntityGuard owner = owner(session);
        EntityGuard element = element(session);
        EntityGuard mapKey = key(session);
        if (owner != null
                && (element != null || mapKey != null)
                && session.getLoadQueryInfluencers().hasEnabledFilters()
                && ((element != null && mayHide(owner, element)) || (mapKey != null && mayHide(owner, mapKey)))
                && hasHidden(session, key)) {
            throw new ForeignRowException(owner.name() + " " + key + "." + path()
                    + " has elements that are not in the open scope, " + OpenScope.current()
                    + ", and all its links are about to be removed. Change the collection that is there: clear() it, and add "
                    + "to it; remove " + owner.name() + " " + key + " in CrossTenant.write(\"…\").");
        }
    }

    /**
     * A stateless session writes collections anew, as the caller has them: it must have read them here, and the place or the key of a marked
     * element must not go to another.
     */
    static void checkRewritten(
            SharedSessionContractImplementor session, EntityGuard owner, Object instance, Object id) {
        owner.persister().visitAttributeMappings(attribute -> {
            if (attribute instanceof PluralAttributeMapping plural
                    && plural.getCollectionDescriptor() instanceof AbstractCollectionPersister collection
                    && isWritten(attribute.getValue(instance))) {
                Visible visible = new Visible(collection);
                visible.checkMarked(session, collection.getCollectionType().useLHSPrimaryKey() ? id : null);
                visible.checkReadHere(session, attribute.getValue(instance), id);
            }
        });
    }

    /** One that was not loaded is left as it is. */
    private static boolean isWritten(@Nullable Object value) {
        return !(value instanceof PersistentCollection<?> collection) || collection.wasInitialized();
    }

    /**
     * A collection that was read elsewhere may lack elements that this scope sees, as those of another site: what it is about to remove must
     * have been in it when it was read.
     */
    private void checkReadHere(SharedSessionContractImplementor session, @Nullable Object value, Object key) {
        EntityGuard owner = owner(session);
        EntityGuard element = element(session);
        if (!(value instanceof PersistentCollection<?> collection)
                || owner == null
                || element == null
                || !mayHide(owner, element)
                || !persister.getCollectionType().useLHSPrimaryKey()) {
            return;
        }
        Set<Object> known = new HashSet<>();
        collection.entries(persister).forEachRemaining(row -> addKey(session, collection.getElement(row), known));
        Object read = collection.getStoredSnapshot();
        Collection<?> snapshot =
                read instanceof Map<?, ?> map ? map.values() : read instanceof List<?> list ? list : List.of();
        snapshot.forEach(row -> addKey(session, row, known));
        for (Object seen : query(session, "select id(e)", "", key, Object.class).list()) {
            if (!known.contains(seen)) {
                throw new ForeignRowException(owner.name() + " " + key + "." + path()
                        + " was read in another scope, or before others changed it: it lacks " + element.name() + " "
                        + seen
                        + ", whose link a stateless session would remove, as it writes all of them anew. Read it again in this "
                        + "scope, or use a session or entity manager.");
            }
        }
    }

    private static void addKey(SharedSessionContractImplementor session, @Nullable Object element, Set<Object> known) {
        if (element != null) {
            known.add(UnloadedReference.keyOf(session, element));
        }
    }

    private void checkMarked(SharedSessionContractImplementor session, @Nullable Object key) {
        EntityGuard owner = owner(session);
        EntityGuard element = element(session);
        if (key != null
                && owner != null
                && element != null
                && element.isMarkable()
                && persister.hasIndex() // the other links to what is marked stay (MarkableLinks)
                && persister.isAffectedByEnabledFilters(session)
                && countWithMarked(session, key) > count(session, key)) {
            throw new MarkedException(owner.name() + " " + key + "." + path()
                    + " has marked elements, which keep their places or keys, and a stateless session writes all its links anew, "
                    + "without regard to them. Use a session or entity manager.");
        }
    }

    /** What a collection that is written anew will point at. A session tells its listeners; a stateless one has none to tell. */
    void checkElements(SharedSessionContractImplementor session, PersistentCollection<?> collection, Object key) {
        EntityGuard owner = owner(session);
        if (session.isEventSource() || owner == null || persister.isInverse()) {
            return;
        }
        Referrer from = SessionBinding.of(session).writing(owner, key);
        if (from == null) {
            throw Refusals.notInScope(owner, key, "has a collection that was about to be written", OpenScope.current());
        }
        Iterator<?> rows = collection.entries(persister);
        for (int i = 0; rows.hasNext(); i++) {
            PartReferenceListener.checkRow(from, persister, collection, rows.next(), i, path());
        }
    }

    /** The state is looked at in work across tenants only. */
    private static Referrer withoutState(SharedSessionContractImplementor session, EntityGuard owner, Object key) {
        return new Referrer(FactorySafety.of(session.getFactory()), session, owner, new Object[0], key);
    }

    /**
     * Hibernate writes positions and keys into the elements of an inverse collection too (OneToManyPersister, "HHH-18830"): into those
     * that it is given, or else into all.
     */
    void checkIndexed(
            SharedSessionContractImplementor session,
            PersistentCollection<?> collection,
            Object key,
            @Nullable Iterator<?> added) {
        EntityGuard owner = owner(session);
        if (!persister.isInverse() || !persister.getRowMutationOperations().hasUpdateRow() || owner == null) {
            return;
        }
        Refusals.checkNotReadOnly(OpenScope.current(), owner, key);
        EntityGuard written = FactorySafety.of(session.getFactory())
                .guard(persister.getElementPersister().getEntityName());
        if (written != null) {
            Refusals.checkNotReadOnly(OpenScope.current(), written, null);
        }
        Object instance = collection.getOwner();
        if (instance == null
                && !OpenScope.current().isEmpty()
                && OpenScope.current().tenant().isEmpty()) {
            return;
        }
        Referrer from = instance == null
                ? withoutState(session, owner, key)
                : new Referrer(
                        FactorySafety.of(session.getFactory()),
                        session,
                        owner,
                        owner.persister().getValues(instance),
                        key);
        Iterator<?> rows = added == null ? collection.entries(persister) : added;
        while (rows.hasNext()) {
            Object row = rows.next();
            Object element = row == null ? null : collection.getElement(row);
            if (element != null) {
                from.checkOwner(element, path());
                from.checkSamePlace(element, path());
            }
        }
    }

    private @Nullable EntityGuard owner(SharedSessionContractImplementor session) {
        return FactorySafety.of(session.getFactory())
                .guard(persister.getOwnerEntityPersister().getEntityName());
    }

    private @Nullable EntityGuard element(SharedSessionContractImplementor session) {
        return persister.getElementType().isEntityType() && !persister.isInverse()
                ? FactorySafety.of(session.getFactory())
                        .guard(persister.getElementPersister().getEntityName())
                : null;
    }

    /** What the keys of a map are, where they are entities. */
    private @Nullable EntityGuard key(SharedSessionContractImplementor session) {
        EntityPersister entity = persister.isInverse() ? null : MarkableKeys.entityOf(persister);
        return entity == null ? null : FactorySafety.of(session.getFactory()).guard(entity.getEntityName());
    }

    /** Where there are none at all, no scope needs to be open. */
    private boolean hasHidden(SharedSessionContractImplementor session, Object key) {
        long all = all(session, key);
        return all > 0 && all > countWithMarked(session, key);
    }

    /** How many rows Hibernate would remove, marked elements that are out of the way aside: they are in no list. */
    private long all(SharedSessionContractImplementor session, Object key) {
        LinkPlaces places = isPositioned() && element(session) != null
                ? FactorySafety.of(session.getFactory()).list(persister)
                : null;
        return Statements.count(session, persister, key, places == null ? "" : places.inPlace());
    }

    /** Those of closed units stay hidden, as they are from the session that counts: the collection did not show them. */
    private long countWithMarked(SharedSessionContractImplementor session, Object key) {
        String why = "links of " + path();
        if (session instanceof SessionImplementor stateful) {
            return BesideSession.inBin(stateful, why, reading -> {
                SharedSessionContractImplementor beside = (SharedSessionContractImplementor) reading;
                return SessionBinding.of(beside).leavingClosedOut(() -> count(beside, key));
            });
        }
        return SessionBinding.of(session)
                .leavingClosedOut(() -> IncludeDeleted.because(why).call(() -> count(session, key)));
    }
}
