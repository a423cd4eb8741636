package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.guard.AllowsHardDelete;
import dev.tenantsafety.hibernate.ReferrerAction;
import dev.tenantsafety.hibernate.StillReferencedException;
import dev.tenantsafety.hibernate.orm.Referrers.ReferringAttribute;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.scope.NoTenantScopeException;
import dev.tenantsafety.scope.OpenScope;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.hibernate.Hibernate;
import org.hibernate.StatelessSession;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.event.spi.EventSource;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.query.QueryFlushMode;

/**
 * Looks for alive rows that point at marked ones: one query for each attribute and each {@value #CHUNK} marked rows. It looks past
 * the filters, as a foreign key does, and tells of rows in the open scope only.
 */
final class ReferrerCheck {

    private static final int CHUNK = 500;
    private static final int NAMED = 10;

    private final EventSource session;
    private final SessionMarks marks;
    private final Map<String, List<ReferringAttribute>> referrers;
    private final List<StillReferencedException.Referrer> named = new ArrayList<>();
    private final Set<String> attributes = new LinkedHashSet<>();
    private boolean isMore;

    ReferrerCheck(EventSource session, Map<String, List<ReferringAttribute>> referrers) {
        this.session = session;
        this.marks = SessionBinding.of(session).marks();
        this.referrers = referrers;
    }

    /**
     * Marks what is to be marked too, and what points at that in turn; then refuses, if rows that are alive after all of it point at
     * any of them.
     */
    void check(Map<EntityGuard, List<Object>> written) {
        Map<ReferringAttribute, List<Object>> refusing = new LinkedHashMap<>();
        Map<ReferringAttribute, List<Object>> cutting = new LinkedHashMap<>();
        Map<EntityGuard, List<Object>> marked = written;
        while (!marked.isEmpty()) {
            Map<ReferringAttribute, List<Object>> marking = new LinkedHashMap<>();
            marked.forEach((guard, keys) -> referrers(guard).forEach(referrer -> {
                Map<ReferringAttribute, List<Object>> targets =
                        switch (referrer.action()) {
                            case CASCADE -> marking;
                            case SET_NULL -> cutting;
                            case RESTRICT, KEEP_VISIBLE -> refusing;
                        };
                targets.computeIfAbsent(referrer, r -> new ArrayList<>()).addAll(keys);
            }));
            if (!marking.isEmpty()) {
                marks.holdingChecks(() ->
                        inChunks(marking, (reading, referrer, keys) -> settle(reading, referrer, keys, this::mark)));
            }
            marked = marks.takeUnchecked();
        }
        inChunks(cutting, (reading, referrer, keys) -> settle(reading, referrer, keys, this::setToNull));
        inChunks(refusing, (reading, referrer, keys) -> refuse(referrer, pointing(reading, referrer, keys)));
        if (!attributes.isEmpty()) {
            session.markForRollbackOnly(); // the marks were written already
            throw refusal();
        }
    }

    private List<ReferringAttribute> referrers(EntityGuard target) {
        return referrers.getOrDefault(target.persister().getRootEntityName(), List.of()).stream()
                .filter(referrer ->
                        referrer.target().isAssignableFrom(target.persister().getMappedClass()))
                .toList();
    }

    private interface Look {
        void at(StatelessSession reading, ReferringAttribute referrer, List<Object> keys);
    }

    private void inChunks(Map<ReferringAttribute, List<Object>> targets, Look look) {
        if (targets.isEmpty()) {
            return;
        }
        try (StatelessSession reading =
                session.statelessWithOptions().connection().openStatelessSession()) {
            SessionBinding binding = SessionBinding.of((SharedSessionContractImplementor) reading);
            binding.seeAll();
            binding.readPastRestrictions();
            targets.forEach(
                    (referrer, keys) -> Chunks.of(keys, CHUNK).forEach(some -> look.at(reading, referrer, some)));
        }
    }

    /** Does what keeps rows from pointing at marked ones. */
    private interface Act {
        void on(ReferringAttribute referrer, List<Object> referrers, Map<Object, Target> targets);
    }

    /**
     * What an alive row points at.
     *
     * @param id the marked row
     * @param deletion what marked it
     */
    private record Target(Object id, DeletionId deletion) {}

    /** Refuses, if the open scope does not reach all rows that point at marked ones, or some still do afterwards. */
    private void settle(StatelessSession reading, ReferringAttribute referrer, List<Object> keys, Act act) {
        Set<Object> seen = new HashSet<>();
        Map<Object, Target> found = pointingStill(reading, referrer, keys);
        while (!found.isEmpty()) {
            List<Object> reached = seen.addAll(found.keySet())
                    ? inScope(
                            "select e from " + name(referrer) + " e where id(e) in (:ids)",
                            Object.class,
                            found.keySet())
                    : List.of();
            if (reached.size() < found.size()) {
                refuse(referrer, found);
                return;
            }
            act.on(referrer, reached, found);
            session.flush();
            found = pointingStill(reading, referrer, keys);
        }
    }

