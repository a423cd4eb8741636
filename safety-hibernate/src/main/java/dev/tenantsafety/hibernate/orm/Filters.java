package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.id.IdKind;
import java.util.HashMap;
import java.util.Map;
import org.hibernate.Filter;
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

    /** Leaves marked rows out of queries on an entity whose marked rows stay visible through what points at them. */
    static final String LISTED = "tenantSafety_listed";

    /** No entity has it, and no program can enable it: it says that a session of ours reads past restrictions ({@link PastRestrictions}). */
    static final String PAST_RESTRICTIONS = "tenantSafety_past_restrictions";

    static final String OWNER_PARAMETER = "owner_id";

    /** Has no value: who asks for it is refused. */
    static final String UNREACHABLE_CONDITION = "1 = :no_owner";

    private Filters() {}

    /** Keeps to the rows of one owner. */
    static String ownedBy(IdKind<?> kind) {
        return "tenantSafety_owner_" + kind.prefix();
    }

    /** Leaves out what belongs to a marked unit; for work across tenants. */
    static String openUnits(IdKind<?> kind) {
        return "tenantSafety_open_" + kind.prefix();
    }

    /** Refuses: the scope names no owner of this entity. */
    static String unreachable(String entityName) {
        return "tenantSafety_unreachable_" + entityName.replaceAll("\\W", "_");
    }

    /** Returns the filters that others have enabled. */
    static Map<String, Filter> withoutOurs(Map<String, Filter> enabled) {
        Map<String, Filter> left = new HashMap<>(enabled);
        left.keySet().removeIf(name -> name.startsWith("tenantSafety_") || name.equals(GATE));
        return left;
    }

    static FilterDefinition definition(String name) {
        return new FilterDefinition(name, "", false, true, Map.of(), Map.of());
    }

    /** Applies to queries on the entity itself, not to what points at it. */
    static FilterDefinition listed() {
        return new FilterDefinition(LISTED, "", false, false, Map.of(), Map.of());
    }

    static FilterDefinition definition(String name, JdbcMapping ownerType) {
        return new FilterDefinition(name, "", false, true, Map.of(OWNER_PARAMETER, ownerType), Map.of());
    }
}
