package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.hibernate.ForeignRowException;
import dev.tenantsafety.hibernate.HardDeleteRefusedException;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.scope.OpenScope;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.scope.TenantScopeConflictException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.hibernate.Filter;
import org.hibernate.binder.internal.TenantIdBinder;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.engine.extension.spi.Extension;
import org.hibernate.engine.spi.EntityEntry;
import org.hibernate.engine.spi.EntityKey;
import org.hibernate.engine.spi.FilterDefinition;
import org.hibernate.engine.spi.PersistenceContext;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.internal.EmptyInterceptor;
import org.hibernate.internal.FilterImpl;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/**
 * Ties a session to the scope in which it is first used, and keeps its filters in line with what is open on the thread.
 *
 * <p>Belongs to one session and, like it, to one thread at a time.
 */
final class SessionBinding implements Extension {

    private final FactorySafety safety;
    private final SharedSessionContractImplementor session;

    /** Hibernate's own map of this session's enabled filters, or null before the session is made. */
    private @Nullable Map<String, Filter> enabled;

    /** What the filters were last made for. */
    private @Nullable OpenScope applied;

    private List<ScopeFilter> ours = List.of();

    /** Whose data this session works with, once it has touched any. */
    private @Nullable OpenScope bound;

    private boolean seesAll;

    /** Whether a stored procedure was called in this transaction, whose rows no filter has seen. */
    private boolean hasCalled;

    /** Whether rows are being loaded without filters. */
    private boolean isUnfiltered;

    /** Why a row was refused that was about to be loaded, or had been; null if none was since the session was cleared. */
    private @Nullable TenantSafetyException refused;

    /** What native SQL has loaded: its references may be others than its row has. */
    private final Set<Object> toldBySql = Collections.newSetFromMap(new IdentityHashMap<>(SessionMarks.FEW));

    /** The collections that were read before marked rows were in sight. */
    private final Set<Object> readBefore = Collections.newSetFromMap(new IdentityHashMap<>(SessionMarks.FEW));

    /** Whether what closed units own is hidden where marked rows are in sight. */
    private boolean isClosedLeftOut;

    /** Whether the transaction under way has entered its scope. */
    private boolean isUsed;

    private final Gate gate = new Gate();
    private final SessionMarks marks;
    private final Reach reach;
    private final WrittenRows written;
    private final UpsertedRows upserted;

    /** The owners that a row says it has which a stateless session is updating. */
    private List<TypedId<?>> said = List.of();

    /** The row that a stateless session writes; its collections are next. */
    private @Nullable Referrer writing;

    private @Nullable Object @Nullable [] lookedAt;

    /** The row that a stateless session is deleting, or has last. */
    private @Nullable EntityKey deleted;

    SessionBinding(FactorySafety safety, SharedSessionContractImplementor session) {
        this.safety = safety;
        this.session = session;
        this.marks = new SessionMarks(safety, session);
        this.reach = new Reach(safety, session);
        this.written = new WrittenRows(session);
        this.upserted = new UpsertedRows(session);
    }

    static SessionBinding of(SharedSessionContractImplementor session) {
        return session.getExtension(SessionBinding.class);
    }

    FactorySafety safety() {
        return safety;
    }

    SessionMarks marks() {
        return marks;
    }

    Reach reach() {
        return reach;
    }

    WrittenRows written() {
        return written;
    }

    UpsertedRows upserted() {
        return upserted;
    }

    /** A row is being written, by whom and pointing at what was looked at. */
    void writing(EntityGuard guard, Object[] state, @Nullable Object id) {
        if (!session.isEventSource()) {
            writing = new Referrer(safety, session, guard, state, id);
            lookedAt = session.getInterceptor() == EmptyInterceptor.INSTANCE ? null : state.clone();
        }
    }

    /** What a stateless session was about to write when it was looked at; null if no Interceptor can have changed it since. Once. */
    @Nullable
    Object @Nullable [] lookedAt() {
        @Nullable Object[] state = lookedAt;
        lookedAt = null;
        return state;
    }

    /** Returns the row that a stateless session has just written, if it is this one. */
    @Nullable
    Referrer writing(EntityGuard guard, Object id) {
        Referrer last = writing;
        return last != null && last.is(guard, id) ? last : null;
    }

    /** A stateless session deletes a row next: the links of its collections first. */
    void deleting(EntityGuard guard, Object id) {
        if (!session.isEventSource()) {
            deleted = new EntityKey(id, guard.persister());
        }
    }

