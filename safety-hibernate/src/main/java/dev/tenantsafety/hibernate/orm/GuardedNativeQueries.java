package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.ForeignRowException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

/** Looks at the entities that native SQL has read, past all filters. */
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
            look(context.getSession(), rows);
            return rows;
        }

        @Override
        public <T> T executeQuery(DomainQueryExecutionContext context, ResultsConsumer<T, R> consumer) {
            T result = plan.executeQuery(context, consumer);
            if (result instanceof Collection<?> rows) {
                look(context.getSession(), rows);
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
                            if (method.getName().equals("get") && result != null) {
                                look(session, List.of(result));
                            }
                            return result;
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        private void look(SharedSessionContractImplementor session, Collection<?> rows) {
            SessionBinding.of(session).refusing(() -> new NativeRows(safety, session, fetched).check(rows));
        }
    }
}
