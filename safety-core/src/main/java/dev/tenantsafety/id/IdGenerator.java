package dev.tenantsafety.id;

import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/**
 * Makes UUIDs in the layout of version 7 (RFC 9562, section 5.7): 48 bits of milliseconds, the version, twelve bits,
 * the variant, 62 bits. With a tag the version is 8 and the twelve bits are the tag.
 *
 * <p>Each UUID is greater than those before it, by the RFC's "monotonic random" method (section 6.2, method 2): in a new
 * millisecond the 62 bits are random with the highest one zero; within one they grow by a random step. If the clock
 * stands or steps back, the last millisecond goes on; if the bits are used up, the next one is begun early.
 *
 * <p>Safe for use by many threads.
 */
final class IdGenerator {

    private static final long MAX_MILLIS = 0xffff_ffff_ffffL;
    private static final long MAX_LOW = (1L << 62) - 1;
    private static final long FRESH_LOW = (1L << 61) - 1;
    /** Forty bits: hard to guess, and still two million IDs of a millisecond fit on average. */
    private static final long MAX_STEP = (1L << 40) - 1;

    private final ReentrantLock lock = new ReentrantLock();
    private final int tag;
    private final InstantSource clock;
    private final RandomGenerator random;

    private long millis = -1;
    private long twelveBits;
    private long low;

    /**
     * @param tag the tag, or {@link Tags#NONE} for version 7
     * @param random is called under a lock, and so need not be safe for threads
     */
    IdGenerator(int tag, InstantSource clock, RandomGenerator random) {
        this.tag = tag;
        this.clock = clock;
        this.random = random;
    }

    UUID next() {
        long high;
        long least;
        lock.lock();
        try {
            advance();
            high = millis << 16 | (tag == Tags.NONE ? Tags.VERSION_7 : Tags.VERSION_8) | twelveBits;
            least = Tags.VARIANT | low;
        } finally {
            lock.unlock();
        }
        return new UUID(high, least);
    }

    private void advance() {
        long now = Math.max(0, clock.millis());
        if (now > millis) {
            begin(now);
            return;
        }
        long step = 1 + (random.nextLong() & MAX_STEP);
        if (low + step > MAX_LOW) {
            begin(millis + 1);
        } else {
            low += step;
        }
    }

    private void begin(long newMillis) {
        if (newMillis > MAX_MILLIS) {
            throw new IllegalStateException(
                    "The clock shows a time past the year 10889, which no UUID of version 7 or 8" + " can hold.");
        }
        millis = newMillis;
        twelveBits = tag == Tags.NONE ? random.nextLong() & Tags.MAX : tag;
        low = random.nextLong() & FRESH_LOW;
    }
}