    /** A row that another transaction lets point elsewhere, at this very moment, is left as it is; a version would tell. */
    private Map<Object, Target> pointingStill(
            StatelessSession reading, ReferringAttribute referrer, List<Object> keys) {
        Map<Object, Target> found = pointing(reading, referrer, keys);
        EntityPersister persister = session.getFactory().getMappingMetamodel().getEntityDescriptor(referrer.entity());
        if (found.isEmpty() || persister.isVersioned()) {
            return found;
        }
        Statements.lockWhole(session, persister, List.copyOf(found.keySet()));
        return pointing(reading, referrer, keys);
    }

    /** By the same deletion. */
    private void mark(ReferringAttribute referrer, List<Object> reached, Map<Object, Target> targets) {
        remove(reached);
    }

    private void setToNull(ReferringAttribute referrer, List<Object> reached, Map<Object, Target> targets) {
        ReferencesSetToNull references = new ReferencesSetToNull(session);
        for (Object each : reached) {
            Object instance = Hibernate.unproxy(each);
            Object id =
                    session.getPersistenceContextInternal().getEntry(instance).getId();
            Target target = Objects.requireNonNull(targets.get(id));
            references.set(referrer, instance, id, target.id(), target.deletion());
        }
    }

    /** Alive rows, whosever they are, with what they point at. */
    private Map<Object, Target> pointing(StatelessSession reading, ReferringAttribute referrer, List<Object> keys) {
        SafeEntity.Marking marked = Objects.requireNonNull(Objects.requireNonNull(FactorySafety.of(session.getFactory())
                        .guard(referrer.target().getName()))
                .entity()
                .marking());
        SafeEntity.Marking marking = referrer.source().marking();
        // through a join, as Hibernate finds no table for the key of a reference that is several attributes (@IdClass)
        String hql = "select id(e), id(t), t." + marked.attribute() + ".deletionId from " + name(referrer)
                + " e join " + referrer.join()
                + " t where id(t) in (:keys)"
                + (marking == null ? "" : " and e." + marking.attribute() + ".deletionId is null");
        Map<Object, Target> found = new LinkedHashMap<>();
        reading.createSelectionQuery(hql, Object[].class)
                .setParameterList("keys", keys)
                .setMaxResults(referrer.action() == ReferrerAction.RESTRICT ? NAMED + 1 : CHUNK)
                .list()
                .forEach(row -> found.put(row[0], new Target(row[1], (DeletionId) row[2])));
        return found;
    }

    private String name(ReferringAttribute referrer) {
        return EntityGuard.hqlName(session.getFactory().getMappingMetamodel().getEntityDescriptor(referrer.entity()));
    }

    @AllowsHardDelete(
            reason = "only protected entities come here, and those are marked",
            ticket = "issue 3",
            until = "2028-12-31")
    private void remove(List<Object> entities) {
        entities.forEach(session::remove);
    }

    private void refuse(ReferringAttribute referrer, Map<Object, Target> found) {
        if (found.isEmpty()) {
            return;
        }
        attributes.add(referrer.where());
        List<Object> known = inScope(
                "select id(e) from " + name(referrer) + " e where id(e) in (:ids)", Object.class, found.keySet());
        for (Object id : known) {
            if (named.size() < NAMED) {
                named.add(new StillReferencedException.Referrer(
                        SafeEntity.simpleName(referrer.entity()),
                        id,
                        referrer.attribute(),
                        referrer.target().getSimpleName(),
                        Objects.requireNonNull(found.get(id)).id()));
            } else {
                isMore = true;
            }
        }
        isMore |= known.size() < found.size();
    }

    /** Those that the open scope reaches; none, where it names no owner of them. */
    @SuppressWarnings("removal") // QueryFlushMode moves to Jakarta Persistence in Hibernate 8
    private <R> List<R> inScope(String hql, Class<R> type, Set<Object> ids) {
        try {
            return session.createSelectionQuery(hql, type)
                    .setParameterList("ids", ids)
                    .setQueryFlushMode(QueryFlushMode.NO_FLUSH)
                    .list();
        } catch (NoTenantScopeException e) {
            return List.of();
        }
    }

    private StillReferencedException refusal() {
        String listed =
                named.stream().map(StillReferencedException.Referrer::toString).collect(Collectors.joining(", "));
        String others = isMore
                ? "rows that are not listed, which may be outside the open scope, " + OpenScope.current()
                        + ", in a site or the like that is closed, or hidden by an @SQLRestriction"
                : "";
        return new StillReferencedException(
                "Alive rows still point at rows that were to be marked: " + listed
                        + (listed.isEmpty() || others.isEmpty() ? "" : ", and ") + others
                        + ". Remove or repoint them first, or declare @OnTargetMarked on "
                        + String.join(", ", attributes) + ".",
                named);
    }
}
