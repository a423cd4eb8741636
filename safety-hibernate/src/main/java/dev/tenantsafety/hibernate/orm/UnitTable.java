package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.id.IdKind;
import java.util.Map;

/**
 * Where the units of a kind have their own rows and can be marked.
 *
 * @param kind the kind
 * @param entity the entity
 * @param marks what may be marked, the unit itself or who owns it, and SQL with the unit's ID as its one parameter, which gives the
 *     deletion if it is, else no row
 */
record UnitTable(IdKind<?> kind, SafeEntity entity, Map<String, String> marks) {}
