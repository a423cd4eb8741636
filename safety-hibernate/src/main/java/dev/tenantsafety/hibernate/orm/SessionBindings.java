package dev.tenantsafety.hibernate.orm;

import org.hibernate.engine.extension.spi.ExtensionIntegration;
import org.hibernate.engine.extension.spi.ExtensionIntegrationContext;
import org.hibernate.engine.spi.SharedSessionContractImplementor;

/** Gives each session its binding, while Hibernate constructs it. */
public final class SessionBindings implements ExtensionIntegration<SessionBinding> {

    /** For {@link java.util.ServiceLoader}. */
    public SessionBindings() {}

    @Override
    public Class<SessionBinding> getExtensionType() {
        return SessionBinding.class;
    }

    @Override
    public SessionBinding createExtension(ExtensionIntegrationContext context) {
        SharedSessionContractImplementor session = context.getSession();
        FactorySafety safety = FactorySafety.of(session.getFactory());
        SessionBinding binding = new SessionBinding(safety, session);
        if (safety.isEnabled()) {
            if (!(session.getTenantIdentifierValue() instanceof SessionTicket ticket)) {
                throw new IllegalStateException("This session was to be opened with tenantIdentifier("
                        + session.getTenantIdentifierValue() + "). Open it without, inside TenantScope.of(…).run(…).");
            }
            ticket.use(binding);
            session.getEventListenerManager()
                    .addListener(new GateWatch(
                            binding,
                            session.getFactory().getSessionFactoryOptions().getStatementInspector()));
        }
        return binding;
    }
}
