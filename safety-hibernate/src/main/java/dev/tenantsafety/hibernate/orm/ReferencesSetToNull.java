package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.orm.Referrers.ReferringAttribute;
import dev.tenantsafety.id.DeletionId;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.hibernate.StatelessSession;
import org.hibernate.action.internal.BulkOperationCleanupAction;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.mapping.internal.ToOneAttributeMapping;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.BasicType;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/** References that are null while what they pointed at is marked: sets them to null, and back. */
final class ReferencesSetToNull {

    private static final int CHUNK = 500;

    private final SharedSessionContractImplementor session;
    private final FactorySafety safety;

    ReferencesSetToNull(SharedSessionContractImplementor session) {
        this.session = session;
        this.safety = FactorySafety.of(session.getFactory());
    }

    /**
     * A reference as it is now.
     *
     * @param recorded the key of what says that it was set to null
     * @param attribute which
     * @param referrer the entity of the row that has it, which may be a subclass
     * @param id the key of that row
     * @param target the key of what it pointed at
     * @param isNull whether it is still null
     * @param isLast whether it was set to null by no later mark, of what it pointed at then
     */
    private record Reference(
            UUID recorded,
            ReferringAttribute attribute,
            EntityPersister referrer,
            Object id,
            Object target,
            boolean isNull,
            boolean isLast) {

        boolean isSetBack() {
            return isNull && isLast;
        }
    }

    /** Sets a reference of an instance that the session holds to null; a flush writes it, unless the instance is there for reading alone. */
    void set(ReferringAttribute attribute, Object instance, Object id, Object target, DeletionId deletion) {
        EntityPersister referrer = session.getEntityPersister(null, instance);
        ToOneAttributeMapping reference = reference(referrer, attribute);
        SessionBinding.of(session).marks().settingToNull(referrer, instance, reference.getStateArrayPosition());
        if (session.asEventSource().isReadOnly(instance) && referrer.isMutable()) {
            setReadOnly(attribute, referrer, instance, id, target);
        } else {
            EntityGuard.set(referrer, instance, reference.getStateArrayPosition(), attribute.attribute(), null);
        }
        ReferenceSetToNull recorded = new ReferenceSetToNull(
                deletion,
                entity(attribute.entity()).getImportedName(),
                attribute.attribute(),
                text(referrer, id),
                text(entity(attribute.target().getName()), target));
        EntityPersister records = entity(ReferenceSetToNull.class.getName());
        records.getInsertCoordinator().insert(recorded, recorded.id(), records.getValues(recorded), session);
    }

    /** Nothing that the program changed of it is written, and it stays as it is but for the reference and the version. */
    private void setReadOnly(
            ReferringAttribute attribute, EntityPersister referrer, Object instance, Object id, Object target) {
        ToOneAttributeMapping reference = reference(referrer, attribute);
        String column = MarkableLinks.columns(reference).get(0);
        String table = reference.getContainingTableExpression();
        String sql = "update " + table + " set " + column + " = null where "
                + MarkableLinks.keysIn(referrer, table).get(0) + " = ? and " + column + " = ?";
        batch(sql, List.of(id), (statement, key) -> {
            referrer.getIdentifierType().nullSafeSet(statement, key, 1, session);
            entity(attribute.target().getName()).getIdentifierType().nullSafeSet(statement, target, 2, session);
        });
        referrer.setValue(instance, reference.getStateArrayPosition(), null);
        EntityGuard root = Objects.requireNonNull(safety.guard(referrer.getRootEntityName()));
        if (OwnerVersions.areOf(root.persister())) {
            OwnerVersions versions = new OwnerVersions(session.asEventSource());
            versions.add(root, id);
            versions.increase();
        }
        if (referrer.isVersioned()) {
            Object[] state = referrer.getValues(instance);
            session.getPersistenceContextInternal()
                    .getEntry(instance)
                    .postUpdate(instance, state, referrer.getCurrentVersion(id, session));
        }
        BulkOperationCleanupAction.schedule(session.asEventSource(), referrer);
    }

    /** Sentences on those of a deletion that an undo does not set back. */
    List<String> notes(StatelessSession reading, DeletionId deletion) {
        List<String> notes = new ArrayList<>();
        recorded(reading, deletion).forEach((name, recorded) -> {
            ReferringAttribute attribute = attribute(name);
            if (attribute == null) {
                notes.add(name + " was null in " + recorded.size()
                        + " rows when what it pointed at was marked, and is no longer "
                        + "@OnTargetMarked(SET_NULL). It stays so.");
                return;
            }
            List<Reference> references = references(reading, attribute, recorded);
            if (references.size() < recorded.size()) {
                notes.add(name
                        + " was set to null in rows that are not in the open scope, or are gone. Undo the deletion in the "
                        + "scope of those too, or they stay so.");
            }
            references.stream()
                    .filter(reference -> !reference.isSetBack())
                    .map(reference -> SafeEntity.simpleName(attribute.entity()) + " "
                            + reference.id() + "." + attribute.attribute() + " was null when "
                            + attribute.target().getSimpleName() + " " + reference.target()
                            + (reference.isNull()
                                    ? " was marked, and pointed at another row since, which is marked too. It stays null."
                                    : " was marked, and points at another row since. It stays so."))
                    .forEach(notes::add);
        });
        return notes;
    }

