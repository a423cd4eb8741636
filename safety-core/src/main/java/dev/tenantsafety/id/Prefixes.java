package dev.tenantsafety.id;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a prefix may be, and which two are easily taken for each other. */
final class Prefixes {

    static final int MAX_LENGTH = 63;

    /** TypeID specification 0.3, without the empty prefix, which would not say what the ID identifies. */
    private static final Pattern VALID = Pattern.compile("[a-z]([a-z_]{0,61}[a-z])?");

    private Prefixes() {}

    static boolean isValid(String prefix) {
        return VALID.matcher(prefix).matches();
    }

    /** What is wrong with a prefix, or null. */
    static @Nullable String problemOf(String prefix) {
        return isValid(prefix)
                ? null
                : "is none: 1 to " + MAX_LENGTH + " characters a to z and underscore, an underscore neither first nor"
                        + " last.";
    }

    /** Why two prefixes are easily taken for each other, or null. The same prefix twice is not asked about. */
    static @Nullable String confusion(String a, String b) {
        if (isOneEditApart(a, b)) {
            return "are one edit apart";
        }
        if (isNested(a, b) || isNested(b, a)) {
            return "are nested at an underscore";
        }
        return null;
    }

    private static boolean isNested(String inner, String outer) {
        return ("_" + outer + "_").contains("_" + inner + "_");
    }

    /** One character inserted, left out or replaced, or two neighbours swapped. */
    private static boolean isOneEditApart(String a, String b) {
        if (a.length() < b.length()) {
            return isOneEditApart(b, a);
        }
        int i = 0;
        while (i < b.length() && a.charAt(i) == b.charAt(i)) {
            i++;
        }
        String restOfA = a.substring(i);
        String restOfB = b.substring(i);
        return switch (a.length() - b.length()) {
            case 0 -> sameFrom(restOfA, 1, restOfB, 1) || isSwapped(restOfA, restOfB);
            case 1 -> sameFrom(restOfA, 1, restOfB, 0);
            default -> false;
        };
    }

    private static boolean sameFrom(String a, int startOfA, String b, int startOfB) {
        return a.substring(Math.min(startOfA, a.length())).equals(b.substring(Math.min(startOfB, b.length())));
    }

    private static boolean isSwapped(String a, String b) {
        return a.length() >= 2 && a.charAt(0) == b.charAt(1) && a.charAt(1) == b.charAt(0) && sameFrom(a, 2, b, 2);
    }
}
