package dev.tenantsafety.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.AppId;
import dev.tenantsafety.id.IdRefusal;
import dev.tenantsafety.id.IllegalIdKindException;
import dev.tenantsafety.id.ParseResult;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.id.TypedId;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.ConstraintValidatorContext.ConstraintViolationBuilder;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validation;
import jakarta.validation.ValidationException;
import jakarta.validation.Validator;
import jakarta.validation.ValidatorFactory;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import org.hibernate.validator.HibernateValidator;
import org.hibernate.validator.messageinterpolation.ExpressionLanguageFeatureLevel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With Hibernate Validator, its expression language wide open. */
class IdTextTest {

    private static final String APP = "app_01h455vb4pex5vsknk084sn02q";
    private static final String SITE = "site_01h455vb4pex5vsknk084sn02q";
    private static final String SENTENCE = "Expected an app ID (app_…) but got a site ID: " + SITE
            + " (SiteId). Did it come from the wrong column or variable?";

    private static ValidatorFactory english;
    private static ValidatorFactory german;

    @BeforeAll
    static void start() {
        english = factory(Locale.ENGLISH);
        german = factory(Locale.GERMAN);
    }

    @AfterAll
    static void stop() {
        english.close();
        german.close();
    }

    private static ValidatorFactory factory(Locale locale) {
        return Validation.byProvider(HibernateValidator.class)
                .configure()
                .defaultLocale(locale)
                .constraintExpressionLanguageFeatureLevel(ExpressionLanguageFeatureLevel.BEAN_METHODS)
                .customViolationExpressionLanguageFeatureLevel(ExpressionLanguageFeatureLevel.BEAN_METHODS)
                .buildValidatorFactory();
    }

    record Field(@IdText(AppId.class) CharSequence app) {}

    record Elements(List<@IdText(AppId.class) String> apps, Map<@IdText(SiteId.class) String, String> names) {}

    record OwnMessage(
            @IdText(value = AppId.class, message = "No {expected}, but {input}; ${validatedValue.length()} characters")
            String app) {}

    record NoKind(UUID uuid) implements TypedId<NoKind> {
        @Override
        public dev.tenantsafety.id.IdKind<NoKind> kind() {
            throw new UnsupportedOperationException();
        }
    }

    record OfNoKind(@IdText(NoKind.class) String text) {}

    @SuppressWarnings("unused")
    static final class Service {
        @IdText(TenantId.class)
        String retire(@IdText(AppId.class) String app) {
            return app;
        }
    }

    private static List<String> messages(Set<? extends ConstraintViolation<?>> violations) {
        return violations.stream().map(ConstraintViolation::getMessage).toList();
    }

    private static List<String> violations(ValidatorFactory factory, Object bean) {
        return messages(factory.getValidator().validate(bean));
    }

    @Test
    void theMessageIsTheSentenceOfTheParser() {
        assertThat(violations(english, new Field(SITE))).containsExactly(SENTENCE);
        assertThat(violations(english, new Field(java.nio.CharBuffer.wrap(SITE))))
                .containsExactly(SENTENCE);
        assertThat(violations(english, new Field(APP))).isEmpty();
        assertThat(violations(english, new Field(null))).isEmpty();
    }

    @Test
    void elementsOfContainersAreChecked() {
        Set<ConstraintViolation<Elements>> found =
                english.getValidator().validate(new Elements(List.of(APP, SITE), Map.of(SITE, "one", APP, "two")));
        assertThat(found)
                .extracting(violation -> violation.getPropertyPath().toString())
                .containsExactlyInAnyOrder("apps[1].<list element>", "names<K>[" + APP + "].<map key>");
        assertThat(messages(found)).contains(SENTENCE);
    }

    @Test
    void parametersAndReturnValuesAreChecked() throws NoSuchMethodException {
        Validator validator = english.getValidator();
        var method = Service.class.getDeclaredMethod("retire", String.class);
        assertThat(messages(validator.forExecutables().validateParameters(new Service(), method, new Object[] {SITE})))
                .containsExactly(SENTENCE);
        assertThat(messages(validator.forExecutables().validateReturnValue(new Service(), method, APP)))
                .containsExactly("Expected a tenant ID (tenant_…) but got an app ID: " + APP
                        + " (AppId). Did it come from the wrong column or variable?");
    }

    @Test
    void theMessageComesInTheLanguageOfTheReader() {
        assertThat(violations(german, new Field(SITE)))
                .containsExactly("Erwartet wurde eine ID der Art app (app_…), angekommen ist eine ID der Art site: "
                        + SITE + " (SiteId). Kam sie aus der falschen Spalte oder Variablen?");
        assertThat(violations(german, new Field("")))
                .containsExactly(
                        "Erwartet wurde eine ID der Art app (app_…), angekommen ist ein leerer Text. Finden Sie"
                                + " heraus, warum der Wert fehlt.");
    }

