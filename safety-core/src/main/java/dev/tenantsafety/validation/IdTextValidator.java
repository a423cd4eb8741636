package dev.tenantsafety.validation;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.IdKinds;
import dev.tenantsafety.id.IdRefusal;
import dev.tenantsafety.id.ParseResult;
import dev.tenantsafety.id.TypedId;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import org.jspecify.annotations.Nullable;

/** Reads the text for {@link IdText}. */
public final class IdTextValidator implements ConstraintValidator<IdText, CharSequence> {

    private static final String TEMPLATE = "{dev.tenantsafety.validation.IdText.message}";
    private static final String TEMPLATE_OF_REASON = "{dev.tenantsafety.validation.IdText.%s}";

    private @Nullable IdKind<?> kind;
    private String message = TEMPLATE;

    /** For the validation provider. */
    public IdTextValidator() {}

    /**
     * Takes over what the annotation says.
     *
     * @param constraint the annotation
     * @throws dev.tenantsafety.id.IllegalIdKindException if its class has no kind, or one that is not fit for use
     */
    @Override
    public void initialize(IdText constraint) {
        kind = kindOf(constraint.value());
        message = constraint.message();
    }

    /** The compiler cannot see that a class of some typed ID is one of its own kind. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static IdKind<?> kindOf(Class<? extends TypedId<?>> type) {
        return IdKinds.of((Class) type);
    }

    /**
     * Whether the text is an ID of the kind.
     *
     * @param text the text; null is valid
     * @param context takes the message
     * @return false if it is anything else
     */
    @Override
    public boolean isValid(@Nullable CharSequence text, ConstraintValidatorContext context) {
        if (text == null) {
            return true;
        }
        if (kind == null) {
            throw new IllegalStateException("A validator must be initialized before it is used.");
        }
        if (kind.tryParse(text.toString()) instanceof ParseResult.Refused<?> refused) {
            IdRefusal refusal = refused.refusal();
            String template = message.equals(TEMPLATE) ? TEMPLATE_OF_REASON.formatted(refusal.reason()) : null;
            Violation.report(context, template, refusal.sentence(), refusal.arguments());
            return false;
        }
        return true;
    }
}
