package dev.tenantsafety.validation;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * One call may have at most so many targets, on collections, arrays, maps (by their entries) and
 * {@link dev.tenantsafety.id.IdList}s.
 *
 * <pre>{@code
 * void retire(@BlastRadius(max = 60) List<AppId> apps);
 * }</pre>
 *
 * <p>Null is valid, as for most constraints; add {@code @NotNull}. The violation's message says how many there were, in
 * English or German by the locale. A message of your own may hold {@code {count}} and {@code {max}}; {@code {count}}, and
 * the German message, need Hibernate Validator.
 */
@Documented
@Constraint(
        validatedBy = {
            BlastRadiusValidator.OfCollection.class,
            BlastRadiusValidator.OfMap.class,
            BlastRadiusValidator.OfObjects.class,
            BlastRadiusValidator.OfBytes.class,
            BlastRadiusValidator.OfShorts.class,
            BlastRadiusValidator.OfInts.class,
            BlastRadiusValidator.OfLongs.class,
            BlastRadiusValidator.OfChars.class,
            BlastRadiusValidator.OfFloats.class,
            BlastRadiusValidator.OfDoubles.class,
            BlastRadiusValidator.OfBooleans.class
        })
@Target({
    ElementType.METHOD,
    ElementType.FIELD,
    ElementType.ANNOTATION_TYPE,
    ElementType.CONSTRUCTOR,
    ElementType.PARAMETER,
    ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(BlastRadius.List.class)
public @interface BlastRadius {

    /**
     * The largest number of targets that is allowed.
     *
     * @return the number, 0 or more
     */
    int max();

    /**
     * The message of a violation.
     *
     * @return the template; unless set, one that says how many targets there were and may be
     */
    String message() default "{dev.tenantsafety.validation.BlastRadius.message}";

    /**
     * The groups the constraint belongs to.
     *
     * @return the groups
     */
    Class<?>[] groups() default {};

    /**
     * What clients attach to the constraint.
     *
     * @return the payload
     */
    Class<? extends Payload>[] payload() default {};

    /** Several of these constraints on one element, for different groups. */
    @Documented
    @Target({
        ElementType.METHOD,
        ElementType.FIELD,
        ElementType.ANNOTATION_TYPE,
        ElementType.CONSTRUCTOR,
        ElementType.PARAMETER,
        ElementType.TYPE_USE
    })
    @Retention(RetentionPolicy.RUNTIME)
    @interface List {

        /**
         * The constraints.
         *
         * @return the constraints
         */
        BlastRadius[] value();
    }
}
