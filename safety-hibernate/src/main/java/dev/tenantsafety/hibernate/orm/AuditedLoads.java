package dev.tenantsafety.hibernate.orm;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.hibernate.audit.spi.AuditEntityLoader;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.mapping.AuditMapping;

/**
 * Loads of one row as it was ({@code AuditLog.find}): Hibernate makes their SELECT without filters (AuditEntityLoaderImpl), so what comes of
 * it is looked at row by row.
 */
final class AuditedLoads {

    private AuditedLoads() {}

    /** The same mapping, with a loader that says that it does not filter. */
    static AuditMapping of(AuditMapping mapping) {
        return (AuditMapping) Proxy.newProxyInstance(
                AuditMapping.class.getClassLoader(),
                new Class<?>[] {AuditMapping.class},
                (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(mapping, arguments);
                        return result instanceof AuditEntityLoader loader ? new Loader(loader) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private record Loader(AuditEntityLoader unfiltered) implements AuditEntityLoader {

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // it is Hibernate's
        public <T> T find(
                Object id, Object changeset, boolean includeDeletions, SharedSessionContractImplementor session) {
            return SessionBinding.of(session)
                    .unfiltered(() -> unfiltered.find(id, changeset, includeDeletions, session));
        }
    }
}
