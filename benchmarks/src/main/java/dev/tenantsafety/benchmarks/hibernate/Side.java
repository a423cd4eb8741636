package dev.tenantsafety.benchmarks.hibernate;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import jakarta.persistence.EntityManagerFactory;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.hibernate.cfg.MultiTenancySettings;
import org.hibernate.context.spi.CurrentTenantIdentifierResolver;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.jspecify.annotations.Nullable;

/** One of the two that are compared: a session factory, and how a tenant is entered. */
abstract class Side implements AutoCloseable {

    final EntityManagerFactory factory;
    final Class<? extends Item> entity;
    private final Supplier<Item> maker;

    private Side(Class<? extends Item> entity, Supplier<Item> maker, DataSource source, Map<String, Object> settings) {
        this.entity = entity;
        this.maker = maker;
        HibernatePersistenceConfiguration configuration = new HibernatePersistenceConfiguration(entity.getSimpleName());
        configuration.managedClass(entity);
        configuration.property("hibernate.connection.datasource", source);
        configuration.property("hibernate.hbm2ddl.auto", "update");
        configuration.property("hibernate.jdbc.batch_size", "50");
        settings.forEach(configuration::property);
        factory = configuration.createEntityManagerFactory();
    }

    abstract void in(UUID tenant, Runnable work);

    Item make() {
        return maker.get();
    }

    @Override
    public void close() {
        factory.close();
    }

    static Side ours(DataSource source) {
        return new Side(SafeItem.class, SafeItem::new, source, Map.of()) {
            @Override
            void in(UUID tenant, Runnable work) {
                TenantScope.of(new TenantId(tenant)).run(work);
            }
        };
    }

    static Side hibernates(DataSource source) {
        CurrentTenant current = new CurrentTenant();
        Map<String, Object> settings = Map.of(
                "tenant-safety.enabled", "false", MultiTenancySettings.MULTI_TENANT_IDENTIFIER_RESOLVER, current);
        return new Side(PlainItem.class, PlainItem::new, source, settings) {
            @Override
            void in(UUID tenant, Runnable work) {
                CurrentTenant.TENANT.set(tenant);
                try {
                    work.run();
                } finally {
                    CurrentTenant.TENANT.remove();
                }
            }
        };
    }

    static List<Side> both(DataSource source) {
        return List.of(ours(source), hibernates(source));
    }

    private static final class CurrentTenant implements CurrentTenantIdentifierResolver<UUID> {

        private static final ThreadLocal<@Nullable UUID> TENANT = new ThreadLocal<>();

        @Override
        public UUID resolveCurrentTenantIdentifier() {
            UUID now = TENANT.get();
            return now == null ? new UUID(0, 0) : now;
        }

        @Override
        public boolean validateExistingCurrentSessions() {
            return true;
        }
    }
}
