package dev.tenantsafety.hibernate;

import dev.tenantsafety.hibernate.orm.TypedIdGeneration;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.hibernate.annotations.IdGeneratorType;

/**
 * Creates the entity's ID when it is persisted, of the attribute's own kind; one that is set already is kept.
 *
 * <pre>{@code
 * @Id @GeneratedTypedId InvoiceId id;
 * }</pre>
 *
 * <p>Kinds that are backed by a number take theirs from the database instead, by {@link jakarta.persistence.GeneratedValue} with
 * a sequence, a table or an identity column. On a kind that is backed by a UUID, {@code @GeneratedValue} does the same as this.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.METHOD})
@IdGeneratorType(TypedIdGeneration.class)
public @interface GeneratedTypedId {}
