package dev.tenantsafety.hibernate.orm;

import java.util.Map;
import org.hibernate.boot.registry.StandardServiceRegistryBuilder;
import org.hibernate.cfg.JdbcSettings;
import org.hibernate.cfg.MultiTenancySettings;
import org.hibernate.cfg.QuerySettings;
import org.hibernate.cfg.SchemaToolingSettings;
import org.hibernate.engine.query.internal.NativeQueryInterpreterStandardImpl;
import org.hibernate.engine.query.spi.NativeQueryInterpreter;
import org.hibernate.persister.internal.PersisterClassResolverInitiator;
import org.hibernate.query.sqm.mutation.spi.SqmMultiTableMutationStrategyProvider;
import org.hibernate.resource.jdbc.spi.StatementInspector;
import org.hibernate.service.spi.ServiceContributor;
import org.jspecify.annotations.Nullable;

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
        claim(builder, settings, PersisterClassResolverInitiator.IMPL_NAME, FilteredPersisters.class.getName());
        claim(builder, settings, MultiTenancySettings.MULTI_TENANT_IDENTIFIER_RESOLVER, new SessionTicketResolver());
        builder.applySetting(JdbcSettings.STATEMENT_INSPECTOR, new StatementGuard(inspector(settings)));
        if (!settings.containsKey(SchemaToolingSettings.SCHEMA_MANAGEMENT_TOOL)) { // one of the application's own stays
            builder.applySetting(SchemaToolingSettings.SCHEMA_MANAGEMENT_TOOL, new GuardedSchemaTool());
        }
        builder.addService(
                NativeQueryInterpreter.class,
                new GuardedNativeQueries(new NativeQueryInterpreterStandardImpl(Boolean.parseBoolean(
                        String.valueOf(settings.get(QuerySettings.NATIVE_IGNORE_JDBC_PARAMETERS))))));
        builder.addInitiator(new FollowedScrolls.Initiator());
        builder.addService(SqmMultiTableMutationStrategyProvider.class, new GuardedMultiTableStrategies());
    }

    /** The application's own is asked first, and what it makes of a statement is what is looked at. */
    private static @Nullable StatementInspector inspector(Map<String, Object> settings) {
        Object theirs = settings.get(JdbcSettings.STATEMENT_INSPECTOR);
        if (theirs == null || theirs instanceof StatementGuard) {
            return null;
        }
        if (theirs instanceof StatementInspector inspector) {
            return inspector;
        }
        try {
            Class<?> type = theirs instanceof Class<?> named
                    ? named
                    : Class.forName(
                            theirs.toString(), true, Thread.currentThread().getContextClassLoader());
            return (StatementInspector) type.getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "The setting " + JdbcSettings.STATEMENT_INSPECTOR
                            + " names no StatementInspector that can be made: " + theirs,
                    e);
        }
    }

    /** Somebody else's part in the same place would switch ours off unseen. */
    private static void claim(
            StandardServiceRegistryBuilder builder, Map<String, Object> settings, String setting, Object ours) {
        Object theirs = settings.get(setting);
        if (theirs != null
                && !theirs.equals(ours)
                && (ours instanceof String || theirs.getClass() != ours.getClass())) {
            throw new IllegalStateException("Tenant Safety needs the setting " + setting + ", which is " + theirs
                    + ". Take it out, or switch Tenant Safety off for this session factory with "
                    + SafetySettings.ENABLED
                    + "=false.");
        }
        builder.applySetting(setting, ours);
    }
}
