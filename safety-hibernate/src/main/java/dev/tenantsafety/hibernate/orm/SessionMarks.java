package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.guard.AllowsHardDelete;
import dev.tenantsafety.hibernate.DeletionRecord;
import dev.tenantsafety.hibernate.DeletionRefusedException;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.hibernate.orm.MarkFlushListener.MarkAction;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.scope.OpenScope;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.hibernate.Hibernate;
import org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.engine.spi.CollectionEntry;
import org.hibernate.engine.spi.EntityEntry;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.engine.spi.TransactionCompletionCallbacks;
import org.hibernate.event.spi.DeleteContext;
import org.hibernate.event.spi.PersistContext;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.CollectionType;
import org.hibernate.type.ComponentType;
import org.hibernate.type.EntityType;
import org.hibernate.type.ManyToOneType;
import org.hibernate.type.Type;
import org.hibernate.type.TypeHelper;
import org.jspecify.annotations.Nullable;

/**
 * What a session has marked. All that a transaction marks is one deletion, unless a deletion was opened with a reason of its
 * own; each is recorded in our table, once, at the end.
 */
final class SessionMarks {

    /**
     * How an instance came to be marked.
     *
     * @param root what was removed or orphaned, of which this instance is a part; itself, if it was no part of anything
     * @param orphaned whether the root was taken out of a collection or reference, not removed
     */
    record Cause(Object root, boolean orphaned) {}

    /** What a session sets aside for each: most mark nothing, and IdentityHashMap would make room for 32. */
    static final int FEW = 2;

    private final FactorySafety safety;
    private final SharedSessionContractImplementor session;
    private final IdentityHashMap<Object, MarkedInstance> marked = new IdentityHashMap<>(FEW);

    /** The same, also while Hibernate clears a session whose transaction was rolled back. */
    private final IdentityHashMap<Object, Unmarked> before = new IdentityHashMap<>(FEW);

    /** References of referrers that a mark set to null, as they were, the last first. */
    private final Deque<SetToNull> setToNull = new ArrayDeque<>();

    /** What an earlier transaction removed, and no flush has marked: the next one does. */
    private final Set<Object> unflushed = Collections.newSetFromMap(new IdentityHashMap<>(FEW));

    /** Those of them whose mark was written. */
    private final Set<Object> written = Collections.newSetFromMap(new IdentityHashMap<>(FEW));

    /** The keys of those of them whose referrers were not looked at yet (ReferrerListener). */
    private final Map<EntityGuard, List<Object>> unchecked = new LinkedHashMap<>();

    /** The keys of those that the flush under way marks, until their places in lists were looked at (LinkPlaces). */
    private final Map<EntityGuard, List<Object>> unplaced = new LinkedHashMap<>();

    /** The places that elements were told. */
    private final Set<LinkPlaces.Told> told = new HashSet<>();

    /** By list: what numbers its marked elements after it was written. */
    private final IdentityHashMap<Object, Runnable> followed = new IdentityHashMap<>(FEW);

    /** By owner: the collections that the flush under way removes with marked elements in them, which may be there again. */
    private final IdentityHashMap<Object, Set<String>> replaced = new IdentityHashMap<>(FEW);

    /** What a flush found with another parent than the marked one: that one is managed, and each flush asks it for its orphans. */
    private final Set<Object> reattached = Collections.newSetFromMap(new IdentityHashMap<>(FEW));

    /** Orphans of one-to-ones, whose marks come before inserts: what takes the place of one may have its unique value. */
    private final Set<Object> beforeInserts = Collections.newSetFromMap(new IdentityHashMap<>(FEW));

    /** Their marks that the flush under way is about to write. */
    private final IdentityHashMap<Object, MarkAction> early = new IdentityHashMap<>(FEW);

    /** What is alive again, or took the place of what was marked. */
    private final Set<Object> lifted = Collections.newSetFromMap(new IdentityHashMap<>(FEW));

    /** The entities of which the transaction under way has written marks. */
    private final Set<SafeEntity> writtenEntities = new HashSet<>();

    /** The rows whose marks it took back. */
    private final Map<SafeEntity, Set<Object>> kept = new LinkedHashMap<>();

