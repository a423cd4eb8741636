package dev.tenantsafety.hibernate;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares what happens to a row when the row that this to-one attribute points at is marked.
 *
 * <pre>{@code
 * @ManyToOne(fetch = LAZY)
 * @OnTargetMarked(ReferrerAction.CASCADE)       // a reminder is marked with its ticket
 * Ticket ticket;
 * }</pre>
 *
 * <p>Without it, the mark is refused ({@link ReferrerAction#RESTRICT}), unless the target cascades REMOVE to this entity through
 * this attribute. Marking the row of a tenant or site never looks at the rows that it owns.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.METHOD})
public @interface OnTargetMarked {

    /**
     * Returns what happens to the row that has this attribute.
     *
     * @return the action
     */
    ReferrerAction value();
}