    /** Whether the links of a collection are removed because their owner is. */
    @SuppressWarnings("removal") // getCollectionType()
    boolean isDeleting(CollectionPersister persister, Object key) {
        EntityPersister owner = persister.getOwnerEntityPersister();
        if (session.isEventSource()) {
            PersistenceContext held = session.getPersistenceContextInternal();
            Object instance = held.getCollectionOwner(key, persister);
            EntityEntry entry = instance == null ? null : held.getEntry(instance);
            return entry != null && entry.getStatus().isDeletedOrGone();
        }
        return persister.getCollectionType().useLHSPrimaryKey() && new EntityKey(key, owner).equals(deleted);
    }

    /** Updates a row of which only the caller says what was there before: the statement asks for the owners that the row says it has. */
    <T> T saying(EntityPersister persister, Object[] state, Object id, Supplier<T> update) {
        EntityGuard guard = safety.guard(persister.getEntityName());
        if (guard == null || session.isEventSource()) {
            return update.get();
        }
        said = guard.owners(state, id);
        try {
            return update.get();
        } finally {
            said = List.of();
        }
    }

    /** The owner that a row which is being written must have on a level: the scope's or, where the scope has none there, its own. */
    @Nullable
    TypedId<?> ownerToFind(IdKind<?> kind) {
        TenantScope scope = OpenScope.current().tenant().orElse(null);
        TypedId<?> owner = scope == null ? null : EntityGuard.find(scope, kind);
        for (TypedId<?> its : said) { // asked for each row that is written: no stream
            owner = owner == null && its.kind().equals(kind) ? its : owner;
        }
        return owner;
    }

    /** Puts the gate among the session's filters, in the place of Hibernate's own. Called once, while the session is constructed. */
    void attach() {
        if (enabled == null && safety.isEnabled()) {
            // First: Hibernate validates all that is enabled before it hands out the map, and its own is not complete
            // yet.
            session.getLoadQueryInfluencers().disableFilter(TenantIdBinder.FILTER_NAME);
            session.getLoadQueryInfluencers().enableFilter(Filters.GATE);
            Map<String, Filter> filters = session.getLoadQueryInfluencers().getEnabledFilters();
            filters.put(Filters.GATE, gate);
            enabled = filters;
        }
    }

    /** Refuses a session that has lost its gate, or never had one, at the first statement or cache read of any kind. */
    void checkGate() {
        checkEnabled(filters(), gate);
        checkNothingRefused();
    }

    /**
     * Refuses to go on after a row was refused while it was loaded. Hibernate has parts of it by then, and would hand them out, or
     * remove the rows of its collections, which have lost their owner ("If the Session throws an exception, the transaction must be
     * rolled back and the session discarded": Javadoc of {@link org.hibernate.Session}).
     */
    private void checkNothingRefused() {
        TenantSafetyException first = refused;
        if (first != null) {
            throw Refusals.goesNoFurther(first);
        }
    }

    /** The filters in force. A session without them was not reached by our hook, and nothing would keep it to its scope. */
    private Map<String, Filter> filters() {
        Map<String, Filter> filters = enabled;
        if (filters == null) {
            throw Refusals.withoutGate();
        }
        return filters;
    }

    /** A stored procedure is about to be called. */
    void called() {
        hasCalled = true;
    }

    /** Loads what Hibernate loads without filters: rows are looked at up to their owners. */
    <T> T unfiltered(Supplier<T> load) {
        boolean was = isUnfiltered;
        isUnfiltered = true;
        try {
            return load.get();
        } finally {
            isUnfiltered = was;
        }
    }

    /** The transaction has ended. */
    void completed() {
        hasCalled = false;
        isUsed = false; // the next one looks again whether its scope can be entered
        reach.forget();
    }

    /** The session has let go of all that it held. */
    void cleared() {
        refused = null;
        toldBySql.clear();
        readBefore.clear();
        marks.cleared();
    }

    /** Leaves the filters off: for a session of ours that looks whether there are rows, and gives none away. */
    void seeAll() {
        seesAll = true;
    }

    /**
     * Leaves the restrictions of the mapping off ({@code @SQLRestriction}): for a session of ours. What a restriction hides can be marked,
     * points at rows and has keys, as any other row.
     */
    void readPastRestrictions() {
        filters().put(Filters.PAST_RESTRICTIONS, new FilterImpl(Filters.definition(Filters.PAST_RESTRICTIONS)));
    }

