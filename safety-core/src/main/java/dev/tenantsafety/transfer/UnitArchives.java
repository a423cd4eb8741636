package dev.tenantsafety.transfer;

import dev.tenantsafety.archive.ArchiveWriter;
import dev.tenantsafety.archive.PackedChunk;
import dev.tenantsafety.ownership.OwnedTable;
import java.io.Closeable;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Archives that are written side by side, one for each owner. While rows are read, another thread packs the chunk before; at most a few
 * chunks are in memory, whatever the number of archives.
 */
final class UnitArchives implements Closeable {

    private static final int WAITING = 2;

    private final Map<String, ArchiveWriter> writers = new LinkedHashMap<>();
    private final Map<String, Integer> chunks = new LinkedHashMap<>();
    private final Deque<Packing> packing = new ArrayDeque<>();
    private final ExecutorService packer = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "tenant-safety-packer");
        thread.setDaemon(true);
        return thread;
    });
    private final Done done;
    private @Nullable OwnedTable table;
    private int number;
    private int[] keyFields = {};

    /** Is told of chunks that were written. */
    @FunctionalInterface
    interface Done {
        void chunk(OwnedTable table, long rows, long bytes);
    }

    private record Packing(ArchiveWriter writer, Future<PackedChunk> chunk) {}

    UnitArchives(Done done) {
        this.done = done;
    }

    void add(String owner, ArchiveWriter writer, List<Map<String, String>> notes) {
        writers.put(owner, writer);
        notes.forEach(writer::note);
    }

    void table(OwnedTable next) {
        table = next;
        number++;
        List<String> columns = SchemaText.archived(next);
        keyFields = next.table().key().stream().mapToInt(columns::indexOf).toArray();
        writers.values().forEach(writer -> writer.table(SchemaText.table(number, next)));
        chunks.clear();
    }

    void endTable() throws SQLException, IOException {
        while (!packing.isEmpty()) {
            writeFirst();
        }
        writers.values().forEach(ArchiveWriter::endTable);
    }

    void finish() throws IOException {
        for (ArchiveWriter writer : writers.values()) {
            writer.finish();
        }
    }

    /** Rows of one owner. */
    void take(String owner, Connection connection, String select, int chunkRows) throws SQLException, IOException {
        Copy.out(connection, select, chunkRows, chunk -> pack(owner, chunk));
    }

    /** Rows that have their owner before them, those of an owner together. */
    void takeByOwner(Connection connection, String select, int chunkRows) throws SQLException, IOException {
        Copy.outByFirstField(
                connection,
                select,
                chunkRows,
                (owner, chunk) ->
                        pack(String.valueOf(TextFields.row(owner).fields().get(0)), chunk));
    }

    private void pack(String owner, Copy.Chunk chunk) throws SQLException, IOException {
        ArchiveWriter writer = writers.get(owner);
        if (writer == null) {
            throw new IllegalStateException("The database gave rows of " + owner + ", who was not asked for.");
        }
        int of = chunks.merge(owner, 1, Integer::sum);
        int table = number;
        int[] fields = keyFields;
        packing.add(new Packing(writer, packer.submit(() -> writer.packer()
                .pack(
                        table,
                        of,
                        Keys.first(chunk.text(), fields),
                        Keys.last(chunk.text(), fields),
                        chunk.text(),
                        chunk.text().length))));
        while (packing.size() > WAITING) {
            writeFirst();
        }
    }

    private void writeFirst() throws SQLException, IOException {
        Packing first = packing.remove();
        try {
            PackedChunk chunk = first.chunk().get();
            first.writer().write(chunk);
            if (table != null) {
                done.chunk(table, chunk.rows(), chunk.plainBytes());
            }
        } catch (ExecutionException e) {
            Threads.rethrow(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while a chunk was packed.", e);
        }
    }

    @Override
    public void close() throws IOException {
        packer.shutdownNow();
        IOException first = null;
        for (ArchiveWriter writer : writers.values()) {
            try {
                writer.close();
            } catch (IOException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
