package dev.tenantsafety.id;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads lists of IDs of one kind: all of a list or nothing. If any entry is something else, a duplicate, or unreadable,
 * no ID is returned and one report says what is in the list.
 *
 * <p>An entry is a line, or a field of one CSV column (RFC 4180: quotes, doubled quotes and line ends within quotes).
 * Blank lines are passed over, and so are lines that begin with {@code #}; in CSV only those before the first record, for
 * later ones may be data. A byte order mark is accepted, and so are line ends of
 * all sorts. Nothing else is forgiven: an ID with blanks around it is a bad line.
 *
 * <p>Unchangeable: each method that sets something returns another reader. Safe for use by many threads. Reads in a
 * stream; memory grows with the IDs it returns, not with what it refuses.
 *
 * @param <T> the ID
 */
public final class IdListReader<T extends TypedId<T>> {

    private static final int DEFAULT_LIMIT = 20;

    private final IdKind<T> kind;
    private final Column column;
    private final char separator;
    private final OptionalLong expected;
    private final boolean isDroppingDuplicates;
    private final int limit;

    private IdListReader(
            IdKind<T> kind,
            Column column,
            char separator,
            OptionalLong expected,
            boolean isDroppingDuplicates,
            int limit) {
        this.kind = kind;
        this.column = column;
        this.separator = separator;
        this.expected = expected;
        this.isDroppingDuplicates = isDroppingDuplicates;
        this.limit = limit;
    }

    static <T extends TypedId<T>> IdListReader<T> of(IdKind<T> kind) {
        return new IdListReader<>(kind, Column.WHOLE_LINE, ',', OptionalLong.empty(), false, DEFAULT_LIMIT);
    }

    /**
     * Reads the CSV column of this name; the first entry is the header.
     *
     * @param name the name, exactly as in the header
     * @return another reader
     */
    public IdListReader<T> column(String name) {
        Objects.requireNonNull(name, "name of the column");
        return new IdListReader<>(kind, new Column(name, 0), separator, expected, isDroppingDuplicates, limit);
    }

    /**
     * Reads the CSV column of this number; there is no header.
     *
     * @param number the number, from 1
     * @return another reader
     * @throws IllegalArgumentException if the number is less than 1 or more than 1024
     */
    public IdListReader<T> column(int number) {
        if (number < 1 || number > EntryScanner.KEPT_FIELDS) {
            throw new IllegalArgumentException("Columns are counted from 1 to " + EntryScanner.KEPT_FIELDS
                    + "; there is no column " + number + ".");
        }
        return new IdListReader<>(kind, new Column(null, number), separator, expected, isDroppingDuplicates, limit);
    }

    /**
     * Separates CSV columns by this character instead of a comma.
     *
     * @param newSeparator for example a semicolon or a tab; not a quote and not a line end
     * @return another reader
     * @throws IllegalArgumentException if the character cannot separate columns
     */
    public IdListReader<T> separator(char newSeparator) {
        if (newSeparator == '"' || newSeparator == '\n' || newSeparator == '\r' || newSeparator == EntryScanner.NONE) {
            throw new IllegalArgumentException(
                    "Columns cannot be separated by " + Quote.codePoint(newSeparator) + ". Use a comma or the like.");
        }
        return new IdListReader<>(kind, column, newSeparator, expected, isDroppingDuplicates, limit);
    }

    /**
     * Refuses lists of any other length. Who knows how many it should be says so.
     *
     * @param count how many IDs the list must hold, duplicates that are dropped not counted; 0 allows an empty list, which is refused otherwise
     * @return another reader
     * @throws IllegalArgumentException if the count is negative
     */
    public IdListReader<T> expecting(long count) {
        if (count < 0) {
            throw new IllegalArgumentException("A list cannot hold " + count + " IDs.");
        }
        return new IdListReader<>(kind, column, separator, OptionalLong.of(count), isDroppingDuplicates, limit);
    }

    /**
     * Keeps each ID once, where it stands first, instead of refusing lists with duplicates.
     *
     * @return another reader
     */
    public IdListReader<T> droppingDuplicates() {
        return new IdListReader<>(kind, column, separator, expected, true, limit);
    }

    /**
     * Lists at most so many bad lines, and so many duplicates, in a report; 20 unless told otherwise. All are counted.
     *
     * @param newLimit 0 or more
     * @return another reader
     * @throws IllegalArgumentException if the limit is negative
     */
    public IdListReader<T> reportingUpTo(int newLimit) {
        if (newLimit < 0) {
            throw new IllegalArgumentException("A report cannot list " + newLimit + " lines.");
        }
        return new IdListReader<>(kind, column, separator, expected, isDroppingDuplicates, newLimit);
    }

    /**
     * Reads a file in UTF-8. Bytes that are not UTF-8 make the entry they stand in a bad line.
     *
     * @param file the file
     * @return all IDs of the list, in its order
     * @throws IllegalIdListException if the list is refused; it names the file
     * @throws IOException if the file cannot be read
     */
    public IdList<T> read(Path file) throws IOException {
        try (Reader reader = new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8)) {
            return read(reader, file.toString());
        }
    }

    /**
     * Reads from a reader to its end and leaves it open.
     *
     * @param reader the reader; needs no buffer
     * @return all IDs of the list, in its order
     * @throws IllegalIdListException if the list is refused
     * @throws IOException if the reader throws it
     */
    public IdList<T> read(Reader reader) throws IOException {
        return read(reader, "the reader");
    }

    private IdList<T> read(Reader reader, String source) throws IOException {
        IdListTally<T> tally =
                new IdListTally<>(kind, source, expected, isDroppingDuplicates, limit, column.isWholeLine());
        EntryScanner entries = new EntryScanner(reader, column.isWholeLine() ? EntryScanner.NONE : separator);
        int width = 0;
        int index = Math.max(0, column.number - 1);
        if (column.name != null) {
            index = tally.indexInHeader(entries, column.name);
            width = entries.fieldCount();
        }
        while (entries.next(index)) {
            width = width == 0 ? entries.fieldCount() : width;
            tally.add(entries, index, width);
        }
        return tally.toList();
    }

    /** Which field of a record holds the ID: by name, by number from 1, or the whole line. */
    private record Column(@Nullable String name, int number) {

        static final Column WHOLE_LINE = new Column(null, 0);

        boolean isWholeLine() {
            return name == null && number == 0;
        }
    }
}