    /** Reads with marked rows in sight, and without what closed units own. */
    <T> T leavingClosedOut(Supplier<T> read) {
        boolean was = isClosedLeftOut;
        isClosedLeftOut = true;
        try {
            return read.get();
        } finally {
            isClosedLeftOut = was;
        }
    }

    /** Brings the filters in line with the open scope; refuses what this session must not do. */
    void reconcile() {
        if (!safety.isEnabled() || seesAll) {
            return;
        }
        Map<String, Filter> filters = filters();
        if (applied == null && !(session.getJdbcSessionContext().getStatementInspector() instanceof StatementGuard)) {
            throw new HardDeleteRefusedException(
                    "This session was opened with a StatementInspector of its own, so that "
                            + "nobody would see a native DELETE. Hand it in with the setting "
                            + "hibernate.session_factory.statement_inspector; Tenant Safety asks it first.");
        }
        OpenScope now = OpenScope.current();
        checkEnabled(filters, gate);
        checkNothingRefused();
        if (now != applied) {
            apply(now, filters);
        } else {
            now.checkTime();
            enter(now);
            ours.forEach(filter -> checkEnabled(filters, filter));
        }
    }

    /** A row that the session holds is about to be locked, or more of it to be read: with no filter that could refuse it. */
    void checkHeld(EntityGuard guard) {
        reconcile();
        if (safety.isEnabled() && !seesAll) {
            Refusals.checkReachable(OpenScope.current(), guard.entity());
        }
    }

    private static void checkEnabled(Map<String, Filter> filters, Filter filter) {
        if (filters.get(filter.getName()) != filter) {
            throw new ForeignRowException(
                    "disableFilter(\"" + filter.getName() + "\") would let this session see what is not in "
                            + "its scope, " + OpenScope.current()
                            + ". Reach across tenants with CrossTenant.read(\"…\"), or see marked "
                            + "rows with IncludeDeleted.because(\"…\").");
        }
    }

    private void apply(OpenScope now, Map<String, Filter> filters) {
        now.checkTime();
        isUsed = false;
        enter(now);
        if (now.includesDeleted() && session.isEventSource()) {
            session.getPersistenceContextInternal()
                    .forEachCollectionEntry((collection, entry) -> addReadBefore(collection), false);
        }
        ours.forEach(filter -> filters.remove(filter.getName()));
        List<ScopeFilter> next = filtersFor(now);
        next.forEach(filter -> filters.put(filter.getName(), filter));
        ours = next;
        applied = now;
        reach.forget();
    }

    private void addReadBefore(PersistentCollection<?> collection) {
        if (collection.wasInitialized() && (applied == null || !applied.includesDeleted())) {
            readBefore.add(collection);
        }
    }

    /** Whether a collection was read before marked rows were in sight. */
    boolean isReadBefore(@Nullable PersistentCollection<?> collection) {
        return readBefore.contains(collection);
    }

    /** Once for each transaction and scope; again, if it was refused and somebody goes on. */
    private void enter(OpenScope now) {
        if (!isUsed) {
            if (!now.isEmpty()) {
                bindTo(now);
            }
            isUsed = true;
        }
    }

    private void bindTo(OpenScope now) {
        if (!now.includesDeleted()) {
            checkOpen(now);
        }
        now.tenant().ifPresent(scope -> ScopeLevels.check(safety, session, scope));
        if (bound == null) {
            bound = now;
        } else if (!isOfSame(bound, now)) {
            throw TenantScopeConflictException.changedInside(
                    "This Hibernate session", bound.toString(), now.toString());
        }
    }

    private static boolean isOfSame(OpenScope some, OpenScope other) {
        return some.tenant().equals(other.tenant()) && some.crossTenant().equals(other.crossTenant());
    }

    /** No unit of the scope is marked. */
    private void checkOpen(OpenScope now) {
        now.tenant()
                .ifPresent(scope -> safety.markedUnits().check(safety.mapping().units(), session, scope.levels()));
    }

