package dev.tenantsafety.ownership;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.ownership.OwnedTable.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file beside the sources that says whose the rows of each table are, as it was decided. A test compares the model with it, so that
 * a table, a column or a foreign key that is new is looked at by somebody:
 *
 * <pre>{@code
 * @Test
 * void everyTableHasAnOwner() {
 *     OwnershipLock.at(Path.of("ownership.lock")).verify(model);
 * }
 * }</pre>
 *
 * <p>The file is text in a stable order, to be committed and read in reviews. The system property {@code ownership.lock} with the value
 * {@code update} lets the same test write it anew.
 */
public final class OwnershipLock {

    /** The system property; its value {@code update} writes the file. */
    public static final String PROPERTY = "ownership.lock";

    private static final String HEAD = """
            # Whose rows these are, as it was decided. Compared with the database by OwnershipLock.verify;
            # -Downership.lock=update writes it anew.
            """;

    private final Path file;

    private OwnershipLock(Path file) {
        this.file = file;
    }

    /**
     * A lock file.
     *
     * @param file where it is, or is to be
     * @return the lock
     */
    public static OwnershipLock at(Path file) {
        return new OwnershipLock(file);
    }

    /**
     * Compares, or writes the file if the system property says so.
     *
     * @param model what the database and the rules say now
     * @throws OwnershipChangedException if they say something else than the file does, or there is no file
     * @throws UncheckedIOException if the file cannot be read or written
     */
    public void verify(OwnershipModel model) {
        if ("update".equals(System.getProperty(PROPERTY))) {
            update(model);
            return;
        }
        if (!Files.exists(file)) {
            throw new OwnershipChangedException(List.of(file + " is not there. Run once with -D" + PROPERTY
                    + "=update, read what it says, and commit it."));
        }
        List<String> changes = changes(tables(read()), tables(text(model)));
        if (!changes.isEmpty()) {
            throw new OwnershipChangedException(file, changes);
        }
    }

    /**
     * Writes the file.
     *
     * @param model what it is to say
     * @throws UncheckedIOException if it cannot be written
     */
    public void update(OwnershipModel model) {
        try {
            Files.writeString(file, text(model));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String read() {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The blocks of a lock file by their first lines' tables. */
    private static Map<String, List<String>> tables(String text) {
        Map<String, List<String>> tables = new LinkedHashMap<>();
        List<String> block = new ArrayList<>();
        for (String line : text.lines().toList()) {
            if (line.startsWith("table ")) {
                block = new ArrayList<>();
                tables.put(line.substring("table ".length()), block);
            } else if (!line.isBlank() && !line.startsWith("#")) {
                block.add(line.strip());
            }
        }
        return tables;
    }

    private static List<String> changes(Map<String, List<String>> before, Map<String, List<String>> now) {
        List<String> changes = new ArrayList<>();
        now.forEach((table, lines) -> {
            List<String> old = before.get(table);
            if (old == null) {
                changes.add("table \"" + table + "\" is new: " + lines.get(0));
            } else {
                lines.stream()
                        .filter(line -> !old.contains(line))
                        .forEach(line -> changes.add("table \"" + table + "\" has now: " + line));
                old.stream()
                        .filter(line -> !lines.contains(line))
                        .forEach(line -> changes.add("table \"" + table + "\" has no longer: " + line));
            }
        });
        before.keySet().stream()
                .filter(table -> !now.containsKey(table))
                .forEach(table -> changes.add("table \"" + table + "\" is gone"));
        return changes;
    }

    /**
     * What the file says.
     *
     * @param model the model
     * @return its text, with line feeds, the same for the same model
     */
    public static String text(OwnershipModel model) {
        StringBuilder text = new StringBuilder(HEAD);
        for (OwnedTable table : model.tables()) {
            text.append("\ntable ").append(model.names().of(table.name())).append('\n');
            lines(model, table).forEach(line -> text.append("  ").append(line).append('\n'));
        }
        return text.toString();
    }

    private static List<String> lines(OwnershipModel model, OwnedTable table) {
        List<String> lines = new ArrayList<>();
        if (table.status() == Status.EXCLUDED) {
            lines.add("nobody's: " + table.reason());
        }
        if (table.isShared()) {
            lines.add("for all");
        }
        for (IdKind<?> kind : table.claims().keySet()) {
            boolean isRoot = model.root(kind).filter(table::equals).isPresent();
            lines.add((isRoot ? "the root of each " : "owned by a ") + kind.prefix() + ": "
                    + model.path(table.name(), kind));
        }
        Names names = model.names();
        for (Catalog.Column column : table.table().columns()) {
            lines.add("column " + Names.plain(column.name()) + " " + Names.plain(column.type())
                    + (column.nullable() ? "" : " not null")
                    + (column.generation() == Catalog.Generation.COMPUTED ? " computed" : "")
                    + excluded(table, column));
        }
        if (!table.table().primaryKey().isEmpty()) {
            lines.add("primary key " + columns(table.table().primaryKey()));
        }
        for (Catalog.UniqueKey key : table.table().uniqueKeys()) {
            lines.add(
                    "unique " + columns(key.columns()) + (key.condition() == null ? "" : " where " + key.condition()));
        }
        for (Reference reference : model.references(table.name())) {
            lines.add((reference.foreignKey() == null ? "declared key " : "foreign key ") + columns(reference.columns())
                    + (reference.type() == null
                            ? ""
                            : " where " + Names.plain(reference.type().column()) + " = '"
                                    + reference.type().value() + "'")
                    + " → " + names.of(reference.target()) + " " + columns(reference.targetColumns())
                    + onDelete(reference));
        }
        return lines;
    }

    private static String excluded(OwnedTable table, Catalog.Column column) {
        String reason = table.excludedColumns().get(column.name());
        return reason == null ? "" : " excluded: " + reason;
    }

    private static String onDelete(Reference reference) {
        if (reference.foreignKey() == null) {
            return "";
        }
        return switch (reference.foreignKey().onDelete()) {
            case REFUSE -> "";
            case CASCADE -> " on delete cascade";
            case SET_NULL -> " on delete set null";
            case SET_DEFAULT -> " on delete set default";
        };
    }

    private static String columns(List<String> columns) {
        return "(" + String.join(", ", columns.stream().map(Names::plain).toList()) + ")";
    }
}
