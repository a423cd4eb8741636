package dev.tenantsafety.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each clause of the TypeID specification 0.3, with values of our own that were worked out by hand. */
class TypeIdTextTest {

    private static final String LOWEST = "00000000000000000000000000";

    /** Each group of five bits at its place: a single bit moves through all of them. */
    @ParameterizedTest
    @CsvSource({
        "00000000-0000-0000-0000-000000000000, 00000000000000000000000000",
        "00000000-0000-0000-0000-000000000002, 00000000000000000000000002",
        "00000000-0000-0000-0000-00000000001f, 0000000000000000000000000z",
        "00000000-0000-0000-0000-000000000020, 00000000000000000000000010",
        "00000000-0000-0000-1000-000000000000, 00000000000001000000000000",
        "00000000-0000-0000-8000-000000000000, 00000000000008000000000000",
        "00000000-0000-0001-0000-000000000000, 0000000000000g000000000000",
        "00000000-0000-0002-0000-000000000000, 00000000000010000000000000",
        "20000000-0000-0000-0000-000000000000, 10000000000000000000000000",
        "80000000-0000-0000-0000-000000000000, 40000000000000000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff, 7zzzzzzzzzzzzzzzzzzzzzzzzz",
        "0110c853-1d09-52d8-d73e-1194e95b5f06, 0123456789abcdefghjkmnpqr6",
    })
    void theUuidIsWrittenFromTheHighestBitInGroupsOfFive(UUID uuid, String text) {
        assertThat(new TypeIdText("", uuid)).hasToString(text);
        assertThat(TypeIdText.parse(text)).isEqualTo(new TypeIdText("", uuid));
        assertThat(TypeIdText.parse("some_" + text)).isEqualTo(new TypeIdText("some", uuid));
    }

    @Test
    void theAlphabetIsThatOfTheSpecification() {
        StringBuilder read = new StringBuilder();
        for (int value = 0; value < 32; value++) {
            String text = new TypeIdText("", new UUID(0, value)).toString();
            read.append(text.charAt(25));
        }
        assertThat(read).hasToString("0123456789abcdefghjkmnpqrstvwxyz");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "user",
                "pre_fix",
                "two__underscores",
                "abcdefghijklmnopqrstuvwxyz",
                "sixty_three_characters_are_the_most_that_a_prefix_may_have_here"
            })
    void prefixesOfLettersAndInnerUnderscoresAreAccepted(String prefix) {
        assertThat(TypeIdText.parse(prefix + "_" + LOWEST).prefix()).isEqualTo(prefix);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "_user",
                "user_",
                "_",
                "User",
                "us3r",
                "us-r",
                "us.r",
                "us r",
                " user",
                "usér",
                "uѕer",
                "sixty_four_characters_are_more_than_a_prefix_may_have_in_an_id_x"
            })
    void otherPrefixesAreRefused(String prefix) {
        assertThatThrownBy(() -> TypeIdText.parse(prefix + "_" + LOWEST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("The prefix .* is none: 1 to 63 characters a to z and underscore.*|"
                        + "Expected a TypeID .*begins with the underscore.*");
        assertThatThrownBy(() -> new TypeIdText(prefix, new UUID(0, 0))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "_",
                "user",
                "user_",
                "_00000000000000000000000000",
                "user_0000000000000000000000000",
                "user_000000000000000000000000000",
                "user_0000000000000 00000000000",
                "user_0123456789abcdefghjkmnpqRs",
                "user_0000000000-0000000000-0000",
                "user_0000000000000000000000000i",
                "user_0000000000000000000000000l",
                "user_0000000000000000000000000o",
                "user_0000000000000000000000000u",
                "user_0000000000000000000000000\u0130",
                "user_000000000000000000000000\u0661\u0662",
                "user_80000000000000000000000000",
                "user_8zzzzzzzzzzzzzzzzzzzzzzzzz",
                "user_g0000000000000000000000000",
                "user_zzzzzzzzzzzzzzzzzzzzzzzzzz"
            })
    void otherTextsAreRefused(String text) {
        assertThatThrownBy(() -> TypeIdText.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("TypeID");
    }

    @Test
    void uuidsOfAllVersionsAreEncoded() {
        for (int version = 0; version < 16; version++) {
            UUID uuid = new UUID(0x1234_5678_9abc_0defL | ((long) version << 12), 0xa000_0000_0000_0001L);
            assertThat(TypeIdText.parse(new TypeIdText("any", uuid).toString()).uuid())
                    .isEqualTo(uuid);
        }
    }
}
