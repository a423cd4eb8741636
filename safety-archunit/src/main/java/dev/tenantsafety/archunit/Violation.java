package dev.tenantsafety.archunit;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.Source;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a rule says of a place.
 *
 * @param rule the text of the rule
 * @param message what is wrong and what to do
 * @param file where, below a folder of sources, as {@code com/acme/Sites.java}
 * @param line of the file, 0 if it is not known
 */
record Violation(String rule, String message, String file, int line) {

    private static final Pattern PLACE = Pattern.compile("\\(([^()\\s]+\\.[a-zA-Z]+):(\\d+)\\)");

    /** Of all rules, sorted by place. */
    static List<Violation> of(List<ArchRule> rules, JavaClasses classes) {
        List<Violation> all = new ArrayList<>();
        for (ArchRule rule : rules) {
            rule.evaluate(classes)
                    .handleViolations((Collection<Object> objects, String message) -> all.add(of(
                            rule.getDescription(), message, objects.iterator().next())));
        }
        all.sort(Comparator.comparing(Violation::file)
                .thenComparingInt(Violation::line)
                .thenComparing(Violation::rule)
                .thenComparing(Violation::message));
        return List.copyOf(all);
    }

    /** Of a class or of a file of SQL, which is there by its name. */
    private static Violation of(String rule, String message, Object where) {
        Matcher place = PLACE.matcher(message);
        int line = place.find() ? Integer.parseInt(place.group(2)) : 0;
        return new Violation(rule, message, where instanceof JavaClass type ? fileOf(type) : where.toString(), line);
    }

    private static String fileOf(JavaClass type) {
        Optional<String> file = type.getSource().flatMap(Source::getFileName);
        String folder =
                type.getPackageName().isEmpty() ? "" : type.getPackageName().replace('.', '/') + "/";
        return folder + file.orElse(type.getSimpleName() + ".java");
    }

    /** The message without its line, which moves with the code around it. */
    String stable() {
        return PLACE.matcher(message).replaceAll("($1)");
    }
}
