package dev.tenantsafety.id;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The text form of UUID-backed IDs by itself, for tools that handle IDs of any kind, known or not: a TypeID of the
 * <a href="https://github.com/jetify-com/typeid/blob/main/spec/README.md">TypeID specification 0.3</a>.
 *
 * <p>Services use {@link TypedId}s instead: a method that takes any ID is the mistake this library is about. Unlike a
 * kind, a TypeID may have no prefix, and its UUID may carry any tag.
 *
 * @param prefix empty, or 1 to 63 characters a to z and underscore, an underscore neither first nor last
 * @param uuid any UUID, also the nil and the max UUID and those of all versions
 */
public record TypeIdText(
        String prefix,
        @RawId(reason = "the text form is below kinds") UUID uuid) {

    private static final String EXPECTED = "Expected a TypeID (prefix_ and 26 characters) but got ";

    /**
     * Joins prefix and UUID.
     *
     * @param prefix the prefix, may be empty
     * @param uuid the UUID
     * @throws IllegalArgumentException if the prefix is neither empty nor one
     */
    public TypeIdText {
        if (prefix == null) {
            throw new IllegalArgumentException("A TypeID needs a prefix, which may be empty, but got null.");
        }
        if (!prefix.isEmpty()) {
            String problem = Prefixes.problemOf(prefix);
            if (problem != null) {
                throw new IllegalArgumentException("The prefix " + Quote.of(prefix) + " " + problem);
            }
        }
        if (uuid == null) {
            throw new IllegalArgumentException("A TypeID needs a UUID, but got null.");
        }
    }

    /**
     * Splits a text at its last underscore. What it accepts, {@link #toString()} gives back to the letter.
     *
     * @param text the text; null is refused
     * @return prefix and UUID
     * @throws IllegalArgumentException if the text is no TypeID; the message says at which part
     */
    public static TypeIdText parse(@Nullable String text) {
        if (text == null) {
            throw new IllegalArgumentException(EXPECTED + "null.");
        }
        int separator = text.lastIndexOf('_');
        if (separator == 0) {
            throw new IllegalArgumentException(
                    EXPECTED + Quote.of(text) + ", which begins with the underscore. Without a prefix leave it out.");
        }
        int length = text.length() - separator - 1;
        if (length != Base32.LENGTH) {
            throw new IllegalArgumentException(EXPECTED + Quote.of(text) + ", which has " + length
                    + " characters where 26 hold the UUID. Was it cut off?");
        }
        UUID uuid = Base32.decode(text, separator + 1);
        if (uuid == null) {
            throw new IllegalArgumentException(EXPECTED + Quote.of(text)
                    + ", whose last 26 characters are no UUID: one of 0 to 7, then 25 of " + Base32.ALPHABET + ".");
        }
        return new TypeIdText(text.substring(0, Math.max(0, separator)), uuid);
    }

    /**
     * The text form.
     *
     * @return prefix, underscore and 26 characters; the characters alone if the prefix is empty
     */
    @Override
    public String toString() {
        return Base32.text(Base32.ascii(prefix.isEmpty() ? "" : prefix + "_"), uuid);
    }
}
