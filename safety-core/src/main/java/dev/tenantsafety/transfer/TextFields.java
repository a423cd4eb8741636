package dev.tenantsafety.transfer;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows of COPY text, and what their fields are as values of JDBC: the way back from {@link TextRows}. */
final class TextFields {

    private TextFields() {}

    /**
     * A row.
     *
     * @param text as it stands in the chunk, without its line feed
     * @param fields its values; null for null
     */
    record Row(String text, List<@Nullable String> fields) {}

    /** Describes rows that the live database cannot take; an archive of another writer may hold such, though its seal is right. */
    static TransferRefusedException unreadable(String what, Exception cause) {
        TransferRefusedException refusal = new TransferRefusedException(
                "The restore stops", List.of(what + ". Restore from another source, or export it again."));
        refusal.initCause(cause);
        return refusal;
    }

    /** The rows of a chunk. */
    static List<Row> rows(byte[] chunk) {
        List<Row> rows = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < chunk.length; i++) {
            if (chunk[i] == '\n') {
                rows.add(row(new String(chunk, start, i - start, StandardCharsets.UTF_8)));
                start = i + 1;
            }
        }
        return rows;
    }

    /** One row, without its line feed. */
    static Row row(String text) {
        List<@Nullable String> fields = new ArrayList<>();
        int start = 0;
        for (int end = text.indexOf('\t'); end >= 0; end = text.indexOf('\t', start)) {
            fields.add(field(text.substring(start, end)));
            start = end + 1;
        }
        fields.add(field(text.substring(start)));
        return new Row(text, Collections.unmodifiableList(fields));
    }

    private static @Nullable String field(String text) {
        if (text.equals("\\N")) {
            return null;
        }
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char one = text.charAt(i);
            plain.append(one == '\\' ? escaped(text.charAt(++i)) : one);
        }
        return plain.toString();
    }

    private static char escaped(char letter) {
        return switch (letter) {
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'v' -> '\u000b';
            default -> letter;
        };
    }

    /** For {@link java.sql.PreparedStatement#setObject(int, Object)}, into a column of this type of H2. */
    static @Nullable Object value(@Nullable String field, String type) {
        if (field == null) {
            return null;
        }
        if (type.startsWith("TIMESTAMP")) {
            return type.endsWith("WITH TIME ZONE") ? instant(field) : timestamp(field);
        }
        if (type.startsWith("TIME")) {
            return type.endsWith("WITH TIME ZONE") ? OffsetTime.parse(field) : LocalTime.parse(field);
        }
        if (type.startsWith("BINARY")) {
            return HexFormat.of().parseHex(field.substring(2));
        }
        if (type.startsWith("NUMERIC") || type.startsWith("DECFLOAT")) {
            return new BigDecimal(field);
        }
        return switch (type) {
            case "BOOLEAN" -> truth(field);
            case "TINYINT", "SMALLINT", "INTEGER", "BIGINT" -> Long.valueOf(field);
            case "REAL", "DOUBLE PRECISION" -> Double.valueOf(field);
            case "UUID" -> UUID.fromString(field);
            case "DATE" -> TextDates.date(field);
            default -> field;
        };
    }

    private static boolean truth(String text) {
        if (!text.equals("t") && !text.equals("f")) {
            throw new IllegalArgumentException(text);
        }
        return text.equals("t");
    }

    private static LocalDateTime timestamp(String text) {
        int space = text.indexOf(' ');
        String before = text.endsWith(TextDates.BEFORE) ? TextDates.BEFORE : "";
        LocalTime time = LocalTime.parse(text.substring(space + 1, text.length() - before.length()));
        return TextDates.date(text.substring(0, space) + before).atTime(time);
    }

    private static OffsetDateTime instant(String text) {
        return timestamp(text.replace("+00", "")).atOffset(ZoneOffset.UTC);
    }
}
