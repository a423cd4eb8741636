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
    private static final int ASCII = 0x7f;
    /** The first character is 0 to 7, for 26 times 5 bits are two more than 128. */
    private static final int MAX_FIRST_PAIR = 0xff;

    private static final short[] PAIRS = pairs();
    private static final short[] VALUES_OF_PAIRS = valuesOfPairs();
    private static final VarHandle TWO_BYTES =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    /** Room for the longest text there is, so that formatting allocates nothing but its result. */
    private static final ThreadLocal<byte[]> ROOM =
            ThreadLocal.withInitial(() -> new byte[Prefixes.MAX_LENGTH + 1 + LENGTH]);

    private Base32() {}

    /** Ten bits by two characters; negative where one is outside the alphabet. */
    private static short[] valuesOfPairs() {
        short[] values = new short[1 << 14];
        Arrays.fill(values, (short) -1);
        for (int i = 0; i < PAIRS.length; i++) {
            values[(PAIRS[i] >> 8 << 7) | (PAIRS[i] & ASCII)] = (short) i;
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

    /**
     * The prefix, which ends with its underscore or is empty, and the 26 characters.
     *
     * <p>Of the constructors of String this deprecated one, right for ASCII alone, does the least work: half the time of
     * the one that takes a Charset.
     */
    @SuppressWarnings("deprecation")
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
        return new String(room, 0, 0, at + LENGTH);
    }

    private static void put(byte[] room, int at, long tenBits) {
        TWO_BYTES.set(room, at, PAIRS[(int) tenBits & PAIR]);
    }

    /** The UUID in the 26 characters from this place on, or null if they are none. The text must be long enough. */
    static @Nullable UUID decode(String text, int start) {
        int first = pair(text.charAt(start), text.charAt(start + 1));
        long a = fourCharacters(text, start + 2);
        long b = fourCharacters(text, start + 6);
        long c = fourCharacters(text, start + 10); // its last four bits belong to the lower half
        long d = fourCharacters(text, start + 14);
        long e = fourCharacters(text, start + 18);
        long f = fourCharacters(text, start + 22);
        boolean isWrong = (first | a | b | c | d | e | f) < 0 || first > MAX_FIRST_PAIR;
        return isWrong
                ? null
                : new UUID((long) first << 56 | a << 36 | b << 16 | c >>> 4, c << 60 | d << 40 | e << 20 | f);
    }

    /** Whether the text from this place on is the 26 characters of a UUID. */
    static boolean isAt(String text, int start) {
        return text.length() == start + LENGTH && decode(text, start) != null;
    }

    /** Twenty bits, or a negative number. */
    private static int fourCharacters(String text, int at) {
        char a = text.charAt(at);
        char b = text.charAt(at + 1);
        char c = text.charAt(at + 2);
        char d = text.charAt(at + 3);
        return pair(a, b) << 10 | pair(c, d);
    }

    /** Ten bits, or a negative number. */
    private static int pair(char a, char b) {
        return (a | b) > ASCII ? -1 : VALUES_OF_PAIRS[a << 7 | b];
    }

    /** Whether the alphabet has this character. */
    static boolean isInAlphabet(char c) {
        return ALPHABET.indexOf(c) >= 0;
    }
}