    private List<ScopeFilter> filtersFor(OpenScope now) {
        FactorySafety.Mapping mapping = safety.mapping();
        List<ScopeFilter> filters = new ArrayList<>();
        if (!now.includesDeleted()) {
            filters.add(new ScopeFilter(mapping.alive()));
            filters.add(new ScopeFilter(mapping.listed()));
        }
        TenantScope scope = now.tenant().orElse(null);
        if (scope != null || now.isEmpty()) {
            for (Map.Entry<SafeEntity, FilterDefinition> unreachable :
                    mapping.unreachable().entrySet()) {
                if (scope == null || !unreachable.getKey().isNamedBy(scope)) {
                    filters.add(new Refusal(unreachable.getValue(), unreachable.getKey(), scope));
                }
            }
        }
        if (scope != null) {
            for (TypedId<?> owner : scope.levels()) {
                FilterDefinition definition = mapping.owned().get(owner.kind());
                if (definition != null) {
                    filters.add(ScopeFilter.of(definition, owner));
                }
            }
        }
        if (!now.isEmpty() && (!now.includesDeleted() || isClosedLeftOut)) {
            // Those that the scope names were looked at when it was bound.
            mapping.openUnits().forEach((kind, definition) -> {
                if (scope == null || scope.find(kind).isEmpty()) {
                    filters.add(new ScopeFilter(definition));
                }
            });
        }
        return filters;
    }

    /** The part of it that is done for each row: a scope that changed in the middle of a result is noticed. Returns what is open. */
    private OpenScope follow() {
        OpenScope now = OpenScope.current();
        if (now == applied && isUsed) {
            now.checkTime();
        } else {
            reconcile();
        }
        return now;
    }

    /** A row of a scroll is about to be read, maybe one of values, of which nothing says whose they are. */
    void checkFollowing(OpenScope opened) {
        OpenScope now = OpenScope.current();
        boolean isLeft = !opened.isEmpty() && !isOfSame(opened, now);
        if (!seesAll && (isLeft || (opened.includesDeleted() && !now.includesDeleted()))) {
            throw TenantScopeConflictException.changedInside(
                    "This scroll, or stream of a query,", opened.toString(), now.toString());
        }
        follow();
    }

    /** A row was read, by whatever query: it must be in scope. */
    void checkLoaded(EntityGuard guard, Object[] state, Object id) {
        refusing(() -> checkRead(guard, state, id));
    }

    /** Looks at what was loaded. If it is refused, the session goes no further, and the flush of a commit fails. */
    void refusing(Runnable look) {
        try {
            look.run();
        } catch (TenantSafetyException e) {
            if (session.isEventSource() && refused == null) {
                refused = e;
            }
            throw e;
        }
    }

    /** Remembers what native SQL has loaded. */
    void toldBySql(Object instance) {
        toldBySql.add(instance);
    }

    boolean isToldBySql(Object instance) {
        return toldBySql.contains(instance);
    }

    /** Says once more what was refused of the rows of a procedure. */
    void refuseAgain() {
        TenantSafetyException again = refused;
        if (again != null && hasCalled) {
            throw again;
        }
    }

    private void checkRead(EntityGuard guard, Object[] state, Object id) {
        OpenScope now = follow();
        if (!guard.entity().isOpen()) {
            Refusals.checkReachable(now, guard.entity());
            checkReach(
                    now,
                    guard,
                    id,
                    "was about to be loaded",
                    scope -> guard.isOutside(scope, state, id)
                            || (hasCalled && guard.entity().path() != null && !Rows.existsInScope(session, guard, id))
                            || (isUnfiltered && !reach.isOwnedBy(scope, guard, state, id)));
        }
        Tombstone tombstone = guard.tombstone(state);
        if (tombstone != null
                && !now.includesDeleted()
                && !guard.entity().isVisibleWhenMarked()
                && !marks.isOurs(tombstone.deletionId())) {
            throw Refusals.markedRowLoaded(guard, id, tombstone);
        }
        if (hasCalled && !guard.entity().isOpen() && mayBeClosed(guard, now)) {
            Rows.checkInScope(session, guard, id, "was about to be loaded");
        } else if (isUnfiltered && !guard.entity().isOpen()) {
            checkUnitsOpen(now, guard, state, id);
        }
    }

    /**
     * Whether a row in the second-level cache says of itself that it is in reach. Where it does not say all, as one that is owned
     * through others, the answer is no, and the database is asked.
     */
    boolean saysItIsInReach(EntityGuard guard, Object[] state, Object id) {
        OpenScope now = OpenScope.current();
        if (guard.isMarkedIn(state) && !now.includesDeleted()) {
            return false;
        }
        if (guard.entity().isOpen()) {
            return true;
        }
        TenantScope scope = now.tenant().orElse(null);
        if (now.isEmpty() || (scope != null && guard.pathPosition() >= 0)) {
            return false;
        }
        return !mayBeClosed(guard, now)
                && (scope == null || (guard.entity().isNamedBy(scope) && !guard.isOutside(scope, state, id)));
    }

