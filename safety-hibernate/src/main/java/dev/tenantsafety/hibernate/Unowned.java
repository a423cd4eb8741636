package dev.tenantsafety.hibernate;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that rows of this entity have no owner, and are not kept apart: jobs, schema versions, locks.
 *
 * <p>Inherited from mapped superclasses, and refused on subclasses of an entity.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Unowned {

    /**
     * States why nobody owns them.
     *
     * @return such as "schema versions belong to nobody"; not blank
     */
    String value();
}
