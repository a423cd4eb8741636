package dev.tenantsafety.validation;

import dev.tenantsafety.id.TypedId;
import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The text must be an ID of this kind, for boundaries that have to take text: fields of requests, elements of lists,
 * parameters, return values.
 *
 * <pre>{@code
 * record RetireApps(@NotNull @IdText(TenantId.class) String tenant,
 *                   @BlastRadius(max = 60) List<@IdText(AppId.class) String> apps) {}
 * }</pre>
 *
 * <p>Null is valid, as for most constraints; add {@code @NotNull}. The violation's message is the sentence of
 * {@link dev.tenantsafety.id.IdRefusal#sentence()}, in English or German by the locale. A message of your own may hold the
 * refusal's arguments in braces, {@code {input}} and {@code {expected}} for example; that, and the German messages, need
 * Hibernate Validator.
 */
@Documented
@Constraint(validatedBy = IdTextValidator.class)
@Target({
    ElementType.METHOD,
    ElementType.FIELD,
    ElementType.ANNOTATION_TYPE,
    ElementType.CONSTRUCTOR,
    ElementType.PARAMETER,
    ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(IdText.List.class)
public @interface IdText {

    /**
     * The record whose text form is asked for.
     *
     * @return the class of the kind
     */
    Class<? extends TypedId<?>> value();

    /**
     * The message of a violation.
     *
     * @return the template; unless set, the one of the refusal's reason
     */
    String message() default "{dev.tenantsafety.validation.IdText.message}";

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
        IdText[] value();
    }
}
