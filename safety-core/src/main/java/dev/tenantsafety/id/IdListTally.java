package dev.tenantsafety.id;

import dev.tenantsafety.id.IdListReport.BadLine;
import dev.tenantsafety.id.IdListReport.Count;
import dev.tenantsafety.id.IdListReport.Duplicate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Collects the entries of one list, good and bad, and at the end gives all IDs or the report. */
final class IdListTally<T extends TypedId<T>> {

    private static final String NOTHING_READ = "Nothing was read. ";

    private final IdKind<T> kind;
    private final String source;
    private final OptionalLong expected;
    private final boolean isDroppingDuplicates;
    private final int limit;
    private final boolean isOfWholeLines;

    private final LineIndex<T> ids = new LineIndex<>();
    private final Map<Sort, Long> badBySort = new HashMap<>();
    private final List<BadLine> badLines = new ArrayList<>();
    private final List<Duplicate> duplicates = new ArrayList<>();
    private long badLineCount;
    private long duplicateCount;
    private boolean looksLikeCsv;

    IdListTally(
            IdKind<T> kind,
            String source,
            OptionalLong expected,
            boolean isDroppingDuplicates,
            int limit,
            boolean isOfWholeLines) {
        this.kind = kind;
        kind.ensureActive();
        this.source = source;
        this.expected = expected;
        this.isDroppingDuplicates = isDroppingDuplicates;
        this.limit = limit;
        this.isOfWholeLines = isOfWholeLines;
    }

    /** Reads the header and finds the column in it. */
    int indexInHeader(EntryScanner entries, String column) throws IOException {
        if (!entries.next(EntryScanner.ALL)) {
            throw refusal(
                    "The list is empty: it has no header with the column " + Quote.of(column) + ".", "Find out why.");
        }
        if (entries.problem() != null) {
            throw refusal("The header cannot be read. " + entries.problem(), "Mend the quotes.");
        }
        int shown = Math.min(entries.fieldCount(), EntryScanner.KEPT_FIELDS);
        List<String> header = IntStream.range(0, shown).mapToObj(entries::field).toList();
        int index = header.indexOf(column);
        if (index < 0 || index != header.lastIndexOf(column)) {
            throw refusal(
                    "The header has " + (index < 0 ? "no column " : "more than one column ") + Quote.of(column) + ".",
                    "Its columns are: "
                            + header.stream().limit(limit).map(Quote::of).collect(Collectors.joining(", "))
                            + (shown > limit ? ", …" : "") + ".");
        }
        return index;
    }

    /** Takes the entry at which the scanner stands; every record must be as wide as the first. */
    void add(EntryScanner entries, int index, int width) {
        String problem = problemOfRecord(entries, index, width);
        if (problem != null) {
            addBad(entries.line(), Sort.RECORD, problem);
            return;
        }
        String text = entries.field(index);
        T id = kind.read(text);
        if (id != null) {
            addGood(id, entries.line());
        } else {
            looksLikeCsv |= isOfWholeLines && text.chars().anyMatch(c -> ",;\t\"".indexOf(c) >= 0);
            String sentence = badLines.size() == limit
                    ? ""
                    : entries.isWhole(index)
                            ? Diagnosis.of(kind, text).sentence()
                            : Diagnosis.tooLong(kind, text, entries.length(index))
                                    .sentence();
            addBad(entries.line(), sortOf(text), sentence);
        }
    }

    private static @Nullable String problemOfRecord(EntryScanner entries, int index, int width) {
        if (entries.problem() != null) {
            return entries.problem();
        }
        int columns = entries.fieldCount();
        if (columns != width || columns <= index) {
            return "This record has " + columns + (columns == 1 ? " column" : " columns") + " where "
                    + Math.max(width, index + 1)
                    + " are expected. Is the separator right, and are texts that hold it in"
                    + " quotes?";
        }
        return null;
    }

    private void addGood(T id, long line) {
        long firstLine = ids.add(id, line);
        if (firstLine != LineIndex.NEW && !isDroppingDuplicates) {
            duplicateCount++;
            if (duplicates.size() < limit) {
                duplicates.add(new Duplicate(line, firstLine, id.toString()));
            }
        }
    }

