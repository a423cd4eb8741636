package dev.tenantsafety.id;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/**
 * Numbers from a {@link SecureRandom}, fetched some at a time: one call for many costs much less than many calls. Those
 * given out are wiped. Not safe for threads.
 */
final class RandomBits implements RandomGenerator {

    private static final int FETCHED_AT_A_TIME = 64;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final SecureRandom source;
    private final byte[] fetched = new byte[FETCHED_AT_A_TIME * Long.BYTES];
    private int next = fetched.length;

    private RandomBits(SecureRandom source) {
        this.source = source;
    }

    static RandomGenerator secure() {
        return new RandomBits(new SecureRandom());
    }

    @Override
    public long nextLong() {
        if (next == fetched.length) {
            source.nextBytes(fetched);
            next = 0;
        }
        long bits = (long) LONGS.get(fetched, next);
        LONGS.set(fetched, next, 0L);
        next += Long.BYTES;
        return bits;
    }
}