    /**
     * Sets back those of a deletion that are still null, and whose targets are alive. Gives the instances that the session holds of
     * the rows that were written, to be read again.
     */
    Set<Object> setBack(DeletionId deletion) {
        List<Reference> references = BesideSession.inBin(session.asEventSource(), "undo of " + deletion, reading -> {
            SessionBinding.of((SharedSessionContractImplementor) reading).readPastRestrictions();
            List<Reference> all = new ArrayList<>();
            recorded(reading, deletion).forEach((name, recorded) -> {
                ReferringAttribute attribute = attribute(name);
                if (attribute != null) {
                    Set<Object> alive = alive(reading, attribute, recorded);
                    references(reading, attribute, recorded).stream()
                            .filter(reference -> alive.contains(reference.target()))
                            .forEach(all::add);
                }
            });
            return all;
        });
        write(references.stream().filter(Reference::isSetBack).toList());
        settled(references);
        EntityPersister[] referrers =
                references.stream().map(Reference::referrer).distinct().toArray(EntityPersister[]::new);
        if (referrers.length > 0) {
            BulkOperationCleanupAction.schedule(session.asEventSource(), referrers);
        }
        Set<Object> held = Collections.newSetFromMap(new IdentityHashMap<>());
        references.stream()
                .map(reference -> Rows.held(session, reference.referrer(), reference.id()))
                .filter(Objects::nonNull)
                .forEach(held::add);
        return held;
    }

    private Map<String, List<ReferenceSetToNull>> recorded(StatelessSession reading, DeletionId deletion) {
        Map<String, List<ReferenceSetToNull>> recorded = new TreeMap<>();
        reading.createSelectionQuery(
                        "from ReferenceSetToNull r where r.deletion = :deletion and r.settledAt is null",
                        ReferenceSetToNull.class)
                .setParameter("deletion", deletion)
                .list()
                .forEach(
                        each -> recorded.computeIfAbsent(each.entity() + "." + each.attribute(), n -> new ArrayList<>())
                                .add(each));
        return recorded;
    }

    private @Nullable ReferringAttribute attribute(String name) {
        return safety.settingNull().stream()
                .filter(attribute ->
                        name.equals(entity(attribute.entity()).getImportedName() + "." + attribute.attribute()))
                .findFirst()
                .orElse(null);
    }

    /** Those whose rows the open scope reaches. */
    private List<Reference> references(
            StatelessSession reading, ReferringAttribute attribute, List<ReferenceSetToNull> recorded) {
        EntityPersister referrer = entity(attribute.entity());
        EntityPersister target = entity(attribute.target().getName());
        Map<Object, List<ReferenceSetToNull>> byRow = new LinkedHashMap<>();
        recorded.forEach(each -> byRow.computeIfAbsent(key(referrer, each.referrer()), row -> new ArrayList<>())
                .add(each));
        Map<String, String> last = last(reading, recorded);
        List<Reference> references = new ArrayList<>();
        select(
                reading,
                "select id(e), type(e), case when e." + attribute.attribute()
                        + " is null then true else false end from " + EntityGuard.hqlName(referrer)
                        + " e where id(e) in (:ids)",
                Object[].class,
                byRow.keySet(),
                row -> {
                    EntityPersister own = entity(((Class<?>) row[1]).getName());
                    for (ReferenceSetToNull each : Objects.requireNonNull(byRow.get(row[0]))) {
                        references.add(new Reference(
                                each.id(),
                                attribute,
                                own,
                                row[0],
                                key(target, each.target()),
                                (Boolean) row[2],
                                each.id().toString().equals(last.get(each.referrer()))));
                    }
                });
        return references;
    }

    /** By referrer: what says last that it was set to null, by whatever deletion. Their keys are in the order in which they were made. */
    private static Map<String, String> last(StatelessSession reading, List<ReferenceSetToNull> recorded) {
        Map<String, String> last = new HashMap<>();
        for (List<ReferenceSetToNull> some : Chunks.of(recorded, CHUNK)) {
            reading.createSelectionQuery(
                            "from ReferenceSetToNull r where r.settledAt is null and r.entity = :entity "
                                    + "and r.attribute = :attribute and r.referrer in (:referrers)",
                            ReferenceSetToNull.class)
                    .setParameter("entity", some.get(0).entity())
                    .setParameter("attribute", some.get(0).attribute())
                    .setParameterList(
                            "referrers",
                            some.stream().map(ReferenceSetToNull::referrer).toList())
                    .list()
                    .forEach(each -> last.merge(
                            each.referrer(),
                            each.id().toString(),
                            (one, other) -> one.compareTo(other) > 0 ? one : other));
        }
        return last;
    }

