package dev.tenantsafety.id;

/** What people cannot see around an ID: white space of all sorts, line ends, and characters of no width. */
final class Blanks {

    private static final String OF_NO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff";

    private Blanks() {}

    static boolean isBlank(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || OF_NO_WIDTH.indexOf(c) >= 0;
    }

    static String strip(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }
}
