package dev.tenantsafety.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class IdGeneratorTest {

    private static final int TAG = 0x767;
    private static final long NOON = 1_770_000_000_000L;

    private final AtomicLong clock = new AtomicLong(NOON);

    private IdGenerator generator(int tag, RandomGenerator random) {
        return new IdGenerator(tag, () -> Instant.ofEpochMilli(clock.get()), random);
    }

    @Test
    void theLayoutIsThatOfVersionSevenWithTheTagAfterTheVersion() {
        UUID uuid = generator(TAG, new RandomBits()).next();
        assertThat(uuid.version()).isEqualTo(8);
        assertThat(uuid.variant()).isEqualTo(2);
        assertThat(uuid.getMostSignificantBits() >>> 16).isEqualTo(NOON);
        assertThat(uuid.getMostSignificantBits() & 0xfff).isEqualTo(TAG);
    }

    @Test
    void withoutATagItIsPlainVersionSeven() {
        IdGenerator generator = generator(Tags.NONE, new RandomBits());
        Set<Long> twelveBits = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            UUID uuid = generator.next();
            assertThat(uuid.version()).isEqualTo(7);
            assertThat(uuid.variant()).isEqualTo(2);
            assertThat(uuid.getMostSignificantBits() >>> 16).isEqualTo(clock.getAndIncrement());
            twelveBits.add(uuid.getMostSignificantBits() & 0xfff);
        }
        assertThat(twelveBits).as("random twelve bits after the version").hasSizeGreaterThan(80);
    }

    @Test
    void itIncreasesWithinAMillisecondAndWhenTheClockStepsBack() {
        IdGenerator generator = generator(TAG, new RandomBits());
        UUID last = generator.next();
        for (long step : new long[] {0, 0, 0, -1, -86_400_000, 0, 1, 86_400_000, 5, -3, 0}) {
            clock.addAndGet(step);
            for (int i = 0; i < 1000; i++) {
                UUID next = generator.next();
                assertThat(compareUnsigned(next, last)).isPositive();
                last = next;
            }
        }
    }

    @Test
    void itIncreasesEvenIfTheRandomBitsAreAllZero() {
        IdGenerator generator = generator(TAG, () -> 0L);
        UUID first = generator.next();
        assertThat(compareUnsigned(generator.next(), first)).isPositive();
    }

    @Test
    void whenTheBitsAreUsedUpTheNextMillisecondIsBegunEarly() {
        IdGenerator generator = generator(TAG, () -> -1L); // the highest start and the longest steps there are
        UUID last = generator.next();
        long ofFirstMillisecond = 1;
        while (last.getMostSignificantBits() >>> 16 == NOON) {
            UUID next = generator.next();
            assertThat(compareUnsigned(next, last)).isPositive();
            assertThat(next.variant()).isEqualTo(2);
            last = next;
            ofFirstMillisecond++;
        }
        assertThat(last.getMostSignificantBits() >>> 16).isEqualTo(NOON + 1);
        assertThat(last.version()).isEqualTo(8);
        assertThat(last.variant()).isEqualTo(2);
        assertThat(ofFirstMillisecond).isGreaterThan(1_000_000);
    }

    @Test
    void timesThatDoNotFitAreRefusedAndThoseBeforeTheEpochCountAsIt() {
        clock.set(-5);
        IdGenerator generator = generator(TAG, new RandomBits());
        assertThat(generator.next().getMostSignificantBits() >>> 16).isZero();
        clock.set(1L << 48);
        assertThatThrownBy(generator::next)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("year 10889");
    }

    @Test
    void aMillionFromEightThreadsAreDistinctAndIncreasePerThread() throws Exception {
        int threads = 8;
        int perThread = 125_000;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            Callable<List<SiteId>> create = () -> {
                List<SiteId> ids = new ArrayList<>(perThread);
                for (int i = 0; i < perThread; i++) {
                    ids.add(SiteId.create());
                }
                return ids;
            };
            Set<SiteId> distinct = new HashSet<>(2 * threads * perThread);
            for (Future<List<SiteId>> future : executor.invokeAll(java.util.Collections.nCopies(threads, create))) {
                List<SiteId> ids = future.get();
                for (int i = 1; i < ids.size(); i++) {
                    assertThat(ids.get(i).compareTo(ids.get(i - 1))).isPositive();
                }
                distinct.addAll(ids);
            }
            assertThat(distinct).hasSize(threads * perThread);
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void whatIsCreatedAfterInAnyThreadIsGreater() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(2);
        try {
            SiteId last = SiteId.create();
            for (int i = 0; i < 10_000; i++) {
                SiteId next = executor.submit(SiteId::create).get();
                assertThat(next.compareTo(last)).isPositive();
                last = next;
            }
        } finally {
            executor.shutdownNow();
        }
    }

    /** Not a test of AES: that the stream is fetched anew, is used once, and no bit of it stands still. */
    @Test
    void randomBitsDoNotRepeatAndAllOfThemMove() {
        RandomGenerator random = new RandomBits();
        long[] numbers = random.longs(100_000).toArray();
        assertThat(Arrays.stream(numbers).distinct().count()).isEqualTo(numbers.length);
        for (int bit = 0; bit < Long.SIZE; bit++) {
            int shift = bit;
            long ones = Arrays.stream(numbers)
                    .filter(number -> (number >>> shift & 1) == 1)
                    .count();
            assertThat(ones).as("ones at bit %s", bit).isBetween(49_000L, 51_000L); // six standard deviations
        }
        BitSet seen = new BitSet();
        Arrays.stream(new RandomBits().longs(100_000).toArray()).forEach(number -> seen.set((int) (number & 0xfff)));
        assertThat(seen.cardinality()).isEqualTo(0x1000);
    }

    private static int compareUnsigned(UUID a, UUID b) {
        return a.toString().compareTo(b.toString());
    }
}
