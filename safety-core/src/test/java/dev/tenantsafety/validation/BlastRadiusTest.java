package dev.tenantsafety.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.AppId;
import dev.tenantsafety.id.IdList;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validation;
import jakarta.validation.ValidationException;
import jakarta.validation.ValidatorFactory;
import java.io.IOException;
import java.io.StringReader;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.validator.HibernateValidator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BlastRadiusTest {

    private static final String MESSAGE =
            "Has 3 targets, more than the 2 that one call may have. Look at the list again,"
                    + " then split it or have a larger number approved.";

    record OfCollection(@BlastRadius(max = 2) Collection<String> targets) {}

    record OfSet(@BlastRadius(max = 2) Set<Integer> targets) {}

    record OfMap(@BlastRadius(max = 2) Map<Integer, String> targets) {}

    record OfIds(@BlastRadius(max = 2) IdList<AppId> targets) {}

    @SuppressWarnings("ArrayRecordComponent")
    record OfObjects(@BlastRadius(max = 2) AppId[] targets) {}

    @SuppressWarnings("ArrayRecordComponent")
    record OfBytes(@BlastRadius(max = 2) byte[] targets) {}

    @SuppressWarnings("ArrayRecordComponent")
    record OfShorts(@BlastRadius(max = 2) short[] targets) {}

    @SuppressWarnings("ArrayRecordComponent")
    record OfInts(@BlastRadius(max = 2) int[] targets) {}

    @SuppressWarnings("ArrayRecordComponent")
    record OfLongs(@BlastRadius(max = 2) long[] targets) {}

    @SuppressWarnings("ArrayRecordComponent")
    record OfChars(@BlastRadius(max = 2) char[] targets) {}

    @SuppressWarnings("ArrayRecordComponent")
    record OfFloats(@BlastRadius(max = 2) float[] targets) {}

    @SuppressWarnings("ArrayRecordComponent")
    record OfDoubles(@BlastRadius(max = 2) double[] targets) {}

    @SuppressWarnings("ArrayRecordComponent")
    record OfBooleans(@BlastRadius(max = 2) boolean[] targets) {}

    record OwnMessage(
            @BlastRadius(max = 2, message = "{count} of {max}")
            List<String> targets) {}

    record Negative(@BlastRadius(max = -1) List<String> targets) {}

    record Nothing(@BlastRadius(max = 0) List<String> targets) {}

    static Stream<Object> tooMany() throws IOException {
        return Stream.of(
                new OfCollection(List.of("a", "b", "c")),
                new OfSet(Set.of(1, 2, 3)),
                new OfMap(Map.of(1, "a", 2, "b", 3, "c")),
                new OfIds(ids(3)),
                new OfObjects(new AppId[3]),
                new OfBytes(new byte[3]),
                new OfShorts(new short[3]),
                new OfInts(new int[3]),
                new OfLongs(new long[3]),
                new OfChars(new char[3]),
                new OfFloats(new float[3]),
                new OfDoubles(new double[3]),
                new OfBooleans(new boolean[3]));
    }

    static Stream<Object> few() throws IOException {
        return Stream.of(
                new OfCollection(List.of("a", "b")),
                new OfCollection(List.of()),
                new OfCollection(null),
                new OfSet(Set.of(1, 2)),
                new OfMap(Map.of(1, "a", 2, "b")),
                new OfMap(null),
                new OfIds(ids(2)),
                new OfObjects(new AppId[2]),
                new OfBytes(new byte[2]),
                new OfShorts(new short[2]),
                new OfInts(new int[2]),
                new OfLongs(new long[2]),
                new OfChars(new char[2]),
                new OfFloats(new float[2]),
                new OfDoubles(new double[2]),
                new OfBooleans(new boolean[2]),
                new Nothing(List.of()));
    }

    private static IdList<AppId> ids(int count) throws IOException {
        return IdList.of(AppId.KIND)
                .read(new StringReader(Stream.generate(() -> AppId.create().toString())
                        .limit(count)
                        .collect(Collectors.joining("\n"))));
    }

    private static List<String> violations(Locale locale, Object bean) {
        try (ValidatorFactory factory = Validation.byProvider(HibernateValidator.class)
                .configure()
                .defaultLocale(locale)
                .buildValidatorFactory()) {
            return factory.getValidator().validate(bean).stream()
                    .map(ConstraintViolation::getMessage)
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource
    void tooMany(Object bean) {
        assertThat(violations(Locale.ENGLISH, bean)).containsExactly(MESSAGE);
    }

    @ParameterizedTest
    @MethodSource
    void few(Object bean) {
        assertThat(violations(Locale.ENGLISH, bean)).isEmpty();
    }

    @Test
    void theMessageComesInTheLanguageOfTheReader() {
        assertThat(violations(Locale.GERMAN, new OfCollection(List.of("a", "b", "c"))))
                .containsExactly(
                        "3 Ziele, mehr als die 2, die ein Aufruf haben darf. Sehen Sie die Liste noch einmal an,"
                                + " dann teilen Sie sie oder lassen Sie eine gr\u00f6\u00dfere Zahl freigeben.");
    }

    @Test
    void aMessageOfOnesOwnMaySayHowManyThereWere() {
        assertThat(violations(Locale.ENGLISH, new OwnMessage(List.of("a", "b", "c"))))
                .containsExactly("3 of 2");
    }

    @Test
    void aNegativeMaximumIsAMistakeOfTheProgram() {
        assertThatThrownBy(() -> violations(Locale.ENGLISH, new Negative(List.of())))
                .isInstanceOf(ValidationException.class)
                .rootCause()
                .hasMessage("@BlastRadius(max = -1) allows less than nothing. Let it be 0 or more.");
    }
}
