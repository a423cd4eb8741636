package dev.tenantsafety.archunit;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/** What a rule says of classes. */
final class Violations {

    private Violations() {}

    /** Whole messages; the package of the tests is left out of names. */
    static List<String> violations(ArchRule rule, Class<?>... classes) {
        return rule.evaluate(new ClassFileImporter().importClasses(classes)).getFailureReport().getDetails().stream()
                .map(text -> text.replace("dev.tenantsafety.archunit.", ""))
                .sorted()
                .toList();
    }

    /** Without lines, and what comes after the first colon, which is the same in each. */
    static List<String> shortly(ArchRule rule, Class<?>... classes) {
        return violations(rule, classes).stream()
                .map(text -> text.replaceAll(" in \\([^)]*\\): .*", ""))
                .toList();
    }
}
