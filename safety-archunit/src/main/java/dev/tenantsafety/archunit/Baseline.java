package dev.tenantsafety.archunit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Violations that are accepted for a while, in a file that is committed: of each the rule, who sees to it, and the last day. A check takes
 * out what is mended and adds nothing. A violation that stands twice in a place is accepted twice, and not a third time. Several modules may
 * share a file, in which entries name their module.
 */
record Baseline(List<Entry> entries) {

    private static final String HEAD = """
            # Violations of the rules of Tenant Safety that were there before the rules, or are accepted for a while.
            # A check takes out what is mended. New ones come in with the goal "baseline", an owner and a last day.
            """;

    private static final String MODULE = "module: ";
    private static final String RULE = "rule: ";
    private static final String OWNER = "owner: ";
    private static final String UNTIL = "until: ";
    private static final String VIOLATION = "  ";

    /**
     * One violation.
     *
     * @param module in which it is; empty in a file of one module
     * @param rule the text of the rule
     * @param violation its message without the line
     * @param owner who sees to it
     * @param until the last day on which it is accepted
     */
    record Entry(String module, String rule, String violation, String owner, LocalDate until) {

        private boolean isOf(Violation other) {
            return rule.equals(other.rule()) && violation.equals(other.stable());
        }

        private boolean isIn(String other) {
            return module.isEmpty() || module.equals(other);
        }

        private boolean isExpired(LocalDate today) {
            return until.isBefore(today);
        }

        private String group() {
            return (module.isEmpty() ? "" : MODULE + module + "\n") + RULE + rule + "\n" + OWNER + owner + "\n" + UNTIL
                    + until + "\n";
        }
    }

    Baseline {
        entries = entries.stream()
                .sorted(Comparator.comparing(Entry::module)
                        .thenComparing(Entry::rule)
                        .thenComparing(Entry::owner)
                        .thenComparing(Entry::until)
                        .thenComparing(Entry::violation))
                .toList();
    }

    /** An empty one if there is no file. */
    static Baseline read(Path file) throws IOException {
        try {
            return parse(file, Files.readAllLines(file));
        } catch (NoSuchFileException e) {
            return new Baseline(List.of());
        }
    }

    private static Baseline parse(Path file, List<String> lines) {
        List<Entry> entries = new ArrayList<>();
        Map<String, String> head = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith(VIOLATION)) {
                entries.add(entry(file, i + 1, head, line.substring(VIOLATION.length())));
            } else if (List.of(MODULE, RULE, OWNER, UNTIL).stream().anyMatch(line::startsWith)) {
                int colon = line.indexOf(": ") + 2;
                head.put(line.substring(0, colon), line.substring(colon).strip());
            } else if (!line.isBlank() && !line.startsWith("#")) {
                throw refused(
                        file,
                        i + 1,
                        "\"" + line + "\" begins neither with module, rule, owner or until nor with two spaces");
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
            return new Entry(
                    head.getOrDefault(MODULE, ""),
                    rule,
                    violation,
                    owner,
                    LocalDate.parse(head.getOrDefault(UNTIL, "")));
        } catch (DateTimeParseException e) {
            throw refused(file, line, "the violation has no last day above it, as until: 2027-06-30");
        }
    }

    private static IllegalArgumentException refused(Path file, int line, String why) {
        return new IllegalArgumentException(file + ", line " + line + ": " + why + ". Mend the line, or take it out.");
    }

    /** Those of a module's violations that are not accepted on this day: of equal ones, as many as there are more of than entries. */
    List<Violation> refused(List<Violation> violations, String module, LocalDate today) {
        List<Entry> left = new ArrayList<>(entries.stream()
                .filter(entry -> entry.isIn(module) && !entry.isExpired(today))
                .toList());
        return violations.stream()
                .filter(violation -> !takeOne(left, entry -> entry.isOf(violation)))
                .toList();
    }

    /** Takes out the first that is so, if there is one. */
    private static <T> boolean takeOne(List<T> left, Predicate<T> wanted) {
        for (Iterator<T> each = left.iterator(); each.hasNext(); ) {
            if (wanted.test(each.next())) {
                each.remove();
                return true;
            }
        }
        return false;
    }

    /** Those of a module that are accepted no longer, with who was to see to them. */
    List<Entry> expired(String module, LocalDate today) {
        return entries.stream()
                .filter(entry -> entry.isIn(module) && entry.isExpired(today))
                .toList();
    }

    /** How many of a module are accepted on this day. */
    long accepted(String module, LocalDate today) {
        return entries.stream()
                .filter(entry -> entry.isIn(module) && !entry.isExpired(today))
                .count();
    }

    /** Without those of the module that are mended; of equal ones, those that are accepted longest stay. */
    Baseline of(Collection<Violation> violations, String module) {
        List<Violation> left = new ArrayList<>(violations);
        return new Baseline(entries.stream()
                .sorted(Comparator.comparing(Entry::until).reversed())
                .filter(entry -> !entry.isIn(module) || takeOne(left, entry::isOf))
                .toList());
    }

    /** With these in place of what has expired in the module; who is accepted already keeps owner and day. */
    Baseline plus(Collection<Violation> refused, String module, String owner, LocalDate until, LocalDate today) {
        List<Entry> all = new ArrayList<>(entries);
        all.removeIf(entry -> entry.isIn(module) && entry.isExpired(today));
        refused.forEach(violation -> all.add(new Entry(module, violation.rule(), violation.stable(), owner, until)));
        return new Baseline(all);
    }

    /**
     * Changes the file, as it is then: checks of other modules may change it at the same time. No file is left of an empty one.
     *
     * @return what it holds now
     */
    static Baseline change(Path file, UnaryOperator<Baseline> change) throws IOException {
        Baseline changed;
        try (FileChannel channel = FileChannel.open(
                        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            String before = new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
            changed = change.apply(parse(file, before.lines().toList()));
            channel.truncate(0).position(0);
            ByteBuffer text = StandardCharsets.UTF_8.encode(changed.text());
            while (text.hasRemaining()) {
                channel.write(text);
            }
            if (changed.entries().isEmpty() && lock.isValid()) {
                Files.deleteIfExists(file);
            }
        }
        return changed;
    }

    private String text() {
        if (entries.isEmpty()) {
            return "";
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
        return text.toString();
    }
}
