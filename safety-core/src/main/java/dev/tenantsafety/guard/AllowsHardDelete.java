package dev.tenantsafety.guard;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Here rows may be removed for good, for a while: an exemption from the rules of {@code tenant-safety-archunit}. On a class it holds for
 * the classes within too.
 *
 * <pre>{@code
 * @AllowsHardDelete(reason = "drafts belong to no customer", ticket = "OPS-311", until = "2027-06-30")
 * void dropDrafts() { … }
 * }</pre>
 *
 * <p>It changes nothing at run time. The rules say so where one lacks a reason or a ticket, has passed its date, or exempts nothing.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.CONSTRUCTOR, ElementType.FIELD})
public @interface AllowsHardDelete {

    /**
     * Why.
     *
     * @return such as "drafts belong to no customer"; not blank
     */
    String reason();

    /**
     * Where it was agreed on.
     *
     * @return such as "OPS-311"; not blank
     */
    String ticket();

    /**
     * The last day on which it holds.
     *
     * @return as {@code 2027-06-30}
     */
    String until();
}
