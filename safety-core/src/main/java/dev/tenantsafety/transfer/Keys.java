package dev.tenantsafety.transfer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Fields of rows of COPY text, in which a tab or a line feed within a value is escaped. */
final class Keys {

    private Keys() {}

    /** Some fields of the first row, as they stand there, with tabs between them. */
    static String first(byte[] text, int[] fields) {
        return of(text, 0, fields);
    }

    /** The same of the last row. */
    static String last(byte[] text, int[] fields) {
        int start = text.length - 1;
        while (start > 0 && text[start - 1] != '\n') {
            start--;
        }
        return of(text, start, fields);
    }

    private static String of(byte[] text, int row, int[] fields) {
        List<String> found = new ArrayList<>();
        for (int field : fields) {
            int start = row;
            for (int i = 0; i < field; i++) {
                start = fieldEnd(text, start) + 1;
            }
            found.add(new String(text, start, fieldEnd(text, start) - start, StandardCharsets.UTF_8));
        }
        return String.join("\t", found);
    }

    /** Where the field that starts here is over: at a tab or a line feed. */
    static int fieldEnd(byte[] text, int start) {
        int end = start;
        while (text[end] != '\t' && text[end] != '\n') {
            end++;
        }
        return end;
    }

    /** Whether the text begins with this, and has so many bytes of it. */
    static boolean equals(byte[] text, int length, String ascii) {
        if (ascii.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text[i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
