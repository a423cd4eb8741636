package dev.tenantsafety.archive;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads one line of a manifest: exactly the members that it has, in their order, in the form in which
 * {@link ManifestWriter} writes it. All else is refused.
 */
final class ManifestParser {

    private static final int DEEPEST = 4;
    private static final int LONGEST_NUMBER = 19;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxDocumentLength(ManifestWriter.LONGEST_LINE)
                    .maxStringLength(ManifestWriter.LONGEST_LINE)
                    .maxNameLength(ManifestWriter.LONGEST_LINE)
                    .maxNestingDepth(DEEPEST)
                    .maxNumberLength(LONGEST_NUMBER)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .build();

    private final byte[] line;
    private final JsonParser json;

    private ManifestParser(byte[] line, JsonParser json) {
        this.line = line;
        this.json = json;
    }

    /**
     * Reads a line and hands it on.
     *
     * @throws IllegalArgumentException if it is none of this format; the message says why, in one line
     * @throws NewerFormatException if it is the header of a later format
     */
    static void parse(byte[] line, ManifestLines lines) {
        Runnable handOn;
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
            handOn = new ManifestParser(line, json).parse(lines);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "it is no JSON that belongs here: " + Shown.of(e.getOriginalMessage()), e);
        }
        handOn.run();
    }

    private Runnable parse(ManifestLines lines) {
        expect(json.nextToken() == JsonToken.START_OBJECT, "an object");
        String kind = string("line");
        return switch (kind) {
            case "header" -> header(lines);
            case "table" -> table(lines);
            case "chunk" -> chunk(lines);
            case "tableEnd" -> tableEnd(lines);
            case "note" -> note(lines);
            case "end" -> end(lines);
            default -> throw new IllegalArgumentException("a line " + Shown.of(kind) + " is not known");
        };
    }

    private Runnable header(ManifestLines lines) {
        expect(string("format").equals(SealText.NAME), "the format " + SealText.NAME);
        int version = smallNumber("version");
        if (version > SealText.VERSION) {
            throw new NewerFormatException(version);
        }
        String libraryVersion = string("libraryVersion");
        String prefix = string("prefix");
        List<String> units = strings("units");
        String product = string("databaseProduct");
        String productVersion = string("databaseVersion");
        String fingerprint = string("schemaFingerprint");
        SortedMap<String, String> origin = map("origin");
        expect(string("encoding").equals("copy-text"), "the encoding copy-text");
        WrappedKey key = json.nextToken() == JsonToken.END_OBJECT ? null : wrappedKey();
        ArchiveHeader header =
                new ArchiveHeader(prefix, units, libraryVersion, product, productVersion, fingerprint, origin);
        requireSame(ManifestWriter.header(header, key));
        return () -> lines.header(header, key);
    }

    private WrappedKey wrappedKey() {
        expect(json.currentToken() == JsonToken.PROPERTY_NAME && "encryption".equals(json.currentName()), "encryption");
        expect(json.nextToken() == JsonToken.START_OBJECT, "an object");
        expect(string("algorithm").equals(WrappedKey.ALGORITHM), "the algorithm " + WrappedKey.ALGORITHM);
        return new WrappedKey(string("keyId"), string("wrappedKey"));
    }

    private Runnable table(ManifestLines lines) {
        int number = smallNumber("table");
        String schema = string("schema");
        String name = string("name");
        startOf("columns", JsonToken.START_ARRAY);
        List<ArchiveColumn> columns = new ArrayList<>();
        while (json.nextToken() == JsonToken.START_OBJECT) {
            columns.add(new ArchiveColumn(string("name"), string("type"), string("generated"), string("identity")));
            expect(json.nextToken() == JsonToken.END_OBJECT, "the end of the column");
        }
        expect(json.currentToken() == JsonToken.END_ARRAY, "the end of the columns");
        ArchiveTable table = new ArchiveTable(number, schema, name, columns, strings("key"), strings("foreignKeys"));
        requireSame(ManifestWriter.table(table));
        return () -> lines.table(table);
    }

    private Runnable chunk(ManifestLines lines) {
        ArchiveChunk chunk = new ArchiveChunk(
                smallNumber("table"),
                smallNumber("chunk"),
                number("rows"),
                number("plainBytes"),
                number("storedBytes"),
                string("firstKey"),
                string("lastKey"),
                string("plainSha256"),
                string("storedSha256"),
                string("chain"));
        requireSame(ManifestWriter.chunk(chunk));
        return () -> lines.chunk(chunk);
    }

    private Runnable tableEnd(ManifestLines lines) {
        int table = smallNumber("table");
        long rows = number("rows");
        String rowHash = RowHash.require(string("rowHash"));
        requireSame(ManifestWriter.tableEnd(table, rows, rowHash));
        return () -> lines.tableEnd(table, rows, rowHash);
    }

    private Runnable note(ManifestLines lines) {
        SortedMap<String, String> note = map("note");
        requireSame(ManifestWriter.note(note));
        return () -> lines.note(note);
    }

    private Runnable end(ManifestLines lines) {
        ArchiveTotals totals = new ArchiveTotals(
                smallNumber("tables"), number("chunks"), number("rows"), number("plainBytes"), string("chain"));
        requireSame(ManifestWriter.end(totals));
        return () -> lines.end(totals);
    }

    /** One form for each line, so that no two readers see two things in one archive. */
    private void requireSame(byte[] canonical) {
        if (!Arrays.equals(line, canonical)) {
            throw new IllegalArgumentException(
                    "it is not in the one form that such a line has: blanks, order, escapes and"
                            + " members are fixed");
        }
    }

    private void startOf(String name, JsonToken start) {
        String found = json.nextName();
        expect(name.equals(found), name);
        expect(json.nextToken() == start, "the value of " + name);
    }

    private String string(String name) {
        startOf(name, JsonToken.VALUE_STRING);
        return json.getString();
    }

    private long number(String name) {
        startOf(name, JsonToken.VALUE_NUMBER_INT);
        return json.getLongValue();
    }

    private int smallNumber(String name) {
        startOf(name, JsonToken.VALUE_NUMBER_INT);
        return json.getIntValue();
    }

    private List<String> strings(String name) {
        startOf(name, JsonToken.START_ARRAY);
        List<String> values = new ArrayList<>();
        while (json.nextToken() == JsonToken.VALUE_STRING) {
            values.add(json.getString());
        }
        expect(json.currentToken() == JsonToken.END_ARRAY, "the end of " + name);
        return values;
    }

    private SortedMap<String, String> map(String name) {
        startOf(name, JsonToken.START_OBJECT);
        SortedMap<String, String> values = new TreeMap<>();
        @Nullable String key = json.nextName();
        while (key != null) {
            expect(json.nextToken() == JsonToken.VALUE_STRING, "a text as the value of " + Shown.of(key));
            values.put(key, json.getString());
            key = json.nextName();
        }
        return values;
    }

    private static void expect(boolean isThere, String what) {
        if (!isThere) {
            throw new IllegalArgumentException(what + " should stand there, and something else does");
        }
    }

    /** The header is of a format that comes after ours. */
    static final class NewerFormatException extends IllegalArgumentException {

        private static final long serialVersionUID = 1;

        private NewerFormatException(int version) {
            super("the manifest is in version " + version + " of the format");
        }
    }
}