    private Set<Object> alive(
            StatelessSession reading, ReferringAttribute attribute, List<ReferenceSetToNull> recorded) {
        EntityPersister target = entity(attribute.target().getName());
        SafeEntity.Marking marking = Objects.requireNonNull(Objects.requireNonNull(safety.guard(target.getEntityName()))
                .entity()
                .marking());
        Set<Object> keys = new HashSet<>();
        recorded.forEach(each -> keys.add(key(target, each.target())));
        Set<Object> alive = new HashSet<>();
        select(
                reading,
                "select id(t) from " + EntityGuard.hqlName(target) + " t where id(t) in (:ids) and t."
                        + marking.attribute() + ".deletionId is null",
                Object.class,
                keys,
                alive::add);
        return alive;
    }

    private static <R> void select(
            StatelessSession reading, String hql, Class<R> type, Collection<Object> ids, Consumer<R> each) {
        for (List<Object> some : Chunks.of(List.copyOf(ids), CHUNK)) {
            reading.createSelectionQuery(hql, type)
                    .setParameterList("ids", some)
                    .list()
                    .forEach(each);
        }
    }

    /** With the versions of the rows, so that a session that read the null does not write it. */
    private void write(List<Reference> references) {
        Map<String, List<Reference>> byStatement = new LinkedHashMap<>();
        OwnerVersions versions = new OwnerVersions(session.asEventSource());
        for (Reference reference : references) {
            byStatement
                    .computeIfAbsent(statement(reference), sql -> new ArrayList<>())
                    .add(reference);
            EntityGuard root =
                    Objects.requireNonNull(safety.guard(reference.referrer().getRootEntityName()));
            if (OwnerVersions.areOf(root.persister())) {
                versions.add(root, reference.id());
            }
        }
        byStatement.forEach((sql, some) -> batch(sql, some, (statement, reference) -> {
            entity(reference.attribute().target().getName())
                    .getIdentifierType()
                    .nullSafeSet(statement, reference.target(), 1, session);
            reference.referrer().getIdentifierType().nullSafeSet(statement, reference.id(), 2, session);
        }));
        versions.increase();
    }

    private static String statement(Reference reference) {
        ToOneAttributeMapping attribute = reference(reference.referrer(), reference.attribute());
        String table = attribute.getContainingTableExpression();
        String column = MarkableLinks.columns(attribute).get(0);
        return "update " + table + " set " + column + " = ? where "
                + MarkableLinks.keysIn(reference.referrer(), table).get(0) + " = ? and " + column + " is null";
    }

    private void settled(List<Reference> references) {
        EntityPersister records = entity(ReferenceSetToNull.class.getName());
        Type time = records.getPropertyTypes()[
                Arrays.asList(records.getPropertyNames()).indexOf("settledAt")];
        Instant now = Instant.now();
        batch(
                "update " + records.getIdentifierTableMapping().getTableName() + " set "
                        + Statements.column(records, "settledAt") + " = ? where " + Statements.key(records) + " = ?",
                references,
                (statement, reference) -> {
                    time.nullSafeSet(statement, now, 1, session);
                    records.getIdentifierType().nullSafeSet(statement, reference.recorded(), 2, session);
                });
    }

    private <T> void batch(String sql, List<T> rows, Binding<T> binding) {
        if (rows.isEmpty()) {
            return;
        }
        session.doWork(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (T row : rows) {
                    binding.bind(statement, row);
                    statement.addBatch();
                }
                statement.executeBatch();
            }
        });
    }

    private interface Binding<T> {
        void bind(PreparedStatement statement, T row) throws SQLException;
    }

    private static ToOneAttributeMapping reference(EntityPersister referrer, ReferringAttribute attribute) {
        return (ToOneAttributeMapping) referrer.findAttributeMapping(attribute.attribute());
    }

    private EntityPersister entity(String name) {
        return session.getFactory().getMappingMetamodel().getEntityDescriptor(name);
    }

    private static String text(EntityPersister entity, Object id) {
        return text((BasicType<?>) entity.getIdentifierType(), id);
    }

    @SuppressWarnings("unchecked") // the key of an entity is of the type of its keys
    private static <T> String text(BasicType<T> type, Object id) {
        return type.getJavaTypeDescriptor().toString((T) id);
    }

    private static Object key(EntityPersister entity, String text) {
        return Objects.requireNonNull(((BasicType<?>) entity.getIdentifierType())
                .getJavaTypeDescriptor()
                .fromString(text));
    }
}
