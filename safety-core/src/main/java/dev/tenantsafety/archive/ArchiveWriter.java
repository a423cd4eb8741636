package dev.tenantsafety.archive;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Writes an archive in one pass.
 *
 * <pre>{@code
 * try (ArchiveWriter writer = ArchiveWriter.create(file, header, options)) {
 *     writer.table(sites);
 *     writer.write(writer.packer().pack(1, 1, first, last, rows, rows.length));
 *     writer.endTable();
 *     writer.finish();
 * }
 * }</pre>
 *
 * <p>Until {@link #finish} the bytes stand in a file of the same name with {@code .partial} behind it; what a killed run left
 * there is overwritten. {@link #close} without {@code finish} removes it. So a file of the name of an archive is a whole one.
 *
 * <p>Memory grows with the number of chunks, about 1 KB each, not with the rows; of chunks it holds none. Same header, rows and
 * options, same bytes, unless encrypted, on Javas with the same zlib. For use by one thread at a time; its packer is for many.
 */
public final class ArchiveWriter implements Closeable {

    private static final int SLICE = 1 << 18;

    /** Kept free in the manifest for the lines that end it. */
    private static final int RESERVE = 2048;

    private final Path target;
    private final Path partial;
    private final FileChannel channel;
    private final ArchiveOptions options;
    private final ChunkPacker packer;
    private final boolean isEncrypted;
    private final MessageDigest digest = Sha256.start();
    private final ByteArrayOutputStream manifest = new ByteArrayOutputStream();
    private final List<ZipLayout.Entry> entries = new ArrayList<>();
    private long position;
    private ArchiveTotals totals;
    private long manifestWeight;
    private @Nullable ArchiveTable open;
    private int chunksOfTable;
    private long rowsOfTable;
    private RowHash hashOfTable = RowHash.ZERO;
    private State state = State.WRITING;

    private ArchiveWriter(
            Path target,
            Path partial,
            FileChannel channel,
            ArchiveHeader header,
            ArchiveOptions options,
            @Nullable WrappedKey key,
            @Nullable ChunkCipher cipher) {
        this.target = target;
        this.partial = partial;
        this.channel = channel;
        this.options = options;
        this.isEncrypted = cipher != null;
        this.packer = new ChunkPacker(options.limits(), cipher);
        byte[] line = ManifestWriter.header(header, key);
        this.totals = ArchiveTotals.start(Sha256.of(line));
        addLine(line, RESERVE);
    }

    /**
     * Begins an archive.
     *
     * @param file where it will stand once finished; nothing may stand there yet
     * @param header whose rows it holds
     * @param options who signs it, and whether it is encrypted
     * @return the writer; close it
     * @throws FileAlreadyExistsException if there is such a file
     * @throws IOException if the partial file cannot be written, or another writer is writing it
     * @throws IllegalArgumentException if the header does not fit into a manifest, or the data key cannot be wrapped
     * @throws IllegalStateException if Jackson is missing
     */
    public static ArchiveWriter create(Path file, ArchiveHeader header, ArchiveOptions options) throws IOException {
        JsonLibrary.require();
        Path target = file.toAbsolutePath();
        requireFree(target);
        WrappedKey key = null;
        ChunkCipher cipher = null;
        ArchiveKeys keys = options.keys();
        if (keys != null) {
            try {
                SecretKey dataKey = ChunkCipher.newDataKey();
                byte[] wrapped = keys.wrap(options.keyId(), dataKey);
                key = new WrappedKey(options.keyId(), Base64.getEncoder().encodeToString(wrapped));
                cipher = new ChunkCipher(dataKey);
            } catch (GeneralSecurityException e) {
                throw new IllegalArgumentException(
                        "The data key of " + file + " cannot be wrapped with the key " + options.keyId() + ": "
                                + e.getMessage() + " Hand over ArchiveKeys that have that key.",
                        e);
            }
        }
        Path partial = target.resolveSibling(target.getFileName() + ".partial");
        FileChannel channel = FileChannel.open(partial, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            lock(channel, partial);
            channel.truncate(0);
            return new ArchiveWriter(target, partial, channel, header, options, key, cipher);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void requireFree(Path target) throws FileAlreadyExistsException {
        if (Files.exists(target)) {
            throw new FileAlreadyExistsException(
                    target.toString(), null, "There is a file of that name. Choose another, or move that one away.");
        }
    }

    /** The lock lives as long as the channel. */
    private static void lock(FileChannel channel, Path partial) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            // held by this process
        }
        throw new IOException(partial + " is being written by somebody else. Wait for them, or choose another name.");
    }

    /**
     * Packs chunks for this archive.
     *
     * @return the packer, safe for use by many threads
     */
    public ChunkPacker packer() {
        return packer;
    }

    /**
     * Begins a table.
     *
     * @param table the table; its number is one more than that of the table before
     * @throws IllegalStateException if the table before has not ended, or this one has another number
     * @throws IllegalArgumentException if the table does not fit into a manifest
     */
    public void table(ArchiveTable table) {
        requireWriting();
        if (open != null || table.number() != totals.tables() + 1) {
            throw new IllegalStateException(table.label() + " cannot begin after " + totals.tables() + " tables"
                    + (open == null
                            ? ". Number the tables from 1."
                            : ", for " + open.label() + " is open. End it first."));
        }
        addLine(ManifestWriter.table(table), RESERVE);
        open = table;
        chunksOfTable = 0;
        rowsOfTable = 0;
        hashOfTable = RowHash.ZERO;
    }

    /**
     * Writes the next chunk of the open table.
     *
     * @param chunk a chunk that the packer of this writer packed
     * @throws IOException if it cannot be written; the archive cannot be finished then
     * @throws IllegalStateException if it is not the next chunk of the open table, or the manifest would grow past its limit
     * @throws IllegalArgumentException if the packer of another writer packed it, its rows have other fields than the table, or its keys do
     *     not fit into a manifest
     */
    public void write(PackedChunk chunk) throws IOException {
        requireWriting();
        if (!chunk.isOf(packer)) {
            throw new IllegalArgumentException("Chunk " + chunk.number() + " of table " + chunk.table()
                    + " was packed for another archive. Pack it with the packer of this writer.");
        }
        if (open == null || chunk.table() != open.number() || chunk.number() != chunksOfTable + 1) {
            throw new IllegalStateException("Chunk " + chunk.number() + " of table " + chunk.table()
                    + " cannot be written now: "
                    + (open == null
                            ? "no table is open"
                            : "chunk " + (chunksOfTable + 1) + " of " + open.label() + " comes next")
                    + ". Write chunks in order.");
        }
        if (chunk.fields() != open.fields()) {
            throw new IllegalArgumentException("Chunk " + chunk.number() + " of " + open.label() + " has rows of "
                    + chunk.fields() + " fields, and the table has " + open.fields()
                    + " columns that are not generated. Write a field for each of them.");
        }
        ArchiveChunk chained = ManifestWriter.chained(totals.chain(), chunk.unchained());
        addLine(ManifestWriter.chunk(chained), RESERVE);
        putEntry(ZipLayout.chunkName(chunk.table(), chunk.number(), isEncrypted), chunk.crc(), chunk.stored());
        totals = totals.plus(chained);
        chunksOfTable++;
        rowsOfTable += chunk.rows();
        hashOfTable = hashOfTable.plus(chunk.rowHash());
    }

    /**
     * Ends the open table. A table without rows ends without a chunk.
     *
     * @throws IllegalStateException if no table is open
     */
    public void endTable() {
        requireWriting();
        ArchiveTable table = open;
        if (table == null) {
            throw new IllegalStateException("No table is open in " + target + ". Begin one with table(…).");
        }
        addLine(ManifestWriter.tableEnd(table.number(), rowsOfTable, hashOfTable.hex()), RESERVE / 2);
        open = null;
        totals = totals.plusTable();
    }

    /**
     * Records something beside the rows, at any time.
     *
     * @param note names and values as the caller likes; may be empty
     * @throws IllegalStateException if the manifest would grow past its limit
     * @throws IllegalArgumentException if the note does not fit into a manifest
     */
    public void note(Map<String, String> note) {
        requireWriting();
        addLine(ManifestWriter.note(note), RESERVE);
    }

    /**
     * Writes manifest and seal, brings all of it to the disk, and gives the file its name.
     *
     * @return the sums
     * @throws FileAlreadyExistsException if a file of that name has come up meanwhile
     * @throws IOException if it cannot be written; the partial file is removed on {@link #close}
     * @throws IllegalStateException if a table is open
     */
    public ArchiveTotals finish() throws IOException {
        requireWriting();
        if (open != null) {
            throw new IllegalStateException(
                    open.label() + " is open. End it, or close the writer to drop the archive.");
        }
        addLine(ManifestWriter.end(totals), 0);
        byte[] lines = manifest.toByteArray();
        CRC32 crc = new CRC32();
        crc.update(lines);
        putEntry(ZipLayout.MANIFEST, (int) crc.getValue(), lines);
        long directory = position;
        for (ZipLayout.Entry entry : entries) {
            put(ZipLayout.centralRecord(entry));
        }
        put(ZipLayout.end(new ZipLayout.Directory(entries.size(), directory, position - directory)));
        put(options.seal().seal(digest.digest()).bytes());
        channel.force(true);
        requireFree(target);
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        state = State.FINISHED;
        forceDirectory();
        return totals;
    }

    /** Linux keeps a new name only when its folder is on the disk too; Windows cannot open a folder, nor need it. */
    private void forceDirectory() throws IOException {
        Path directory = target.getParent();
        if (directory != null && !System.getProperty("os.name", "").startsWith("Windows")) {
            try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
                folder.force(true);
            }
        }
    }

    /**
     * Closes the file, and removes what was written unless it was finished.
     *
     * @throws IOException if the partial file cannot be removed
     */
    @Override
    public void close() throws IOException {
        if (state == State.CLOSED) {
            return;
        }
        boolean isLeftOver = state != State.FINISHED;
        state = State.CLOSED;
        try (channel) {
            if (isLeftOver) {
                Files.deleteIfExists(partial);
            }
        }
    }

    private void requireWriting() {
        if (state != State.WRITING) {
            throw new IllegalStateException("The archive " + target
                    + " takes nothing more: it was finished, closed, or could" + " not be written. Begin another one.");
        }
    }

    private void addLine(byte[] line, int reserve) {
        long weight = manifestWeight + ManifestWriter.weight(line);
        if (weight + reserve > options.limits().manifestBytes()) {
            throw new IllegalStateException("The manifest of " + target + " would grow past "
                    + options.limits().manifestBytes()
                    + " bytes. Make larger chunks, or raise ArchiveLimits.manifestBytes here"
                    + " and in readers.");
        }
        manifestWeight = weight;
        manifest.writeBytes(line);
        manifest.write('\n');
    }

    private void putEntry(String name, int crc, byte[] bytes) throws IOException {
        ZipLayout.Entry entry = new ZipLayout.Entry(name, crc, bytes.length, position);
        put(ZipLayout.localHeader(entry));
        put(bytes);
        entries.add(entry);
    }

    private void put(byte[] bytes) throws IOException {
        state = State.FAILED;
        digest.update(bytes);
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.position() < bytes.length) {
            // In slices, for the channel keeps a buffer outside the heap as large as the largest.
            rest.limit(Math.min(bytes.length, rest.position() + SLICE));
            channel.write(rest);
        }
        position += bytes.length;
        state = State.WRITING;
    }

    /** Failed: a write did, and the bytes on the disk are not those that were digested. */
    private enum State {
        WRITING,
        FAILED,
        FINISHED,
        CLOSED
    }
}
