package dev.tenantsafety.transfer;

import dev.tenantsafety.archive.ArchiveKeys;
import dev.tenantsafety.archive.ArchiveLimits;
import dev.tenantsafety.archive.ArchiveReader;
import dev.tenantsafety.archive.ArchiveTrust;
import dev.tenantsafety.id.TypedId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Archives to restore from: whose are taken, and how they are opened. Does not change; each method that sets something gives another one.
 *
 * <pre>{@code
 * Archives archives = Archives.in(directory, ArchiveTrust.nobody().ed25519("backup-2026", publicKey));
 * }</pre>
 */
public final class Archives {

    private static final Pattern UPPER_CASE = Pattern.compile("[A-Z]");

    private final Path path;
    private final ArchiveTrust trust;
    private final ArchiveLimits limits;
    private final @Nullable ArchiveKeys keys;

    private Archives(Path path, ArchiveTrust trust, ArchiveLimits limits, @Nullable ArchiveKeys keys) {
        this.path = path;
        this.trust = trust;
        this.limits = limits;
        this.keys = keys;
    }

    /**
     * A directory with an archive for each owner, as {@link Export#toDirectory} writes it, or one archive.
     *
     * @param path the directory or the file
     * @param trust whose archives are taken
     * @return the archives, not opened yet
     */
    public static Archives in(Path path, ArchiveTrust trust) {
        return new Archives(path, trust, ArchiveLimits.standard(), null);
    }

    /**
     * Of which some are encrypted.
     *
     * @param with unwraps their data keys
     * @return others
     */
    public Archives decrypted(ArchiveKeys with) {
        return new Archives(path, trust, limits, with);
    }

    /**
     * Of which some are larger than usual.
     *
     * @param newLimits the limits of their writer, or higher
     * @return others
     */
    public Archives within(ArchiveLimits newLimits) {
        return new Archives(path, trust, newLimits, keys);
    }

    /** The archive of an owner. Upper case, which IDs backed by a text may have, is escaped: not every file system tells cases apart. */
    static Path file(Path directory, TypedId<?> owner) {
        String name = UPPER_CASE
                .matcher(owner.toString())
                .replaceAll(letter ->
                        String.format(Locale.ROOT, "~%02x", (int) letter.group().charAt(0)));
        return directory.resolve(name + ".tenant");
    }

    boolean isDirectory() {
        return Files.isDirectory(path);
    }

    Path path() {
        return path;
    }

    ArchiveReader open(Path file) throws IOException {
        return keys == null ? ArchiveReader.open(file, trust, limits) : ArchiveReader.open(file, trust, limits, keys);
    }

    /** Where they are. */
    @Override
    public String toString() {
        return path.toString();
    }
}
