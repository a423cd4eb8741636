package dev.tenantsafety.hibernate;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Rows of this entity belong to no tenant, and ownership has nothing to say about them: jobs, schema versions, locks. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Unowned {

    /**
     * Why nobody owns them.
     *
     * @return such as "schema versions belong to nobody"; not blank
     */
    String value();
}
