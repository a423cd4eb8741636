package dev.tenantsafety.hibernate;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Rows of this entity are for all tenants: countries, plans, currencies. Everybody may read them. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Shared {

    /**
     * Why all may read them.
     *
     * @return such as "reference data"; not blank
     */
    String value();
}
