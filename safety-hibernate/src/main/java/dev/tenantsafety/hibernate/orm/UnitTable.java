package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.id.IdKind;
import java.util.Map;

/**
 * Where the units of a kind have their own rows, and can be marked or say who owns them.
 *
 * @param kind the kind
 * @param entity the entity
 * @param marks what may be marked, the unit itself or who owns it, and SQL with the unit's ID as its one parameter, which gives the
 *     deletion if it is, else no row
 * @param owners the kinds of a unit's owners, and SQL with such an owner's ID and the unit's ID as its parameters, which gives 1 if that
 *     is its owner, 0 if not, and no row if there is no such unit
 */
record UnitTable(IdKind<?> kind, SafeEntity entity, Map<String, String> marks, Map<IdKind<?>, String> owners) {}
