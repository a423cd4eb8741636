package dev.tenantsafety.hibernate;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that rows of this entity have the owner of what they refer to.
 *
 * <pre>{@code
 * @Entity @OwnedThrough("ticket")
 * class Comment { @ManyToOne(optional = false, fetch = LAZY) Ticket ticket; }
 * }</pre>
 *
 * <p>Each query then looks at the owner's table too. An entity that is read often is better off with a column of its own and
 * {@link OwnedBy}. The annotation is inherited from mapped superclasses, and refused on subclasses of an entity. No other attribute
 * or collection may write the columns of the to-one attribute.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OwnedThrough {

    /**
     * Names the to-one attribute that leads to the owner. It is not optional, and refers to the primary key of an entity that is owned
     * or an {@link OwnerRoot}.
     *
     * @return the attribute's name
     */
    String value();
}
