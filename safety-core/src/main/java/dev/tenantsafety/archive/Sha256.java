package dev.tenantsafety.archive;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** SHA-256, in bytes and as 64 lower case hexadecimal digits. */
final class Sha256 {

    static final int BYTES = 32;

    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    private Sha256() {}

    static MessageDigest start() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no SHA-256, which every Java must have.", e);
        }
    }

    static String of(byte[]... parts) {
        MessageDigest digest = start();
        for (byte[] part : parts) {
            digest.update(part);
        }
        return hex(digest.digest());
    }

    static String hex(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    static String require(String name, String hex) {
        if (!HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException(name + " is " + Shown.of(hex)
                    + ", not a SHA-256 in 64 lower case hexadecimal digits. Hand over the hash as it was computed.");
        }
        return hex;
    }
}
