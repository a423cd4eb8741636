package dev.tenantsafety.id;

import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Recognises the text of a bare UUID in the forms people paste: hyphens or none, braces, {@code urn:uuid:}. */
final class BareUuid {

    private static final String HEX = "[0-9a-fA-F]";
    private static final Pattern WITH_HYPHENS = Pattern.compile(HEX + "{8}(-" + HEX + "{4}){3}-" + HEX + "{12}");
    private static final Pattern WITHOUT_HYPHENS = Pattern.compile(HEX + "{32}");
    private static final Pattern ABBREVIATED = Pattern.compile(HEX + "{1,16}(-" + HEX + "{1,16}){4}");
    private static final Pattern GROUPS = Pattern.compile("^(.{8})(.{4})(.{4})(.{4})(.{12})$");
    private static final String URN = "urn:uuid:";

    private BareUuid() {}

    /** The UUID, or null if the text is none in full. */
    static @Nullable UUID in(String text) {
        String bare = unwrapped(text);
        if (WITH_HYPHENS.matcher(bare).matches()) {
            return UUID.fromString(bare);
        }
        if (WITHOUT_HYPHENS.matcher(bare).matches()) {
            return UUID.fromString(GROUPS.matcher(bare).replaceFirst("$1-$2-$3-$4-$5"));
        }
        return null;
    }

    /** Whether UUID.fromString would make a UUID of this text although digits are missing, as in 0-0-0-0-0. */
    static boolean isAbbreviated(String text) {
        return ABBREVIATED.matcher(unwrapped(text)).matches() && in(text) == null;
    }

    private static String unwrapped(String text) {
        if (text.startsWith("{") && text.endsWith("}")) {
            return text.substring(1, text.length() - 1);
        }
        return text.startsWith(URN) ? text.substring(URN.length()) : text;
    }
}
