package dev.tenantsafety.hibernate;

/**
 * Rows of this entity are marked when they are deleted, and stay.
 *
 * <p>The entity has one attribute of type {@link Tombstone}, in the root of its hierarchy or a mapped superclass of it:
 *
 * <pre>{@code
 * @Entity
 * class Ticket implements SoftDeletable {
 *     @Embedded Tombstone tombstone;
 * }
 * }</pre>
 */
public interface SoftDeletable {}
