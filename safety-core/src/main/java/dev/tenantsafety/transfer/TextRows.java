package dev.tenantsafety.transfer;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Rows of a query by plain JDBC, as COPY would write them (PostgreSQL documentation, "COPY", text format). */
final class TextRows {

    private static final int FETCHED = 1000;

    private final ResultSet rows;
    private final int[] types;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();

    private TextRows(ResultSet rows, int count) throws SQLException {
        this.rows = rows;
        ResultSetMetaData columns = rows.getMetaData();
        types = new int[count];
        for (int i = 0; i < types.length; i++) {
            // H2 calls its UUIDs binary
            types[i] = columns.getColumnTypeName(i + 1).equals("UUID") ? Types.OTHER : columns.getColumnType(i + 1);
        }
    }

    /** Takes a row, with its line feed. */
    @FunctionalInterface
    interface Sink<X extends Exception> {
        void take(byte[] row) throws SQLException, X;
    }

    /** Values have to be of types that {@link ColumnTypes} knows. */
    static <X extends Exception> void read(Connection connection, String select, Sink<X> sink) throws SQLException, X {
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCHED);
            try (ResultSet result = statement.executeQuery(select)) {
                TextRows rows = new TextRows(result, result.getMetaData().getColumnCount());
                while (result.next()) {
                    sink.take((rows.row() + "\n").getBytes(StandardCharsets.UTF_8));
                }
            }
        }
    }

    /** The first columns of the current row, without a line feed. */
    static String text(ResultSet row, int columns) throws SQLException {
        return new TextRows(row, columns).row();
    }

    private String row() throws SQLException {
        text.reset();
        for (int i = 0; i < types.length; i++) {
            if (i > 0) {
                text.write('\t');
            }
            Object value = value(i + 1, types[i]);
            if (value == null) {
                text.write('\\');
                text.write('N');
            } else {
                escape(text(value));
            }
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    private void escape(String value) {
        for (byte one : value.getBytes(StandardCharsets.UTF_8)) {
            switch (one) {
                case '\\' -> write('\\', '\\');
                case '\t' -> write('\\', 't');
                case '\n' -> write('\\', 'n');
                case '\r' -> write('\\', 'r');
                case '\b' -> write('\\', 'b');
                case '\f' -> write('\\', 'f');
                case 0x0b -> write('\\', 'v');
                default -> text.write(one);
            }
        }
    }

    private void write(char first, char second) {
        text.write(first);
        text.write(second);
    }

    private @Nullable Object value(int column, int type) throws SQLException {
        return switch (type) {
            case Types.BOOLEAN, Types.BIT -> rows.getObject(column, Boolean.class);
            case Types.NUMERIC, Types.DECIMAL -> rows.getBigDecimal(column);
            case Types.DATE -> rows.getObject(column, LocalDate.class);
            case Types.TIME -> rows.getObject(column, LocalTime.class);
            case Types.TIME_WITH_TIMEZONE -> rows.getObject(column, OffsetTime.class);
            case Types.TIMESTAMP -> rows.getObject(column, LocalDateTime.class);
            case Types.TIMESTAMP_WITH_TIMEZONE -> rows.getObject(column, OffsetDateTime.class);
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> rows.getBytes(column);
            default -> rows.getString(column);
        };
    }

    private static String text(Object value) {
        if (value instanceof Boolean truth) {
            return truth ? "t" : "f";
        }
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        if (value instanceof byte[] bytes) {
            return "\\x" + HexFormat.of().formatHex(bytes);
        }
        if (value instanceof LocalDate date) {
            return TextDates.text(date, "");
        }
        if (value instanceof LocalDateTime time) {
            return TextDates.text(time.toLocalDate(), " " + time.toLocalTime());
        }
        if (value instanceof OffsetDateTime time) {
            return timestamp(time.withOffsetSameInstant(ZoneOffset.UTC));
        }
        return value.toString();
    }

    private static String timestamp(OffsetDateTime value) {
        return TextDates.text(value.toLocalDate(), " " + value.toLocalTime() + "+00");
    }
}
