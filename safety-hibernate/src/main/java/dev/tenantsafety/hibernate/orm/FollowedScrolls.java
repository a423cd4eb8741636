package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.scope.OpenScope;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;
import org.hibernate.boot.registry.StandardServiceInitiator;
import org.hibernate.engine.jdbc.internal.JdbcServicesImpl;
import org.hibernate.engine.jdbc.spi.JdbcServices;
import org.hibernate.query.spi.ScrollableResultsImplementor;
import org.hibernate.service.spi.ServiceRegistryImplementor;
import org.hibernate.sql.exec.internal.JdbcSelectExecutorStandardImpl;
import org.hibernate.sql.exec.spi.ExecutionContext;
import org.hibernate.sql.exec.spi.JdbcParameterBindings;
import org.hibernate.sql.exec.spi.JdbcSelect;
import org.hibernate.sql.exec.spi.JdbcSelectExecutor;
import org.hibernate.sql.results.spi.ResultsConsumer;
import org.hibernate.sql.results.spi.RowTransformer;

/**
 * Scrolls, and the streams that Hibernate makes of them, are read only while what they were opened in is open. Entities are looked at as
 * they are loaded; values are nobody's, and only their query knew whose they are.
 */
final class FollowedScrolls extends JdbcServicesImpl {

    private static final long serialVersionUID = 1;

    /** Can be done wherever it is. */
    private static final Set<String> CLOSING = Set.of("close", "isClosed");

    private final transient JdbcSelectExecutor executor = new Executor();

    @Override
    public JdbcSelectExecutor getJdbcSelectExecutor() {
        return executor;
    }

    /** Makes it in the place of Hibernate's own. */
    static final class Initiator implements StandardServiceInitiator<JdbcServices> {

        @Override
        public Class<JdbcServices> getServiceInitiated() {
            return JdbcServices.class;
        }

        @Override
        public JdbcServices initiateService(Map<String, Object> settings, ServiceRegistryImplementor registry) {
            return new FollowedScrolls();
        }
    }

    /** Through which all queries and loads go. */
    private static final class Executor extends JdbcSelectExecutorStandardImpl {

        @Override
        @SuppressWarnings("unchecked") // it is one of what the consumer makes
        public <T, R> T executeQuery(
                JdbcSelect select,
                JdbcParameterBindings bindings,
                ExecutionContext context,
                RowTransformer<R> transformer,
                Class<R> type,
                int estimate,
                StatementCreator creator,
                ResultsConsumer<T, R> consumer) {
            T result = super.executeQuery(select, bindings, context, transformer, type, estimate, creator, consumer);
            if (!(result instanceof ScrollableResultsImplementor<?> rows)) {
                return result;
            }
            SessionBinding binding = SessionBinding.of(context.getSession());
            return binding.safety().isEnabled() ? (T) followed(rows, binding) : result;
        }

        private static Object followed(ScrollableResultsImplementor<?> rows, SessionBinding binding) {
            OpenScope opened = OpenScope.current();
            return Proxy.newProxyInstance(
                    ScrollableResultsImplementor.class.getClassLoader(),
                    new Class<?>[] {ScrollableResultsImplementor.class},
                    (proxy, method, arguments) -> {
                        if (!CLOSING.contains(method.getName())) {
                            binding.checkFollowing(opened);
                        }
                        try {
                            return method.invoke(rows, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }
    }
}
