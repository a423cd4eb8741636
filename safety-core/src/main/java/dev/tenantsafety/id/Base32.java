package dev.tenantsafety.id;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The base32 of the TypeID specification 0.3: 128 bits, two zero bits before them, as 26 characters of Crockford's
 * alphabet, lower case and strict.
 */
final class Base32 {

    static final int LENGTH = 26;
    static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

    private static final int PAIR = 0x3ff;
    private static final byte[] VALUES = values();
    private static final short[] PAIRS = pairs();
    private static final VarHandle TWO_BYTES =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    /** Room for the longest text there is, so that formatting allocates nothing but its result. */
    private static final ThreadLocal<byte[]> ROOM =
            ThreadLocal.withInitial(() -> new byte[Prefixes.MAX_LENGTH + 1 + LENGTH]);

    private Base32() {}

    /** Value by character; negative for those outside the alphabet. */
    private static byte[] values() {
        byte[] values = new byte[128];
        Arrays.fill(values, (byte) -1);
        for (int i = 0; i < ALPHABET.length(); i++) {
            values[ALPHABET.charAt(i)] = (byte) i;
        }
        return values;
    }

    /** Two characters by ten bits. */
    private static short[] pairs() {
        short[] pairs = new short[PAIR + 1];
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = (short) (ALPHABET.charAt(i >> 5) << 8 | ALPHABET.charAt(i & 31));
        }
        return pairs;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The prefix, which ends with its underscore or is empty, and the 26 characters. */
    static String text(byte[] prefix, UUID uuid) {
        long high = uuid.getMostSignificantBits();
        long low = uuid.getLeastSignificantBits();
        byte[] room = ROOM.get();
        int at = prefix.length;
        System.arraycopy(prefix, 0, room, 0, at);
        put(room, at, high >>> 56); // three and five bits
        put(room, at + 2, high >>> 46);
        put(room, at + 4, high >>> 36);
        put(room, at + 6, high >>> 26);
        put(room, at + 8, high >>> 16);
        put(room, at + 10, high >>> 6);
        put(room, at + 12, high << 4 | low >>> 60); // where the halves meet
        put(room, at + 14, low >>> 50);
        put(room, at + 16, low >>> 40);
        put(room, at + 18, low >>> 30);
        put(room, at + 20, low >>> 20);
        put(room, at + 22, low >>> 10);
        put(room, at + 24, low);
        return new String(room, 0, at + LENGTH, StandardCharsets.ISO_8859_1);
    }

    private static void put(byte[] room, int at, long tenBits) {
        TWO_BYTES.set(room, at, PAIRS[(int) tenBits & PAIR]);
    }

    /**
     * The UUID in the 26 characters from this place on, or null if they are none. The text must be long enough. What is
     * wrong is collected in bits and asked for once, at the end.
     */
    static @Nullable UUID decode(String text, int start) {
        int first = value(text.charAt(start));
        int middle = value(text.charAt(start + 13));
        int wrong = first | (7 - first) | middle; // first is 0 to 7: 26 times 5 bits are two more than 128
        long high = first;
        for (int i = start + 1; i < start + 13; i++) {
            int value = value(text.charAt(i));
            wrong |= value;
            high = high << 5 | value;
        }
        long low = middle;
        for (int i = start + 14; i < start + LENGTH; i++) {
            int value = value(text.charAt(i));
            wrong |= value;
            low = low << 5 | value;
        }
        return wrong < 0 ? null : new UUID(high << 1 | middle >>> 4, low);
    }

    /** The value of a character, negative for those outside the alphabet. */
    static int value(char c) {
        return c < VALUES.length ? VALUES[c] : -1;
    }
}