    /** Those of them whose marks it had written, and that may be in lists, by the root of their hierarchy; and when they were marked. */
    private final Map<EntityGuard, Map<Object, Instant>> takenBack = new LinkedHashMap<>();

    /** The deletions that it recorded before its end. */
    private final Set<Deletion> recorded = new HashSet<>();

    private boolean isCheckHeld;

    private @Nullable ChildrenOfMarked childrenOfMarked;
    private @Nullable PersistContext flushOfChildren;

    /** What earlier transactions of this session have marked, and it still holds: as it was at their end. */
    private final IdentityHashMap<Object, Object[]> past = new IdentityHashMap<>(FEW);

    /** Instances and collections that were read where marked rows are seen. */
    private final Set<Object> readInBin = Collections.newSetFromMap(new IdentityHashMap<>(FEW));

    /** By set: the elements that were taken out and marked, and whose links are there. */
    private final IdentityHashMap<Object, Set<Object>> linksKept = new IdentityHashMap<>(FEW);

    /** By map: the entries that were taken out, and whose rows are there, as their keys or elements are marked. */
    private final IdentityHashMap<Object, Map<Object, Object>> entriesKept = new IdentityHashMap<>(FEW);

    private final Map<EntityGuard, List<Object>> inserted = new HashMap<>();
    private final Map<EntityGuard, List<Object>> tried = new LinkedHashMap<>();
    private final Set<DeletionId> ours = new HashSet<>();

    /** What was marked in lists, before a flush has told when. */
    private final Map<EntityGuard, List<Object>> unordered = new LinkedHashMap<>();

    private @Nullable DeleteContext cascade;
    private @Nullable Cause causeOfCascade;
    private @Nullable Deletion explicit;
    private @Nullable Deletion ofTransaction;
    private Instant moment = Instant.EPOCH;

    /** Whether what is marked next has another moment. */
    private boolean isMomentOver = true;

    /** Whether a mark of this moment was written. */
    private boolean isMomentWritten;

    SessionMarks(FactorySafety safety, SharedSessionContractImplementor session) {
        this.safety = safety;
        this.session = session;
    }

    /** Whether this session made the deletion, in the transaction under way. */
    boolean isOurs(DeletionId deletion) {
        return ours.contains(deletion);
    }

    /**
     * Why something is deleted. Hibernate hands the context of a removal on to what it cascades to, and begins a new one for
     * each orphan, inside whatever it is cascading.
     */
    Cause causeOf(Object instance, DeleteContext context, boolean isCascaded) {
        if (context == cascade && causeOfCascade != null) {
            return causeOfCascade;
        }
        return new Cause(instance, isCascaded);
    }

    void cascading(DeleteContext context, Cause cause, Runnable work) {
        DeleteContext outer = cascade;
        Cause outerCause = causeOfCascade;
        cascade = context;
        causeOfCascade = cause;
        try {
            work.run();
        } finally {
            cascade = outer;
            causeOfCascade = outerCause;
        }
    }

    void mark(EntityGuard guard, Object instance, Cause cause) {
        Deletion deletion = current();
        Tombstone tombstone = deletion.at(moment());
        before.putIfAbsent(instance, new Unmarked(guard, guard.versionOf(instance), loadedState(instance)));
        marked.put(instance, new MarkedInstance(guard, deletion, tombstone, cause));
        reattached.remove(instance);
        guard.mark(instance, tombstone);
        if (!safety.lists(guard).isEmpty()) {
            unordered.computeIfAbsent(root(guard), g -> new ArrayList<>()).add(instance);
        }
        Set<Object> alive = kept.get(guard.entity());
        if (alive != null) {
            alive.remove(keyOf(guard, instance));
        }
        if (guard.entity().unit() != null) {
            afterCompletion(success -> safety.markedUnits().forget());
        }
    }

    /**
     * When something is marked: the same for all that one flush writes, and later for the next one. In between the flush numbered the
     * lists anew, so an undo has to know which places were of one list (LinkPlaces).
     */
    private Instant moment() {
        if (isMomentOver) {
            // Microseconds are what databases keep: what is in memory is what will be read.
            Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
            moment = now.isAfter(moment) ? now : moment.plus(1, ChronoUnit.MICROS);
            isMomentOver = false;
        }
        return moment;
    }

