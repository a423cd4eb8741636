package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.DeletionRecord;
import dev.tenantsafety.hibernate.UndoConflict;
import dev.tenantsafety.hibernate.UndoPolicy;
import dev.tenantsafety.hibernate.UndoRefusedException;
import dev.tenantsafety.hibernate.UndoReport;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.scope.CrossTenantReadOnlyException;
import dev.tenantsafety.scope.OpenScope;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hibernate.LockMode;
import org.hibernate.action.internal.BulkOperationCleanupAction;
import org.hibernate.engine.spi.EntityEntry;
import org.hibernate.engine.spi.EntityKey;
import org.hibernate.engine.spi.PersistenceContext;
import org.hibernate.engine.spi.SessionImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.event.internal.EvictVisitor;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/**
 * Lifts exactly what one deletion marked. Reads in a stateless session beside the caller's, on the same connection, so that
 * no marked instance stays behind; writes row by row, each only if it is still as the plan saw it.
 */
public final class Undo {

    private final MarkingSession marking;
    private final DeletionId deletion;
    private final @Nullable String actor;
    private final Map<EntityGuard, Map<EntityKey, MarkedRow>> rows;
    private final List<UndoConflict> conflicts;
    private final List<String> notes;

    /**
     * A row as it was seen.
     *
     * @param persister of the row's own class, which may be a subclass
     * @param id the key
     * @param version the version, or null if the entity has none
     */
    record MarkedRow(
            EntityPersister persister, Object id, @Nullable Object version) {

        /** The instance of it that a session holds; null if it holds none. */
        @Nullable
        Object heldBy(SessionImplementor session) {
            return Rows.held(session, persister, id);
        }
    }

    private Undo(
            MarkingSession marking,
            DeletionId deletion,
            @Nullable String actor,
            Map<EntityGuard, Map<EntityKey, MarkedRow>> rows,
            List<UndoConflict> conflicts,
            List<String> notes) {
        this.marking = marking;
        this.deletion = deletion;
        this.actor = actor;
        this.rows = rows;
        this.conflicts = conflicts;
        this.notes = notes;
    }

    /**
     * Looks what would come back.
     *
     * @param marking the session
     * @param deletion the deletion
     * @param actor who, or null for whom the settings name
     * @return the plan
     */
    public static Undo plan(MarkingSession marking, DeletionId deletion, @Nullable String actor) {
        marking.session().flush();
        return look(marking, deletion, actor);
    }

    /** The same of what is flushed. */
    private static Undo look(MarkingSession marking, DeletionId deletion, @Nullable String actor) {
        return read(marking, deletion, look -> {
            Map<EntityGuard, Map<EntityKey, MarkedRow>> rows = look.rows();
            return new Undo(marking, deletion, actor, rows, look.conflicts(rows), look.notes(rows.keySet()));
        });
    }

    private static <R> R read(MarkingSession marking, DeletionId deletion, Function<UndoReading, R> work) {
        return BesideSession.inBin(marking.session(), "undo of " + deletion, reading -> {
            SessionBinding.of((SharedSessionContractImplementor) reading).readPastRestrictions();
            return work.apply(new UndoReading(marking.safety(), reading, deletion));
        });
    }

    /**
     * The deletion.
     *
     * @return its ID
     */
    public DeletionId deletion() {
        return deletion;
    }

    /**
     * What would come back.
     *
     * @return rows by entity
     */
    public Map<String, Long> rowsByEntity() {
        Map<String, Long> counts = new TreeMap<>();
        rows.forEach((guard, marked) -> counts.put(guard.name(), (long) marked.size()));
        return Collections.unmodifiableMap(counts);
    }

    /**
     * The conflicts.
     *
     * @return all conflicts
     */
    public List<UndoConflict> conflicts() {
        return List.copyOf(conflicts);
    }

    /**
     * What comes back otherwise than it was.
     *
     * @return sentences
     */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /**
     * Brings rows back.
     *
     * @param policy what to do about conflicts
     * @return what came back
     */
    public UndoReport execute(UndoPolicy policy) {
        OpenScope.current().crossTenant().filter(grant -> !grant.writing()).ifPresent(grant -> {
            throw new CrossTenantReadOnlyException("Rows of " + deletion, grant);
        });
        String by = Deletion.named(marking.actorOr(actor));
        session().flush();
        lockHolders();
        Undo now = look(marking, deletion, actor);
        List<UndoConflict> all = new ArrayList<>(now.conflicts);
        all.addAll(changedSince(now));
        if (policy == UndoPolicy.REFUSE && !all.isEmpty()) {
            throw new UndoRefusedException(deletion, all);
        }
        Set<EntityKey> skipped = new HashSet<>();
        rows.keySet().forEach(guard -> all.stream()
                .filter(conflict -> conflict.entity().equals(guard.name()))
                .forEach(conflict -> skipped.add(rowOf(guard, conflict.id()))));
        if (!skipped.isEmpty()) {
            withParts(skipped, all);
        }
        try {
            return bringBack(skipped, all, by);
        } catch (RuntimeException | Error e) {
            session().markForRollbackOnly(); // all or nothing, also for who catches this and commits
            throw e;
        }
    }

