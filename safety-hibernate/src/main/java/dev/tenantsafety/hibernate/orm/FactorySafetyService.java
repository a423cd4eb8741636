package dev.tenantsafety.hibernate.orm;

import java.util.Map;
import org.hibernate.engine.config.spi.ConfigurationService;
import org.hibernate.service.spi.SessionFactoryServiceContributor;
import org.hibernate.service.spi.SessionFactoryServiceInitiator;
import org.hibernate.service.spi.SessionFactoryServiceInitiatorContext;
import org.hibernate.service.spi.SessionFactoryServiceRegistryBuilder;

/** Gives each session factory what it is to know. */
public final class FactorySafetyService implements SessionFactoryServiceContributor {

    /** For {@link java.util.ServiceLoader}. */
    public FactorySafetyService() {}

    @Override
    public void contribute(SessionFactoryServiceRegistryBuilder builder) {
        builder.addInitiator(new Initiator());
        builder.addInitiator(new ScopedCaching.Initiator());
    }

    private static final class Initiator implements SessionFactoryServiceInitiator<FactorySafety> {

        @Override
        public FactorySafety initiateService(SessionFactoryServiceInitiatorContext context) {
            Map<String, Object> settings = context.getServiceRegistry()
                    .requireService(ConfigurationService.class)
                    .getSettings();
            return new FactorySafety(
                    SafetySettings.isEnabled(settings),
                    SafetySettings.checksSchema(settings),
                    SafetySettings.actor(settings));
        }

        @Override
        public Class<FactorySafety> getServiceInitiated() {
            return FactorySafety.class;
        }
    }
}