    /** A flush has ended. */
    void flushed() {
        replaced.clear();
        if (isMomentWritten) {
            isMomentWritten = false;
            isMomentOver = true;
        }
    }

    private Object @Nullable [] loadedState(Object instance) {
        EntityEntry entry = session.getPersistenceContextInternal().getEntry(instance);
        return entry == null ? null : entry.getLoadedState();
    }

    /**
     * Gives a marked instance its tombstone again that the program has set to null, as a mapper does that copies all attributes: what is changed of
     * a removed row is ignored. A refresh that comes before the mark was written takes it back.
     */
    void keepTombstone(EntityGuard guard, Object instance, Object[] loaded) {
        MarkedInstance mark = marked.get(instance);
        if (mark != null && guard.tombstoneOf(instance) == null) {
            Unmarked was = before.get(instance);
            if (guard.tombstone(loaded) != null || (was != null && was.loaded() == loaded)) {
                guard.mark(instance, mark.tombstone());
            }
        }
    }

    /** What the flush under way marks an instance with: one of its moment, also if another flush passed since the instance was marked. */
    Tombstone scheduled(Object instance, Tombstone tombstone) {
        order();
        if (tombstone.deletedAt().equals(moment())) {
            return tombstone;
        }
        MarkedInstance mark = Objects.requireNonNull(marked.get(instance));
        Tombstone later = mark.deletion().at(moment());
        marked.put(instance, new MarkedInstance(mark.guard(), mark.deletion(), later, mark.cause()));
        mark.guard().mark(instance, later);
        return later;
    }

    /**
     * What is marked in a list is marked later than what is in it already, whatever the clocks say: an undo tells by that which of them was
     * among the others when it was marked. To be called when all that a flush marks is known, and none of it is written.
     */
    private void order() {
        Map<EntityGuard, List<Object>> all = new LinkedHashMap<>(unordered);
        unordered.clear();
        all.forEach((guard, instances) -> {
            List<Object> ids = instances.stream()
                    .map(instance -> keyOf(guard, instance))
                    .filter(Objects::nonNull)
                    .toList();
            for (LinkPlaces list : safety.lists(guard)) {
                Timestamp last = ids.isEmpty() ? null : list.lockListsOf(session, ids);
                if (last != null && !moment().isAfter(last.toInstant())) {
                    moment = last.toInstant().plus(1, ChronoUnit.MICROS);
                }
            }
        });
    }

    /** An orphan whose parent is removed after all is a part of that. */
    void removedToo(Object instance, Cause cause) {
        if (cause.root() != instance && !cause.orphaned()) {
            marked.computeIfPresent(
                    instance, (i, mark) -> new MarkedInstance(mark.guard(), mark.deletion(), mark.tombstone(), cause));
        }
    }

    /** Whether the transaction under way has marked any. */
    boolean isAny() {
        return !marked.isEmpty();
    }

