package dev.tenantsafety.id;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a list entry by entry: whole lines, or the fields of CSV records (RFC 4180, any separator). Blank lines and comments
 * are passed over; a byte order mark, and all three sorts of line ends, are accepted.
 *
 * <p>Keeps one record, of it only the fields asked for, and of each only the start: memory does not depend on the input.
 */
final class EntryScanner {

    /** No separator: a line is one entry. */
    static final char NONE = '\0';

    /** For {@link #next}: keep all fields. */
    static final int ALL = -1;

    /** Fields past this number are counted and not kept. */
    static final int KEPT_FIELDS = 1024;

    private static final int KEPT_CHARACTERS = 1024;
    private static final char BYTE_ORDER_MARK = '\ufeff';
    private static final int END = -1;

    private final Reader reader;
    private final char separator;
    private final char[] buffer = new char[1 << 15];
    private int position;
    private int limit;
    private boolean pushedBack;
    private int last = END;
    private long nextLine = 1;

    private final List<Field> fields = new ArrayList<>();
    private int fieldCount;
    private Field current = new Field();
    private int wanted = ALL;
    private long line;
    private boolean blank;
    private @Nullable String problem;
    /** A text in a CSV column may begin with # too: there, comments end where the records begin. */
    private boolean mayComment = true;

    EntryScanner(Reader reader, char separator) {
        this.reader = reader;
        this.separator = separator;
    }

    /** Moves to the next entry; false at the end. */
    boolean next(int wantedField) throws IOException {
        wanted = wantedField;
        while (true) {
            line = nextLine;
            int c = read();
            if (c == BYTE_ORDER_MARK && line == 1) {
                c = read();
            }
            if (c == END) {
                return false;
            }
            if (c == '#' && mayComment) {
                skipLine();
                continue;
            }
            scan(c);
            mayComment = mayComment && (separator == NONE || blank);
            if (!blank) {
                return true;
            }
        }
    }

    /** The line on which the entry begins, from 1. */
    long line() {
        return line;
    }

    int fieldCount() {
        return fieldCount;
    }

    /** The start of a field that was asked for and is there. */
    String field(int index) {
        return fields.get(index).start.toString();
    }

    /** The length of a field that was asked for and is there, all of it. */
    long length(int index) {
        return fields.get(index).length;
    }

    boolean isWhole(int index) {
        return fields.get(index).length <= KEPT_CHARACTERS;
    }

    /** What is wrong with the quotes of the record, or null. */
    @Nullable
    String problem() {
        return problem;
    }

    private void skipLine() throws IOException {
        int c = read();
        while (c != END && c != '\n') {
            c = read();
        }
    }

    private void scan(int first) throws IOException {
        fieldCount = 0;
        blank = true;
        problem = null;
        int c = first;
        boolean more = true;
        while (more) {
            beginField();
            c = c == '"' && separator != NONE ? quoted() : c;
            c = unquoted(c);
            more = c == separator && separator != NONE;
            if (more) {
                blank = false;
                c = read();
            }
        }
    }

    private void beginField() {
        if (fieldCount < KEPT_FIELDS) {
            if (fieldCount == fields.size()) {
                fields.add(new Field());
            }
            current = fields.get(fieldCount);
            current.clear();
        }
        fieldCount++;
    }

    /** Reads on from behind the opening quote; gives the character behind the closing one. */
    private int quoted() throws IOException {
        blank = false;
        while (true) {
            int c = read();
            if (c == '"') {
                c = read();
                if (c != '"') {
                    return afterQuote(c);
                }
            } else if (c == END) {
                problem = "A quote opens in this record and is never closed.";
                return END;
            }
            keep((char) c);
        }
    }

    private int afterQuote(int c) {
        if (c != END && c != '\n' && c != separator) {
            problem = "Text follows a closing quote in this record, so its columns cannot be told.";
        }
        return c;
    }

    /** Reads on from this character; gives the one that ends the field. */
    private int unquoted(int first) throws IOException {
        int c = first;
        while (c != END && c != '\n' && (c != separator || separator == NONE)) {
            keep((char) c);
            keepRun();
            c = read();
        }
        return c;
    }

    /** Keeps what follows in the buffer and ends neither field nor line: as a whole, for most characters are like that. */
    private void keepRun() {
        int end = position;
        while (end < limit && buffer[end] != '\n' && buffer[end] != '\r' && buffer[end] != separator) {
            blank = blank && Blanks.isBlank(buffer[end]);
            end++;
        }
        if (isWanted()) {
            current.append(buffer, position, end - position);
        }
        position = end;
    }

    private void keep(char c) {
        blank = blank && Blanks.isBlank(c);
        if (isWanted()) {
            current.append(c);
        }
    }

    private boolean isWanted() {
        return fieldCount <= KEPT_FIELDS && (wanted == ALL || wanted == fieldCount - 1);
    }

    /** The next character; line ends of all sorts are a line feed. */
    private int read() throws IOException {
        int c = readRaw();
        if (c == '\r') {
            pushedBack = readRaw() != '\n';
            c = '\n';
        }
        if (c == '\n') {
            nextLine++;
        }
        return c;
    }

    private int readRaw() throws IOException {
        if (pushedBack) {
            pushedBack = false;
            return last;
        }
        if (position == limit) {
            fill();
            if (limit == 0) {
                last = END;
                return END;
            }
        }
        last = buffer[position++];
        return last;
    }

    /** A reader that gives nothing is asked again: only its end is the end of the list. */
    private void fill() throws IOException {
        position = 0;
        do {
            limit = reader.read(buffer);
        } while (limit == 0);
        limit = Math.max(0, limit);
    }

    private static final class Field {

        private final StringBuilder start = new StringBuilder();
        private long length;

        void clear() {
            start.setLength(0);
            length = 0;
        }

        void append(char c) {
            if (length++ < KEPT_CHARACTERS) {
                start.append(c);
            }
        }

        void append(char[] characters, int from, int count) {
            int room = (int) Math.max(0, KEPT_CHARACTERS - length);
            start.append(characters, from, Math.min(room, count));
            length += count;
        }
    }
}