    private UndoReport bringBack(Set<EntityKey> skipped, List<UndoConflict> all, String by) {
        Map<String, Long> restored = new TreeMap<>();
        OwnerVersions owners = owners(skipped);
        owners.increase();
        List<Runnable> places = places();
        Set<Object> held = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Object> referrers = new ArrayList<>(owners.held());
        referrers.addAll(holders());
        rows.forEach((guard, marked) -> {
            List<MarkedRow> lifted = marked.values().stream()
                    .filter(row -> !skipped.contains(rowOf(guard, row.id())))
                    .toList();
            lift(guard, lifted, held);
            if (!lifted.isEmpty()) {
                restored.put(guard.name(), (long) lifted.size());
            }
        });
        places.forEach(Runnable::run);
        if (!marking.safety().settingNull().isEmpty()) {
            referrers.addAll(new ReferencesSetToNull(session()).setBack(deletion));
        }
        forgetCaches(owners);
        held.forEach(instance -> readAgain(session(), instance));
        // after what they lead to, which the session takes for marked until it is read again
        referrers.stream().filter(held::add).forEach(instance -> readAgain(session(), instance));
        if (!restored.isEmpty() && !isAnyLeft()) {
            record(by);
        }
        return new UndoReport(deletion, restored, all);
    }

    /** Those who get rows back that are not skipped. */
    private OwnerVersions owners(Set<EntityKey> skipped) {
        OwnerVersions owners = new OwnerVersions(session());
        read(marking, deletion, look -> look.versioned(rows.keySet())).stream()
                .filter(owned -> !skipped.contains(rowOf(owned.element(), owned.elementId())))
                .forEach(owned -> owners.add(owned.owner(), owned.ownerId()));
        return owners;
    }

    /**
     * Instances with collections that the session has read, that count for no version, and that get elements or keys back; and those that
     * get back what they know as their one-to-one.
     */
    private List<Object> holders() {
        Set<CollectionPersister> read = new HashSet<>();
        session()
                .getPersistenceContextInternal()
                .forEachCollectionEntry(
                        (collection, entry) -> {
                            CollectionPersister persister = entry.getLoadedPersister();
                            boolean isVersioned = persister == null
                                    || (persister.isVersioned()
                                            && OwnerVersions.areOf(persister.getOwnerEntityPersister()));
                            if (collection.wasInitialized() && !isVersioned) {
                                read.add(persister);
                            }
                        },
                        false);
        Set<EntityPersister> owners = new HashSet<>();
        for (Map.Entry<Object, EntityEntry> each :
                session().getPersistenceContextInternal().reentrantSafeEntityEntries()) {
            owners.add(each.getValue().getPersister());
        }
        if (owners.isEmpty()) {
            return List.of();
        }
        return read(marking, deletion, look -> Stream.concat(
                                look.owned(rows.keySet(), read::contains).stream(),
                                look.ownedAlone(rows.keySet(), owners).stream())
                        .toList())
                .stream()
                .map(owned -> Rows.held(session(), owned.owner().persister(), owned.ownerId()))
                .filter(Objects::nonNull)
                .toList();
    }

    /** What gives the elements of lists their places, after those that come back are alive. */
    private List<Runnable> places() {
        List<Runnable> all = new ArrayList<>();
        for (EntityGuard guard : rows.keySet()) {
            for (LinkPlaces places : marking.safety().lists(guard)) {
                places.ownersOf(session(), deletion)
                        .forEach((owner, lifted) -> all.add(() -> places.settle(session(), owner, lifted)));
            }
        }
        return all;
    }

    /** What belongs to a row that stays marked stays with it. */
    private void withParts(Set<EntityKey> skipped, List<UndoConflict> all) {
        List<UndoReading.Part> parts = read(marking, deletion, look -> look.parts(rows.keySet()));
        boolean isMore = true;
        while (isMore) {
            isMore = false;
            for (UndoReading.Part part : parts) {
                boolean isPartOfSkipped = skipped.contains(rowOf(part.parent(), part.parentId()));
                if (isPartOfSkipped && skipped.add(rowOf(part.child(), part.childId()))) {
                    isMore = true;
                    all.add(new UndoConflict(
                            UndoConflict.Reason.PARENT_MARKED,
                            part.child().name(),
                            part.childId(),
                            part.child().name() + " " + part.childId() + " belongs to "
                                    + part.parent().name() + " " + part.parentId()
                                    + ", which stays marked, and stays with it."));
                }
            }
        }
    }

