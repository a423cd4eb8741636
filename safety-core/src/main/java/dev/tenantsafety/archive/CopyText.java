package dev.tenantsafety.archive;

import java.util.HexFormat;

/**
 * Checks that bytes are rows of COPY text in the one form in which PostgreSQL writes them (PostgreSQL documentation, "COPY", text format),
 * so that no two readers see two things in them: PostgreSQL itself also takes a carriage return as the end of a line, {@code \.} as the end
 * of all rows, and a line feed after a backslash as part of a value. Bytes come in pieces; the first fault is kept.
 */
final class CopyText {

    /** What follows a backslash; {@code \N} apart, which is a whole field. */
    private static final String ESCAPED = "\\bfnrtv";

    /** Bytes that are written with a backslash, and so never stand alone: BS, VT, FF, CR. */
    private static final String ALWAYS_ESCAPED = "\b\u000b\f\r";

    private static final int LOWEST_CONTINUATION = 0x80;
    private static final int HIGHEST_CONTINUATION = 0xbf;

    private long row = 1;
    private int field = 1;
    private int fields;
    private boolean isAtStart = true;
    private boolean isNull;
    private boolean isEscape;
    private int continuations;
    private int lowest;
    private int highest;
    private String problem = "";

    void take(byte[] bytes, int length) {
        for (int i = 0; i < length && problem.isEmpty(); i++) {
            take(bytes[i] & 0xff);
        }
    }

    private void take(int one) {
        if (isEscape) {
            escaped(one);
        } else if (continuations > 0) {
            continued(one);
        } else if (one == '\n') {
            endRow();
        } else if (one == '\t') {
            field++;
            isAtStart = true;
            isNull = false;
        } else if (isNull) {
            wrong("has more in a field than the \\N of a null");
        } else if (one == '\\') {
            isEscape = true;
        } else if (one >= LOWEST_CONTINUATION) {
            isAtStart = false;
            first(one);
        } else if (one < ' ' && ALWAYS_ESCAPED.indexOf(one) >= 0) {
            wrong("has the byte " + HexFormat.of().toHexDigits((byte) one)
                    + ", which is always written with a backslash");
        } else {
            isAtStart = false;
        }
    }

    private void escaped(int one) {
        isEscape = false;
        if (one == 'N' && isAtStart) {
            isNull = true;
        } else if (one == '.') {
            wrong("has the mark \\. that ends COPY text");
        } else if (ESCAPED.indexOf(one) < 0) {
            wrong(one == '\n' ? "ends with a backslash" : "has a backslash before a byte that needs none");
        }
        isAtStart = false;
    }

    /** The first byte of a character that has more (RFC 3629, section 4). */
    private void first(int one) {
        lowest = LOWEST_CONTINUATION;
        highest = HIGHEST_CONTINUATION;
        if (one >= 0xc2 && one <= 0xdf) {
            continuations = 1;
        } else if (one >= 0xe0 && one <= 0xef) {
            continuations = 2;
            lowest = one == 0xe0 ? 0xa0 : lowest;
            highest = one == 0xed ? 0x9f : highest;
        } else if (one >= 0xf0 && one <= 0xf4) {
            continuations = 3;
            lowest = one == 0xf0 ? 0x90 : lowest;
            highest = one == 0xf4 ? 0x8f : highest;
        } else {
            wrong("has bytes that are no UTF-8");
        }
    }

    private void continued(int one) {
        if (one < lowest || one > highest) {
            wrong("has bytes that are no UTF-8");
        }
        continuations--;
        lowest = LOWEST_CONTINUATION;
        highest = HIGHEST_CONTINUATION;
    }

    private void endRow() {
        if (fields == 0) {
            fields = field;
        } else if (field != fields) {
            wrong("has " + field + " fields, and the rows before it have " + fields);
        }
        row++;
        field = 1;
        isAtStart = true;
        isNull = false;
    }

    private void wrong(String what) {
        problem = "its row " + row + " " + what;
    }

    /** The first fault; empty if there is none so far. */
    String problem() {
        return problem;
    }

    /** How many fields each row has; 0 before the first row has ended. */
    int fields() {
        return fields;
    }
}
