package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.id.IdKind;

/**
 * Where the units of a kind have their own rows and can be marked.
 *
 * @param kind the kind
 * @param entity the entity
 * @param markOf SQL with the unit's ID as its one parameter; gives the deletion if the unit is marked, else no row
 */
record UnitTable(IdKind<?> kind, SafeEntity entity, String markOf) {}
