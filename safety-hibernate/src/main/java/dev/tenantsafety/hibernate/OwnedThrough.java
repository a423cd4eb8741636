package dev.tenantsafety.hibernate;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Rows of this entity belong to whoever owns what they point at.
 *
 * <pre>{@code
 * @Entity @OwnedThrough("ticket")
 * class Comment { @ManyToOne(optional = false, fetch = LAZY) Ticket ticket; }
 * }</pre>
 *
 * <p>Each query then looks at the owner's table too. An entity that is read often is better off with a column of its own and
 * {@link OwnedBy}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OwnedThrough {

    /**
     * The to-one attribute that leads to the owner: not optional, and to an entity that is owned itself.
     *
     * @return the attribute's name
     */
    String value();
}
