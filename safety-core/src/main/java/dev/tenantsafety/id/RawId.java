package dev.tenantsafety.id;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An ID whose kind no type tells stands here on purpose: an exemption from the rules of {@code tenant-safety-archunit}. On a method it
 * holds for all that its signature names, on a class for all in it.
 *
 * <pre>{@code
 * Session resume(@RawId(reason = "the identity provider's, which has no kinds") String sessionId) { … }
 * }</pre>
 *
 * <p>It changes nothing at run time. The rules say so where one lacks a reason or exempts nothing.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({
    ElementType.TYPE,
    ElementType.METHOD,
    ElementType.CONSTRUCTOR,
    ElementType.FIELD,
    ElementType.PARAMETER,
    ElementType.RECORD_COMPONENT
})
public @interface RawId {

    /**
     * Why.
     *
     * @return such as "the identity provider's, which has no kinds"; not blank
     */
    String reason();
}
