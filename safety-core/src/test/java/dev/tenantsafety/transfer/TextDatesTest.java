package dev.tenantsafety.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextDatesTest {

    @ParameterizedTest
    @CsvSource({
        "2024-02-29, 2024-02-29",
        "0001-01-01, 0001-01-01",
        "0000-12-31, 0001-12-31 BC",
        "-0004-02-29, 0005-02-29 BC", // a leap year by its number from the first, not by the one that is written
        "-4712-01-01, 4713-01-01 BC",
        "+12345-06-07, 12345-06-07",
    })
    void areAsPostgresqlWritesThemInEveryLanguage(String iso, String text) {
        LocalDate date = LocalDate.parse(iso);
        Locale before = Locale.getDefault();
        for (String locale : new String[] {"en", "th-TH-u-ca-buddhist-nu-thai", "ar-EG-u-nu-arab"}) {
            Locale.setDefault(Locale.forLanguageTag(locale));
            try {
                assertThat(TextDates.text(date, "")).isEqualTo(text);
                assertThat(TextDates.date(text)).isEqualTo(date);
            } finally {
                Locale.setDefault(before);
            }
        }
    }
}
