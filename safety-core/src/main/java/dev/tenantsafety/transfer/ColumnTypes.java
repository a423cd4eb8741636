package dev.tenantsafety.transfer;

import dev.tenantsafety.ownership.Catalog;
import dev.tenantsafety.ownership.Catalog.Generation;
import dev.tenantsafety.ownership.OwnershipModel;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which columns can hold the values of which, as databases write their types. */
final class ColumnTypes {

    private static final Pattern TYPE = Pattern.compile("([A-Z ]+?)(?:\\((\\d+)(?:, (\\d+))?\\))?( WITH TIME ZONE)?");

    /** More digits of a second than PostgreSQL has. */
    private static final int MOST_DIGITS = 6;

    private static final Set<String> SAME =
            Set.of("BOOLEAN", "SMALLINT", "INTEGER", "BIGINT", "REAL", "DOUBLE PRECISION", "UUID", "DATE");

    private ColumnTypes() {}

    /** Whether values of H2's type can be read. */
    static boolean isReadable(String h2) {
        Matcher type = TYPE.matcher(h2);
        if (!type.matches()) {
            return false;
        }
        return switch (type.group(1)) {
            case "TIME", "TIMESTAMP" -> digits(type) <= MOST_DIGITS;
            case "TINYINT",
                    "FLOAT",
                    "NUMERIC",
                    "DECFLOAT",
                    "CHARACTER",
                    "CHARACTER VARYING",
                    "CHARACTER LARGE OBJECT",
                    "BINARY",
                    "BINARY VARYING",
                    "BINARY LARGE OBJECT",
                    "JSON" -> true;
            default -> SAME.contains(type.group(1));
        };
    }

    /** Columns of H2 whose values cannot be written as text, and read again. */
    static List<String> unreadable(Catalog catalog, String where, OwnershipModel model, Units units) {
        return model.tables(units.kind()).stream()
                .flatMap(table -> catalog.find(table.name()).stream())
                .flatMap(table -> table.columns().stream()
                        .filter(column -> column.generation() != Generation.COMPUTED && !isReadable(column.type()))
                        .map(column -> table.name() + "." + column.name() + " of the " + where + " is "
                                + column.type() + ", of which values are not transferred from " + catalog.dialect()
                                + "."))
                .toList();
    }

    private static int digits(Matcher type) {
        return type.group(2) == null ? 0 : Integer.parseInt(type.group(2));
    }

    /**
     * Whether a live column of PostgreSQL holds all values of another one.
     *
     * @param from a type of PostgreSQL, which has to be the same, or one of H2, which is written in capitals
     */
    static boolean fit(String from, String live) {
        Matcher type = TYPE.matcher(from);
        return from.equals(live) || (type.matches() && isReadable(from) && fits(type, live));
    }

    private static boolean fits(Matcher type, String live) {
        String name = type.group(1);
        return switch (name) {
            case "TINYINT" -> live.equals("smallint");
            case "FLOAT" -> live.equals("double precision");
            case "NUMERIC" ->
                live.equals("numeric")
                        || live.equals(
                                "numeric(" + type.group(2) + "," + (type.group(3) == null ? "0" : type.group(3)) + ")");
            case "DECFLOAT" -> live.equals("numeric");
            case "CHARACTER" -> live.equals("character(" + type.group(2) + ")");
            case "CHARACTER VARYING" ->
                live.equals("text")
                        || live.equals("character varying")
                        || (type.group(2) != null && isAsLong(live, Long.parseLong(type.group(2))));
            case "CHARACTER LARGE OBJECT" -> live.equals("text") || live.equals("character varying");
            case "BINARY", "BINARY VARYING", "BINARY LARGE OBJECT" -> live.equals("bytea");
            case "JSON" -> live.equals("json") || live.equals("jsonb");
            case "TIME", "TIMESTAMP" -> isTime(type, live);
            default -> live.equals(name.toLowerCase(Locale.ROOT));
        };
    }

    private static boolean isAsLong(String live, long length) {
        String prefix = "character varying(";
        return live.startsWith(prefix) && Long.parseLong(live.substring(prefix.length(), live.length() - 1)) >= length;
    }

    private static boolean isTime(Matcher type, String live) {
        String name = type.group(1).toLowerCase(Locale.ROOT);
        String zone = type.group(4) == null ? " without time zone" : " with time zone";
        return live.equals(name + zone) || live.equals(name + "(" + digits(type) + ")" + zone);
    }
}
