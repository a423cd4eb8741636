package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.ForeignRowException;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.scope.OpenScope;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.hibernate.Hibernate;
import org.hibernate.ScrollMode;
import org.hibernate.engine.query.spi.NativeQueryInterpreter;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.query.spi.DomainQueryExecutionContext;
import org.hibernate.query.spi.ScrollableResultsImplementor;
import org.hibernate.query.sql.spi.NativeSelectQueryDefinition;
import org.hibernate.query.sql.spi.NativeSelectQueryPlan;
import org.hibernate.query.sql.spi.ParameterRecognizer;
import org.hibernate.sql.results.spi.ResultsConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the entities that native SQL has read, past all filters. A session says of each row that it loads what stands in it; that
 * is not enough where rows are owned through others, and a stateless session says nothing (Hibernate user guide, "Stateless sessions").
 */
final class GuardedNativeQueries implements NativeQueryInterpreter {

    private static final long serialVersionUID = 1;

    private final transient NativeQueryInterpreter standard;

    GuardedNativeQueries(NativeQueryInterpreter standard) {
        this.standard = standard;
    }

    @Override
    public void recognizeParameters(String sql, ParameterRecognizer recognizer) {
        standard.recognizeParameters(sql, recognizer);
    }

    @Override
    public <R> NativeSelectQueryPlan<R> createQueryPlan(
            NativeSelectQueryDefinition<R> definition, SessionFactoryImplementor factory) {
        FactorySafety safety = FactorySafety.of(factory);
        Set<String> fetched = new HashSet<>();
        definition.getResultSetMapping().visitLegacyFetchBuilders(fetch -> fetched.add(fetch.getFetchableName()));
        boolean isLookedAt = !fetched.isEmpty()
                || definition.getResultSetMapping().getResultBuilders().stream()
                        .map(builder -> safety.guard(builder.getJavaType().getName()))
                        .anyMatch(guard -> guard != null && guard.isWatched());
        NativeSelectQueryPlan<R> plan = standard.createQueryPlan(definition, factory);
        return isLookedAt ? new LookedAt<>(safety, fetched, plan) : plan;
    }

    /**
     * A query whose results are looked at.
     *
     * @param safety of the factory
     * @param fetched the attributes that are read with them (addJoin, addFetch)
     * @param plan Hibernate's
     */
    private record LookedAt<R>(FactorySafety safety, Set<String> fetched, NativeSelectQueryPlan<R> plan)
            implements NativeSelectQueryPlan<R> {

        @Override
        public List<R> performList(DomainQueryExecutionContext context) {
            List<R> rows = plan.performList(context);
            rows.forEach(row -> look(context.getSession(), row));
            return rows;
        }

        @Override
        public <T> T executeQuery(DomainQueryExecutionContext context, ResultsConsumer<T, R> consumer) {
            T result = plan.executeQuery(context, consumer);
            if (result instanceof Iterable<?> rows) {
                rows.forEach(row -> look(context.getSession(), row));
            }
            return result;
        }

        @Override
        public ScrollableResultsImplementor<R> performScroll(ScrollMode mode, DomainQueryExecutionContext context) {
            if (context.getSession().isEventSource()) {
                return looked(plan.performScroll(mode, context), context.getSession());
            }
            throw new ForeignRowException(
                    "The entities of a native query cannot be scrolled through or streamed in a "
                            + "stateless session, which does not look whose they are. Take the list, or a query of Hibernate's own.");
        }

        /** Looks at each row as it is taken. */
        @SuppressWarnings("unchecked") // an interface of Hibernate's, of the same rows
        private ScrollableResultsImplementor<R> looked(
                ScrollableResultsImplementor<R> rows, SharedSessionContractImplementor session) {
            return (ScrollableResultsImplementor<R>) Proxy.newProxyInstance(
                    ScrollableResultsImplementor.class.getClassLoader(),
                    new Class<?>[] {ScrollableResultsImplementor.class},
                    (proxy, method, arguments) -> {
                        try {
                            Object result = method.invoke(rows, arguments);
                            if (method.getName().equals("get")) {
                                look(session, result);
                            }
                            return result;
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        private void look(SharedSessionContractImplementor session, @Nullable Object row) {
            if (row instanceof Object[] values) {
                for (Object value : values) {
                    look(session, value);
                }
                return;
            }
            EntityGuard guard = row == null
                    ? null
                    : safety.guard(Hibernate.getClassLazy(row).getName());
            if (row != null && guard != null) {
                look(session, guard, Hibernate.unproxy(row));
            }
            if (row != null && !fetched.isEmpty()) {
                FetchedRows.read(session, row, fetched).forEach(each -> lookAtFetched(session, each));
            }
        }

        private void lookAtFetched(SharedSessionContractImplementor session, Object instance) {
            EntityGuard guard =
                    safety.guard(session.getEntityPersister(null, instance).getEntityName());
            if (guard != null && guard.isWatched()) {
                look(session, guard, instance);
            }
        }

        private void look(SharedSessionContractImplementor session, EntityGuard guard, Object instance) {
            Object id = guard.persister().getIdentifier(instance, session);
            Tombstone tombstone = guard.tombstoneOf(instance);
            if (tombstone != null
                    && guard.entity().isVisibleWhenMarked()
                    && !OpenScope.current().includesDeleted()
                    && !SessionBinding.of(session).marks().isOurs(tombstone.deletionId())) {
                throw Refusals.markedRowLoaded(guard, id, tombstone); // what a reference may load, a query may not
            }
            if (!session.isEventSource()) {
                SessionBinding.of(session).checkLoaded(guard, guard.persister().getValues(instance), id);
            }
            boolean isKnown = guard.entity().path() == null
                    || OpenScope.current().crossTenant().isPresent();
            if (!isKnown) {
                Rows.checkInScope(session, guard, id, "was about to be loaded");
            }
        }
    }
}
