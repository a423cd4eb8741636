package dev.tenantsafety.archive;

import java.util.Locale;

/** Shows text from an archive in a message: short and on one line, whatever a stranger wrote into it. */
final class Shown {

    private static final int LONGEST = 100;

    private Shown() {}

    static String of(String text) {
        StringBuilder shown = new StringBuilder("\"");
        text.codePoints().limit(LONGEST).forEach(c -> append(shown, c));
        return shown.append(text.length() > LONGEST ? "…\"" : "\"").toString();
    }

    private static void append(StringBuilder shown, int c) {
        int type = Character.getType(c);
        boolean isPlain = c == ' '
                || (!Character.isISOControl(c)
                        && !Character.isWhitespace(c)
                        && type != Character.FORMAT
                        && type != Character.SURROGATE
                        && c != '"');
        if (isPlain) {
            shown.appendCodePoint(c);
        } else {
            shown.append(String.format(Locale.ROOT, "\\u%04x", c));
        }
    }
}
