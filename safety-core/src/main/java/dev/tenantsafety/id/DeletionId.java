package dev.tenantsafety.id;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Identifies a deletion: one act, and all the rows it marked. Its text is {@code deletion_} and 26 characters.
 *
 * @param uuid the bare UUID; one that carries the tag of another kind is refused
 */
public record DeletionId(UUID uuid) implements TypedId<DeletionId> {

    /** The kind of these IDs. */
    public static final IdKind<DeletionId> KIND = IdKind.of("deletion", DeletionId.class, DeletionId::new);

    /**
     * Makes an ID of a bare UUID.
     *
     * @param uuid the bare UUID
     * @throws IllegalIdException if the UUID is null or carries the tag of another kind
     */
    public DeletionId {
        KIND.check(uuid);
    }

    /**
     * Creates a new ID, later in order than all that this process created before.
     *
     * @return the new ID
     */
    public static DeletionId create() {
        return KIND.create();
    }

    /**
     * Reads the text form.
     *
     * @param text the text, as {@link #toString()} gives it; null is refused
     * @return the ID
     * @throws IllegalIdException if the text is anything else; it says what the text is instead, where that can be told
     */
    public static DeletionId parse(@Nullable String text) {
        return KIND.parse(text);
    }

    @Override
    public IdKind<DeletionId> kind() {
        return KIND;
    }

    @Override
    public String toString() {
        return KIND.format(this);
    }
}
