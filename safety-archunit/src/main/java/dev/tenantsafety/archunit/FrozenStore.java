package dev.tenantsafety.archunit;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * How many violations ArchUnit's frozen store holds, and how it shrinks. The store is the one of {@code TextFileBasedViolationStore}: a file
 * {@code stored.rules} that says which file holds the violations of which rule (ArchUnit user guide, "Freezing Arch Rules").
 */
public final class FrozenStore {

    private FrozenStore() {}

    /**
     * The violations of each rule.
     *
     * @param store the folder
     * @return how many, by the text of the rule; empty if there is no store
     * @throws IOException if it cannot be read
     */
    public static Map<String, Long> violations(Path store) throws IOException {
        Properties files = new Properties();
        try (Reader rules = Files.newBufferedReader(store.resolve("stored.rules"))) {
            files.load(rules);
        } catch (NoSuchFileException e) {
            return Map.of();
        }
        Map<String, Long> counts = new TreeMap<>();
        for (String rule : files.stringPropertyNames()) {
            try (Stream<String> lines = Files.lines(store.resolve(files.getProperty(rule)))) {
                counts.put(rule, lines.filter(line -> !line.isBlank()).count());
            }
        }
        return counts;
    }

    /**
     * What has changed from one store to another, for people and for build logs.
     *
     * @param before an older copy, for example of the main branch
     * @param now the store
     * @return a line for each rule whose violations became more or fewer, and one of the sum
     * @throws IOException if one of them cannot be read
     */
    public static List<String> changes(Path before, Path now) throws IOException {
        Map<String, Long> older = violations(before);
        Map<String, Long> newer = violations(now);
        TreeSet<String> rules = new TreeSet<>(older.keySet());
        rules.addAll(newer.keySet());
        List<String> lines = new ArrayList<>();
        for (String rule : rules) {
            long was = older.getOrDefault(rule, 0L);
            long is = newer.getOrDefault(rule, 0L);
            if (was != is) {
                lines.add(rule + ": " + was + " → " + is);
            }
        }
        lines.add("All rules: " + sum(older) + " → " + sum(newer));
        return lines;
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