    /**
     * By the root of its hierarchy, though a subclass may have the attribute that leads to it. Keys are compared as Hibernate does: those that
     * have references in them need not be equal to themselves when they are read again.
     */
    private EntityKey rowOf(EntityGuard guard, Object id) {
        return session().generateEntityKey(id, guard.persister());
    }

    /**
     * What comes back to a list or a map shares its places and keys with what is there: nobody gives those to others from here to the end of the
     * transaction, and what has been given is a conflict that is seen after this.
     */
    private void lockHolders() {
        for (EntityGuard guard : rows.keySet()) {
            for (LinkPlaces places : marking.safety().lists(guard)) {
                places.append(session(), deletion);
                places.lock(session(), places.ownersOf(session(), deletion).keySet());
            }
        }
        Map<EntityGuard, Set<Object>> holders = new LinkedHashMap<>();
        read(marking, deletion, look -> look.owned(rows.keySet(), LinkKeys::areInElements))
                .forEach(owned -> holders.computeIfAbsent(owned.owner(), guard -> new LinkedHashSet<>())
                        .add(owned.ownerId()));
        holders.forEach((guard, ids) -> Statements.lock(session(), guard.persister(), List.copyOf(ids)));
    }

    private List<UndoConflict> changedSince(Undo now) {
        List<UndoConflict> changed = new ArrayList<>();
        rows.forEach((guard, marked) -> {
            Map<EntityKey, MarkedRow> current = now.rows.getOrDefault(guard, Map.of());
            for (MarkedRow row : marked.values()) {
                MarkedRow other = current.get(rowOf(guard, row.id()));
                if (other == null || !Objects.equals(other.version(), row.version())) {
                    changed.add(new UndoConflict(
                            UndoConflict.Reason.ROW_CHANGED,
                            guard.name(),
                            row.id(),
                            guard.name() + " " + row.id()
                                    + (other == null ? " is no longer marked by " : " was changed since ")
                                    + (other == null ? deletion + "." : "the plan was made.")
                                    + " Make the plan anew."));
                }
            }
        });
        return changed;
    }

    private void lift(EntityGuard guard, List<MarkedRow> lifted, Set<Object> held) {
        Map<EntityPersister, List<MarkedRow>> byClass = new LinkedHashMap<>();
        lifted.forEach(row ->
                byClass.computeIfAbsent(row.persister(), p -> new ArrayList<>()).add(row));
        byClass.forEach(
                (persister, marked) -> new LiftStatement(guard, persister, deletion).execute(session(), marked));
        SessionMarks marks = SessionBinding.of(session()).marks();
        for (MarkedRow row : lifted) {
            Object instance = row.heldBy(session());
            if (instance != null) {
                held.add(instance);
                marks.undone(instance);
            }
        }
    }

    /**
     * Gives an instance what its row says. It stays managed, as collections that were loaded hold it, and a flush would insert one that is
     * not. What the program changed of it before the mark is not in the row.
     */
    static void readAgain(SessionImplementor session, Object instance) {
        PersistenceContext context = session.getPersistenceContextInternal();
        EntityEntry entry = context.getEntry(instance);
        EntityPersister persister = entry.getPersister();
        boolean isReadOnly = entry.isReadOnly();
        if (persister.hasCollections()) {
            new EvictVisitor(session.asEventSource(), instance).process(instance, persister);
        }
        context.removeEntityHolder(entry.getEntityKey());
        context.removeEntry(instance);
        if (persister.getBytecodeEnhancementMetadata().isEnhancedForLazyLoading()) {
            // which attributes were set is forgotten, or they would stand for what the row has
            persister.getBytecodeEnhancementMetadata().injectInterceptor(instance, entry.getId(), session);
        }
        persister.load(entry.getId(), instance, LockMode.READ, session);
        if (context.getEntry(instance) != null && persister.isMutable()) {
            session.setReadOnly(instance, isReadOnly);
        }
    }

    /** As after a bulk update: entities, collections that hold them, and queries over their tables. */
    private void forgetCaches(OwnerVersions owners) {
        EntityPersister[] touched = Stream.concat(
                        rows.keySet().stream().map(EntityGuard::persister), owners.persisters().stream())
                .toArray(EntityPersister[]::new);
        if (touched.length > 0) {
            BulkOperationCleanupAction.schedule(session(), touched);
        }
    }

