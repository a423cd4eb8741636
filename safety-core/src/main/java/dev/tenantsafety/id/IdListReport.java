package dev.tenantsafety.id;

import java.io.Serializable;
import java.util.List;

/**
 * Why a list of IDs was refused: what is in it by kind, each bad line with its number, and each duplicate. Lines and
 * duplicates are listed up to a limit and counted to the end.
 *
 * @param source what was read: the path, or "the reader"
 * @param headline what was expected and what was found, in a sentence
 * @param census what the entries are, the largest number first; the expected kind is always among them
 * @param badLineCount how many lines are bad
 * @param badLines the first of them
 * @param duplicateCount how many entries stand there again
 * @param duplicates the first of them
 * @param nextStep what to do
 */
public record IdListReport(
        String source,
        String headline,
        List<Count> census,
        long badLineCount,
        List<BadLine> badLines,
        long duplicateCount,
        List<Duplicate> duplicates,
        String nextStep)
        implements Serializable {

    /**
     * Makes a report.
     *
     * @param source what was read
     * @param headline what was expected and found
     * @param census what the entries are; copied
     * @param badLineCount how many lines are bad
     * @param badLines the first of them; copied
     * @param duplicateCount how many entries stand there again
     * @param duplicates the first of them; copied
     * @param nextStep what to do
     */
    public IdListReport {
        census = List.copyOf(census);
        badLines = List.copyOf(badLines);
        duplicates = List.copyOf(duplicates);
    }

    /**
     * How many entries are of one sort.
     *
     * @param count the number
     * @param what the sort in words that follow this number, for example "site IDs"
     */
    public record Count(long count, String what) implements Serializable {
        @Override
        public String toString() {
            return count + " " + what;
        }
    }

    /**
     * A line that holds no ID of the expected kind.
     *
     * @param line its number, from 1; for a record over several lines, that of the first
     * @param problem what is wrong with it, in a sentence
     */
    public record BadLine(long line, String problem) implements Serializable {
        @Override
        public String toString() {
            return "line " + line + ": " + problem;
        }
    }

    /**
     * An ID that stands in the list again.
     *
     * @param line the number of the line, from 1
     * @param firstLine the number of the line where it stood first
     * @param id the ID's text
     */
    public record Duplicate(
            long line,
            long firstLine,
            @RawId(reason = "as it stands in the list") String id) implements Serializable {
        @Override
        public String toString() {
            return "line " + line + ": " + id + " stands in line " + firstLine + " already.";
        }
    }

    /**
     * The whole report, the headline first.
     *
     * @return one or more lines
     */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(source).append(": ").append(headline);
        append(text, badLines, badLineCount, "bad lines");
        append(text, duplicates, duplicateCount, "duplicates");
        return text.append("\n").append(nextStep).toString();
    }

    private static void append(StringBuilder text, List<?> shown, long count, String what) {
        shown.forEach(entry -> text.append("\n  ").append(entry));
        if (count > shown.size()) {
            text.append("\n  and more ").append(what).append(": ").append(count - shown.size());
        }
    }
}