    @ParameterizedTest
    @EnumSource
    void eachReasonStandsInBothBundles(IdRefusal.Reason reason) throws IOException {
        String key = "dev.tenantsafety.validation.IdText." + reason;
        assertThat(bundle("").getProperty(key)).isEqualTo("{sentence}");
        assertThat(bundle("_de").getProperty(key)).startsWith("Erwartet wurde eine ID der Art {kind} ({kind}_…), ");
    }

    /** Whatever German message a text leads to, none of its places stays empty. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                " " + APP,
                "APP_01H455VB4PEX5VSKNK084SN02Q",
                "app-01h455vb4pex5vsknk084sn02q",
                "01h455vb4pex5vsknk084sn02q",
                "app_" + APP,
                "wombat_01h455vb4pex5vsknk084sn02q",
                "app_0",
                "app_81h455vb4pex5vsknk084sn02q",
                "app_0lh455vb4pex5vsknk084sn02q",
                "app_01h455vb4pex5vsknk084sn0\u00fc",
                "6fa459ea-ee8a-4ca4-894e-db77e160355e",
                "018e2a5c-3d40-8767-8a41-0123456789ab",
                "018e2a5c-3d40-859b-8a41-0123456789ab",
                "018e2a5c-3d40-8fff-8a41-0123456789ab",
                "0-0-0-0-0"
            })
    void noPlaceOfAMessageStaysEmpty(String text) {
        assertThat(violations(german, new Field(text)))
                .singleElement()
                .asString()
                .startsWith("Erwartet wurde eine ID der Art app (app_…), ")
                .doesNotContain("{", "}");
    }

    /** What a stranger sends is shown, not evaluated: neither as a key, nor as a parameter, nor as an expression. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "${7*7}",
                "#{7*7}",
                "{input}",
                "{value}",
                "{dev.tenantsafety.validation.BlastRadius.message}",
                "\\${7*7}",
                "\\\\${7*7}",
                "\\{input\\}",
                "$\\{7*7}",
                "${validatedValue.getClass().forName('java.lang.Runtime')}",
                "${",
                "{",
                "}",
                "\\",
                "$",
                "{{{{${${"
            })
    void hostileTextIsShownAndNotEvaluated(String text) {
        String sentence = ((ParseResult.Refused<AppId>) AppId.KIND.tryParse(text))
                .refusal()
                .sentence();
        assertThat(violations(english, new Field(text))).containsExactly(sentence);
        assertThat(violations(german, new Field(text)))
                .singleElement()
                .asString()
                .contains(((ParseResult.Refused<AppId>) AppId.KIND.tryParse(text))
                        .refusal()
                        .input());
        assertThat(violations(english, new OwnMessage(text)))
                .containsExactly("No an app ID (app_…), but "
                        + ((ParseResult.Refused<AppId>) AppId.KIND.tryParse(text))
                                .refusal()
                                .input() + "; "
                        + text.length() + " characters");
    }

    @Test
    void aClassWithoutAKindIsAMistakeOfTheProgram() {
        assertThatThrownBy(() -> violations(english, new OfNoKind(APP)))
                .isInstanceOf(ValidationException.class)
                .rootCause()
                .isInstanceOf(IllegalIdKindException.class)
                .hasMessageContaining("has no kind");
    }

    /** No other provider can be started beside Hibernate Validator; this stands for one that refuses to be it. */
    @Test
    void anotherProviderGetsTheEnglishSentenceEscaped() {
        List<String> reported = new ArrayList<>();
        ConstraintValidatorContext other = recording(ConstraintValidatorContext.class, reported);
        Violation.report(other, "{our.key}", "Expected {x} \\ ${y}.", Map.of("x", "1"));
        Violation.report(other, null, "Expected.", Map.of());
        assertThat(reported)
                .containsExactly(
                        "disableDefaultConstraintViolation",
                        "buildConstraintViolationWithTemplate Expected \\{x\\} \\\\ \\$\\{y\\}.",
                        "addConstraintViolation");
    }

    private static <T> T recording(Class<T> type, List<String> reported) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().equals("unwrap")) {
                        throw new ValidationException("not Hibernate Validator");
                    }
                    reported.add(method.getName() + (arguments == null ? "" : " " + arguments[0]));
                    return method.getReturnType().equals(ConstraintViolationBuilder.class)
                            ? recording(ConstraintViolationBuilder.class, reported)
                            : null;
                }));
    }

    private static Properties bundle(String language) throws IOException {
        Properties properties = new Properties();
        try (InputStream in =
                IdTextTest.class.getResourceAsStream("/ContributorValidationMessages" + language + ".properties")) {
            properties.load(in);
        }
        return properties;
    }
}