    /** Whether rows are still marked by the deletion: skipped, or of somebody whom the open scope does not reach. */
    private boolean isAnyLeft() {
        return marking.safety().roots().stream()
                .filter(EntityGuard::isMarkable)
                .anyMatch(guard -> Statements.isMarkedBy(session(), guard, deletion));
    }

    private void record(String by) {
        EntityPersister records = session().getEntityPersister(DeletionRecord.class.getName(), null);
        String at = Statements.column(records, "undoneAt");
        String sql = "update " + records.getIdentifierTableMapping().getTableName() + " set " + at + " = ?, "
                + Statements.column(records, "undoneBy") + " = ? where " + Statements.key(records) + " = ? and " + at
                + " is null";
        session().doWork(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
                int undoneAt = Arrays.asList(records.getPropertyNames()).indexOf("undoneAt");
                records.getPropertyTypes()[undoneAt].nullSafeSet(statement, now, 1, session());
                statement.setString(2, by);
                records.getIdentifierType().nullSafeSet(statement, deletion, 3, session());
                statement.executeUpdate();
            }
        });
        Object record = Rows.held(session(), records, deletion);
        if (record != null) {
            session().refresh(record);
        }
    }

    private SessionImplementor session() {
        return marking.session();
    }

    /** The one UPDATE that takes a mark away, if the row is still as it was seen. */
    private static final class LiftStatement {

        private final EntityGuard guard;
        private final EntityPersister persister;
        private final DeletionId deletion;
        private final String sql;

        LiftStatement(EntityGuard guard, EntityPersister persister, DeletionId deletion) {
            this.guard = guard;
            this.persister = persister;
            this.deletion = deletion;
            this.sql = sql();
        }

        private String sql() {
            List<String> assignments = new ArrayList<>();
            SafeEntity.Marking marking = Objects.requireNonNull(guard.entity().marking());
            persister
                    .findAttributeMapping(marking.attribute())
                    .forEachSelectable((index, column) -> assignments.add(column.getSelectionExpression() + " = null"));
            List<String> conditions = new ArrayList<>();
            // of the first table, which has the tombstone; the key of a subclass's own table may have another name
            MarkableLinks.keysIn(persister, null).forEach(column -> conditions.add(column + " = ?"));
            conditions.add(marking.deletionId() + " = ?");
            if (persister.isVersioned()) {
                String version = persister.getVersionMapping().getSelectionExpression();
                assignments.add(version + " = ?");
                conditions.add(version + " = ?");
            }
            return "update " + persister.getIdentifierTableMapping().getTableName() + " set "
                    + String.join(", ", assignments) + " where " + String.join(" and ", conditions);
        }

        void execute(SessionImplementor session, List<MarkedRow> marked) {
            session.doWork(connection -> {
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    for (MarkedRow row : marked) {
                        bind(session, statement, row);
                        statement.addBatch();
                    }
                    int[] counts = statement.executeBatch();
                    for (int i = 0; i < counts.length; i++) {
                        if (counts[i] == 0) {
                            throw changed(marked.get(i));
                        }
                    }
                }
            });
        }

        private UndoRefusedException changed(MarkedRow row) {
            String what = guard.name() + " " + row.id()
                    + " was changed while its deletion was being undone. Nothing was undone; try again.";
            return new UndoRefusedException(
                    deletion, List.of(new UndoConflict(UndoConflict.Reason.ROW_CHANGED, guard.name(), row.id(), what)));
        }

        private void bind(SessionImplementor session, PreparedStatement statement, MarkedRow row) throws SQLException {
            int next = 1;
            if (persister.isVersioned()) {
                persister.getVersionType().nullSafeSet(statement, nextVersion(session, row.version()), next++, session);
            }
            persister.getIdentifierType().nullSafeSet(statement, row.id(), next, session);
            next += persister.getIdentifierMapping().getJdbcTypeCount();
            session.getTypeConfiguration()
                    .getBasicTypeRegistry()
                    .getRegisteredType(DeletionId.class.getName())
                    .nullSafeSet(statement, deletion, next++, session);
            if (persister.isVersioned()) {
                persister.getVersionType().nullSafeSet(statement, row.version(), next, session);
            }
        }

        private @Nullable Object nextVersion(SessionImplementor session, @Nullable Object version) {
            return persister
                    .getVersionJavaType()
                    .next(
                            version,
                            persister.getVersionMapping().getLength(),
                            persister.getVersionMapping().getTemporalPrecision(),
                            persister.getVersionMapping().getScale(),
                            session);
        }
    }
}
