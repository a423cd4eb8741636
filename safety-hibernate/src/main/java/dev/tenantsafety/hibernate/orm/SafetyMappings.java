package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.DeletionRecord;
import dev.tenantsafety.hibernate.OnTargetMarked;
import dev.tenantsafety.hibernate.ReferrerAction;
import dev.tenantsafety.id.IdKind;
import java.util.Map;
import org.hibernate.boot.ResourceStreamLocator;
import org.hibernate.boot.spi.AdditionalMappingContributions;
import org.hibernate.boot.spi.AdditionalMappingContributor;
import org.hibernate.boot.spi.InFlightMetadataCollector;
import org.hibernate.boot.spi.MetadataBuildingContext;
import org.hibernate.engine.config.spi.ConfigurationService;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.type.BasicType;
import org.jspecify.annotations.Nullable;

/** Adds our tables, of deletions and of references that they set to null, and the definitions of our filters; which of them are needed is not known yet. */
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
        TypedNumberGeneration.addTo(metadata);
        Map<String, Object> settings = context.getBootstrapContext()
                .getServiceRegistry()
                .requireService(ConfigurationService.class)
                .getSettings();
        if (!SafetySettings.isEnabled(settings)) {
            return;
        }
        contributions.contributeEntity(DeletionRecord.class);
        if (metadata.getEntityBindingMap().values().stream()
                .map(PersistentClass::getMappedClass)
                .anyMatch(SafetyMappings::isSettingNull)) {
            contributions.contributeEntity(ReferenceSetToNull.class);
        }
        metadata.addFilterDefinition(Filters.definition(Filters.GATE));
        metadata.addFilterDefinition(Filters.definition(Filters.ALIVE));
        metadata.addFilterDefinition(Filters.listed());
        for (BasicType<?> type : TypedIdTypes.registered(metadata.getTypeConfiguration())) {
            IdKind<?> kind = ((TypedIdJavaType<?>) type.getJavaTypeDescriptor()).kind();
            metadata.addFilterDefinition(Filters.definition(Filters.ownedBy(kind), type));
            metadata.addFilterDefinition(Filters.definition(Filters.openUnits(kind)));
        }
        for (String entity : metadata.getEntityBindingMap().keySet()) {
            metadata.addFilterDefinition(Filters.definition(Filters.unreachable(entity)));
        }
        metadata.addFilterDefinition(new TicketFilter());
    }

    private static boolean isSettingNull(@Nullable Class<?> type) {
        return Members.with(type, OnTargetMarked.class).stream()
                .map(attribute -> Members.find(type, attribute, OnTargetMarked.class))
                .anyMatch(declared -> declared != null && declared.value() == ReferrerAction.SET_NULL);
    }
}
