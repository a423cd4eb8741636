package dev.tenantsafety.transfer;

import dev.tenantsafety.ownership.TableName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * That a row of somebody else points at a row of an owner. When the owner's row is deleted, the database may set the reference to null;
 * then it can be set back.
 *
 * @param owner the owner, as the database writes it
 * @param way which reference
 * @param key the other's row, as an array of text that PostgreSQL wrote
 * @param values what its reference held, likewise
 * @param digest a hash of its other columns
 */
record ReferenceIn(String owner, Way way, String key, String values, String digest) {

    private static final String NOTE = "note";
    private static final String NAME = "reference-in";
    private static final String UNRECORDED = "references-in";
    private static final String TAB = "\t";
    private static final Pattern TABS = Pattern.compile(TAB);

    /**
     * A reference of rows of others.
     *
     * @param table the table that they stand in
     * @param columns with what they point
     * @param others the other columns of which the digest is
     */
    record Way(TableName table, List<String> columns, List<String> others) {}

    /** As an archive says it. */
    Map<String, String> note() {
        Map<String, String> note = new LinkedHashMap<>();
        note.put(NOTE, NAME);
        note.put("schema", way.table().schema());
        note.put("table", way.table().table());
        note.put("columns", String.join(TAB, way.columns()));
        note.put("others", String.join(TAB, way.others()));
        note.put("key", key);
        note.put("values", values);
        note.put("digest", digest);
        return note;
    }

    /** As an archive says that there are more. */
    static Map<String, String> note(String unrecorded) {
        return Map.of(NOTE, UNRECORDED, "sentence", unrecorded);
    }

    /** The sentence of such a note; nothing if it is of another sort. */
    static Optional<String> unrecorded(Map<String, String> note) {
        return UNRECORDED.equals(note.get(NOTE)) ? Optional.of(text(note, "sentence")) : Optional.empty();
    }

    /** Of an archive's note; nothing if it is of another sort. */
    static Optional<ReferenceIn> of(Map<String, String> note) {
        if (!NAME.equals(note.get(NOTE))) {
            return Optional.empty();
        }
        TableName table = new TableName(text(note, "schema"), text(note, "table"));
        Way way = new Way(table, list(note, "columns"), list(note, "others"));
        return Optional.of(new ReferenceIn("", way, text(note, "key"), text(note, "values"), text(note, "digest")));
    }

    private static String text(Map<String, String> note, String name) {
        return note.getOrDefault(name, "");
    }

    private static List<String> list(Map<String, String> note, String name) {
        return TABS.splitAsStream(text(note, name))
                .filter(column -> !column.isEmpty())
                .toList();
    }
}
