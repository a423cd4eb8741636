package dev.tenantsafety.hibernate;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that rows of this entity are for all tenants: countries, plans, currencies. Every scope may read them.
 *
 * <p>Inherited from mapped superclasses, and refused on subclasses of an entity.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Shared {

    /**
     * States why all may read them.
     *
     * @return such as "reference data"; not blank
     */
    String value();
}
