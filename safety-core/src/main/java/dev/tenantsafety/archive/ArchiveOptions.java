package dev.tenantsafety.archive;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How an archive is written. Unchangeable: each method that sets something returns other options.
 *
 * <pre>{@code
 * ArchiveOptions options = ArchiveOptions.sealedBy(ArchiveSeal.ed25519("backup-2026", privateKey))
 *         .encryptedBy("master-7", ArchiveKeys.of("master-7", masterKey));
 * }</pre>
 */
public final class ArchiveOptions {

    private final ArchiveSeal seal;
    private final ArchiveLimits limits;
    private final String keyId;
    private final @Nullable ArchiveKeys keys;

    private ArchiveOptions(ArchiveSeal seal, ArchiveLimits limits, String keyId, @Nullable ArchiveKeys keys) {
        this.seal = Objects.requireNonNull(seal, "seal");
        this.limits = Objects.requireNonNull(limits, "limits");
        this.keyId = keyId;
        this.keys = keys;
    }

    /**
     * An archive with this seal, the standard limits, and no encryption.
     *
     * @param seal who signs
     * @return the options
     */
    public static ArchiveOptions sealedBy(ArchiveSeal seal) {
        return new ArchiveOptions(seal, ArchiveLimits.standard(), "", null);
    }

    /**
     * Encrypts the chunks. The manifest stays readable: names of tables and columns, counts, hashes, notes, and the first and
     * last key of each chunk.
     *
     * @param newKeyId the ID of the key that wraps the data key of the archive, not empty
     * @param newKeys wraps it
     * @return other options
     * @throws IllegalArgumentException if the ID cannot stand in an archive
     */
    public ArchiveOptions encryptedBy(String newKeyId, ArchiveKeys newKeys) {
        return new ArchiveOptions(
                seal, limits, SealText.requireKeyId(newKeyId), Objects.requireNonNull(newKeys, "keys"));
    }

    /**
     * Sets other limits than the standard ones; its reader has to be given the same.
     *
     * @param newLimits the limits
     * @return other options
     */
    public ArchiveOptions within(ArchiveLimits newLimits) {
        return new ArchiveOptions(seal, newLimits, keyId, keys);
    }

    ArchiveSeal seal() {
        return seal;
    }

    ArchiveLimits limits() {
        return limits;
    }

    String keyId() {
        return keyId;
    }

    @Nullable
    ArchiveKeys keys() {
        return keys;
    }
}
