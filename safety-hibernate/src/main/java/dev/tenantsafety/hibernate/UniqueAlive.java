package dev.tenantsafety.hibernate;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that no two rows that are alive have the same values here; marked rows do not count.
 *
 * <pre>{@code
 * @Entity
 * @UniqueAlive({"tenant", "slug"})
 * class Project implements SoftDeletable { … }
 * }</pre>
 *
 * <p>In place of a unique constraint, which would keep the value of a deleted row from being used again. {@code AliveKeys}
 * gives the DDL of the index that holds it, where the database has partial indexes; an undo looks for values taken meanwhile.
 * Stands on the root of an entity's hierarchy or a mapped superclass of it, and is refused elsewhere.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Repeatable(UniqueAlive.Several.class)
public @interface UniqueAlive {

    /**
     * The attributes, of this entity or a mapped superclass; a to-one attribute counts as what it points at.
     *
     * @return at least one
     */
    String[] value();

    /** Several of them. */
    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    @interface Several {

        /**
         * Each of them.
         *
         * @return at least one
         */
        UniqueAlive[] value();
    }
}
