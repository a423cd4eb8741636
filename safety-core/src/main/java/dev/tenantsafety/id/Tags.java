package dev.tenantsafety.id;

import java.util.UUID;

/**
 * The twelve bits after the version that hold the tag of a kind, in UUIDs of version 8 (RFC 9562, section 5.8: custom)
 * and the RFC's variant.
 */
final class Tags {

    static final int NONE = -1;
    static final int MAX = 0xfff;

    static final long VERSION_7 = 0x7000;
    static final long VERSION_8 = 0x8000;
    static final long VARIANT = 0x8000_0000_0000_0000L;

    private static final long VERSION_BITS = 0xf000;
    private static final int FNV_OFFSET_BASIS = 0x811c9dc5;
    private static final int FNV_PRIME = 0x01000193;

    private Tags() {}

    /** The tag that follows from a prefix; see the class comment of {@link IdKind}. Never change it: data holds it. */
    static int of(String prefix) {
        int hash = FNV_OFFSET_BASIS;
        for (int i = 0; i < prefix.length(); i++) {
            hash = (hash ^ prefix.charAt(i)) * FNV_PRIME;
        }
        return (hash ^ (hash >>> 12) ^ (hash >>> 24)) & MAX;
    }

    static boolean isTagged(UUID uuid) {
        return (uuid.getMostSignificantBits() & VERSION_BITS) == VERSION_8
                && uuid.getLeastSignificantBits() >>> 62 == 2;
    }

    /** The tag of a UUID that {@link #isTagged}. */
    static int of(UUID uuid) {
        return (int) uuid.getMostSignificantBits() & MAX;
    }

    static UUID lowestWith(int tag) {
        return new UUID(VERSION_8 | tag, VARIANT);
    }

    static UUID lowestUntagged() {
        return new UUID(VERSION_7, VARIANT);
    }
}
