package dev.tenantsafety.transfer;

import dev.tenantsafety.archive.ArchiveChunk;
import dev.tenantsafety.archive.ArchiveReader;
import dev.tenantsafety.archive.ArchiveTable;
import dev.tenantsafety.archive.ArchivedTable;
import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.ownership.TableName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Rows of archives, whose hashes are of text, which a database's are not. All of them are checked when they are opened, and stay open: a run over many owners needs a file handle for each. */
final class ArchiveSource implements RowSource {

    private final RestoreTask task;
    private final Map<Path, ArchiveReader> readers = new LinkedHashMap<>();
    private final Map<String, Path> byOwner = new HashMap<>();
    private final Map<TableName, ArchiveTable> tables = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();

    private ArchiveSource(RestoreTask task) {
        this.task = task;
    }

    static ArchiveSource open(Archives archives, RestoreTask task) throws SQLException {
        ArchiveSource source = new ArchiveSource(task);
        try {
            if (archives.isDirectory()) {
                for (TypedId<?> id : task.units().ids()) {
                    Path file = Archives.file(archives.path(), id);
                    if (Files.exists(file)) {
                        source.read(file, archives.open(file));
                    } else {
                        source.problems.add("There is no archive of " + id + ": " + file + " is missing.");
                    }
                }
            } else {
                source.read(archives.path(), archives.open(archives.path()));
            }
            return source;
        } catch (IOException e) {
            source.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }

    private void read(Path file, ArchiveReader reader) {
        readers.put(file, reader);
        String prefix = reader.manifest().header().prefix();
        if (!prefix.equals(task.units().kind().prefix())) {
            problems.add(file + " holds rows of a " + prefix + ", and those of a "
                    + task.units().kind().prefix() + " are to come back.");
            return;
        }
        Set<String> named = new HashSet<>();
        task.units().ids().forEach(id -> named.add(id.toString()));
        for (String owner : reader.manifest().header().units()) {
            if (!named.contains(owner)) {
                problems.add(file + " holds rows of " + owner + ", who was not named.");
            }
            byOwner.put(owner, file);
        }
        Set<TableName> known = new TreeSet<>();
        task.tables().forEach(table -> known.add(table.name()));
        for (ArchivedTable table : reader.manifest().tables()) {
            TableName name = name(table);
            ArchiveTable before = tables.putIfAbsent(name, table.table());
            if (before != null && !before.columns().equals(table.table().columns())) {
                problems.add(file + " has other columns of " + name
                        + " than the archives before it. Restore what was exported before and after the change apart.");
            }
            if (!known.contains(name)) {
                problems.add(file + " has rows of " + name + ", which is no table of a "
                        + task.units().kind().prefix() + " in the live model.");
            }
            task.model().find(name).ifPresent(model -> table.table().columns().stream()
                    .filter(column -> model.excludedColumns().containsKey(column.name()))
                    .forEach(column -> problems.add(file + " has values of " + name + "." + column.name()
                            + ", which excludedColumn(…) leaves out. Restore with a model without that line.")));
        }
    }

    private static TableName name(ArchivedTable table) {
        return new TableName(table.table().schema(), table.table().name());
    }

    @Override
    public Optional<List<Column>> columns(TableName table) {
        return Optional.ofNullable(tables.get(table)).map(found -> found.columns().stream()
                .map(column -> new Column(column.name(), column.type(), false))
                .toList());
    }

    @Override
    public List<String> problems(Units units) {
        List<String> all = new ArrayList<>(problems);
        units.ids().stream()
                .filter(id -> problems.isEmpty() && !byOwner.containsKey(id.toString()))
                .forEach(id -> all.add("There are no rows of " + id + " in the archive."));
        return all;
    }

    @Override
    public boolean isChecked() {
        return false;
    }

    /** Of an archive with several owners, rows cannot be told apart. */
    @Override
    public List<Units> batches(Units units, int size) {
        return readers.size() == 1 ? List.of(units) : units.batches(size);
    }

    @Override
    public void read(StagedTable table, int chunkRows, Copy.Sink<RuntimeException> sink) throws SQLException {
        Chunks chunks = new Chunks(chunkRows);
        Set<Path> files = new HashSet<>();
        for (TypedId<?> id : table.units().ids()) {
            Path file = Optional.ofNullable(byOwner.get(id.toString())).orElseThrow();
            if (files.add(file)) {
                read(
                        Optional.ofNullable(readers.get(file)).orElseThrow(),
                        table.table().name(),
                        chunks,
                        sink);
            }
        }
        if (!chunks.isEmpty()) {
            sink.take(chunks.next());
        }
    }

    private static void read(ArchiveReader reader, TableName table, Chunks chunks, Copy.Sink<RuntimeException> sink)
            throws SQLException {
        for (ArchivedTable archived : reader.manifest().tables()) {
            if (name(archived).equals(table)) {
                for (ArchiveChunk chunk : archived.chunks()) {
                    byte[] text = text(reader, chunk);
                    if (chunks.isFull(text.length, chunk.rows())) {
                        sink.take(chunks.next());
                    }
                    chunks.add(text, 0, chunk.rows());
                }
            }
        }
    }

    private static byte[] text(ArchiveReader reader, ArchiveChunk chunk) {
        try (InputStream rows = reader.open(chunk)) {
            return rows.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<ReferenceIn> referencesIn(Units units) {
        return readers.values().stream()
                .flatMap(reader -> reader.manifest().notes().stream())
                .flatMap(note -> ReferenceIn.of(note).stream())
                .toList();
    }

    @Override
    public List<String> unrecordedReferencesIn(Units units) {
        return readers.values().stream()
                .flatMap(reader -> reader.manifest().notes().stream())
                .flatMap(note -> ReferenceIn.unrecorded(note).stream())
                .distinct()
                .toList();
    }

    @Override
    public void close() {
        for (ArchiveReader reader : readers.values()) {
            try {
                reader.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public String toString() {
        List<String> all = new ArrayList<>();
        readers.forEach((file, reader) -> all.add(file.getFileName() + " (" + reader.sha256() + ")"));
        return String.join(", ", all);
    }
}
