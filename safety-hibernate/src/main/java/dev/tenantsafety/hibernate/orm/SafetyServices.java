package dev.tenantsafety.hibernate.orm;

import java.util.Map;
import org.hibernate.boot.registry.StandardServiceRegistryBuilder;
import org.hibernate.cfg.MultiTenancySettings;
import org.hibernate.cfg.QuerySettings;
import org.hibernate.query.sqm.mutation.spi.SqmMultiTableMutationStrategyProvider;
import org.hibernate.service.spi.ServiceContributor;

/** Puts our parts in Hibernate's places, before a session factory is built. */
public final class SafetyServices implements ServiceContributor {

    /** For {@link java.util.ServiceLoader}. */
    public SafetyServices() {}

    @Override
    public void contribute(StandardServiceRegistryBuilder builder) {
        Map<String, Object> settings = builder.getSettings();
        if (!SafetySettings.isEnabled(settings)) {
            return;
        }
        claim(builder, settings, QuerySettings.SEMANTIC_QUERY_TRANSLATOR, GuardedTranslation.class.getName());
        claim(builder, settings, MultiTenancySettings.MULTI_TENANT_IDENTIFIER_RESOLVER, new SessionTicketResolver());
        builder.addService(SqmMultiTableMutationStrategyProvider.class, new GuardedMultiTableStrategies());
    }

    /** Somebody else's part in the same place would switch ours off unseen. */
    private static void claim(
            StandardServiceRegistryBuilder builder, Map<String, Object> settings, String setting, Object ours) {
        Object theirs = settings.get(setting);
        if (theirs != null && !theirs.equals(ours) && theirs.getClass() != ours.getClass()) {
            throw new IllegalStateException("Tenant Safety needs the setting " + setting + ", which is " + theirs
                    + ". Take it out, or switch Tenant Safety off for this session factory with "
                    + SafetySettings.ENABLED
                    + "=false.");
        }
        builder.applySetting(setting, ours);
    }
}