    /** The elements that were taken out of a set by the transaction under way, and whose links stayed; to be added to. */
    Set<Object> linksKept(Object set) {
        return linksKept.computeIfAbsent(set, s -> Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    /** The same of a map; to be added to. */
    Map<Object, Object> entriesKept(Object map) {
        return entriesKept.computeIfAbsent(map, m -> new HashMap<>());
    }

    /** A row is about to be inserted whose key is made of others'. */
    void inserting(EntityGuard guard, Object id) {
        inserted.computeIfAbsent(guard, g -> new ArrayList<>()).add(id);
    }

    /** Those of an entity since this was asked. */
    List<Object> insertedKeys(EntityGuard guard) {
        List<Object> keys = inserted.remove(guard);
        return keys == null ? List.of() : keys;
    }

    /** A row is about to be inserted whose key the program gave it: if the database refuses it, that is explained. */
    void trying(EntityGuard guard, Object id) {
        tried.computeIfAbsent(guard, g -> new ArrayList<>()).add(id);
    }

    /** Those of all entities since this was asked. */
    Map<EntityGuard, List<Object>> takeTried() {
        if (tried.isEmpty()) {
            return Map.of();
        }
        Map<EntityGuard, List<Object>> taken = new LinkedHashMap<>(tried);
        tried.clear();
        return taken;
    }

    /** Whether this session has marked an instance that it still holds. */
    boolean holds(Object instance) {
        return marked.containsKey(instance) || past.containsKey(instance);
    }

    /**
     * Refuses what was done since to an instance that an earlier transaction marked. The session keeps it as it was then, also if another one
     * has brought its row back, and writes nothing of it.
     */
    void checkUnchanged(EntityGuard guard, Object instance, Object id) {
        Object[] then = past.get(instance);
        Tombstone tombstone = guard.tombstoneOf(instance);
        if (then != null && tombstone != null && isChanged(guard, instance, then)) {
            throw Refusals.markedEarlier(guard, id, tombstone);
        }
    }

    private boolean isChanged(EntityGuard guard, Object instance, Object[] then) {
        EntityPersister persister = guard.persister();
        int[] changed = persister.findDirty(persister.getValues(instance), then, instance, session);
        return changed != null
                && Arrays.stream(changed)
                        .anyMatch(property -> then[property] != LazyPropertyInitializer.UNFETCHED_PROPERTY // and is now
                                && !(persister.getPropertyTypes()[property] instanceof CollectionType));
    }

    private Object[] stateOf(Object instance) {
        EntityPersister persister =
                Objects.requireNonNull(marked.get(instance)).guard().persister();
        Object[] state = persister.getValues(instance);
        boolean[] isCopied = new boolean[state.length];
        for (int i = 0; i < state.length; i++) {
            Type type = persister.getPropertyTypes()[i];
            isCopied[i] = !(type instanceof CollectionType || type instanceof EntityType);
        }
        TypeHelper.deepCopy(state, persister.getPropertyTypes(), isCopied, state, session);
        return state;
    }

    /** Whether an earlier transaction of this session marked an instance that it still holds. */
    boolean isPast(Object instance) {
        return past.containsKey(instance) && !marked.containsKey(instance);
    }

    /** Something was read where marked rows are seen: what it shows is not asked for. */
    void readInBin(Object instance) {
        readInBin.add(instance);
    }

    boolean isReadInBin(Object instance) {
        return readInBin.contains(instance);
    }

    /** Whether it has marked any that it still holds. */
    boolean holdsAny() {
        return !marked.isEmpty() || !past.isEmpty();
    }

    /** The new instances that only marked ones lead to, read once for each flush, which has a context of its own. */
    ChildrenOfMarked childrenOfMarked(PersistContext flush, Supplier<ChildrenOfMarked> read) {
        if (childrenOfMarked == null || flush != flushOfChildren) {
            childrenOfMarked = read.get();
            flushOfChildren = flush;
        }
        return childrenOfMarked;
    }

    /** What the transaction under way marks an instance with; null if it does not. */
    @Nullable
    Tombstone tombstoneFor(Object instance) {
        MarkedInstance mark = marked.get(instance);
        return mark == null ? null : mark.tombstone();
    }

    /** Whether an instance had a version before it was marked. */
    boolean isAsBefore(Object instance, @Nullable Object version) {
        Unmarked was = before.get(instance);
        return was != null && Objects.equals(was.version(), version);
    }

    /** An instance is being updated, and its mark with it. What is marked and let go before that is marked nowhere. */
    void written(Object instance) {
        MarkedInstance mark = marked.get(instance);
        if (mark != null && written.add(instance)) {
            isMomentWritten = true;
            mark.deletion().marked(mark.guard(), 1);
            writtenEntities.add(mark.guard().entity());
            unchecked.computeIfAbsent(mark.guard(), guard -> new ArrayList<>()).add(keyOf(mark.guard(), instance));
        }
    }

    /** An instance is marked that Hibernate alone would delete before it inserts others. */
    void beforeInserts(Object instance) {
        beforeInserts.add(instance);
    }

    /** Takes the mark of an instance for the flush under way. */
    void schedule(Object instance, MarkAction mark) {
        if (beforeInserts.contains(instance)) {
            early.put(instance, mark);
        }
        session.asEventSource().getActionQueue().addAction(mark);
    }

    /** A flush begins. One before a query may have found that it need not write, and Hibernate has forgotten what it was to write. */
    void flushing() {
        early.clear();
    }

    /** The flush under way knows all that it writes, and has written none of it. */
    void writeBeforeInserts() {
        if (!early.isEmpty()) {
            List<MarkAction> all = List.copyOf(early.values());
            beforeInserts.removeAll(early.keySet());
            early.clear();
            all.forEach(MarkAction::executeFirst);
            session.getJdbcCoordinator().executeBatch();
        }
    }

    /** A row is about to be marked by the flush under way. */
    void placed(EntityGuard guard, Object id) {
        if (!safety.lists(guard).isEmpty()) {
            unplaced.computeIfAbsent(root(guard), g -> new ArrayList<>()).add(id);
        }
    }

    private EntityGuard root(EntityGuard guard) {
        return Objects.requireNonNull(safety.guard(guard.persister().getRootEntityName()));
    }

    /** Before the first of them is marked, and before the flush writes lists. */
    void tellPlaces() {
        if (!unplaced.isEmpty()) {
            Map<EntityGuard, List<Object>> all = new LinkedHashMap<>(unplaced);
            unplaced.clear();
            session.getJdbcCoordinator().executeBatch();
            all.forEach((guard, ids) -> safety.lists(guard).forEach(list -> told.addAll(list.marking(session, ids))));
        }
    }

    /** A list is about to be written, and its marked elements are to be numbered after it. */
    void following(Object list, @Nullable Runnable numbering) {
        if (numbering != null) {
            followed.put(list, numbering);
        }
    }

    /** A list that holds marked elements is removed, and another may come in its place. */
    void replacing(CollectionPersister list, @Nullable Object owner) {
        if (owner != null) {
            replaced.computeIfAbsent(owner, o -> new HashSet<>()).add(list.getRole());
        }
    }

    boolean isReplacing(CollectionPersister list, @Nullable Object owner) {
        return owner != null && replaced.getOrDefault(owner, Set.of()).contains(list.getRole());
    }

    /** A referrer's reference is about to be set to null: a rollback gives it back. */
    void settingToNull(EntityPersister referrer, Object instance, int property) {
        Object version = referrer.isVersioned() ? referrer.getVersion(instance) : null;
        setToNull.push(new SetToNull(referrer, instance, property, referrer.getValue(instance, property), version));
    }

    /** Removes what was removed in a transaction that did not flush, as Hibernate alone does with the next flush. */
    void removeUnflushed() {
        if (!unflushed.isEmpty()) {
            List<Object> instances = List.copyOf(unflushed);
            unflushed.clear();
            instances.stream().filter(session.asEventSource()::contains).forEach(this::remove);
        }
    }

    @AllowsHardDelete(
            reason = "the removal is the program's, and marks; it was told before",
            ticket = "issue 15",
            until = "2028-12-31")
    private void remove(Object instance) {
        session.asEventSource().remove(instance);
    }

    /** A list was written. */
    void follow(Object list) {
        Runnable numbering = followed.remove(list);
        if (numbering != null) {
            numbering.run();
        }
    }

    private Object keyOf(EntityGuard guard, Object instance) {
        return guard.persister().getIdentifier(instance, session);
    }

    /** The entities of which the transaction under way has written marks. */
    Set<SafeEntity> writtenEntities() {
        return writtenEntities;
    }

    /** The deletions that this session made in the transaction under way. */
    Set<DeletionId> ours() {
        return ours;
    }

    /** Whether the transaction under way has written the mark of an instance. */
    boolean isWritten(Object instance) {
        return written.contains(instance);
    }

    /** Whether it has written any of certain entities. */
    boolean isAnyWritten(Predicate<EntityGuard> entities) {
        if (!written.isEmpty()) {
            for (MarkedInstance instance : marked.values()) {
                if (entities.test(instance.guard())) {
                    return true;
                }
            }
        }
        return false;
    }

    /** What was marked since it was asked for last; nothing while rows are being marked in several flushes. */
    Map<EntityGuard, List<Object>> takeUnchecked() {
        if (isCheckHeld || unchecked.isEmpty()) {
            return Map.of();
        }
        Map<EntityGuard, List<Object>> taken = new LinkedHashMap<>(unchecked);
        unchecked.clear();
        return taken;
    }

    /** Rows that point at each other may be marked in several flushes, and are looked at after the last. */
    void holdingChecks(Runnable work) {
        boolean wasHeld = isCheckHeld;
        isCheckHeld = true;
        try {
            work.run();
        } finally {
            isCheckHeld = wasHeld;
        }
    }

    /** The session has let go of all that it held, and so do we. */
    void cleared() {
        past.clear();
        unflushed.clear();
        if (session.isTransactionInProgress()) { // the program did it, so as not to hold what it has marked
            before.forEach((instance, was) -> {
                if (marked.containsKey(instance) && !written.contains(instance)) {
                    was.guard().giveBack(instance, was.version()); // the removal is forgotten
                }
            });
            before.clear();
            setToNull.clear();
        }
        letGo();
    }

    /** Of the instances that it has marked, and of what was to be done about them. */
    private void letGo() {
        inserted.clear();
        unplaced.clear();
        unordered.clear();
        followed.clear();
        replaced.clear();
        tried.clear();
        linksKept.clear();
        entriesKept.clear();
        marked.clear();
        written.clear();
        lifted.clear();
        readInBin.clear();
        reattached.clear();
        beforeInserts.clear();
        early.clear();
        isMomentWritten = false;
        isMomentOver = true;
    }

    /**
     * Whether an instance is compared with what was read of it, attribute by attribute. What an enhanced one tells of its changes is not all: a mark
     * that was written before cleared it, and a merge does, too.
     */
    boolean isLifted(Object instance) {
        return lifted.contains(instance);
    }

    /** An instance is alive in the place of one that was marked. */
    void inPlaceOfMarked(Object instance) {
        lifted.add(instance);
    }

    /** Takes back the mark of an instance that is persisted again; what it cascades to is persisted by Hibernate. */
    void persisted(Object instance) {
        if (isPast(instance)) {
            EntityEntry entry = session.getPersistenceContextInternal().getEntry(instance);
            EntityGuard guard =
                    entry == null ? null : safety.guard(entry.getPersister().getEntityName());
            Tombstone tombstone = guard == null ? null : guard.tombstoneOf(instance);
            if (guard != null && tombstone != null) {
                throw Refusals.markedEarlier(guard, Objects.requireNonNull(entry.getId()), tombstone);
            }
        }
        lift(instance);
    }

    /**
     * Takes back the mark of an orphan that is in a collection or reference again, and of all that went with it; and of a part of what was removed
     * that was handed to another one, as Hibernate does not delete that either.
     *
     * @param flush what Hibernate hands through the cascades of a flush
     * @param read what only marked instances lead to
     */
    void reattached(Object instance, PersistContext flush, Supplier<ChildrenOfMarked> read) {
        MarkedInstance mark = marked.get(instance);
        if (mark == null || !WantedAgain.is(session.asEventSource(), instance)) {
            return;
        }
        if (mark.cause().root() != instance) {
            if (childrenOfMarked(flush, read).isOfAlive(instance) && !pointsAtMarked(mark.guard(), instance)) {
                reattached.add(instance);
                lift(instance);
            }
        } else if (mark.cause().orphaned()) {
            List<Object> parts = new ArrayList<>();
            marked.forEach((part, of) -> {
                if (of.cause().root() == instance) {
                    parts.add(part);
                }
            });
            reattached.addAll(parts);
            parts.forEach(this::lift);
        }
    }

    /** Whether an instance is no orphan, as a marked parent says that it is, because it was handed to an alive one. */
    boolean isHandedOn(Object instance) {
        if (!reattached.contains(instance)) {
            return false;
        }
        boolean[] isOrphan = {false};
        session.getPersistenceContextInternal()
                .forEachCollectionEntry(
                        (collection, entry) -> isOrphan[0] |= isOrphanOfAlive(instance, collection, entry), true);
        return !isOrphan[0];
    }

    private boolean isOrphanOfAlive(Object instance, PersistentCollection<?> collection, CollectionEntry entry) {
        CollectionPersister persister = entry.getLoadedPersister();
        return persister != null
                && persister.hasOrphanDelete()
                && collection.wasInitialized()
                && collection.getOwner() != null
                && !marked.containsKey(collection.getOwner())
                && collection
                        .getOrphans(
                                entry.getSnapshot(),
                                persister.getElementPersister().getEntityName())
                        .contains(instance);
    }

    /** Whether something was removed itself, not taken along or out of a collection. */
    boolean isRemovedItself(Object instance) {
        MarkedInstance mark = marked.get(instance);
        return mark != null && mark.cause().root() == instance && !mark.cause().orphaned();
    }

    private boolean pointsAtMarked(EntityGuard guard, Object instance) {
        EntityPersister persister = guard.persister();
        return pointsAtMarked(persister.getPropertyTypes(), persister.getValues(instance));
    }

    private boolean pointsAtMarked(Type[] types, @Nullable Object[] values) {
        for (int i = 0; i < types.length; i++) {
            Object value = values[i];
            boolean isOne = value != null && value != LazyPropertyInitializer.UNFETCHED_PROPERTY;
            if (isOne && types[i] instanceof ComponentType component) {
                if (pointsAtMarked(component.getSubtypes(), component.getPropertyValues(value))) {
                    return true;
                }
            } else if (isOne
                    && types[i] instanceof ManyToOneType
                    && UnloadedReference.of(value) == null
                    && marked.containsKey(Hibernate.unproxy(value))) {
                return true;
            }
        }
        return false;
    }

    /** An instance whose mark an undo lifted is one that is alive, and can be marked again. */
    void undone(Object instance) {
        marked.remove(instance);
        written.remove(instance);
        past.remove(instance);
    }

    private void lift(Object instance) {
        MarkedInstance mark = marked.remove(instance);
        if (mark != null) {
            mark.guard().mark(instance, null);
            lifted.add(instance);
            if (kept.isEmpty()) {
                beforeCompletion(this::cutKept);
            }
            kept.computeIfAbsent(mark.guard().entity(), entity -> new LinkedHashSet<>())
                    .add(keyOf(mark.guard(), instance));
            if (written.remove(instance)) {
                unchecked.computeIfPresent(mark.guard(), (guard, keys) -> {
                    keys.removeIf(keyOf(guard, instance)::equals);
                    return keys.isEmpty() ? null : keys;
                });
                checkAgain(); // it may point at others of them, and be no referrer when they were looked at
                if (!safety.lists(mark.guard()).isEmpty()) {
                    takenBack
                            .computeIfAbsent(root(mark.guard()), guard -> new LinkedHashMap<>())
                            .put(keyOf(mark.guard(), instance), mark.tombstone().deletedAt());
                }
                mark.deletion().marked(mark.guard(), -1);
                if (recorded.remove(mark.deletion())) {
                    beforeCompletion(() -> correct(mark.deletion()));
                }
            }
        }
    }

    private void checkAgain() {
        marked.forEach((instance, mark) -> {
            if (written.contains(instance)) {
                unchecked
                        .computeIfAbsent(mark.guard(), guard -> new ArrayList<>())
                        .add(keyOf(mark.guard(), instance));
            }
        });
    }

    /**
     * A row that stays alive belongs to no parent that the transaction marks, and is referred to as before. At its end, as the parent may be
     * taken back as well.
     */
    private void cutKept() {
        kept.forEach((entity, ids) -> ParentLinks.cut(session, entity, ids));
        if (!OpenScope.current().isEmpty()) { // what was flushed in a scope may be committed in none, which sees no map
            kept.forEach((entity, ids) -> LinkKeys.checkTakenBack(session, safety, entity, ids));
        }
        if (!safety.settingNull().isEmpty() && !kept.isEmpty()) {
            ReferencesSetToNull references = new ReferencesSetToNull(session);
            ours.forEach(deletion ->
                    references.setBack(deletion).forEach(held -> Undo.readAgain(session.asEventSource(), held)));
        }
        takenBack.forEach((guard, ids) -> safety.lists(guard).forEach(list -> list.takenBack(session, ids, told)));
        takenBack.clear();
    }

    private void keepUnflushed(Object instance, Cause cause) {
        Unmarked was = before.get(instance);
        if (was != null && !written.contains(instance)) {
            was.guard().giveBack(instance, was.version());
            if (cause.root() == instance && !cause.orphaned()) { // an orphan is found again
                unflushed.add(instance);
            }
        }
    }

    /** A reference before it was set to null. */
    private record SetToNull(
            EntityPersister referrer,
            Object instance,
            int property,
            @Nullable Object was,
            @Nullable Object version) {

        void giveBack() {
            if (referrer.getValue(instance, property) == null) {
                referrer.setValue(instance, property, was);
                if (referrer.isVersioned()) {
                    referrer.setValue(instance, referrer.getVersionPropertyIndex(), version);
                }
            }
        }
    }

    private record MarkedInstance(EntityGuard guard, Deletion deletion, Tombstone tombstone, Cause cause) {}

    /**
     * How an instance was before it was marked.
     *
     * @param loaded its row as the session holds it, by which another one is told that a refresh has read; null of what has none
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by identity
    private record Unmarked(EntityGuard guard, @Nullable Object version, Object @Nullable [] loaded) {}

    private Deletion current() {
        if (explicit != null) {
            return explicit;
        }
        if (ofTransaction == null) {
            Deletion deletion = new Deletion(safety.actor(), null);
            ofTransaction = deletion;
            ours.add(deletion.id());
            recordAtTheEnd(deletion);
            afterCompletion(this::completed);
        }
        return ofTransaction;
    }

    private void recordAtTheEnd(Deletion deletion) {
        beforeCompletion(() -> record(deletion));
    }

    private void beforeCompletion(Runnable work) {
        session.asEventSource()
                .getActionQueue()
                .registerCallback((TransactionCompletionCallbacks.BeforeCompletionCallback) completing -> work.run());
    }

    private void afterCompletion(Consumer<Boolean> work) {
        session.asEventSource()
                .getActionQueue()
                .registerCallback((TransactionCompletionCallbacks.AfterCompletionCallback)
                        (success, completed) -> work.accept(success));
    }

    /** Begins a deletion of its own. */
    Deletion begin(String actor, String reason) {
        if (explicit != null) {
            throw new DeletionRefusedException("A deletion is already under way in this session, " + explicit.id()
                    + "; one deletion does not begin inside another.");
        }
        Deletion deletion = new Deletion(actor, reason);
        ours.add(deletion.id());
        explicit = deletion;
        afterCompletion(this::completed);
        return deletion;
    }

    void end(boolean well) {
        Deletion deletion = explicit;
        explicit = null;
        if (deletion != null && well) {
            try {
                record(deletion);
            } catch (RuntimeException | Error e) {
                session.markForRollbackOnly(); // nothing is marked without a record
                throw e;
            }
            recorded.add(deletion);
        } else if (deletion != null) {
            recordAtTheEnd(deletion); // what was marked stays marked if the caller commits all the same
        }
    }

    private void record(Deletion deletion) {
        if (!deletion.hasMarked()) {
            return;
        }
        DeletionRecord record = deletion.record(OpenScope.current().toString());
        EntityPersister persister = session.getEntityPersister(DeletionRecord.class.getName(), record);
        persister.getInsertCoordinator().insert(record, record.id(), persister.getValues(record), session);
        session.getJdbcCoordinator().executeBatch();
    }

    /** A deletion with a reason is recorded when its work is done, and may lose marks after that, which are taken back. */
    private void correct(Deletion deletion) {
        EntityPersister records = session.getEntityPersister(DeletionRecord.class.getName(), null);
        Statements.correctRecord(session, records, deletion.id(), deletion.hasMarked() ? deletion.marked() : null);
        Object record = Rows.held(session, records, deletion.id());
        if (record != null) {
            session.asEventSource().evict(record);
        }
    }

    /** A transaction that is rolled back gives its instances back as they were, for the program that tries again with them. */
    private void completed(boolean successful) {
        if (!successful) {
            before.forEach((instance, was) -> was.guard().giveBack(instance, was.version()));
            setToNull.forEach(SetToNull::giveBack);
        } else {
            marked.forEach((instance, mark) -> keepUnflushed(instance, mark.cause()));
        }
        before.clear();
        setToNull.clear();
        childrenOfMarked = null;
        flushOfChildren = null;
        ofTransaction = null;
        unchecked.clear();
        writtenEntities.clear();
        kept.clear();
        takenBack.clear();
        told.clear();
        recorded.clear();
        if (successful) {
            written.forEach(instance -> past.put(instance, stateOf(instance)));
        }
        letGo();
        ours.clear();
        if (explicit != null) {
            ours.add(explicit.id());
        }
    }
}