    private void addBad(long line, Sort sort, String problem) {
        badLineCount++;
        badBySort.merge(sort, 1L, Long::sum);
        if (badLines.size() < limit) {
            badLines.add(new BadLine(line, problem));
        }
    }

    /** There are only so many sorts, whatever the input. */
    private Sort sortOf(String text) {
        String stripped = Blanks.strip(text);
        int underscore = stripped.lastIndexOf('_');
        String prefix = underscore > 0 ? stripped.substring(0, underscore) : "";
        if (prefix.equals(kind.prefix())) {
            return Sort.unreadable(kind.name());
        }
        KindRegistry.Entry known = prefix.isEmpty() ? null : IdKinds.named(prefix);
        if (known != null) {
            return Sort.of(known.name());
        }
        if (Prefixes.isValid(prefix) && Base32.isAt(stripped, underscore + 1)) {
            return Sort.UNKNOWN;
        }
        UUID bare = BareUuid.in(stripped);
        if (bare == null) {
            return Sort.OTHER;
        }
        KindRegistry.Entry carried = IdKinds.carriedBy(bare);
        return carried == null ? Sort.BARE : Sort.bare(carried.name());
    }

    IdList<T> toList() {
        long found = ids.size() + duplicateCount;
        boolean isWrongCount = expected.isPresent() ? expected.getAsLong() != ids.size() : found + badLineCount == 0;
        if (badLineCount > 0 || duplicateCount > 0 || isWrongCount) {
            throw refusal(headline(found), advice());
        }
        return new IdList<>(kind, ids.ids());
    }

    private String headline(long found) {
        if (found + badLineCount == 0 && expected.isEmpty()) {
            return "The list is empty; expected " + kind.name().plural() + ".";
        }
        return "Expected " + Sort.of(kind.name()).counted(expected.orElse(found + badLineCount)) + ", found "
                + enumeration() + "." + (duplicateCount == 0 ? "" : " Duplicates: " + duplicateCount + ".");
    }

    private String enumeration() {
        List<String> parts = census().stream().map(Count::toString).toList();
        int last = parts.size() - 1;
        return last == 0 ? parts.get(0) : String.join(", ", parts.subList(0, last)) + " and " + parts.get(last);
    }

    /** The largest number first; the expected kind is always there. */
    private List<Count> census() {
        return Stream.concat(
                        Stream.of(Sort.of(kind.name()).counted(ids.size() + duplicateCount)),
                        badBySort.entrySet().stream().map(bad -> bad.getKey().counted(bad.getValue())))
                .sorted(Comparator.comparingLong(Count::count).reversed().thenComparing(Count::what))
                .toList();
    }

    private String advice() {
        if (looksLikeCsv) {
            return "If this is a CSV file, name the column: column(\"…\").";
        }
        if (badLineCount > 0) {
            return "Did the list come from the wrong column, query or file?";
        }
        if (duplicateCount > 0) {
            return "Find out why IDs are listed twice, or say droppingDuplicates().";
        }
        return expected.isPresent()
                ? "Find out why the list is longer or shorter than announced."
                : "If an empty list is right, say expecting(0).";
    }

    private IllegalIdListException refusal(String headline, String advice) {
        return new IllegalIdListException(new IdListReport(
                source, headline, census(), badLineCount, badLines, duplicateCount, duplicates, NOTHING_READ + advice));
    }

    /** What an entry is, as one and as many. */
    private record Sort(String one, String many) {

        static final Sort RECORD = new Sort("unreadable record", "unreadable records");
        static final Sort UNKNOWN = new Sort("ID of an unknown kind", "IDs of unknown kinds");
        static final Sort OTHER = new Sort("other text", "other texts");
        static final Sort BARE =
                new Sort("bare UUID that does not tell its kind", "bare UUIDs that do not tell their kind");

        static Sort of(KindName kind) {
            return new Sort(kind.singular(), kind.plural());
        }

        static Sort unreadable(KindName kind) {
            return new Sort("unreadable " + kind.singular(), "unreadable " + kind.plural());
        }

        static Sort bare(KindName kind) {
            return new Sort(kind.singular() + " as a bare UUID", kind.plural() + " as bare UUIDs");
        }

        Count counted(long count) {
            return new Count(count, count == 1 ? one : many);
        }
    }
}
