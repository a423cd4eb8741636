package dev.tenantsafety.archunit;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Not a test: compares what the rules find in a jar of others with the verdicts in {@code docs/rules-on-real-code.tsv}. */
final class RealCode {

    /** A name that says no more than that it is an ID: there, each class is read for itself. */
    private static final Pattern BARE =
            Pattern.compile("(?:the|get|as|new|to|my)?(?:id|ids|uuid|key)", Pattern.CASE_INSENSITIVE);

    private static final Pattern ID = Pattern.compile(
            "\\w+ <(?:.*?\\.)?([\\w$]+)\\.([\\w<>]+)(?:\\(.*\\))?> (takes <([^>]+)> as|returns an ID as|is (?:a key|an ID) of type) (.*)");

    private RealCode() {}

    /**
     * Prints a line for each finding that has no verdict ({@code +}) and for each verdict on what is not found ({@code -}): the jar, the rule,
     * what was found, and how often.
     *
     * @param arguments the file of verdicts, and a jar whose dependencies are on the class path
     */
    public static void main(String[] arguments) throws IOException {
        Path jar = Path.of(arguments[1]);
        String name = jar.getFileName().toString().replaceFirst("-\\d.*", "");
        Map<String, Long> found = findings(name, jar);
        Map<String, Long> judged = new TreeMap<>();
        try (Stream<String> lines = Files.lines(Path.of(arguments[0]))) {
            lines.map(line -> line.split("\t", -1))
                    .filter(cells -> cells[0].equals(name))
                    .forEach(cells -> judged.merge(
                            String.join("\t", cells[0], cells[1], cells[2]), Long.parseLong(cells[3]), Long::sum));
        }
        found.forEach((what, times) -> {
            if (!times.equals(judged.get(what))) {
                System.out.println("+\t" + what + "\t" + times);
            }
        });
        judged.forEach((what, times) -> {
            if (!found.containsKey(what)) {
                System.out.println("-\t" + what + "\t" + times);
            }
        });
        System.out.println(found.values().stream().mapToLong(Long::longValue).sum() + " findings, "
                + judged.values().stream().mapToLong(Long::longValue).sum() + " judged");
    }

    private static Map<String, Long> findings(String name, Path jar) throws IOException {
        JavaClasses classes = new ClassFileImporter().importJar(new JarFile(jar.toFile()));
        return TenantSafetyRules.list(RuleOptions.standard()).stream()
                .flatMap(rule -> findings(rule, classes).map(what -> name + "\t" + rule.getDescription() + "\t" + what))
                .collect(Collectors.groupingBy(what -> what, TreeMap::new, Collectors.counting()));
    }

    private static Stream<String> findings(ArchRule rule, JavaClasses classes) {
        return rule.evaluate(classes).getFailureReport().getDetails().stream().map(RealCode::what);
    }

    /** Without line and advice; IDs of one name and type are one kind of finding. */
    private static String what(String message) {
        String subject =
                message.replaceFirst(" in \\([^)]*\\): .*", "").replaceAll("\\b(?:[a-z_]\\w*\\.)+(?=[A-Z])", "");
        Matcher id = ID.matcher(subject);
        if (!id.matches()) {
            return subject.replaceFirst("^\\w+ <(.*?)>(?= )", "$1");
        }
        String name = id.group(4) == null ? id.group(2) : id.group(4);
        return name + (BARE.matcher(name).matches() ? " of " + id.group(1) : "") + ": " + id.group(5);
    }
}
