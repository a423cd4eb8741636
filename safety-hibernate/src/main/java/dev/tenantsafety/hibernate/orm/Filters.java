package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.id.IdKind;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.hibernate.engine.spi.FilterDefinition;
import org.hibernate.metamodel.mapping.JdbcMapping;

/** The names of the filters that we put on entities and collections, and their definitions. */
final class Filters {

    /**
     * No entity has it: it is where a session's filters are brought in line with the open scope. Hibernate asks each enabled
     * filter whether it is valid before it uses any, in the order of their names; this must be asked last, for then the map
     * that is being gone through may change.
     */
    static final String GATE = "~tenantSafety";

    /** Leaves marked rows out. */
    static final String ALIVE = "tenantSafety_alive";

    static final String OWNER_PARAMETER = "owner_id";
    private static final String REFUSE_PARAMETER = "owner_of_";

    private Filters() {}

    /** Keeps to the rows of one owner. */
    static String ownedBy(IdKind<?> kind) {
        return "tenantSafety_owner_" + kind.prefix();
    }

    /** Leaves out what belongs to a marked unit; for work across tenants. */
    static String openUnits(IdKind<?> kind) {
        return "tenantSafety_open_" + kind.prefix();
    }

    /** Refuses: the scope names no owner on any of these levels. */
    static String unreachable(Collection<IdKind<?>> levels) {
        return "tenantSafety_unreachable_" + levels.stream().map(IdKind::prefix).collect(Collectors.joining("_"));
    }

    /** The parameter tells the filter which entity was reached for. */
    static String unreachableCondition(SafeEntity entity) {
        return "1 = :" + REFUSE_PARAMETER + entity.name();
    }

    static String entityOf(String refuseParameter) {
        return refuseParameter.substring(REFUSE_PARAMETER.length());
    }

    static FilterDefinition definition(String name) {
        return new FilterDefinition(name, "", false, true, Map.of(), Map.of());
    }

    static FilterDefinition definition(String name, JdbcMapping ownerType) {
        return new FilterDefinition(name, "", false, true, Map.of(OWNER_PARAMETER, ownerType), Map.of());
    }
}
