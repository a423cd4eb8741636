package dev.tenantsafety.hibernate;

import dev.tenantsafety.hibernate.orm.OwnerGeneration;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.hibernate.annotations.IdGeneratorType;
import org.hibernate.annotations.ValueGenerationType;

/**
 * Declares that this attribute holds the owner of the row. The kind of its ID says on which level.
 *
 * <pre>{@code
 * @OwnedBy TenantId tenant;                 // dev.tenantsafety.id.TenantId
 * @OwnedBy SiteId site;
 * }</pre>
 *
 * <p>The attribute is a {@link dev.tenantsafety.id.TypedId} in one column of the entity's own table, declared in the root of the
 * entity's hierarchy or a mapped superclass of it; not in an embeddable, and not as a part of the ID. No other attribute or collection
 * may write the column. Where it is the only owner, the column is not null in schemas that Hibernate makes. When a row is inserted, an
 * attribute that is null takes the owner of the open scope, and another owner than that is refused; it never changes afterwards. An
 * entity has at most one owner of a kind. With several kinds, a scope that names any of them reaches the rows of those it names.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.METHOD})
@ValueGenerationType(generatedBy = OwnerGeneration.class)
@IdGeneratorType(
        OwnerGeneration.class) // is refused on an ID with a sentence of ours, which Hibernate must let us come to
public @interface OwnedBy {}
