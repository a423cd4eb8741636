/**
 * Hibernate ORM with scopes that hold and deletes that can be undone: what an application writes.
 *
 * <p>An entity declares the owner of its rows with {@link dev.tenantsafety.hibernate.OwnedBy},
 * {@link dev.tenantsafety.hibernate.OwnedThrough}, {@link dev.tenantsafety.hibernate.Shared} or
 * {@link dev.tenantsafety.hibernate.Unowned}, and that a delete is to be a mark with
 * {@link dev.tenantsafety.hibernate.SoftDeletable}. The rest is found on the class path.
 */
@NullMarked
package dev.tenantsafety.hibernate;

import org.jspecify.annotations.NullMarked;
