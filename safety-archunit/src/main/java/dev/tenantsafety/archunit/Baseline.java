package dev.tenantsafety.archunit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Violations that are accepted for a while, in a file that is committed: of each the rule, who sees to it, and the last day. A check takes
 * out what is mended and adds nothing.
 */
record Baseline(List<Entry> entries) {

    private static final String HEAD = """
            # Violations of the rules of Tenant Safety that were there before the rules, or are accepted for a while.
            # A check takes out what is mended. New ones come in with the goal "baseline", an owner and a last day.
            """;

    private static final String RULE = "rule: ";
    private static final String OWNER = "owner: ";
    private static final String UNTIL = "until: ";
    private static final String VIOLATION = "  ";

    /**
     * One violation.
     *
     * @param rule the text of the rule
     * @param violation its message without the line
     * @param owner who sees to it
     * @param until the last day on which it is accepted
     */
    record Entry(String rule, String violation, String owner, LocalDate until) {

        private boolean isOf(Violation other) {
            return rule.equals(other.rule()) && violation.equals(other.stable());
        }

        private String group() {
            return RULE + rule + "\n" + OWNER + owner + "\n" + UNTIL + until + "\n";
        }
    }

    Baseline {
        entries = entries.stream()
                .sorted(Comparator.comparing(Entry::rule)
                        .thenComparing(Entry::owner)
                        .thenComparing(Entry::until)
                        .thenComparing(Entry::violation))
                .toList();
    }

    /** An empty one if there is no file. */
    static Baseline read(Path file) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return new Baseline(List.of());
        }
        List<Entry> entries = new ArrayList<>();
        Map<String, String> head = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith(VIOLATION)) {
                entries.add(entry(file, i + 1, head, line.substring(VIOLATION.length())));
            } else if (List.of(RULE, OWNER, UNTIL).stream().anyMatch(line::startsWith)) {
                int colon = line.indexOf(": ") + 2;
                head.put(line.substring(0, colon), line.substring(colon).strip());
            } else if (!line.isBlank() && !line.startsWith("#")) {
                throw refused(
                        file, i + 1, "\"" + line + "\" begins neither with rule, owner or until nor with two spaces");
            }
        }
        return new Baseline(entries);
    }

    private static Entry entry(Path file, int line, Map<String, String> head, String violation) {
        String rule = head.getOrDefault(RULE, "");
        String owner = head.getOrDefault(OWNER, "");
        if (rule.isEmpty() || owner.isEmpty()) {
            throw refused(file, line, "the violation has no " + (rule.isEmpty() ? "rule" : "owner") + " above it");
        }
        try {
            return new Entry(rule, violation, owner, LocalDate.parse(head.getOrDefault(UNTIL, "")));
        } catch (DateTimeParseException e) {
            throw refused(file, line, "the violation has no last day above it, as until: 2027-06-30");
        }
    }

    private static IllegalArgumentException refused(Path file, int line, String why) {
        return new IllegalArgumentException(file + ", line " + line + ": " + why + ". Mend the line, or take it out.");
    }

    /** Whether it is accepted, on this day. */
    boolean accepts(Violation violation, LocalDate today) {
        return entries.stream()
                .anyMatch(entry -> entry.isOf(violation) && !entry.until().isBefore(today));
    }

    /** Those that are accepted no longer, with who was to see to them. */
    List<Entry> expired(LocalDate today) {
        return entries.stream().filter(entry -> entry.until().isBefore(today)).toList();
    }

    /** Without those that are mended. */
    Baseline of(Collection<Violation> violations) {
        return new Baseline(entries.stream()
                .filter(entry -> violations.stream().anyMatch(entry::isOf))
                .toList());
    }

    /** With all of these; who is accepted already keeps owner and day. */
    Baseline plus(Collection<Violation> violations, String owner, LocalDate until) {
        List<Entry> all = new ArrayList<>(entries);
        violations.stream()
                .filter(violation -> entries.stream().noneMatch(entry -> entry.isOf(violation)))
                .map(violation -> new Entry(violation.rule(), violation.stable(), owner, until))
                .distinct()
                .forEach(all::add);
        return new Baseline(all);
    }

    /** No file is left of an empty one. */
    void write(Path file) throws IOException {
        if (entries.isEmpty()) {
            Files.deleteIfExists(file);
            return;
        }
        StringBuilder text = new StringBuilder(HEAD);
        String group = "";
        for (Entry entry : entries) {
            if (!entry.group().equals(group)) {
                group = entry.group();
                text.append('\n').append(group);
            }
            text.append(VIOLATION).append(entry.violation()).append('\n');
        }
        Files.writeString(file, text, StandardCharsets.UTF_8);
    }
}
