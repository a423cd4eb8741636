package dev.tenantsafety.transfer;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.SignStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;

/**
 * Dates as PostgreSQL writes them (PostgreSQL documentation, "Date/Time Types"): years before the first are counted backward from it, and
 * said to be. No words of a locale are in them: what an era is called differs from one JDK to the next.
 */
final class TextDates {

    /** Stands at the end, after the time. */
    static final String BEFORE = " BC";

    private static final int BEFORE_CHRIST = 0;
    private static final DateTimeFormatter DATE = format().toFormatter(Locale.ROOT);
    private static final DateTimeFormatter DATE_BEFORE =
            format().parseDefaulting(ChronoField.ERA, BEFORE_CHRIST).toFormatter(Locale.ROOT);

    private TextDates() {}

    private static DateTimeFormatterBuilder format() {
        return new DateTimeFormatterBuilder()
                .appendValue(ChronoField.YEAR_OF_ERA, 4, 9, SignStyle.NEVER)
                .appendLiteral('-')
                .appendValue(ChronoField.MONTH_OF_YEAR, 2)
                .appendLiteral('-')
                .appendValue(ChronoField.DAY_OF_MONTH, 2);
    }

    /** With what follows the date, for example a time. */
    static String text(LocalDate date, String time) {
        return DATE.format(date) + time + (date.getYear() > 0 ? "" : BEFORE);
    }

    /** Without a time. */
    static LocalDate date(String text) {
        return text.endsWith(BEFORE)
                ? LocalDate.parse(text.substring(0, text.length() - BEFORE.length()), DATE_BEFORE)
                : LocalDate.parse(text, DATE);
    }
}
