package dev.tenantsafety.archive;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The comment at the end of the ZIP: five lines of ASCII and blanks up to a fixed length.
 *
 * @param sha256 of all bytes of the file before the comment
 * @param keyId {@link #NO_KEY} if nobody signed
 * @param algorithm as in {@link ArchiveSeal}
 * @param signature in base64; empty if nobody signed
 */
record SealText(String sha256, String keyId, String algorithm, String signature) {

    static final String NAME = "tenant-safety-archive";
    static final int VERSION = 1;
    static final String FORMAT = NAME + " " + VERSION;
    static final int BYTES = 512;
    static final String NO_KEY = "-";
    static final String UNSIGNED = "none";

    private static final Pattern KEY_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}");
    private static final Pattern TEXT = Pattern.compile(FORMAT
            + "\nsha256 ([0-9a-f]{64})\nkey ([!-~]{1,200})\nalgorithm (Ed25519|HMAC-SHA256|none)"
            + "\nsignature ([A-Za-z0-9+/=]{0,100})\n *");
    private static final Pattern ANY_VERSION = Pattern.compile(NAME + " ([0-9]{1,9})\n.*", Pattern.DOTALL);

    static String requireKeyId(String keyId) {
        if (!KEY_ID.matcher(keyId).matches()) {
            throw new IllegalArgumentException(
                    "The key ID " + Shown.of(keyId) + " cannot stand in an archive. Take 1 to 200"
                            + " letters, digits and . _ : / -, the first a letter or digit.");
        }
        return keyId;
    }

    /** What is signed: the text up to the signature, which says what it is the signature of. */
    byte[] signed() {
        return ascii(signedText());
    }

    private String signedText() {
        return FORMAT + "\nsha256 " + sha256 + "\nkey " + keyId + "\nalgorithm " + algorithm + "\n";
    }

    byte[] bytes() {
        byte[] text = ascii(signedText() + "signature " + signature + "\n");
        byte[] padded = Arrays.copyOf(text, BYTES);
        Arrays.fill(padded, text.length, BYTES, (byte) ' ');
        return padded;
    }

    SealText signed(String newSignature) {
        return new SealText(sha256, keyId, algorithm, newSignature);
    }

    /** The seal, or null if this is none of this version. */
    static @Nullable SealText parse(byte[] comment) {
        Matcher text = TEXT.matcher(latin(comment));
        if (!text.matches()) {
            return null;
        }
        boolean isUnsigned = text.group(3).equals(UNSIGNED);
        boolean hasKey = !text.group(2).equals(NO_KEY);
        boolean hasSignature = !text.group(4).isEmpty();
        return isUnsigned == hasKey || isUnsigned == hasSignature
                ? null
                : new SealText(text.group(1), text.group(2), text.group(3), text.group(4));
    }

    /** The version that a comment claims to be of; 0 if it is no seal of ours. */
    static int version(byte[] comment) {
        Matcher text = ANY_VERSION.matcher(latin(comment));
        return text.matches() ? Integer.parseInt(text.group(1)) : 0;
    }

    /** Without a loss: what is not ASCII matches nothing. */
    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
