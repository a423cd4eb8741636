package dev.tenantsafety.hibernate.orm;

import java.util.Set;
import org.hibernate.engine.FetchStyle;
import org.hibernate.engine.FetchTiming;
import org.hibernate.engine.spi.CascadeStyle;
import org.hibernate.engine.spi.LoadQueryInfluencers;
import org.hibernate.loader.ast.spi.CascadingFetchProfile;
import org.hibernate.metamodel.mapping.AttributeMapping;
import org.hibernate.metamodel.mapping.EmbeddableValuedModelPart;
import org.hibernate.metamodel.mapping.ManagedMappingType;
import org.hibernate.metamodel.mapping.ModelPart;
import org.hibernate.metamodel.mapping.NonAggregatedIdentifierMapping;
import org.hibernate.metamodel.mapping.PluralAttributeMapping;
import org.hibernate.metamodel.mapping.internal.ToOneAttributeMapping;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.sql.results.graph.Fetchable;
import org.hibernate.sql.results.graph.FetchableContainer;
import org.jspecify.annotations.Nullable;

/**
 * What a load by key joins, and Hibernate does not look at when it asks whether its plan, which was made without filters or with those of
 * the session that came first, can be used again: what embeddables, keys and subclasses fetch eagerly, and what a merge or refresh
 * cascades to.
 */
final class JoinedFetches {

    private final Set<ManagedMappingType> visited;
    private final LoadQueryInfluencers influencers;

    JoinedFetches(Set<ManagedMappingType> visited, LoadQueryInfluencers influencers) {
        this.visited = visited;
        this.influencers = influencers;
    }

    /** Whether enabled filters are on anything that is joined to the rows of an entity, or of its subclasses. */
    boolean areFiltered(EntityPersister entity) {
        ModelPart id = entity.getIdentifierMapping();
        return areFiltered((FetchableContainer) entity)
                || isEmbeddableFiltered(id)
                || (id instanceof NonAggregatedIdentifierMapping several
                        && areFiltered(several.getVirtualIdEmbeddable()));
    }

    /** The same of the embeddables of a collection. What else it has, Hibernate looks at. */
    boolean areFiltered(PluralAttributeMapping collection) {
        return isEmbeddableFiltered(collection.getElementDescriptor())
                || isEmbeddableFiltered(collection.getIndexDescriptor());
    }

    private boolean areFiltered(FetchableContainer container) {
        for (int i = 0; i < container.getNumberOfFetchables(); i++) {
            Fetchable part = container.getFetchable(i);
            if (isEmbeddableFiltered(part) || (isJoined(part) && isFiltered(part))) {
                return true;
            }
        }
        return false;
    }

    private boolean isEmbeddableFiltered(@Nullable ModelPart part) {
        return part instanceof EmbeddableValuedModelPart embeddable
                && areFiltered(embeddable.getEmbeddableTypeDescriptor());
    }

    private boolean isFiltered(Fetchable part) {
        if (part instanceof PluralAttributeMapping collection) {
            return collection.getCollectionDescriptor().isAffectedByEnabledFilters(visited, influencers, true);
        }
        return part instanceof ToOneAttributeMapping reference
                && reference.getEntityMappingType().isAffectedByEnabledFilters(visited, influencers, true);
    }

    private boolean isJoined(Fetchable part) {
        if (part.getMappedFetchOptions().getTiming() == FetchTiming.IMMEDIATE
                && part.getMappedFetchOptions().getStyle() == FetchStyle.JOIN) {
            return true;
        }
        CascadingFetchProfile cascade = influencers.getEnabledCascadingFetchProfile();
        AttributeMapping attribute = cascade == null ? null : part.asAttributeMapping();
        if (cascade == null || attribute == null) {
            return cascade != null;
        }
        CascadeStyle style = attribute.getAttributeMetadata().getCascadeStyle();
        return style == null || style.doCascade(cascade.getCascadingAction());
    }
}
