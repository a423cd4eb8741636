package dev.tenantsafety.id;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Identifies a site, which a tenant owns and which holds apps. Its text is {@code site_} and 26 characters.
 *
 * @param uuid the bare UUID; one that carries the tag of another kind is refused
 */
public record SiteId(UUID uuid) implements TypedId<SiteId> {

    /** The kind of these IDs. */
    public static final IdKind<SiteId> KIND = IdKind.of("site", SiteId.class, SiteId::new);

    /**
     * Makes an ID of a bare UUID.
     *
     * @param uuid the bare UUID
     * @throws IllegalIdException if the UUID is null or carries the tag of another kind
     */
    public SiteId {
        KIND.check(uuid);
    }

    /**
     * Creates a new ID, later in order than all that this process created before.
     *
     * @return the new ID
     */
    public static SiteId create() {
        return KIND.create();
    }

    /**
     * Reads the text form.
     *
     * @param text the text, as {@link #toString()} gives it; null is refused
     * @return the ID
     * @throws IllegalIdException if the text is anything else; it says what the text is instead, where that can be told
     */
    public static SiteId parse(@Nullable String text) {
        return KIND.parse(text);
    }

    @Override
    public IdKind<SiteId> kind() {
        return KIND;
    }

    @Override
    public String toString() {
        return KIND.format(this);
    }
}
