package dev.tenantsafety.benchmarks;

import dev.tenantsafety.id.AppId;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.id.TypedId;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Text and creation of IDs against those of {@link UUID}. All three kinds have been in use before, as in a service, so
 * that the code is not compiled for one record alone; inputs change from call to call.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class IdBenchmark {

    private static final int INPUTS = 1024;

    private final String[] idTexts = new String[INPUTS];
    private final String[] uuidTexts = new String[INPUTS];
    private final SiteId[] ids = new SiteId[INPUTS];
    private final UUID[] uuids = new UUID[INPUTS];
    private int next;

    @Setup
    public void fill() {
        for (int i = 0; i < INPUTS; i++) {
            ids[i] = SiteId.create();
            idTexts[i] = ids[i].toString();
            uuids[i] = UUID.randomUUID();
            uuidTexts[i] = uuids[i].toString();
        }
        useOtherKinds();
    }

    private static void useOtherKinds() {
        for (int i = 0; i < 20_000; i++) {
            roundTrip(AppId.parse(AppId.create().toString()));
            roundTrip(TenantId.parse(TenantId.create().toString()));
        }
    }

    private static <T extends TypedId<T>> void roundTrip(T id) {
        if (!id.kind().parse(id.toString()).equals(id)) {
            throw new IllegalStateException("Text and ID differ: " + id);
        }
    }

    private int next() {
        next = (next + 1) & (INPUTS - 1);
        return next;
    }

    @Benchmark
    public SiteId parse() {
        return SiteId.parse(idTexts[next()]);
    }

    @Benchmark
    public UUID parseOfUuid() {
        return UUID.fromString(uuidTexts[next()]);
    }

    @Benchmark
    public String format() {
        return ids[next()].toString();
    }

    @Benchmark
    public String formatOfUuid() {
        return uuids[next()].toString();
    }

    @Benchmark
    public SiteId create() {
        return SiteId.create();
    }

    @Benchmark
    public UUID createOfUuid() {
        return UUID.randomUUID();
    }
}
