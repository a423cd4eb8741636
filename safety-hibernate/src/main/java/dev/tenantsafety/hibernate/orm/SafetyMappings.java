package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.DeletionRecord;
import java.util.Map;
import org.hibernate.binder.internal.TenantIdBinder;
import org.hibernate.boot.ResourceStreamLocator;
import org.hibernate.boot.spi.AdditionalMappingContributions;
import org.hibernate.boot.spi.AdditionalMappingContributor;
import org.hibernate.boot.spi.InFlightMetadataCollector;
import org.hibernate.boot.spi.MetadataBuildingContext;
import org.hibernate.engine.config.spi.ConfigurationService;
import org.hibernate.engine.spi.FilterDefinition;
import org.hibernate.type.descriptor.jdbc.VarcharJdbcType;
import org.hibernate.type.internal.NamedBasicTypeImpl;

/** Adds our table of deletions, and the two filters whose definitions Hibernate looks up by name. */
public final class SafetyMappings implements AdditionalMappingContributor {

    /** For {@link java.util.ServiceLoader}. */
    public SafetyMappings() {}

    @Override
    public String getContributorName() {
        return "tenant-safety";
    }

    @Override
    public void contribute(
            AdditionalMappingContributions contributions,
            InFlightMetadataCollector metadata,
            ResourceStreamLocator locator,
            MetadataBuildingContext context) {
        Map<String, Object> settings = context.getBootstrapContext()
                .getServiceRegistry()
                .requireService(ConfigurationService.class)
                .getSettings();
        if (!SafetySettings.isEnabled(settings)) {
            return;
        }
        contributions.contributeEntity(DeletionRecord.class);
        metadata.addFilterDefinition(Filters.definition(Filters.GATE));
        // Never enabled. That it is defined makes Hibernate ask about each session's tenant identifier: see
        // SessionTicket.
        metadata.addFilterDefinition(new FilterDefinition(
                TenantIdBinder.FILTER_NAME,
                "",
                false,
                true,
                Map.of(
                        TenantIdBinder.PARAMETER_NAME,
                        new NamedBasicTypeImpl<>(
                                new SessionTicketJavaType(), VarcharJdbcType.INSTANCE, "session_ticket")),
                Map.of()));
    }
}