    /** Whether a row may belong to a unit that is marked: those that the scope names were looked at when it was bound. */
    private boolean mayBeClosed(EntityGuard guard, OpenScope now) {
        return !now.includesDeleted() && !safety.unnamedUnits(guard, now).isEmpty();
    }

    /** A row is about to be updated of which only the caller says whose it is: where the statement does not ask, it is looked for. */
    void checkUpdated(EntityGuard guard, Object[] state, Object id) {
        if (guard.entity().isOwned()
                && !(guard.isOwnerInUpdates()
                        && (!guard.persister().hasCollections() || guard.isUpdated(state))
                        && saysItsUnits(guard, state, id))) {
            Rows.checkInScope(session, guard, id, "was about to be updated");
        }
    }

    /** Whether a row says of which units it is that may be marked. The statement asks whether that is so, and they are looked at here. */
    private boolean saysItsUnits(EntityGuard guard, Object[] state, Object id) {
        if (!mayBeClosed(guard, OpenScope.current())) {
            return true;
        }
        List<IdKind<?>> kinds = safety.unnamedUnits(guard, OpenScope.current());
        List<TypedId<?>> owners = guard.owners(state, id);
        if (!kinds.stream()
                .allMatch(kind -> owners.stream().anyMatch(owner -> owner.kind().equals(kind)))) {
            return false;
        }
        reach.checkOwners(guard, state, id);
        return true;
    }

    /** The same of one that is about to be deleted; the rows of its collections go first, and have no owner. */
    void checkDeleted(EntityGuard guard, Object id) {
        if (guard.entity().isOwned()
                && (mayBeClosed(guard, OpenScope.current())
                        || !guard.isOwnerInDeletes()
                        || guard.persister().hasCollections())) {
            Rows.checkInScope(session, guard, id, "was about to be deleted");
        }
    }

    /** A row is about to be written: it must be the open scope's, by itself and by what it points at, and the scope must allow it. */
    void checkWritten(EntityGuard guard, Object[] state, @Nullable Object id) {
        checkOwned(checkWriting(guard, id), guard, state, id);
    }

    /** The same of a row that is there already: it must have been the scope's when it was read, too, in a unit that is open. */
    void checkRewritten(EntityGuard guard, Object[] read, Object[] state, @Nullable Object id) {
        OpenScope now = checkWriting(guard, id);
        if (!guard.entity().isOpen()) {
            checkReach(now, guard, id, "was about to be written", scope -> guard.isOutside(scope, read, id));
            checkUnitsOpen(now, guard, read, id);
        }
        checkOwned(now, guard, state, id);
    }

    private void checkOwned(OpenScope now, EntityGuard guard, Object[] state, @Nullable Object id) {
        if (!guard.entity().isOpen()) {
            checkReach(now, guard, id, "was about to be written", scope -> !reach.isOwnedBy(scope, guard, state, id));
            if (now.tenant().isEmpty() && now.includesDeleted()) {
                reach.checkOwners(guard, state, id); // a scope that names its owners was looked at as a whole
            }
        }
    }

    /**
     * The units of a row that the session holds, and that the scope does not name: they may have been closed since it was read. What it does not
     * hold of the row's path is looked for, and so are its units.
     */
    void checkUnitsOpen(OpenScope now, EntityGuard guard, Object[] read, @Nullable Object id) {
        if (mayBeClosed(guard, now)) {
            for (IdKind<?> kind : safety.unnamedUnits(guard, now)) {
                TypedId<?> owner = kind.equals(guard.entity().unit()) ? null : reach.heldOwnerOf(guard, read, id, kind);
                if (owner != null) {
                    safety.markedUnits().check(safety.mapping().units(), session, List.of(owner));
                }
            }
        }
    }

    /** The same of a new row; what it points at is looked at as with any reference. */
    void checkInserted(EntityGuard guard, Object[] state, @Nullable Object id) {
        OpenScope now = checkWriting(guard, id);
        if (!guard.entity().isOpen()) {
            checkReach(
                    now, guard, id, "was about to be written", scope -> guard.foreignOwner(scope, state, id) != null);
        }
    }

