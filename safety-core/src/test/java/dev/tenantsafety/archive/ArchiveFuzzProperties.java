package dev.tenantsafety.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Random archives and random damage: refused in our own words, or the very rows that were written. */
class ArchiveFuzzProperties {

    private static final List<Sample> SAMPLES = new ArrayList<>();

    private static Path folder;

    @BeforeContainer
    static void makeFolder() throws IOException {
        folder = Files.createTempDirectory("fuzz");
        for (int seed = 0; seed < 40; seed++) {
            SAMPLES.add(new Sample(new Random(seed)));
        }
    }

    @AfterContainer
    static void removeFolder() throws IOException {
        Files.deleteIfExists(folder.resolve("fuzzed.zip"));
        Files.delete(folder);
    }

    /** An archive of random shape, with the rows of each of its chunks. */
    private static final class Sample {

        private final SortedMap<String, String> content = new TreeMap<>();
        private final byte[] bytes;

        private Sample(Random random) throws IOException {
            ArchiveOptions options = SampleArchive.options(SampleArchive.SIGNED);
            if (random.nextInt(4) == 0) {
                options = options.encryptedBy("master-7", SampleArchive.MASTER);
            }
            Path file = folder.resolve("sample.zip");
            content.putAll(Mutants.write(file, SampleArchive.header(), options, random));
            bytes = Files.readAllBytes(file);
            Files.delete(file);
        }
    }

    private static void assertRefusedOrTheSame(byte[] archive, Sample sample) throws IOException {
        Path file = folder.resolve("fuzzed.zip");
        Files.deleteIfExists(file); // some file systems flush what replaces a file of the same name
        Files.write(file, archive);
        try (ArchiveReader reader =
                ArchiveReader.open(file, SampleArchive.TRUST, ArchiveLimits.standard(), SampleArchive.MASTER)) {
            assertThat(SampleArchive.contentOf(reader)).isEqualTo(sample.content);
        } catch (ArchiveRefusedException e) {
            assertThat(e.getMessage()).startsWith(file + ", ").doesNotContain("\n");
        }
    }

    /** Damage of the file as it lies there; the seal finds what all else does not. */
    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void damage(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        Sample sample = SAMPLES.get(random.nextInt(SAMPLES.size()));
        byte[] damaged = Mutants.damaged(sample.bytes, random);
        assertRefusedOrTheSame(damaged, sample);
    }

    /** The same damage before the seal was made: nothing but the structure can find it. */
    @Property(tries = 400, shrinking = ShrinkingMode.OFF)
    void damageUnderAValidSeal(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        Sample sample = SAMPLES.get(random.nextInt(SAMPLES.size()));
        byte[] damaged = Mutants.damaged(Forgery.withoutSeal(sample.bytes), random);
        assertRefusedOrTheSame(Forgery.resealed(damaged, SampleArchive.SIGNED), sample);
    }

    /** Entries and lines moved about, and lines edited, under a chain and a seal that fit. */
    @Property(tries = 600, shrinking = ShrinkingMode.OFF)
    void forgery(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        Sample sample = SAMPLES.get(random.nextInt(SAMPLES.size()));
        Forgery forgery = Forgery.of(sample.bytes);
        Mutants.edit(forgery, random);
        assertRefusedOrTheSame(forgery.sealed(SampleArchive.SIGNED), sample);
    }
}
