package dev.tenantsafety.archive;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.IdKinds;
import dev.tenantsafety.id.ParseResult;
import dev.tenantsafety.id.TypedId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Whose rows an archive holds, and where they come from.
 *
 * <pre>{@code
 * ArchiveHeader header = ArchiveHeader.of(List.of(tenant))
 *         .writtenBy("0.1.0")
 *         .database("PostgreSQL", "18.1")
 *         .schema(fingerprint)
 *         .origin("created-at", Instant.now().toString());
 * }</pre>
 *
 * <p>Unchangeable: each method that sets something returns another header.
 *
 * @param prefix the prefix of the kind of all units, for example {@code tenant}
 * @param units the text forms of the IDs whose rows these are, all of one kind, none twice, at least one
 * @param libraryVersion the version of the library that wrote the archive; empty if not known
 * @param databaseProduct the database the rows come from, for example {@code PostgreSQL}; empty if not known
 * @param databaseVersion its version; empty if not known
 * @param schemaFingerprint a text that differs when the schema differs; empty if not known
 * @param origin whatever else is worth knowing of where and when the rows were read, sorted by name
 */
public record ArchiveHeader(
        String prefix,
        List<String> units,
        String libraryVersion,
        String databaseProduct,
        String databaseVersion,
        String schemaFingerprint,
        SortedMap<String, String> origin) {

    private static final Pattern PREFIX = Pattern.compile("[a-z]([a-z_]{0,61}[a-z])?");

    /** What stands after the prefix: a UUID, a number or a text. Which of them, the kind knows. */
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9._~-]{1,3060}");

    /**
     * Copies list and map, and checks that the units are of one kind.
     *
     * @param prefix the prefix of the kind
     * @param units the IDs as text
     * @param libraryVersion the version of the library
     * @param databaseProduct the database
     * @param databaseVersion its version
     * @param schemaFingerprint a text that differs when the schema differs
     * @param origin whatever else is worth knowing
     * @throws IllegalArgumentException if there is no unit, one is there twice, or one is not of the kind of the prefix; of
     *     a kind that this process does not know, only the form is looked at
     */
    public ArchiveHeader {
        units = List.copyOf(units);
        origin = Collections.unmodifiableSortedMap(new TreeMap<>(origin));
        Objects.requireNonNull(libraryVersion, "libraryVersion");
        Objects.requireNonNull(databaseProduct, "databaseProduct");
        Objects.requireNonNull(databaseVersion, "databaseVersion");
        Objects.requireNonNull(schemaFingerprint, "schemaFingerprint");
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalUnitsException(
                    Shown.of(prefix) + " is not the prefix of a kind of IDs. Make the header of" + " typed IDs.");
        }
        if (units.isEmpty()) {
            throw new IllegalUnitsException("An archive must say whose rows it holds. Name at least one ID.");
        }
        Set<String> seen = new TreeSet<>();
        Optional<IdKind<?>> known = known(prefix);
        for (String unit : units) {
            String start = prefix + "_";
            boolean isUnit = unit.startsWith(start)
                    && VALUE.matcher(unit.substring(start.length())).matches()
                    && known.filter(kind -> kind.tryParse(unit) instanceof ParseResult.Refused)
                            .isEmpty();
            if (!isUnit) {
                throw new IllegalUnitsException("The archive is declared to hold rows of " + prefix + " IDs, and "
                        + Shown.of(unit) + " is none. Find out where that ID came from.");
            }
            if (!seen.add(unit)) {
                throw new IllegalUnitsException(unit + " is named twice. Name each ID once.");
            }
        }
    }

    /** Tools read archives of kinds that they do not know. */
    private static Optional<IdKind<?>> known(String prefix) {
        return IdKinds.all().stream()
                .filter(kind -> kind.prefix().equals(prefix))
                .findFirst();
    }

    /**
     * A header for the rows of these.
     *
     * @param units the IDs, all of one kind, none twice, at least one
     * @param <T> the ID
     * @return the header, of which nothing else is known yet
     * @throws IllegalArgumentException if there is no ID, or one is there twice
     */
    public static <T extends TypedId<T>> ArchiveHeader of(Collection<T> units) {
        List<String> texts = new ArrayList<>();
        String prefix = "none";
        for (T unit : units) {
            prefix = unit.kind().prefix();
            texts.add(unit.toString());
        }
        return new ArchiveHeader(prefix, texts, "", "", "", "", new TreeMap<>());
    }

    /**
     * The IDs whose rows these are.
     *
     * @param kind the kind that they must be of
     * @param <T> the ID
     * @return the IDs in order
     * @throws dev.tenantsafety.id.IllegalIdException if they are of another kind
     */
    public <T extends TypedId<T>> List<T> units(IdKind<T> kind) {
        return units.stream().map(kind::parse).toList();
    }

    /**
     * Says which version of the library writes.
     *
     * @param version the version
     * @return another header
     */
    public ArchiveHeader writtenBy(String version) {
        return new ArchiveHeader(prefix, units, version, databaseProduct, databaseVersion, schemaFingerprint, origin);
    }

    /**
     * Says which database the rows come from.
     *
     * @param product its name
     * @param version its version
     * @return another header
     */
    public ArchiveHeader database(String product, String version) {
        return new ArchiveHeader(prefix, units, libraryVersion, product, version, schemaFingerprint, origin);
    }

    /**
     * Says which schema the rows were read in.
     *
     * @param fingerprint a text that differs when the schema differs
     * @return another header
     */
    public ArchiveHeader schema(String fingerprint) {
        return new ArchiveHeader(prefix, units, libraryVersion, databaseProduct, databaseVersion, fingerprint, origin);
    }

    /**
     * Adds to what is known of the origin.
     *
     * @param name for example {@code created-at}, {@code snapshot}, {@code isolation} or {@code time-zone}
     * @param value the value; replaces one of the same name
     * @return another header
     */
    public ArchiveHeader origin(String name, String value) {
        SortedMap<String, String> more = new TreeMap<>(origin);
        more.put(name, value);
        return new ArchiveHeader(
                prefix, units, libraryVersion, databaseProduct, databaseVersion, schemaFingerprint, more);
    }

    /** Tells the reader which of its refusals this is. */
    static final class IllegalUnitsException extends IllegalArgumentException {

        private static final long serialVersionUID = 1;

        private IllegalUnitsException(String message) {
            super(message);
        }
    }
}
