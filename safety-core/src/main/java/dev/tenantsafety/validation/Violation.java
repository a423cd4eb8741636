package dev.tenantsafety.validation;

import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.ValidationException;
import java.util.Map;
import org.hibernate.validator.constraintvalidation.HibernateConstraintValidatorContext;
import org.hibernate.validator.messageinterpolation.MessageParameterEscaping;
import org.jspecify.annotations.Nullable;

/**
 * Reports a violation with a message that holds more than the annotation's attributes. Hibernate Validator fills its
 * arguments into the message of the locale; the API alone has no way to do that, so other providers get the English
 * sentence.
 *
 * <p>Arguments hold what a stranger sent. In them the four characters that message templates give a meaning to are escaped,
 * so that nobody's input is evaluated as an expression.
 */
final class Violation {

    /** Whether its classes may be touched: to look for them by touching them would fail where they are absent. */
    private static final boolean HAS_HIBERNATE_VALIDATOR =
            Violation.class.getClassLoader().getResource("org/hibernate/validator/HibernateValidator.class") != null;

    private static final boolean ESCAPES_ITSELF = Violation.class
                    .getClassLoader()
                    .getResource("org/hibernate/validator/messageinterpolation/MessageParameterEscaping.class")
            != null;

    private Violation() {}

    /**
     * Reports it.
     *
     * @param template the key of our message; null if the annotation has a message of the user's own, which stays
     * @param sentence the message in English
     * @param arguments the words of the message
     */
    static void report(
            ConstraintValidatorContext context,
            @Nullable String template,
            String sentence,
            Map<String, String> arguments) {
        String reported = template;
        if (!HAS_HIBERNATE_VALIDATOR || !OfHibernateValidator.addArguments(context, sentence, arguments)) {
            reported = template == null ? null : escaped(sentence);
        }
        if (reported != null) {
            context.disableDefaultConstraintViolation();
            context.buildConstraintViolationWithTemplate(reported).addConstraintViolation();
        }
    }

    private static String escaped(String text) {
        return text.replaceAll("[\\\\{}$]", "\\\\$0");
    }

    /** Apart, so that its types are looked for only where they are. */
    private static final class OfHibernateValidator {

        /** False if the provider is another one although Hibernate Validator is there. */
        static boolean addArguments(
                ConstraintValidatorContext context, String sentence, Map<String, String> arguments) {
            HibernateConstraintValidatorContext hibernate;
            try {
                hibernate = context.unwrap(HibernateConstraintValidatorContext.class);
            } catch (ValidationException otherProvider) {
                return false;
            }
            arguments.forEach((name, value) -> addArgument(hibernate, name, value));
            addArgument(hibernate, "sentence", sentence);
            return true;
        }

        private static void addArgument(HibernateConstraintValidatorContext context, String name, String value) {
            if (ESCAPES_ITSELF) {
                OfEscapingHibernateValidator.addArgument(context, name, value);
            } else {
                context.addMessageParameter(name, escaped(value));
            }
        }
    }

    /** Since 9.1.5, Hibernate Validator escapes arguments itself unless its user has switched that off; here it always does. */
    private static final class OfEscapingHibernateValidator {

        static void addArgument(HibernateConstraintValidatorContext context, String name, String value) {
            context.addMessageParameter(name, value, MessageParameterEscaping.ESCAPE);
        }
    }
}
