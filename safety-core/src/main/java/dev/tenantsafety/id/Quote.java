package dev.tenantsafety.id;

import java.util.Locale;

/** Shows input in a message: short, on one line, and so that each character can be told. */
final class Quote {

    /** The longest ID there is, a prefix of 63, an underscore and 26 characters, is shown whole. */
    private static final int SHOWN_WHOLE = 100;

    private static final int SHOWN_OF_START = 40;
    private static final int SHOWN_OF_END = 10;

    private Quote() {}

    /** The text as it is if it could be part of an ID or UUID, else in quotes, with what is not printable escaped. */
    static String of(String text) {
        if (text.length() > SHOWN_WHOLE) {
            return quoted(text.substring(0, SHOWN_OF_START)) + "…"
                    + quoted(text.substring(text.length() - SHOWN_OF_END));
        }
        return isPlain(text) ? text : quoted(text);
    }

    private static boolean isPlain(String text) {
        return !text.isEmpty() && text.chars().allMatch(Quote::isPlain);
    }

    private static boolean isPlain(int c) {
        boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return isLetter || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }

    private static String quoted(String text) {
        StringBuilder shown = new StringBuilder("\"");
        text.chars().forEach(c -> shown.append(character((char) c)));
        return shown.append('"').toString();
    }

    private static String character(char c) {
        return switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            default -> c >= ' ' && c <= '~' ? String.valueOf(c) : String.format(Locale.ROOT, "\\u%04x", (int) c);
        };
    }

    /** A code point by number and name, for example "U+0430 CYRILLIC SMALL LETTER A", or 'x' if it is printable ASCII. */
    static String codePoint(int codePoint) {
        if (codePoint > ' ' && codePoint <= '~') {
            return "'" + Character.toString(codePoint) + "'";
        }
        String name = Character.getName(codePoint);
        return String.format(Locale.ROOT, "U+%04X", codePoint) + (name == null ? "" : " " + name);
    }
}
