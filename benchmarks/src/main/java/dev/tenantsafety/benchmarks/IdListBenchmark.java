package dev.tenantsafety.benchmarks;

import dev.tenantsafety.id.IdList;
import dev.tenantsafety.id.IllegalIdListException;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TypedId;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A list of a million lines from a file, with duplicates looked for, against the loop one would write over
 * {@link UUID#fromString}; and the same list with not one ID of the right kind. The heap has its size from the start: what
 * is measured is reading, not how fast this machine hands out memory.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch"})
public class IdListBenchmark {

    static final int LINES = 1_000_000;

    private Path ids = Path.of("");
    private Path uuids = Path.of("");

    @Setup
    public void write() throws IOException {
        ids = list(SiteId::create);
        uuids = list(UUID::randomUUID);
    }

    private static Path list(Supplier<?> line) throws IOException {
        Path file = Files.createTempFile("benchmark", ".txt");
        try (BufferedWriter writer = Files.newBufferedWriter(file)) {
            for (int i = 0; i < LINES; i++) {
                writer.write(line.get() + "\n");
            }
        }
        return file;
    }

    @TearDown
    public void delete() throws IOException {
        Files.delete(ids);
        Files.delete(uuids);
    }

    @Benchmark
    public List<? extends TypedId<?>> readList() throws IOException {
        return IdList.of(SiteId.KIND).read(ids);
    }

    @Benchmark
    public Set<UUID> readListOfUuids() throws IOException {
        Set<UUID> read = new LinkedHashSet<>();
        try (BufferedReader reader = Files.newBufferedReader(uuids)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                read.add(UUID.fromString(line));
            }
        }
        return read;
    }

    @Benchmark
    public long refuseList() throws IOException {
        try {
            return IdList.of(dev.tenantsafety.id.AppId.KIND).read(ids).size();
        } catch (IllegalIdListException e) {
            return e.report().badLineCount();
        }
    }
}
