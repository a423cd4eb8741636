package dev.tenantsafety.archive;

import dev.tenantsafety.archive.Verification.Verified;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads an archive, after it has checked all of it.
 *
 * <pre>{@code
 * try (ArchiveReader reader = ArchiveReader.open(file, trust, ArchiveLimits.standard())) {
 *     for (ArchivedTable table : reader.manifest().tables()) {
 *         for (ArchiveChunk chunk : table.chunks()) {
 *             try (InputStream rows = reader.open(chunk)) { … }
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>Opening reads the whole file twice: once to compare the hash that was sealed, before anything in it is interpreted, and once to check
 * each part. Memory grows with the manifest and the largest chunk, both within the limits, not with the file. Safe for use by many threads; an interrupted thread closes the file for all, as it does for any
 * {@link java.nio.channels.FileChannel}.
 */
public final class ArchiveReader implements Closeable {

    private final ArchiveFile file;
    private final Verification verification;
    private final Verified verified;

    private ArchiveReader(ArchiveFile file, Verification verification, Verified verified) {
        this.file = file;
        this.verification = verification;
        this.verified = verified;
    }

    /**
     * Opens an archive that is not encrypted.
     *
     * @param file the archive
     * @param trust whose archives are taken
     * @param limits how much is taken; the limits of its writer, or higher
     * @return the reader; close it
     * @throws ArchiveRefusedException if anything is wrong with it; nothing of it was given out then
     * @throws IOException if the file cannot be read
     * @throws IllegalStateException if Jackson is missing
     */
    public static ArchiveReader open(Path file, ArchiveTrust trust, ArchiveLimits limits) throws IOException {
        return opened(file, trust, limits, null);
    }

    /**
     * Opens an archive, encrypted or not.
     *
     * @param file the archive
     * @param trust whose archives are taken
     * @param limits how much is taken; the limits of its writer, or higher
     * @param keys unwrap its data key
     * @return the reader; close it
     * @throws ArchiveRefusedException if anything is wrong with it; nothing of it was given out then
     * @throws IOException if the file cannot be read
     * @throws IllegalStateException if Jackson is missing
     */
    public static ArchiveReader open(Path file, ArchiveTrust trust, ArchiveLimits limits, ArchiveKeys keys)
            throws IOException {
        return opened(file, trust, limits, keys);
    }

    private static ArchiveReader opened(Path path, ArchiveTrust trust, ArchiveLimits limits, @Nullable ArchiveKeys keys)
            throws IOException {
        JsonLibrary.require();
        ArchiveFile file = new ArchiveFile(path);
        try {
            Verification verification = new Verification(file, trust, limits, keys);
            return new ArchiveReader(file, verification, verification.run());
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * What the archive holds.
     *
     * @return the manifest
     */
    public ArchiveManifest manifest() {
        return verified.manifest();
    }

    /**
     * Who signed the archive.
     *
     * @return the ID of the key; empty if nobody did
     */
    public Optional<String> signedBy() {
        String keyId = verified.seal().keyId();
        return keyId.equals(SealText.NO_KEY) ? Optional.empty() : Optional.of(keyId);
    }

    /**
     * What tells this archive from all others.
     *
     * @return the SHA-256 of the file before its seal, in hexadecimal digits
     */
    public String sha256() {
        return verified.seal().sha256();
    }

    /**
     * Opens the rows of a chunk. Its bytes are read again, and compared with the hash that was checked when the archive was
     * opened before the first of them is given out: the file may have changed since.
     *
     * @param chunk a chunk of {@link #manifest}
     * @return the COPY text, held in memory in its stored size until closed; for use by one thread
     * @throws ArchiveRefusedException if the bytes are not what they were
     * @throws IOException if the file cannot be read, or this reader is closed
     * @throws IllegalArgumentException if it is a chunk of another archive
     */
    public InputStream open(ArchiveChunk chunk) throws IOException {
        List<ArchivedTable> tables = manifest().tables();
        List<ArchiveChunk> chunks = chunk.table() > tables.size()
                ? List.of()
                : tables.get(chunk.table() - 1).chunks();
        if (chunk.number() > chunks.size() || !chunks.get(chunk.number() - 1).equals(chunk)) {
            throw new IllegalArgumentException("Chunk " + chunk.number() + " of table " + chunk.table()
                    + " is not of this archive. Take it from the manifest of this reader.");
        }
        ArchiveTable table = tables.get(chunk.table() - 1).table();
        long offset = verified.offsets().get(chunk.table() - 1).get(chunk.number() - 1);
        return Gzip.stream(verification.readAgain(chunk, table, offset, verified.cipher()));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
