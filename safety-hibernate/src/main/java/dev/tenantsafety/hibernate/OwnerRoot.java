package dev.tenantsafety.hibernate;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that each row of this entity is an owner itself, of the kind of its {@code @Id}: the organizations, the customers.
 *
 * <pre>{@code
 * @Entity @OwnerRoot
 * class Organization { @Id OrganizationId id; }
 *
 * @Entity @OwnedThrough("organization")
 * class Ticket { @ManyToOne(optional = false, fetch = LAZY) Organization organization; }
 * }</pre>
 *
 * <p>The {@code @Id} is a {@link dev.tenantsafety.id.TypedId}. The annotation is not needed where the ID is a
 * {@link dev.tenantsafety.id.TenantId}, {@link dev.tenantsafety.id.SiteId} or {@link dev.tenantsafety.id.AppId}, or where
 * another entity has an {@link OwnedBy} attribute of the same kind. It is inherited from mapped superclasses, and refused on
 * subclasses of an entity.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OwnerRoot {}
