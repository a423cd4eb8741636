package dev.tenantsafety.archive;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * Writes the lines of a manifest, each in its one form: JSON (RFC 8259) without blanks, members in fixed order, maps sorted
 * by name, and of the characters only those escaped that must be.
 */
final class ManifestWriter {

    /** The longest line; a reader refuses longer ones. */
    static final int LONGEST_LINE = 4 << 20;

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
            .disable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
            .build();

    /** What each quotation mark of a line weighs, for a text takes more memory than its bytes. */
    private static final int QUOTE = 24;

    private ManifestWriter() {}

    /**
     * How much of {@link ArchiveLimits#manifestBytes} a line takes, with its line feed: about what it takes in memory once it was read. So the
     * same bound holds for a manifest of few long texts and for one of many short ones.
     */
    static long weight(byte[] line) {
        long weight = line.length + 1L;
        for (byte one : line) {
            weight += one == '"' ? QUOTE : 0;
        }
        return weight;
    }

    static byte[] header(ArchiveHeader header, @Nullable WrappedKey key) {
        return line("header", json -> {
            json.writeStringProperty("format", SealText.NAME)
                    .writeNumberProperty("version", SealText.VERSION)
                    .writeStringProperty("libraryVersion", header.libraryVersion())
                    .writeStringProperty("prefix", header.prefix());
            strings(json, "units", header.units());
            json.writeStringProperty("databaseProduct", header.databaseProduct())
                    .writeStringProperty("databaseVersion", header.databaseVersion())
                    .writeStringProperty("schemaFingerprint", header.schemaFingerprint());
            map(json, "origin", header.origin());
            json.writeStringProperty("encoding", "copy-text");
            if (key != null) {
                json.writeObjectPropertyStart("encryption")
                        .writeStringProperty("algorithm", WrappedKey.ALGORITHM)
                        .writeStringProperty("keyId", key.keyId())
                        .writeStringProperty("wrappedKey", key.wrapped())
                        .writeEndObject();
            }
        });
    }

    static byte[] table(ArchiveTable table) {
        return line("table", json -> {
            json.writeNumberProperty("table", table.number())
                    .writeStringProperty("schema", table.schema())
                    .writeStringProperty("name", table.name())
                    .writeArrayPropertyStart("columns");
            for (ArchiveColumn column : table.columns()) {
                json.writeStartObject()
                        .writeStringProperty("name", column.name())
                        .writeStringProperty("type", column.type())
                        .writeStringProperty("generated", column.generated())
                        .writeStringProperty("identity", column.identity())
                        .writeEndObject();
            }
            json.writeEndArray();
            strings(json, "key", table.key());
            strings(json, "foreignKeys", table.foreignKeys());
        });
    }

    static byte[] chunk(ArchiveChunk chunk) {
        return line("chunk", json -> {
            chunkWithoutChain(json, chunk);
            json.writeStringProperty("chain", chunk.chain());
        });
    }

    /** The chunk with the chain that follows from the chain before it. */
    static ArchiveChunk chained(String chain, ArchiveChunk chunk) {
        byte[] line = line("chunk", json -> chunkWithoutChain(json, chunk));
        return chunk.withChain(Sha256.of(Sha256.bytes(chain), Sha256.bytes(chunk.storedSha256()), line));
    }

    private static void chunkWithoutChain(JsonGenerator json, ArchiveChunk chunk) {
        json.writeNumberProperty("table", chunk.table())
                .writeNumberProperty("chunk", chunk.number())
                .writeNumberProperty("rows", chunk.rows())
                .writeNumberProperty("plainBytes", chunk.plainBytes())
                .writeNumberProperty("storedBytes", chunk.storedBytes())
                .writeStringProperty("firstKey", chunk.firstKey())
                .writeStringProperty("lastKey", chunk.lastKey())
                .writeStringProperty("plainSha256", chunk.plainSha256())
                .writeStringProperty("storedSha256", chunk.storedSha256());
    }

    static byte[] tableEnd(int table, long rows, String rowHash) {
        return line("tableEnd", json -> json.writeNumberProperty("table", table)
                .writeNumberProperty("rows", rows)
                .writeStringProperty("rowHash", rowHash));
    }

    static byte[] note(Map<String, String> note) {
        return line("note", json -> map(json, "note", new TreeMap<>(note)));
    }

    static byte[] end(ArchiveTotals totals) {
        return line("end", json -> json.writeNumberProperty("tables", totals.tables())
                .writeNumberProperty("chunks", totals.chunks())
                .writeNumberProperty("rows", totals.rows())
                .writeNumberProperty("plainBytes", totals.plainBytes())
                .writeStringProperty("chain", totals.chain()));
    }

    private static byte[] line(String kind, Consumer<JsonGenerator> members) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject().writeStringProperty("line", kind);
            members.accept(json);
            json.writeEndObject();
        }
        if (bytes.size() > LONGEST_LINE) {
            throw new IllegalArgumentException(
                    "The line " + kind + " would take " + bytes.size() + " bytes of the manifest,"
                            + " more than " + LONGEST_LINE + ". Hand over less in one line: begins with "
                            + Shown.of(bytes.toString(StandardCharsets.UTF_8).substring(0, 200)) + ".");
        }
        byte[] line = bytes.toByteArray();
        requireWholeCharacters(kind, line);
        return line;
    }

    /** Jackson escapes halves of surrogate pairs, which are no characters; of others it escapes none beyond U+001F so. */
    private static void requireWholeCharacters(String kind, byte[] line) {
        for (int i = 0; i < line.length; i++) {
            if (line[i] == '\\' && line[++i] == 'u' && line[i + 1] != '0') {
                throw new IllegalArgumentException("A text in the line " + kind
                        + " holds half of a surrogate pair. Hand over" + " whole characters.");
            }
        }
    }

    private static void strings(JsonGenerator json, String name, Iterable<String> values) {
        json.writeArrayPropertyStart(name);
        values.forEach(json::writeString);
        json.writeEndArray();
    }

    private static void map(JsonGenerator json, String name, SortedMap<String, String> values) {
        json.writeObjectPropertyStart(name);
        values.forEach(json::writeStringProperty);
        json.writeEndObject();
    }
}