    /** The same of a row of which only the key is known: whether the scope, which it returns, allows writing. */
    OpenScope checkWriting(EntityGuard guard, @Nullable Object id) {
        OpenScope now = follow();
        Refusals.checkNotReadOnly(now, guard, id);
        Refusals.checkReachable(now, guard.entity());
        if (!guard.entity().isOpen() && now.includesDeleted()) {
            checkOpen(now); // what a marked unit owns can be looked at, and not changed
            checkUnitsOpen(now, guard, id);
        }
        return now;
    }

    /** The same of the units of a row that the scope does not name: a tenant's scope reaches into sites that are marked. */
    private void checkUnitsOpen(OpenScope now, EntityGuard guard, @Nullable Object id) {
        List<IdKind<?>> kinds = safety.unnamedUnits(guard, now).stream()
                .filter(kind -> !kind.equals(guard.entity().unit()))
                .toList();
        List<@Nullable TypedId<?>> owners =
                id == null || kinds.isEmpty() ? null : Rows.owners(session, guard, id, kinds, "");
        if (owners != null) {
            safety.markedUnits()
                    .check(
                            safety.mapping().units(),
                            session,
                            owners.stream().filter(Objects::nonNull).toList());
        }
    }

    /** A lock that increments the version writes the row, and Hibernate asks no listener. */
    void checkIncrement(EntityPersister persister, Object id) {
        EntityGuard guard = safety.guard(persister.getEntityName());
        if (guard != null) {
            OpenScope now = checkWriting(guard, id);
            Object held = session.isEventSource() ? Rows.held(session, persister, id) : null;
            EntityEntry entry = held == null
                    ? null
                    : session.getPersistenceContextInternal().getEntry(held);
            if (entry != null && entry.getLoadedState() != null) {
                checkUnitsOpen(now, guard, entry.getLoadedState(), id);
            }
        }
    }

    private static void checkReach(
            OpenScope now, EntityGuard guard, @Nullable Object id, String what, Predicate<TenantScope> isForeign) {
        TenantScope scope = now.tenant().orElse(null);
        if (scope != null && isForeign.test(scope)) {
            throw Refusals.foreignRow(guard, id, scope, what);
        }
    }

    /** Our filters are told from others of the same name, and hold what they need. */
    private static class ScopeFilter extends FilterImpl {

        private static final long serialVersionUID = 1;

        private boolean isSealed;

        ScopeFilter(FilterDefinition definition) {
            super(definition);
        }

        static ScopeFilter of(FilterDefinition definition, TypedId<?> owner) {
            ScopeFilter filter = new ScopeFilter(definition);
            filter.setParameter(Filters.OWNER_PARAMETER, owner);
            filter.isSealed = true;
            return filter;
        }

        @Override
        public Filter setParameter(String name, Object value) {
            checkSealed();
            return super.setParameter(name, value);
        }

        @Override
        public Filter setParameterList(String name, Collection<?> values) {
            checkSealed();
            return super.setParameterList(name, values);
        }

        @Override
        public Filter setParameterList(String name, Object[] values) {
            checkSealed();
            return super.setParameterList(name, values);
        }

        private void checkSealed() {
            if (isSealed) {
                throw new ForeignRowException("The filter " + getName()
                        + " holds whose scope this is, " + OpenScope.current()
                        + ", and takes nobody else's ID. Open the other scope in place of that.");
            }
        }
    }

    /** Refuses as soon as a query is about to use it. */
    private static final class Refusal extends ScopeFilter {

        private static final long serialVersionUID = 1;

        private final transient SafeEntity entity;
        private final transient @Nullable TenantScope scope;

        Refusal(FilterDefinition definition, SafeEntity entity, @Nullable TenantScope scope) {
            super(definition);
            this.entity = entity;
            this.scope = scope;
        }

        @Override
        public Object getParameterValue(String name) {
            throw Refusals.noScope(entity, scope);
        }
    }

    /** Is asked before any filter is used. */
    private final class Gate extends FilterImpl {

        private static final long serialVersionUID = 1;

        Gate() {
            super(Filters.definition(Filters.GATE));
        }

        @Override
        public void validate() {
            reconcile();
        }
    }

    @Override
    public String toString() {
        return "session of " + Objects.requireNonNullElse(bound, OpenScope.nothing());
    }
}
