package dev.tenantsafety.id;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A key within the text form of an ID. Letters, digits, hyphen, full stop and underscore of ASCII stand for themselves: the unreserved
 * characters of RFC 3986 but the tilde, so that the text form needs no quoting in a URL, a shell, a list or the name of a file. Each byte of any
 * other character in UTF-8 is a tilde and two hexadecimal digits in lower case. There is one form for each key.
 */
final class KeyText {

    private static final char ESCAPE = '~';
    private static final HexFormat HEX = HexFormat.of();

    private KeyText() {}

    static String of(String key) {
        if (key.chars().allMatch(KeyText::isPlain)) {
            return key;
        }
        StringBuilder text = new StringBuilder();
        for (byte one : key.getBytes(StandardCharsets.UTF_8)) {
            if (isPlain(one)) {
                text.append((char) one);
            } else {
                HEX.toHexDigits(text.append(ESCAPE), one);
            }
        }
        return text.toString();
    }

    private static boolean isPlain(int c) {
        boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return isLetter || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
    }

    /** The key of which this is the text, or null. */
    static @Nullable String key(String text) {
        if (text.chars().allMatch(KeyText::isPlain)) {
            return text;
        }
        String key = decoded(text);
        return key != null && of(key).equals(text) ? key : null;
    }

    private static @Nullable String decoded(String text) {
        ByteBuffer bytes = ByteBuffer.allocate(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isPlain(c)) {
                bytes.put((byte) c);
            } else if (c == ESCAPE && isHex(text, i + 1) && isHex(text, i + 2)) {
                bytes.put((byte) HexFormat.fromHexDigits(text, i + 1, i + 3));
                i += 2;
            } else {
                return null;
            }
        }
        try {
            CharBuffer key = StandardCharsets.UTF_8.newDecoder().decode(bytes.flip());
            return key.toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static boolean isHex(String text, int at) {
        return at < text.length() && HexFormat.isHexDigit(text.charAt(at));
    }
}
